"""The last section of every report: how it was made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from experiments.report import html
from experiments.report.figures.figure import Table

Row = tuple[str, Any]


def how_made(asked: Iterable[Row], record: Mapping[str, Any], files: Iterable[str], beside: str, more: str = "") -> str:
    """Return the section: what was `asked`, versions from the manifest's `record`, the `files` `beside` the report, the full record, and `more` in HTML."""
    libraries = record.get("libraries") or {}
    rows = [
        *asked,
        ("Version", record.get("version") or ""),
        ("Source of the model", str(record.get("model_code") or "")[:12]),
        ("Libraries", ", ".join(f"{name} {version}" for name, version in libraries.items())),
        ("Result", str(record.get("hash") or "")[:12]),
        ("Made", record.get("ended") or ""),
    ]
    inner = html.table(Table("How this report was made", ("What", "Value"), tuple((name, str(value)) for name, value in rows if value)))
    names = tuple(files)
    if names:
        inner += html.paragraph(beside) + html.items(names)
    if record:
        text = json.dumps(dict(record), indent=1, ensure_ascii=False, default=str)
        inner += html.folded("Full record", html.element("pre", text), "long")
    return html.section("made", "How it was made", inner + more)
