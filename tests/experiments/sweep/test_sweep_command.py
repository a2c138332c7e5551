"""`spsim sweep`: a folder that is written whole; mistakes refused before anything is run; other results never written over."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from experiments.__main__ import main
from experiments.cli import read
from experiments.store import Store
from experiments.sweep import command
from experiments.whatif import cells
from experiments.whatif.cells import Cell
from tests.experiments.sweep.conftest import SMALL, VARIED, tables_in

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # whole sweeps: `make scale`
WHAT = f"parameters=[{','.join(VARIED)}]"
TWO = "parameters=[workforce.diary_share,contact.first_hours]"
OAT = ("method=oat", "parameters=[workforce.diary_share]", "points=2")
MORRIS = ("method=morris", WHAT)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A folder in which the sweep `OAT` was made into x, with its store."""
    folder = tmp_path_factory.mktemp("once")
    assert main(["sweep", *SMALL, *OAT, f"store={folder / 'outputs' / 'store'}", f"out={folder / 'x'}"]) == 0
    return folder


@pytest.fixture
def swept(sweep, once, tmp_path):
    """Call the command where `OAT` was made into x before."""
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    return sweep


def everything_in(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def rows(folder):
    return pd.read_parquet(folder / "runs.parquet")


def test_the_same_sweep_again_is_found_and_nothing_is_run(sweep, ran):
    first = sweep(*OAT)
    assert first.status == 0 and len(ran) == 3 * 2 + 2
    ran.clear()
    again = sweep(*OAT)
    assert again.status == 0 and not ran
    assert "there already" in again.out and again.out.split("\n\n", 1)[1] == first.out


def test_a_dry_run_beyond_reason_says_what_it_would_need(sweep):
    answer = sweep("method=lhs", "parameters=[workforce.turnover]", "points=5000000", "dry_run=true")
    assert answer.status == 0 and "add confirm=true" in answer.out and "Nothing was run" in answer.out


def test_a_target_is_not_told_of_by_a_method_whose_points_are_no_sample(sweep):
    assert "target= is not told of: the points of oat" in sweep(*OAT, "target=retention_52", "above=0.5").out


def test_the_answer_is_that_of_the_files(swept, tmp_path):
    answer = swept(*OAT, "out=x")
    assert (tmp_path / "x" / "summary.txt").read_text(encoding="utf-8").rstrip() in answer.out
    assert "Report to forward: x/report.html" in answer.out and "Tables: x (indices.csv" in answer.out


@pytest.mark.parametrize("more", [("points=3",), ("replications=3",), ("points=3", "replications=3")])
def test_a_larger_sweep_that_holds_the_smaller_takes_its_place_and_runs_only_what_is_missing(sweep, tmp_path, ran, more):
    sweep(*MORRIS, "points=2", "out=x")
    small = rows(tmp_path / "x")
    ran.clear()
    answer = sweep(*MORRIS, "points=2", *more, "out=x")
    assert answer.status == 0 and "x holds a smaller sweep, all of whose runs this one takes over" in answer.err
    large = rows(tmp_path / "x")
    points, seeds = (3 if "points=3" in more else 2), (3 if "replications=3" in more else 2)
    assert len(large) == 4 * points * seeds and len(ran) == 4 * points * seeds - 16 + (seeds - 2)
    joined = small.merge(large, on=["point", "seed"], suffixes=("", "_now"))
    assert len(joined) == 16 and joined.workload_mean.equals(joined.workload_mean_now.rename("workload_mean"))
    assert {path.name for path in tmp_path.iterdir()} == {"x", "outputs"}
    assert json.loads((tmp_path / "x" / "manifest.json").read_text())["replications"] == seeds
    assert "there already" in sweep(*MORRIS, "points=2", *more, "out=x").out


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ((*MORRIS, "points=3"), (*MORRIS, "points=2"), ["it would have fewer points", "points (there 3, now 2)"]),
        ((*MORRIS, "points=2"), (*MORRIS, "points=3", "replications=1"), ["it would have fewer replications", "replications (there 2, now 1)"]),
        (("method=fast", TWO, "points=65", "replications=1"), ("method=fast", TWO, "points=66", "replications=1"), ["frequencies of a FAST design change"]),
        (("method=lhs", TWO, "points=8"), ("method=lhs", TWO, "points=12"), ["a Latin hypercube can only be doubled: 16, 32"]),
        (("method=grid", TWO, "points=3"), ("method=grid", TWO, "points=4"), ["do not lie on the finer grid: 5 would hold them"]),
    ],
)
def test_a_sweep_that_does_not_hold_the_one_in_the_folder_is_refused_with_the_reason(sweep, tmp_path, ran, monkeypatch, before, now, told):
    with monkeypatch.context() as quickly:  # the numbers of the first are of no matter
        quickly.setattr(cells.Cell, "make", failing)
        assert sweep(*before, "out=x").status == 0
    there = everything_in(tmp_path)
    answer = sweep(*now, "out=x")
    assert answer.status == 2 and answer.out == "" and answer.err.count("\n") == 1 and "Name another folder." in answer.err
    for part in told:
        assert part in answer.err
    assert everything_in(tmp_path) == there and not ran


def failing(cell, store):
    raise ZeroDivisionError("not run")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("method=grid",), 'method (there "oat", now "grid")'),
        (("seed=2",), "seed (there 1, now 2)"),
        (("bounds.workforce.diary_share=[0.6,0.7]",), "factors.workforce.diary_share.low (there 0.5, now 0.6)"),
        (("parameters=[workforce.diary_share,contact.first_hours]",), "factors.contact.first_hours"),
        (("weeks=13",), "weeks (there 12, now 13)"),
        (("measures=[wait_mean]",), "measures"),
        (("model.contact.trust_gain=0.25",), "parameters.contact.trust_gain (there 0.2, now 0.25)"),
        (("seed=2", "points=3"), "seed (there 1, now 2)"),
        (("seed=2", "retry=failed"), "seed (there 1, now 2)"),
    ],
)
def test_another_sweep_is_refused_with_what_differs_and_nothing_is_touched(swept, tmp_path, ran, words, told):
    before = everything_in(tmp_path)
    answer = swept(*OAT, "out=x", *words)
    assert answer.status == 2 and "holds another run" in answer.err and told in answer.err and answer.err.count("\n") == 1
    assert everything_in(tmp_path) == before and not ran


def test_results_of_another_version_or_of_changed_code_are_refused(swept, tmp_path, monkeypatch):
    sweep = swept
    with monkeypatch.context() as changed:
        changed.setattr(command, "answer_code", lambda: "another")
        assert "answer_code" in sweep(*OAT, "out=x").err
        assert sweep(*OAT, "points=3", "out=x").status == 2, "also where it would hold the smaller"
    path = tmp_path / "x" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"hash": "0" * 64, "version": "0.0.1"}))
    answer = sweep(*OAT, "out=x")
    assert answer.status == 2 and 'version (there "0.0.1", now' in answer.err


@pytest.mark.parametrize("words", [(), ("retry=failed",), ("points=3", "retry=failed")])
def test_a_folder_with_other_files_is_refused_and_keeps_them(sweep, tmp_path, ran, monkeypatch, words):
    with monkeypatch.context() as broken:
        broken.setattr(cells, "run_model", lambda job: 1 / 0)
        sweep(*OAT)  # these runs failed, so that there is something to make again
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    ran.clear()
    answer = sweep(*OAT, "out=mine", *words)
    assert answer.status == 2 and "holds other files, which are never overwritten" in answer.err and not ran
    assert (tmp_path / "mine" / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_what_was_put_beside_the_results_is_still_there_when_a_larger_sweep_takes_their_place(swept, tmp_path):
    (tmp_path / "x" / "notes.txt").write_text("my notes", encoding="utf-8")
    (tmp_path / "x" / "more").mkdir()
    (tmp_path / "x" / "more" / "figure.svg").write_text("mine", encoding="utf-8")
    (tmp_path / "x" / "boxes.csv").write_text("of the smaller sweep, which the larger has not", encoding="utf-8")
    assert swept(*OAT, "points=3", "out=x").status == 0
    assert not (tmp_path / "x" / "boxes.csv").exists()
    assert (tmp_path / "x" / "notes.txt").read_text(encoding="utf-8") == "my notes"
    assert (tmp_path / "x" / "more" / "figure.svg").read_text(encoding="utf-8") == "mine"
    assert len(rows(tmp_path / "x")) == (1 + 3) * 2


def test_when_the_larger_sweep_cannot_be_written_the_smaller_stays(swept, tmp_path, monkeypatch):
    before = everything_in(tmp_path / "x")
    with monkeypatch.context() as full:
        full.setattr(command, "write_tables", no_space)
        answer = swept(*OAT, "points=3", "out=x")
    assert answer.status == 1 and everything_in(tmp_path / "x") == before
    assert {path.name for path in tmp_path.iterdir()} == {"x", "outputs"}


def no_space(*_):
    raise OSError(28, "No space left on device")


def test_failures_are_made_again_only_when_asked_for_and_those_alone(sweep, tmp_path, ran, monkeypatch):
    with monkeypatch.context() as broken:
        real = cells.run_model
        broken.setattr(cells, "run_model", lambda job: 1 / 0 if job.seed == 2 and job.parameters.workforce.diary_share == 0.5 else real(job))
        answer = sweep(*OAT, "out=x")
    assert answer.status == 0 and "1 of 6 runs failed" in answer.out and "retry=failed" in answer.out
    assert rows(tmp_path / "x").query("status == 'failed'").error.item().startswith("ZeroDivisionError")
    ran.clear()
    assert "there already" in sweep(*OAT, "out=x").out and not ran
    answer = sweep(*OAT, "out=x", "retry=failed")
    assert answer.status == 0 and len(ran) == 1 and "1 failed run of oat to be made again" in answer.err, answer.err
    assert set(rows(tmp_path / "x").status) == {"done"} and "failed" not in answer.out
    again = sweep(*OAT, "out=x", "retry=failed")
    assert again.status == 0 and len(ran) == 1 and "No run of this sweep had failed" in again.err


def test_failures_of_the_second_of_two_steps_are_made_again_too(sweep, tmp_path, ran, monkeypatch):
    words = ("method=screen-then-sobol", WHAT, "points=16", "trajectories=3", "survivors=2", "replications=1", "out=x")
    assert sweep(*words, "dry_run=true").status == 0
    with monkeypatch.context() as broken:
        real, made = cells.run_model, []

        def run_model(job):
            made.append(job)
            return 1 / 0 if len(made) == 40 else real(job)

        broken.setattr(cells, "run_model", run_model)
        assert sweep(*words).status == 0
    failed = rows(tmp_path / "x").query("status == 'failed'")
    assert len(failed) and failed.point.min() >= 3 * 4
    ran.clear()
    assert sweep(*words, "retry=failed").status == 0
    assert len(ran) == 1 and set(rows(tmp_path / "x").status) == {"done"}


def test_more_trajectories_of_a_screening_are_another_sweep(sweep, tmp_path):
    """The second step may then vary other parameters, whose points the folder does not hold."""
    words = ("method=screen-then-sobol", WHAT, "points=16", "survivors=2", "replications=1", "out=x")
    sweep(*words, "trajectories=3")
    answer = sweep(*words, "trajectories=4")
    assert answer.status == 2 and "its screening may keep other parameters" in answer.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("method=soboll", WHAT), ["method=soboll is not allowed", "morris, sobol"]),
        ((WHAT,), ["method= is missing"]),
        ((*OAT, "pionts=3"), ["no key pionts", "Did you mean points"]),
        ((*OAT, "measures=[retention_51]"), ["there is no measure retention_51", "Did you mean retention_52"]),
        ((*OAT, "measures=retention_51"), ["there is no measure retention_51"]),
        ((*OAT, "bounds=3"), ["bounds=3 is not allowed", "write bounds.NAME=value"]),
        ((*OAT, "cluster=null"), ["cluster=null is not allowed", "write cluster.NAME=value"]),
        ((*OAT, "trajectories=3"), ["trajectories=3 belongs to method=screen-then-sobol"]),
        ((*OAT, "bounds.workforce.diary_shar=[0.5,0.6]"), ["there is no such parameter", "Did you mean workforce.diary_share"]),
        ((*OAT, "bounds.workforce.diary_share=[0.6,0.5]"), ["is an empty range"]),
        ((*OAT, "bounds.workforce.diary_share=0.6"), ["give the lowest and the highest value"]),
        ((*OAT, "bounds.workforce.diary_share=[0.6,1.5]"), ["Allowed: 0 to 1"]),
        ((*OAT, "bounds.workforce.hours=[4,6]"), ["this parameter is not varied"]),
        ((*OAT, "bounds.workforce=[4,6]"), ["bounds.workforce"]),
        ((*OAT, "bounds=[4,6]"), ["bounds"]),
        ((*OAT, "points=2.5"), ["points=2.5 is not allowed", "a whole number"]),
        ((*OAT, "replications=0"), ["replications=0 is not allowed"]),
        ((*OAT, "retry=all"), ["retry=all is not allowed", "failed"]),
        ((*OAT, "executor=cloud"), ["executor=cloud is not allowed"]),
        ((*OAT, "address=tcp://127.0.0.1:1"), ["executor=dask"]),
        ((*OAT, "processes=0"), ["processes=0 is not allowed"]),
        ((*OAT, "model.workforce.turnovr=1"), ["model.workforce.turnovr", "Did you mean model.workforce.turnover"]),
        (("method=sobol", WHAT, "points=100"), ["points=100: a Sobol design needs a power of two"]),
        (("method=morris", "parameters=[workforce.hours,workforce.turnover]"), ["model.workforce.hours", "lies outside its plausible range"]),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_in_one_line_before_anything_is_run(sweep, tmp_path, ran, words, told):
    answer = sweep(*words)
    assert answer.status == 2 and answer.out == "" and answer.err.count("\n") == 1, answer.err
    for part in told:
        assert part in answer.err
    assert list(tmp_path.iterdir()) == [] and not ran


def test_one_measure_or_parameter_may_stand_without_brackets(sweep, tmp_path):
    answer = sweep("method=oat", "parameters=workforce.diary_share", "measures=workload_mean", "points=2", "out=x")
    assert answer.status == 0, answer.err
    assert set(pd.read_csv(tmp_path / "x" / "indices.csv").measure) == {"workload_mean"}


def test_a_store_that_cannot_be_written_to_is_told_before_anything_is_run(sweep, tmp_path, ran):
    (tmp_path / "file").touch()
    answer = sweep(*OAT, "store=file/store", "out=x")
    assert answer.status == 2 and not ran, "a mistake of the user, not a failure"
    assert "store=file/store: finished runs cannot be kept there" in answer.err and "Name a folder" in answer.err
    assert {path.name for path in tmp_path.iterdir()} == {"file"}


@pytest.mark.parametrize("processes", [1, 2])
def test_a_disk_that_is_full_stops_the_sweep_and_what_is_finished_is_found_again(sweep, tmp_path, ran, monkeypatch, processes):
    from experiments import missing
    from tests.experiments.sweep.jobs import attempt_but_be_full_at_seed_2

    with monkeypatch.context() as full:
        full.setattr(missing, "attempt", attempt_but_be_full_at_seed_2)
        answer = sweep(*OAT, "out=x", f"processes={processes}")
    told = answer.err.splitlines()[-1]
    assert answer.status == 1 and "finished runs cannot be written to store=" in told and "the disk is full. Those finished before are kept." in told
    assert {path.name for path in tmp_path.iterdir()} == {"outputs"} and not list(tmp_path.glob("outputs/store/*/*/.seed*"))
    finished = len(list(tmp_path.glob("outputs/store/*/*/seed-*")))
    assert 2 <= finished < 8, "usual care at least, and not what there was no room for"
    ran.clear()
    assert sweep(*OAT, "out=x").status == 0 and len(ran) == 2 * 4 - finished


def test_results_that_cannot_be_written_leave_the_runs_and_no_half_folder(sweep, tmp_path, ran, monkeypatch):
    with monkeypatch.context() as full:
        full.setattr(command, "write_tables", no_space)
        answer = sweep(*OAT, "out=x")
    assert answer.status == 1 and {path.name for path in tmp_path.iterdir()} == {"outputs"}
    assert "results cannot be written to x: No space left on device. Finished runs are kept in outputs/store" in answer.err
    ran.clear()
    assert sweep(*OAT, "out=x").status == 0 and not ran


def test_a_scheduler_that_cannot_be_reached_is_told_in_one_line_and_nothing_is_lost(swept, tmp_path, ran, monkeypatch):
    from experiments.executors import cluster

    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "REACHED_WITHIN", 1)
    answer = swept(*OAT, "points=3", "out=y", "processes=null", "executor=dask", "address=tcp://127.0.0.1:9")
    assert answer.status == 1 and not ran
    assert "the Dask scheduler at address=tcp://127.0.0.1:9 cannot be reached" in answer.err.splitlines()[-1]
    assert {path.name for path in tmp_path.iterdir()} == {"x", "outputs"} and list(tmp_path.glob("outputs/store/*/*/seed-2"))


def test_whatever_goes_wrong_in_the_answer_is_one_line_that_says_where_the_runs_are(sweep, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "write_tables", lambda *_: 1 / 0)
    answer = sweep(*OAT, "out=x")
    assert answer.status == 1 and "ZeroDivisionError" in answer.err and "Finished runs are kept in outputs/store" in answer.err
    assert {path.name for path in tmp_path.iterdir()} == {"outputs"}


def test_a_screening_that_leaves_nothing_to_go_on_with_says_so(sweep, tmp_path):
    words = ("method=screen-then-sobol", "parameters=[habit.days_median,community.course_weeks]", "measures=[workload_mean]", "points=16", "trajectories=2")
    answer = sweep(*words, "replications=1", "out=x")
    assert answer.status == 1 and "fewer than two parameters" in answer.err and not (tmp_path / "x").exists()


def test_a_comparison_that_meets_the_same_parameters_shares_the_run(spsim, swept, ran, tmp_path):
    service = read("run", ["service=classroom"]).parameters
    assert all(Cell(service, seed, 12).is_in(Store(tmp_path / "outputs" / "store")) for seed in (1, 2)), "the first point is the service as it is"
    answer = spsim("compare", "service=classroom", "weeks=12", "replications=2", "processes=1", "scenarios=[warm_handover]")
    assert answer.status == 0, answer.err
    assert ran and all(parameters.programme.enabled for parameters, _ in ran), "usual care was there"


def test_the_hash_of_the_results_does_not_depend_on_where_runs_are_made(swept, tmp_path):
    answer = swept(*OAT, "out=x", "processes=2", "store=elsewhere", "confirm=true", "debug=true")
    assert answer.status == 0 and "there already" in answer.out and not Path(tmp_path / "elsewhere").exists()
    assert set(tables_in(tmp_path / "x")) >= {"design.parquet", "runs.parquet", "indices.csv", "noise.csv", "convergence.csv", "summary.txt"}


def test_retry_of_a_sweep_that_was_stopped_makes_what_failed_and_leaves_the_rest_alone(sweep, tmp_path, ran, monkeypatch):
    words = ("method=morris", WHAT, "replications=1", "out=x")
    with monkeypatch.context() as broken:
        real, made = cells.run_model, []

        def run_model(job):
            made.append(job)
            return 1 / 0 if len(made) == 2 else real(job)

        broken.setattr(cells, "run_model", run_model)
        assert sweep(*words, "points=2", "out=small").status == 0
    ran.clear()
    answer = sweep(*words, "points=3", "retry=failed")
    assert answer.status == 1 and len(ran) == 1, "what failed, and nothing else"
    assert "1 run that had failed was tried again" in answer.err and "were never made" in answer.err and "without retry=failed makes them" in answer.err
    assert not (tmp_path / "x").exists()
    assert sweep(*words, "points=3").status == 0 and set(rows(tmp_path / "x").status) == {"done"}


def test_retry_where_nothing_has_failed_and_nothing_is_made_is_a_mistake(sweep, tmp_path, ran):
    answer = sweep(*OAT, "out=x", "retry=failed")
    assert answer.status == 2 and not ran and "retry=failed: no run of this sweep has failed" in answer.err and "Leave it out" in answer.err
    assert not list(tmp_path.rglob("measures.parquet"))


def test_points_too_few_for_any_index_are_refused_with_the_number_needed_unless_they_serve_something_else(sweep, ran):
    words = ("method=lhs", "parameters=[workforce.diary_share,contact.first_hours,allocation.accept_logit]", "points=9", "replications=1")
    answer = sweep(*words)
    assert answer.status == 2 and not ran
    assert "points=9 is too few for indices of 3 parameters by method=lhs, which take 12: points=18 would do" in answer.err
    answer = sweep(*words, "target=wait_mean", "below=1")
    assert answer.status == 0 and "These serve target= alone" in answer.err
    assert "too few runs have a value" in answer.out and "hidden by luck" not in answer.out


def test_values_that_are_not_allowed_together_are_told_with_what_would_help_which_is_not_to_try_again(sweep, tmp_path):
    bounds = ("bounds.community.places_min=[6,12]", "bounds.community.places_max=[8,20]")
    answer = sweep("method=grid", "parameters=[community.places_min,community.places_max]", *bounds, "points=2", "replications=1", "out=x")
    assert answer.status == 0 and "1 of 4 runs were not made" in answer.out and "retry" not in answer.out
    assert list(rows(tmp_path / "x").status).count("not allowed") == 1
    report = (tmp_path / "x" / "report.html").read_text(encoding="utf-8")
    assert "not allowed together" in report and "ranges that do not cross" in report and "retry=failed makes" not in report


def test_a_folder_with_other_parameters_is_refused_with_those_that_came_and_went(swept, tmp_path):
    answer = swept("method=oat", "parameters=[contact.first_hours]", "points=2", "replications=2", "out=x")
    assert answer.status == 2 and re.search(r"factors\.contact\.first_hours \(only now: low [\d.]+, high", answer.err), answer.err
    assert "factors.workforce.diary_share (only there" in answer.err
