"""Before and while places are run: how long it takes and how much memory, what is refused, and who failed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from experiments.compiling import compile_now
from experiments.errors import RunError
from experiments.executors import Workers
from experiments.missing import batch_size, carry_out, failure_of, forget_failures, missing
from experiments.pieces import Piece
from experiments.size import bytes_of_a_run, check_memory, people_expected
from experiments.store import Store
from experiments.sweep.forecast import REFUSED_AFTER, consent
from experiments.terminal import counted, duration

MOST_TOLD = 3  # failures that are told in full
Pieces = Mapping[tuple[str, int], Piece]  # by place and seed


@dataclass(frozen=True)
class Ahead:
    """How much there is to do: `places` in all, `runs` of places that are missing, `seconds` of one, and the `bytes` of all processes at the peak."""

    places: int
    runs: int
    seconds: float
    workers: int
    bytes: int

    @property
    def time(self) -> float:
        """Seconds that the whole takes."""
        return self.runs * self.seconds / self.workers

    @property
    def beyond_reason(self) -> str:
        """Why it is refused unless it is confirmed, or an empty text."""
        return f"this would take about {duration(self.time)}: add confirm=true if you mean it, or ask for fewer places=." if self.time > REFUSED_AFTER else ""

    def told(self) -> str:
        """Return what there is to do, in a sentence."""
        if not self.runs:
            return f"{counted(self.places, 'place')}: all are run already."
        return (
            f"{counted(self.places, 'place')}, {counted(self.runs, 'run')} of a place to make, about {duration(self.time)} with "
            f"{counted(self.workers, 'worker')}, in at most {self.bytes / 1e9:.1f} GB of memory."
        )


def ahead(pieces: Pieces, store: Store, workers: Workers) -> Ahead:
    """Return how much there is to do. Raises `UsageError` for places that the memory here cannot hold; a place of middle size is run to be timed, and kept."""
    every = list(pieces.values())
    wanted = [piece for stage in missing(every, store, retry=True) for piece in stage]
    largest = max(every, key=expected_people)
    places = len({place for place, _ in pieces})
    if is_here(workers):
        at_once = min(workers.number, max(1, len(wanted)))
        need = check_memory(largest.parameters, largest.weeks, at_once, beside=f"the largest of {counted(places, 'place')}")
    else:  # of one worker; how many a scheduler that runs has is not known here
        at_once, need = 1 if workers.address else workers.number, bytes_of_a_run(largest.parameters, largest.weeks)
    middle = sorted(wanted, key=expected_people)[len(wanted) // 2 : len(wanted) // 2 + 1]
    seconds = 0.0
    if wanted and wanted[0].option("compiled"):
        compile_now()
    if len(wanted) > 1 and expected_people(middle[0]):
        began = time.perf_counter()
        carry_out(middle, store, Workers(processes=1), quiet=True)
        seconds = time.perf_counter() - began
    return Ahead(places, len(wanted) - bool(seconds), seconds, at_once, need)


def is_here(workers: Workers) -> bool:
    """Whether the work is done on this machine."""
    return workers.executor == "processes" or (workers.executor == "dask" and not workers.address)


def expected_people(piece: Piece) -> float:
    """Return about how many people are referred in the run of a place."""
    return people_expected(piece.parameters, piece.weeks)


def carried_out(pieces: Pieces, store: Store, workers: Workers, confirmed: bool) -> None:
    """Run what is missing of `pieces`; what failed before is tried again.

    Raises `RunError` that names the places that failed; all others are kept.
    """
    store.open("finished runs")
    forget_failures(pieces.values(), store)
    expected = ahead(pieces, store, workers)
    consent(expected, confirmed)
    carry_out(list(pieces.values()), store, workers, batch_size(expected.seconds, expected.runs, workers.number))
    lost = [(name, seed, piece) for (name, seed), piece in pieces.items() if failure_of(piece, store) is not None and not piece.is_in(store)]
    if lost:
        told = "; ".join(f"{name} (seed {seed}): {failure_of(piece, store)}" for name, seed, piece in lost[:MOST_TOLD])
        more = f"; and {len(lost) - MOST_TOLD} more" if len(lost) > MOST_TOLD else ""
        raise RunError(f"{len(lost)} of {counted(len(pieces), 'run')} of places failed: {told}{more}. All others are kept; the same command tries these again.")
