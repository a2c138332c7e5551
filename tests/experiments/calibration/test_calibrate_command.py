"""`spsim calibrate` from the command line: what it writes, how it goes on, and what it says to a mistake."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import experiments
from experiments import posterior
from experiments.cli import read
from experiments.patterns import Share
from experiments.store import Store
from experiments.validation.pieces import piece_of
from experiments.validation.ranges import SHARES
from experiments.validation.studies import STUDIES
from tests.experiments.calibration.conftest import SMALL, tables_in
from tests.experiments.conftest import ROOT

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # whole pipelines: `make scale`
FILES = {
    "posterior.parquet", "targets.csv", "identifiability.csv", "emulator.csv", "waves.csv", "design.parquet", "runs.parquet", "data_dictionary.csv",
    "summary.txt",
}  # fmt: skip
HEAD = "id,pattern,statistic,kind,value,low,high,k,n,use,source"
ROW = "T1,Uptake,share,band,0.76,0.72,0.8,,,fit,a study"


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """The folder of a calibration made in one process and in one go, and the store of its runs."""
    from experiments.__main__ import main

    folder = tmp_path_factory.mktemp("straight")
    assert main(["calibrate", *SMALL, f"store={folder / 'store'}", f"out={folder / 'x'}"]) == 0
    return folder / "x"


@pytest.mark.scale
def test_it_writes_its_files_and_describes_every_column(straight):
    assert set(tables_in(straight)) == FILES
    told = pd.read_csv(straight / "data_dictionary.csv")
    for name in ("targets", "identifiability", "emulator", "waves"):
        assert list(pd.read_csv(straight / f"{name}.csv").columns) == list(told[told.table == name].column)
    for name in ("posterior", "design", "runs"):
        assert list(pd.read_parquet(straight / f"{name}.parquet").columns) == list(told[told.table == name].column)


@pytest.mark.scale
def test_design_runs_and_check_join(straight):
    design, runs = (pd.read_parquet(straight / f"{name}.parquet") for name in ("design", "runs"))
    assert len(runs) == 2 * 12 * 2 + 10 and runs.seed.is_unique
    assert runs.merge(design, on=["part", "point"]).shape[0] == len(runs)
    draws = pd.read_parquet(straight / "posterior.parquet")
    checked = design[design.part == "check"]
    assert (checked[list(draws)].to_numpy() == draws.to_numpy()).all()


@pytest.mark.scale
def test_the_posterior_says_what_it_is_about_and_lies_in_the_priors(straight):
    found = posterior.read(straight / "posterior.parquet")
    assert len(found.draws) == 10 and list(found.draws) == ["allocation.accept_logit", "activity.start_logit"]
    assert found.about["service"] == "classroom" and set(found.about["targets"]) == {"T1", "T16a"}
    assert found.about["fit"] == json.loads((straight / "manifest.json").read_text())["hash"]
    assert "allocation.accept_logit" not in found.about["fixed"] and found.about["fixed"]["referrals.first_year"] == 40
    assert found.draws["allocation.accept_logit"].between(0.8, 1.8).all()


@pytest.mark.scale
def test_the_commands_take_the_posterior(straight, spsim):
    answer = spsim("run", "service=classroom", "weeks=12", "replications=2", "out=r", f"posterior={straight / 'posterior.parquet'}")
    assert answer.status == 0, answer.err


@pytest.mark.scale
def test_the_report_shows_the_three_figures_and_needs_no_other_file(straight):
    page = (straight / "report.html").read_text(encoding="utf-8")
    assert page.count("<figure>") == 3 and "src=" not in page
    assert "spsim calibrate service=classroom" in page


@pytest.mark.scale
def test_the_same_command_finds_its_results_and_another_does_not_take_the_folder(straight, calibrate):
    words = (f"store={straight.parent / 'store'}", f"out={straight}")
    again = calibrate(*words)
    assert again.status == 0 and "nothing was run" in again.out
    other = calibrate(*words, "draws=11")
    assert other.status == 2 and "differs in draws (there 10, now 11)" in other.err


@pytest.mark.scale
def test_from_the_same_store_it_makes_no_run_and_has_the_same_tables(straight, calibrate, tmp_path):
    assert calibrate(f"store={straight.parent / 'store'}", "out=y").status == 0
    assert json.loads((tmp_path / "y" / "manifest.json").read_text())["runs_simulated"] == 0
    assert tables_in(tmp_path / "y") == tables_in(straight)


@pytest.mark.scale
def test_with_a_wave_more_or_less_the_waves_that_are_there_are_not_made_again(straight, calibrate, tmp_path):
    assert calibrate(f"store={straight.parent / 'store'}", "out=y", "waves=1").status == 0
    runs, before = (pd.read_parquet(folder / "runs.parquet") for folder in (tmp_path / "y", straight))
    assert runs[runs.part == "design"].equals(before.head(24))
    assert json.loads((tmp_path / "y" / "manifest.json").read_text())["runs_simulated"] == 10


@pytest.mark.evidence  # long; the same resuming, of sweeps, is tested in every run
@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
def test_killed_in_the_middle_it_goes_on_in_two_processes_and_ends_with_the_same_tables(straight, calibrate, tmp_path):
    assert calibrate("waves=1", f"store={straight.parent / 'store'}", "out=straight").status == 0
    running = subprocess.Popen(
        [sys.executable, "-m", "experiments", "calibrate", *SMALL, "waves=1", "out=x"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while len(list(tmp_path.glob("outputs/store/*/*/seed-*/patterns.parquet"))) < 5 and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait(60)
    left = len(list(tmp_path.glob("outputs/store/*/*/seed-*/patterns.parquet")))
    assert left >= 5 and not (tmp_path / "x").exists()
    answer = calibrate("waves=1", "out=x", "processes=2")
    assert answer.status == 0, answer.err
    assert json.loads((tmp_path / "x" / "manifest.json").read_text())["runs_simulated"] <= 34 - left
    assert tables_in(tmp_path / "x") == tables_in(tmp_path / "straight")


@pytest.mark.scale
def test_python_gives_the_same_tables(straight):
    found = experiments.calibrate(
        ["allocation.accept_logit", "activity.start_logit"], ["T1", "T16a"], service="classroom", weeks=30, points=12, waves=2, draws=10,
        store=str(straight.parent / "store"),
    )  # fmt: skip
    assert found.posterior.equals(pd.read_parquet(straight / "posterior.parquet")) and found.simulated == 0
    assert list(found.targets.target) == ["T1", "T16a"] and found.about["service"] == "classroom"


def test_a_rehearsal_runs_nothing(calibrate, tmp_path):
    answer = calibrate("dry_run=true", "points=12")
    assert answer.status == 0 and "Nothing was run." in answer.out and "58 rows" in answer.out
    assert not list(tmp_path.iterdir())


def test_more_parameters_than_targets_are_warned_of_before_anything_is_run(calibrate):
    answer = calibrate("targets=[T1]", "dry_run=true")
    assert answer.status == 0 and "2 parameters are fitted to 1 target, more than these can carry" in " ".join(answer.out.split())


def test_null_stands_for_the_usual_size(calibrate):
    assert "152 points, 280 rows" in calibrate("dry_run=true", "points=null", "draws=24").out


def test_the_shares_are_the_patterns_that_have_counts(tmp_path):
    table = piece_of(read("run", ["service=classroom"]).parameters, 1, 170).made(Store(tmp_path))["patterns"]
    assert set(table[table.k.notna()].id) == set(SHARES) - set(STUDIES) and Share(1, 2) == 0.5


def file_of(tmp_path, *lines):
    path = tmp_path / "own.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"file={path}"


@pytest.mark.scale
def test_a_file_of_targets_of_ones_own_is_taken(straight, calibrate, tmp_path):
    own = file_of(tmp_path, HEAD, ROW.replace("0.72,0.8", "0.7,0.82"))
    answer = calibrate(own, "targets=null", "waves=1", "out=x", f"store={straight.parent / 'store'}")
    assert answer.status == 0, answer.err
    (row,) = csv.DictReader((tmp_path / "x" / "targets.csv").read_text().splitlines())
    assert (row["low"], row["high"]) == ("0.7", "0.82")
    assert "2 parameters are fitted to 1 target, more than these can carry" in " ".join(answer.out.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["parameters=[]"], "parameters= names none"),
        (["parameters=[allocation.accept_logits]"], "is not a parameter"),
        (["parameters=[handover.order]"], "handover.order cannot be fitted: it is a choice"),
        (["parameters=[economics.wellby_value]"], "says what things are worth"),
        (["bounds.activity.start_logit=[2,1]"], "empty range"),
        (["targets=[]"], "targets= names none"),
        (["targets=[T99]"], "no such target"),
        (["targets=[T12]"], "one run of the model does not answer this target"),
        (["targets=[T20a]"], "says a direction, not a number with its doubt"),
        (["targets=[T4]"], "has no value in a run of 30 weeks"),
        (["file=nowhere.csv"], "there is no such file"),
        (["points=4"], "points=4 is too few"),
        (["replications=1"], "replications=1 is too few"),
        (["waves=0"], "waves=0 is not allowed"),
        (["scenario=usual_care"], "has no service to fit"),
        (["seed=9223372036854775807"], "above"),
    ],
)
def test_a_mistake_is_told_in_a_line_and_nothing_is_written(calibrate, tmp_path, words, said):
    answer = calibrate(*words)
    assert answer.status == 2 and said in answer.err and "Traceback" not in answer.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([HEAD.replace("kind", "sort"), ROW], "the columns must be"),
        ([HEAD, ROW.replace("0.72,0.8", "0.8,0.72")], "low must be below high"),
        ([HEAD, ROW.replace("0.72,0.8", "72,80")], "this pattern is a share, between 0 and 1"),
        ([HEAD, ROW.replace("band", "gamma")], "kind"),
        ([HEAD, ROW.replace("band,0.76,0.72,0.8,,", "binomial,0.76,0.72,0.8,30,24")], "k = 30 of n = 24"),
        ([HEAD, ROW.replace("0.76", "many")], "must be a number"),
        ([HEAD, ROW.replace("T1,", "T1x,")], "T1x"),
        ([HEAD, ROW, ROW], "T1 stands twice"),
        ([HEAD], "no target in it"),
        ([HEAD, ROW.replace(",fit,", ",hold out,")], "no target of it has use=fit; name some, as in targets=[T1]"),
        ([HEAD, ROW.replace("T1,", "T4,").replace("band,0.76,0.72,0.8,,", "binomial,,,,5,24")], "T4: kind is binomial, and this pattern is no share"),
    ],
)
def test_a_file_of_targets_that_cannot_be_is_refused_with_the_reason(calibrate, tmp_path, lines, said):
    answer = calibrate(file_of(tmp_path, *lines), "targets=null")
    assert answer.status == 2 and said in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["own.csv"]
