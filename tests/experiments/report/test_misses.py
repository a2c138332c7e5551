"""The findings that a report names as missed are those of the evidence page."""

import re
from pathlib import Path

import pytest

from experiments.report.misses import HELD_OUT, IN_WORDS, held_out, rows

pytestmark = pytest.mark.unit
PAGE = Path(__file__).resolve().parents[3] / "docs" / "results" / "evidence.md"


def test_the_list_that_ships_says_what_the_evidence_page_says():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| T\d", line)]
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    assert cells
    assert [[row["id"], row["pattern"], row["use"], row["verdict"]] for row in rows()] == [[c[0], c[1], c[6], c[5].strip("*")] for c in cells]


def test_every_finding_that_nothing_was_tuned_to_has_plain_words():
    wanted = {row["id"] for row in rows() if row["use"] == HELD_OUT}
    assert wanted == set(IN_WORDS)
    assert len(held_out()) == len(wanted)
    assert 0 < sum(held_out().values()) < len(wanted)
