"""The search for the smallest change that is enough, over the steps of a lever: 0 is today, 1 a step up, -1 a step down.

Bisection: between a step that is not enough and one that is, the middle one is tried, until they are neighbours. All steps
are tried with the same seeds. When in every run a longer step never does worse, a step found enough makes all
longer ones found enough, so that the several values tried add nothing to the error of one (`verdicts`).

Bisection rests on longer steps doing better. That is checked on the steps tried, run by run (exact sign test of pairs:
McNemar 1947, Psychometrika 12: 153-157). Where it fails, the steps before the one found are tried one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import bdtr

from experiments.planning.verdicts import ENOUGH, OPEN, Rule, Trial

Outcomes = Callable[[Sequence[int], int], dict[int, np.ndarray]]  # steps and runs -> for each step whether each run met the target
ALREADY, FOUND, NOT_FOUND = "already", "found", "not found"
PROBES = 4  # steps tried between today and an end of the range that is not enough
MOST_WALKED = 40  # steps tried one after the other
FALL_ERROR = 0.01  # chance that a check of all steps tried finds longer steps doing worse when they do not


@dataclass(frozen=True)
class Found:
    """What a search found: the `step` (None: none is enough), every trial by step, and what it rests on.

    `falls` are pairs of steps of which the longer did worse; `gaps` says whether then not every shorter step could be tried.
    """

    status: str
    step: int | None
    trials: dict[int, Trial]
    falls: tuple[tuple[int, int], ...] = ()
    gaps: bool = False


@dataclass
class Search:
    """The steps tried so far, by `outcomes` and `rule`."""

    outcomes: Outcomes
    rule: Rule
    trials: dict[int, Trial] = field(default_factory=dict)
    gaps: bool = False

    def judge(self, steps: Sequence[int]) -> None:
        """Run each of `steps` until its verdict is clear or the most runs are spent."""
        todo = [step for step in dict.fromkeys(steps) if step not in self.trials]
        for runs in self.rule.looks:
            if not todo:
                return
            for step, met in self.outcomes(todo, runs).items():
                self.trials[step] = Trial(step, met, self.rule)
            todo = [step for step in todo if self.trials[step].verdict == OPEN]

    def is_enough(self, step: int) -> bool:
        """Whether `step` is found enough; it is tried first if need be."""
        self.judge([step])
        return self.trials[step].verdict == ENOUGH

    def first_enough(self, origin: int, end: int) -> int | None:
        """Return the step nearest to `origin` that is enough, from there to `end`; None when none was found."""
        reach = self.nearest(origin, end)
        if reach is None:
            probes = np.linspace(origin, end, PROBES + 2).round().astype(int)[1:-1]
            self.judge([int(step) for step in probes])
            reach = self.nearest(origin, end)
        if reach is None or reach == origin:
            return reach
        best = self.bisect(origin, reach)
        return self.walk(origin, best) if self.falls(origin, end) else best

    def nearest(self, origin: int, end: int) -> int | None:
        """Return the step nearest to `origin`, of those tried up to `end`, that is enough."""
        return next((step for step in self.between(origin, end) if self.trials[step].verdict == ENOUGH), None)

    def between(self, origin: int, end: int) -> list[int]:
        """Return the steps tried from `origin` to `end`, in that order."""
        low, high = min(origin, end), max(origin, end)
        return sorted((step for step in self.trials if low <= step <= high), key=lambda step: abs(step - origin))

    def bisect(self, short: int, long: int) -> int:
        """Return the step next to one that is not enough, that is enough itself, between `short` (not enough) and `long` (enough)."""
        while abs(long - short) > 1:
            middle = (short + long) // 2
            if self.is_enough(middle):
                long = middle
            else:
                short = middle
        return long

    def walk(self, origin: int, best: int) -> int:
        """Try the steps from `origin` to `best` one after the other, and return the first that is enough."""
        distance = abs(best - origin)
        self.gaps |= distance > MOST_WALKED
        for step in np.unique(np.linspace(0, distance, min(distance, MOST_WALKED) + 1).round().astype(int)):
            place = origin + int(np.sign(best - origin)) * int(step)
            if self.is_enough(place):
                break
        return self.nearest(origin, best)

    def falls(self, origin: int, end: int) -> tuple[tuple[int, int], ...]:
        """Return the pairs of neighbours, of the steps tried from `origin` to `end`, of which the longer did worse beyond luck."""
        steps = self.between(origin, end)
        pairs = list(zip(steps, steps[1:], strict=False))
        return tuple(pair for pair in pairs if did_worse(*(self.trials[step] for step in pair), FALL_ERROR / len(pairs)))


def did_worse(first: Trial, second: Trial, error: float) -> bool:
    """Whether `second` meets the target less often than `first`, run by run with the same seeds, beyond luck (sign test)."""
    runs = min(first.runs, second.runs)
    lost = int((first.met[:runs] & ~second.met[:runs]).sum())
    won = int((~first.met[:runs] & second.met[:runs]).sum())
    return lost > won and bdtr(won, lost + won, 0.5) < error


def search(outcomes: Outcomes, rule: Rule, down: int, up: int, fewest: bool = False) -> Found:
    """Return the shortest step from today that is enough, of up to `down` steps down and `up` steps up.

    When today is enough already nothing more is tried, unless the `fewest` are asked for: then the lowest step that is enough.
    """
    at = Search(outcomes, rule)
    if at.is_enough(0):
        if not (fewest and down):
            return Found(ALREADY, 0, at.trials)
        at.judge([-down])
        step = at.first_enough(-down, 0)
        return Found(FOUND if step else ALREADY, step, at.trials, at.falls(-down, 0), at.gaps)
    ends = [end for end in (up, -down) if end]
    at.judge(ends)
    reached = [end for end in ends if at.is_enough(end)] or ends  # only when no end is enough, values between are probed
    steps = [step for end in reached if (step := at.first_enough(0, end)) is not None]
    falls = tuple(pair for end in ends for pair in at.falls(0, end) if end in reached)
    if not steps:
        return Found(NOT_FOUND, None, at.trials, falls)
    best = min(steps, key=lambda step: (abs(step), -at.trials[step].share, -step))
    return Found(FOUND, best, at.trials, falls, at.gaps)
