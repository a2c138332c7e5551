"""The whole model at 1, 10 and 100 times the people, posts and services: time and memory. Each run in a process of its own."""

from __future__ import annotations

import resource
import sys
import time
import tracemalloc
from collections.abc import Iterable
from statistics import median

import numpy as np

from experiments.compiling import compile_now
from sim import Parameters, SocialPrescribingService
from sim.people import People

SCALED = ("referrals.first_year", "referrals.later_years", "workforce.posts", "community.services")


def times_as_many(factor: int) -> Parameters:
    """Return the defaults with `factor` times the people, posts and services."""
    default = Parameters()
    groups = (key.split(".") for key in SCALED)
    return default.replace({f"{group}.{name}": factor * getattr(getattr(default, group), name) for group, name in groups})


def peak_bytes() -> int:
    """Return the most memory this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def run(factor: int, weeks: int, repeats: int, compiled: bool = False) -> dict[str, float]:
    """Run `weeks` at `factor` times the size without events and panel; seconds are processor time, the median of `repeats`."""
    if compiled:
        compile_now(quiet=True)
    before, timings, parameters = peak_bytes(), [], times_as_many(factor)
    for _ in range(repeats):
        start = time.process_time()
        model = SocialPrescribingService(parameters, seed=1, weeks=weeks, events=False, panel=False, compiled=compiled)
        while model.week < weeks:
            model.step()
        timings.append(time.process_time() - start)
    people_in_week = np.cumsum(model.arrivals[:weeks])
    return {
        "factor": factor, "weeks": weeks, "repeats": repeats, "compiled": compiled, "people": int(model.people.n), "posts": int(model.workforce.posts.n),
        "services": parameters.community.services, "person_weeks": int(people_in_week.sum()), "seconds": median(timings),
        "peak_bytes": peak_bytes(), "peak_bytes_of_the_run": peak_bytes() - before,
    }  # fmt: skip


def default_run(repeats: int) -> dict[str, float]:
    """Time the default run of 260 weeks with all measures, events and panel; count what its parts hold."""
    runs, tables = [], []
    for seed in range(1, repeats + 1):
        start = time.perf_counter()
        model = SocialPrescribingService(seed=seed)
        results = model.run()
        runs.append(time.perf_counter() - start)
        start = time.perf_counter()
        _ = [getattr(results, table) for table in ("weekly", "people", "episodes", "panel", "events", "services", "link_workers", "summary_table")]
        tables.append(time.perf_counter() - start)
    n = model.people.n
    events = held(array for block in model.events.blocks for array in block)
    panel = held(array for blocks in model.panel.blocks.values() for array in blocks)
    return {
        "repeats": repeats, "weeks": model.weeks, "people": int(n), "seconds": median(runs), "fastest": min(runs), "tables_seconds": median(tables),
        "columns_per_person": People.bytes_per_row(), "events_per_person": events / n, "panel_per_person": panel / n,
        "views_per_person": view_bytes(model) / n,
    }  # fmt: skip


def held(values: Iterable[object]) -> int:
    """Return the bytes of all arrays among `values`; one that several share counts once."""
    arrays = {id(value): value for value in values if isinstance(value, np.ndarray)}
    return sum(array.nbytes for array in arrays.values())


def view_bytes(model: SocialPrescribingService) -> int:
    """Return the memory that the agents of all people take when first asked for."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        users = model.users
        assert len(users) == model.people.n
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
