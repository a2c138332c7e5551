"""A service with everything off: each theory test adds back the one process its formula is about."""

from __future__ import annotations

import numpy as np
from scipy import stats

from sim import Parameters

NO_LIFE = {"life.gone_rate": 0, "life.new_condition_rate": 0}
NO_SETBACKS = {"setbacks.hazard_first": 0, "setbacks.hazard_per_condition": 0}
NO_MOOD = {"mood.depressed_at_referral": 0, "mood.relapse_early": 0, "mood.relapse_late": 0}
NO_DROPOUT = {"dropout.hazard": 0}
# a hazard that depends on nothing, whatever `dropout.hazard` is
CONSTANT_DROPOUT = {f"dropout.{name}": 0 for name in ("trust", "confidence", "depressed", "setback", "lateness", "awaiting_call", "early", "progress")} | {
    "dropout.maintenance_factor": 1
}
NO_EXIT = {"programme.open_ended": True, "programme.completion": 0, "programme.reentry": 0}
STEADY_WORKERS = {"workforce.turnover": 0, "workforce.sickness": 0}
NO_FEEDBACK = {"workforce.turnover_workload": 0, "workforce.turnover_gaps": 0, "workforce.sickness_workload": 0}
# Everybody is reached and taken on in the week of referral: the chance to accept is at least expit(10 - 0.45) = 0.99993.
TAKEN_ON_AT_ONCE = {
    "allocation.reached_probability": 1, "allocation.accept_logit": 10, "allocation.accept_per_week_waited": 0,
    "allocation.call_hours": 0, "workforce.caseload_cap": 100_000, "workforce.intake_per_week": 1000,
}  # fmt: skip
QUIET = NO_LIFE | NO_SETBACKS | NO_MOOD | NO_DROPOUT | NO_EXIT | STEADY_WORKERS | TAKEN_ON_AT_ONCE | {"activity.self_start": 0, "community.closure_rate": 0}


def quiet(**changes: object) -> Parameters:
    """Return the quiet service with `changes`, keyed `group__name`."""
    return Parameters().replace(QUIET | {key.replace("__", "."): value for key, value in changes.items()})


def binomial_interval(hits: int, trials: int, level: float = 0.999) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) interval of a probability."""
    found = stats.binomtest(int(hits), int(trials)).proportion_ci(level, method="exact")
    return found.low, found.high


def chi_square_tail(observed: np.ndarray, expected: np.ndarray, least: float = 20) -> float:
    """Return the p-value of counts against `expected`, neighbouring cells pooled until each expects `least`."""
    seen, due, cells = 0.0, 0.0, []
    for o, e in zip(observed, expected, strict=True):
        seen, due = seen + o, due + e
        if due >= least:
            cells.append((seen, due))
            seen = due = 0.0
    cells[-1] = (cells[-1][0] + seen, cells[-1][1] + due)
    o, e = np.array(cells).T
    return float(stats.chi2.sf(((o - e) ** 2 / e).sum(), len(o) - 1))
