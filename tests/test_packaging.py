"""The package works away from its source, and the Makefile finds or refuses a Python."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.scale
@pytest.mark.packaging
def test_installed_from_a_wheel_spsim_runs_from_any_folder_with_its_settings(tmp_path):
    """The wheel alone goes into a fresh environment, which borrows the libraries of this one."""
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", tmp_path, ROOT], check=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("spsim-*.whl")
    target = tmp_path / "other"
    venv.create(target, with_pip=False, symlinks=True)
    (site,) = target.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    install = [sys.executable, "-m", "pip", "--python", target / "bin" / "python", "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    words = [target / "bin" / "spsim", "run", "service=classroom", "weeks=4"]
    done = subprocess.run(words, cwd=elsewhere, capture_output=True, text=True, env=clean)
    assert done.returncode == 0, done.stderr
    assert len(list((elsewhere / "outputs" / "run").iterdir())) == 1
    ask = [target / "bin" / "python", "-c", "import configs; print(configs.__file__)"]
    where = subprocess.run(ask, cwd=elsewhere, capture_output=True, text=True, env=clean).stdout
    assert Path(where.strip()).is_relative_to(target)


@pytest.fixture
def bare_path(tmp_path):
    """A folder with make, a shell and what the Makefile calls, but no Python; and a copy of the Makefile to use it on."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("make", "sh", "touch", "awk"):
        (tools / tool).symlink_to(shutil.which(tool))
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tools


def make(folder, tools, *words):
    return subprocess.run([tools / "make", *words], cwd=folder, env={"PATH": str(tools)}, capture_output=True, text=True)


@pytest.mark.unit
def test_without_python_make_says_which_is_needed(tmp_path, bare_path):
    done = make(tmp_path, bare_path, "run")
    assert done.returncode != 0
    assert "Python 3.12 or 3.13 is needed" in done.stderr and "no Python on the PATH" in done.stderr


@pytest.mark.unit
def test_a_python_that_was_named_and_is_not_suitable_is_named_in_the_answer(tmp_path, bare_path):
    done = make(tmp_path, bare_path, "PYTHON=/nope", "run")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith("/nope is not a suitable Python (3.12 or 3.13)")


@pytest.mark.unit
def test_with_an_old_python_make_names_it_and_its_version(tmp_path, bare_path):
    old = bare_path / "python3"
    old.write_text('#!/bin/sh\ncase "$2" in *sys.exit*) exit 1;; *) echo 3.9.2;; esac\n')
    old.chmod(0o755)
    done = make(tmp_path, bare_path, "run")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith("Python 3.12 or 3.13 is needed and was not found: python3 is 3.9.2")
    assert not (tmp_path / ".venv").exists()
