"""What a plan is asked: a target, a lever with its range, and how often the target must be met; every mistake told as its user made it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.errors import UsageError
from experiments.planning.verdicts import CONFIDENCE, Rule
from experiments.whatif.bench import Arm
from experiments.whatif.measures import MEASURES, Measure
from sim import ParameterError, Parameters
from sim.parameters import declarations, nearest
from sim.parameters.declaration import SHARE, Declaration

POSTS = "model.workforce.posts"
MEASURED = {name: measure for name, measure in MEASURES.items() if not name.startswith("change_cost")}  # those need runs of their own
PARTS = 50  # a step is about this part of the range, unless given
MOST_RUNS = 10_000


@dataclass(frozen=True)
class Target:
    """What must be met: `measure` at most `limit` (`at_most`), or at least."""

    measure: str
    limit: float
    at_most: bool

    def met(self, values: np.ndarray) -> np.ndarray:
        """Return for each run whether it meets the target; a run in which the measure has no value does not."""
        with np.errstate(invalid="ignore"):
            return values <= self.limit if self.at_most else values >= self.limit

    @property
    def about(self) -> Measure:
        """The measure in words."""
        return MEASURED[self.measure]


@dataclass(frozen=True)
class Lever:
    """The lever: its full key, today's value, and the values tried: `down` steps below today to `up` steps above."""

    key: str
    unit: str
    today: float
    step: float
    down: int
    up: int

    def value(self, step: int) -> float:
        """The value `step` steps from today's, as a whole number where the lever is one."""
        value = self.today + step * self.step
        return value if isinstance(value, int) else float(f"{value:.10g}")


@dataclass(frozen=True)
class PlanQuestion:
    """What is asked: parameters of today, target, lever, the rule of what is enough, and the first seed."""

    parameters: Parameters
    target: Target
    lever: Lever
    rule: Rule
    seed: int = 1

    @property
    def fewest(self) -> bool:
        """Whether the fewest are looked for even when today's value is enough."""
        return self.lever.key == POSTS

    def arm(self, step: int) -> Arm:
        """Return the service with the lever `step` steps from today."""
        value = self.lever.value(step)
        name = f"{self.lever.key.removeprefix('model.')}={value:.10g}"
        return Arm(name, name, self.parameters.replace({self.lever.key: value}))


def ask(
    parameters: Parameters,
    measure: str,
    lever: str = POSTS,
    below: float | None = None,
    above: float | None = None,
    *,
    probability: float = 0.9,
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    min_replications: int = 25,
    max_replications: int = 100,
    seed: int = 1,
) -> PlanQuestion:
    """Return the question, checked: `measure` at most `below` or at least `above`, in its own unit, in the share `probability` of runs.

    `lever` is tried from `low` to `high` in steps of `step` from today's value. Raises `UsageError` for what cannot be asked.
    """
    if not parameters.programme.enabled:
        raise UsageError("scenario=usual_care has no service to plan; choose another scenario.")
    target = target_of(measure, below, above)
    rule = rule_of(probability, min_replications, max_replications)
    question = PlanQuestion(parameters, target, lever_of(parameters, lever, low, high, step), rule, seed)
    for end, name in ((-question.lever.down, "low"), (question.lever.up, "high")):
        try:
            question.arm(end)
        except ParameterError as error:
            raise UsageError(f"{error} It is at the end of the range tried: give another {name}=.") from error
    return question


def target_of(measure: str, below: float | None, above: float | None, key: str = "measure", where: str = "a plan") -> Target:
    """Return the target, checked; errors name the `key` that holds its measure, and `where` it is met."""
    if not measure:
        raise UsageError("measure= is missing: name what must be met, as in measure=wait_p90 below=4.")
    if measure not in MEASURED:
        hint = f" It needs runs of its own, which {where} does not make." if measure in MEASURES else nearest(measure, list(MEASURED))
        raise UsageError(f"{key}={measure}: there is no such measure for {where}.{hint} Measures: {', '.join(MEASURED)}.")
    if (below is None) == (above is None):
        given = "neither below= nor above= was given" if below is None else f"below={below:g} and above={above:g} were both given"
        raise UsageError(f"{given}: give one of them, the most or the least that {measure} may be.")
    side, limit = ("below", below) if above is None else ("above", above)
    number(side, limit, "the target")
    if MEASURED[measure].is_share and not 0 <= limit <= 1:
        raise UsageError(f"{side}={limit:g} is not allowed: {measure} is a share, from 0 to 1; write 0.7 for 70%.")
    return Target(measure, float(limit), side == "below")


def rule_of(probability: float, least: int, most: int) -> Rule:
    """Return the rule, checked: it must be able to find a value enough."""
    number("probability", probability, "the share of runs that must meet the target")
    if not 0 < probability < 1:
        raise UsageError(f"probability={probability:g} is not allowed: it is the share of runs that must meet the target, above 0 and below 1.")
    for name, value in (("min_replications", least), ("max_replications", most)):
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_RUNS:
            raise UsageError(f"{name}={value} is not allowed: it must be a whole number from 1 to {MOST_RUNS}.")
    if least > most:
        raise UsageError(f"min_replications={least} is above max_replications={most}; raise the one or lower the other.")
    rule = Rule(float(probability), least, most)
    if rule.runs_needed > most:
        told = f"with max_replications={most}, probability={probability:g} cannot be shown with {CONFIDENCE:.0%} confidence even if every run meets the target"
        raise UsageError(f"{told}; give max_replications={rule.runs_needed} or more, or a lower probability.")
    return rule


def lever_of(parameters: Parameters, key: str, low: float | None, high: float | None, step: float | None) -> Lever:
    """Return the lever with its range, checked; what is not given is chosen around today's value."""
    known = {name: (declared, default) for name, declared, default in declarations()}
    key = key if key in known else f"model.{key}"
    if key not in known:
        numeric = [name for name, (_, default) in known.items() if is_number(default)]
        asked = key.removeprefix("model.")
        raise UsageError(f"lever={asked}: there is no such parameter.{nearest(key, numeric)} `spsim describe levers` lists levers.")
    declared, default = known[key]
    if not is_number(default):
        raise UsageError(f"lever={key} is not a number, but {declared.unit or 'a choice'}: a plan tries values in steps. Name a lever with a numeric value.")
    _, group, name = key.split(".")
    today = getattr(getattr(parameters, group), name)
    whole = isinstance(default, int)
    for word, value in (("low", low), ("high", high), ("step", step)):
        if value is not None:
            number(word, value, f"a value of {key}", whole)
    bottom, top = default_range(declared, today, low, high)
    check_range(key, declared, today, bottom, top)
    if step is None:
        step = 1 if whole else round_step((top - bottom) / PARTS)
    if step <= 0 or (step > max(today - bottom, top - today) and bottom < top):
        raise UsageError(f"step={step:g} is not allowed: it must be above 0, and reach from today's value, {today:g}, to one from {bottom:g} to {top:g}.")
    down, up = (math.floor(length / step + 1e-9) for length in (today - bottom, top - today))
    return Lever(key, declared.unit, today, int(step) if whole else step, down, up)


def default_range(declared: Declaration, today: float, low: float | None, high: float | None) -> tuple[float, float]:
    """Return the range tried. Not given: all of a share; else half to twice today's value, or the plausible range where wider."""
    allowed = declared.allowed or (-math.inf, math.inf)
    plausible = declared.plausible or (today, today)
    if allowed == SHARE:
        own = SHARE
    else:
        wide = sorted((today / 2, today * 2))
        own = (max(allowed[0], min(wide[0], plausible[0])), min(allowed[1], max(wide[1], plausible[1])))
    bottom, top = own[0] if low is None else low, own[1] if high is None else high
    if isinstance(today, int):
        bottom, top = math.ceil(bottom), math.floor(top)
    return bottom, top


def check_range(key: str, declared: Declaration, today: float, low: float, high: float) -> None:
    """Raise `UsageError` unless low <= today <= high, all allowed."""
    if low > high:
        raise UsageError(f"low={low:g} is above high={high:g}: exchange them.")
    for word, value in (("low", low), ("high", high)):
        if declared.allowed and not declared.allowed[0] <= value <= declared.allowed[1]:
            bounds = "{:.12g} to {:.12g}".format(*declared.allowed)
            raise UsageError(f"{word}={value:g} is not allowed for {key}: it must be from {bounds} {declared.unit}.")
    if not low <= today <= high:
        told = f"low={low:g} and high={high:g} leave out today's value of {key}, {today:g}"
        raise UsageError(f"{told}: changes are counted from it. Widen the range, or set another value for today ({key}=).")


def number(key: str, value: Any, what: str, whole: bool = False) -> None:
    """Raise `UsageError` unless `value` is a finite number, and a whole one where it must be."""
    if not is_number(value) or not math.isfinite(value) or (whole and value != int(value)):
        raise UsageError(f"{key}={value} is not allowed: {what} must be {'a whole' if whole else 'a finite'} number.")


def is_number(value: Any) -> bool:
    """Whether `value` is an int or float."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def round_step(length: float) -> float:
    """Return the longest of 1, 2 and 5 times a power of ten that is not above `length` (1 when it is 0)."""
    if length <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(length))
    return float(f"{max(part for part in (1, 2, 5) if part * power <= length * (1 + 1e-9)) * power:.10g}")
