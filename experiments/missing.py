"""Makes what is missing in the store of finished runs, on any workers, and records what fails.

What raises is recorded beside its place in the store, with its error, and the rest goes on; nothing makes it again until that is
asked for.
"""

from __future__ import annotations

import errno
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Protocol

from experiments.errors import RunError, WorkerDied, one_line
from experiments.executors import Workers, run_all
from experiments.progress import Progress
from experiments.store import Store, whole
from experiments.whatif.cells import TIMING

ERROR = "error.json"
SECONDS_A_TASK = 2.0  # of work in one task of an executor, so that handing it over costs next to nothing
LARGEST_BATCH = 64


class Runnable(Protocol):
    """What can be run and kept: a `Cell`, or in tests a function with a known answer in its place."""

    seed: int
    key: str
    twin: Any

    def is_in(self, store: Store) -> bool:
        """Whether it is finished."""

    def make(self, store: Store) -> None:
        """Run it and keep it."""


def missing(cells: Iterable[Runnable], store: Store, retry: bool = False) -> tuple[list[Runnable], list[Runnable]]:
    """Return what is to be run: usual care that several of the missing `cells` are set against, or that is one of them, then the other cells.

    Usual care that only one needs is run with it and not kept: it would be the larger part of the store. What failed before
    counts as missing only with `retry`.
    """

    def is_missing(cell: Runnable) -> bool:
        return not cell.is_in(store) and (retry or failure_of(cell, store) is None)

    wanted = dict.fromkeys(cell for cell in cells if is_missing(cell))
    uses = Counter(cell.twin for cell in wanted if cell.twin is not None)
    shared = dict.fromkeys(twin for twin, count in uses.items() if twin in wanted or count > 1 and is_missing(twin))
    return list(shared), [cell for cell in wanted if cell not in shared]


def models_run(shared: Sequence[Runnable], wanted: Sequence[Runnable], store: Store) -> int:
    """Return how many runs of the model it takes to make `shared` and `wanted`, usual care that is not kept included."""
    kept = set(shared) | set(wanted)
    alone = sum(cell.twin is not None and cell.twin not in kept and not cell.twin.is_in(store) for cell in wanted)
    return len(shared) + len(wanted) + alone


def carry_out(cells: Sequence[Runnable], store: Store, workers: Workers, batch: int = 1, quiet: bool = False) -> int:
    """Make what is missing of `cells` and return how many that were. Raises `RunError` when the store cannot be written to."""
    stages = missing(cells, store)
    total = sum(map(len, stages))
    if not total:
        return 0
    store.open("finished runs")
    store.clear_drafts()
    with Progress(total, "runs", quiet=quiet) as progress:
        for stage in stages:
            for cell, error in run_all(partial(attempt, store=store), stage, workers, batch):
                if isinstance(error, OSError):
                    raise RunError(not_written(store, error)) from error
                if isinstance(error, WorkerDied):
                    record(cell, store, error)
                elif error is not None:
                    raise error
                elif not cell.is_in(store) and failure_of(cell, store) is None:
                    raise RunError(f"a run was reported as done, but is not in {store.folder}: all workers must see that folder.")
                progress.tick()
    return total


def not_written(store: Store, error: OSError) -> str:
    """Return why finished runs cannot be written, what is kept, and what to do."""
    full = error.errno == errno.ENOSPC or "space left" in str(error)
    why, remedy = ("the disk is full", "Free some space there") if full else (error.strerror or one_line(error), "See to that folder")
    return f"finished runs cannot be written to store={store.folder}: {why}. Those finished before are kept. {remedy}, and the same command goes on from them."


def attempt(cell: Runnable, store: Store) -> None:
    """Make `cell`; when it raises, record that. Raises only what is not the run's own doing."""
    if failure_of(cell, store) is not None:
        return
    try:
        cell.make(store)
    except (OSError, RunError):
        raise
    except Exception as error:
        record(cell, store, error)


def place_of_failure(cell: Runnable) -> str:
    """Return the key of the store under which a failure of `cell` is recorded."""
    return f"{cell.key}-failed"


def failure_of(cell: Runnable, store: Store) -> str | None:
    """Return why `cell` failed, or None when it did not."""
    path = store.entry(cell.seed, place_of_failure(cell)) / ERROR
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["error"])
    except OSError:
        return None
    except (ValueError, KeyError) as error:
        raise RunError(f"the record of a failed run cannot be read: {one_line(error)}. Remove the folder {path.parent}.") from error


def record(cell: Runnable, store: Store, error: Exception) -> None:
    """Write down that `cell` failed, and why, with all its parameters."""
    parameters = getattr(cell, "parameters", None)
    told = {"error": f"{type(error).__name__}: {one_line(error)}", "seed": cell.seed, "parameters": parameters.as_dict() if parameters else None}
    with whole(store.entry(cell.seed, place_of_failure(cell))) as folder:
        (folder / ERROR).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def timing_of(cell: Runnable, store: Store) -> dict[str, Any]:
    """Return the `seconds` that a finished `cell` took and on which `host`; empty where that is not known."""
    try:
        return json.loads((store.entry(cell.seed, cell.key) / TIMING).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def failed(cells: Iterable[Runnable], store: Store) -> list[Runnable]:
    """Return those of `cells` that failed before."""
    return [cell for cell in cells if failure_of(cell, store) is not None and not cell.is_in(store)]


def forget_failures(cells: Iterable[Runnable], store: Store) -> int:
    """Remove the records of failures among `cells` and the usual care they are set against, so that they are run again, and return how many there were."""
    with_twins = dict.fromkeys(each for cell in cells for each in (cell, cell.twin) if each is not None)
    found = [cell for cell in with_twins if failure_of(cell, store) is not None]
    for cell in found:
        shutil.rmtree(store.entry(cell.seed, place_of_failure(cell)), ignore_errors=True)
    return len(found)


def batch_size(seconds: float | None, wanted: int, workers: int) -> int:
    """Return how many runs of `seconds` each go into one task, so that all workers have several."""
    if not seconds:
        return 1
    return max(1, min(LARGEST_BATCH, int(SECONDS_A_TASK / seconds), wanted // (4 * workers)))
