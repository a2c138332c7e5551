"""From the pieces of an answer to its folder, the same for runs and comparisons: what is missing is run, then the folder is written, whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.executors import reach
from experiments.manifest import manifest
from experiments.outputs import Outputs, write_manifest
from experiments.places.question import Asked, origins
from experiments.places.work import Pieces, carried_out
from experiments.settings import Request
from experiments.store import Store
from experiments.sweep.command import open_store, workers_of
from experiments.whatif.announce import say
from experiments.whatif.keeping import kept_in_store


@contextmanager
def answering(request: Request, asked: Asked, pieces: Pieces, outputs: Outputs, store: Store, notes: Sequence[str]) -> Iterator[Path]:
    """Say `notes`, run what is missing of `pieces`, and give the folder to write the answer in, with its manifest; `asked` says where values were set."""
    workers = workers_of(request)
    for note in notes:
        say(f"Note: {note}", quiet=False)
    open_store(store, request.settings["store"])
    reach(workers)
    started, clock = datetime.now(UTC), time.monotonic()
    with kept_in_store(request, store, outputs):
        carried_out(pieces, store, workers, request.settings["confirm"])
        with outputs.whole() as folder:
            yield folder
            record: dict[str, Any] = manifest(outputs.decides, request, started, time.monotonic() - clock)
            write_manifest(folder, record | {"set_by": origins(asked, record["set_by"])})
