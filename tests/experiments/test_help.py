"""Help answers at once, and says what there is."""

import subprocess
import sys

import pytest

from experiments.commands import COMMANDS
from experiments.help import defaults_of
from experiments.settings import GROUPS, KEYS

pytestmark = pytest.mark.unit


def test_help_lists_every_command_with_a_line(spsim):
    answer = spsim("--help")
    assert answer.status == 0
    for name, command in COMMANDS.items():
        assert f"{name} " in answer.out and command.summary in answer.out


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
    for key in (*COMMANDS[name].keys, *GROUPS):
        assert f"  {key}=" in answer.out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_settings_file_of_a_command_holds_exactly_its_declared_keys(name):
    assert set(defaults_of(name)) == {*COMMANDS[name].keys, *GROUPS}
    assert set(COMMANDS[name].keys) <= set(KEYS)


@pytest.mark.parametrize("name", ["run", "story"])
def test_the_defaults_in_a_settings_file_are_allowed(name):
    defaults = defaults_of(name)
    optional = {"person", "like"}
    assert all(KEYS[key].accepts(defaults[key]) for key in COMMANDS[name].keys if key not in optional)


def test_version_is_printed(spsim):
    assert spsim("--version").out.strip() in ("spsim 0.1.0", "spsim (not installed)")


def test_an_unknown_command_is_refused_with_the_nearest(spsim):
    answer = spsim("rnu")
    assert answer.status == 2
    assert answer.err.count("\n") == 1
    assert "Did you mean run?" in answer.err


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_in_the_help_can_be_read(spsim, name, tmp_path):
    """Each example composes: `--cfg job` reads all its words and runs nothing."""
    (tmp_path / "my.csv").write_text("week,referrals\n" + "".join(f"{week},3\n" for week in range(260)))
    for example, _ in COMMANDS[name].examples:
        words = example.split()[1:]
        answer = spsim(*words, "--cfg", "job")
        assert answer.status == 0, answer.err


def test_a_terminal_that_knows_only_ascii_is_no_error(process):
    done = process("run", "service=classroom", "weeks=8", environment={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
