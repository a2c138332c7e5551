"""Places put together are their people put together: exactly for sums and counts, in any order; quantiles within the stated error."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.places.exact import ExactSum
from experiments.places.merge import ACCURACY, MEANS, Merged
from experiments.places.piece import SPREAD, TALLIES, WEEKLY, piece_of, results_of, tables
from experiments.places.system import Place
from sim import Parameters
from sim.summary import QUANTILE, groups, of_people, over_groups

pytestmark = pytest.mark.unit
WEEKS = 60
SMALL = {"referrals.first_year": 40, "referrals.later_years": 40, "workforce.posts": 1, "community.services": 6}
SIZES = (("north", {}), ("south", {"referrals.first_year": 90, "population.deprived_share": 0.1}), ("empty", {"workforce.posts": 0}))


def merged(places):
    """All `places` put together."""
    whole = Merged()
    for place in places:
        whole.add(place)
    return whole


@pytest.fixture(scope="module")
def pieces():
    made = [Place(name, values, Parameters().replace(SMALL | values)) for name, values in SIZES]
    return [piece_of(place, 1, WEEKS) for place in made]


@pytest.fixture(scope="module")
def parts(pieces):
    return [tables(piece, None) for piece in pieces]


@pytest.fixture(scope="module")
def people(pieces):
    return pd.concat([results_of(piece, usual=False).people for piece in pieces], ignore_index=True)


def test_measures_of_people_are_those_of_all_people_together(parts, people):
    together = {(r.measure, r.group): r for r in over_groups(of_people(people, WEEKS), groups(people), units(parts))}
    told = {(r.measure, r.group): r for r in merged(parts).tallies}
    assert len(together) > 200
    for key, row in together.items():
        if key[0] == QUANTILE:
            continue
        assert told[key].people == row.people, key
        assert told[key].value == pytest.approx(row.value, rel=1e-12, nan_ok=True), key


def units(parts):
    rows = parts[0][TALLIES]
    return dict(rows[(rows.group == "all") & rows.people.notna()][["measure", "unit"]].itertuples(index=False, name=None))


def test_weeks_are_sums_over_places_and_ratios_those_of_the_whole(parts):
    weekly, each = merged(parts).weekly, [part[WEEKLY] for part in parts]
    for name in weekly.columns.drop(["week", *MEANS]):
        assert weekly[name].tolist() == pytest.approx(sum(w[name] for w in each).tolist(), rel=1e-12), name
    stars = sum((w.star_mean * w.open_caseload).fillna(0) for w in each)
    assert (weekly.star_mean * weekly.open_caseload).fillna(0).tolist() == pytest.approx(stars.tolist())
    assert weekly.referrals.dtype == "int64"


def test_one_place_put_together_with_nothing_else_is_itself(pieces, parts):
    alone = results_of(pieces[0], usual=False).summary_table
    whole = merged(parts[:1]).summary
    both = alone[alone.measure != QUANTILE].merge(whole, on=["measure", "group"], suffixes=("", "_merged"))
    assert len(both) == (alone.measure != QUANTILE).sum()
    assert both.value_merged.tolist() == pytest.approx(both.value.tolist(), rel=1e-12, nan_ok=True)


def test_the_order_in_which_places_come_cannot_be_seen(parts):
    one, other = merged(parts), merged(parts[::-1])
    for table in ("summary", "weekly", "quantiles"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)


def test_places_with_other_measures_are_not_put_together(parts):
    fewer = parts[0] | {TALLIES: parts[0][TALLIES].iloc[:-1]}
    with pytest.raises(ValueError, match="same measures"):
        merged([parts[1], fewer])


def test_quantiles_lie_within_their_stated_error(parts, people):
    by_person = of_people(people, WEEKS)
    for row in merged(parts).quantiles.itertuples():
        values = np.sort(by_person[row.measure][~np.isnan(by_person[row.measure])])
        assert row.people == len(values)
        if not len(values):
            assert math.isnan(row.value)
            continue
        low, high = (float(np.quantile(values, row.share, method=method)) for method in ("lower", "higher"))
        most = ACCURACY * max(abs(low), abs(high)) + row.rounding + 1e-9
        assert low - most <= row.value <= high + most, row


def test_the_spread_counts_every_person_once(parts, people):
    counted = sum(part[SPREAD].query("measure == 'wait_mean'").people.sum() for part in parts)
    assert counted == people.wait_weeks.notna().sum()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(-(2**52), 2**52).map(lambda k: k / 2**20), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_an_exact_sum_is_the_rounded_sum_in_any_order(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    one, other = ExactSum(), ExactSum()
    for value in values:
        one.add(np.array([value]))
    for value in shuffled:
        other.add(np.array([value]))
    assert one.value[0] == other.value[0] == math.fsum(values)


def test_what_is_missing_counts_as_nothing_and_nothing_at_all_is_missing():
    total = ExactSum()
    for values in ([1.0, np.nan, np.nan], [2.0, 5.0, np.nan]):
        total.add(np.array(values))
    assert total.value[:2].tolist() == [3.0, 5.0] and math.isnan(total.value[2])
