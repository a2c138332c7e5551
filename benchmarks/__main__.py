"""`python -m benchmarks`: time everything, each part in a process of its own, and print the page; `--write` keeps it in docs/results."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks import table

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results" / "speed.md"
README = ROOT / "README.md"
FULL = {
    "default": 7, "start_up": 5,
    "sides": ((1, 104, 13, 15), (10, 104, 4, 7)),  # factor, weeks before, weeks timed, pairs
    "growth": ((1, 260, 5), (10, 260, 3), (100, 260, 1)),  # factor, weeks, repeats
}  # fmt: skip
QUICK = {"default": 1, "start_up": 1, "sides": ((1, 26, 2, 2),), "growth": ((1, 52, 1), (10, 52, 1))}


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
    )
    results = []
    for part in parts:
        results.append([])
        for call in part:
            print(f"timing {call} …", file=sys.stderr, flush=True)
            results[-1].append(fresh(call))
    (default,), sides, growth = results
    return table.page(default, start_up(sizes["start_up"]), sides, growth, note)


def main() -> None:
    """Read the options, time, print, and write when asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)} and the excerpt in README.md too")
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works, not to quote")
    options = parser.parse_args()
    if options.write and options.quick:
        parser.error("--quick is not to be quoted: it cannot be written")
    page = measure(QUICK if options.quick else FULL)
    print(page)
    if options.write:
        write(PAGE, page)
        write(README, table.quoted(README.read_text(encoding="utf8"), page))


def write(path: Path, text: str) -> None:
    """Write `text` to `path`, whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf8")
    part.replace(path)


if __name__ == "__main__":
    main()
