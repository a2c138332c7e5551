"""The page of timings."""

import getpass
import os
import platform
from pathlib import Path

import pytest

from benchmarks import table

pytestmark = pytest.mark.unit

RUN = {"repeats": 3, "weeks": 260, "people": 7300, "seconds": 1.0, "fastest": 0.9, "tables_seconds": 0.2, "columns_per_person": 476}
RUN |= {"events_per_person": 400.0, "panel_per_person": 200.0, "views_per_person": 250.0}
SIDE = {"factor": 10, "people": 26_000, "warm_weeks": 104, "weeks": 4, "repeats": 5, "objects_seconds": 2.0, "columns_seconds": 0.05}
SIDE |= {"ratio": 41.0, "ratio_low": 38.0, "ratio_high": 44.0}
GROWTH = {"factor": 100, "weeks": 260, "people": 736_000, "posts": 2200, "services": 4000, "person_weeks": 90_000_000, "seconds": 63.0}
GROWTH |= {"peak_bytes": 744e6, "peak_bytes_of_the_run": 593e6}


EFFICIENCY = "| parallel efficiency on 2 cores | 95% | 90%: met |\n"


def test_the_page_gives_time_per_person_week_and_the_ratio_pair_by_pair():
    page = table.page(RUN, {"repeats": 3, "import_seconds": 1.5, "help_seconds": 0.2}, [SIDE], [GROWTH], EFFICIENCY, table.machine())
    growth = next(line for line in page.splitlines() if line.startswith("| 100×"))
    assert "| 90,000,000 | 63.00 | 700 | 744 MB | 593 MB |" in growth
    assert "| 41× | 38–44× |" in page  # not 2.0 / 0.05
    assert EFFICIENCY in page and EFFICIENCY not in table.excerpt(page)


def test_the_page_says_when_other_work_shares_the_machine(monkeypatch):
    monkeypatch.setattr(os, "getloadavg", lambda: (3.2, 0.0, 0.0), raising=False)
    assert "load 3.2" in table.load()
    monkeypatch.setattr(os, "getloadavg", lambda: (0.3, 0.0, 0.0), raising=False)
    assert table.load() == ""


def test_the_machine_is_told_by_its_kind_not_its_name(monkeypatch):
    monkeypatch.setattr(platform, "node", lambda: "a-host-name")
    told = table.machine()
    assert platform.python_version() in told and "numpy" in told
    assert "a-host-name" not in told and str(Path.home()) not in told and f"/{getpass.getuser()}" not in told


def test_the_readme_quotes_the_page():
    root = Path(__file__).resolve().parents[2]
    readme, page = ((root / name).read_text(encoding="utf8") for name in ("README.md", "docs/results/speed.md"))
    assert table.excerpt(page) in readme and table.quoted(readme, page) == readme
