"""Without a cause there is none of what follows from it."""

import pytest

from sim import Parameters, SocialPrescribingService

pytestmark = pytest.mark.unit
SMALL = {"referrals.first_year": 300, "referrals.later_years": 300, "workforce.posts": 3, "community.services": 10}


def run(**changes):
    p = Parameters().replace(SMALL | {key.replace("__", "."): value for key, value in changes.items()})
    return SocialPrescribingService(p, seed=2, weeks=104).run()


def test_without_referrals_there_are_no_people_and_no_contacts():
    results = run(referrals__first_year=0, referrals__later_years=0)
    assert len(results.people) == 0 and results.weekly.contacts.sum() == 0 and results.weekly.star_mean.isna().all()


def test_without_diary_hours_nobody_is_called_met_or_paid_by_the_hour():
    results = run(workforce__hours=0.0)
    assert results.people.start_week.isna().all() and results.weekly.contacts.sum() == 0
    assert results.weekly.cost_staff.sum() == 0


def test_without_turnover_nobody_changes_their_worker():
    results = run(workforce__turnover=0.0)
    assert results.people.worker_changes.sum() == 0 and results.weekly.posts_filled.eq(3).all()


def test_without_drop_out_nobody_is_lost():
    results = run(dropout__hazard=0.0)
    assert results.weekly.disengaged.sum() == 0 and not (results.people.state == "disengaged").any()


def test_without_services_nobody_goes_to_a_group():
    results = run(community__services=0)
    assert results.weekly.attending.sum() == 0 and results.people.activity_starts.sum() == 0


def test_without_setbacks_there_are_none_and_no_admissions():
    results = run(setbacks__hazard_first=0.0, setbacks__hazard_per_condition=0.0)
    assert results.weekly.setbacks.sum() == 0 and results.people.admissions.sum() == 0


def test_where_nobody_accepts_nobody_starts():
    results = run(allocation__accept_logit=-10.0, population__confidence_mean=0.3)
    assert results.people.start_week.isna().all()
