"""Decades of a restless service: counts of one person grow far beyond an ordinary run's, and none may wrap round."""

import pytest

from sim import ParameterError, Parameters, SocialPrescribingService

pytestmark = pytest.mark.unit
WEEKS = 1600
ONE_BYTE, TWO_BYTES = 127, 32_767  # the most that counts so wide can hold
RESTLESS = {
    "referrals.counts": (1, 1, 1, 1) + (0,) * (WEEKS - 4), "workforce.posts": 2, "workforce.turnover": 10.0, "workforce.notice_weeks": 0,
    "workforce.vacancy_weeks": 1.0, "programme.length_weeks": 2, "programme.extension_weeks": 1, "programme.max_extensions": 3,
    "programme.discretion": 1.0, "programme.completion": 0, "programme.reentry": 1.0, "programme.reentry_route": "direct",
    "allocation.reached_probability": 1.0, "allocation.accept_logit": 5.0, "contact.schedule": "intensive", "dropout.hazard": 0,
    "setbacks.hazard_first": 5.0, "setbacks.weeks_minor": 1.0, "setbacks.minor_share": 1.0, "setbacks.major_share": 0.0, "life.gone_rate": 0,
    "economics.gp_visits": 200,
}  # fmt: skip


@pytest.fixture(scope="module")
def decades():
    return SocialPrescribingService(Parameters().replace(RESTLESS), seed=1, weeks=WEEKS).run()


COUNTS = {"worker_changes": "worker_changes", "gp_visits": "gp_visits", "reentries": "reentered", "setbacks": "setbacks", "contacts": "contacts"}


@pytest.mark.parametrize("of_people", COUNTS)
def test_sums_over_people_are_sums_over_weeks_however_long_the_run(decades, of_people):
    """Everybody's count passes what one byte holds, and still adds up."""
    people, weekly = decades.people, decades.weekly
    assert people[of_people].min() > ONE_BYTE
    assert people[of_people].sum() == weekly[COUNTS[of_people]].sum()


def test_extensions_and_spells_of_a_long_run_add_up_over_spells(decades):
    people, spells = decades.people, decades.episodes.groupby("person")
    assert people.extensions.min() > ONE_BYTE
    assert people.extensions.tolist() == spells.extensions.sum().tolist()
    assert people.worker_changes.tolist() == spells.worker_changes.sum().tolist()
    assert (people.reentries + 1).tolist() == spells.size().tolist() == spells.episode.max().tolist()


def test_a_persons_visits_may_pass_what_two_bytes_hold():
    model = SocialPrescribingService(Parameters().replace({"referrals.counts": (50, 0), "economics.gp_visits": 200}), seed=1, weeks=2)
    model.step()
    model.people.gp_visits[:50] = TWO_BYTES
    before = model.results.weekly.gp_visits.sum()
    model.step()
    new = model.results.weekly.gp_visits.sum() - before
    assert new > 50
    assert model.results.people.gp_visits.sum() == 50 * TWO_BYTES + new


@pytest.mark.parametrize(("weeks", "warm_up"), [(30_001, 0), (29_000, 1_001), (-1, 0)])
def test_a_run_longer_than_weeks_can_count_is_refused_at_once(weeks, warm_up):
    with pytest.raises(ParameterError, match=r"weeks = .* is not allowed.* 0 to 30,000"):
        SocialPrescribingService(Parameters().replace({"referrals.warm_up_weeks": warm_up}), weeks=weeks)


def test_the_longest_run_allowed_is_allowed():
    empty = Parameters().replace({"referrals.first_year": 0, "referrals.later_years": 0, "referrals.warm_up_weeks": 1_000})
    assert SocialPrescribingService(empty, weeks=29_000).weeks == 30_000
