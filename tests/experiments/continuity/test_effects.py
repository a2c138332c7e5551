"""Effects and their intervals: sums and clusters on hand-made people with known answers."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.continuity.effects import (
    OUTCOMES,
    bootstrap,
    contrast,
    difference,
    differences,
    gathered,
    groups_of,
    jackknife,
    mean_effect,
    ratio,
    ratio_of_effects,
    t12,
)  # fmt: skip
from experiments.continuity.pieces import SUMS
from experiments.continuity.worth import by_dose, handed_over_alone, hit_sums, others, per_hour, service_gain, service_per_hour, spill_over

pytestmark = pytest.mark.unit
BEFORE = {"maintenance": False, "weeks_in": 10, "confidence": 0.4, "trust": 0.5, "changes_before": 0, "complexity": 1}
NOTHING = dict.fromkeys(OUTCOMES, 0.0) | {"managed": False}


def person(seed, departure, number, world, before=None, **outcome):
    return {"seed": seed, "departure": departure, "person": number, "world": world, **BEFORE, **(before or {}), **NOTHING, **outcome}


def people(*lost, before=None):
    """People who lose so many contacts: one row of `lost` a seed."""
    rows = []
    for seed, own in enumerate(lost):
        for number, contacts in enumerate(own):
            told = before(number) if before else None
            rows += [person(seed, 0, number, "stayed", told, contacts_26=contacts), person(seed, 0, number, "as_is", told)]
    return pd.DataFrame(rows)


def test_with_as_many_people_in_each_run_the_interval_is_that_of_the_mean_over_runs():
    means = np.array([1.0, 3.0, 2.5, 0.5, 4.0])
    found = mean_effect(differences(people(*((-m, -m - 1) for m in means)), "as_is"), "contacts_26")
    expected = stats.t.interval(0.95, 4, means.mean() + 0.5, stats.sem(means))
    assert found.value == pytest.approx(means.mean() + 0.5)
    assert (found.low, found.high) == pytest.approx(expected)
    assert (found.people, found.departures, found.runs) == (10, 5, 5)


def test_people_count_alike_and_runs_are_the_clusters():
    """Three people of one run, one of another: the mean is over four people, the interval over two runs."""
    found = mean_effect(differences(people((2, 2, 2), (6,)), "as_is"), "contacts_26")
    assert found.value == -3 and found.runs == 2
    assert found.high - found.value > 5  # one run left out gives -6 or -2


def test_a_person_without_a_value_does_not_count():
    frame = people((2, 4))
    frame.loc[frame.person == 1, "contacts_26"] = np.nan
    found = mean_effect(differences(frame, "as_is"), "contacts_26")
    assert (found.value, found.people) == (-2, 1)
    assert np.isnan(found.low)


def test_shares_are_told_in_percentage_points():
    rows = [person(0, 0, 1, "stayed", engaged_26=True), person(0, 0, 1, "as_is", engaged_26=False)]
    assert differences(pd.DataFrame(rows), "as_is").engaged_26.tolist() == [-100]


def test_the_worlds_of_other_people_are_refused():
    frame = people((1, 2))
    with pytest.raises(ValueError, match="the same people"):
        differences(frame[~((frame.world == "as_is") & (frame.person == 0))], "as_is")


def test_the_same_world_twice_differs_by_nothing(lived):
    hit = gathered({1: lived})
    own = hit[hit.world == "as_is"]
    assert (difference(own, own).fillna(0) == 0).all(axis=None)


def test_groups_by_stage_confidence_and_changes_before_share_out_all_people():
    def before(n):
        return {"maintenance": n % 2 == 0, "confidence": n / 12, "changes_before": n % 4, "weeks_in": n * 5}

    frame = differences(people((1,) * 12, before=before), "as_is")
    groups = groups_of(frame)
    for parts in (
        ("before maintenance", "in maintenance"), ("first 26 weeks", "later"), ("confidence below 0.45", "confidence 0.45 and above"),
        ("lowest third of confidence", "middle third of confidence", "highest third of confidence"), ("first change", "second change", "third or later change"),
        [f"{stage}, {sure}" for stage in ("before maintenance", "in maintenance") for sure in ("confidence below 0.45", "confidence 0.45 and above")],
    ):  # fmt: skip
        assert (sum(groups[part].astype(int) for part in parts) == 1).all()
    assert groups["lowest third of confidence"].sum() == 4


def test_t12_is_the_fall_before_maintenance_over_that_in_maintenance():
    frame = people(*[(6, 2, 6, 2), (3, 1, 3, 1)] * 3, before=lambda n: {"maintenance": n % 2 == 1})
    own = differences(frame, "as_is")
    groups = groups_of(own)
    found = ratio_of_effects(own, "contacts_26", groups["before maintenance"], groups["in maintenance"])
    assert found.value == found.low == found.high == 3
    assert contrast(own, "contacts_26", groups["before maintenance"], groups["in maintenance"]).value == -3


def test_t12_of_one_run_tells_ratio_falls_and_people(lived):
    told = t12(lived)
    own = differences(gathered({1: lived}), "as_is")
    assert told["people"] == len(own) == told["people before maintenance"] + told["people in maintenance"]
    assert told["before maintenance"] == pytest.approx(-own[~own.maintenance].contacts_26.mean())
    assert told["ratio by stage"] == pytest.approx(told["before maintenance"] / told["in maintenance"])


def test_the_jackknife_covers_a_known_ratio_about_as_often_as_it_says():
    """2,000 samples of 12 runs: coverage of a 95% interval lies in 0.92 to 0.97 but for one time in a million, if it is 0.945."""
    draws, hits = np.random.default_rng(5), 0
    for _ in range(2000):
        people_of = draws.integers(20, 60, 12)
        _, low, high = jackknife(np.column_stack((people_of * draws.normal(2, 0.5, 12), people_of)), ratio)
        hits += low <= 2 <= high
    assert 0.92 < hits / 2000 < 0.97


def test_the_bootstrap_is_the_same_every_time_and_holds_the_ratio():
    sums = np.column_stack((np.arange(1.0, 9.0), np.full(8, 2.0)))
    assert bootstrap(sums, ratio) == bootstrap(sums, ratio)
    value, low, high = bootstrap(sums, ratio)
    assert value == 2.25 and low < value < high
    assert np.isnan(bootstrap(sums[:4], ratio)[1])  # too few runs for one


def beside(seed, world, **sums):
    return {"seed": seed, "departure": 0, "world": world, "people": 100, **dict.fromkeys(SUMS, 0.0), **sums}


def test_an_hour_of_joint_meetings_counts_both_diaries_and_those_who_leave_before_the_last_day():
    """Two people keep 5 weeks each; both and one more, who then left, had a meeting of 1.25 hours in two diaries: 10 / 7.5."""
    hit = pd.DataFrame([person(0, 0, n, world, weeks_52=20 + 5 * (world == "warm"), managed=world == "warm") for n in (1, 2) for world in ("warm", "passive")])
    rest = pd.DataFrame([beside(0, "warm", managed=4), beside(0, "passive", managed=3)])
    assert per_hour(hit, rest, "weeks_52", 1.25).value == pytest.approx(10 / 7.5)
    assert hit_sums(hit, "weeks_52", "warm", "passive").tolist() == [10]


def test_a_departure_with_another_in_its_week_of_notice_tells_nothing_of_handovers():
    """Both workers' users would be met, or not: the first two of three departures are left out, and their people."""
    departures = pd.DataFrame({"departure": [0, 1, 2], "post": [1, 2, 3], "notice": [80, 80, 90]})
    rest = pd.DataFrame([beside(0, "warm") | {"departure": number} for number in range(3)]).drop(columns="seed")
    rows = others({7: {"departures": departures, "others": rest}})
    hit = pd.DataFrame([person(7, number, 1, "warm") for number in range(3)])
    kept, left = handed_over_alone(hit, rows)
    assert kept.departure.tolist() == left.departure.tolist() == [2]


def test_what_others_lose_is_a_sum_a_departure():
    rest = pd.DataFrame([beside(seed, world, weeks_52=10 - lost * (world == "as_is")) for seed, lost in enumerate((2, 4)) for world in ("as_is", "stayed")])
    found = spill_over(rest, "weeks_52", "as_is")
    assert (found.value, found.people, found.departures, found.runs) == (-3, 200, 2, 2)


def test_sums_of_a_real_run_are_gathered_by_seed(lived):
    both = others({1: lived, 2: lived})
    assert len(both) == 2 * len(lived["others"]) and set(both.seed) == {1, 2}


def test_a_whole_service_gains_by_the_meetings_it_adds():
    totals = pd.DataFrame([{"seed": s, "share": h, "weeks": 1000 + s + 110 * h, "meetings": 50 * h, "people": 10} for s in (1, 2, 3) for h in (0.0, 1.0)])
    assert service_per_hour(totals, "weeks", 1.0, 0.0, 1.1).value == pytest.approx(1.0)
    assert service_gain(totals, "weeks", 1.0, 0.0).value == pytest.approx(110)


def test_doses_are_told_apart_and_the_last_holds_all_above():
    table = pd.DataFrame({"seed": [1] * 5, "changes": [0, 1, 2, 3, 5], "weeks_104": [0.0, -1, -2, -3, -5]})
    assert [round(e.value, 9) for e in by_dose(table, "weeks_104").values()] == [0, -1, -2, -4]
