"""How much memory a run takes, told before it starts."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from experiments.errors import UsageError
from sim import Parameters

PROCESS = 400_000_000  # bytes of Python, libraries and fixed tables, those of the compiled form included
TABLES = 2_000  # bytes a person while result tables and their measures are drawn up, the model's own columns aside; docs/scale.md says how it was measured
RECORDS = 2_500  # bytes a person of events and panel, with their tables
RESERVE = 0.9  # share of the memory there is that a run may take


def bytes_of_a_run(parameters: Parameters, weeks: int, records: bool = False) -> int:
    """Return about how many bytes one run takes at its peak; with `records` events and panel are kept."""
    from sim.people import People

    return PROCESS + int(people_expected(parameters, weeks) * (People.bytes_per_row() + TABLES + (RECORDS if records else 0)))


def people_expected(parameters: Parameters, weeks: int) -> float:
    """Return about how many people are referred in `weeks`, after any warm-up."""
    q = parameters.referrals
    if q.counts:
        return float(sum(q.counts)) + q.first_year * q.warm_up_weeks / 52 + q.backlog
    length = q.warm_up_weeks + weeks
    return q.first_year * min(length, 52) / 52 + q.later_years * max(0, length - 52) / 52 + q.backlog


@cache
def memory_here() -> int | None:
    """Return the bytes of memory this process may use: what the machine has free, or its control group allows; None where that is not told."""
    found = [limit for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes") if (limit := number_in(path))]
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found += [1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable")]
    except (OSError, ValueError):
        if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
            found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(found) if found else None


def number_in(path: str) -> int | None:
    """Return the whole number in a file, None when it holds none."""
    try:
        return int(Path(path).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def check_memory(parameters: Parameters, weeks: int, workers: int = 1, records: bool = False, beside: str = "") -> int:
    """Return about how many bytes `workers` such runs at once take; raise `UsageError` with the estimate when that is more than there is."""
    need, there = workers * bytes_of_a_run(parameters, weeks, records), memory_here()
    if there is not None and need > RESERVE * there:
        people = people_expected(parameters, weeks)
        what = f" ({beside})" if beside else ""
        at_once = f", {workers} at once" if workers > 1 else ""
        raise UsageError(
            f"a run of about {people:,.0f} people over {weeks} weeks{what}{at_once} takes about {need / 1e9:,.1f} GB of memory, and {there / 1e9:,.1f} GB are "
            "free here. Ask for fewer people or weeks, fewer processes=, or run it where there is more memory."
        )
    return need
