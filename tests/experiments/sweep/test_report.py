"""The report of a sweep and its short answer: their sentences follow the data, and claim nothing that the runs do not tell. The model is not run."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.catalogue import Scenario
from experiments.cli import read
from experiments.command_line import command_line
from experiments.planning.question import Target
from experiments.sweep import designs
from experiments.sweep.factors import chosen
from experiments.sweep.findings import Verdict
from experiments.sweep.question import TWO_STEPS, SweepQuestion
from experiments.sweep.report import told, write_report
from experiments.sweep.report.material import Told
from experiments.sweep.screening import screened
from experiments.sweep.sweep import Sweep, Swept, swept
from tests.experiments.report.conftest import RECORD, tree
from tests.experiments.report.test_sentences import BARRED
from tests.experiments.sweep.made import outputs

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # a report of every method: `make scale`
NASTY = """Half <b>the</b> caseload & "more" <script>alert('1')</script>"""
NAMES = ("workforce.turnover", "workforce.vacancy_weeks", "handover.managed_share")  # in the order of declaration
SIZES = {"morris": 8, "sobol": 64, "fast": 65, "pawn": 128, "delta": 128, "lhs": 128, "grid": 3, "oat": 3}
RETENTION, WAIT, COST = "retention_52", "wait_p90", "cost_per_person"


def first_leads(unit):
    """A measure that the first parameter moves most, the second less, and the third not at all."""
    return 0.4 + 0.3 * unit[:, 0] + 0.1 * unit[:, 1]


def second_leads(unit):
    return 10 + 8 * unit[:, 1]


def flat(unit):
    return np.full(len(unit), 5.0)


def nowhere(unit):
    return np.full(len(unit), np.nan)


USUAL = {RETENTION: first_leads, WAIT: second_leads}


def asked(method, responses=USUAL, replications=4, **more):
    service = read("run", []).parameters
    factors, notes = chosen(NAMES, service, {})
    return SweepQuestion(
        service, method, factors, more.pop("size", SIZES.get(method, 64)), replications, tuple(responses), notes=notes, weeks=104,
        titles={"service": more.pop("title", "A made-up service"), "scenario": ""}, **more,
    )  # fmt: skip


def rows(question, step, responses, noise, failed=(), gain=None):
    """The table of runs of one step: each side, and seeds with luck of their own and luck that all points share."""
    tables = []
    for place, side in enumerate(question.sides):
        count = len(step.design.unit)
        table = pd.DataFrame({"point": np.repeat(step.points.point.to_numpy(), question.replications), "scenario": side})
        table["seed"] = np.tile(question.seeds, count)
        table["status"], table["error"] = "done", ""
        for number, name in enumerate(question.kept):
            response = responses.get(name, flat)
            scale = np.nanstd(response(np.nan_to_num(step.design.unit, nan=0.5))) if response not in (flat, nowhere) else 0.0
            values = outputs(step.design, response, question.replications, noise * scale, scale * noise / 2, seed=7 + number + 100 * place)
            if gain is not None and name == "net_benefit_per_person" and place:
                values = values + gain(step.design.unit)[:, None]
            table[name] = values.ravel()
        for point in failed:
            lost = table.point == point
            table.loc[lost, ["status", "error"]] = ["failed", NASTY]
            table.loc[lost, list(question.kept)] = np.nan
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def made(method="sobol", responses=USUAL, noise=0.1, failed=(), gain=None, **more) -> Sweep:
    """A sweep of made-up outputs, analysed as a real one is; `noise` is the luck of a run as a share of the spread between points."""
    question = asked(method, responses, **more)

    def take(kind, factors, size, first=0) -> Swept:
        step = question.step(kind, factors, size, first)
        return swept(question, step, rows(question, step, responses, noise, failed, gain), pd.DataFrame())

    if method != TWO_STEPS:
        return Sweep(question, (take(method, question.factors, question.size),), None, question.notes)
    first = take(designs.MORRIS, question.factors, question.trajectories)
    table, kept = screened(first.analysis.indices, question.factors, question.survivors)
    return Sweep(question, (first, take(designs.SOBOL, kept, question.size, len(first.step.design.unit))), table, question.notes)


def page(sweep, folder, **more):
    write_report(folder / "report.html", sweep, RECORD, ["indices.csv"], **more)
    return tree(folder / "report.html")


def text(element):
    return re.sub(r"\s+", " ", element.text)


def section(root, name):
    return next(one for one in root.all("section") if one.attributes["id"] == name)


def finding(sweep, measure):
    return next(f for f in Told(sweep).findings if f.words.name == measure)


@pytest.fixture(scope="module", params=[*designs.METHODS, TWO_STEPS])
def method(request):
    return request.param


@pytest.fixture(scope="module")
def of_method(method) -> Sweep:
    """A sweep by each of the methods."""
    return made(method)


def test_every_method_has_the_sections_that_it_should_and_in_order(method, of_method, tmp_path):
    root = page(of_method, tmp_path)
    names = [one.attributes["id"] for one in root.all("section")]
    assert names == ["answer", "measures", *(["screening"] if method == TWO_STEPS else []), "trust", "made"]
    anchors = [link.attributes["href"][1:] for link in root.all("a")]
    ids = [one.attributes["id"] for one in root.all() if "id" in one.attributes]
    assert set(anchors) <= set(ids) and len(ids) == len(set(ids))
    assert all(element.text for element in root.all("h2", "h3", "summary"))
    levels = [int(heading.tag[1]) for heading in root.all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_method_names_the_parameter_that_leads_with_number_interval_and_grade(of_method, tmp_path):
    answer = text(section(page(of_method, tmp_path), "answer"))
    f = finding(of_method, RETENTION)
    assert f.verdict is Verdict.TOLD and f.clear[0].parameter == NAMES[0]
    assert f.leaders[0].parameter == NAMES[0]
    assert re.search(rf"Staying for a year In the model it depends most on {NAMES[0]} \(.*?; assumed, grade D\): ", answer), answer
    assert re.search(r"\(95% interval −?[£\d.,]+ to −?[£\d.,]+\)", answer)
    assert re.search(rf"The longest waits In the model it depends most on {NAMES[1]}", answer), answer


@pytest.mark.parametrize("method", designs.METHODS)
def test_a_parameter_that_does_nothing_is_seldom_among_those_that_matter(method):
    """Eight measures with luck of their own, of all of which the third parameter moves nothing.

    It is clear in at most 8 of 100 of them by any method (measured with 40 designs each); in more than 3 of 8, then, with a chance of 2 in 1,000.
    """
    names = (RETENTION, WAIT, COST, "uptake", "dropout", "caseload_mean", "goals_met", "came_back")
    told_of = [f for f in Told(made(method, dict.fromkeys(names, first_leads))).findings if f.verdict is Verdict.TOLD]
    assert len(told_of) == len(names)
    assert sum(NAMES[2] in [one.parameter for one in f.clear] for f in told_of) <= 3


def test_sentences_change_with_the_data(tmp_path):
    first, other = (made("oat", {RETENTION: response}) for response in (first_leads, lambda unit: 0.2 + 0.3 * unit[:, 1]))
    assert f"depends most on {NAMES[0]}" in text(page(first, tmp_path))
    assert f"depends most on {NAMES[1]}" in text(page(other, tmp_path))


@pytest.mark.parametrize("method", [designs.MORRIS, designs.PAWN, designs.DELTA, designs.LHS, designs.GRID])
def test_the_title_of_a_figure_names_as_many_leaders_as_the_sentences(method):
    """One leads; two that are alike; none but luck."""
    alike = {RETENTION: first_leads, "uptake": lambda unit: 0.3 * (unit[:, 0] + unit[:, 1]), COST: nowhere}
    told_ = Told(made(method, alike))
    titles = {drawn.measure: drawn.figure.title for drawn in told_.figures if drawn.kind == method}
    for f in told_.findings:
        if f.verdict is Verdict.TOLD:
            named = [one.parameter for one in f.leaders]
            title = titles[f.words.name]
            assert all(name in title for name in named) if len(named) <= 2 else f"{len(named)} of" in title, (title, named)


def test_shares_are_told_in_percentage_points_and_money_in_pounds(tmp_path):
    sweep = made("oat", {RETENTION: first_leads, COST: lambda unit: 900 + 100 * unit[:, 1]}, noise=0.02)
    answer = text(section(page(sweep, tmp_path), "answer"))
    assert re.search(r"moves it by 30 percentage points \(95% interval [\d.]+ to [\d.]+\)", answer), answer
    assert re.search(r"moves it by £\d+ a person referred \(95% interval £\d+ to £\d+\)", answer), answer


@pytest.mark.parametrize("method", designs.METHODS)
def test_where_luck_swamps_a_measure_no_parameter_is_said_to_matter(method, tmp_path):
    """Luck of 30 times the spread of the parameters, on two seeds: the share left is told as above a fifth (that it is not has no visible chance)."""
    sweep = made(method, {RETENTION: first_leads}, noise=30.0, replications=2)
    f = finding(sweep, RETENTION)
    assert f.verdict is Verdict.SWAMPED and not f.clear
    root = page(sweep, tmp_path)
    answer = text(section(root, "answer"))
    assert "Luck hides which parameters matter" in answer and "depends most" not in answer and NAMES[0] not in answer
    titles = [text(one.all("strong")[0]) for one in section(root, "measures").all("figcaption")]
    assert not any(name in title for title in titles for name in NAMES)
    assert not any(name in line for line in told(sweep).splitlines() for name in NAMES)


def test_where_luck_can_be_mended_the_number_of_replications_is_told():
    sweep = made("sobol", {RETENTION: first_leads}, noise=1.0, replications=2)
    f = finding(sweep, RETENTION)
    assert f.verdict is Verdict.SWAMPED
    assert f.needed == np.ceil(2 * 9 * f.left / (1 - f.left))  # what the warning of the noise table says
    assert f"{f.needed:,} replications" in " ".join(sweep.last.notes) and f"about replications={f.needed:,} would tell" in told(sweep)


def test_an_interval_that_covers_none_claims_no_influence(tmp_path):
    """Two parameters of no influence beside luck: few points, and a single weak one. The seeds held here give intervals that hold none."""
    sweep = made("sobol", {RETENTION: lambda unit: 0.5 + 0.02 * np.sin(40 * unit.sum(axis=1))}, size=16, noise=0.05)
    f = finding(sweep, RETENTION)
    table = sweep.last.analysis.indices
    for one in f.clear:
        own = table[(table.parameter == one.parameter) & table["index"].isin(["S1_noise_free", "ST_noise_free"])]
        assert (own.ci_low > 0).any()
    sweep = replace(sweep, steps=(replace(sweep.last, analysis=replace(sweep.last.analysis, indices=table.assign(ci_low=-1.0))),))
    assert finding(sweep, RETENTION).verdict is Verdict.OPEN
    answer = text(section(page(sweep, tmp_path), "answer"))
    assert "Too uncertain to say which parameters matter" in answer and "depends most" not in answer


@pytest.mark.parametrize("method", ["morris", "oat", "grid"])
def test_one_seed_cannot_tell_luck_from_influence_by_effects(method, tmp_path):
    sweep = made(method, {RETENTION: first_leads}, replications=1)
    assert finding(sweep, RETENTION).verdict is Verdict.ONE_SEED
    root = page(sweep, tmp_path)
    assert "With one seed a point, luck cannot be told from influence" in text(section(root, "answer"))
    assert "depends most" not in text(root) and "One seed a point" in text(section(root, "trust"))


def test_a_measure_without_a_value_or_that_does_not_vary_is_told_and_not_left_blank(tmp_path):
    sweep = made("sobol", {RETENTION: first_leads, "gain_over_usual_care_104": nowhere, WAIT: flat})
    root = page(sweep, tmp_path)
    answer = text(section(root, "answer"))
    assert "Wellbeing at 2 years It has no value in runs of this length and size" in answer
    assert "The longest waits It does not vary over the points of this sweep" in answer
    assert "Wellbeing at 2 years. It has no value" in text(section(root, "measures"))
    short = told(sweep)
    assert re.search(r"Wellbeing at 2 years +too few runs have a value", short) and re.search(r"The longest waits +does not vary", short)


def test_what_users_typed_and_what_runs_said_is_escaped(tmp_path):
    root = page(made("lhs", failed=(3,), title=NASTY), tmp_path, command=f"spsim sweep {NASTY}")
    assert not root.all("script", "b")
    assert NASTY in text(section(root, "made")) and NASTY in text(root.all("h1")[0])
    trust = text(section(root, "trust"))
    assert f"Of {128 * 4} runs 4 failed" in trust and NASTY in trust


def test_nothing_is_fetched_and_every_figure_has_words_that_stand_in_for_it(of_method, tmp_path):
    root = page(of_method, tmp_path)
    raw = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|//[\w.]+\.\w|@import|url\(", raw)
    for element in root.all():
        assert element.tag not in ("script", "img", "iframe", "object", "embed", "form")
        assert element.attributes.get("href", "#").startswith(("#", "data:"))
    figures = root.all("figure")
    assert len(figures) >= 2
    for figure in figures:
        (drawing,) = [one for one in figure.all("div") if one.attributes.get("role") == "img"]
        assert drawing.attributes["aria-label"].endswith("Table follows.") and figure.all("table")
    for table in root.all("table"):
        assert table.all("caption")[0].text


def test_no_sentence_claims_too_much(of_method, tmp_path):
    words = text(page(of_method, tmp_path).all("body")[0])
    assert not BARRED.search(words), BARRED.search(words)
    assert not re.search(r"\bnan\b|\binf\b|None\b(?! of)", words)
    assert not BARRED.search(told(of_method))


def test_the_short_answer_fits_a_terminal_and_ends_with_the_notes(of_method):
    lines = told(of_method).splitlines()
    assert max(map(len, lines)) <= 80 and len(lines) <= 30
    assert lines[0].startswith("A made-up service: which of 3 parameters matter")
    (first,) = [line for line in lines if line.startswith("Staying for a year")]
    assert re.search(rf"{NAMES[0]} +D +−?[\d.]+%? \(−?[\d.]+ to −?[\d.]+\)", first), first


def test_a_misplaced_unit_never_makes_shares_of_what_are_points():
    (first,) = [line for line in told(made("oat", {RETENTION: first_leads}, noise=0.02)).splitlines() if line.startswith("Staying for a year")]
    assert re.search(r"D  30 \(", first), first  # 0.30 of a share is 30 percentage points


def test_two_steps_tell_what_was_kept_and_dropped_and_why(tmp_path):
    sweep = made(TWO_STEPS, {RETENTION: first_leads}, noise=0.0, survivors=2)
    root = page(sweep, tmp_path)
    screening = text(section(root, "screening"))
    assert "Of 3 parameters, 2 went on to the second step" in screening and "dropped" in screening
    assert f"Kept by the screening: {NAMES[0]}, {NAMES[1]}." in told(sweep) and f"Dropped: {NAMES[2]}." in told(sweep)


def test_a_target_tells_how_many_points_miss_it_and_where(tmp_path):
    sweep = made("lhs", {RETENTION: first_leads}, noise=0.02, target=Target(RETENTION, 0.5, False))
    root = page(sweep, tmp_path)
    target = text(section(root, "target"))
    assert re.search(r"\d+ of 128 points miss it", target) and f"With {NAMES[0]} at most" in target
    assert f"With {NAMES[0]} at most" in told(sweep)


def test_a_target_that_a_method_cannot_speak_of_says_so(tmp_path):
    root = page(made("morris", {RETENTION: first_leads}, target=Target(RETENTION, 0.5, False)), tmp_path)
    assert "nothing is told of what misses have in common: use method=lhs" in text(section(root, "target"))


def test_a_choice_tells_what_knowing_more_is_worth_and_lists_its_options(tmp_path):
    scenario = Scenario("more_posts", NASTY, "", "", {"model.workforce.posts": 24})
    responses = {RETENTION: first_leads}
    sweep = made("lhs", responses, scenarios=(scenario,), gain=lambda unit: 400 * (unit[:, 0] - 0.45))
    root = page(sweep, tmp_path)
    worth = text(section(root, "worth"))
    assert "would be worth £" in worth and NASTY in worth and re.search(r"Best in .*of 100 settings", worth)
    assert [one.attributes["id"] for one in root.all("section")][:2] == ["answer", "worth"]
    assert "would be worth £" in " ".join(told(sweep).split())
    assert any(name.startswith("more_posts: ") for name in (f.words.name for f in Told(sweep).leading))


def test_the_same_sweep_gives_the_same_bytes(of_method, tmp_path):
    page(of_method, tmp_path)
    before = (tmp_path / "report.html").read_bytes()
    page(of_method, tmp_path)
    assert (tmp_path / "report.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_the_command_holds_what_decides_and_nothing_else():
    words = [
        "service=classroom", "method=sobol", "parameters=[workforce.posts,workforce.turnover]", "bounds.workforce.posts=[2,8]", "points=16", "weeks=104",
        "model.workforce.hours=6", "out=somewhere", "processes=1", "confirm=true", "executor=processes",
    ]  # fmt: skip
    line = command_line(read("sweep", words))
    assert line.startswith("spsim sweep service=classroom ") and "'bounds.workforce.posts=[2,8]'" in line and "model.workforce.hours=6" in line
    assert not re.search(r"out=|processes|confirm|executor|store", line)
    again = read("sweep", [word.strip("'") for word in line.split()[2:]])
    asked_for = read("sweep", words)
    assert again.parameters == asked_for.parameters
    for key in ("method", "parameters", "points", "bounds", "weeks"):
        assert again.settings[key] == asked_for.settings[key]
