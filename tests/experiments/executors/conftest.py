"""What the tests of executors share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from experiments.executors import run_all
from tests.experiments.executors.jobs import Page, pages, write
from tests.experiments.executors.places import Dask, dask_scheduler


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    """A Dask scheduler that runs, with two workers."""
    (tmp_path / "workers").mkdir()
    with dask_scheduler(tmp_path / "workers") as running:
        yield running


@pytest.fixture
def alone(tmp_path: Path) -> Callable[[int], dict[str, bytes]]:
    """`alone(24)`: the bytes of so many pages, written one after the other in this process."""

    def written(count: int) -> dict[str, bytes]:
        (tmp_path / "alone").mkdir()
        assert all(error is None for _, error in run_all(write, [Page(number, tmp_path / "alone") for number in range(count)], 1))
        return pages(tmp_path / "alone")

    return written
