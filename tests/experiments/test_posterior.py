"""A posterior: a file that tells what it is of, a row for each seed on every side, and what wins over it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments import api, cli, posterior
from experiments.__main__ import main
from experiments.errors import UsageError
from experiments.posterior import METADATA, own_keys, read, with_posterior, write
from experiments.posterior_notes import notes_on
from experiments.run_command import doubt_in_words, jobs_of
from experiments.settings import plain
from experiments.store import Store
from experiments.summary import summary_text
from experiments.sweep.question import question_of as sweep_question
from experiments.twins import usual_care
from experiments.whatif.bench import Bench
from experiments.whatif.compare import compare
from experiments.whatif.draws import EVERYTHING, PRICES
from experiments.whatif.money import drawer_of
from experiments.whatif.parts import parts_of
from experiments.whatif.question import bench_of, question_of

pytestmark = pytest.mark.unit
TURNOVER, NOTICE = "model.workforce.turnover", "model.workforce.notice_weeks"
ROWS = pd.DataFrame({"workforce.turnover": [0.1, 3.0, 1.5], "workforce.notice_weeks": [2, 12, 6], "setbacks.hazard_first": [0.005, 0.02, 0.06]})
ABOUT = {"service": "classroom", "scenario": "baseline", "targets": ["uptake"], "hash": "abc"}
COLUMNS = ["measure", "group", "value", "unit", "people", "ci_low", "ci_high", "replications"]  # of summary.csv
SMALL = ("service=classroom", "weeks=20")
QUICK = {"service": "classroom", "weeks": 20}


@pytest.fixture(scope="module")
def fit(tmp_path_factory):
    """A posterior of three rows for the small service."""
    path = tmp_path_factory.mktemp("fit") / "posterior.parquet"
    write(path, ROWS, ABOUT)
    return path


@pytest.fixture(scope="module")
def service():
    """The parameters of the small service."""
    return cli.read("run", ["service=classroom"]).parameters


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store for the runs of all tests that make some."""
    return str(tmp_path_factory.mktemp("store"))


def asked(command, *words, path=None):
    """The request of a command, with a posterior when `path` is given."""
    return cli.read(command, [*SMALL, *words, *([f"posterior={path}"] if path else [])])


def written(path, table=None, about=None):
    """A file as somebody else may have written it: no checks."""
    table = pa.table({"workforce.turnover": [0.1, 0.2]}) if table is None else table
    about = {"service": "classroom", "model_code": posterior.code_hash(), "version": "0.1.0"} if about is None else about
    pq.write_table(table.replace_schema_metadata({METADATA: json.dumps(about).encode()} if about else None), path)
    return path


# The file


def test_what_is_read_is_what_was_written(fit):
    found = read(fit)
    pd.testing.assert_frame_equal(found.draws, ROWS)
    assert found.about == ABOUT | {"version": posterior.package_version("spsim"), "model_code": posterior.code_hash()}
    assert found == write(fit, ROWS, ABOUT)


def test_the_same_draws_give_the_same_bytes_and_other_draws_another_digest(tmp_path, fit):
    again = write(tmp_path / "posterior.parquet", ROWS, dict(reversed(ABOUT.items())))
    assert (tmp_path / "posterior.parquet").read_bytes() == fit.read_bytes()
    digests = {again.digest, read(fit).digest}
    moved = ROWS.assign(**{"workforce.turnover": ROWS["workforce.turnover"] + 1e-12})
    assert len(digests | {write(tmp_path / "b", moved, ABOUT).digest, write(tmp_path / "c", ROWS[::-1], ABOUT).digest}) == 3


@pytest.mark.parametrize("seed, row", [(0, 0), (1, 1), (2, 2), (3, 0), (3001, 1), (2**63 - 1, (2**63 - 1) % 3)])
def test_a_seed_takes_the_row_of_its_remainder(fit, seed, row):
    assert read(fit).values(seed) == {f"model.{name}": value for name, value in ROWS.iloc[row].items()}


def test_whole_numbers_arrive_as_ints_however_they_were_written(tmp_path, service):
    found = write(tmp_path / "fit", pd.DataFrame({"workforce.notice_weeks": [3.0, 4.0]}), ABOUT)
    value = read(tmp_path / "fit").values(1)[NOTICE]
    assert type(value) is int and value == 4
    assert type(found.applied(service, 0).workforce.notice_weeks) is int


def test_what_is_kept_wins_over_the_row(fit, service):
    found = read(fit).applied(service, 1, keep={TURNOVER})
    assert (found.workforce.turnover, found.workforce.notice_weeks) == (service.workforce.turnover, 12)
    assert with_posterior(service, None, 1) is service


def test_a_posterior_that_is_refused_leaves_no_file(tmp_path):
    with pytest.raises(UsageError, match="workforce.turnover"):
        write(tmp_path / "fit.parquet", ROWS.assign(**{"workforce.turnover": [0.1, 0.2, -1.0]}), ABOUT)
    assert list(tmp_path.iterdir()) == []


ODD = {
    "an unknown parameter": ({"workforce.turnovr": [0.1]}, "workforce.turnovr is not a parameter. Did you mean"),
    "a value out of bounds": ({"workforce.turnover": [0.1, -0.1]}, "workforce.turnover = -0.1"),
    "a value that is missing": ({"workforce.turnover": [0.1, None]}, "workforce.turnover has a value that is missing"),
    "a value that is infinite": ({"workforce.turnover": [0.1, float("inf")]}, "missing or not finite"),
    "half a week": ({"workforce.notice_weeks": [2.5]}, "workforce.notice_weeks = 2.5 is not allowed: it must be a whole number, in weeks"),
    "a text": ({"workforce.turnover": ["0.1"]}, "the column workforce.turnover holds string"),
    "a switch": ({"programme.enabled": [1]}, "programme.enabled is no single number"),
    "a list": ({"community.mix": [1.0]}, "community.mix is no single number"),
    "a yardstick": ({"economics.wellby_value": [13000.0]}, "says what things are worth"),
    "no draws": ({"workforce.turnover": pa.array([], pa.float64())}, "it holds no draws"),
    "no parameters": ({}, "it holds no"),
}


@pytest.mark.parametrize("columns, told", ODD.values(), ids=list(ODD))
def test_a_file_with_values_that_cannot_be_is_refused_in_a_line(tmp_path, columns, told):
    with pytest.raises(UsageError) as error:
        read(written(tmp_path / "fit.parquet", pa.table(columns)))
    assert told in str(error.value) and str(tmp_path / "fit.parquet") in str(error.value) and "\n" not in str(error.value)


def test_a_column_that_stands_twice_is_refused(tmp_path):
    table = pa.Table.from_arrays([pa.array([0.1]), pa.array([0.2])], names=["workforce.turnover"] * 2)
    with pytest.raises(UsageError, match="stands twice"):
        read(written(tmp_path / "fit.parquet", table))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch, fit):
    monkeypatch.setattr(posterior, "MOST_ROWS", 2)
    with pytest.raises(UsageError, match="it holds 3 draws, and 2 is the most"):
        read(fit)
    monkeypatch.setattr(posterior, "MOST_BYTES", 100)
    with pytest.raises(UsageError, match="and 100 is the most that is read"):
        read(fit)


def no_file(path):
    return path


def a_text(path):
    path.write_text("workforce.turnover\n0.1\n", encoding="utf-8")
    return path


def cut_short(path):
    written(path)
    path.write_bytes(path.read_bytes()[:-20])
    return path


def without_a_word(path):
    return written(path, about={})


def of_no_service(path):
    return written(path, about={"model_code": "x"})


def of_another_service(path):
    return written(path, about={"service": "nhs_pcn", "model_code": posterior.code_hash(), "version": "0.1.0"})


def of_another_model(path):
    return written(path, about={"service": "classroom", "model_code": "f" * 64, "version": "0.0.9"})


REFUSED = {
    no_file: "there is no such file",
    a_text: "cannot be read as Parquet",
    cut_short: "cannot be read as Parquet",
    without_a_word: "does not say what fit it comes from",
    of_no_service: "it does not say its service",
    of_another_service: "it was fitted to service=nhs_pcn, and this is service=classroom",
    of_another_model: "it was fitted with another model, version 0.0.9 (source ffffffffffff), and this is version",
}


@pytest.mark.scale
@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
def test_every_command_refuses_what_is_no_posterior_of_this_service_and_model_and_writes_nothing(spsim, tmp_path, make, command):
    more = {"run": (), "compare": ("scenarios=[two_more_workers]",), "sweep": ("method=oat", "parameters=[handover.managed_share]")}[command]
    make(tmp_path / "fit.parquet")
    answer = spsim(command, *SMALL, *more, "posterior=fit.parquet")
    assert answer.status == 2 and "Traceback" not in answer.err
    assert "posterior=fit.parquet" in answer.err and REFUSED[make] in " ".join(answer.err.split())
    assert not (tmp_path / "outputs").exists()


def test_a_posterior_of_another_model_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="run `spsim calibrate service=classroom` again"):
        jobs_of(asked("run"), posterior.posterior_of(asked("run", path=of_another_model(tmp_path / "fit.parquet"))))


@pytest.mark.scale
def test_a_posterior_fitted_in_other_circumstances_is_refused_with_what_differs(tmp_path):
    """What the fit took as known, and the service or the call here sets otherwise; what is set here on purpose is no difference."""
    here = asked("run").parameters
    fixed = {f"{group}.{name}": value for group, values in here.as_dict().items() for name, value in values.items() if f"{group}.{name}" not in ROWS}
    path = tmp_path / "fit.parquet"
    write(path, ROWS, ABOUT | {"fixed": fixed})
    assert posterior.posterior_of(asked("run", path=path)) and posterior.posterior_of(asked("run", "model.contact.attend_logit=2", path=path))
    assert posterior.posterior_of(asked("run", "scenario=nhs_light", path=path))
    write(path, ROWS, ABOUT | {"fixed": fixed | {"contact.attend_logit": 1.0, "contact.schedule": "nhs_light"}})
    with pytest.raises(UsageError, match=r"contact.schedule was nhs_light there and is \w+ here") as told:
        posterior.posterior_of(asked("run", path=path))
    assert f"contact.attend_logit was 1.0 there and is {here.contact.attend_logit} here" in str(told.value)
    assert posterior.posterior_of(asked("run", "scenario=nhs_light", "model.contact.attend_logit=1.0", path=path))
    write(path, ROWS, ABOUT | {"fixed": {"dropout.earlier": 99}})
    with pytest.raises(UsageError, match="dropout.earlier was 99 there and is no parameter here"):
        posterior.posterior_of(asked("run", path=path))


def test_rows_that_follow_one_another_as_in_a_chain_are_told_and_shuffled_ones_are_not(tmp_path):
    walk = np.cumsum(np.random.default_rng(1).normal(0, 1, 400))
    walk = pd.DataFrame({"workforce.turnover": 0.1 + 0.5 * (walk - walk.min()) / np.ptp(walk)})
    notes = []
    for name, rows in (("chain", walk), ("shuffled", walk.sample(frac=1, random_state=1))):
        notes.append(" ".join(notes_on(write(tmp_path / name, rows, ABOUT), asked("run"), 3)))
    assert "neighbouring rows of chain are alike" in notes[0] and "alike" not in notes[1]


def test_a_plan_takes_no_posterior(spsim, fit):
    answer = spsim("plan", *SMALL, "measure=wait_p90", "below=4", f"posterior={fit}")
    assert answer.status == 2 and "no key posterior" in answer.err


# Runs


def test_each_seed_of_a_run_has_its_row_and_the_command_line_wins(fit):
    request = asked("run", "replications=4", "model.workforce.notice_weeks=5", path=fit)
    values = [(job.parameters.workforce.turnover, job.parameters.workforce.notice_weeks) for job in jobs_of(request, read(fit))]
    assert values == [(3.0, 5), (1.5, 5), (0.1, 5), (3.0, 5)]
    assert notes_on(read(fit), request, 3) == ["workforce.notice_weeks: set on the command line, which wins over the posterior."]


def test_what_a_scenario_sets_wins_in_a_run_and_what_a_service_sets_does_not(fit, tmp_path):
    request = asked("run", "scenario=turnover_10", path=fit)
    assert {job.parameters.workforce.turnover for job in jobs_of(request, read(fit))} == {0.1}
    posts = write(tmp_path / "posts.parquet", pd.DataFrame({"workforce.posts": [3, 5]}), ABOUT)  # classroom itself sets 4
    assert jobs_of(asked("run"), posts)[0].parameters.workforce.posts == 5


def test_a_row_that_contradicts_what_is_set_is_refused_with_row_and_seed(tmp_path):
    places = write(tmp_path / "places.parquet", pd.DataFrame({"community.places_min": [4, 11]}), ABOUT)  # at most 10 in classroom
    with pytest.raises(UsageError, match=r"community.places_max = 10.*row 1 of the posterior places.parquet, which seed 1 takes"):
        jobs_of(asked("run"), places)
    with pytest.raises(UsageError, match="row 1 of the posterior places.parquet"):
        question_of(asked("compare", "scenarios=[two_more_workers]", path=tmp_path / "places.parquet"))


@pytest.fixture(scope="module")
def run_twice(fit, tmp_path_factory):
    """The tables of a run of two seeds, its twin among them, in one process and in two."""
    folder = tmp_path_factory.mktemp("runs")
    for processes in (1, 2):
        out = folder / str(processes)
        words = [*SMALL, "replications=2", "twin=true", f"posterior={fit}", f"processes={processes}", f"out={out}"]
        assert main(["run", *words]) == 0
    return folder


@pytest.mark.scale
def test_the_number_of_processes_changes_no_byte(run_twice):
    tables = sorted(path.name for path in (run_twice / "1").glob("*.parquet"))
    assert len(tables) >= 9
    for name in [*tables, "summary.csv"]:
        assert (run_twice / "1" / name).read_bytes() == (run_twice / "2" / name).read_bytes(), name


@pytest.mark.scale
def test_the_manifest_tells_which_posterior_and_what_it_set(run_twice, fit):
    record = json.loads((run_twice / "1" / "manifest.json").read_text(encoding="utf-8"))
    assert record["posterior"] == read(fit).as_dict() and record["posterior"]["digest"] == read(fit).digest
    assert record["set_by"][TURNOVER] == "posterior=posterior.parquet, row seed mod 3"


@pytest.mark.scale
def test_a_run_with_another_posterior_is_not_taken_for_this_one(run_twice, spsim, tmp_path, fit):
    other = write(tmp_path / "other.parquet", ROWS[::-1], ABOUT)
    words = ("run", *SMALL, "replications=2", "twin=true", f"out={run_twice / '1'}")
    assert "nothing was run" in spsim(*words, f"posterior={fit}").out
    for posterior_given in (f"posterior={tmp_path / other.name}", "posterior=null"):
        answer = spsim(*words, posterior_given)
        assert answer.status == 2 and "It differs in posterior" in answer.err


def test_a_run_says_that_its_seeds_hold_doubt_about_parameters(fit):
    table = pd.DataFrame([("uptake", "all", 0.7, "share", 9, 0.6, 0.8, 5)], columns=COLUMNS)
    told = {}
    for count in (1, 2, 5):
        request = asked("run", f"replications={count}", path=fit)
        found = doubt_in_words(request, read(fit)), notes_on(read(fit), request, count)
        told[count] = " ".join(summary_text(request, table, Path("x"), *found).split())
        assert "doubt about 3 parameters (posterior posterior.parquet) as well as luck" in told[count]
    assert "posterior.parquet has 3 rows; more seeds take the same rows again." in told[5] and "more seeds" not in told[2]
    assert "luck alone" not in told[5] and "luck alone" in " ".join(summary_text(asked("run", "replications=5"), table, Path("x")).split())


# Comparisons


def test_both_sides_and_their_usual_care_have_the_row_of_the_seed(fit):
    request = asked("compare", "scenarios=[two_more_workers]", path=fit)
    question = question_of(request)
    bench = bench_of(request, question.posterior)
    for seed in (1, 2, 3):
        base, more = (bench.cell(arm, seed) for arm in question.arms)
        assert more.parameters == base.parameters.replace({"workforce.posts": base.parameters.workforce.posts + 2})
        assert base.parameters.workforce.turnover == ROWS["workforce.turnover"][seed % 3]
        assert more.twin == base.twin and base.twin.parameters == usual_care(base.parameters)
        assert base.twin.parameters.setbacks.hazard_first == ROWS["setbacks.hazard_first"][seed % 3]


def test_what_a_scenario_sets_wins_over_the_row_and_a_note_says_so(fit):
    request = asked("compare", "scenarios=[turnover_10]", path=fit)
    question = question_of(request)
    bench = bench_of(request, question.posterior)
    sides = [[bench.cell(arm, seed).parameters.workforce.turnover for seed in (0, 1, 2)] for arm in question.arms]
    assert sides == [[0.1, 3.0, 1.5], [0.1, 0.1, 0.1]]
    assert any(note.startswith("workforce.turnover: set by turnover_10 itself") for note in question.notes)


def test_a_scenario_that_changes_the_world_is_set_against_the_usual_care_of_the_baseline_with_the_row(fit):
    own = {"worse": {"setbacks.hazard_first": 0.1}}
    request = asked("compare", path=fit)
    question = question_of(request, [api.own_arm(name, changes, request) for name, changes in own.items()])
    bench = bench_of(request, question.posterior)
    base, worse = (bench.cell(arm, 1) for arm in question.arms)
    assert worse.parameters.setbacks.hazard_first == 0.1 and worse.twin.parameters.setbacks.hazard_first == 0.02
    assert worse.twin == base.twin


def test_a_relative_change_of_a_fitted_parameter_is_told(tmp_path, fit):
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "calmer.yaml").write_text("title: Calmer\ndescription: x\nwhy: x\ntimes: {workforce: {turnover: 0.5}}\n", encoding="utf-8")
    request = cli.read("compare", [*SMALL, "scenarios=[calmer]", f"posterior={fit}"], str(tmp_path))
    (note,) = [note for note in question_of(request).notes if "calmer" in note]
    assert "worked out on the service’s own value" in note
    (alone,) = notes_on(read(fit), cli.read("run", [*SMALL, "scenario=calmer"], str(tmp_path)), 1)
    assert "set by scenario=calmer, which wins over the posterior" in alone and "worked out on the service’s own value" in alone


@pytest.fixture(scope="module")
def compared(fit, store):
    """The small service against one that pays more for places, and one that repeats it in other words, with the posterior."""
    scenarios = {"dear": {"economics.place_month": 80.0}, "same": {"workforce.posts": 4}}
    return api.compare(scenarios, posterior=str(fit), replications=3, store=store, **QUICK)


@pytest.mark.scale
def test_a_scenario_that_changes_only_prices_differs_in_nothing_else(compared):
    """Exactly, though the runs themselves have three different rows."""
    own = compared.differences[(compared.differences.scenario == "dear") & (compared.differences.group == "all")].set_index("measure")
    lived = own.loc[["people_referred", "uptake", "wait_mean", "setbacks_per_year", "star_years_per_person"]]
    assert (lived[["difference", "ci_low", "ci_high"]] == 0).all(axis=None) and own.loc["cost_per_person", "difference"] > 0
    rates = compared.runs.query("scenario == 'baseline' and measure == 'setbacks_per_year' and group == 'all'").value
    assert rates.nunique() == 3


@pytest.mark.scale
def test_identical_sides_differ_by_exactly_nothing(compared):
    own = compared.differences[compared.differences.scenario == "same"].dropna(subset=["difference", "ci_low"])
    assert len(own) > 20 and (own[["difference", "ci_low", "ci_high"]] == 0).all(axis=None)


@pytest.mark.scale
def test_money_is_counted_with_the_prices_of_the_row(tmp_path, store):
    """A price that is fitted counts in each pair as in its own runs, and in each draw as in the row of the draw."""
    path = tmp_path / "prices.parquet"
    write(path, pd.DataFrame({"economics.worker_cost": [40_000.0, 60_000.0]}), ABOUT)
    found = api.compare({"more": {"workforce.posts": 6}}, posterior=str(path), replications=2, draws=10, store=store, **QUICK)
    by_run = found.differences.query("scenario == 'more' and measure == 'cost_per_person' and group == 'all'").difference.item()
    by_week = found.money.query("scenario == 'more' and measure == 'cost'").estimate.item()
    assert by_week == pytest.approx(by_run, rel=1e-9)
    request = cli.read("compare", ["service=classroom", "weeks=20", "scenarios=[two_more_workers]", f"posterior={path}"])
    question = question_of(request)
    drawer = drawer_of(type("Found", (), {"question": question}), bench_of(request, question.posterior), PRICES, 1)
    assert "model.economics.worker_cost" not in drawer.keys
    assert [drawer(draw)["baseline"].economics.worker_cost for draw in range(3)] == [60_000.0, 40_000.0, 60_000.0]


def test_draws_of_everything_take_what_is_fitted_from_the_rows_and_draw_the_rest(fit):
    request = asked("compare", "scenarios=[turnover_10]", path=fit)
    question = question_of(request)
    drawer = drawer_of(type("Found", (), {"question": question}), bench_of(request, question.posterior), EVERYTHING, 1)
    assert drawer.keys and not {TURNOVER, NOTICE, "model.setbacks.hazard_first"} & set(drawer.keys)
    drawn = [drawer(draw) for draw in range(3)]
    assert [d["baseline"].workforce.turnover for d in drawn] == [3.0, 1.5, 0.1]
    assert {d["turnover_10"].workforce.turnover for d in drawn} == {0.1}
    assert [d["turnover_10"].workforce.notice_weeks for d in drawn] == [12, 6, 2]


def test_a_posterior_whose_rows_are_all_the_service_gives_the_runs_without_one(tmp_path, service, fit):
    rows = pd.DataFrame({name: [getattr(getattr(service, name.split(".")[0]), name.split(".")[1])] * 4 for name in ROWS})
    narrow = write(tmp_path / "narrow.parquet", rows, ABOUT)
    request = asked("compare", "scenarios=[two_more_workers,turnover_10]", path=tmp_path / "narrow.parquet")
    question = question_of(request)
    for arm in question.arms:
        for seed in range(6):
            assert bench_of(request, narrow).cell(arm, seed).key == bench_of(request).cell(arm, seed).key
    assert not question.in_doubt and any("leaves nothing in doubt" in note for note in question.notes)
    jobs = [jobs_of(asked("run", "replications=3"), either) for either in (None, narrow)]
    assert jobs[0] == jobs[1]


@pytest.mark.scale
def test_more_pairs_make_only_what_is_missing_and_give_what_one_go_gives(fit, tmp_path):
    def found(count, folder):
        question = question_of(asked("compare", "scenarios=[two_more_workers]", f"replications={count}", path=fit))
        return compare(question, Bench(Store(tmp_path / folder), 20, 1, posterior=question.posterior), quiet=True)

    few, grown, straight = found(2, "a"), found(4, "a"), found(4, "b")
    assert few.simulated + grown.simulated == straight.simulated and grown.simulated > 0
    pd.testing.assert_frame_equal(grown.differences, straight.differences)
    assert found(4, "a").simulated == 0


@pytest.mark.scale
def test_the_shares_of_parts_add_up_where_the_baseline_sets_what_is_fitted(fit, store):
    """Going back to the service as it is means going back to the rows."""
    words = ("scenarios=[two_more_workers]", "baseline=turnover_10", "replications=2", "processes=1", f"store={store}")
    request = asked("compare", *words, path=fit)
    question = question_of(request)
    bench = bench_of(request, question.posterior)
    found = compare(question, bench, quiet=True)
    (arm,) = question.scenarios
    assert [label for label, _ in arm.parts] == ["workforce.posts", "Without “Few link workers leave”"]
    shares = parts_of(found, arm, bench, ["hours_used", "changed_worker", "cost_per_person"], quiet=True)
    for measure, share in shares.groupby("measure").share.sum().items():
        assert share == pytest.approx(found.effect(arm.name, measure).difference, abs=1e-9), measure
    assert (shares[shares.part.str.startswith("Without")].share != 0).any()


@pytest.mark.scale
def test_reports_and_summary_tell_whose_doubt_the_intervals_hold(fit, spsim, store):
    words = ("compare", *SMALL, "scenarios=[two_more_workers]", "replications=2", "processes=1", f"store={store}")
    assert spsim(*words, "out=with", f"posterior={fit}").status == 0 == spsim(*words, "out=without").status
    names = ("report.html", "summary.txt")
    told = {out: {name: " ".join(Path(out, name).read_text(encoding="utf-8").split()) for name in names} for out in ("with", "without")}
    doubt = "doubt about 3 parameters (posterior posterior.parquet) as well as luck"
    assert doubt in told["with"]["report.html"] and doubt in told["with"]["summary.txt"]
    assert "Neither holds doubt about the model’s parameters" not in told["with"]["report.html"]
    assert "Neither holds doubt about the model’s parameters" in told["without"]["report.html"]
    assert "posterior" not in told["without"]["summary.txt"] and f"posterior={fit}" in told["with"]["report.html"]


# Sweeps


def test_a_point_has_the_row_of_the_seed_for_what_it_does_not_vary(fit, store):
    words = ("method=oat", "parameters=[workforce.turnover]", "points=2", "replications=3", "scenarios=[]", f"store={store}")
    request = asked("sweep", *words, path=fit)
    question = sweep_question(request)
    step = question.step("oat", question.factors, 2)
    runs = question.runs_of(step, Bench(Store(store), 20, posterior=question.posterior))
    for run in runs:
        values = run.cell.parameters.workforce
        assert values.turnover == step.points["workforce.turnover"].iloc[run.point]
        assert values.notice_weeks == ROWS["workforce.notice_weeks"][run.seed % 3]
    assert len({run.cell for run in runs}) == len(runs) == 3 * len(step.points)
    assert question.notes[0] == "Each seed has its own row: what is told of luck holds doubt about 2 parameters (posterior posterior.parquet) as well as luck."
    assert "workforce.turnover: varied here, so that the values are the sweep’s and not the posterior’s." in question.notes


def test_a_point_and_a_comparison_with_the_same_values_share_their_runs(fit, store):
    request = asked("sweep", "method=lhs", "parameters=[handover.managed_share]", "points=8", "scenarios=[turnover_10]", path=fit)
    question = sweep_question(request)
    point = question.arms({"model.handover.managed_share": 0.5})
    asked_alone = asked("compare", "scenarios=[turnover_10]", "model.handover.managed_share=0.5", path=fit)
    alone = question_of(asked_alone)
    bench = bench_of(asked_alone, alone.posterior)
    for arm in alone.arms:
        assert [bench.cell(point[arm.name], seed) for seed in range(4)] == [bench.cell(arm, seed) for seed in range(4)]


def test_a_row_that_contradicts_a_point_leaves_out_that_run_and_no_other(tmp_path, store):
    path = tmp_path / "places.parquet"
    write(path, pd.DataFrame({"community.places_min": [4, 8]}), ABOUT)
    found = api.sweep(
        "oat", ["community.places_max"], {"community.places_max": [5, 12]}, points=2, replications=2, seed=1, posterior=str(path), store=store, **QUICK
    )  # fmt: skip
    refused = found.runs[found.runs.status != "done"]
    assert [(row.point, row.seed) for row in refused.itertuples()] == [(1, 1)]  # point 0 is the service, 1 the low end
    assert "row 1 of the posterior places.parquet, which seed 1 takes" in refused.error.iloc[0]


def test_a_sweep_told_by_command_names_its_posterior_in_manifest_and_notes(fit, spsim, tmp_path, store):
    words = ("sweep", *SMALL, "method=oat", "parameters=[handover.managed_share]", "points=2", "replications=2", "processes=1", f"store={store}", "out=x")
    assert spsim(*words, f"posterior={fit}").status == 0
    record = json.loads((tmp_path / "x" / "manifest.json").read_text(encoding="utf-8"))
    assert record["posterior"]["digest"] == read(fit).digest and record["set_by"][TURNOVER].startswith("posterior=")
    assert "doubt about 3 parameters" in (tmp_path / "x" / "report.html").read_text(encoding="utf-8")
    answer = spsim(*words)
    assert answer.status == 2 and "It differs in posterior" in answer.err


def test_keys_of_the_service_are_not_the_users_own():
    assert own_keys(asked("run", "scenario=turnover_10", "model.workforce.posts=3")) == {TURNOVER, "model.workforce.posts"}


def test_the_example_values_are_plain_numbers(fit):
    """As a manifest or a YAML file must hold them."""
    values = read(fit).values(1)
    assert [type(value) for value in values.values()] == [float, int, float] and np.isfinite(list(values.values())).all()
    assert json.loads(json.dumps(values)) == values and plain(values[NOTICE]) == "12"
