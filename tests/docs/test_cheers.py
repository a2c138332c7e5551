"""docs/cheers.md answers every item of CHEERS 2022, and its numbers are those of the code."""

import re

import pytest

from experiments.cheers_tables import MAKERS, PAGE, filled
from experiments.odd_tables import BLOCK
from sim.parameters import declarations

pytestmark = pytest.mark.unit

ITEMS = (
    "Title", "Abstract", "Background and objectives", "Health economic analysis plan", "Study population", "Setting and location", "Comparators",
    "Perspective", "Time horizon", "Discount rate", "Selection of outcomes", "Measurement of outcomes", "Valuation of outcomes",
    "Measurement and valuation of resources and costs", "Currency, price date, and conversion", "Rationale and description of model",
    "Analytics and assumptions", "Characterizing heterogeneity", "Characterizing distributional effects", "Characterizing uncertainty",
    "Approach to engagement with patients and others affected by the study", "Study parameters", "Summary of main results", "Effect of uncertainty",
    "Effect of engagement with patients and others affected by the study",
    "Study findings, limitations, generalizability, and current knowledge", "Source of funding", "Conflicts of interest",
)  # fmt: skip
TEXT = PAGE.read_text(encoding="utf-8")
ANSWERS = dict(re.findall(r"^### (\d+) [^\n]+\n(.*?)(?=^##|\Z)", TEXT, flags=re.MULTILINE | re.DOTALL))


def test_the_28_items_come_in_order_under_their_numbers_and_names():
    assert re.findall(r"^### (.+)$", TEXT, flags=re.MULTILINE) == [f"{number} {name}" for number, name in enumerate(ITEMS, start=1)]


@pytest.mark.parametrize("number", range(1, 29))
def test_every_item_is_answered(number):
    assert len(ANSWERS[str(number)].split()) >= 2


def test_the_generated_parts_are_current():
    assert filled(TEXT) == TEXT, "run `python -m experiments.cheers_tables`"


def test_every_generated_part_is_used_once_and_none_is_left_open():
    assert sorted(name for _, name, _ in BLOCK.findall(TEXT)) == sorted(MAKERS)
    assert TEXT.count("<!-- generated: ") == TEXT.count("<!-- end -->") == len(MAKERS)


def test_it_says_that_it_is_not_the_reference_case_and_gives_no_cost_per_qaly():
    assert "**not NICE's reference case**" in TEXT
    assert "no cost per QALY" in TEXT


def test_the_text_names_no_parameter_that_does_not_exist():
    known = {key.rsplit(".", 1)[1] for key, _, _ in declarations()} | {key.removeprefix("model.") for key, _, _ in declarations()}
    known |= {"usual_care", "break_even_satisfaction_per_star", "break_even_wellby_value"}  # a scenario, and measures of the summary
    for name in re.findall(r"`([a-z]\w*(?:\.\w+)?_\w+)`", TEXT):
        assert name in known, name


def test_every_price_is_tabled_with_the_year_it_is_of():
    assert "pounds of 2022/23" in ANSWERS["14"]
    assert "2022/23" in ANSWERS["15"] and "2019 prices" in ANSWERS["15"] and "£14,560" in ANSWERS["15"]
