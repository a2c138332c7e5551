"""`spsim run` of many places: results that do not depend on how they were made, people on request, and nothing half done."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.dataset as ds
import pytest

from experiments import size
from experiments.places import command, work
from experiments.places.files import places_table
from sim.people import People
from tests.experiments.conftest import ROOT

pytestmark = pytest.mark.unit
LINES = (
    "place,referrals.first_year,referrals.later_years,workforce.posts,community.services,population.deprived_share",
    "North,30,30,1,5,0.2", "South & Sons,50,50,1,6,0.6", "East/West,20,20,0,4,0.1",
)  # fmt: skip
WORDS = ("service=nhs_pcn", "places=mine.csv", "weeks=30")


@pytest.fixture
def run(spsim, tmp_path):
    """Run three small places; further words come last and win."""
    (tmp_path / "mine.csv").write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return lambda *words: spsim("run", *WORDS, "out=found", "store=store", "processes=1", *words)


def content(folder):
    """The bytes of every file but the manifest, which holds times."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "manifest.json"}


def test_a_run_tells_the_whole_the_places_and_their_spread(run, tmp_path):
    answer = run("twin=true")
    assert answer.status == 0, answer.err
    found = tmp_path / "found"
    assert "3 places" in answer.out and "How much places differ" in answer.out and "Above their own usual care" not in answer.out  # half a year is too short
    assert "1 place has referrals and no link-worker post: a waiting list that only grows, until people leave it (East/West)" in answer.err
    summary, places = pd.read_csv(found / "summary.csv"), pd.read_csv(found / "places.csv")
    assert places.place.tolist() == ["North", "South & Sons", "East/West"]
    whole = summary[summary.group == "all"].set_index("measure").value
    assert whole["people_referred"] == places.people_referred.sum()
    assert whole["wellbys_over_usual_care"] == pytest.approx(places.wellbys_over_usual_care.sum())
    assert places["population.deprived_share"].tolist() == [0.2, 0.6, 0.1]
    assert pd.read_parquet(found / "weekly.parquet").referrals.sum() == whole["people_referred"]
    told = pd.read_csv(found / "data_dictionary.csv")
    for table in ("league", "quantiles"):
        assert set(pd.read_csv(found / f"{table}.csv").columns) == set(told[told.table == table].column)
    assert set(told.table) == {"weekly", "places", "runs", "summary", "quantiles", "league"}
    record = json.loads((found / "manifest.json").read_text())
    assert record["places"]["count"] == 3 and not list(tmp_path.glob(".*"))


def test_a_place_by_itself_with_its_own_seed_is_the_same_place(run, spsim, tmp_path):
    assert run().status == 0
    places = pd.read_csv(tmp_path / "found" / "places.csv")
    place = places.iloc[0]
    own = [f"model.{name}={value:g}" for name, value in place.items() if "." in name]
    answer = spsim("run", "service=nhs_pcn", "weeks=30", f"seed={places.own_seed[0]}", *own, "out=one")
    assert answer.status == 0, answer.err
    summary = pd.read_csv(tmp_path / "one" / "summary.csv")
    alone = summary[summary.group == "all"].set_index("measure").value
    for measure in ("people_referred", "people_started", "contacts_per_user", "setbacks_per_year", "cost_per_person"):
        assert alone[measure] == pytest.approx(place[measure], nan_ok=True), measure


def test_the_number_of_processes_the_order_of_rows_and_a_second_start_do_not_show(run, tmp_path):
    assert run().status == 0
    one = content(tmp_path / "found")
    assert run("out=two", "processes=2", "store=other").status == 0
    assert content(tmp_path / "two") == one
    (tmp_path / "mine.csv").write_text("\n".join([LINES[0], *LINES[:0:-1]]) + "\n", encoding="utf-8")
    assert run("out=three").status == 0
    turned = content(tmp_path / "three")
    for name in ("summary.csv", "weekly.parquet", "quantiles.csv", "runs.parquet"):
        assert turned[name] == one[name], name
    shutil.rmtree(tmp_path / "found")
    assert "run already" not in run().err and content(tmp_path / "found") == turned


def test_the_same_command_again_runs_nothing(run):
    first, again = run(), run()
    assert "nothing was run" in again.out and first.out.splitlines()[-5:] == again.out.splitlines()[-5:]


def test_people_are_kept_on_request_in_parts_that_are_read_one_by_one(run, tmp_path):
    assert run("people=true", "replications=2").status == 0
    folder = tmp_path / "found" / "people"
    assert len(list(folder.rglob("*.parquet"))) == 6
    people = ds.dataset(folder, partitioning="hive")
    assert people.to_table(filter=ds.field("place_number") == 2, columns=["place"]).column("place").unique().to_pylist() == ["South & Sons"]
    counts = people.to_table(columns=["place", "seed", "person"]).to_pandas().groupby(["place", "seed"]).size()
    places = pd.read_csv(tmp_path / "found" / "places.csv").set_index(["place", "seed"]).people_referred
    assert counts.to_dict() == places.astype(int).to_dict()
    one = people.to_table(filter=(ds.field("place") == "East/West") & (ds.field("seed") == 2)).to_pandas()
    assert set(one.scenario) == {"baseline"} and len(one) == places["East/West", 2] and set(one.uptake.dropna()) <= {False}


def test_without_the_request_no_row_of_a_person_is_written(run, tmp_path):
    assert run().status == 0
    assert not (tmp_path / "found" / "people").exists() and not list((tmp_path / "store").rglob("people.parquet"))


def test_a_second_seed_of_each_place_tells_luck_and_gives_intervals(run, tmp_path):
    assert run("replications=3").status == 0
    summary = pd.read_csv(tmp_path / "found" / "summary.csv").set_index(["measure", "group"])
    referred = summary.loc["people_referred", "all"]
    assert referred.replications == 3 and referred.ci_low < referred.value < referred.ci_high
    assert len(pd.read_csv(tmp_path / "found" / "places.csv")) == 9


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("events=true",), ["events=true", "keeps no such records", "own_seed"]),
        (("scenario=usual_care", "twin=true"), ["twin=true", "already is"]),
        (("places=nowhere.csv",), ["places=nowhere.csv cannot be read"]),
        (("places=0",), ["places=0", "a whole number from 1 on"]),
        (("places=4",), ["service=nhs_pcn is one place"]),
        (("service=icb", "places=31"), ["places=31", "has 30 places"]),
        (("model.workforce.posts=1000000",), ["model.workforce.posts = 1000000"]),
        (("scenario=four_fewer_workers",), ["the place North", "posts = -3"]),
        (("address=tcp://127.0.0.1:1",), ["address=tcp://127.0.0.1:1", "say executor=dask too"]),
    ],
)
def test_a_mistake_is_refused_before_anything_is_run(run, tmp_path, words, parts):
    answer = run(*words)
    assert answer.status == 2 and answer.err.count("\n") == 1, answer.err
    for part in parts:
        assert part in answer.err
    assert not (tmp_path / "found").exists()


@pytest.mark.parametrize("word", ["people=true", "executor=dask", "dry_run=true", "store=elsewhere", "confirm=true", "cluster.queue=short"])
def test_what_only_a_system_takes_is_refused_of_one_service(quick, word):
    answer = quick(word)
    assert answer.status == 2 and word.split("=")[0].split(".")[0] in answer.err and "is for a system of places" in answer.err


def test_a_size_beyond_memory_is_told_with_the_estimate_before_it_starts(run, quick, monkeypatch, tmp_path):
    monkeypatch.setattr(size, "memory_here", lambda: 2_000_000_000)
    answer = run("model.referrals.later_years=9000000", "weeks=260")
    assert answer.status == 2 and "GB of memory, and 2.0 GB are free here" in answer.err and "the largest of 3 places" in answer.err
    answer = quick("model.referrals.first_year=9000000")
    assert answer.status == 2 and "not started" in answer.err and "GB of memory" in answer.err
    assert not list(tmp_path.rglob("seed-*"))


PEAK = """
from sim import Parameters
from experiments.places.piece import piece_of, tables
from experiments.places.system import Place
p = Parameters().replace({"referrals.first_year": %d * 52 / 40, "workforce.posts": %d // 300, "community.services": %d // 180})
tables(piece_of(Place("x", {}, p), 1, 40, twin=%r), None)
held = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))  # of this process alone, unlike `getrusage`
print(1024 * int(held.split()[1]))
"""


def peak(people, twin=False):
    """The most bytes that a process of its own holds while it runs one place of so many people."""
    code = PEAK % (people, people, people, twin)
    return int(subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell the peak of a process")
@pytest.mark.parametrize("twin", [False, pytest.param(True, marks=pytest.mark.scale)])
def test_a_person_takes_no_more_memory_than_is_stated_and_a_process_no_more_than_its_fixed_part(twin):
    """From 10,000 to 50,000 people: the slope is below the bytes a person that are stated, and above half of them, or they say nothing."""
    few, many = peak(10_000, twin), peak(50_000, twin)
    stated = People.bytes_per_row() + size.TABLES
    assert stated / 2 < (many - few) / 40_000 < stated
    assert few - 10_000 * stated / 2 < size.PROCESS


def test_dry_run_tells_time_and_memory_and_writes_no_results(run, tmp_path):
    answer = run("dry_run=true")
    assert answer.status == 0 and "3 places" in answer.out and "GB of memory" in answer.out and "Nothing was run" in answer.out
    assert not (tmp_path / "found").exists()


def test_an_interrupted_merge_leaves_no_half_table_and_the_places_stay(run, monkeypatch, tmp_path):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "places_table", interrupted)
    answer = run()
    assert answer.status == 130 and "the same command goes on from them" in answer.err
    assert not (tmp_path / "found").exists() and not list(tmp_path.glob(".found*"))
    assert len(finished(tmp_path / "store")) == 3
    monkeypatch.setattr(command, "places_table", places_table)
    monkeypatch.setattr(work, "carry_out", never)
    assert run().status == 0


def never(cells, *_, **__):
    """Stands in for the making of runs where all are there."""
    assert not [cell for cell in cells if not cell.is_in(_[0])]
    return 0


def test_a_place_that_fails_is_named_and_all_others_are_kept(run, monkeypatch, tmp_path):
    from experiments.places import piece

    def fails(made, usual):
        if made.parameters.population.deprived_share == 0.6:
            raise RuntimeError("no such luck")
        return results_of(made, usual)

    results_of = piece.results_of
    monkeypatch.setattr(piece, "results_of", fails)
    answer = run()
    assert answer.status == 1 and "South & Sons (seed 1): RuntimeError: no such luck" in answer.err and "All others are kept" in answer.err
    monkeypatch.setattr(piece, "results_of", results_of)
    assert run().status == 0 and (tmp_path / "found" / "summary.csv").exists()


@pytest.mark.scale
def test_ctrl_c_stops_within_seconds_keeps_what_was_finished_and_says_how_to_go_on(tmp_path):
    command_line = [sys.executable, "-m", "experiments", "run", "service=icb", "weeks=104", "out=found", "store=store"]
    process = subprocess.Popen(command_line, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True)
    waited = time.monotonic() + 60
    while len(finished(tmp_path)) < 3 and time.monotonic() < waited:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130 and "the same command goes on from them" in err
    assert not (tmp_path / "found").exists() and not list(tmp_path.rglob(".seed-*"))
    assert len(finished(tmp_path)) >= 3


def finished(folder):
    """The places that are done, those only begun aside."""
    return [path for path in Path(folder).rglob("seed-*/tallies.parquet") if not path.parent.name.startswith(".")]


def test_a_place_that_has_no_value_does_not_count_in_the_whole(run, tmp_path):
    """In East/West nobody is taken on: the mean wait of the whole is that of the two others, each person counting the same."""
    assert run().status == 0
    places = pd.read_csv(tmp_path / "found" / "places.csv").set_index("place")
    whole = pd.read_csv(tmp_path / "found" / "summary.csv").set_index(["measure", "group"]).value
    assert np.isnan(places.wait_mean["East/West"]) and places.people_started["East/West"] == 0
    met = places.dropna(subset="wait_mean")
    assert whole["wait_mean", "all"] == pytest.approx((met.wait_mean * met.people_started).sum() / met.people_started.sum())
