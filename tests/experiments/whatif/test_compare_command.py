"""`spsim compare`: a folder of tables and a report, written whole; mistakes refused before anything is run."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import experiments
from experiments.whatif import compare_command
from experiments.whatif.differences import COLUMNS
from experiments.whatif.files import COLUMNS as TABLES

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[3]
SMALL = ("service=classroom", "weeks=30", "replications=3", "processes=1")
FILES = {
    "differences.csv", "equity.csv", "gaps.csv", "measures.csv", "weekly_bands.csv", "money.csv", "money_draws.csv", "acceptability.csv",
    "runs.parquet", "data_dictionary.csv", "report.html", "summary.txt", "manifest.json",
}  # fmt: skip


@pytest.fixture
def compare(spsim):
    """Call `spsim compare` on a small service for a few weeks; further words come last and win."""
    return lambda *words: spsim("compare", *SMALL, *words)


def test_a_comparison_leaves_all_its_files_and_tells_the_answer(compare, tmp_path):
    answer = compare("scenarios=[two_more_workers]", "out=x")
    assert answer.status == 0, answer.err
    assert {path.name for path in (tmp_path / "x").iterdir()} == FILES
    assert {path.name for path in tmp_path.iterdir()} == {"x", "outputs"} and {path.name for path in (tmp_path / "outputs").iterdir()} == {"store"}
    assert "Two more link workers (3 paired runs)" in answer.out and "report.html" in answer.out
    differences = pd.read_csv(tmp_path / "x" / "differences.csv")
    assert tuple(differences.columns) == COLUMNS
    cost = differences.query("measure == 'cost_per_person' and group == 'all'").iloc[0]
    assert cost.ci_low > 0 and cost.share_of_runs_better == 0 and cost.replications == 3
    assert cost.difference == pytest.approx(cost.scenario_mean - cost.baseline_mean)
    manifest = json.loads((tmp_path / "x" / "manifest.json").read_text())
    assert manifest["replications"] == {"two_more_workers": 3}
    assert manifest["scenarios"]["two_more_workers"]["parameters"]["workforce"]["posts"] == 6


@pytest.mark.scale
def test_every_column_of_every_table_is_in_the_dictionary(compare, tmp_path):
    compare("scenarios=[two_more_workers+turnover_10]", "out=x")
    dictionary = pd.read_csv(tmp_path / "x" / "data_dictionary.csv")
    for path in sorted((tmp_path / "x").glob("*.csv")):
        if path.stem != "data_dictionary":
            assert list(pd.read_csv(path).columns) == list(dictionary.column[dictionary.table == path.stem]), path.name
    assert pq.read_schema(tmp_path / "x" / "runs.parquet").names == list(dictionary.column[dictionary.table == "runs"])
    assert (dictionary.meaning.str.len() > 5).all()
    assert (tmp_path / "x" / "parts.csv").exists() and set(dictionary.table) <= {*TABLES, "runs"}
    measures = set(pd.read_csv(tmp_path / "x" / "measures.csv").measure)
    assert set(pd.read_csv(tmp_path / "x" / "differences.csv").measure) <= measures


def test_the_same_command_again_runs_nothing_and_says_so(compare):
    first = compare("scenarios=[warm_handover]")
    again = compare("scenarios=[warm_handover]")
    assert "there already" in again.out and again.out.split("\n\n", 1)[1] == first.out


@pytest.mark.scale
def test_a_scenario_more_runs_only_its_own(compare, tmp_path):
    compare("scenarios=[warm_handover]", "out=x")
    compare("scenarios=[warm_handover,two_more_workers]", "out=y")
    runs = [json.loads((tmp_path / name / "manifest.json").read_text())["runs_simulated"] for name in "xy"]
    assert runs == [3 + 2 * 3 * 2, 3 * 2], "twins, then two runs for each of baseline and scenario; then two for each of the new one"
    one, two = (pd.read_csv(tmp_path / name / "differences.csv").query("scenario == 'warm_handover'") for name in "xy")
    pd.testing.assert_frame_equal(one, two)


@pytest.mark.scale
def test_a_folder_of_other_results_is_refused_with_what_differs(compare, tmp_path):
    compare("scenarios=[warm_handover]", "out=x")
    before = {path: path.read_bytes() for path in (tmp_path / "x").iterdir()}
    for words, told in ((("precision=0.1",), "precision (there 0.25, now 0.1)"), (("weeks=31",), "weeks (there 30, now 31)")):
        answer = compare("scenarios=[warm_handover]", "out=x", *words)
        assert answer.status == 2 and "holds another run" in answer.err and told in answer.err
        assert answer.err.count("\n") == 1
    assert {path: path.read_bytes() for path in (tmp_path / "x").iterdir()} == before


@pytest.mark.scale
def test_results_of_another_version_are_refused(compare, tmp_path):
    compare("scenarios=[warm_handover]", "out=x")
    path = tmp_path / "x" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"hash": "0" * 64, "version": "0.0.1"}))
    answer = compare("scenarios=[warm_handover]", "out=x")
    assert answer.status == 2 and 'version (there "0.0.1", now' in answer.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("scenarios=[warm_handovr]",), ["there is no scenario warm_handovr", "Did you mean warm_handover"]),
        (("scenarios=[warm_handover,baseline]",), ["baseline is also the baseline"]),
        (("scenarios=[austerity+turnover_10]", "baseline=turnover_10+austerity"), ["is also the baseline"]),
        (("scenarios=[austerity,austerity]",), ["named twice"]),
        ((), ["scenarios= names none"]),
        (("scenarios=[warm_handover]", "precision=0"), ["precision=0", "from 0.001 to 10"]),
        (("scenarios=[warm_handover]", "precision=-1"), ["precision=-1"]),
        (("scenarios=[warm_handover]", "replications=null", "min_replications=20", "max_replications=10"), ["max_replications=10 is below"]),
        (("scenarios=[warm_handover]", "replications=1"), ["2 pairs"]),
        (("scenarios=[warm_handover]", "margins.wait=1"), ["wait is not a measure", "Did you mean wait_"]),
        (("scenarios=[warm_handover]", "margins.wait_p90=0"), ["margins.wait_p90=0", "above 0, in weeks"]),
        (("scenarios=[warm_handover]", "scenario=austerity"), ["takes scenarios=[one,two]"]),
        (("scenarios=[four_fewer_workers]",), ["model.workforce.posts = 4 posts: none would be left"]),
        (("scenarios=[warm_handover]", "uncertain=all"), ["uncertain=all", "prices, everything"]),
        (("scenarios=[warm_handover]", "+model.typo=1"), ["model.typo"]),
    ],
)
def test_a_mistake_is_refused_in_one_line_before_anything_is_run(compare, tmp_path, words, told):
    answer = compare(*words)
    assert answer.status == 2 and answer.out == ""
    assert answer.err.count("\n") == 1
    for part in told:
        assert part in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_file_that_names_an_unknown_lever_is_refused_with_file_key_and_nearest(compare, tmp_path):
    (tmp_path / "mine" / "scenario").mkdir(parents=True)
    (tmp_path / "mine" / "scenario" / "my_idea.yaml").write_text("title: My idea\nmodel: {workforce: {postz: 3}}\n")
    answer = compare("--config-dir", "mine", "scenarios=[my_idea]")
    assert answer.status == 2
    assert all(part in answer.err for part in ("model.workforce.postz = 3", "my_idea.yaml", "Did you mean model.workforce.posts"))


@pytest.mark.scale
def test_a_scenario_of_ones_own_is_compared_under_its_own_title(compare, tmp_path):
    (tmp_path / "mine" / "scenario").mkdir(parents=True)
    (tmp_path / "mine" / "scenario" / "my_idea.yaml").write_text("title: My <b>idea</b>\ndescription: Mine.\nadd: {workforce: {posts: 1}}\n")
    answer = compare("--config-dir", "mine", "scenarios=[my_idea]", "out=x")
    assert answer.status == 0, answer.err
    page = (tmp_path / "x" / "report.html").read_text(encoding="utf-8")
    assert "My &lt;b&gt;idea&lt;/b&gt;" in page and "My <b>idea" not in page


@pytest.mark.scale
def test_results_that_lack_a_file_are_refused_with_the_remedy(compare, tmp_path):
    compare("scenarios=[warm_handover]", "out=x")
    (tmp_path / "x" / "summary.txt").unlink()
    answer = compare("scenarios=[warm_handover]", "out=x")
    assert answer.status == 2 and "summary.txt is missing" in answer.err and "remove the folder" in answer.err


@pytest.mark.scale
def test_a_damaged_run_in_the_store_is_made_again(compare, tmp_path):
    first = compare("scenarios=[warm_handover]", "out=x")
    damaged = sorted(tmp_path.glob("outputs/store/*/*/seed-2/measures.parquet"))
    for path in damaged:
        path.write_bytes(b"")
    again = compare("scenarios=[warm_handover]", "out=y")
    assert damaged and again.out.replace("y/", "x/").replace("y (", "x (") == first.out
    assert all(path.stat().st_size for path in damaged)


@pytest.mark.scale
def test_the_same_command_twice_at_once_gives_both_the_answer(tmp_path):
    words = ["compare", "service=classroom", "weeks=20", "replications=3", "processes=1", "scenarios=[warm_handover]", "out=x"]
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "experiments", *words], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert all("Warm handovers for all (3 paired runs)" in out for out, _ in told)
    assert not list(tmp_path.glob(".x*"))


@pytest.mark.scale
def test_on_a_narrow_terminal_the_answer_fits(compare, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    answer = compare("scenarios=[warm_handover]", "out=x")
    lines = answer.out.split("Report to forward")[0].splitlines()
    assert max(map(len, lines)) <= 40


@pytest.mark.parametrize("key", ["wellby_value", "satisfaction_per_star", "discount_rate"])
def test_a_scenario_cannot_change_what_wellbeing_is_worth(compare, tmp_path, key):
    (tmp_path / "mine" / "scenario").mkdir(parents=True)
    (tmp_path / "mine" / "scenario" / "my_idea.yaml").write_text(f"title: My idea\ntimes: {{economics: {{{key}: 0.5}}}}\n")
    answer = compare("--config-dir", "mine", "scenarios=[my_idea]")
    assert answer.status == 2 and f"model.economics.{key} says what things are worth" in answer.err


@pytest.mark.scale
def test_answers_of_changed_code_are_not_taken_for_todays(compare, tmp_path, monkeypatch):
    compare("scenarios=[warm_handover]", "out=x")
    monkeypatch.setattr(compare_command, "answer_code", lambda: "another")
    answer = compare("scenarios=[warm_handover]", "out=x")
    assert answer.status == 2 and "answer_code" in answer.err


def test_the_list_shows_every_scenario_and_runs_nothing(spsim, tmp_path):
    answer = spsim("compare", "list=true", "service=nhs_pcn")
    assert answer.status == 0 and "model.workforce.posts=5 (baseline 3)" in answer.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.scale
def test_the_command_in_the_report_gives_the_same_results(compare, tmp_path):
    compare("scenarios=[warm_handover]", "margins.wait_p90=0.5", "model.workforce.turnover=0.4", "out=x")
    page = (tmp_path / "x" / "report.html").read_text(encoding="utf-8")
    assert "spsim compare service=classroom" in page
    for part in ("scenarios=[warm_handover]", "weeks=30", "replications=3", "margins.wait_p90=0.5", "model.workforce.turnover=0.4"):
        assert part in page
    assert "processes" not in page.split("spsim compare service=classroom")[1].split("<")[0]


@pytest.mark.scale
def test_from_python_the_tables_are_frames_with_the_same_figures(compare, tmp_path):
    compare("scenarios=[two_more_workers]", "out=x")
    settings = {"service": "classroom", "weeks": 30, "replications": 3, "processes": 1}
    found = experiments.compare(["two_more_workers"], store=str(tmp_path / "elsewhere"), **settings)
    on_disk = pd.read_csv(tmp_path / "x" / "differences.csv")
    known = found.differences.astype({"target_met": object}).where(found.differences.notna())
    pd.testing.assert_frame_equal(known.drop(columns="target_met"), on_disk.drop(columns="target_met"), check_dtype=False)
    assert list(known.target_met.fillna("")) == list(on_disk.target_met.fillna(""))
    own = experiments.compare({"more": {"workforce.posts": 6}}, store=str(tmp_path / "elsewhere"), **settings)
    assert own.simulated == 0, "the same parameters under another name"
    assert (own.differences.difference.fillna(0) == found.differences.difference.fillna(0)).all()


@pytest.mark.scale
def test_interrupted_it_stops_at_once_keeps_what_is_finished_and_says_how_to_go_on(tmp_path):
    words = ["compare", "service=classroom", "weeks=52", "replications=300", "processes=2", "scenarios=[warm_handover]", "out=x"]
    command = [sys.executable, "-m", "experiments", *words]
    running = subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("outputs/store/*/*/seed-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Finished runs are kept in outputs/store" in err.splitlines()[-1]
    assert list(tmp_path.glob("outputs/store/*/*/seed-*")) and not list(tmp_path.glob("outputs/store/*/*/.seed*"))
    assert not (tmp_path / "x").exists() and not list(tmp_path.glob(".x*"))
