"""`spsim validate` from the command line and from Python: what it writes, what it keeps, what it refuses."""

import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import experiments
from experiments import posterior
from experiments.api import request_of
from experiments.validation import question

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # whole pipelines: `make scale`
QUICK = ("service=classroom", "weeks=90", "replications=2", "processes=1", "targets=[T1,T7,T9a,T27]")
WRITTEN = {"validation.csv", "runs.parquet", "report.html", "summary.txt", "manifest.json", "data_dictionary.csv"}


@pytest.fixture
def validate(spsim):
    return lambda *words: spsim("validate", *QUICK, *words)


def files(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def test_it_writes_its_tables_the_report_and_the_record_and_a_second_time_runs_nothing(validate, tmp_path):
    first = validate("out=one")
    assert first.status == 0, first.err
    assert {path.name for path in (tmp_path / "one").iterdir()} == WRITTEN
    assert max(map(len, (tmp_path / "one" / "summary.txt").read_text().splitlines())) <= 80
    table = pd.read_csv(tmp_path / "one" / "validation.csv").set_index("id")
    runs = pd.read_parquet(tmp_path / "one" / "runs.parquet")
    whole = runs[(runs.part == "")].groupby("id").value.mean()
    assert np.allclose(table["mean"], whole.reindex(table.index), equal_nan=True)
    again = validate("out=one")
    assert again.status == 0 and "nothing was run" in again.out
    validate("out=two")
    assert json.loads((tmp_path / "two" / "manifest.json").read_text())["pieces_made"] == 0


@pytest.mark.scale
def test_every_column_is_explained_in_the_data_dictionary(validate, tmp_path):
    validate("out=one")
    told = pd.read_csv(tmp_path / "one" / "data_dictionary.csv")
    tables = {"validation": list(pd.read_csv(tmp_path / "one" / "validation.csv")), "runs": pq.read_schema(tmp_path / "one" / "runs.parquet").names}
    assert {name: list(rows.column) for name, rows in told.groupby("table", sort=False)} == tables
    assert told.meaning.notna().all()


@pytest.mark.scale
def test_two_processes_write_the_same_tables_as_one(validate, tmp_path):
    for name, processes in (("one", 1), ("two", 2)):
        validate(f"out={name}", f"processes={processes}", f"store=store-{name}")
    for name in ("validation.csv", "runs.parquet", "summary.txt"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_report_tells_every_target_with_source_verdict_and_picture(validate, tmp_path):
    validate("out=one")
    page = (tmp_path / "one" / "report.html").read_text(encoding="utf-8")
    table = pd.read_csv(tmp_path / "one" / "validation.csv")
    for row in table.itertuples():
        assert row.pattern in page and row.source in page and row.verdict in page
    directions = "T27" in set(table.id[table.verdict != "not answered"])
    assert page.count("<figure>") == 2 + directions  # held out and fitted bands, held-out directions
    assert "src=" not in page and "<script" not in page  # opens offline


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("targets=[T99]", "targets=T99: there is no such target"),
        ("targets=[]", "name at least one"),
        ("file=nowhere.csv", "there is no such file"),
        ("file=.", "it is a folder"),
        ("posterior=.", "it is a folder; name the file in it, posterior.parquet"),
        ("scenario=usual_care", "has no service to hold against published findings"),
        ("posterior=nowhere.parquet", "there is no such file"),
        ("replications=0", "replications"),
        ("seed=9223372036854775807", "beyond"),
        ("precision=1", "has no key precision"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_written(validate, tmp_path, word, said):
    before = files(tmp_path)
    answer = validate(word)
    assert answer.status == 2
    assert said in answer.err and "Traceback" not in answer.err
    assert files(tmp_path) == before


@pytest.mark.scale
def test_a_run_that_fails_is_told_and_what_is_finished_is_kept(validate, monkeypatch, tmp_path):
    from experiments.validation import studies

    def fails(piece, beside):
        raise ValueError("no luck")

    with monkeypatch.context() as patched:
        patched.setattr(studies, "handovers", fails)
        answer = validate("out=one", "processes=1")
    assert answer.status == 1 and "no luck" in answer.err
    assert not (tmp_path / "one").exists()
    assert validate("out=one", "processes=1").status == 0
    assert json.loads((tmp_path / "one" / "manifest.json").read_text())["pieces_made"] == 2


@pytest.mark.scale
def test_python_gives_the_tables_of_the_command(validate, tmp_path):
    validate("out=one", "store=store")
    found = experiments.validate(["T1", "T7", "T9a", "T27"], service="classroom", weeks=90, replications=2, store=str(tmp_path / "store"))
    assert found.made == 0
    assert list(found.table.id) == ["T1", "T7", "T9a", "T27"]
    assert np.allclose(found.table["mean"], pd.read_csv(tmp_path / "one" / "validation.csv")["mean"], equal_nan=True)


def test_with_a_posterior_each_seed_takes_its_row_and_what_is_set_here_wins(tmp_path):
    draws = pd.DataFrame({"allocation.accept_logit": [1.0, 1.6], "workforce.turnover": [0.2, 0.3]})
    posterior.write(tmp_path / "posterior.parquet", draws, {"service": "classroom"})
    keys = {"service": "classroom", "posterior": str(tmp_path / "posterior.parquet"), "replications": 2, "targets": ["T27"]}
    request = request_of("validate", keys, {"workforce.turnover": 0.5}, None)
    pieces = list(question.question_of(request).pieces())
    assert [piece.parameters.allocation.accept_logit for piece in pieces] == [1.6, 1.0]  # seeds 1 and 2: rows 1 and 0
    assert {piece.parameters.workforce.turnover for piece in pieces} == {0.5}


@pytest.mark.scale
def test_with_a_posterior_the_range_of_single_seeds_is_told_as_doubt_about_parameters_and_without_one_as_luck(validate, tmp_path):
    draws = pd.DataFrame({"allocation.accept_logit": [0.8, 1.8]})
    posterior.write(tmp_path / "posterior.parquet", draws, {"service": "classroom"})
    words = ("targets=[T1]", "weeks=40")
    for name, more in (("with", ("posterior=posterior.parquet",)), ("without", ())):
        assert validate(*words, *more, f"out={name}").status == 0
    told = {name: " ".join((tmp_path / name / "summary.txt").read_text(encoding="utf-8").split()) for name in ("with", "without")}
    assert "doubt about the fitted parameters too" in told["with"] and "one run may give: luck." in told["without"]
    for name in ("with", "without"):
        table = pd.read_csv(tmp_path / name / "validation.csv").set_index("id")
        values = pd.read_parquet(tmp_path / name / "runs.parquet").value
        assert (table.single_low["T1"], table.single_high["T1"]) == pytest.approx(tuple(np.percentile(values, (2.5, 97.5))))


def test_targets_of_your_own_are_judged_by_their_own_band(validate, tmp_path):
    head = "id,pattern,statistic,kind,value,low,high,k,n,use,source"
    (tmp_path / "mine.csv").write_text(f"{head}\nT1,Ours,,band,0.01,0,0.02,,,hold out,Our log\n", encoding="utf-8")
    answer = validate("targets=null", "file=mine.csv", "out=one")
    assert answer.status == 0, answer.err
    assert list(pd.read_csv(tmp_path / "one" / "validation.csv").verdict) == ["missed"]
    assert "a file of your own" in (tmp_path / "one" / "report.html").read_text(encoding="utf-8")
