"""What holds the project together: versions, pins and the commands of the Makefile."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_pip_and_uv_are_given_the_same_pins():
    assert PROJECT["tool"]["uv"]["constraint-dependencies"] == pins()


def test_every_pin_is_one_version_and_names_no_host():
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", pin) for pin in pins()), pins()


def test_every_dependency_is_pinned():
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = PROJECT["project"]["dependencies"] + sum(extras.values(), [])
    names = {re.match(r"[A-Za-z0-9_-]+", line)[0].lower() for line in wanted} - {"spsim"}  # which stands for an extra of its own
    assert names <= {pin.split("==")[0].lower() for pin in pins()}


def test_the_version_is_the_same_everywhere():
    version = PROJECT["project"]["version"]
    assert str(yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"]) == version
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_makefile_has_every_target():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("install", "run", "test", "lint", "check", "bench", "evidence", "docs", "results", "clean"):
        assert re.search(rf"^{target}:", text, re.MULTILINE), target


def test_no_lock_file_is_kept():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"uv.lock", ".venv/", "outputs/*", "!outputs/README.md"} <= set(ignored)
