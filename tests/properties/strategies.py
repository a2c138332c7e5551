"""Random valid parameter sets: levers pushed to their extremes, and any declared parameter within its allowed bounds."""

from __future__ import annotations

from hypothesis import strategies as st

from sim import Parameters
from sim.parameters import Declaration, ParameterError, declarations

# Bounds that keep a run small; the allowed bounds hold for everything else.
SANE = {
    "model.referrals.first_year": (0, 1500), "model.referrals.later_years": (0, 1500), "model.community.services": (0, 60),
    "model.workforce.posts": (1, 12), "model.workforce.caseload_cap": (1, 200), "model.workforce.intake_per_week": (1, 30),
    "model.community.places_min": (1, 40), "model.community.places_max": (40, 60), "model.economics.gp_visits": (0, 60),
}  # fmt: skip
LISTS = {
    "model.referrals.counts": st.just(()),
    "model.workforce.cancel_departure": st.sampled_from([(), (0, 20), (0, 3, 1, 9)]),
    "model.community.mix": st.lists(st.integers(0, 9), min_size=8, max_size=8).filter(sum).map(tuple),
    "model.contact.interval_weeks": st.just((2, 4, 6, 9)),
    "model.contact.interval_until": st.just((10, 26, 52)),
}

LEVERS = {
    "workforce.posts": st.sampled_from([1, 2, 5]),
    "workforce.turnover": st.sampled_from([0.0, 0.24, 5.0, 10.0]),
    "workforce.vacancy_weeks": st.sampled_from([1.0, 10.0, 300.0]),
    "workforce.notice_weeks": st.sampled_from([0, 6, 30]),
    "workforce.caseload_cap": st.sampled_from([1, 10, 60, 110]),
    "workforce.intake_per_week": st.sampled_from([1, 4, 50]),
    "workforce.caseload_weighting": st.sampled_from(["heads", "complexity"]),
    "workforce.hours": st.sampled_from([0.0, 3.0, 37.5]),
    "workforce.sickness": st.sampled_from([0.0, 0.02, 0.6]),
    "workforce.cover_after_weeks": st.sampled_from([0, 4]),
    "referrals.first_year": st.sampled_from([0, 40, 400, 1200]),
    "programme.enabled": st.sampled_from([True, True, True, False]),
    "programme.length_weeks": st.sampled_from([1, 13, 104]),
    "programme.open_ended": st.booleans(),
    "programme.discretion": st.sampled_from([0.0, 0.45, 1.0]),
    "programme.reentry": st.sampled_from([0.0, 0.15, 1.0]),
    "programme.reentry_route": st.sampled_from(["list", "direct"]),
    "allocation.list_order": st.sampled_from(["referral", "complexity"]),
    "allocation.call_hours": st.sampled_from([0.0, 0.25, 2.0]),
    "allocation.reached_probability": st.sampled_from([0.2, 0.7, 1.0]),
    "contact.schedule": st.sampled_from(["standard", "intensive", "nhs_light", "signposting"]),
    "contact.accompaniment_share": st.sampled_from([0.0, 0.25, 1.0]),
    "contact.personalised": st.booleans(),
    "contact.check_ins_after_exit": st.booleans(),
    "handover.managed_share": st.sampled_from([0.0, 0.3, 1.0]),
    "handover.order": st.sampled_from(["random", "complex_first", "low_confidence_first"]),
    "handover.call_within_week": st.sampled_from([0.0, 1.0]),
    "handover.receiver_weeks": st.sampled_from([0, 3]),
    "community.services": st.sampled_from([0, 1, 8, 40]),
    "community.places_min": st.sampled_from([1, 10]),
    "community.closure_rate": st.sampled_from([0.0, 0.04, 3.0]),
    "community.austerity": st.booleans(),
    "community.austerity_weeks": st.sampled_from([20, 416]),
    "community.austerity_cut": st.sampled_from([0.28, 1.0]),
    "community.sudden_loss_share": st.sampled_from([0.0, 0.25, 1.0]),
    "community.sudden_loss_week": st.just(20),
    "activity.self_start": st.sampled_from([0.0, 0.2]),
    "setbacks.hazard_first": st.sampled_from([0.0, 0.01, 1.0]),
    "life.gone_rate": st.sampled_from([0.0, 0.03, 1.0]),
    "life.new_condition_rate": st.sampled_from([0.0, 0.05, 2.0]),
    "dropout.hazard": st.sampled_from([0.0, 0.011, 0.1]),
}
USUAL = {"referrals.later_years": 200, "referrals.first_year": 200, "workforce.posts": 3, "community.services": 8}


def levers() -> st.SearchStrategy[Parameters]:
    """Return sets in which each lever is left as it is or set to an ordinary or extreme value."""
    return st.fixed_dictionaries({}, optional=LEVERS).map(lambda chosen: Parameters().replace(USUAL | chosen))


def value_of(key: str, declared: Declaration, default: object) -> st.SearchStrategy:
    """Return values of one declared parameter: its bounds, or anything between them."""
    if key in LISTS:
        return LISTS[key]
    if isinstance(default, bool):
        return st.booleans()
    if declared.choices:
        return st.sampled_from(declared.choices)
    low, high = SANE.get(key, declared.allowed)
    if isinstance(default, int):
        return st.integers(int(low), int(high))
    return st.sampled_from([float(low), float(high), default]) | st.floats(low, high)


@st.composite
def declared(draw: st.DrawFn) -> Parameters:
    """Return sets in which some parameters, whichever, take any value their declarations allow."""
    strategies = {key: value_of(key, what, default) for key, what, default in declarations()}
    chosen = {key: draw(strategies[key]) for key in draw(st.lists(st.sampled_from(sorted(strategies)), unique=True, max_size=25))}
    p = Parameters().replace(USUAL)
    for key, value in chosen.items():
        try:
            p = p.replace({key: value})
        except ParameterError:  # allowed alone, but it contradicts another one: leave it
            continue
    return p
