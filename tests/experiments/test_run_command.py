"""`spsim run`: results that appear whole, are never overwritten, and are the same bytes every time."""

import json
import os
import stat
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments import cli, manifest, run_command
from experiments import run as run_module
from experiments.manifest import package_version
from experiments.outputs import Outputs
from experiments.run import TABLES
from experiments.store import host, whole

pytestmark = pytest.mark.unit
FILES = {*(f"{name}.parquet" for name in (*TABLES, "runs")), "manifest.json", "summary.csv", "data_dictionary.csv", "overview.png", "overview.txt"}


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of all files but the manifest, whose times differ, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "manifest.json"}


def without_times(folder: Path) -> dict:
    manifest = json.loads((folder / "manifest.json").read_text())
    return {key: value for key, value in manifest.items() if key not in ("started", "ended", "wall_seconds")}


def test_a_run_leaves_every_file_and_nothing_hidden(quick, only_result, tmp_path):
    answer = quick()
    assert answer.status == 0, answer.err
    assert {path.name for path in only_result().iterdir()} == FILES
    assert [path.name for path in (tmp_path / "outputs" / "run").iterdir()] == [only_result().name]
    assert str(only_result().relative_to(tmp_path)) in answer.out


def test_tables_open_with_seed_and_scenario_and_have_the_columns_of_the_dictionary(quick, only_result):
    quick("seed=5")
    dictionary = pd.read_csv(only_result() / "data_dictionary.csv")
    for name in (*TABLES, "runs"):
        table = pd.read_parquet(only_result() / f"{name}.parquet")
        assert list(table.columns[:2]) == ["seed", "scenario"]
        assert table["seed"].eq(5).all() and table["scenario"].eq("baseline").all()
        assert list(table.columns) == dictionary.loc[dictionary["table"] == name, "column"].tolist()
    summary = pd.read_csv(only_result() / "summary.csv")
    assert list(summary.columns) == dictionary.loc[dictionary["table"] == "summary", "column"].tolist()
    assert dictionary["meaning"].str.len().gt(0).all()


def test_a_picture_is_drawn_with_words_that_stand_in_for_it(quick, only_result):
    quick()
    assert (only_result() / "overview.png").read_bytes().startswith(b"\x89PNG")
    assert len((only_result() / "overview.txt").read_text()) > 100


def test_one_row_a_week(quick, only_result):
    quick()
    assert pd.read_parquet(only_result() / "weekly.parquet")["week"].tolist() == list(range(12))


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_hash_seed(process, tmp_path):
    for number in ("0", "1"):
        done = process("run", "service=classroom", "weeks=30", "twin=true", f"out=run{number}", environment={"PYTHONHASHSEED": number})
        assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "run0") == contents(tmp_path / "run1")
    assert without_times(tmp_path / "run0") == without_times(tmp_path / "run1")


def test_another_seed_gives_another_result(quick, tmp_path):
    quick("out=a")
    quick("out=b", "seed=2")
    assert contents(tmp_path / "a")["weekly.parquet"] != contents(tmp_path / "b")["weekly.parquet"]


@pytest.mark.scale
def test_results_do_not_depend_on_the_number_of_processes(quick, tmp_path):
    assert quick("replications=3", "processes=1", "out=one").status == 0
    assert quick("replications=3", "processes=2", "out=two").status == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_each_replication_is_the_run_of_its_seed(quick, tmp_path):
    quick("replications=2", "seed=7", "processes=1", "out=both")
    quick("seed=8", "out=second")
    both = pd.read_parquet(tmp_path / "both" / "people.parquet")
    assert sorted(both["seed"].unique()) == [7, 8]
    second = pd.read_parquet(tmp_path / "second" / "people.parquet")
    pd.testing.assert_frame_equal(both[both["seed"] == 8].reset_index(drop=True), second)


def test_the_summary_of_several_seeds_is_their_mean_with_an_interval(quick, tmp_path):
    quick("replications=4", "processes=1", "out=x")
    runs = pd.read_parquet(tmp_path / "x" / "runs.parquet")
    summary = pd.read_csv(tmp_path / "x" / "summary.csv")
    assert list(summary.columns[:4]) == ["measure", "group", "value", "unit"]
    for row in summary.itertuples():
        values = runs.loc[(runs["measure"] == row.measure) & (runs["group"] == row.group), "value"]
        assert row.replications == values.notna().sum()
        if row.replications:
            assert row.value == pytest.approx(values.mean())
        if row.replications > 1:
            assert row.ci_low <= row.value <= row.ci_high


def test_the_twins_are_the_same_people_without_the_service(quick, tmp_path):
    answer = quick("twin=true", "out=x", "weeks=60")
    assert answer.status == 0, answer.err
    people = pd.read_parquet(tmp_path / "x" / "people.parquet")
    served, twins = (people[people["scenario"] == s].set_index("person") for s in ("baseline", "usual_care"))
    for trait in ("age", "female", "ltcs", "complexity", "confidence_baseline"):
        assert served[trait].equals(twins[trait])
    assert set(twins["state"]) <= {"usual_care", "gone"}
    summary = pd.read_csv(tmp_path / "x" / "summary.csv")
    gain = summary.loc[(summary["measure"] == "gain_over_usual_care_26") & (summary["group"] == "all"), "value"].item()
    assert gain == pytest.approx((served["latent_26"] - twins["latent_26"]).mean())


def test_twins_of_usual_care_are_refused(quick, tmp_path):
    answer = quick("twin=true", "scenario=usual_care")
    assert answer.status == 2
    assert "usual_care" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_records_are_left_out_on_request(quick, only_result):
    assert quick("events=false", "panel=false").status == 0
    for name in ("events", "panel"):
        path = only_result() / f"{name}.parquet"
        assert not path.exists() or pq.read_metadata(path).num_rows == 0


def test_the_manifest_holds_all_that_decides_the_numbers(quick, only_result):
    quick("seed=3", "model.workforce.turnover=0.5")
    manifest = json.loads((only_result() / "manifest.json").read_text())
    assert manifest["parameters"]["workforce"]["turnover"] == 0.5
    assert manifest["set_by"]["model.workforce.turnover"] == "the command line"
    assert manifest["set_by"]["model.workforce.posts"] == "service=classroom"
    assert manifest["seeds"] == {"first": 3, "count": 1}
    assert {"hash", "git", "python", "libraries", "started", "ended", "wall_seconds", "version", "parameters_hash"} <= set(manifest)
    assert only_result().name == f"classroom-baseline-{manifest['hash'][:8]}"


def test_the_same_command_again_finds_its_results_and_runs_nothing(quick, only_result, monkeypatch):
    first = quick()
    before = contents(only_result())
    monkeypatch.setattr(run_module, "SocialPrescribingService", None)
    again = quick()
    assert again.status == 0
    assert "already" in again.out
    assert first.out.strip() in again.out
    assert contents(only_result()) == before


def in_between(monkeypatch, tables_of):
    """Let `tables_of` be called once, after the run has begun and before its results are in place."""
    whole, calls = run_command.write_tables, []

    def write(*arguments):
        if not calls:
            calls.append(True)
            tables_of()
        whole(*arguments)

    monkeypatch.setattr(run_command, "write_tables", write)


@pytest.mark.scale
def test_the_same_command_started_twice_at_once_shows_the_results_of_the_first(quick, tmp_path, monkeypatch):
    in_between(monkeypatch, lambda: quick("out=x"))
    answer = quick("out=x")
    assert answer.status == 0, answer.err
    assert "finished first" in answer.out and "Taken on" in answer.out
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.scale
def test_a_folder_that_another_run_took_meanwhile_is_left_alone(quick, tmp_path, monkeypatch):
    in_between(monkeypatch, lambda: quick("out=x", "seed=2"))
    answer = quick("out=x")
    assert answer.status == 1
    assert answer.err.count("\n") == 1 and "holds another run" in answer.err
    assert json.loads((tmp_path / "x" / "manifest.json").read_text())["seeds"]["first"] == 2


def test_a_seed_that_another_process_has_finished_meanwhile_stays(tmp_path):
    outputs = Outputs(tmp_path / "x", {"seed": 1})
    outputs.open()
    with whole(outputs.seeds.entry(1)) as folder:
        (folder / "a").write_text("mine")
        outputs.seeds.entry(1).mkdir()
        (outputs.seeds.entry(1) / "a").write_text("theirs")
    assert (outputs.seeds.entry(1) / "a").read_text() == "theirs"
    assert [path.name for path in outputs.partial.iterdir()] == ["seed-1"]


def test_what_another_process_has_begun_is_not_cleared_away(tmp_path):
    outputs = Outputs(tmp_path / "x", {"seed": 1})
    outputs.open()
    theirs, mine = (outputs.partial / f".seed-1-{host()}-{number}" for number in (os.getppid(), os.getpid()))
    theirs.mkdir()
    mine.mkdir()
    outputs.seeds.clear_drafts()
    assert theirs.is_dir() and not mine.exists()


def test_the_hash_of_a_run_changes_with_a_library_and_with_the_code_of_the_tables(monkeypatch):
    request = cli.read("run", [])
    before = manifest.what_decides(request)
    monkeypatch.setattr(manifest, "package_version", lambda name: "another" if name == "numpy" else package_version(name))
    assert manifest.what_decides(request) != before
    monkeypatch.undo()
    code = manifest.code_hash.__wrapped__()
    monkeypatch.setattr(manifest, "SOURCES", manifest.SOURCES[:-1])
    assert manifest.code_hash.__wrapped__() != code


@pytest.mark.parametrize("change", ["seed=2", "weeks=13", "model.workforce.posts=5", "scenario=usual_care", "events=false"])
def test_a_folder_that_holds_another_run_is_refused_and_left_alone(quick, tmp_path, change):
    quick("out=x")
    before = contents(tmp_path / "x")
    answer = quick("out=x", change)
    assert answer.status == 2
    assert "another run" in answer.err
    assert contents(tmp_path / "x") == before
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_folder_that_holds_other_files_is_refused(quick, tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "letter.txt").write_text("dear")
    answer = quick("out=x")
    assert answer.status == 2
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["letter.txt"]


def test_an_empty_folder_is_filled(quick, tmp_path):
    (tmp_path / "x").mkdir()
    assert quick("out=x").status == 0
    assert (tmp_path / "x" / "summary.csv").exists()


def test_a_place_where_no_folder_can_be_is_an_error_before_anything_is_run(quick, tmp_path, monkeypatch):
    monkeypatch.setattr(run_module, "SocialPrescribingService", None)
    (tmp_path / "file").write_text("")
    answer = quick("out=file/x")
    assert answer.status == 1
    assert answer.err.count("\n") == 1 and "cannot be written" in answer.err
    assert quick("out=file").status == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_an_error_before_anything_is_run(quick, tmp_path, monkeypatch):
    monkeypatch.setattr(run_module, "SocialPrescribingService", None)
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked").chmod(stat.S_IRUSR | stat.S_IXUSR)
    answer = quick("out=locked/x")
    assert answer.status == 1
    assert answer.err.count("\n") == 1 and "Permission denied" in answer.err


def test_the_weeks_before_those_asked_for_are_run_and_left_out_of_the_summary(quick, tmp_path):
    answer = quick("model.referrals.warm_up_weeks=60", "weeks=30", "twin=true", "out=x")
    assert answer.status == 0, answer.err
    weekly, people = (pd.read_parquet(tmp_path / "x" / f"{name}.parquet").query("scenario == 'baseline'") for name in ("weekly", "people"))
    assert weekly["week"].tolist() == list(range(90))
    asked_for = people[people["referred_week"] >= 60]
    summary = pd.read_csv(tmp_path / "x" / "summary.csv").query("group == 'all'").set_index("measure")["value"]
    assert summary["people_referred"] == len(asked_for) < len(people)
    assert summary["cost_service"] == pytest.approx(weekly["cost_staff"][weekly["week"] >= 60].sum())
    twins = pd.read_parquet(tmp_path / "x" / "people.parquet").query("scenario == 'usual_care'").set_index("person")
    gain = asked_for.set_index("person")["latent_26"] - twins["latent_26"]
    assert gain.count() > 0
    assert summary["gain_over_usual_care_26"] == pytest.approx(gain.mean())


def test_the_users_own_counts_begin_after_the_weeks_before(quick, tmp_path):
    given = [3, 0, 5, 1] * 3
    (tmp_path / "my.csv").write_text("week,referrals\n" + "".join(f"{week},{count}\n" for week, count in enumerate(given)))
    answer = quick("model.referrals.warm_up_weeks=20", "model.referrals.counts=my.csv", "out=x")
    assert answer.status == 0, answer.err
    assert pd.read_parquet(tmp_path / "x" / "weekly.parquet")["referrals"].tolist()[20:] == given
    assert pd.read_csv(tmp_path / "x" / "summary.csv").query("measure == 'people_referred' and group == 'all'")["value"].item() == sum(given)
