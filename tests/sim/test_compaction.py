"""Dropping rows and ending follow-up disturbs nobody: tables are the same, draws go by a person's number."""

from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Parameters, SocialPrescribingService, compaction, model
from sim.archive import ArchivedError
from sim.measures import Measures
from sim.people import GONE, People
from sim.summary import YEARS, of_people

pytestmark = pytest.mark.unit
TABLES = ("people", "weekly", "episodes", "events", "panel", "states", "services", "link_workers", "posts", "summary_table")
RESTLESS = {  # everything happens, and many go
    "referrals.first_year": 500, "referrals.later_years": 500, "workforce.posts": 6, "workforce.turnover": 1.0, "handover.managed_share": 0.5,
    "programme.length_weeks": 26, "programme.reentry": 0.9, "contact.check_ins_after_exit": True, "life.gone_rate": 0.6, "community.closure_rate": 0.3,
}  # fmt: skip
NO_RETURN = {"referrals.first_year": 500, "referrals.later_years": 500, "workforce.posts": 6, "programme.length_weeks": 26, "programme.reentry": 0}
WEEKS = 130


def done(changes, *, weeks=WEEKS, seed=3, least=1, share=0.0, ahead=None, **options):
    """A finished model that drops rows from `least` and `share` on, and draws people `ahead` weeks only if that is given."""
    with patch.multiple(compaction, LEAST=least, SHARE=share), patch.multiple(model, DRAWN_WHOLE_WEEKS=-1 if ahead else 520, DRAW_AHEAD_WEEKS=ahead or 52):
        service = SocialPrescribingService(Parameters().replace(changes), seed=seed, weeks=weeks, **options)
        service.run()
    return service


def assert_same_tables(one, two, tables=TABLES):
    for name in tables:
        pd.testing.assert_frame_equal(getattr(one.results, name), getattr(two.results, name), check_exact=True, obj=name)


@pytest.fixture(scope="module")
def whole():
    return done(RESTLESS, rows_stay=True)


@pytest.mark.parametrize(("least", "share", "ahead"), [(1, 0.0, None), (1, 0.0, 5), (25, 0.1, 52), (60, 0.33, None)])
def test_dropping_rows_changes_no_table(whole, least, share, ahead):
    dropping = done(RESTLESS, least=least, share=share, ahead=ahead)
    assert dropping.people.dropped.sum() > 200 and dropping.people.n + dropping.people.dropped.sum() == whole.people.n
    assert_same_tables(dropping, whole)


def test_dropping_rows_changes_no_table_while_follow_ups_end():
    changes = RESTLESS | {"life.follow_up_weeks": 30}
    dropping, staying = done(changes), done(changes, rows_stay=True)
    assert dropping.people.n < 0.8 * staying.people.n
    assert dropping.results.people.followed_until.notna().sum() > 200
    assert_same_tables(dropping, staying)


def test_dropping_rows_changes_no_table_without_a_service():
    changes = RESTLESS | {"programme.enabled": False, "life.follow_up_weeks": 40}
    assert_same_tables(done(changes), done(changes, rows_stay=True))


@settings(max_examples=8, deadline=None, derandomize=True)
@given(
    least=st.integers(1, 80), share=st.floats(0, 0.6), ahead=st.none() | st.integers(1, 60), seed=st.integers(0, 2**32),
    follow_up=st.sampled_from((0, 1, 8, 30)), gone=st.floats(0.2, 4),
)  # fmt: skip
def test_whenever_rows_are_dropped_the_tables_are_the_same(least, share, ahead, seed, follow_up, gone):
    changes = RESTLESS | {"life.follow_up_weeks": follow_up, "life.gone_rate": gone}
    weeks = {"weeks": 52, "seed": seed}
    assert_same_tables(done(changes, least=least, share=share, ahead=ahead, **weeks), done(changes, rows_stay=True, **weeks))


def test_results_may_be_asked_for_and_steps_taken_after_rows_were_dropped():
    """The tables of a run that goes on, past its horizon too, are those of a run asked once."""
    asked, once = (SocialPrescribingService(Parameters().replace(RESTLESS), seed=3, weeks=60, rows_stay=stay) for stay in (False, True))
    with patch.multiple(compaction, LEAST=10, SHARE=0.0):
        for _ in range(90):
            asked.step()
            if asked.week % 30 == 0:
                assert len(asked.results.people) == asked.people.ever
            once.step()
    assert asked.people.dropped.sum() > 50
    assert_same_tables(asked, once)


# When it pays ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "idle", "drops"), [(5_000, 1_999, False), (5_000, 2_000, True), (9_000, 2_999, False), (9_000, 3_000, True)])
def test_rows_are_dropped_from_a_third_and_two_thousand_idle_on(n, idle, drops):
    people = People(n)
    people.n = people.drawn = n
    people.number[:n] = np.arange(n)
    people.alive[idle:n], people.state[:idle] = True, GONE
    compaction.compact(people, Measures())
    assert people.n == n - idle * drops and people.dropped[GONE] == idle * drops
    np.testing.assert_array_equal(people.number[: people.n], np.arange(idle * drops, n))


def test_five_years_of_the_default_service_never_drop_a_row():
    service = SocialPrescribingService(seed=1, events=False, panel=False)
    service.run()
    assert not service.people.dropped.any() and service.people.numbers() is None


# The end of follow-up ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def followed():
    """A run in which follow-up ends and the run with the same luck in which it does not; nobody returns, so that one cannot touch the other."""
    return done(NO_RETURN | {"life.follow_up_weeks": 39}), done(NO_RETURN, rows_stay=True)


def test_until_their_follow_up_ends_everybody_lives_the_same(followed):
    ended, full = (service.results for service in followed)
    until = ended.people.followed_until.fillna(WEEKS).to_numpy(int)
    assert 300 < (until < WEEKS).sum() < len(until) - 300
    expected = full.events[full.events.week <= until[full.events.person]].reset_index(drop=True)
    assert 0 < len(expected) < len(full.events)
    pd.testing.assert_frame_equal(ended.events, expected)
    still = until == WEEKS
    pd.testing.assert_frame_equal(ended.people[still], full.people[still])


def test_workers_and_services_do_not_notice_whose_follow_up_ends(followed):
    assert_same_tables(*followed, tables=("services", "link_workers", "posts", "episodes"))


def test_whoever_is_followed_no_further_counts_in_states_but_in_no_stock(followed):
    ended, full = followed
    people = ended.results.people
    assert (ended.results.states.drop(columns="week").sum(axis=1) == ended.results.weekly.referrals.cumsum()).all()
    in_last_week = people.followed_until.fillna(WEEKS) >= WEEKS - 1  # an end comes after the record of its week
    seen = np.flatnonzero(in_last_week & people.gone_week.isna())  # the rows of the full run are numbers
    last = ended.results.weekly.iloc[-1]
    assert last.depressed == full.people.depressed[seen].sum() < full.results.weekly.depressed.iloc[-1]
    assert last.star_total == pytest.approx(full.people.latent_sum[seen].sum(dtype=float), rel=1e-12)
    assert last.star_total < full.results.weekly.star_total.iloc[-1]


def test_follow_up_ends_at_its_week_for_those_who_have_no_more_to_do_with_service_or_community(followed):
    people, table = followed[0].results.people, followed[0].people
    ended = people[people.followed_until.notna()]
    weeks = ended.followed_until - ended.referred_week
    assert weeks.min() == 39 and (weeks == 39).any() and (weeks > 39).any()
    assert set(ended.state) <= {"declined", "left_list", "completed", "time_limited", "disengaged"}
    held = (table.goal_service[: table.n] >= 0).any(axis=1)
    long_ago = table.alive[: table.n] & (table.referred_week[: table.n] < WEEKS - 39)
    assert long_ago.sum() > 0 and (held | (table.state[: table.n] <= 2))[long_ago].all()


def test_marks_up_to_the_end_of_follow_up_are_kept_and_later_ones_missing():
    people = done(NO_RETURN | {"life.follow_up_weeks": 52}).results.people
    at_once = people[people.followed_until - people.referred_week == 52]
    assert len(at_once) > 100
    assert at_once.latent_52.notna().all() and at_once.latent_78.isna().all() and at_once.habit_mean.notna().any()


def test_rates_are_over_the_weeks_in_which_people_were_followed(followed):
    people = followed[0].results.people
    years = of_people(people, WEEKS)[YEARS]
    ended = people.followed_until.notna().to_numpy()
    np.testing.assert_allclose(years[ended] * 52, (people.followed_until - people.referred_week + 1)[ended].to_numpy(float))


def test_without_an_end_of_follow_up_nobody_is_lost_sight_of(whole):
    assert whole.results.people.followed_until.isna().all()


# Agents ------------------------------------------------------------------------------------------------


@pytest.fixture
def watched():
    """A model whose agents were made before rows were dropped, and the ages they had."""
    service = SocialPrescribingService(Parameters().replace(RESTLESS), seed=3, weeks=90)
    with patch.multiple(compaction, LEAST=10, SHARE=0.0):
        for _ in range(40):
            service.step()
        users = list(service.users)
        ages = [user.age for user in users]
        service.run()
    assert service.people.dropped.sum() > 50
    return service, users, ages


def test_an_agent_goes_on_meaning_the_same_person(watched):
    service, users, ages = watched
    assert [user.age for user in users] == ages and [user.number for user in users] == list(range(len(users)))
    assert len(service.users) == service.people.ever == len(service.results.people)
    assert service.users.get("state") == service.results.people.state.tolist()
    kept = next(user for user in users if user.state != "gone")
    kept.trust = 0.125
    assert service.people.trust[service.people.number.tolist().index(kept.number)] == 0.125


def test_an_archived_person_can_be_read_but_not_written(watched):
    service, users, _ = watched
    gone = next(user for user in users if user.number not in service.people.number[: service.people.n])
    assert gone.state == "gone" and gone.latent_at.shape == (8,) and gone.gone_week >= 0
    with pytest.raises(ArchivedError, match="nothing can be written"):
        gone.trust = 0.5
    with pytest.raises(ArchivedError, match="does not keep interval"):
        gone.interval  # noqa: B018
    with pytest.raises(ArchivedError, match="no person"):
        service.people.read("age", service.people.ever + 10_000)


def test_whoever_is_followed_no_further_is_archived_before_their_row_is_dropped(followed):
    service = done(NO_RETURN | {"life.follow_up_weeks": 39}, rows_stay=True)
    number = int(np.flatnonzero(service.results.people.followed_until.notna())[0])
    user = list(service.users)[number]
    assert user.number == number and user.alive
    with pytest.raises(ArchivedError):
        user.age = 5
