"""The findings that a report names as missed are those of the page on validation."""

import pytest

from experiments.report.misses import HELD_OUT, IN_WORDS, held_out, rows
from experiments.validation.page import kept
from experiments.validation.targets import shared, shipped

pytestmark = pytest.mark.unit


def test_the_list_that_ships_has_every_target_in_the_order_of_their_file():
    assert [(row["id"], row["pattern"], row["use"]) for row in rows()] == [(t.id, t.pattern, t.use) for t in shipped().values()]
    assert [row["verdict"] for row in rows()] == list(kept().verdict)


def test_every_finding_that_was_held_out_has_plain_words_and_those_that_are_no_test_are_not_counted():
    wanted = {row["id"] for row in rows() if row["use"] == HELD_OUT}
    assert wanted == set(IN_WORDS)
    dependent = wanted & set(shared())
    assert dependent and len(held_out()) == len(wanted) - len(dependent)
    assert 0 < sum(held_out().values()) < len(wanted)
