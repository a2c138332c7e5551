"""How many posts a length has in the modes of equal spend and equal waits: bisection on whole posts, under common random numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.length.measures import SPEND, WAITED
from experiments.length.question import EQUAL_SPEND, EQUAL_WAITS, FIXED, SOLVED, Arm, LengthQuestion

SEEDS = 3  # in which posts are solved: the first of those asked for
MOST = 4  # times the posts of the service: no more are tried
Mean = Callable[[list[Arm]], list[dict[str, float]]]  # makes the runs of arms in the first seeds, and returns the mean of each measure


@dataclass
class Bracket:
    """The smallest whole number from 1 to `most` at which something holds, which holds above it too: found by trying numbers, first `start`."""

    start: int
    most: int
    below: int = 0  # the largest at which it is known, or taken, not to hold
    tried: int = 0

    def __post_init__(self) -> None:
        """Nothing is known yet above."""
        self.above = self.most + 1

    @property
    def done(self) -> bool:
        """Whether nothing is left to try."""
        return self.above - self.below <= 1

    def next(self) -> int:
        """Return what to try next: from `start` in doubling steps until both sides are known, then the middle."""
        if not self.tried:
            return min(max(self.start, 1), self.most)
        step = 2 ** (self.tried - 1)
        if self.above > self.most:
            return min(self.most, self.below + step)
        if self.below == 0:
            return max(1, self.above - step)
        return (self.below + self.above) // 2

    def tell(self, number: int, holds: bool) -> None:
        """Take note of whether it holds at `number`."""
        self.tried += 1
        if holds:
            self.above = min(self.above, number)
        else:
            self.below = max(self.below, number)


@dataclass(frozen=True)
class Solved:
    """Posts by mode and length, and what must be known of them."""

    posts: dict[tuple[str, str], int]
    notes: tuple[str, ...] = ()


def solve(question: LengthQuestion, mean: Mean) -> Solved:
    """Return the posts of every length in the modes of `question` that need it; the reference length keeps the service's own."""
    modes = [mode for mode in question.modes if mode in SOLVED]
    if not modes:
        return Solved({})
    own = question.service.workforce.posts
    reference = mean([Arm(FIXED, "", question.reference, own)])[0]
    open_ = {(mode, length): Bracket(own, MOST * own) for mode in modes for length in question.lengths if length != question.reference}
    while todo := [(key, bracket.next()) for key, bracket in open_.items() if not bracket.done]:
        found = mean([Arm(mode, "", length, posts) for (mode, length), posts in todo])
        for (key, posts), measures in zip(todo, found, strict=True):
            open_[key].tell(posts, holds(key[0], measures, reference))
    posts = {(mode, question.reference): own for mode in modes}
    notes = []
    for (mode, length), bracket in open_.items():
        number = bracket.above - 1 if mode == EQUAL_SPEND else bracket.above
        posts[mode, length] = min(max(number, 1), bracket.most)
        if not 1 <= number <= bracket.most:
            tried = f"no number of posts from 1 to {bracket.most} gives length {length} {WANTED[mode]}"
            notes.append(f"{mode}: {tried}; {posts[mode, length]} is the nearest tried.")
    return Solved(posts, tuple(notes))


WANTED = {EQUAL_SPEND: "the spend of the reference length or less", EQUAL_WAITS: "the waits of the reference length or shorter ones"}


def holds(mode: str, measures: dict[str, float], reference: dict[str, float]) -> bool:
    """Whether spend is above that of the reference, or waits are not above: both hold for all larger numbers of posts when they hold for one."""
    if mode == EQUAL_SPEND:
        return measures[SPEND] > reference[SPEND]
    return measures[WAITED] <= reference[WAITED]
