"""Every parameter changes an output of some run, or is listed here with why it does not."""

import hashlib

import pandas as pd
import pytest

from experiments.cli import read
from sim import ParameterError, SocialPrescribingService
from sim.parameters import declarations

pytestmark = pytest.mark.evidence  # a thousand short runs: `make evidence`
WEEKS = 110
TABLES = ("weekly", "people", "services", "link_workers")
WITH = {  # what must be so for a parameter to act at all
    "community.austerity": {"community.austerity": True, "community.austerity_from_week": 10, "community.austerity_weeks": 60},
    "community.sudden_loss": {"community.sudden_loss_share": 0.4, "community.sudden_loss_week": 30},
    "programme.untold": {"programme.length_weeks": 30},
    "programme.extension": {"programme.length_weeks": 30},
    "programme.max_extensions": {"programme.length_weeks": 30, "programme.extension_weeks": 13, "programme.discretion": 1.0},
    "programme.discretion": {"programme.length_weeks": 30},
    "programme.tell_limit_share": {"programme.length_weeks": 30},
    "programme.reentry": {"programme.length_weeks": 26, "programme.reentry": 0.9},
    "programme.completion": {"programme.length_weeks": 60, "programme.maintenance_progress": 0.2, "programme.maintenance_habit": 0.2},
    "programme.reactivation_lapses": {"programme.maintenance_progress": 0.2, "programme.maintenance_habit": 0.2},
    "contact.ex_user": {"programme.length_weeks": 26, "contact.check_ins_after_exit": True},
    "contact.check_in": {"programme.length_weeks": 26, "contact.check_ins_after_exit": True},
    "contact.set_goals": {"contact.personalised": False},
    "contact.signposting": {"contact.schedule": "signposting"},
    "contact.nhs": {"contact.schedule": "nhs_light"},
    "contact.intensive": {"contact.schedule": "intensive"},
    "handover": {"workforce.turnover": 2.0, "handover.managed_share": 0.5},
    "workforce": {"workforce.turnover": 1.0, "workforce.posts": 3, "workforce.sickness": 0.05},
    "allocation": {"workforce.posts": 2},
    "population.insecure_housing_share": {"programme.length_weeks": 30, "programme.discretion": 1.0},
    "workforce.weight": {"workforce.caseload_weighting": "complexity", "workforce.caseload_cap": 15, "workforce.posts": 2},
    "workforce.turnover_gaps": {"community.services": 2, "workforce.turnover": 1.0},
    "contact.gap_hours": {"community.services": 2},
    "contact.unpersonalised": {"contact.personalised": False},
    "contact.phone_after_exit": {"programme.length_weeks": 26, "contact.check_ins_after_exit": True},
    "contact.priority_handover": {"workforce.turnover": 2.0, "workforce.posts": 2, "workforce.hours": 10.0},
    "contact.replan_probability": {"setbacks.hazard_first": 0.2},
    "programme.reentry_route": {"programme.length_weeks": 20, "programme.reentry": 1.0, "workforce.posts": 1, "setbacks.hazard_first": 0.2},
    "programme.completion_from_week": {"programme.completion": 0.3, "programme.maintenance_progress": 0.2, "programme.maintenance_habit": 0.2},
    "community.knowledge": {"community.services": 60},
    "activity.queue_limit_weeks": {"community.services": 4, "community.places_min": 1, "community.places_max": 1},
    "dropout.awaiting_call": {"workforce.turnover": 2.0, "handover.managed_share": 0.0, "dropout.hazard": 0.05},
    "dropout.maintenance_factor": {
        "programme.maintenance_progress": 0.0,
        "programme.maintenance_habit": 0.0,
        "programme.maintenance_from_week": 0,
        "dropout.hazard": 0.1,
    },
}
INERT = {  # by declaration, in runs of one service
    "workforce.cancel_departure": "a counterfactual: it needs a departure of this very run",
    "referrals.counts": "a list of the user's own",
    "economics.wellbys_per_qaly": "an exchange that only a comparison with qalys=true makes",
}


@pytest.fixture(scope="module")
def service():
    return read("run", ["service=classroom"]).parameters


def outcome(parameters):
    """The hash of all tables of a short run and its summary."""
    results = SocialPrescribingService(parameters, seed=4, weeks=WEEKS, events=False, panel=False).run()
    parts = [pd.util.hash_pandas_object(getattr(results, name).astype(str)).to_numpy().tobytes() for name in TABLES]
    return hashlib.sha256(b"".join(parts) + repr(sorted(results.summary.items())).encode()).hexdigest()


def others(declared, here):
    """Other values that a parameter may have."""
    if isinstance(here, bool):
        return [not here]
    if declared.choices:
        return [choice for choice in declared.choices if choice != here]
    low, high = declared.plausible or declared.allowed
    wide = declared.allowed or (low, high)
    values = [high, low, min(wide[1], 3 * here + 1), max(wide[0], here / 3)]
    return [type(here)(value) for value in values if type(here)(value) != here]


def test_every_parameter_changes_an_output_or_is_listed(service):
    cached, silent = {}, []
    for key, declared, default in declarations():
        short = key.removeprefix("model.")
        if short in INERT or isinstance(default, tuple):
            continue
        setting = next((WITH[start] for start in sorted(WITH, key=len, reverse=True) if short.startswith(start)), {})
        base = service.replace({name: value for name, value in setting.items() if name != short})
        group, name = short.split(".")
        here = getattr(getattr(base, group), name)
        if base not in cached:
            cached[base] = outcome(base)
        for value in others(declared, here):
            try:
                changed = base.replace({short: value})
            except ParameterError:
                continue
            if outcome(changed) != cached[base]:
                break
        else:
            silent.append(short)
    assert not silent, f"without effect: {silent}"
