"""Departures of a small service with many: 4 posts, 240 people a year, 120 weeks."""

import pytest

from experiments.continuity import pieces
from sim import Parameters

SMALL = {"referrals.first_year": 240, "referrals.later_years": 240, "workforce.posts": 4, "workforce.turnover": 2.0}
WEEKS = 120


@pytest.fixture(scope="session")
def restless():
    """The parameters of the small service."""
    return Parameters().replace(SMALL)


@pytest.fixture(scope="session")
def lived(restless):
    """The tables of two departures of one run."""
    return pieces.piece(restless, 3, WEEKS, most=2, first=30).made(None)
