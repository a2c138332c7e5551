"""Spread between places is split into luck and structure: known answers, and places that are all the same."""

import numpy as np
import pandas as pd
import pytest

from experiments.places.league import again_at_the_top, league, split
from experiments.places.piece import TALLIES, piece_of, tables
from experiments.places.system import Place
from sim import Parameters
from sim.summary import Tally, valued

pytestmark = pytest.mark.unit


def drawn(places, structure, chance, seed=1, lives=2):
    """Figures of `places`, (places, lives), with known standard deviations."""
    rng = np.random.default_rng(seed)
    return 10 + structure * rng.standard_normal((places, 1)) + chance * rng.standard_normal((places, lives))


@pytest.mark.parametrize(("structure", "chance"), [(2.0, 1.0), (1.0, 2.0), (0.0, 1.0)])
def test_known_spreads_are_found_again(structure, chance):
    """With 4,000 places the standard errors are below 0.04; four of them are allowed (1 in 15,000)."""
    values = drawn(4_000, structure, chance)
    told = split(values[:, 0], values)
    assert told.sd_chance == pytest.approx(chance, abs=0.1)
    assert told.sd == pytest.approx(np.hypot(structure, chance), abs=0.15)
    assert told.share == pytest.approx(chance**2 / (structure**2 + chance**2), abs=0.12)
    assert told.low <= told.share <= told.high


def test_the_interval_of_the_chance_share_holds_the_truth_in_nine_of_ten_and_more():
    """300 systems of 60 places; 95% is meant, and fewer than 90% would come up by chance in 1 of 2,000 such tests."""
    held = 0
    for seed in range(300):
        values = drawn(60, 1.0, 1.0, seed)
        told = split(values[:, 0], values)
        held += told.low <= 0.5 <= told.high
    assert held >= 270


@pytest.mark.scale
def test_places_that_are_the_same_differ_by_luck_alone():
    """24 tiny places with the same parameters: what luck makes of them is all there is, within the interval."""
    parameters = Parameters().replace({"referrals.first_year": 60, "referrals.later_years": 60, "workforce.posts": 1, "community.services": 6})
    rows = []
    for number in range(24):
        place = Place(f"place {number}", {}, parameters)
        for seed in (1, 2):
            told = valued([Tally(*row) for row in tables(piece_of(place, seed, 40), None)[TALLIES].itertuples(index=False) if row.group == "all"])
            rows.append(told.assign(place=place.name, seed=seed))
    table = league(pd.concat(rows, ignore_index=True), ("wait_mean", "uptake", "contacts_per_user", "setbacks_per_year")).set_index("measure")
    for measure in ("uptake", "setbacks_per_year"):
        assert table.chance_share[measure] > 0.6 and table.chance_high[measure] == 1.0, measure
    assert (table.sd_structure <= table.sd).all()


def test_a_place_at_the_top_is_there_again_when_nothing_is_luck_and_seldom_when_all_is():
    steady, lucky = drawn(100, 1.0, 0.001), drawn(100, 0.0, 1.0)
    assert again_at_the_top(steady) == 1.0
    assert again_at_the_top(lucky) <= 0.5
    assert np.isnan(again_at_the_top(steady[:10]))


def test_with_too_few_places_run_twice_nothing_is_said_of_luck():
    runs = pd.DataFrame({"place": list("abc"), "seed": 1, "measure": "uptake", "value": [0.5, 0.6, 0.7], "unit": "share"})
    (row,) = league(runs, ("uptake",)).itertuples()
    assert row.sd == pytest.approx(0.1) and np.isnan(row.chance_share) and row.places_run_twice == 0
