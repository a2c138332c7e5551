"""The tables of docs/scale.md: what they are made of, and the peak of several processes together."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import scale
from experiments.pages import marked

pytestmark = pytest.mark.unit
PAGE = Path(__file__).resolve().parents[2] / "docs" / "scale.md"
GROWTH = {"people": 7_430, "posts": 22, "weeks": 260, "person_weeks": 1_000_000, "compiled": True, "seconds": 0.25, "peak_bytes_of_the_run": 14_860_000}
SYSTEM = {"service": "icb", "words": ["compiled=true"], "people": 108_000, "place_runs": 60, "seconds": 30.0, "merge_seconds": 7.0, "work_seconds": 24.0}
SYSTEM |= {"bytes_a_place": 50_000, "peak_bytes": 860_000_000}


def test_the_tables_tell_time_a_person_week_bytes_a_person_and_the_work_of_a_place():
    year = {"year": 5, "ever": 7_430, "rows": 7_430, "bytes": 3.7e6, "week_ms": 9.0}
    told = scale.told("Measured.", [GROWTH], [SYSTEM], dict.fromkeys(("0 0", "0 1", "260 0", "260 1"), [year]))["told"]
    assert "| 7,430 | 22 | 260 | 1,000,000 | compiled | 0.25 | 250 | 2,000 |" in told
    assert "| `spsim run service=icb compiled=true` | 108,000 | 60 | 30 | 7 | 0.40 | 50 kB | 0.86 GB |" in told
    assert "| 5 | 7,430 | 7,430 | 3.7 | 9.0 (9.0) | 7,430 | 3.7 | 9.0 (9.0) |" in told


def test_the_page_holds_measured_tables():
    (block,) = [match[0] for match in marked("scale").finditer(PAGE.read_text(encoding="utf8"))]
    assert "Measured on" in block and "service=england" in block and block.count("\n| ") > 20


def test_the_peak_counts_children_too():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytearray(80_000_000); input()'], stdin=sys.stdin)"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
        held = 0
        while held < 80_000_000 and process.poll() is None:
            held = scale.held(process.pid)
        process.communicate(b"\n")
    assert held >= 80_000_000
    assert scale.held(os.getpid()) > 0
