"""`spsim compare continuity=true`: departures of every side cancelled one by one, told in the report, the terminal and a table."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from experiments.cli import read
from experiments.continuity import tables
from experiments.continuity.study import Study
from experiments.continuity.tables import COLUMNS as ESTIMATES
from experiments.continuity.words import Counts, Told
from experiments.errors import UsageError
from experiments.report import departures as section
from experiments.report.departures import exact, sentence
from experiments.report.material import Material
from experiments.settings import COMMAND_LINE
from experiments.store import Store
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.compare import Question
from experiments.whatif.departures import COLUMNS, Departures, announcement, departures, runs_of, studies
from experiments.whatif.files import COLUMNS as DESCRIBED
from experiments.whatif.question import check_continuity

pytestmark = pytest.mark.unit
WEEKS = 145
RESTLESS = {"workforce.turnover": 2.0}


@pytest.fixture(scope="module")
def question():
    """The small service with many departures, one that nobody leaves, and a scenario that changes nothing."""
    plain = read("run", ["service=classroom"]).parameters.replace(RESTLESS)
    base = Arm("baseline", "The service as it is", plain)
    stay = Arm("stay", "Nobody leaves", plain.replace({"workforce.turnover": 0.0}))
    return Question(base, (stay, Arm("same", "Nothing changed", plain)), weeks=WEEKS, least=2, most=2)


@pytest.fixture
def bench(tmp_path):
    return Bench(Store(tmp_path / "store"), WEEKS, 1)


def told_of(question, people):
    """What is told of a side by hand: `people` hit lose 2.5 weeks, and every other estimate is the same."""
    left = {"all", "before maintenance", "first change", "second change less first change", "before maintenance, confidence below 0.45"}
    groups = {"as_is - stayed": left | {"everybody not hit"}, "warm - passive": {"all", "everybody not hit", "those hit, an hour of joint meetings"}}
    groups |= {"managed_share 1 - managed_share 0": {"everybody, an hour of joint meetings"}, "as_is - nobody leaves": {"no change"}}
    groups |= dict.fromkeys(("warm - stayed", "called - stayed", "passive - stayed", "called - passive"), left)
    names = ("weeks_52", "contacts_26", "dropped_52", "latent_52", "weeks", "weeks_104")
    rows = [(n, c, g, -2.5, -3.0, -2.0, "weeks, a departure", people, 12, 5) for n in names for c, of in groups.items() for g in sorted(of)]
    study = Study(question.baseline.parameters, question.seeds(5), WEEKS, assumed={})
    return Told(study, pd.DataFrame(rows, columns=list(ESTIMATES)), Counts(25.0, 24.0, 1.0, (0.2, 0.1), 0.3))


def material_of(question, *sides):
    return Material(SimpleNamespace(question=question), departures=Departures(dict(zip(("baseline", "stay"), sides, strict=True))))


@pytest.mark.scale
def test_a_side_is_looked_at_when_it_differs_and_has_workers(question, bench):
    usual = Arm("usual_care", "No service", question.baseline.parameters.replace({"programme.enabled": False}))
    assert list(studies(replace(question, scenarios=(*question.scenarios, usual)), bench, 1)) == ["baseline", "stay"]


@pytest.mark.scale
def test_how_much_work_it_is_is_said_before(question, bench):
    work = sum(runs_of(study, bench) for study in studies(question, bench, 3).values())
    assert work > 3 * 2 * 5, "of each run: departures, repeated changes and whole services"
    told = announcement(2, 3, work, 30.0, 1)
    assert f"about {work} runs, about " in told and "2 sides" in told


@pytest.mark.scale
def test_with_a_posterior_each_seed_takes_its_row(question, tmp_path):
    rows = {1: 0.5, 2: 0.9}
    applied = {"keys": (), "applied": lambda parameters, seed, keep: parameters.replace({"handover.trust_kept_managed": rows[seed]})}
    study = studies(question, Bench(Store(tmp_path), WEEKS, 1, posterior=SimpleNamespace(**applied)), 2)["baseline"]
    assert [study.departures(seed).parameters.handover.trust_kept_managed for seed in rows] == list(rows.values())


@pytest.mark.parametrize(
    ("words", "told"),
    [(("weeks=100",), ["weeks=100", "130 at least"]), (("weeks=140", "continuity_runs=0"), ["continuity_runs=0", "from 1"])],
)
def test_what_cannot_be_followed_for_a_year_is_refused_before_anything_is_run(spsim, tmp_path, words, told):
    answer = spsim("compare", "service=classroom", "scenarios=[warm_handover]", "continuity=true", *words)
    assert answer.status == 2 and all(part in answer.err for part in told) and list(tmp_path.iterdir()) == []


def test_a_posterior_in_which_the_hours_of_a_meeting_differ_is_refused():
    settings = {"continuity": True, "weeks": 260}
    request = SimpleNamespace(settings=settings, set_by={}, service="classroom")
    posterior = SimpleNamespace(keys=("model.handover.meeting_hours",))
    with pytest.raises(UsageError, match="one value of model.handover.meeting_hours for all seeds"):
        check_continuity(request, posterior)
    check_continuity(SimpleNamespace(**vars(request) | {"set_by": {"model.handover.meeting_hours": COMMAND_LINE}}), posterior)


@pytest.mark.scale
def test_the_section_tells_a_departure_by_group_handover_and_hour(question):
    page = exact(material_of(question, told_of(question, 500), None))
    assert "had that worker stayed: today’s service 2.5 (2.0 to 3.0); “Nobody leaves” cannot be told: no departure" in page
    for part in ("Lost by whom, and how handed over", "By changes met", "What an hour of joint meetings buys", "What one departure does to everybody else"):
        assert part in page, part
    assert "Before maintenance, confidence below 0.45" in page and "55 hours a departure: 25 meetings" in page
    assert f"weeks 78 to {WEEKS - 52} of the first 5 runs" in page
    assert not re.search(r"\bnan\b|None|\*\*", page)


@pytest.mark.scale
def test_the_sides_stand_side_by_side_and_scenarios_are_folded(question):
    page = exact(material_of(question, told_of(question, 500), told_of(question, 300)))
    assert page.count('scope="row">Today’s service') == page.count('scope="row">“Nobody leaves”') == 1
    assert page.count('<details class="one">') == 1 and page.count("<h4>") == 1


@pytest.mark.scale
def test_a_side_with_few_people_hit_is_not_told(question):
    m = material_of(question, told_of(question, 40), None)
    assert "today’s service cannot be told: only 40 people were hit, of 100 at least" in sentence(m, m.departures)
    assert "<figure" not in exact(m) and "2.5" not in exact(m)


@pytest.mark.scale
def test_nothing_is_told_when_it_was_not_asked_for(question):
    assert exact(Material(SimpleNamespace(question=question))) == ""


@pytest.mark.evidence  # some seconds
def test_what_was_found_is_kept_and_a_service_that_nobody_leaves_is_told_as_that(question, bench, monkeypatch):
    found = departures(question, bench, 1, quiet=True)
    assert list(found.sides) == ["baseline", "stay"] and found.sides["baseline"] is not None and found.sides["stay"] is None
    assert tuple(found.table.columns) == COLUMNS == tuple(DESCRIBED["continuity"]) and set(found.table.scenario) == {"baseline"}
    monkeypatch.setattr("experiments.pieces.function", None)  # nothing may be made
    made = bench.made
    pd.testing.assert_frame_equal(departures(question, bench, 1, quiet=True).table, found.table)
    assert bench.made == made and all(runs_of(study, bench) == 0 for study in studies(question, bench, 1).values())


@pytest.mark.evidence  # some seconds
def test_the_command_leaves_the_table_the_section_and_the_line(spsim, tmp_path, monkeypatch):
    monkeypatch.setattr(section, "FEWEST", 5)
    monkeypatch.setattr(tables, "FEWEST", 5)
    words = ("service=classroom", f"weeks={WEEKS}", "replications=2", "processes=1", "model.workforce.turnover=2", "scenarios=[warm_handover]", "out=x")
    answer = spsim("compare", *words, "continuity=true", "continuity_runs=1")
    assert answer.status == 0, answer.err
    assert "What one departure costs: 1 run of 2 sides" in answer.err
    assert "had that worker stayed: today’s service" in " ".join(answer.out.split())
    table = pd.read_csv(tmp_path / "x" / "continuity.csv")
    assert set(table.scenario) == {"baseline", "warm_handover"}
    dictionary = pd.read_csv(tmp_path / "x" / "data_dictionary.csv")
    assert list(table.columns) == list(dictionary.column[dictionary.table == "continuity"])
    page = (tmp_path / "x" / "report.html").read_text(encoding="utf-8")
    assert "One departure, cancelled" in page and "continuity=true" in page
    assert spsim("compare", *words).status == 2, "the same folder holds other results"
