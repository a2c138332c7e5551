"""The runs of a sweep: one row for each point, side and seed; only what is missing is made; a failure is recorded and the rest goes on."""

import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments.cli import read
from experiments.errors import RunError
from experiments.executors import Workers
from experiments.missing import batch_size, carry_out, failure_of, forget_failures, missing, models_run, place_of_failure
from experiments.store import Store
from experiments.sweep.question import question_of
from experiments.sweep.runs import (
    RUN_COLUMNS,
    Run,
    cells_of,
    table_of,
    timings,
    values_of,
    write_parquet,
)  # fmt: skip
from experiments.twins import usual_care
from experiments.whatif import cells as cells_module
from experiments.whatif.bench import Bench
from experiments.whatif.cells import MEASURES, Cell
from tests.experiments.sweep.conftest import VARIED, WEEKS
from tests.experiments.sweep.jobs import MEASURE, Known
from tests.experiments.whatif.conftest import count_runs

pytestmark = pytest.mark.unit
HERE = Workers(1)
TWO = Workers(2)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def runs_of(question, store, method=None):
    step = question.step(method or question.method, question.factors, question.size)
    return question.runs_of(step, Bench(store, question.weeks))


def table(runs, store, question):
    return table_of(runs, store, question.measures, values_of)


def known(*ends, **more):
    """A run at each of several places, of which some end badly."""
    return [Known("ishigami", (0.1 * number, 0.0, 0.0), number, ends=end, **more) for number, end in enumerate(ends)]


def rows(cells):
    return [Run(point, "", cell.seed, cell) for point, cell in enumerate(cells)]


def test_there_is_a_row_for_each_point_and_seed_in_the_order_of_the_design(question, store):
    asked = question("morris", size=2)
    runs = runs_of(asked, store)
    assert carry_out(cells_of(runs), store, HERE, quiet=True)
    told = table(runs, store, asked)
    assert list(told.columns) == ["point", "scenario", "seed", "status", "error", *asked.measures]
    assert list(zip(told.point, told.seed, strict=True)) == [(point, seed) for point in range(8) for seed in (1, 2)]
    assert set(told.status) == {"done"} and told.error.isna().all() and set(told.scenario) == {""}
    assert told.workload_mean.notna().all() and told.workload_mean.nunique() > 4


def test_the_numbers_are_those_of_the_run_alone(question, store):
    asked = question("morris", size=2)
    runs = runs_of(asked, store)
    carry_out(cells_of(runs), store, HERE, quiet=True)
    told = table(runs, store, asked)
    step = asked.step("morris", asked.factors, 2)
    at = dict(zip((f"model.{name}" for name in VARIED), step.points.iloc[4, 1:], strict=True))
    alone = Cell(asked.service.replace(at), 2, WEEKS)
    elsewhere = Store(store.folder.parent / "elsewhere")
    alone.make(elsewhere)
    assert values_of(alone, elsewhere)["workload_mean"] == told.query("point == 4 and seed == 2").workload_mean.item()


@pytest.mark.scale
def test_repeating_makes_no_run_and_more_seeds_or_points_make_only_what_is_missing(question, store, ran):
    first = runs_of(question("morris", size=2), store)
    carry_out(cells_of(first), store, HERE, quiet=True)
    assert len(ran) == 8 * 2 + 2, "eight points, two seeds and the usual care of each"
    ran.clear()
    assert carry_out(cells_of(first), store, HERE, quiet=True) == 0 and not ran
    carry_out(cells_of(runs_of(question("morris", size=3), store)), store, HERE, quiet=True)
    assert len(ran) == 4 * 2, "a trajectory more"
    ran.clear()
    carry_out(cells_of(runs_of(question("morris", size=3, replications=3), store)), store, HERE, quiet=True)
    assert len(ran) == 12 + 1 and {seed for _, seed in ran} == {3}, "a seed more"


def test_points_that_are_the_same_are_run_once(question, store, ran):
    asked = question("grid", "handover.order", "workforce.turnover", size=2)
    both = [*runs_of(asked, store), *runs_of(question("oat", "handover.order", "workforce.turnover", size=2), store)]
    carry_out(cells_of(both), store, HERE, quiet=True)
    assert len(ran) == len(set(ran)) == len(cells_of(both)) + 2


def test_all_scenarios_of_a_point_stand_beside_one_another_in_order(store):
    words = ("method=lhs", "points=8", "parameters=[workforce.turnover]", "scenarios=[warm_handover,two_more_workers]")
    asked = question_of(read("sweep", ["service=classroom", f"weeks={WEEKS}", *words]))
    runs = runs_of(asked, store)
    assert [run.scenario for run in runs[:6]] == ["baseline"] * 2 + ["warm_handover"] * 2 + ["two_more_workers"] * 2
    assert [run.seed for run in runs[:6]] == [1, 2] * 3 and [run.point for run in runs] == [point for point in range(8) for _ in range(6)]
    assert {run.cell.parameters.workforce.posts for run in runs if run.scenario == "two_more_workers"} == {6}
    assert len({run.cell.parameters.workforce.turnover for run in runs if run.scenario == "two_more_workers"}) == 8, "on top of the point"


def test_a_point_whose_values_contradict_one_another_is_a_row_that_is_not_allowed_and_the_others_are_run(question, store):
    bounds = {"community.places_min": [6, 12], "community.places_max": [8, 20]}
    asked = question("grid", "community.places_min", "community.places_max", size=2, bounds=bounds)
    runs = runs_of(asked, store)
    carry_out(cells_of(runs), store, HERE, quiet=True)
    told = table(runs, store, asked)
    failed = told[told.status == "not allowed"]
    step = asked.step("grid", asked.factors, 2)
    assert list(failed.point.unique()) == [2] and tuple(step.points.iloc[2, 1:]) == (12, 8)
    assert failed.error.str.contains("places_m").all() and failed.workload_mean.isna().all()
    assert told[told.status == "done"].workload_mean.notna().all() and len(told) == 8


def test_a_run_that_raises_is_recorded_with_its_parameters_and_the_sweep_goes_on(question, store, monkeypatch):
    asked = question("morris", size=2)
    runs, real = runs_of(asked, store), cells_module.run_model
    bad = runs[3].cell

    def run_model(job):
        if (job.parameters, job.seed) == (bad.parameters, bad.seed):
            raise ZeroDivisionError("on\npurpose")
        return real(job)

    monkeypatch.setattr(cells_module, "run_model", run_model)
    carry_out(cells_of(runs), store, HERE, quiet=True)
    told = table(runs, store, asked)
    bad_rows = [number for number, run in enumerate(runs) if run.cell == bad]
    assert list(told.index[told.status == "failed"]) == bad_rows
    assert told.error[3] == "ZeroDivisionError: on purpose"
    record = json.loads((store.entry(bad.seed, place_of_failure(bad)) / "error.json").read_text())
    assert record["seed"] == bad.seed and record["parameters"] == json.loads(json.dumps(bad.parameters.as_dict()))
    assert np.isnan(told.workload_mean[3]) and told.workload_mean.notna().sum() == 16 - len(bad_rows)


def test_what_failed_is_not_made_again_until_it_is_asked_for_and_then_alone(question, store, monkeypatch):
    asked = question("morris", size=2)
    runs = runs_of(asked, store)
    bad = {run.cell for run in runs[3:5]}
    with monkeypatch.context() as broken:
        real = cells_module.run_model
        broken.setattr(cells_module, "run_model", lambda job: 1 / 0 if any((job.parameters, job.seed) == (c.parameters, c.seed) for c in bad) else real(job))
        carry_out(cells_of(runs), store, HERE, quiet=True)
    assert {run.cell for run in runs if failure_of(run.cell, store) is not None} == bad
    done = count_runs(monkeypatch)
    assert carry_out(cells_of(runs), store, HERE, quiet=True) == 0 and not done
    shared, again = missing(cells_of(runs), store, retry=True)
    assert (set(again), models_run(shared, again, store)) == (bad, 2)
    assert forget_failures(cells_of(runs), store) == 2 and forget_failures(cells_of(runs), store) == 0
    assert carry_out(cells_of(runs), store, HERE, quiet=True) == 2 and len(done) == 2
    assert set(table(runs, store, asked).status) == {"done"}


def test_usual_care_that_failed_takes_its_runs_with_it_and_is_made_again_with_them(question, store, monkeypatch):
    asked = question("morris", size=2)
    runs = runs_of(asked, store)
    with monkeypatch.context() as broken:
        real = cells_module.run_model
        broken.setattr(cells_module, "run_model", lambda job: 1 / 0 if job.seed == 2 and not job.parameters.programme.enabled else real(job))
        carry_out(cells_of(runs), store, HERE, quiet=True)
    told = table(runs, store, asked)
    assert (told.status == "failed").equals(told.seed == 2)
    twin = runs[1].cell.twin
    assert failure_of(twin, store) is not None
    forget_failures(cells_of(runs), store)
    assert failure_of(twin, store) is None
    done = count_runs(monkeypatch)
    carry_out(cells_of(runs), store, HERE, quiet=True)
    assert len(done) == len({run.cell for run in runs if run.seed == 2}) + 1 and twin.is_in(store)
    assert set(table(runs, store, asked).status) == {"done"}


@pytest.mark.scale
@pytest.mark.parametrize("workers", [HERE, TWO])
def test_a_failure_in_any_process_is_recorded_once_and_takes_no_other_with_it(store, workers):
    cells = known("well", "raises", "well", "well", "raises", "well")
    assert carry_out(cells, store, workers, batch=2, quiet=True) == 6
    told = table_of(rows(cells), store, (MEASURE,), values_of)
    assert list(told.status) == ["done", "failed", "done", "done", "failed", "done"]
    assert set(told.error.dropna()) == {"ZeroDivisionError: on purpose"}


@pytest.mark.scale
@pytest.mark.parametrize(("ends", "status"), [("dies", "failed"), ("dies once", "done")])
def test_a_run_at_which_its_process_dies_twice_is_recorded_and_one_that_dies_once_is_not_noticed(store, ends, status):
    cells = known("well", "well", "well", ends, "well")
    carry_out(cells, store, TWO, quiet=True)
    told = table_of(rows(cells), store, (MEASURE,), values_of)
    assert list(told.status) == ["done", "done", "done", status, "done"] and (store.folder.parent / "died-3").exists()
    assert told.error.isna()[3] == (status == "done") and (status == "done" or "the process died while running, twice" in told.error[3])


@pytest.mark.parametrize("changes", [{}, {"workforce.posts": 6}, {"referrals.warm_up_weeks": 4}, {"community.austerity": True}])
def test_a_run_beside_usual_care_from_the_store_is_the_same_to_the_byte_as_beside_one_in_memory(classroom, tmp_path, changes):
    cell = Cell(classroom.replace(changes), 1, 20)
    alone, shared = Store(tmp_path / "alone"), Store(tmp_path / "shared")
    cell.make(alone)
    assert not cell.twin.is_in(alone), "what only one run needs is not kept"
    cell.twin.make(shared)
    cell.make(shared)
    for name in ("measures.parquet", "weekly.parquet"):
        assert (alone.entry(1, cell.key) / name).read_bytes() == (shared.entry(1, cell.key) / name).read_bytes()


def test_usual_care_is_kept_when_several_need_it_and_run_beside_each_when_they_do_not_share_it(question, store, ran):
    own = question("oat", "population.female_share", size=2)  # changes usual care too
    runs = runs_of(own, store)
    shared, wanted = missing(cells_of(runs), store)
    assert shared == [] and models_run(shared, wanted, store) == 2 * len(wanted)
    carry_out(cells_of(runs), store, HERE, quiet=True)
    assert len(ran) == 2 * len(wanted) and not any(cell.twin.is_in(store) for cell in wanted)


def test_usual_care_that_is_itself_a_point_is_made_first_and_once(question, store, ran):
    asked = question("grid", "workforce.turnover", "programme.enabled", size=3)
    runs = runs_of(asked, store)
    shared, wanted = missing(cells_of(runs), store)
    assert {cell.parameters for cell in shared} == {usual_care(asked.service)} and not set(shared) & set(wanted)
    expected = models_run(shared, wanted, store)
    carry_out(cells_of(runs), store, HERE, quiet=True)
    assert len(ran) == expected == 2 + 3 * 2
    assert set(table(runs, store, asked).status) == {"done"}


def test_a_store_that_cannot_be_written_to_stops_the_sweep_with_one_line(store):
    store.folder.parent.mkdir(exist_ok=True)
    store.folder.write_text("a file in the way", encoding="utf-8")
    with pytest.raises(RunError, match="finished runs cannot be written to"):
        carry_out(known("well"), store, HERE, quiet=True)


def test_a_disk_that_fills_up_is_no_failure_of_a_run_and_leaves_what_is_finished(store, monkeypatch):
    cells = known("well", "well", "well", "well")
    carry_out(cells[:1], store, HERE, quiet=True)
    with monkeypatch.context() as full:
        full.setattr(Known, "make", raise_no_space)
        with pytest.raises(RunError, match="finished runs cannot be written to store=.*: the disk is full. Those finished before are kept. Free some space"):
            carry_out(cells, store, HERE, quiet=True)
    assert [cell.is_in(store) for cell in cells] == [True, False, False, False] and all(failure_of(cell, store) is None for cell in cells)
    assert carry_out(cells, store, HERE, quiet=True) == 3


def raise_no_space(*_):
    raise OSError(28, "No space left on device")


def test_a_run_that_was_reported_done_and_is_not_in_the_store_is_told(store, monkeypatch):
    monkeypatch.setattr(Known, "make", lambda self, store: None)
    with pytest.raises(RunError, match="is not in .*store: all workers must see that folder"):
        carry_out(known("well"), store, HERE, quiet=True)


def test_damaged_files_are_named_with_the_remedy(store):
    good, bad = known("well", "raises")
    carry_out([good, bad], store, HERE, quiet=True)
    (store.entry(0, good.key) / MEASURES).write_bytes(b"nonsense")
    with pytest.raises(RunError, match=r"a finished run cannot be read.*Remove the folder .*seed-0"):
        values_of(good, store)
    (store.entry(1, place_of_failure(bad)) / "error.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match=r"the record of a failed run cannot be read.*Remove the folder .*seed-1"):
        failure_of(bad, store)


def test_the_schema_of_the_table_of_runs_is_the_same_when_all_fail(store, tmp_path):
    schemas = []
    for ends in ("well", "raises"):
        cells = known(ends, ends, own=1.0 if ends == "well" else 2.0)
        carry_out(cells, store, HERE, quiet=True)
        path = tmp_path / f"{ends}.parquet"
        write_parquet(table_of(rows(cells), store, (MEASURE,), values_of), RUN_COLUMNS, path)
        schemas.append(pq.read_schema(path))
    assert schemas[0].equals(schemas[1], check_metadata=True)
    assert [str(kind) for kind in schemas[0].types] == ["int64", "string", "int64", "string", "string", "double"]


def test_timings_stand_apart_and_have_a_row_for_each_run_that_is_there(store):
    cells = known("well", "raises", "well")
    carry_out(cells, store, HERE, quiet=True)
    (store.entry(2, cells[2].key) / "timing.json").unlink()
    told = timings([*rows(cells), Run(3, "", 9, "no such point")], store)
    assert list(told.point) == [0, 2] and told.seconds[0] == 0 and pd.isna(told.seconds[1]) and told.host[1] == ""


def test_a_task_holds_about_two_seconds_of_work_and_every_worker_has_several():
    assert batch_size(0.1, 10_000, 2) == 20
    assert batch_size(30.0, 10_000, 2) == 1 and batch_size(None, 10_000, 2) == 1 and batch_size(0.0, 10, 2) == 1
    assert batch_size(0.1, 16, 2) == 2 and batch_size(0.1, 0, 2) == 1
    assert batch_size(0.0001, 10**6, 2) == 64
