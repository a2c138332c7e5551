"""The agent objects that `make bench` times follow the same rules as the model: same figures, from the same state, over many lucks."""

from functools import cache

import numpy as np
import pytest
from scipy.stats import ttest_ind

from benchmarks.agent_objects import AgentObjects
from benchmarks.four_processes import Columns, Start
from sim import Parameters
from sim.people import ATTENDING, LAPSED, MAINTENANCE, PRACTISING, QUEUED, RESOLVED

pytestmark = pytest.mark.unit

SMALL = {  # hours are short and workers leave often, so that every branch of the rules is taken
    "referrals.first_year": 400, "referrals.later_years": 400, "workforce.posts": 6, "community.services": 15,
    "workforce.diary_share": 0.35, "workforce.turnover": 1.0,
}  # fmt: skip
SEEDS = range(24)
ALPHA = 0.001  # chance that a test below fails though its claim is true, all measures together
STAGES = {"queued": QUEUED, "attending": ATTENDING, "practising": PRACTISING, "lapsed": LAPSED, "resolved": RESOLVED}
PERSON = (
    "confidence", "motivation", "trust", "severity", "setback_left", "latent_sum", "peers", "contacts", "next_review", "setbacks", "admissions",
    "sessions_due", "attendances", "activity_completions", "goals_achieved", "lapses_in_maintenance", "handover_due", "awaiting_call",
)  # fmt: skip
CHANGED = {  # one rule of each process, and the measure that must show it
    "setbacks.progress_lost": (1.0, "progress"),
    "contact.trust_gain": (0.5, "trust"),
    "habit.practice_logit": (0.0, "habit"),
    "wellbeing.goal_effect": (1.5, "latent_sum"),
    "dropout.hazard": (0.03, "engaged"),
}


@cache
def start(weeks: int = 80) -> Start:
    return Start.after(weeks, Parameters().replace(SMALL))


def figures_of_columns(side: Columns) -> dict[str, float]:
    people = side.people
    rows = people.alive[: people.n].nonzero()[0]
    stage = people.goal_stage[rows]
    out = {name: getattr(people, name)[rows].mean(dtype="f8") for name in PERSON}
    out |= {name: (stage == code).sum() for name, code in STAGES.items()}
    out |= {name: getattr(people, f"goal_{name}")[rows].mean(dtype="f8") for name in ("habit", "progress", "misses")}
    out["blocked"] = (people.goal_blocked_until[rows] > side.week).sum()
    out["engaged"], out["maintenance"] = people.is_engaged(rows).sum(), (people.state[rows] == MAINTENANCE).sum()
    out["areas"] = people.latent[rows].std(dtype="f8")
    return out | {"hours_unmet": side.counts.get("hours_unmet", 0)}


def figures_of_objects(side: AgentObjects) -> dict[str, float]:
    people, goals = side.people, [goal for user in side.people for goal in user.goals]
    out = {name: np.mean([getattr(user, name) for user in people]) for name in PERSON}
    out |= {name: sum(goal.stage == code for goal in goals) for name, code in STAGES.items()}
    out |= {name: np.mean([getattr(goal, name) for goal in goals]) for name in ("habit", "progress", "misses")}
    out["blocked"] = sum(goal.blocked_until > side.week for goal in goals)
    out["engaged"], out["maintenance"] = sum(user.is_engaged() for user in people), sum(user.state == MAINTENANCE for user in people)
    out["areas"] = np.std([user.latent for user in people])
    return out | {"hours_unmet": sum(worker.hours_unmet for worker in side.workers)}


def after(side: Columns | AgentObjects, weeks: int) -> dict[str, float]:
    for _ in range(weeks):
        side.step()
    return figures_of_columns(side) if isinstance(side, Columns) else figures_of_objects(side)


def chances(one: list[dict], other: list[dict]) -> dict[str, float]:
    """The p value of each measure: how often luck alone parts the two sides this far."""
    return {name: ttest_ind([f[name] for f in one], [f[name] for f in other], equal_var=False).pvalue for name in one[0]}


@cache
def columns(weeks: int = 8) -> list[dict]:
    return [after(start().columns(seed), weeks) for seed in SEEDS]


def objects(parameters: Parameters | None = None, weeks: int = 8) -> list[dict]:
    return [after(start().objects(seed, parameters), weeks) for seed in SEEDS]


def test_both_sides_start_from_the_same_state():
    one, other = after(start().columns(1), 0), after(start().objects(1), 0)
    assert one == pytest.approx(other, rel=1e-9)
    assert min(one[name] for name in (*STAGES, "blocked", "maintenance", "awaiting_call", "handover_due")) > 0  # all rules have somebody to apply to


@pytest.mark.scale
def test_both_sides_give_the_same_figures():
    """Welch tests over 24 seeds a side, Bonferroni over the measures: fails with a chance of 0.1% though the rules are the same."""
    found = chances(columns(), objects())
    assert all(side["hours_unmet"] > 0 for side in columns())
    assert min(found.values()) > ALPHA / len(found), sorted(found.items(), key=lambda item: item[1])[:5]


@pytest.mark.scale
def test_one_changed_rule_in_each_process_shows():
    """The same tests tell five changed rules, each by its own measure: the agreement above is no lack of power. Fixed seeds."""
    found = chances(columns(), objects(Parameters().replace(SMALL | {key: value for key, (value, _) in CHANGED.items()})))
    for key, (_, measure) in CHANGED.items():
        assert found[measure] < ALPHA / len(found), key


def test_copies_leave_the_state_they_were_made_from_alone():
    before = after(start().columns(1), 0)
    after(start().columns(2), 3)
    after(start().objects(2), 3)
    assert after(start().columns(1), 0) == before
