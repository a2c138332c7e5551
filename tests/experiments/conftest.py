"""What the tests of the commands share: ways to call `spsim`, and a small, quick run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from experiments.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("service=classroom", "weeks=12")


@dataclass(frozen=True)
class Answer:
    """Exit status and what was printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def spsim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Call a command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)

    def call(*words: str) -> Answer:
        status = main(list(words))
        printed = capsys.readouterr()
        return Answer(status, printed.out, printed.err)

    return call


@pytest.fixture
def quick(spsim: Callable[..., Answer]) -> Callable[..., Answer]:
    """Call `spsim run` on a small service for a few weeks; further words come last and win."""
    return lambda *words: spsim("run", *QUICK, *words)


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Call a command in a process of its own, in an empty folder; keywords go to `subprocess.run`."""

    def call(*words: str, environment: dict[str, str] | None = None, **options: object) -> subprocess.CompletedProcess[str]:
        given = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
        command = [sys.executable, "-m", "experiments", *words]
        return subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, timeout=120, **options)

    return call


@pytest.fixture
def only_result(tmp_path: Path) -> Callable[[], Path]:
    """The one folder of results below outputs/run."""

    def find() -> Path:
        (folder,) = (tmp_path / "outputs" / "run").iterdir()
        return folder

    return find
