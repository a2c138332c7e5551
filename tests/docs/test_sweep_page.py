"""The how-to page of sweeps: its commands can be asked, its counts hold, and its first command runs."""

import re
import shlex
from pathlib import Path

import pytest

from experiments import cli
from experiments.__main__ import main
from experiments.sweep import designs
from experiments.sweep.factors import chosen
from experiments.sweep.question import METHODS, question_of
from sim import Parameters

TEXT = (Path(__file__).parents[2] / "docs" / "how-to" / "find-what-matters.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^spsim (sweep .*)$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("words", COMMANDS)
def test_each_command_on_the_page_can_be_asked(words):
    command, *rest = shlex.split(words)
    assert question_of(cli.read(command, rest)).most_points() > 0


def test_the_page_tells_of_every_method():
    assert set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE)))) == set(METHODS)


def test_the_number_of_doubts_on_the_page_is_that_of_the_default_service():
    factors, _ = chosen(["doubts"], Parameters(), {})
    assert int(re.search(r"`doubts` \(.*?: (\d+) parameters\)", TEXT).group(1)) == len(factors)


@pytest.mark.parametrize(("method", "count"), [("morris", lambda n, k: n * (k + 1)), ("sobol", lambda n, k: n * (k + 2)), ("fast", lambda n, k: n * k)])
def test_the_counts_in_the_table_of_methods_hold(method, count):
    factors, _ = chosen(["group:handover"], Parameters(), {})
    assert designs.rows(method, factors, 64) == count(64, len(factors))


def test_the_first_command_on_the_page_tells_how_long_it_takes_and_runs_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(COMMANDS[0])) == 0
    told = capsys.readouterr().out
    assert re.search(r"\d+ runs of the model to make", told)
    assert "Nothing was run." in told
    assert not list(tmp_path.iterdir())
