"""`report.html` of a question of length: one file that needs nothing else, for somebody who does not model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.length.report import answer, body, trust
from experiments.length.report.material import Told
from experiments.report.page import contents, document, write_whole

if TYPE_CHECKING:
    from experiments.length.answer import Answer

REPORT = "report.html"
FOOT = "Made by simulation: what a programme gives here is what it gives in the model. It informs a decision; it does not make it."


def write_report(path: Path | str, found: Answer, record: Mapping[str, Any] | None = None, tables: Iterable[str] = (), command_line: str = "") -> None:
    """Write the report of an answer to `path`, whole or not at all.

    `record` is the manifest, `tables` the names of the files beside the report, and `command_line` the command that makes it again.
    """
    write_whole(Path(path), page(Told(found, dict(record or {}), command_line, tuple(tables))))


def page(m: Told) -> str:
    """Return the whole page."""
    sections = (body.waits, body.staying, body.lasts, body.other_ways, trust.rests_on, trust.cannot, trust.made)
    rest = "".join(make(m) for make in sections)
    return document(answer.title(m), answer.question(m), answer.answers(m, contents(rest)), rest, FOOT)
