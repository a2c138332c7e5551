"""Posts that are solved for, against functions whose answer is known."""

from __future__ import annotations

import pytest

from experiments.length.measures import SPEND, WAITED
from experiments.length.question import EQUAL_SPEND, EQUAL_WAITS, Arm, LengthQuestion
from experiments.length.solving import Bracket, solve
from sim import Parameters

pytestmark = pytest.mark.unit
OWN = 22
WAITS = {"13": 30.0, "104": 110.0, "open": 10_000.0}  # divided by posts
SPENDS = {"13": 0.0, "104": 0.4, "open": 1.6}  # besides one a post


@pytest.mark.parametrize("start", [1, 5, 20])
@pytest.mark.parametrize("edge", range(1, 22))
def test_a_bracket_finds_the_first_number_at_which_something_holds(start: int, edge: int) -> None:
    bracket, tried = Bracket(start, 20), []
    while not bracket.done:
        tried.append(bracket.next())
        bracket.tell(tried[-1], tried[-1] >= edge)
    assert bracket.above == edge  # 21: it holds nowhere
    assert len(tried) == len(set(tried))
    assert set(tried) <= set(range(1, 21))


def known(arms: list[Arm], seeds: int) -> list[dict[str, float]]:
    """Return spend and waits that are plain functions of length and posts."""
    return [{SPEND: arm.posts + SPENDS[arm.length], WAITED: WAITS[arm.length] / arm.posts} for arm in arms]


def test_posts_meet_the_spend_and_the_waits_of_the_reference_length() -> None:
    solved = solve(LengthQuestion(Parameters(), ("13", "104", "open")), known)
    assert solved.posts[EQUAL_SPEND, "13"] == OWN  # 22 <= 22.4 < 23
    assert solved.posts[EQUAL_SPEND, "open"] == OWN - 2  # 21.6 <= 22.4 < 22.6
    assert solved.posts[EQUAL_SPEND, "104"] == solved.posts[EQUAL_WAITS, "104"] == OWN
    assert solved.posts[EQUAL_WAITS, "13"] == 6  # 30 / 6 = 5 = 110 / 22
    assert solved.posts[EQUAL_WAITS, "open"] == 4 * OWN
    assert any("open" in note and "no number of posts" in note for note in solved.notes)


def test_posts_hold_over_all_runs_and_not_only_over_the_first() -> None:
    """Waits that are longer in the runs after the first three take more posts; what is found in the first is only where to begin."""
    asked: list[tuple[int, int]] = []

    def longer(arms: list[Arm], seeds: int) -> list[dict[str, float]]:
        asked.extend((arm.posts, seeds) for arm in arms if arm.length == "13")
        return [{SPEND: 0.0, WAITED: WAITS[arm.length] * (1 if seeds == 3 or arm.length == "104" else 1.3) / arm.posts} for arm in arms]

    solved = solve(LengthQuestion(Parameters(), ("13", "104"), modes=("equal_waits",), replications=10), longer)
    assert solved.posts[EQUAL_WAITS, "13"] == 8  # 39 / 8 < 5 < 39 / 7
    assert [posts for posts, seeds in asked if seeds == 10] == [6, 7, 9, 8]


def test_modes_that_need_no_posts_make_no_runs() -> None:
    def never(arms: list[Arm], seeds: int) -> list[dict[str, float]]:
        raise AssertionError(arms)

    assert solve(LengthQuestion(Parameters(), ("13", "open"), modes=("fixed", "backlog")), never).posts == {}
