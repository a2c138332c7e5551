"""The timings as one page of Markdown: what was timed, the tables, and on what machine."""

from __future__ import annotations

import datetime
import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

from experiments.pages import marked, renewed

LIBRARIES = ("mesa", "numpy", "scipy", "pandas")


def processor() -> str:
    """Return the model of the processor, as far as the machine tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    try:
        return subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return platform.processor() or platform.machine()


def machine() -> str:
    """Return date, processor, cores and versions, in a sentence."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    return f"Measured on {date}: {processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {libraries}."


def load() -> str:
    """Return a warning when other work shares the machine, else nothing."""
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return f" The machine was busy with other work as well (load {busy:.1f} on {os.cpu_count()} cores): times are too long." if busy > 1.5 else ""


def against(value: float, goal: float, form: str, more_is_better: bool = False) -> str:
    """Return the goal and whether `value` meets it."""
    met = value >= goal if more_is_better else value <= goal
    return f"{form.format(goal)}: {'met' if met else 'missed'}"


def rows(header: tuple[str, ...], body: list[tuple[object, ...]]) -> str:
    """Return a Markdown table; all columns but the first are set to the right."""
    lines = [header, ("---", *["---:"] * (len(header) - 1)), *body]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def page(default: dict, start_up: dict, sides: list[dict], growth: list[dict], efficiency: str, note: str) -> str:
    """Return the whole page."""
    return "\n\n".join((
        "# Speed and memory",
        f"Made by `make bench` (`python -m benchmarks --write`); do not edit. {note}",
        "## The default run",
        default_table(default, start_up),
        "## Against plain agent objects",
        sides_text(sides),
        sides_table(sides),
        "## Growth with size",
        "The whole model with its weekly measures, events and panel off, with as many times the people, posts and services. A person-week is one week of "
        "one person referred so far, whatever their state. Seconds are of processor time, on one core. Each size in a fresh process; memory is its "
        "peak, and what the run added to Python and libraries.",
        growth_table(growth),
        "## Several processes",
        efficiency,
    )) + "\n"  # fmt: skip


def excerpt(page: str) -> str:
    """Return what README.md quotes of `page`, row for row: the default run, the ratio and the growth."""
    tables = re.findall(r"(?:^\|.*\n)+", page, flags=re.MULTILINE)
    default, sides, growth, *_ = (part.splitlines() for part in tables)
    return "\n".join([*default[:3], "", *sides, "", *growth])


def quoted(readme: str, page: str) -> str:
    """Return `readme` with the excerpt of `page` in its place."""
    return renewed(readme, marked("speed"), f"{excerpt(page)}\n")


def default_table(run: dict, start_up: dict) -> str:
    """Return the table of the default run."""
    time = f"{run['seconds']:.2f} s (fastest {run['fastest']:.2f} s)"
    start = (f"{run['weeks']} weeks, {run['people']:,} people, all measures, events and panel, after import (median of {run['repeats']})", time)
    help_seconds = start_up["help_seconds"]
    return rows(("what", "figure", "goal"), [
        (*start, against(run["seconds"], 0.5, "{:g} s")),
        ("its tables and summary, on first access", f"{run['tables_seconds']:.2f} s", ""),
        (f"import of the model in a fresh process (median of {start_up['repeats']})", f"{start_up['import_seconds']:.2f} s", ""),
        (f"`spsim --help`, start to end (median of {start_up['repeats']})", f"{help_seconds:.2f} s", against(help_seconds, 0.5, "{:g} s")),
        ("columns, a person", f"{run['columns_per_person']} bytes", against(run["columns_per_person"], 600, "{:g} bytes")),
        ("index table of the random streams, a person", "8 to 24 bytes", ""),
        ("events, a person (in this run, as kept while it goes)", f"{run['events_per_person']:.0f} bytes", ""),
        ("panel, a person (in this run, as kept while it goes)", f"{run['panel_per_person']:.0f} bytes", ""),
        ("agent views, a person (none before first access)", f"{run['views_per_person']:.0f} bytes", ""),
    ])  # fmt: skip


def sides_text(sides: list[dict]) -> str:
    """Return what is timed on both sides."""
    one = sides[0]
    return (
        f"Four processes of the week, by the same rules and from the same state (the whole model after {one['warm_weeks']} weeks): setbacks, contact with Star "
        "reviews, participation, and wellbeing with drop-out. One side is the model's own functions on columns; the other is "
        "[one Python object per person, goal and link worker](../../benchmarks/agent_user.py), written to be quick but plain. "
        "Set-up is not timed. The two take turns; seconds are of processor time, and the ratio is taken pair by pair (median, lowest and highest). "
        "[A test](../../tests/benchmarks/test_agent_objects.py) holds both to the same figures. At the size of one service the columns' time is the fixed "
        "cost of some two thousand small array operations a week, which does not shrink with the number of people."
    )


def sides_table(sides: list[dict]) -> str:
    """Return the table of both sides."""
    header = ("size", "people", "weeks timed", "pairs", "agent objects, s", "columns, s", "ratio", "lowest to highest", "goal")
    return rows(header, [
        (f"{s['factor']}×", f"{s['people']:,}", s["weeks"], s["repeats"], f"{s['objects_seconds']:.3f}", f"{s['columns_seconds']:.3f}",
         f"{s['ratio']:.0f}×", f"{s['ratio_low']:.0f}–{s['ratio_high']:.0f}×", against(s["ratio"], 50, "{:g}×", more_is_better=True))
        for s in sides
    ])  # fmt: skip


def growth_table(growth: list[dict]) -> str:
    """Return the table of growth."""
    header = ("size", "people", "posts", "services", "weeks", "person-weeks", "seconds", "ns per person-week", "peak memory", "of which the run")
    return rows(header, [
        (f"{g['factor']}×", f"{g['people']:,}", f"{g['posts']:,}", f"{g['services']:,}", g["weeks"], f"{g['person_weeks']:,}", f"{g['seconds']:.2f}",
         f"{1e9 * g['seconds'] / g['person_weeks']:.0f}", f"{g['peak_bytes'] / 1e6:,.0f} MB", f"{g['peak_bytes_of_the_run'] / 1e6:,.0f} MB")
        for g in growth
    ])  # fmt: skip
