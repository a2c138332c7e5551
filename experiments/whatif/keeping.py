"""Around a piece of work whose runs are kept in the store: what to say when it stops, and leaving nothing half done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from experiments.errors import RunError, UsageError, one_line
from experiments.outputs import Outputs
from experiments.settings import Request
from experiments.store import Store


@contextmanager
def kept_in_store(request: Request, store: Store, outputs: Outputs) -> Iterator[None]:
    """Open `outputs` for the block and close it after; whatever stops the block is told with where finished runs are kept."""
    outputs.open()
    kept = f"Finished runs are kept in {request.settings['store']}; the same command goes on from them."
    try:
        yield
    except KeyboardInterrupt as stopped:  # or `Terminated`, which is one
        raise type(stopped)(f"Stopped. {kept}") from None
    except (UsageError, RunError):
        raise
    except OSError as error:
        with suppress(UsageError):  # when it holds the smaller sweep that was to make way
            if outputs.is_there():  # another process with the same command was quicker
                return
        raise RunError(f"results cannot be written to {outputs.folder}: {error.strerror or error}. {kept}") from error
    except Exception as error:
        raise RunError(f"{type(error).__name__}: {one_line(error)} (debug=true shows where). {kept}") from error
    finally:
        store.clear_drafts()
        outputs.close()
