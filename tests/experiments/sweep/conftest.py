"""What the tests of sweeps share: a small service, factors made of it, a short question, and a small command."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from experiments.cli import read
from experiments.sweep.factors import Factor, chosen
from experiments.sweep.question import SweepQuestion
from sim import Parameters
from tests.experiments.whatif.conftest import count_runs

WEEKS = 12
SMALL = ("service=classroom", f"weeks={WEEKS}", "processes=1", "measures=[wait_mean,workload_mean]")
VARIED = ("allocation.accept_logit", "workforce.diary_share", "contact.first_hours")  # that change a few weeks, and not usual care
OUTSIDE_THE_PROMISE = {"timings.parquet", "manifest.json", "report.html"}  # of being the same to the byte: times, hosts, and what shows them


@pytest.fixture(scope="session")
def classroom() -> Parameters:
    """The small service for teaching: about 40 people a year."""
    return read("run", ["service=classroom"]).parameters


@pytest.fixture(scope="session")
def factors(classroom: Parameters) -> Callable[..., tuple[Factor, ...]]:
    """`factors("workforce.turnover", "levers")`: what these words name in the small service, within `bounds`."""
    return lambda *words, bounds=None: chosen(words or VARIED, classroom, bounds or {})[0]


@pytest.fixture
def question(classroom: Parameters, factors: Callable[..., tuple[Factor, ...]]) -> Callable[..., SweepQuestion]:
    """`question("morris", "workforce.turnover", "handover.order", size=2)`: a short sweep of the small service."""

    def make(method: str = "morris", *words: str, size: int = 2, replications: int = 2, bounds: dict[str, Any] | None = None, **more: Any) -> SweepQuestion:
        told = {"measures": ("wait_mean", "workload_mean"), "weeks": WEEKS, "service": classroom} | more
        return SweepQuestion(method=method, factors=factors(*words, bounds=bounds), size=size, replications=replications, **told)

    return make


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Parameters, int]]:
    """The parameters and seed of every run of the model in this process, in order; the one that is timed beforehand aside."""
    return count_runs(monkeypatch)


@pytest.fixture
def sweep(spsim: Callable[..., Any]) -> Callable[..., Any]:
    """Call `spsim sweep` on a small service for a few weeks; further words come last and win."""
    return lambda *words: spsim("sweep", *SMALL, *words)


def tables_in(folder: Path) -> dict[str, str]:
    """Return the hash of the bytes of every file that is promised to be the same however it was made."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir()) if path.name not in OUTSIDE_THE_PROMISE}
