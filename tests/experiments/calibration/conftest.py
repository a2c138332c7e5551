"""What the tests of calibrations share: a small command on a small service."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SMALL = (
    "service=classroom", "weeks=30", "parameters=[allocation.accept_logit,activity.start_logit]", "targets=[T1,T16a]", "points=12", "waves=2", "draws=10",
    "processes=1",
)  # fmt: skip
OUTSIDE_THE_PROMISE = {"manifest.json", "report.html"}  # of being the same to the byte: times, and what shows them


@pytest.fixture
def calibrate(spsim: Callable[..., Any]) -> Callable[..., Any]:
    """Call `spsim calibrate` on a small service for a few weeks; further words come last and win."""
    return lambda *words: spsim("calibrate", *SMALL, *words)


def tables_in(folder: Path) -> dict[str, str]:
    """Return the hash of the bytes of every file that is promised to be the same however it was made."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir()) if path.name not in OUTSIDE_THE_PROMISE}
