"""What the tests of length share: pieces of a small service, made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pytest

from experiments.cli import read
from experiments.length.pieces import piece_of
from experiments.pieces import Tables

WEEKS = 364


@pytest.fixture(scope="session")
def made() -> Callable[..., Tables]:
    """`made(("programme.length_weeks", 26))`: the tables of one run of the small service with these changes, and of its usual care."""
    service = read("run", ["service=classroom"]).parameters
    care: dict[str, Tables] = {}

    @cache
    def make(*changes: tuple[str, Any]) -> Tables:
        piece = piece_of(service.replace(dict(changes)), 1, WEEKS)
        if piece.twin.key not in care:
            care[piece.twin.key] = piece.twin.made(None)
        from experiments.length.pieces import outcomes_of

        return outcomes_of(piece, care[piece.twin.key])

    return make


@pytest.fixture(scope="session")
def told(made: Callable[..., Tables]) -> Callable[..., pd.DataFrame]:
    """The outcomes of such a run: one row a measure, one column a group."""
    return lambda *changes: made(*changes)["outcomes"].pivot(index="measure", columns="group", values="value")


@pytest.fixture(scope="session")
def people(made: Callable[..., Tables]) -> Callable[..., pd.DataFrame]:
    """The people behind them."""
    return lambda *changes: made(*changes)["outcomes"].pivot(index="measure", columns="group", values="people")
