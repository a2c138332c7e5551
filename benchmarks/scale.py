"""Many places and long runs: seconds, and the memory of all processes together, each command as a user would type it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

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
        "service": service, "words": words[4:], "place_runs": len(timings), "people": people, "cpu_seconds": sum(timings),
        "merge_seconds": again["seconds"], "bytes_a_place": kept / max(1, len(timings)),
    }  # fmt: skip


def people_in(summary: Path) -> int:
    """Return the people referred, as the summary tells them."""
    line = next(line for line in summary.read_text(encoding="utf8").splitlines() if line.startswith("people_referred,all,"))
    return round(float(line.split(",")[2]))
