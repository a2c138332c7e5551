"""`spsim describe` tells all there is to know of a parameter, at any width, into any pipe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.describe import entries_of, example, wrapped
from experiments.levers import LEVERS
from sim.parameters import Parameters, declarations

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]


def test_every_parameter_is_listed_with_value_unit_grade_and_source(spsim):
    out = spsim("describe").out
    for entry in entries_of(Parameters()):
        assert f"  {entry.name} = " in out
        assert f"grade {entry.declared.grade}; source: {entry.declared.source}" in out


@pytest.mark.parametrize("word", ["workforce.turnover", "model.workforce.turnover", "turnover", "name=turnover"])
def test_one_parameter_is_told_in_full_by_any_of_its_names(spsim, word):
    answer = spsim("describe", word)
    assert answer.status == 0
    for part in ("model.workforce.turnover", "0.24 leavers per post per year", "0 to 10", "0.15 to 0.35", "D: assumed", "People Count"):
        assert part in answer.out


def test_a_name_that_two_groups_have_tells_of_both(spsim):
    out = spsim("describe", "lapse_motivation").out
    assert "model.activity.lapse_motivation" in out and "model.habit.lapse_motivation" in out


def test_a_group_is_listed_alone(spsim):
    out = spsim("describe", "handover").out
    assert "handover.managed_share" in out and "workforce.posts" not in out


def test_the_values_are_those_of_the_service_asked_for_and_say_who_set_them(spsim):
    out = spsim("describe", "workforce.posts", "service=nhs_pcn").out
    assert "3 posts, set in service=nhs_pcn" in out and "22 posts" in out


def test_an_unknown_name_is_refused_with_the_nearest(spsim):
    answer = spsim("describe", "turnoverr")
    assert answer.status == 2
    assert answer.err.count("\n") == 1 and "Did you mean workforce.turnover?" in answer.err


def test_a_departure_to_cancel_is_explained_by_the_table_it_is_read_from(spsim):
    out = spsim("describe", "cancel_departure").out
    assert "`left_week`" in out and "link_workers.parquet" in out and "'model.workforce.cancel_departure=[1,71]'" in out


def test_levers_are_listed_and_each_is_a_parameter(spsim):
    out = spsim("describe", "levers").out
    known = {key.removeprefix("model.") for key, _, _ in declarations()}
    for lever, names in LEVERS.items():
        assert lever in out
        assert set(names) <= known
        assert all(f"model.{name} = " in out for name in names)


@pytest.mark.parametrize("columns", [1, 30, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(spsim, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in ([], ["levers"], ["contact.interval_weeks"]):
        out = spsim("describe", *words).out
        assert max(map(len, out.splitlines())) <= max(columns, 30)


def test_into_a_pipe_lines_are_whole(spsim):
    assert max(map(len, spsim("describe").out.splitlines())) > 150
    assert wrapped("a " * 300, "", None) == ["a " * 300]


def test_a_reader_that_has_had_enough_is_no_error():
    command = f"'{sys.executable}' -m experiments describe | head -n 1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], cwd=ROOT, capture_output=True, text=True, env=dict(os.environ))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_example_of_every_parameter_is_allowed():
    from experiments.cli import parse

    values = {}
    for entry in entries_of(Parameters()):
        (override,) = parse("run", [example(entry).strip("'")])
        values[entry.name] = override.value()
    for name, value in values.items():
        if name != "community.places_max":  # its bounds depend on places_min
            Parameters().replace({name: value})
