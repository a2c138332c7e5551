"""A film as one HTML file that needs nothing else."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from experiments.report import html

CAUTION = "One run of the model: one stretch of luck, not a forecast. The people are made up."


def document(film: dict[str, Any], title: str, lead: str) -> str:
    """Return the page that plays `film`; `title` and `lead` are plain text."""
    folder = resources.files("experiments")
    style = "".join((folder / part).read_text(encoding="utf-8") for part in ("report/report.css", "live/static/page.css", "live/static/player.css"))
    script = (folder / "live" / "static" / "player.js").read_text(encoding="utf-8")
    data = json.dumps(film, separators=(",", ":")).replace("<", "\\u003c")
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"{html.element('title', title)}<style>{style}</style>"
    )
    body = (
        f"<header>{html.element('h1', title)}{html.paragraph(lead, class_='lead')}</header><main><div id='film'></div></main>"
        f"<footer>{html.paragraph(CAUTION)}</footer>"
        f'<script type="application/json" id="data">{data}</script><script>{script}</script>'
        "<script>spsimPlayer(document.getElementById('film'), JSON.parse(document.getElementById('data').textContent));</script>"
    )
    return f'<!DOCTYPE html>\n<html lang="en-GB"><head>{head}</head><body>{body}</body></html>\n'
