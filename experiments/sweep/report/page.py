"""`report.html` of a sweep: one file that needs nothing else, for somebody who does not model, and then for somebody who does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from experiments.report import html
from experiments.report.page import ON_PAPER, contents
from experiments.sweep.report import answer, body, trust
from experiments.sweep.report.material import Told
from experiments.sweep.sweep import Sweep

REPORT = "report.html"
FOOT = "Made by simulation: what matters here is what matters in the model. It says where to look and what to measure; it does not decide."


def write_report(path: Path | str, sweep: Sweep, record: Mapping[str, Any] | None = None, tables: Iterable[str] = (), command: str = "") -> None:
    """Write the report of `sweep` to `path`, whole or not at all.

    `record` is the manifest, `tables` the names of the files beside the report, and `command` the command line that makes it again.
    """
    target = Path(path)
    draft = target.with_name(f".{target.name}.tmp")
    draft.write_text(page(Told(sweep, dict(record or {}), command, tuple(tables))), encoding="utf-8")
    draft.replace(target)


def page(m: Told) -> str:
    """Return the whole page."""
    sections = (body.worth, body.measures, body.target, body.screening, trust.trust, trust.made)
    rest = "".join(make(m) for make in sections)
    style = (resources.files("experiments.report") / "report.css").read_text(encoding="utf-8")
    head = (
        '<meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"{html.element('title', answer.title(m))}<style>{style}</style>"
    )
    skip = html.element("a", "Skip to the answer", href="#answer", class_="skip")
    foot = html.paragraph(FOOT) + html.paragraph(ON_PAPER, class_="on-paper")
    inside = f"{skip}<header>{answer.question(m)}</header><main>{answer.answers(m, contents(rest))}{rest}</main><footer>{foot}</footer>"
    return f'<!DOCTYPE html>\n<html lang="en-GB"><head>{head}</head><body>{inside}</body></html>\n'
