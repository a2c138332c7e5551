"""The page on what-if questions is true: its command gives its figures, and what it shows can be typed."""

import re
import shlex
from pathlib import Path

import pytest

from experiments import cli
from experiments.catalogue import catalogue, find
from experiments.how_to_example import PAGE, answer, with_answer
from sim import Parameters

pytestmark = pytest.mark.unit
TEXT = (Path(__file__).resolve().parents[2] / PAGE).read_text(encoding="utf-8")


@pytest.mark.scale
def test_the_command_on_the_page_gives_the_figures_on_the_page(tmp_path):
    assert with_answer(TEXT, answer(TEXT, tmp_path)) == TEXT


def test_the_sentence_about_the_figures_agrees_with_them():
    """What the page says before any figure: two more workers shorten waits and cost more."""
    lines = {line.split("  ")[1]: line for line in TEXT.split("<!-- example -->")[1].split("<!-- end -->")[0].splitlines() if line.startswith("  ")}
    assert lines["The longest waits"].endswith("better") and lines["Cost"].endswith("worse")


@pytest.mark.parametrize("words", re.findall(r"`spsim ([a-z]+ [^`]*=[^`]*)`", TEXT))
def test_each_command_on_the_page_can_be_read(words):
    command, *rest = shlex.split(words)
    assert cli.read(command, rest).command == command


def test_the_scenario_file_on_the_page_is_one(tmp_path):
    (yaml,) = re.findall(r"```yaml\n(.*?)```", TEXT, flags=re.DOTALL)
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "my_idea.yaml").write_text(yaml, encoding="utf-8")
    changes = find("my_idea", catalogue([tmp_path])).on(Parameters())
    assert changes == {"model.workforce.caseload_cap": 10, "model.workforce.posts": Parameters().workforce.posts + 2}


def test_the_limits_of_runs_on_the_page_are_those_of_the_command():
    settings = cli.read("compare", []).settings
    least, most = settings["min_replications"] + 5, settings["max_replications"]
    assert f"from {least} to {most} pairs" in " ".join(TEXT.split())
