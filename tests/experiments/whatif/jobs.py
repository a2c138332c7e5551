"""Jobs that end badly on purpose: functions that a fresh process can import."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from experiments.store import Store


def die() -> None:
    """End this process at once, as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Work:
    """A job that leaves a file named after its number in `folder`, or `ends`: raises, dies once or dies always."""

    number: int
    folder: Path
    ends: str = "well"


def do(work: Work) -> None:
    """Do `work`, and note that it was begun."""
    with (work.folder / "begun").open("a", encoding="utf-8") as notes:
        notes.write(f"{work.number}\n")
    if work.ends == "raises":
        raise ZeroDivisionError(f"job {work.number}")
    if work.ends == "dies" or (work.ends == "dies once" and first_time(work.folder / f"died-{work.number}")):
        die()
    (work.folder / f"done-{work.number}").touch()


def first_time(mark: Path) -> bool:
    """Whether `mark` is not there yet; it is afterwards."""
    if mark.exists():
        return False
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    return True


def make_but_die_once_at_seed_2(cell: object, store: Store) -> None:
    """Make a cell; the first process to try one with seed 2 dies."""
    from experiments.whatif.cells import make

    if cell.seed == 2 and first_time(store.folder.parent / "marks" / "died"):
        die()
    make(cell, store)


def make_but_die_at_seed_2(cell: object, store: Store) -> None:
    """Make a cell; a process that tries one with the service and seed 2 dies."""
    from experiments.whatif.cells import make

    if cell.seed == 2 and cell.parameters.programme.enabled:
        die()
    make(cell, store)


def run_and_die(folder: str, seeds: int, weeks: int, at_write: int, when: str) -> None:
    """Run the classroom service with `seeds` seeds here and die at one of the writes: before it, half-way through it or after it."""
    import pyarrow.parquet as pq

    from experiments.cli import read
    from experiments.whatif.bench import Arm, Bench

    real, written = pq.write_table, 0

    def write(table: object, where: Path, **options: object) -> None:
        nonlocal written
        written += 1
        if written == at_write and when == "before":
            die()
        real(table, where, **options)
        if written == at_write and when == "half-way":
            where.write_bytes(where.read_bytes()[:100])
            die()
        if written == at_write and when == "after":
            die()

    pq.write_table = write
    bench = Bench(Store(Path(folder)), weeks, 1)
    arm = Arm("baseline", "", read("run", ["service=classroom"]).parameters)
    bench.run([bench.cell(arm, seed) for seed in range(1, seeds + 1)], quiet=True)
