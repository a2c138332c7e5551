"""What is drawn from a run: held against what theory says of runs in which a mechanism is switched off."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from experiments.cli import read
from experiments.length.courses import at_week
from experiments.length.measures import MEASURES
from experiments.length.pieces import piece_of, run

pytestmark = pytest.mark.unit
GROUPS = ["complexity=simple", "complexity=moderate", "complexity=complex"]
NOBODY = (("allocation.accept_logit", -10.0), ("allocation.accept_per_week_waited", 2.0))
OPEN = (("programme.open_ended", True),)
Outcomes = Callable[..., pd.DataFrame]


@pytest.mark.scale
def test_a_service_that_nobody_accepts_gives_nobody_anything_and_all_referred_still_count(told: Outcomes, people: Outcomes) -> None:
    gains, behind = told(*NOBODY), people(*NOBODY)
    assert gains.loc["served", "all"] == 0
    for name in ("gain_52", "gain_260", "gain_260_own", "gain_total", "gain_years", "hours"):
        assert gains.loc[name, "all"] == pytest.approx(0, abs=1e-6), name
    assert behind.loc["gain_260", "all"] == people().loc["gain_260", "all"] > 40
    assert np.isnan(gains.loc["loss_52", "all"])
    assert np.isnan(gains.loc["weeks_in_service", "all"])


def test_everybody_referred_and_alive_counts_and_not_only_those_who_start(people: Outcomes, told: Outcomes) -> None:
    assert people().loc["gain_260", "all"] > people().loc["weeks_in_service", "all"] * 0.9
    assert people().loc["served", "all"] > told().loc["served", "all"]


@pytest.mark.scale
def test_without_a_worth_of_trust_nothing_leans_on_the_relationship(told: Outcomes) -> None:
    plain = told(("wellbeing.trust_positive", 0.0), ("wellbeing.trust_family", 0.0))
    assert plain.loc["dependency", "all"] == 0
    assert plain.loc["gain_260_own"].tolist() == plain.loc["gain_260"].tolist()


def test_what_leans_on_the_relationship_is_what_wellbeing_falls_short_without_a_worth_of_trust() -> None:
    """The same people and luck, with and without that worth, which moves nothing but wellbeing; who has an area at the end of its scale falls less short."""
    service = read("run", ["service=classroom"]).parameters.replace({"programme.length_weeks": 26})
    worthless = service.replace({"wellbeing.trust_positive": 0.0, "wellbeing.trust_family": 0.0})
    (one, leaning), (other, _) = (run(piece_of(changed, 1, 150)) for changed in (service, worthless))
    here, there = one.results.people, other.results.people
    left = (here.latent_exit.notna() & here.start_week.notna()).to_numpy()
    fall, leaned = (here.latent_exit - there.latent_exit)[left].to_numpy(), leaning.at_exit[here.person[left]]
    assert len(fall) > 30
    assert np.isclose(fall, leaned, atol=1e-3).mean() > 0.75
    assert 0.9 * leaned.mean() < fall.mean() < leaned.mean()
    worth = service.wellbeing.trust_positive + service.wellbeing.trust_family
    assert leaned.mean() < 0.9 * worth * here.trust_last[left].mean()  # in half a year wellbeing has not followed trust all the way


def test_what_leans_on_the_relationship_is_counted_only_while_it_runs(told: Outcomes) -> None:
    timed, open_ended = (table.loc["gain_260", "all"] - table.loc["gain_260_own", "all"] for table in (told(), told(*OPEN)))
    assert open_ended > timed >= 0


def test_counts_sums_and_hours_of_the_complexity_groups_add_up_to_all(told: Outcomes) -> None:
    for name in ("served", "served_all", "gain_total", "hours"):
        assert told().loc[name, GROUPS].sum() == pytest.approx(told().loc[name, "all"])


def test_parts_of_spend_add_up(told: Outcomes) -> None:
    assert told().loc[["spend_staff", "spend_places", "spend_care"], "all"].sum() == pytest.approx(told().loc["spend", "all"])


def test_an_open_ended_programme_has_no_planned_exit_and_no_time_limit(told: Outcomes) -> None:
    assert np.isnan(told(*OPEN).loc["gain_planned_exit_52", "all"])
    assert told(*OPEN).loc["time_limit", "all"] == 0
    assert not np.isnan(told().loc["gain_planned_exit_52", "all"])


def test_first_spells_add_up_to_those_who_started_and_none_is_longer_than_a_fixed_limit(made: Callable[..., dict[str, pd.DataFrame]], told: Outcomes) -> None:
    fixed = (("programme.length_weeks", 26), ("programme.discretion", 0.0), ("programme.max_extensions", 0))
    spells = made(*fixed)["spells"]
    assert spells.groupby("group").people.sum()["all"] == told(*fixed).loc["served", "all"]
    assert spells.weeks.max() == 26
    assert "open" not in set(spells.cause)


@pytest.mark.scale
def test_nobody_comes_back_where_nobody_may_and_more_have_after_two_years_than_after_one(told: Outcomes, people: Outcomes) -> None:
    never, some = told(("programme.reentry", 0.0)), told(("programme.reentry", 0.3))
    assert never.loc[["reentered", "returned_52", "returned_104"], "all"].tolist() == [0, 0, 0]
    assert 0 < some.loc["returned_52", "all"] <= some.loc["returned_104", "all"]
    assert people().loc["returned_104", "all"] <= people().loc["returned_52", "all"] <= people().loc["weeks_in_service", "all"]


def test_all_ways_in_which_first_stays_stand_add_up_to_all_who_started(told: Outcomes) -> None:
    assert told().loc[["goals_met", "time_limit", "dropout", "gone", "still_open"], "all"].sum() == pytest.approx(1)


def test_no_extension_without_discretion(told: Outcomes) -> None:
    assert told(("programme.discretion", 0.0)).loc["extended", "all"] == 0


def test_every_measure_is_declared_and_every_declared_one_is_told(told: Outcomes) -> None:
    assert set(told().index) == set(MEASURES)


def test_lengths_and_policies_share_usual_care_and_another_flow_of_referrals_does_not() -> None:
    service = read("run", ["service=classroom"]).parameters
    tried = ({}, {"programme.length_weeks": 13}, {"workforce.posts": 9}, {"referrals.backlog": 5})
    twins = [piece_of(service.replace(changes), 1, 364).twin for changes in tried]
    assert twins[0] == twins[1] == twins[2] != twins[3]


def test_a_level_between_quarters_lies_on_the_line_and_is_missing_beyond_what_was_seen() -> None:
    course = np.array([[10.0, 23.0, 36.0, np.nan], [1.0, np.nan, np.nan, np.nan]])
    assert at_week(course, np.array([0.0, 0.0])).tolist() == [10.0, 1.0]
    assert at_week(course, np.array([14.0, 13.0]))[0] == pytest.approx(24.0)
    assert np.isnan(at_week(course, np.array([14.0, 1.0]))[1])
    assert at_week(course, np.array([26.0, 0.0]))[0] == 36.0  # the last that was seen needs no later one
    assert np.isnan(at_week(course, np.array([27.0, -1.0]))).all()
