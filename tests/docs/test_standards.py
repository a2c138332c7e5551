"""docs/stress-abs.md, docs/trace.md and docs/assumptions.md are complete, in the standards' order, and say what the code says."""

import re
from pathlib import Path

import pytest

from experiments.odd_tables import BLOCK, with_blocks
from experiments.standards_tables import MAKERS, PAGES, SETTLED_BY, targets
from experiments.verification import CHECKS
from sim.parameters import declarations

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]
TEXT = {name: path.read_text(encoding="utf-8") for name, path in PAGES.items()}
STRESS = (
    "1.1 Purpose of the model",
    "1.2 Model Outputs",
    "1.3 Experimentation Aims",
    "2.1 Base model overview diagram",
    "2.2 Base model logic",
    "2.3 Scenario logic",
    "2.4 Algorithms",
    "2.5 Components",
    "3.1 Data sources",
    "3.2 Pre-processing",
    "3.3 Input parameters",
    "3.4 Assumptions",
    "4.1 Initialisation",
    "4.2 Run length",
    "4.3 Estimation approach",
    "5.1 Software or programming language",
    "5.2 Random sampling",
    "5.3 Model execution",
    "5.4 System Specification",
    "6.1 Computer Model Sharing Statement",
)
COMPONENTS = ("2.5.1 Environment", "2.5.2 Agents", "2.5.3 Interaction Topology", "2.5.4 Entry / Exit")
TRACE = (
    "1 Problem formulation",
    "2 Model description",
    "3 Data evaluation",
    "4 Conceptual model evaluation",
    "5 Implementation verification",
    "6 Model output verification",
    "7 Model analysis",
    "8 Model output corroboration",
)


def headings(text, level):
    return re.findall(rf"^#{{{level}}} (.+)$", text, flags=re.MULTILINE)


def section(text, title):
    rest = re.split(rf"^#+ {re.escape(title)}$", text, maxsplit=1, flags=re.MULTILINE)[1]
    return re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def test_the_items_of_stress_come_in_order():
    assert headings(TEXT["stress-abs"], 3) == list(STRESS) and headings(TEXT["stress-abs"], 4) == list(COMPONENTS)


@pytest.mark.parametrize("title", [*(title for title in STRESS if title != "2.5 Components"), *COMPONENTS])
def test_every_item_of_stress_is_answered(title):
    assert len(section(TEXT["stress-abs"], title).split()) >= 12


def test_the_eight_elements_of_trace_come_in_order_and_are_filled():
    assert headings(TEXT["trace"], 2) == list(TRACE)
    assert all(len(section(TEXT["trace"], title).split()) >= 12 for title in TRACE)


@pytest.mark.parametrize("name", PAGES)
def test_the_generated_parts_are_current_and_each_is_used_once(name):
    assert with_blocks(TEXT[name], lambda block: MAKERS[name][block]()) == TEXT[name], "run `make docs`"
    assert sorted(block for _, block, _ in BLOCK.findall(TEXT[name])) == sorted(MAKERS[name])


@pytest.mark.parametrize("test", sorted({test for check in CHECKS for test in check.tests}))
def test_every_check_names_tests_that_are_there(test):
    assert "\ndef test_" in (ROOT / test).read_text(encoding="utf-8")


def test_no_target_is_both_fitted_and_held_out():
    fitted, held = (set(re.findall(r"^\| (T\d+\w?) ", section(TEXT["trace"], TRACE[place]), flags=re.MULTILINE)) for place in (5, 7))
    assert not fitted & held and fitted | held == {row["id"] for row in targets()}


def test_every_assumed_number_is_listed_with_what_would_settle_it():
    assumed = [key.removeprefix("model.") for key, declared, _ in declarations() if declared.grade == "D"]
    assert all(f"| `{key}` |" in TEXT["assumptions"] for key in assumed)
    assert {key.split(".")[0] for key in assumed} <= set(SETTLED_BY)
