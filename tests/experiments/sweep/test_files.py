"""What a sweep writes: every column described, fixed names and kinds, whatever failed."""

from dataclasses import replace

import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments.__main__ import main
from experiments.sweep.files import COLUMNS, design_of, tables_of, write_tables
from experiments.sweep.sweep import Sweep
from tests.experiments.sweep.conftest import SMALL, VARIED

pytestmark = pytest.mark.unit
WHAT = f"parameters=[{','.join(VARIED)}]"
FILES = {
    "indices.csv", "noise.csv", "convergence.csv", "design.parquet", "runs.parquet", "timings.parquet", "data_dictionary.csv", "report.html",
    "summary.txt", "manifest.json",
}  # fmt: skip
SWEEPS = {
    "morris": ("method=morris", WHAT, "points=2"),
    "groups": ("method=morris", WHAT, "points=2", "by_group=true"),
    "decision": ("method=lhs", WHAT, "points=16", "scenarios=[warm_handover]", "target=workload_mean", "below=0.06"),
    "two steps": ("method=screen-then-sobol", WHAT, "points=16", "trajectories=3", "survivors=2", "replications=1"),
    "kinds": (
        "method=grid", "parameters=[contact.personalised,handover.order,workforce.intake_per_week]", "points=2", "bounds.workforce.intake_per_week=[1,2]",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """`written("morris")`: the folder of one of `SWEEPS`, in which nothing may be changed."""
    whole = tmp_path_factory.mktemp("written")

    def make(name):
        folder = whole / name / "x"
        if not folder.exists():
            assert main(["sweep", *SMALL, *SWEEPS[name], f"store={whole / 'store'}", f"out={folder}"]) == 0
        return folder

    return make


@pytest.mark.scale
@pytest.mark.parametrize("name", SWEEPS)
def test_every_column_of_every_table_is_in_the_dictionary_in_order(written, name):
    folder = written(name)
    dictionary = pd.read_csv(folder / "data_dictionary.csv")
    tables = {path.stem: list(pd.read_csv(path).columns) for path in folder.glob("*.csv") if path.stem != "data_dictionary"}
    tables |= {path.stem: pq.read_schema(path).names for path in folder.glob("*.parquet")}
    assert {table: list(rows.column) for table, rows in dictionary.groupby("table")} == tables
    assert (dictionary.meaning.str.len() > 3).all() and set(dictionary.type) <= {"text", "number", "integer", "boolean"}
    assert list(pd.read_csv(folder / "indices.csv").columns) == ["method", "measure", "parameter", "index", "estimate", "ci_low", "ci_high"]


def test_a_sweep_leaves_all_its_files_and_nothing_else(sweep, tmp_path):
    sweep("method=oat", "parameters=[workforce.diary_share]", "out=x")
    assert {path.name for path in (tmp_path / "x").iterdir() if path.is_file()} == FILES
    assert {path.name for path in tmp_path.iterdir()} == {"x", "outputs"} and {path.name for path in (tmp_path / "outputs").iterdir()} == {"store"}


def test_runs_join_the_design_by_point(written):
    folder = written("kinds")
    design, runs = pd.read_parquet(folder / "design.parquet"), pd.read_parquet(folder / "runs.parquet")
    assert list(design.point) == list(range(2 * 3 * 2)) and list(runs.point) == [point for point in design.point for _ in range(2)]
    kinds = dict(zip(pq.read_schema(folder / "design.parquet").names, map(str, pq.read_schema(folder / "design.parquet").types), strict=True))
    assert kinds == {"point": "int64", "workforce.intake_per_week": "double", "handover.order": "string", "contact.personalised": "bool"}
    assert set(design["contact.personalised"]) == {True, False} and set(design["workforce.intake_per_week"]) == {1, 2}
    timed = pd.read_parquet(folder / "timings.parquet")
    assert list(timed.point) == list(runs.point) and (timed.seconds > 0).all() and (timed.host.str.len() > 0).all()


@pytest.mark.scale
def test_tables_of_two_steps_say_which_step_a_row_is_of_and_points_count_on(written):
    folder = written("two steps")
    design, screening = pd.read_parquet(folder / "design.parquet"), pd.read_csv(folder / "screening.csv")
    assert list(design.point) == list(range(3 * 4 + 16 * 4)) and list(design.method) == ["morris"] * 12 + ["sobol"] * 64
    dropped = screening.parameter[~screening.kept]
    assert len(dropped) == 1 and design.loc[design.method == "sobol", dropped].nunique().item() == 1, "what is left alone has the service's value"
    for table in ("indices", "noise", "convergence"):
        assert set(pd.read_csv(folder / f"{table}.csv").method) == {"morris", "sobol"}, table
    assert list(pd.read_parquet(folder / "runs.parquet").point) == list(design.point)


@pytest.mark.scale
def test_a_decision_has_a_row_of_runs_for_each_side_and_tables_of_what_knowing_is_worth(written):
    folder = written("decision")
    runs = pd.read_parquet(folder / "runs.parquet")
    assert list(runs.scenario[:4]) == ["baseline"] * 2 + ["warm_handover"] * 2 and len(runs) == 16 * 2 * 2
    assert {"options.csv", "information.csv"} <= {path.name for path in folder.iterdir()}
    assert list(pd.read_csv(folder / "options.csv").option) == ["baseline", "warm_handover"]
    measures = set(pd.read_csv(folder / "noise.csv").measure)
    assert {"workload_mean", "warm_handover: workload_mean", "warm_handover: net_benefit_per_person"} <= measures


def test_the_schema_of_runs_is_the_same_when_all_fail_and_the_answer_says_so(sweep, tmp_path):
    assert sweep("method=oat", "parameters=[workforce.diary_share]", "out=well").status == 0
    answer = sweep("method=oat", "parameters=[workforce.diary_share]", "model.workforce.cancel_departure=[0,3]", "model.workforce.turnover=0", "out=x")
    assert answer.status == 0 and "12 of 12 runs failed" in " ".join(answer.out.split())
    told = pd.read_parquet(tmp_path / "x" / "runs.parquet")
    assert set(told.status) == {"failed"} and told.error.str.contains("no worker of post 0 would leave in week 3").all()
    assert pq.read_schema(tmp_path / "x" / "runs.parquet").equals(pq.read_schema(tmp_path / "well" / "runs.parquet"))
    assert pd.read_csv(tmp_path / "x" / "indices.csv").empty


def test_a_table_whose_columns_are_not_described_is_refused(question, tmp_path):
    from experiments.executors import Workers
    from experiments.store import Store
    from experiments.sweep.sweep import Sweeper

    found = Sweeper(question("oat", "workforce.diary_share"), Store(tmp_path / "store"), Workers(1), quiet=True).answer()
    assert set(tables_of(found)) <= set(COLUMNS) and len(design_of(found)) == 3
    last = found.last
    odd = replace(last, analysis=replace(last.analysis, noise=last.analysis.noise.assign(extra=1)))
    with pytest.raises(ValueError, match=r"table noise and its data dictionary differ in \['extra'\]"):
        write_tables(tmp_path, Sweep(found.question, (odd,)))
