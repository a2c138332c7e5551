"""The week in its two forms, numpy's and the compiled one, in turn in one process; and how far memory alone would let it go."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from benchmarks import table
from sim import SocialPrescribingService
from sim.people import People

GOALS = {"ratio": 2.0, "seconds": 0.3}
COPIED_BYTES = 1 << 28  # far more than a processor's cache holds


class Timed:
    """A module whose functions add the seconds they take to `seconds[0]`."""

    def __init__(self, module: ModuleType) -> None:
        self.module, self.seconds = module, [0.0]

    def __getattr__(self, name: str) -> Callable:
        function = getattr(self.module, name)

        def timed(*given: Any) -> None:
            start = time.perf_counter()
            function(*given)
            self.seconds[0] += time.perf_counter() - start

        return timed


def whole_runs(turns: int, weeks: int) -> dict[bool, list[float]]:
    """Time default runs of both forms in turn, after one of each that is not timed; seconds by whether compiled."""
    seconds: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(turns + 1):
        for compiled in (False, True):
            start = time.perf_counter()
            SocialPrescribingService(seed=turn + 1, weeks=weeks, compiled=compiled).run()
            if turn:
                seconds[compiled].append(time.perf_counter() - start)
    return seconds


def by_process(weeks: int) -> dict[str, tuple[float, float]]:
    """Step a default run of each form in turn, week by week; return the seconds of each process, numpy's and the compiled one's."""
    models = [SocialPrescribingService(weeks=weeks, compiled=compiled) for compiled in (False, True)]
    parts = []
    for model in models:
        timed = {name: Timed(module) for name, module in vars(model.processes).items() if name != "measures"}
        timed["measures"] = Timed(model.measures)
        model.processes, model.measures = SimpleNamespace(**timed), timed["measures"]
        parts.append(timed)
    for _ in range(weeks):
        for model in models:
            model.step()
    return {name: (parts[0][name].seconds[0], parts[1][name].seconds[0]) for name in parts[0]}


def memory_limit(weeks: int) -> tuple[float, float, float]:
    """Return the seconds it takes this machine to read every column of everybody arrived once a week, the bytes, and the bytes a second.

    Bytes a second are those of a copy of a large array, reading and writing counted; best of five.
    """
    source = np.ones(COPIED_BYTES // 8)
    target, took = np.ones_like(source), []  # written to, for pages of zeros need not be there in memory
    for _ in range(5):
        start = time.perf_counter()
        np.copyto(target, source)
        took.append(time.perf_counter() - start)
    speed = 2 * COPIED_BYTES / min(took)
    in_week = np.cumsum(SocialPrescribingService(weeks=weeks).arrivals[:weeks])
    touched = float(in_week.sum()) * People.bytes_per_row()
    return touched / speed, touched, speed


def run(turns: int, weeks: int = 260) -> dict[str, str]:
    """Time both forms, `turns` runs each, and return what came out, in words and a table."""
    seconds = whole_runs(turns, weeks)
    ratios = sorted(slow / fast for slow, fast in zip(seconds[False], seconds[True], strict=True))
    body = [(name, f"{1e3 * slow:.0f}", f"{1e3 * fast:.0f}", f"{slow / fast:.1f}×") for name, (slow, fast) in by_process(weeks).items()]
    limit, touched, speed = memory_limit(weeks)
    fast = median(seconds[True])
    told = (
        f"The default run of {weeks} weeks, all measures, events and panel, {turns} runs of each form in turn (medians, wall clock): numpy "
        f"{median(seconds[False]):.2f} s, compiled {fast:.2f} s, ratio pair by pair {median(ratios):.2f}× ({ratios[0]:.2f} to {ratios[-1]:.2f}×)."
    )
    if weeks == 260:
        told += f" Goals, {table.against(median(ratios), GOALS['ratio'], '{:g}×', more_is_better=True)}; {table.against(fast, GOALS['seconds'], '{:g} s')}."
    memory = (
        f"To read all columns of everybody arrived once a week, {touched / 1e6:.0f} MB in all, would take {1e3 * limit:.0f} ms at the "
        f"{speed / 1e9:.1f} GB a second at which this machine copies memory."
    )
    rows = table.rows(("process", "numpy, ms", "compiled, ms", "ratio"), body)
    return {"told": f"{told}{table.load()}\n\nBy process, in one run of each form, week by week in turn:\n\n{rows}\n\n{memory}"}
