"""What docs/length.md says is what the code does: its numbers, modes, policies and measures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from experiments.help import defaults_of
from experiments.length import estimands, statistics
from experiments.length.engine import APART
from experiments.length.measures import MEASURES
from experiments.length.policies import POLICIES
from experiments.length.question import MODES, SOLVED
from experiments.length.solving import SEEDS

pytestmark = pytest.mark.unit
PAGE = (Path(__file__).resolve().parents[3] / "docs" / "length.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())


@pytest.mark.parametrize(
    "said",
    [
        f"**Gain at {estimands.OUTCOME_WEEKS} weeks** (`gain_{estimands.OUTCOME_WEEKS}`)",
        f"everybody referred in the first {estimands.COHORT_WEEKS} weeks",
        f"- **Horizon.** {estimands.HORIZON} weeks",
        f"at least {estimands.ENOUGH:.0%} of the mean gain of the open-ended programme",
        f"before week {estimands.LATER_WEEKS}:",
        f"The reference length is {estimands.REFERENCE} weeks",
        f"drawn with replacement {statistics.SAMPLES:,} times",
        f"under common random numbers, first in {['', 'one', 'two', 'three'][SEEDS]} seeds and from there over all of them",
        f"With fewer than {statistics.FEWEST} runs neither is told",
        f"where they differ by more than {APART:.0%}, that is said",
    ],
)
def test_the_numbers_of_the_definitions_are_those_of_the_code(said: str) -> None:
    assert said in WORDS


def test_the_horizon_of_the_definitions_is_the_default_of_the_command() -> None:
    assert defaults_of("length")["weeks"] == estimands.HORIZON
    assert f"referrals are {defaults_of('length')['surge']} times the service's" in WORDS


def test_people_who_come_later_can_be_followed_to_the_outcome_in_the_horizon() -> None:
    assert estimands.LATER_WEEKS + estimands.OUTCOME_WEEKS == estimands.HORIZON


def test_every_measure_is_defined() -> None:
    defined = set(re.findall(r"`([a-z_0-9]+)`", PAGE))
    assert set(MEASURES) - defined == set()


def test_every_mode_and_policy_is_defined_and_no_other() -> None:
    modes = re.findall(r"^- \*\*`(\w+)`\*\*:", PAGE, re.MULTILINE)
    assert tuple(modes) == MODES
    assert set(SOLVED) < set(modes)
    policies = PAGE.partition("## Policies")[2].partition("##")[0]
    assert set(re.findall(r"`([a-z_]+)`[:,]", policies)) - {"fixed", "backlog"} == set(POLICIES)
