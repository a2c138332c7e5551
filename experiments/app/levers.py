"""The levers of the page: inputs made from the declarations, each with unit, range, meaning, evidence grade and source.

Grouped as in `experiments.levers`; a few stand open, the rest is folded away. A number has a box and a slider beside it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from experiments.app.asked import DECLARED
from experiments.levers import LEVERS
from experiments.report import html
from experiments.settings import plain
from sim import Parameters
from sim.parameters.declaration import GRADES, Declaration

OPEN = (
    "workforce.posts", "workforce.caseload_cap", "workforce.turnover", "handover.managed_share", "programme.length_weeks", "programme.reentry",
    "contact.accompaniment_share", "community.services",
)  # fmt: skip
TITLES = {  # where the name alone would not be understood
    "workforce.posts": "Link worker posts",
    "workforce.caseload_cap": "Most users a worker may have",
    "workforce.turnover": "Link workers who leave in a year",
    "handover.managed_share": "Handovers with a joint meeting",
    "programme.length_weeks": "Length of the programme",
    "programme.reentry": "Chance of coming back after leaving",
    "contact.accompaniment_share": "First sessions a worker goes along to",
    "community.services": "Community services",
}
STEPS = 100  # of a slider, about
SIGNIFICANT = 4


def levers(service: Parameters, changes: Mapping[str, Any]) -> str:
    """Return the form's levers for a `service`, as markup, with what `changes` sets (by full key)."""
    values = service.as_dict()
    shown = "".join(lever(name, values, changes) for name in OPEN)
    rest = []
    for title, names in LEVERS.items():
        own = [name for name in names if name not in OPEN]
        if own:
            moved = sum(f"model.{name}" in changes for name in own)
            inner = "".join(lever(name, values, changes) for name in own)
            rest.append(html.folded(f"{title}{f' ({moved} changed)' if moved else ''}", inner, "group"))
    return html.wrap("div", shown, class_="levers") + html.folded("More levers", "".join(rest), "more")


def lever(name: str, values: Mapping[str, Mapping[str, Any]], changes: Mapping[str, Any]) -> str:
    """Return one lever: its label, input, today's value, and what is known about it."""
    key = f"model.{name}"
    declared, default = DECLARED[key]
    group, _, own = name.partition(".")
    today = values[group][own]
    today = list(today) if isinstance(today, tuple) else today
    value = changes.get(key, today)
    value = list(value) if isinstance(value, tuple) else value
    anchor = name.replace(".", "-")
    described = f"{anchor}-today"
    title = TITLES.get(name, own.replace("_", " ").capitalize())
    reset = f'<button type="button" class="reset" data-reset="{anchor}" hidden>Back to {html.escape(shown(today))}</button>'
    head = html.wrap("label", html.escape(title), for_=anchor)
    told = html.wrap("p", f"{html.escape(where(declared, today))} {reset}", class_="today", id=described)
    about = html.folded("About this", html.paragraph(sentence(declared.meaning)) + html.paragraph(evidence(declared)), "about")
    control = input_of(anchor, key, declared, default, today, value, described)
    return html.wrap("div", head + control + told + about, class_="lever", data_key=key, data_today=plain(today))


def input_of(anchor: str, key: str, declared: Declaration, default: Any, today: Any, value: Any, described: str) -> str:
    """Return the input of a lever: a switch, a choice, a number with its slider, or numbers in a list."""
    given = f'id="{anchor}" data-lever="{key}" aria-describedby="{described}" autocomplete="off"'
    if isinstance(default, bool):
        return f'<input type="checkbox" {given}{" checked" if value else ""}>'
    if declared.choices:
        return f"<select {given}>{html.options({one: one.replace('_', ' ') for one in declared.choices}, value)}</select>"
    if isinstance(default, tuple):
        return f'<input type="text" inputmode="numeric" {given} value="{html.escape(plain(value))}" spellcheck="false">'
    low, high, step = scale(declared, default, today)
    limits = declared.allowed or (-math.inf, math.inf)
    bounds = "".join(f' {end}="{bound:g}"' for end, bound in zip(("min", "max"), limits, strict=True) if math.isfinite(bound))
    box = f'<input type="number" {given} value="{shown(value)}" step="{"1" if isinstance(default, int) else "any"}"{bounds}>'
    ends = f'min="{low:g}" max="{high:g}" step="{step:g}" value="{shown(value)}"'
    slider = f'<input type="range" data-slides="{anchor}" {ends} aria-label="Slider" tabindex="-1">'  # by keyboard the box does the same
    return html.wrap("div", box + html.wrap("span", html.escape(short(declared.unit)), class_="unit") + slider, class_="number")


def scale(declared: Declaration, default: Any, today: Any) -> tuple[float, float, float]:
    """Return the ends and the step of a slider: the plausible range, widened to hold today's value with room on both sides."""
    low, high = declared.plausible or (0.0, 2.0 * max(abs(today), 1))
    low, high = min(low, today / 2), max(high, today * 1.5)
    if declared.allowed:
        low, high = max(low, declared.allowed[0]), min(high, declared.allowed[1])
    if isinstance(default, int):
        return math.floor(low), math.ceil(high), max(1, round((high - low) / STEPS))
    step = 10 ** math.floor(math.log10(max(high - low, 1e-9) / STEPS) + 0.5)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def shown(value: Any) -> str:
    """Return a value as it stands in an input."""
    return f"{value:.{SIGNIFICANT}g}" if isinstance(value, float) else plain(value)


def where(declared: Declaration, today: Any) -> str:
    """Return today's value, the plausible range and the evidence grade, as one short line."""
    told = f"Today {shown(today)}"
    if declared.plausible and not isinstance(today, (bool, str, list)) and declared.plausible[0] <= today <= declared.plausible[1]:
        told += f"; plausible {declared.plausible[0]:g} to {declared.plausible[1]:g}"
    return f"{told}; evidence {declared.grade}."


def evidence(declared: Declaration) -> str:
    """Return grade and source of the evidence."""
    return f"Unit: {declared.unit}. Evidence {declared.grade}: {GRADES[declared.grade]}. Source: {declared.source}."


def sentence(text: str) -> str:
    """Return `text` as a sentence."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def short(unit: str) -> str:
    """Return a unit in a few words."""
    return unit.split(",")[0].split("(")[0].strip()
