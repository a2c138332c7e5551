"""How many posts a length has in the modes of equal spend and equal waits: bisection on whole posts, under common random numbers.

First in a few seeds, then from there in all of them: most numbers are tried in the few, and the last two or three in all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.length.measures import SPEND, WAITED
from experiments.length.question import EQUAL_SPEND, EQUAL_WAITS, FIXED, SOLVED, Arm, LengthQuestion

SEEDS = 3  # in which posts are looked for first
MOST = 4  # times the posts of the service: no more are tried
Posts = dict[tuple[str, str], int]  # by mode and length
Mean = Callable[[list[Arm], int], list[dict[str, float]]]  # makes the runs of arms in the first so many seeds, and returns the mean of each measure


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

    posts: Posts
    notes: tuple[str, ...] = ()


def solve(question: LengthQuestion, mean: Mean) -> Solved:
    """Return the posts of every length in the modes of `question` that need it; the reference length keeps the service's own."""
    modes = [mode for mode in question.modes if mode in SOLVED]
    if not modes:
        return Solved({})
    own = question.service.workforce.posts
    lengths = [length for length in question.lengths if length != question.reference]
    posts = {(mode, length): own for mode in modes for length in lengths}
    edges: dict[tuple[str, str], Bracket] = {}
    for seeds in dict.fromkeys((min(SEEDS, question.replications), question.replications)):
        edges = edges_of(question, posts, seeds, mean)
        posts = {key: clamped(number_of(key[0], edge), edge.most) for key, edge in edges.items()}
    notes = []
    for (mode, length), edge in edges.items():
        if not 1 <= number_of(mode, edge) <= edge.most:
            tried = f"no number of posts from 1 to {edge.most} gives length {length} {WANTED[mode]}"
            notes.append(f"{mode}: {tried}; {posts[mode, length]} is the nearest tried.")
    return Solved({(mode, question.reference): own for mode in modes} | posts, tuple(notes))


def edges_of(question: LengthQuestion, start: Posts, seeds: int, mean: Mean) -> dict[tuple[str, str], Bracket]:
    """Return where `holds` begins to hold over the first `seeds`, by mode and length, looked for from `start`."""
    own = question.service.workforce.posts
    reference = mean([Arm(FIXED, "", question.reference, own)], seeds)[0]
    edges = {key: Bracket(number, MOST * own) for key, number in start.items()}
    while todo := [(key, edge.next()) for key, edge in edges.items() if not edge.done]:
        found = mean([Arm(mode, "", length, posts) for (mode, length), posts in todo], seeds)
        for (key, posts), measures in zip(todo, found, strict=True):
            edges[key].tell(posts, holds(key[0], measures, reference))
    return edges


def number_of(mode: str, edge: Bracket) -> int:
    """Return the posts of a mode: the last whose spend is not above that of the reference, or the first whose waits are not."""
    return edge.above - 1 if mode == EQUAL_SPEND else edge.above


def clamped(number: int, most: int) -> int:
    """Return the nearest number of posts from 1 to `most`."""
    return min(max(number, 1), most)


WANTED = {EQUAL_SPEND: "the spend of the reference length or less", EQUAL_WAITS: "the mean wait of the reference length or a shorter one"}


def holds(mode: str, measures: dict[str, float], reference: dict[str, float]) -> bool:
    """Whether mean spend is above that of the reference, or the mean wait is not above: both hold for all larger numbers of posts when for one."""
    if mode == EQUAL_SPEND:
        return measures[SPEND] > reference[SPEND]
    return measures[WAITED] <= reference[WAITED]
