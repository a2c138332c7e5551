"""docs/stress-abs.md, docs/trace.md and docs/assumptions.md are complete, in the standards' order, and say what the code says."""

import re
from pathlib import Path

import pytest

from experiments.assumption_tables import MUCH, SOME, Effect, assumed, effects, how_much, reasons
from experiments.measure_definitions import DEFINED
from experiments.odd_tables import BLOCK, with_blocks
from experiments.standards_tables import MAKERS, PAGES, commands, targets
from experiments.verification import CHECKS
from experiments.whatif.measures import MEASURES
from sim import Parameters, economics

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
SAID = {  # what an item of the checklist asks for beyond being answered, as a pattern that its answer must hold
    "1.2 Model Outputs": ("of whom", "when", "formula", "95%"),
    "2.1 Base model overview diagram": ("```text", "waiting"),
    "2.2 Base model logic": (r"odd\.md#3", r"odd\.md#7"),
    "2.4 Algorithms": ("Allocation", "Priority", "Choice of a service", "Placement", "Number of runs", "Fitting"),
    "3.1 Data sources": ("size", "dates", "used for"),
    "3.2 Pre-processing": ("log-odds", "hazard", "median", r"1\.25"),
    "3.3 Input parameters": (r"parameters\.md", "correlation"),
    "3.4 Assumptions": (r"assumptions\.md", "ageing"),
    "4.1 Initialisation": ("empty", "warm_up_weeks", "random"),
    "4.2 Run length": ("260", "censored"),
    "4.3 Estimation approach": ("common random numbers", "paired"),
    "5.1 Software or programming language": ("Python", "numpy", "Linux"),
    "5.2 Random sampling": ("Philox", "stream", "seed"),
    "5.3 Model execution": ("week", "processes"),
    "5.4 System Specification": ("classroom", "nhs_pcn", "seconds", "memory"),
    "6.1 Computer Model Sharing Statement": ("version", "MIT", "address", "DOI", "CITATION"),
}
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
    answer = section(TEXT["stress-abs"], title)
    assert len(answer.split()) >= 20
    assert [word for word in SAID.get(title, ()) if not re.search(word, answer)] == []


def test_every_measure_says_of_whom_when_and_by_which_formula():
    assert set(DEFINED) == set(MEASURES) and all(len(part) > 3 for told in DEFINED.values() for part in told)


@pytest.mark.parametrize("process", ["allocation", "contact", "onward_referral", "placement"])
def test_every_algorithm_of_a_process_is_written_as_steps(process):
    link = rf"\(odd\.md#7\d-[a-z-]*simprocesses{process}py[^)]*\)"
    (steps,) = re.findall(rf"{link}\):\n\n```text\n(.*?)```", section(TEXT["stress-abs"], "2.4 Algorithms"), re.DOTALL)
    parameters = {name for group in Parameters().as_dict().values() for name in group}
    assert len(steps.splitlines()) >= 5 and len(parameters & set(re.findall(r"\w+", steps))) >= 3


def test_prices_told_in_pre_processing_are_those_of_the_model():
    told, prices = section(TEXT["stress-abs"], "3.2 Pre-processing"), Parameters().economics
    assert f"× {prices.deflator:g} = £{economics.wellby_worth(1, prices):,.0f}" in told
    assert f"£132 (2014/15) became £{prices.ae_cost:g}, a ratio of {prices.ae_cost / 132:g}" in told and f"£{prices.gp_cost:g} was taken" in told


def test_every_page_of_results_is_told_with_the_command_that_makes_it():
    pages = {path.name for path in (ROOT / "docs" / "results").glob("*.md")}
    assert set(commands()) == pages


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


def test_trace_tells_the_models_figures_and_the_calibration():
    fitted, analysis, held = (section(TEXT["trace"], TRACE[place]) for place in (5, 6, 7))
    assert "calibration.md" in fitted and "variance gone" in analysis
    rows = re.findall(r"^\| T\d+\w? \|.*$", fitted + held, flags=re.MULTILINE)
    assert all(re.search(r"\| [−\d.,]+ \([−\d.,]+ to [−\d.,]+\) \|", row) for row in rows)


def test_every_assumed_number_says_why_and_what_would_settle_it():
    assert list(reasons()) == list(assumed())
    for key, row in reasons().items():
        assert len(row["reason"].split()) >= 7 and not row["reason"].lower().startswith("assumed"), key
        assert row["settle"], key
        assert f"| `{key}` |" in TEXT["assumptions"], key
    told = [row["reason"] for row in reasons().values()]
    assert len(set(told)) == len(told)


def test_reasons_name_only_parameters_and_targets_that_there_are():
    groups = Parameters().as_dict()
    targeted = {row["id"].rstrip("abcd") for row in targets()} | {row["id"] for row in targets()}
    for row in reasons().values():
        for group, name in re.findall(r"\b([a-z]+)\.([a-z_]+)\b", row["reason"]):
            assert group not in groups or name in groups[group], row
        assert set(re.findall(r"\bT\d+[a-z]?\b", row["reason"])) <= targeted, row


def test_no_assumed_number_is_left_out_of_the_sweep_without_a_reason():
    assert [key for key in assumed() if re.fullmatch(r"not swept:?\s*", how_much(key))] == []


def test_all_that_matter_much_are_told_first_in_the_order_of_what_is_shown():
    block = TEXT["assumptions"].split("<!-- generated: leading -->")[1].split("<!-- end -->")[0]
    told = re.findall(r"^\| `([\w.]+)` .*?: (\d+)% \(", block, flags=re.MULTILINE)
    assert {name for name, _ in told} == {key for key in assumed() if how_much(key).startswith("**much**")}
    shares = [int(share) for _, share in told]
    assert shares == sorted(shares, reverse=True) and min(shares) >= MUCH


def test_how_much_a_number_matters_is_its_largest_share_of_a_leading_effect():
    assert max(own[0].share for own in effects().values()) == 100
    for own in effects().values():
        assert own[0].share == max(effect.share for effect in own)


@pytest.mark.parametrize(
    ("largest", "words"),
    [
        ((84, 0, 252), "**much**, but uncertain: 84%"),
        ((60, SOME, 77), "**much**: 60%"),
        ((45, 0, 135), "somewhat, but uncertain"),
        ((12, 6, 23), "somewhat: 12%"),
        ((9, 2, 14), "little (up to 14%)"),
    ],
)
def test_a_share_that_may_be_little_or_much_is_told_as_uncertain(monkeypatch, largest, words):
    monkeypatch.setattr("experiments.assumption_tables.effects", lambda: {"a.b": (Effect("wait_p90", *largest), Effect("uptake", 5, 3, 8))})
    assert how_much("a.b").startswith(words)
