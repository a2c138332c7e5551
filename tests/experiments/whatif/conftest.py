"""What the tests of comparisons share: a small service, a workbench with a store of its own, and a count of runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from experiments.cli import read
from experiments.store import Store
from experiments.whatif import cells
from experiments.whatif.bench import Arm, Bench
from sim import Parameters

WEEKS = 20


@pytest.fixture(scope="session")
def classroom() -> Parameters:
    """The small service for teaching: about 40 people a year."""
    return read("run", ["service=classroom"]).parameters


@pytest.fixture
def arm(classroom: Parameters) -> Callable[..., Arm]:
    """`arm("more", {"workforce.posts": 6})`: the small service with changes."""
    return lambda name="baseline", changes=None: Arm(name, name, classroom.replace(changes or {}))


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    """`bench("store", processes=1)`: a workbench whose runs are kept in a folder of that name."""
    return lambda name="store", weeks=WEEKS, processes=1: Bench(Store(tmp_path / name), weeks, processes)


def count_runs(patched: pytest.MonkeyPatch) -> list[tuple[Parameters, int]]:
    """Return a list to which every run of the model in this process adds its parameters and seed, until `patched` is undone."""
    done: list[tuple[Parameters, int]] = []
    real = cells.run_model

    def counted(job: Any) -> Any:
        done.append((job.parameters, job.seed))
        return real(job)

    patched.setattr(cells, "run_model", counted)
    return done


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Parameters, int]]:
    """The parameters and seed of every run of the model in this process, in order."""
    return count_runs(monkeypatch)


@pytest.fixture(scope="session")
def bytes_in() -> Callable[[Path], dict[str, str]]:
    """Of every file below a folder its path and the hash of its bytes, what a run took aside; folders that hold nothing count too."""

    def look(folder: Path) -> dict[str, str]:
        found = {}
        for path in sorted(folder.rglob("*")):
            if path.name == cells.TIMING:
                found[path.relative_to(folder).as_posix()] = "there"
            elif path.is_file():
                found[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
            elif not any(path.iterdir()):
                found[path.relative_to(folder).as_posix()] = "empty"
        return found

    return look
