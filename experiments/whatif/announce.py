"""Before a long piece of work: how many runs it takes and about how long, in a sentence on the error stream."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from dataclasses import replace

from experiments.errors import UsageError
from experiments.terminal import duration
from experiments.whatif.bench import Bench
from experiments.whatif.cells import Cell

SECONDS_WORTH_SAYING = 10


def runs_missing(bench: Bench, cells: Iterable[Cell]) -> int:
    """Return how many runs of the model it takes for `cells` to be there, their twins included: what `bench.run` then makes."""
    return sum(cell.runs for stage in bench.missing(cells) for cell in stage)


def seconds_a_run(bench: Bench, cells: Iterable[Cell]) -> float | None:
    """Return the seconds that one run takes, measured by making the first of `cells` that is missing; None when none is, or it cannot be made."""
    stages = bench.missing(cells)
    if not stages:
        return None
    began = time.perf_counter()
    try:
        made = replace(bench, processes=1).run(stages[0][:1], quiet=True)
    except UsageError:  # told of when all are run
        return None
    return (time.perf_counter() - began) / made


def how_long(runs: int, seconds: float | None, processes: int | None) -> str:
    """Return ", about 9 minutes" for `runs` of `seconds` each in `processes`; empty when it is short or not known."""
    total = runs * (seconds or 0) / (processes or os.cpu_count() or 1)
    if total < SECONDS_WORTH_SAYING:
        return ""
    return f", about {duration(total)}"


def say(text: str, quiet: bool) -> None:
    """Say `text` on the error stream, unless `quiet`."""
    if not quiet:
        print(text, file=sys.stderr, flush=True)
