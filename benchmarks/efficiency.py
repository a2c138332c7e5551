"""What is gained by a second process, and what it costs to hand runs over to workers.

Start-up of the workers is told apart from the rest: a sweep of thousands of runs pays it once.
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks import table
from experiments.cli import read
from experiments.executors import Workers, run_all
from experiments.store import Store
from experiments.whatif.cells import Cell, make

CORES = 2
WAYS = (("processes", 1), ("processes", 16), ("dask", 1), ("dask", 16))  # executor, runs in a task
MOST_WAIT = 120.0  # seconds until all workers must be there


@dataclass(frozen=True)
class Times:
    """Seconds until all workers were ready, from then on to the end, and, summed over workers: at work until its own last run, and inside runs."""

    start_up: float
    rest: float
    at_work: float
    inside: float


def meet_and_make(cell: Cell, folder: Path, workers: int) -> None:
    """Make `cell` and note when; a process's first also warms it up and waits until as many as `workers` have done so."""
    mark = folder / f"ready-{os.getpid()}"
    if not mark.exists():
        make(replace(cell, seed=10**9 + os.getpid()), Store(folder / "warming-up"))
        mark.touch()
        end = time.time() + MOST_WAIT
        while len(list(folder.glob("ready-*"))) < workers and time.time() < end:
            time.sleep(0.002)
    start = time.time()
    make(cell, Store(folder / "store"))
    (folder / f"made-{cell.seed}").write_text(f"{os.getpid()} {start!r} {time.time()!r}", encoding="utf-8")


def timed(cells: list[Cell], workers: Workers, batch: int) -> Times:
    """Make `cells` in an empty store and return what it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = ended = time.time()
        for _, error in run_all(partial(meet_and_make, folder=folder, workers=workers.number), cells, workers, batch):
            if error is not None:
                raise error
            ended = time.time()
        notes = [path.read_text(encoding="utf-8").split() for path in folder.glob("made-*")]
    made = [(number, float(start), float(end)) for number, start, end in notes]
    ready = min(start for _, start, _ in made)
    last = {number: max(end for other, _, end in made if other == number) for number, _, _ in made}
    return Times(ready - began, ended - ready, sum(end - ready for end in last.values()), sum(end - start for _, start, end in made))


def cells_of(words: list[str], count: int, weeks: int) -> list[Cell]:
    """Return runs of the service that the `words` of a command line name, with the seeds from 1 on, each with the usual care that it is set against."""
    parameters = read("run", words).parameters
    return [Cell(parameters, seed, weeks) for seed in range(1, count + 1)]


def run(count: int, weeks: int, short: int) -> dict[str, str]:
    """Time `count` runs of the default service with one process and with two, and `short` ones of the smallest service in tasks of several sizes.

    Return what it took, in words and a table. The single process is timed before and after, so that a machine that grows slower favours neither.
    """
    cells = cells_of([], count, weeks)
    before, both, after = (timed(cells, Workers(processes), 1) for processes in (1, CORES, 1))
    gained = {"count": count, "weeks": weeks, "one": (before.rest + after.rest) / 2, "two": both.rest, "start_up": both.start_up}
    return {"told": text(gained, [handed(cells_of(["service=classroom"], short, 52), *way) for way in WAYS])}


def handed(cells: list[Cell], executor: str, batch: int) -> dict[str, float | str]:
    """Return seconds a run inside its task, and what share of the workers' time is not inside one: without start-up, and without the wait for the last task."""
    times = timed(cells, Workers(CORES, executor), batch)
    told = {"executor": executor, "batch": batch, "start_up": times.start_up}
    return told | {"inside": times.inside / len(cells), "overhead": 1 - times.inside / times.at_work}


def text(gained: dict, handed_over: list[dict]) -> str:
    """Return what was timed, in words and a table."""
    words = (
        f"{gained['count']} runs of the default service, {gained['weeks']} weeks, each with its usual care, kept in a store: {gained['one']:.1f} s in one "
        f"process, {gained['two']:.1f} s in {CORES}, which take {gained['start_up']:.1f} s before that to start and to make a first run. Overhead is the share "
        "of the workers' time that is not spent inside a run, for short runs (classroom, 52 weeks) in tasks of one or several."
    )
    efficiency, in_all = (100 * gained["one"] / (CORES * seconds) for seconds in (gained["two"], gained["two"] + gained["start_up"]))
    rows = [
        (f"parallel efficiency on {CORES} cores", f"{efficiency:.0f}%", table.against(efficiency, 90, "{:g}%", more_is_better=True)),
        ("the same with the start of the processes, which is paid once", f"{in_all:.0f}%", ""),
    ]
    for each in handed_over:
        what = f"overhead, {each['executor']}, {each['batch']} to a task ({1e3 * each['inside']:.0f} ms a run; start {each['start_up']:.1f} s)"
        rows.append((what, f"{100 * each['overhead']:.1f}%", table.against(100 * each["overhead"], 5, "{:g}%") if each["batch"] > 1 else ""))
    return words + "\n\n" + table.rows(("what", "figure", "goal"), rows)
