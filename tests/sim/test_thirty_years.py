"""Thirty years of one service: what is held and what is worked on a week level off once follow-up has an end."""

from unittest.mock import patch

import numpy as np
import pytest

from experiments.archive_files import ParquetParts
from sim import Parameters, SocialPrescribingService, streams

pytestmark = pytest.mark.scale
YEARS = 30


class Counter:
    """Counts the random words drawn, hashed and noise alike: everything a week does to anybody draws."""

    def __init__(self):
        self.words, self.finish, self.make = 0, streams.finish, streams.NoiseSource.__init__

    def hashed(self, z):
        self.words += z.size
        return self.finish(z)

    def noise(self, source, philox, numbers=None):
        self.make(source, self, numbers)
        self.philox = philox

    def random_raw(self, size):
        self.words += size
        return self.philox.random_raw(size)

    def advance(self, steps):
        self.philox.advance(steps)


@pytest.fixture(scope="module")
def thirty_years(tmp_path_factory):
    """By week: rows held, bytes of their columns, random words drawn; and the finished model."""
    shelf, counter = ParquetParts(tmp_path_factory.mktemp("archive")), Counter()
    p = Parameters().replace({"life.follow_up_weeks": 260})
    service = SocialPrescribingService(p, seed=1, weeks=52 * YEARS, events=False, panel=False, archive=shelf)
    people, weekly = service.people, []
    with patch.object(streams, "finish", counter.hashed), patch.object(streams.NoiseSource, "__init__", lambda *given: counter.noise(*given)):
        for _ in range(service.weeks):
            counter.words = 0
            service.step()
            weekly.append((people.n, sum(getattr(people, name).nbytes for name in people.columns), counter.words))
    return (*np.array(weekly).T, service)


def most(values, first, last):
    """The most of the weeks of years `first` to `last`, both included."""
    return values[52 * (first - 1) : 52 * last].max()


def test_rows_bytes_and_random_words_of_a_week_level_off(thirty_years):
    rows, held, words, _ = thirty_years
    for values in (rows, held, words):
        assert most(values, 20, YEARS) <= 1.1 * most(values, 12, 16)


def test_what_is_held_is_a_fraction_of_everybody_ever_referred(thirty_years):
    *_, service = thirty_years
    assert service.people.capacity < service.people.ever / 2
    assert sum(len(part["number"]) for part in service.people.archive.gathered) < service.people.ever / 10


def test_everybody_stands_in_the_tables(thirty_years):
    *_, service = thirty_years
    people, states = service.results.people, service.results.states
    assert len(people) == service.arrivals.sum() == states.drop(columns="week").iloc[-1].sum()
    assert (np.diff(people.referred_week) >= 0).all() and people.followed_until.notna().sum() > 30_000
