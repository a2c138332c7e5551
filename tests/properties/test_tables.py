"""The tables of random runs agree with one another: events with states, episodes with people, a run with itself."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Parameters, SocialPrescribingService
from sim.results import Results
from tests.properties.strategies import USUAL, declared, levers

pytestmark = pytest.mark.property

WEEKS = 60
SEEDS = st.integers(0, 2**32 - 1)
TABLES = ("weekly", "people", "episodes", "panel", "events", "services", "link_workers", "states", "summary_table")
ENGAGED, ENDED = ("active", "maintenance"), ("completed", "time_limited", "disengaged")


def run(p: Parameters, seed: int) -> Results:
    return SocialPrescribingService(p, seed=seed, weeks=WEEKS, events=True, panel=True).run()


def replay(kinds: Iterable[str], enabled: bool) -> str:
    """Return the state a person's events lead to, told from the events alone."""
    state = "waiting" if enabled else "usual_care"
    before_list = None  # how a person was who may be on the list again
    for kind in kinds:
        if kind in ("uptake", "reactivated"):
            state = "active"
        elif kind in ("maintenance", "gone"):
            state = kind
        elif kind in ENDED:
            state = before_list = kind
        elif kind in ("declined", "not_reached"):
            state = before_list or "declined"
        elif kind == "left_list":
            state = before_list or "left_list"
    return state


def agree_on_states(results: Results, enabled: bool) -> None:
    """Fail unless everybody's events lead to the state told of them; back on the list there is no event for."""
    people, events = results.people, results.events
    told = events.groupby("person", observed=True).kind.agg(list)
    assert len(told) == len(people)
    for person, (state, spells) in enumerate(zip(people.state, people.reentries, strict=True)):
        replayed = replay(told[person], enabled)
        back_on_list = state == "waiting" and replayed in ENDED
        assert replayed == state or back_on_list, (person, spells, told[person])
        assert told[person][0] == "referred"
        assert told[person].count("referred") == 1
        assert "gone" not in told[person][:-1]


@settings(max_examples=25)
@given(levers(), SEEDS)
def test_events_replay_to_the_final_states(p, seed):
    agree_on_states(run(p, seed), p.programme.enabled)


@pytest.mark.scale
@settings(max_examples=25)
@given(levers(), SEEDS)
def test_events_add_up_to_the_weekly_counts(p, seed):
    results = run(p, seed)
    counted = results.events.kind.value_counts()
    weekly = results.weekly.sum()
    for kind, column in (("referred", "referrals"), ("contact", "contacts"), ("missed_contact", "no_shows"), ("setback", "setbacks"),
                         ("onward_referral", "onward_referrals"), ("completed", "completed"), ("time_limited", "time_limited"),
                         ("disengaged", "disengaged"), ("left_list", "left_list"), ("gone", "gone"), ("reentered", "reentered"),
                         ("placed", "activity_starts"), ("check_in", "check_ins"), ("admission", "admissions")):  # fmt: skip
        assert counted.get(kind, 0) == weekly[column], kind
    assert counted.get("uptake", 0) == weekly.started + weekly.reentered
    assert counted.get("declined", 0) + counted.get("not_reached", 0) == weekly.declined
    assert counted.get("handover_managed", 0) + counted.get("handover_unmanaged", 0) == weekly.worker_changes


@pytest.mark.scale
@settings(max_examples=25)
@given(levers(), SEEDS)
def test_episodes_agree_with_people(p, seed):
    results = run(p, seed)
    people, spells = results.people.set_index("person"), results.episodes
    whole = people[people.uptake.fillna(False).astype(bool)]
    assert sorted(spells.person.unique()) == list(whole.index)
    by_person = spells.groupby("person")
    assert (by_person.episode.agg(list).map(lambda e: e == list(range(1, len(e) + 1)))).all()
    assert (by_person.size() - 1 == whole.reentries).all()
    assert (by_person.worker_changes.sum() == whole.worker_changes).all()
    assert (by_person.extensions.sum() == whole.extensions).all()
    check_ins = results.events[results.events.kind == "check_in"].groupby("person").size().reindex(whole.index, fill_value=0)
    assert (by_person.contacts.sum() + check_ins == whole.contacts).all()
    weeks = spells.end_week.fillna(WEEKS) - spells.start_week
    assert (weeks >= 0).all()
    assert (weeks.groupby(spells.person).sum() == whole.weeks_in_service).all()
    first = spells[spells.episode == 1].set_index("person")
    for column in ("start_week", "end_week", "exit_reason"):
        pd.testing.assert_series_equal(first[column], whole[column], check_dtype=False, check_categorical=False, check_index_type=False)
    follows = spells.start_week.to_numpy()[1:] >= spells.end_week.fillna(WEEKS).to_numpy()[:-1]
    assert follows[spells.person.to_numpy()[1:] == spells.person.to_numpy()[:-1]].all()
    still_in = spells[spells.end_week.isna()].person
    assert set(still_in) == set(people.index[people.state.isin(ENGAGED)])


@pytest.mark.scale
@settings(max_examples=25)
@given(levers() | declared(), SEEDS)
def test_same_parameters_and_seed_give_the_same_tables(p, seed):
    one, two = run(p, seed), run(Parameters.from_dict(p.as_dict()), seed)
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(two, table), check_exact=True, obj=table)


def test_another_seed_gives_other_tables():
    one, two = (run(Parameters().replace(USUAL), seed) for seed in (801, 802))
    assert not one.people.equals(two.people)
    assert not one.weekly.equals(two.weekly)
