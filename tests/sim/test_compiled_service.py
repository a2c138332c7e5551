"""The compiled form of what link workers and services do gives what the numpy form gives, in scenarios that reach its branches."""

import pytest

pytest.importorskip("numba")

from sim import Parameters  # noqa: E402
from tests.sim.two_forms import check_same, run_both  # noqa: E402

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # all loops are compiled first, which takes a minute: `make scale`
SMALL = {"referrals.first_year": 500, "referrals.later_years": 500, "workforce.posts": 6}
LEAVING = {"workforce.turnover": 0.5}
CASES = {
    "many leave, some on warm handover": LEAVING | {"handover.managed_share": 0.8, "handover.call_per_week": 0.1, "handover.call_within_week": 0.5},
    "leavers' users often ask for a meeting": LEAVING | {
        "handover.managed_share": 0.9, "handover.managed_due_weeks": 8, "setbacks.hazard_first": 0.1, "contact.ask_base": 0.9,
    },
    "often sick, so that colleagues stand in": {"workforce.sickness": 0.05, "workforce.sickness_weeks": 8.0, "workforce.cover_after_weeks": 1},
    "former users may phone": {"contact.check_ins_after_exit": True, "programme.length_weeks": 26},
    "weekly contacts at first, at which cases move fast": {"contact.schedule": "nhs_light", "contact.instrumental_progress": 0.6, "habit.case_resolved": 0.3},
    "more conditions, setbacks and relapses": {
        "life.new_condition_rate": 0.5, "life.gone_rate": 0.2, "setbacks.hazard_first": 0.05, "setbacks.block_probability": 0.9,
        "setbacks.block_for_good": 0.7, "setbacks.minor_share": 0.2, "mood.relapse_late": 0.1,
    },
    "complex people count for more and come first": {"workforce.caseload_weighting": "complexity", "allocation.list_order": "complexity"},
    "few workers, who spend hours on calls": {"workforce.posts": 2, "allocation.call_hours": 2.0, "allocation.reached_probability": 0.4},
    "calls take no time, goals are imposed": {"allocation.call_hours": 0.0, "contact.personalised": False},
    "nobody comes back": {"programme.reentry": 0.0},
    "many come back, at the head of the list": {"programme.reentry": 0.9, "programme.reentry_route": "direct", "programme.length_weeks": 26},
    "one short contact only": {"contact.schedule": "signposting"},
    "company to every first session": {"contact.accompaniment_share": 1.0, "activity.self_start": 0.05},
    "fewer services, cut further, with gaps filled": {
        "community.services": 12, "community.austerity": True, "community.austerity_from_week": 20, "community.closure_rate": 0.3,
        "community.places_min": 2, "community.places_max": 6,
    },
    "short queues": {"activity.queue_limit_weeks": 2, "activity.shortest_wait_weeks": 0},
}  # fmt: skip


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_both_forms_leave_the_same_where(changes):
    check_same(*run_both(Parameters().replace(SMALL | changes), seed=4, weeks=110))
