"""The worlds of a departure: the same run up to the notice, and afterwards the same luck with one thing changed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.continuity import pieces
from experiments.continuity.pieces import WORLDS, Departure, branch, follow, leavers, new_model, piece, sampled, settings_of, steps, those_hit
from sim import Parameters, SocialPrescribingService

pytestmark = pytest.mark.unit
WEEKS, SEED = 120, 3


@pytest.fixture(scope="module")
def asked(restless):
    return piece(restless, SEED, WEEKS, most=2, first=30)


@pytest.fixture(scope="module")
def departure(asked):
    return leavers(asked)[0]


def at_notice(asked, departure):
    model = new_model(asked)
    while model.week < departure.notice:
        model.step()
    return model


@pytest.fixture(scope="module")
def before(asked, departure):
    return at_notice(asked, departure)


def run_on(model):
    while model.week < WEEKS:
        model.step()
    return model.results


def test_a_branch_lives_on_as_the_run_itself_and_leaves_it_where_it_was(before, restless):
    branched = run_on(branch(before))
    whole = SocialPrescribingService(restless, seed=SEED, weeks=WEEKS, events=False, panel=False).run()
    pd.testing.assert_frame_equal(branched.people, whole.people, check_exact=True)
    pd.testing.assert_frame_equal(branched.weekly, whole.weekly, check_exact=True)
    assert before.week < WEEKS


def test_a_notice_not_given_in_a_branch_is_the_departure_cancelled_from_the_start(before, departure, restless):
    """The switch of the core, `workforce.cancel_departure`, gives the same world, week by week and person by person."""
    model = branch(before)
    for _ in steps(model, departure, "stayed", WEEKS):
        pass
    cancelled = restless.replace({"workforce.cancel_departure": [departure.post, departure.week]})
    whole = SocialPrescribingService(cancelled, seed=SEED, weeks=WEEKS, events=False, panel=False).run()
    pd.testing.assert_frame_equal(model.results.people, whole.people, check_exact=True)
    pd.testing.assert_frame_equal(model.results.weekly, whole.weekly, check_exact=True)


@pytest.mark.parametrize("world", WORLDS)
def test_nothing_differs_before_the_notice(before, departure, world):
    one, other = branch(before), branch(before)
    for _ in steps(one, departure, world, departure.notice + 1):
        pass
    other.step()
    weekly = [model.results.weekly[: departure.notice] for model in (one, other)]
    pd.testing.assert_frame_equal(*weekly, check_exact=True)


def test_where_nothing_is_changed_nothing_differs(before, departure):
    pd.testing.assert_frame_equal(*(follow(branch(before), departure, "as_is") for _ in range(2)), check_exact=True)


def test_a_departure_that_does_not_come_up_is_not_taken_for_one_that_was_cancelled(before, departure):
    other = Departure((departure.post + 1) % 4, departure.week, departure.notice)
    with pytest.raises(RuntimeError, match="was not cancelled"):
        list(steps(branch(before), other, "stayed", departure.notice + 2))


def test_those_hit_are_the_people_of_the_leaver_and_are_the_same_in_every_world(before, departure, lived):
    hit = those_hit(branch(before), departure)
    leaver = before.workforce.posts.worker[departure.post]
    assert len(hit) and (before.people.link_worker[hit.person] == leaver).all()
    own = lived["outcomes"].groupby(["departure", "world"]).person.apply(tuple)
    assert own.groupby("departure").nunique().eq(1).all() and set(lived["outcomes"].world) == set(WORLDS)


def test_only_offered_meetings_differ_in_the_week_of_the_notice_and_only_calls_after(restless):
    at = Departure(0, 50, 44)
    differs = {}
    for world in WORLDS:
        for week in (44, 45, 62, 63):
            own = settings_of(restless, at, world, week)
            differs[world, week] = {g + "." + k for g, v in own.as_dict().items() for k, x in v.items() if restless.as_dict()[g][k] != x}
    assert all(not differs["as_is", week] and not differs[world, 63] for world in WORLDS for week in (44, 45, 62))
    assert differs["stayed", 44] == {"workforce.cancel_departure"} and not differs["stayed", 45]
    assert differs["warm", 44] == {"handover.managed_share"} and not differs["warm", 45]
    assert differs["called", 44] == {"handover.managed_share", "handover.call_within_week"} and differs["called", 62] == {"handover.call_within_week"}


def test_a_joint_meeting_keeps_more_trust_than_none_by_the_shares_that_are_assumed(restless, lived):
    """Of those with the service at the end of the first week in both worlds: 0.7 against 0.35 of what they trusted the leaver."""
    outcomes = lived["outcomes"].set_index(["departure", "person", "world"])
    trust = outcomes.trust_0.unstack().merge(lived["hit"].set_index(["departure", "person"]).trust, left_index=True, right_index=True)
    assert outcomes.managed.unstack().warm.mean() > 0.5
    both = trust[outcomes.managed.unstack().warm].dropna()
    assert both.warm.mean() > both.passive.mean() > 0
    cold = trust.dropna()
    quiet = cold.passive[np.isclose(cold.passive, cold.trust * restless.handover.trust_kept_unmanaged, rtol=0.05)]
    assert len(quiet) > len(cold) / 2  # the others were met in the first week


SHUT = {  # every way in which a departure could reach somebody who was not with the leaver
    "workforce.hours": 168, "workforce.diary_share": 1, "workforce.caseload_cap": 10_000, "workforce.intake_per_week": 1000, "workforce.vacancy_weeks": 1,
    "workforce.ramp_start": 1, "workforce.ramp_weeks": 1, "workforce.experience_start": 1, "workforce.experience_weeks": 1, "workforce.skill_sd": 0,
    "workforce.sickness": 0, "handover.receiver_weeks": 0, "handover.receiver_cap_factor": 5, "handover.managed_share": 0, "programme.reentry": 0,
    "community.knowledge": 0, "community.places_min": 10_000, "community.places_max": 10_000,
}  # fmt: skip


def test_where_no_way_leads_to_the_others_nobody_else_differs_at_all():
    """Diaries, lists, places and workers' differences shut, and no other departure in the run: only those hit differ."""
    few = {"referrals.first_year": 150, "referrals.later_years": 150, "workforce.posts": 4, "workforce.turnover": 0.15}
    tables = piece(Parameters().replace(SHUT | few), 19, WEEKS, worlds=("stayed", "as_is"), first=20).made(None)
    assert len(tables["departures"]) == 1 and len(tables["hit"]) > 10
    others = tables["others"].set_index("world")
    pd.testing.assert_series_equal(others.loc["as_is"], others.loc["stayed"], check_exact=True, check_names=False)
    trust = tables["outcomes"].set_index(["person", "world"]).trust_0.unstack().dropna()
    assert (trust.as_is < trust.stayed).mean() > 0.5


def test_sums_over_the_others_are_over_everybody_but_those_hit(asked, departure, before):
    told = pieces.lived(before, departure, ("as_is",))
    everybody = follow(branch(before), departure, "as_is")
    rest = everybody.drop(index=told["hit"].person)
    assert told["others"].people[0] == len(rest) == len(everybody) - len(told["hit"])
    assert told["others"].weeks_52[0] == rest.weeks_52.sum()


def test_a_departure_is_followed_only_when_a_year_is_left(asked):
    assert all(30 <= d.week <= WEEKS - 52 for d in leavers(asked))
    assert len(leavers(replace(asked, weeks=81))) < len(leavers(asked))


def test_a_sample_of_departures_is_told_by_its_seed():
    found = [Departure(0, week, week - 6) for week in range(80, 100)]
    assert sampled(found, 5, 1) == sampled(found, 5, 1) != sampled(found, 5, 2)
    assert sampled(found, 50, 1) == found


def test_a_service_that_nobody_leaves_gives_empty_tables(restless):
    tables = piece(restless.replace({"workforce.turnover": 0.0}), 1, 85).made(None)
    assert all(table.empty for table in tables.values())
