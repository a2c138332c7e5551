"""A whole comparison's runs: scenarios of the catalogue with the default service, in several processes, from an empty store."""

from __future__ import annotations

import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks import table
from experiments.catalogue import BASELINE, catalogue
from experiments.cli import read
from experiments.store import Store
from experiments.whatif.bench import Arm, Bench

GOAL = {"scenarios": 20, "seeds": 30, "seconds": 300}


def run(scenarios: int, seeds: int, processes: int = 2, weeks: int = 260) -> dict[str, str]:
    """Run the first `scenarios` of the catalogue and the baseline with `seeds` seeds each, and return what it took, in words."""
    names = [BASELINE, *islice((name for name, found in catalogue().items() if found.changes), scenarios)]
    base, *others = (Arm(name, name, read("run", [f"scenario={name}"]).parameters) for name in names)
    arms = [base, *(arm.beside(base) for arm in others)]  # as in a comparison: one usual care for all
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Store(Path(folder) / "store"), weeks, processes)
        start = time.perf_counter()
        simulated = bench.run([bench.cell(arm, seed) for arm in arms for seed in range(1, seeds + 1)])
        seconds = time.perf_counter() - start
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    told = (
        f"{scenarios} scenarios and the baseline, {seeds} seeds each, {weeks} weeks: {simulated} runs, twins included, in {seconds:.0f} s on "
        f"{processes} processes ({seconds * processes / simulated:.2f} s of a process for each run); {size / 1e6:.0f} MB kept."
    )
    if (scenarios, seeds) == (GOAL["scenarios"], GOAL["seeds"]):
        told += f" Goal, {table.against(seconds, GOAL['seconds'], '{:g} s')}."
    return {"told": told + table.load()}
