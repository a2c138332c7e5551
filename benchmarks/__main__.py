"""`python -m benchmarks`: time everything and measure what pairing buys, each part in a process of its own, and print both pages.

`--write` keeps them in docs/results. `--comparison` times the runs of a whole comparison instead, which takes minutes, `--page` the what-if page in
the system's Chromium, and `--compiled` the compiled form of the week against numpy's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks import table
from experiments.pages import marked, renewed

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results" / "speed.md"
PAIRING = ROOT / "docs" / "results" / "pairing.md"
SCALE = ROOT / "docs" / "scale.md"
README = ROOT / "README.md"
FULL = {
    "default": 7, "start_up": 5,
    "sides": ((1, 104, 13, 15), (10, 104, 4, 7)),  # factor, weeks before, weeks timed, pairs
    "growth": ((1, 260, 5), (10, 260, 3), (100, 260, 1)),  # factor, weeks, repeats
    "efficiency": (24, 104, 128),  # runs, weeks, short runs
    "pairing": (20, 260),  # pairs of runs, weeks
    "comparison": (20, 30),  # scenarios, seeds
    "page": (5,),  # turns
    "compiled": (7,),  # turns
    "scale_growth": ((1, 52, 3), (1, 260, 3), (10, 260, 1), (100, 260, 1), (136, 260, 1)),  # factor, weeks, repeats; each in both forms
    "scale_systems": (("icb", []), ("icb", ["compiled=true"]), ("england", ["compiled=true"])),
    "scale_years": (30, 5),
}  # fmt: skip
QUICK = {
    "default": 1, "start_up": 1, "sides": ((1, 26, 2, 2),), "growth": ((1, 52, 1), (10, 52, 1)), "efficiency": (4, 52, 16), "pairing": (3, 120),
    "comparison": (2, 3), "page": (1,), "compiled": (1, 52),
    "scale_growth": ((1, 26, 1),), "scale_systems": (("icb", ["places=3", "weeks=8"]),), "scale_years": (2, 1),
}  # fmt: skip


def fresh(call: str) -> dict:
    """Evaluate `call`, such as `growth.run(1, 260, 5)`, in a fresh process and return its dictionary.

    This process imports neither the model nor numpy: a child's peak memory starts from its parent's.
    """
    module = call.split(".", 1)[0]
    code = f"import json; from benchmarks import {module}; print(json.dumps({call}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{call} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def start_up(repeats: int) -> dict[str, float]:
    """Time the import of the model and the command's help, in fresh processes."""
    code = "import time; start = time.perf_counter(); import sim; sim.SocialPrescribingService; print(time.perf_counter() - start)"
    imports = [float(subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout) for _ in range(repeats)]
    helps = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "experiments", "--help"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        helps.append(time.perf_counter() - start)
    return {"repeats": repeats, "import_seconds": median(imports), "help_seconds": median(helps)}


def measure(sizes: dict) -> str:
    """Time everything at `sizes` and return the page."""
    note = table.machine() + table.load()
    parts = (
        [f"growth.default_run({sizes['default']})"],
        [f"four_processes.compare{size}" for size in sizes["sides"]],
        [f"growth.run{size}" for size in sizes["growth"]],
        [f"efficiency.run{sizes['efficiency']}"],
    )
    results = []
    for part in parts:
        results.append([])
        for call in part:
            print(f"timing {call} …", file=sys.stderr, flush=True)
            results[-1].append(fresh(call))
    (default,), sides, growth, (efficiency,) = results
    return table.page(default, start_up(sizes["start_up"]), sides, growth, efficiency["told"], note)


def scale(sizes: dict) -> str:
    """Measure growth, systems of places and long runs at `sizes`, and return the tables."""
    calls = [f"growth.run({', '.join(map(str, (*size, form)))})" for size in sizes["scale_growth"] for form in (False, True)]
    calls += [f"scale.system({service!r}, {words!r})" for service, words in sizes["scale_systems"]]
    calls.append(f"scale.long_runs({', '.join(map(str, sizes['scale_years']))})")
    note, found = table.machine() + table.load(), []
    for call in calls:
        print(f"timing {call} …", file=sys.stderr, flush=True)
        found.append(fresh(call))
    grown, systems = 2 * len(sizes["scale_growth"]), len(sizes["scale_systems"])
    return fresh(f"scale.told({note!r}, {found[:grown]!r}, {found[grown : grown + systems]!r}, {found[-1]!r})")["told"]


def pairing(sizes: dict, picture: Path | None) -> str:
    """Measure what pairing buys at `sizes` and return the page; draw its `picture`, unless None."""
    pairs, weeks = sizes["pairing"]
    print(f"running {pairs} pairs for each way of sharing luck …", file=sys.stderr, flush=True)
    return fresh(f"pairing.run({pairs}, {weeks}, {str(picture) if picture else None!r})")["page"]


def main() -> None:
    """Read the options, time, print, and write when asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}, {PAIRING.name}, its picture and the excerpt in README.md too")
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works, not to quote")
    parser.add_argument("--comparison", action="store_true", help="only time the runs of a comparison of 20 scenarios")
    parser.add_argument("--page", action="store_true", help="only time the what-if page")
    parser.add_argument("--scale", action="store_true", help=f"only the tables of {SCALE.relative_to(ROOT)} (half an hour); with --write, in their place there")
    parser.add_argument("--compiled", action="store_true", help="only time the compiled form of the week against numpy's")
    options = parser.parse_args()
    if options.scale:
        told = scale(QUICK if options.quick else FULL)
        print(told)
        if options.write and not options.quick:
            write(SCALE, renewed(SCALE.read_text(encoding="utf8"), marked("scale"), told))
        return
    if options.write and (options.quick or options.comparison or options.page or options.compiled):
        parser.error("--quick, --comparison, --page and --compiled go by themselves: they cannot be written")
    sizes = QUICK if options.quick else FULL
    for part, module in (("comparison", "comparison"), ("page", "what_if_page"), ("compiled", "compiled")):
        if getattr(options, part):
            given = ", ".join(map(str, sizes[part]))
            print(fresh(f"{module}.run({given})")["told"])
            return
    pages = {PAGE: measure(sizes), PAIRING: pairing(sizes, PAIRING.with_suffix(".png") if options.write else None)}
    print("\n\n".join(pages.values()))
    if options.write:
        for path, page in pages.items():
            write(path, page)
        write(README, table.quoted(README.read_text(encoding="utf8"), pages[PAGE]))


def write(path: Path, text: str) -> None:
    """Write `text` to `path`, whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf8")
    part.replace(path)


if __name__ == "__main__":
    main()
