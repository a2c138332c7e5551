"""The invariants, every week, over random valid parameters."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim import Parameters, SocialPrescribingService
from tests.properties.invariants import check_week
from tests.properties.strategies import USUAL, declared, levers
from tests.properties.within_week import watched

pytestmark = pytest.mark.property

WEEKS = 40
SEEDS = st.integers(0, 2**64 - 1)


def check_run(p: Parameters, seed: int, weeks: int = WEEKS) -> None:
    model = SocialPrescribingService(p, seed=seed, weeks=weeks)
    with watched():
        for _ in range(weeks):
            model.step()
            check_week(model)


@pytest.mark.scale
@settings(max_examples=60)
@given(levers(), SEEDS)
def test_invariants_hold_with_every_lever_anywhere(p, seed):
    check_run(p, seed)


@settings(max_examples=60)
@given(declared(), SEEDS)
@example(Parameters().replace(USUAL), 1)
def test_invariants_hold_for_any_allowed_value_of_any_parameter(p, seed):
    check_run(p, seed)


EXTREMES = {
    "one post": {"workforce.posts": 1},
    "no services": {"community.services": 0},
    "turnover of five a year": {"workforce.turnover": 5.0},
    "no referrals": {"referrals.first_year": 0, "referrals.later_years": 0},
    "cap of one": {"workforce.caseload_cap": 1},
    "intake of one": {"workforce.intake_per_week": 1},
    "long vacancies": {"workforce.turnover": 2.0, "workforce.vacancy_weeks": 300.0},
    "no notice": {"workforce.turnover": 2.0, "workforce.notice_weeks": 0},
    "programme of one week": {"programme.length_weeks": 1},
    "weighted caseloads": {"workforce.caseload_weighting": "complexity", "workforce.caseload_cap": 20},
    "intensive": {"contact.schedule": "intensive"},
    "light": {"contact.schedule": "nhs_light"},
    "signposting": {"contact.schedule": "signposting"},
    "austerity with a sudden loss": {
        "community.austerity": True,
        "community.austerity_weeks": 50,
        "community.sudden_loss_share": 0.5,
        "community.sudden_loss_week": 30,
    },
    "usual care": {"programme.enabled": False},
    "complex first": {"allocation.list_order": "complexity"},
    "direct return": {"programme.reentry": 1.0, "programme.reentry_route": "direct", "programme.length_weeks": 8, "programme.discretion": 0.0},
    "check-ins": {"contact.check_ins_after_exit": True, "contact.phone_after_exit": 1.0, "programme.length_weeks": 8},
    "no hours": {"workforce.hours": 0.0},
    "first meetings that take no time, and much sickness": {
        "contact.first_hours": 0,
        "contact.follow_up_hours": 10,
        "workforce.sickness": 0.3,
        "workforce.sickness_weeks": 12,
        "workforce.cover_after_weeks": 1,
    },
    "everything managed": {"workforce.turnover": 3.0, "handover.managed_share": 1.0},
}


@pytest.mark.parametrize("name", EXTREMES)
def test_invariants_hold_at_the_extreme_of(name):
    """Two years each, with twice the referrals the posts can take."""
    check_run(Parameters().replace(USUAL | {"referrals.first_year": 400} | EXTREMES[name]), seed=701, weeks=104)


def test_invariants_hold_for_the_default_service():
    check_run(Parameters(), seed=702, weeks=120)
