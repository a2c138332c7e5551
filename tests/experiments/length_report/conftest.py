"""What the tests of the report on length share: an answer that is made up, its page, and a browser."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from experiments.length.report import write_report
from tests.experiments.length_report import made
from tests.experiments.report.conftest import NASTY, browser  # noqa: F401

RECORD = {"titles": {"service": NASTY}, "version": "0.1.0", "model_code": "abc", "parameters": {"habit": {"lapse": 0.123}}}


@pytest.fixture(scope="session")
def answer() -> SimpleNamespace:
    """A whole answer: four modes, seven lengths, five policies, 20 runs."""
    return made.answer()


@pytest.fixture(scope="session")
def page(answer: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its report."""
    path = tmp_path_factory.mktemp("length") / "report.html"
    write_report(path, answer, RECORD, ("lengths.csv", "needed.csv"), "spsim length lengths=[13,open]")
    return path


@pytest.fixture(scope="session")
def bare_page(answer: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of one mode and two lengths without no limit, policies, spells and single runs."""
    path = tmp_path_factory.mktemp("bare") / "report.html"
    write_report(path, made.small(answer))
    return path
