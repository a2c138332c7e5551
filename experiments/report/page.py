"""`report.html`: one file that needs nothing else, for somebody who does not model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from experiments.report import body, html, leaving, opening, trust
from experiments.report.material import Material
from experiments.whatif.compare import Comparison

FOOT = "Made by simulation: every difference is one in the model. It informs a decision; it does not make it."
ON_PAPER = "Folded parts are printed when they are opened first."


def write_report(
    path: Path | str, comparison: Comparison, extras: Any = None, record: Mapping[str, Any] | None = None, command: str = "", tables: Iterable[str] = ()
) -> None:
    """Write the report of `comparison` to `path`, whole or not at all.

    `extras` is a `Beside`, or anything with some of `money`, `parts`, `rests_on`, `departures` (each may be None: its section then says so or is left
    out) and `notes` (sentences on the parts); `record` is the manifest, `command` the command line, and `tables` the names of the files beside the report.
    """
    given = {name: getattr(extras, name) for name in ("money", "parts", "rests_on", "departures", "notes") if hasattr(extras, name)}
    material = Material(comparison, **given, record=dict(record or {}), command=command, tables=tuple(tables))
    write_whole(Path(path), page(material))


def page(m: Material) -> str:
    """Return the whole page."""
    sections = (body.who, body.costs, body.when, body.service, leaving.leaving, body.side_by_side, body.parts, trust.rests_on, trust.cannot, trust.made)
    rest = "".join(make(m) for make in sections)
    return document(opening.title(m), opening.question(m), opening.answers(m, contents(rest)), rest, FOOT)


def write_whole(target: Path, text: str) -> None:
    """Write `text` to `target`, whole or not at all."""
    draft = target.with_name(f".{target.name}.tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(target)


def document(title: str, question: str, answers: str, rest: str, foot: str) -> str:
    """Return a whole page: `title` and `foot` are plain text; the question, the answers and the rest of the sections are markup."""
    style = (resources.files("experiments.report") / "report.css").read_text(encoding="utf-8")
    head = (
        '<meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"{html.element('title', title)}<style>{style}</style>"
    )
    skip = html.element("a", "Skip to the answer", href="#answer", class_="skip")
    told = html.paragraph(foot) + html.paragraph(ON_PAPER, class_="on-paper")
    inside = f"{skip}<header>{question}</header><main>{answers}{rest}</main><footer>{told}</footer>"
    return f'<!DOCTYPE html>\n<html lang="en-GB"><head>{head}</head><body>{inside}</body></html>\n'



def contents(sections: str) -> str:
    """Return the links to the sections that are there, by their headings."""
    found = re.findall(r'<h2 id="(\w+)-title">(.*?)</h2>', sections)
    links = "".join(html.wrap("li", html.wrap("a", title, href=f"#{anchor}")) for anchor, title in found)
    return html.wrap("nav", html.wrap("ul", links), aria_label="Contents")
