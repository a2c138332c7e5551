"""Help answers at once, and says what there is."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.commands import COMMANDS
from experiments.help import defaults_of, example_file
from experiments.settings import KEYS

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]


def test_help_lists_every_command_with_a_line(spsim):
    answer = spsim("--help")
    assert answer.status == 0
    for name, command in COMMANDS.items():
        assert f"{name} " in answer.out and command.summary in " ".join(answer.out.split())


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_fits_the_terminal_and_80_columns(spsim, monkeypatch, columns, words):
    """A path and a command can't be broken and still be copied: only words too long for a line may stand out."""
    monkeypatch.setenv("COLUMNS", str(columns))
    width = min(columns, 80)
    wide = [line for line in spsim(*words).out.splitlines() if len(line) > width]
    assert all(len(line.removesuffix(" \\").split()) == 1 for line in wide), wide


def test_the_examples_of_run_work_when_pasted(spsim, tmp_path):
    """A shell runs each of them as it is printed, in a folder with nothing in it; `--cfg job` is added, which reads all and runs nothing."""
    printed = spsim("run", "--help").out.split("Examples:\n")[1].split("\n\n")[0].splitlines()
    pasted = "\n".join(line for line in printed if not line.startswith("      ")).replace("\\\n", " ").splitlines()
    assert len(pasted) == 3 and "referrals_example.csv" in pasted[2]
    shell = f"spsim() {{ '{sys.executable}' -m experiments \"$@\" --cfg job; }}\n" + "\n".join(f"{line} || exit 9" for line in pasted)
    done = subprocess.run(["sh", "-c", shell], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["describe", "-h"]])
def test_help_loads_neither_mesa_nor_pandas_nor_hydra(words):
    code = f"""
import sys
from experiments.__main__ import main
assert main({words!r}) == 0
print(sorted({{"mesa", "pandas", "hydra", "matplotlib", "numpy"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_shows_its_keys_and_three_examples(spsim, name):
    answer = spsim(name, "--help")
    assert answer.status == 0
    assert sum(line.startswith(f"  spsim {name}") for line in answer.out.splitlines()) == 3
    for key in (*COMMANDS[name].keys, *COMMANDS[name].groups):
        assert f"  {key}=" in answer.out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_settings_file_of_a_command_holds_exactly_its_declared_keys(name):
    assert set(defaults_of(name)) == {*COMMANDS[name].keys, *COMMANDS[name].groups}
    assert set(COMMANDS[name].keys) <= set(KEYS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_defaults_in_a_settings_file_are_allowed(name):
    defaults = defaults_of(name)
    assert all(KEYS[key].accepts(defaults[key], name) for key in COMMANDS[name].keys)


def test_version_is_printed(spsim):
    assert spsim("--version").out.strip() in ("spsim 0.1.0", "spsim (not installed)")


def test_an_unknown_command_is_refused_with_the_nearest(spsim):
    answer = spsim("rnu")
    assert answer.status == 2
    assert answer.err.count("\n") == 1
    assert "Did you mean run?" in answer.err


@pytest.mark.scale
@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_in_the_help_can_be_read(spsim, name):
    """Each example composes: `--cfg job` reads all its words and runs nothing."""
    for example, _ in COMMANDS[name].examples:
        words = shlex.split(example.format(example=example_file()))[1:]
        answer = spsim(*words, "--cfg", "job")
        assert answer.status == 0, answer.err


@pytest.mark.parametrize("words", ["run service=classroom weeks=8", "describe", "--help"])
def test_a_closed_output_is_one_line_and_nothing_is_run(tmp_path, words):
    command = f"'{sys.executable}' -m experiments {words} >&-"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "standard output is closed" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.scale
def test_a_closed_error_stream_stops_no_run(tmp_path):
    command = f"'{sys.executable}' -m experiments run service=classroom weeks=8 2>&-"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0 and "Results:" in done.stdout


@pytest.mark.scale
def test_a_terminal_that_knows_only_ascii_is_no_error(process):
    done = process("run", "service=classroom", "weeks=8", environment={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
