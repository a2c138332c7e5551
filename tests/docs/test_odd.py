"""docs/odd.md is complete, in the protocol's order, and says what the code says."""

import ast
import inspect
import re
import textwrap
from dataclasses import fields
from pathlib import Path

import pytest

import sim.processes
from experiments.odd_tables import BLOCK, PAGE, filled, model_streams
from sim.measures import WEEKLY
from sim.model import SCHEDULE, SocialPrescribingService
from sim.parameters import Parameters, declarations
from sim.people import STATES, People

pytestmark = pytest.mark.unit

ELEMENTS = (
    "1 Purpose and patterns", "2 Entities, state variables, and scales", "3 Process overview and scheduling", "4 Design concepts",
    "5 Initialization", "6 Input data", "7 Submodels",
)  # fmt: skip
CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction", "Stochasticity",
    "Collectives", "Observation",
)  # fmt: skip
TEXT = PAGE.read_text(encoding="utf-8")
BY_HAND = BLOCK.sub("", TEXT)


def section(title: str, level: int) -> str:
    """The text under a heading, up to the next of its level or above."""
    start = TEXT.index(f"\n{'#' * level} {title}") + 1
    rest = TEXT[start:].split("\n", 1)[1]
    return re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def headings(level: int, text: str = TEXT) -> list[str]:
    return re.findall(rf"^#{{{level}}} (.+)$", text, flags=re.MULTILINE)


def calls_of_step() -> list[tuple[str, str]]:
    """The modules that `step()` calls, in order, with the function called."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(SocialPrescribingService.step)))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    calls = sorted((c.lineno, c.value.attr, c.attr) for c in calls if isinstance(c.value, ast.Attribute) and c.value.attr in SCHEDULE)
    return [(name, function) for _, name, function in calls]


def test_it_says_which_protocol_it_follows():
    opening = TEXT.split("\n## ")[0]
    assert "Grimm et al. 2006" in opening and "updated by\nGrimm et al. (2020" in opening


def test_the_seven_elements_come_in_the_protocols_order():
    assert headings(2)[:7] == list(ELEMENTS)


def test_the_eleven_design_concepts_come_in_the_protocols_order():
    assert headings(3, section("4 Design concepts", 2)) == list(CONCEPTS)


@pytest.mark.parametrize(("title", "level"), [(e, 2) for e in ELEMENTS] + [(c, 3) for c in CONCEPTS])
def test_every_element_and_concept_has_text(title, level):
    assert len(BLOCK.sub("", section(title, level)).split()) >= 20


def test_the_generated_tables_are_current():
    assert filled(TEXT) == TEXT, "run `make docs`"


def test_no_generated_block_is_left_open():
    assert TEXT.count("<!-- generated: ") == TEXT.count("<!-- end -->") == len(BLOCK.findall(TEXT))


def test_the_schedule_is_the_order_of_the_calls_in_step():
    assert [name for name, _ in calls_of_step()] == list(SCHEDULE)
    table = re.findall(r"^\| (\d+) \| `(\w+)(?:\.record)?` ", section("3 Process overview and scheduling", 2), flags=re.MULTILINE)
    assert table == [(str(i), name) for i, name in enumerate([*SCHEDULE, "measures"], start=1)]


def test_every_process_module_has_a_submodel_in_the_order_of_the_week():
    modules = {path.stem for path in Path(sim.processes.__path__[0]).glob("[a-z]*.py")}
    assert modules == set(SCHEDULE)
    named = [re.search(r"sim/processes/(\w+)\.py", h) for h in headings(3, section("7 Submodels", 2))]
    assert [found[1] for found in named if found] == list(SCHEDULE)


@pytest.mark.parametrize("title", headings(3, section("7 Submodels", 2)))
def test_every_submodel_says_why_and_how_it_behaves_on_its_own(title):
    text = section(title, 3)
    assert "*Why.*" in text and "*On its own" in text


def test_every_group_of_parameters_is_tabled_once():
    tabled = [name.removeprefix("parameters: ") for _, name, _ in BLOCK.findall(TEXT) if name.startswith("parameters: ")]
    assert sorted(tabled) == sorted(group.name for group in fields(Parameters))


def test_every_parameter_is_used_by_name_in_the_text():
    missing = [key for key, _, _ in declarations() if not re.search(rf"\b{key.rsplit('.', 1)[1]}\b", BY_HAND)]
    # weights, costs and shares that are the only ones of their kind stand in the text as words
    in_words = {
        "referrals.first_year", "community.places_min", "workforce.weight_simple", "workforce.weight_moderate", "workforce.weight_complex",
        "economics.gp_cost", "economics.ae_cost", "economics.admission_cost", "economics.discount_rate",
        "economics.wellbeing_discount_rate", "economics.family_spillover", "allocation.list_order", "workforce.posts",
    }  # fmt: skip
    shares = {key for key, _, _ in declarations() if key.endswith("_share") and key.split(".")[1] in ("population", "community")}
    assert set(missing) - shares <= {f"model.{name}" for name in in_words}


def test_the_text_names_no_parameter_column_or_measure_that_does_not_exist():
    groups = {group.name: {f.name for f in fields(group.default)} for group in fields(Parameters)}
    for group, name in re.findall(r"\b(\w+)\.([a-z]\w+)\b", BY_HAND):
        assert group not in groups or name in groups[group] | {"py"}, f"{group}.{name}"
    known = set().union(*groups.values(), People.columns, STATES, WEEKLY, SCHEDULE)
    known |= {choice for _, declared, _ in declarations() for choice in declared.choices or ()}
    known |= {"link_worker", "not_reached", "places_at_start"} | {name for _, s in model_streams() for name in s.name.split(".")}
    for name in re.findall(r"(?<![\w./])[a-z]+(?:_[a-z0-9]+)+(?![\w/])", BY_HAND):
        assert name in known, name


VARIANTS = (
    {"contact.check_ins_after_exit": True, "programme.length_weeks": 26, "programme.reentry": 0.9, "workforce.turnover": 2.0},
    {"community.austerity": True, "community.austerity_weeks": 60, "life.gone_rate": 0.3, "life.new_condition_rate": 0.5, "setbacks.hazard_first": 0.2},
)
SMALL = {"referrals.first_year": 100, "referrals.later_years": 100, "workforce.posts": 4, "workforce.caseload_cap": 25, "community.services": 12}


def helpers(process: str) -> set[str]:
    """The modules of `sim` from which a process takes something: columns may name them in its place."""
    values = vars(getattr(sim.processes, process)).values()
    names = {getattr(value, "__module__", None) or getattr(value, "__name__", "") for value in values}
    return {name.removeprefix("sim.") for name in names if str(name).startswith("sim.")}


class Watch:
    """Remembers all columns, and notes which process changed one that does not name it as a writer."""

    def __init__(self, model: SocialPrescribingService) -> None:
        self.tables = (model.people, model.workforce.workers, model.workforce.posts, model.community.services)
        self.strangers = set()
        self.last = {}

    def columns(self):
        return {(table, name): getattr(table, name)[: table.n].tobytes() for table in self.tables for name in table.columns}

    def around(self, process, function):
        def call(*given):
            if process == SCHEDULE[0]:
                self.last = self.columns()  # recording has changed some since the week before
            function(*given)
            now = self.columns()
            for (table, name), old in self.last.items():
                writers = set(re.findall(r"\w+", table.columns[name].writers))
                if now[table, name][: len(old)] != old and not writers & ({process} | helpers(process)):
                    self.strangers.add((process, name))
            self.last = now

        return call


@pytest.mark.parametrize("values", VARIANTS)
def test_a_process_changes_only_columns_that_name_it_as_a_writer(values, monkeypatch):
    """Compares all columns before and after each process of 100 weeks (equal bytes, so chance plays no part)."""
    model = SocialPrescribingService(Parameters().replace(SMALL | values), seed=3, weeks=100)
    watch = Watch(model)
    for name, function in calls_of_step():
        module = getattr(sim.processes, name)
        monkeypatch.setattr(module, function, watch.around(name, getattr(module, function)))
    model.run()
    assert model.people.n > 150
    assert not watch.strangers, sorted(watch.strangers)
