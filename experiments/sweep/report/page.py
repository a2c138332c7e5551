"""`report.html` of a sweep: one file that needs nothing else, for somebody who does not model, and then for somebody who does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from experiments.report.page import contents, document, write_whole
from experiments.sweep.report import answer, body, trust
from experiments.sweep.report.material import Told
from experiments.sweep.sweep import Sweep

REPORT = "report.html"
FOOT = "Made by simulation: what matters here is what matters in the model. It says where to look and what to measure; it does not decide."


def write_report(path: Path | str, sweep: Sweep, record: Mapping[str, Any] | None = None, tables: Iterable[str] = (), command: str = "") -> None:
    """Write the report of `sweep` to `path`, whole or not at all.

    `record` is the manifest, `tables` the names of the files beside the report, and `command` the command line that makes it again.
    """
    write_whole(Path(path), page(Told(sweep, dict(record or {}), command, tuple(tables))))


def page(m: Told) -> str:
    """Return the whole page."""
    sections = (body.worth, body.measures, body.target, body.screening, trust.trust, trust.made)
    rest = "".join(make(m) for make in sections)
    return document(answer.title(m), answer.question(m), answer.answers(m, contents(rest)), rest, FOOT)
