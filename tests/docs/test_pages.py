"""The pages hang together: links lead somewhere, and every decision says what it costs."""

import re
from pathlib import Path

import pytest

from experiments.odd_tables import model_streams
from sim.people import STATES, People
from sim.streams import BLOCK

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    missing = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert not missing


def test_the_index_leads_to_every_page():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = [page.relative_to(ROOT / "docs") for page in PAGES if page.name not in ("README.md", "index.md")]
    assert [str(page) for page in pages if f"({page.as_posix()})" not in index and f"({page.parent.as_posix()}/)" not in index] == []


def test_decisions_are_numbered_without_a_gap():
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_says_why_what_was_rejected_and_what_it_costs(page):
    text = page.read_text(encoding="utf-8").lower()
    for word in ("choice", "why", "rejected", "costs"):
        assert word in text


def test_the_glossary_is_in_order_of_the_alphabet():
    words = re.findall(r"^\| ([\w\-]+)", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    words = [word.lower() for word in words if word not in ("word", "---")]
    assert len(words) > 30
    assert words == sorted(words)


def test_the_description_names_every_state_a_person_can_be_in():
    text = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8").split("\nStates of a user")[1].split("\n\n")[0]
    assert [state for state in STATES if state not in text] == []


def test_numbers_quoted_in_decisions_are_those_of_the_code():
    layout, luck = (page.read_text(encoding="utf-8") for page in DECISIONS[:2])
    assert f"{People.bytes_per_row()} bytes" in layout
    assert f"{len(model_streams())} decisions" in luck
    assert f"{BLOCK:,}" in luck
