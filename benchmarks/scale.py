"""Many people, many places and many years: seconds and bytes, and the tables of docs/scale.md. Commands are run as a user would type them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psutil

from benchmarks.table import rows
from experiments.pages import rows_beside
from experiments.terminal import counted
from sim import Parameters, SocialPrescribingService

ROOT = Path(__file__).resolve().parents[1]
EVERY = 1.0  # seconds from one look at the memory to the next


class Peak(threading.Thread):
    """Watches a process and all its children, and keeps the most memory they held together.

    Memory that several share counts once, in parts (PSS); where the system does not tell that, shared memory counts with each.
    """

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.bytes, self.over = process, 0, threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        while not self.over.wait(EVERY):
            self.bytes = max(self.bytes, held(self.process))


def held(process: int) -> int:
    """Return the bytes that a process and its children hold now."""
    try:
        root = psutil.Process(process)
        return sum(bytes_of(each) for each in (root, *root.children(recursive=True)))
    except psutil.Error:
        return 0


def bytes_of(process: psutil.Process) -> int:
    """Return the bytes of one process; none when it has just ended."""
    try:
        told = process.memory_full_info()
        return getattr(told, "pss", told.rss)
    except psutil.Error:
        return 0


def command(words: list[str], folder: Path) -> dict[str, float]:
    """Run `spsim` with `words` in `folder` and return seconds, the peak of all processes, and its exit status."""
    start = time.perf_counter()
    given = {"cwd": folder, "env": {**os.environ, "PYTHONPATH": str(ROOT)}, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-m", "experiments", *words], **given)
    watch = Peak(process.pid)
    watch.start()
    _, said = process.communicate()
    watch.over.set()
    watch.join()
    if process.returncode:
        raise SystemExit(f"spsim {' '.join(words)} failed:\n{said.decode()}")
    return {"seconds": time.perf_counter() - start, "peak_bytes": watch.bytes}


def system(service: str, words: list[str]) -> dict[str, float]:
    """Run a system of places from an empty store, then put it together once more from the full one; return figures of both."""
    with tempfile.TemporaryDirectory(prefix="spsim-scale-") as folder:
        base = Path(folder)
        words = ["run", f"service={service}", "store=store", "confirm=true", *words]
        first = command([*words, "out=one"], base)
        again = command([*words, "out=two"], base)
        timings = [json.loads(path.read_text(encoding="utf8"))["seconds"] for path in base.rglob("timing.json")]
        kept = sum(path.stat().st_size for path in (base / "store").rglob("*") if path.is_file())
        people = people_in(base / "one" / "summary.csv")
    return first | {
        "service": service, "words": words[4:], "place_runs": len(timings), "people": people, "work_seconds": sum(timings),
        "merge_seconds": again["seconds"], "bytes_a_place": kept / max(1, len(timings)),
    }  # fmt: skip


def people_in(summary: Path) -> int:
    """Return the people referred, as the summary tells them."""
    return next(round(float(row["value"])) for row in rows_beside(summary) if (row["measure"], row["group"]) == ("people_referred", "all"))


def long_run(years: int, every: int, follow_up_weeks: int, compiled: bool) -> list[dict[str, float]]:
    """Run the default service for `years` and tell, at the end of each `every`th, the rows held, their bytes, and the milliseconds of a week of that year."""
    parameters = Parameters().replace({"life.follow_up_weeks": follow_up_weeks})
    model = SocialPrescribingService(parameters, weeks=52 * years, events=False, panel=False, compiled=compiled)
    told = []
    for year in range(1, years + 1):
        took = []
        for _ in range(52):
            start = time.process_time()
            model.step()
            took.append(time.process_time() - start)
        if year % every == 0:
            people = model.people
            held = sum(getattr(people, name).nbytes for name in people.columns)
            told.append({"year": year, "ever": people.ever, "rows": people.n, "bytes": held, "week_ms": 1e3 * float(np.median(took))})
    return told


def long_runs(years: int, every: int) -> dict[str, list[dict[str, float]]]:
    """Return `long_run` with everybody followed to the end, and with follow-up for five years, numpy's form and the compiled one."""
    return {f"{weeks} {form}": long_run(years, every, weeks, bool(form)) for weeks in (0, 260) for form in (0, 1)}


def growth_table(growth: list[dict[str, float]]) -> str:
    """Return people x posts x weeks, seconds and bytes, of both forms."""
    head = ("people", "posts", "weeks", "person-weeks", "form", "seconds", "ns a person-week", "bytes a person, of the run")
    return rows(head, [
        (f"{g['people']:,}", f"{g['posts']:,}", g["weeks"], f"{g['person_weeks']:,}", "compiled" if g["compiled"] else "numpy", f"{g['seconds']:.2f}",
         f"{1e9 * g['seconds'] / g['person_weeks']:.0f}", f"{g['peak_bytes_of_the_run'] / g['people']:,.0f}")
        for g in growth
    ])  # fmt: skip


def systems_table(systems: list[dict[str, float]]) -> str:
    """Return the figures of whole systems of places."""
    head = ("command", "people", "runs of places", "seconds", "once in the store", "seconds of one run", "kept a run", "peak of all processes")
    return rows(head, [
        (f"`spsim run service={' '.join([s['service'], *s['words']])}`", f"{s['people']:,}", f"{s['place_runs']:,}", f"{s['seconds']:.0f}",
         f"{s['merge_seconds']:.0f}", f"{s['work_seconds'] / s['place_runs']:.2f}", f"{s['bytes_a_place'] / 1e3:.0f} kB", f"{s['peak_bytes'] / 1e9:.2f} GB")
        for s in systems
    ])  # fmt: skip


def years_table(runs: dict[str, list[dict[str, float]]]) -> str:
    """Return the long runs, a row a time."""
    head = ("end of year", "people ever", "all followed: rows", "MB", "ms a week (compiled)", "five years' follow-up: rows", "MB", "ms a week (compiled)")
    told = []
    for all_0, all_1, few_0, few_1 in zip(*(runs[key] for key in ("0 0", "0 1", "260 0", "260 1")), strict=True):
        told.append((
            all_0["year"], f"{all_0['ever']:,}", f"{all_0['rows']:,}", f"{all_0['bytes'] / 1e6:.1f}", f"{all_0['week_ms']:.1f} ({all_1['week_ms']:.1f})",
            f"{few_0['rows']:,}", f"{few_0['bytes'] / 1e6:.1f}", f"{few_0['week_ms']:.1f} ({few_1['week_ms']:.1f})",
        ))  # fmt: skip
    return rows(head, told)


def told(note: str, growth: list[dict], systems: list[dict], years: dict[str, list[dict]]) -> dict[str, str]:
    """Return all tables, as they stand in docs/scale.md, by the name `told`."""
    people = max(g["people"] for g in growth)
    tables = "\n\n".join((
        note,
        f"**People × posts × weeks**, up to {people:,} people in one service. Seconds are of processor time on one core, after import; bytes are what the run "
        "adds to the peak of a fresh process, divided by the people; a person-week is a week of one person referred so far. Events and panel are off.",
        growth_table(growth),
        f"**Many places**, each command from an empty store on {counted(os.cpu_count() or 1, 'core')}; *once in the store* is the same command when all places "
        "are there: start, reading, putting together, picture. The peak is the most that all processes held together, looked at each second, shared memory "
        "counted once (PSS).",
        systems_table(systems),
        "**Thirty years of the default service**, events and panel off: the rows held, their columns, and the median week of the year that ends, in processor "
        "time.",
        years_table(years),
    ))  # fmt: skip
    return {"told": f"{tables}\n"}
