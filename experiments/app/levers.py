"""The levers of the page: inputs made from the declarations, each with unit, range, meaning, evidence grade and source.

Grouped as in `experiments.levers`; a few stand open, the rest is folded away. A number has a box and a slider beside it.
"""

from __future__ import annotations

import math
import re
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
TITLES = {
    "workforce.posts": "Link worker posts",
    "workforce.hours": "Hours of a post in a week",
    "workforce.caseload_cap": "Most users a worker may have",
    "workforce.caseload_weighting": "How the caseload is counted",
    "workforce.intake_per_week": "New users a worker takes on in a week",
    "workforce.turnover": "Link workers who leave in a year, for each post",
    "workforce.turnover_workload": "How much overwork makes them leave",
    "workforce.turnover_gaps": "How much a lack of services makes them leave",
    "workforce.notice_weeks": "Weeks of notice",
    "workforce.vacancy_weeks": "Weeks a post stands empty",
    "workforce.ramp_weeks": "Weeks until a new worker works at full pace",
    "handover.managed_share": "Handovers with a joint meeting",
    "handover.order": "Who is handed over first",
    "handover.call_within_week": "Calls by the new worker within a week",
    "allocation.list_order": "Who is called from the waiting list first",
    "programme.length_weeks": "Length of the programme",
    "programme.open_ended": "No time limit",
    "programme.discretion": "Chance of an extension for those in need",
    "programme.extension_weeks": "Length of an extension",
    "programme.max_extensions": "Most extensions",
    "programme.tell_limit_share": "Users who know of the time limit",
    "programme.reentry": "Chance of coming back after leaving",
    "programme.reentry_route": "How those who come back wait",
    "contact.schedule": "How often worker and user meet",
    "contact.interval_weeks": "Weeks between meetings, phase by phase",
    "contact.interval_until": "Weeks at which those phases end",
    "contact.maintenance_interval": "Weeks between meetings in maintenance",
    "contact.accompaniment_share": "First sessions a worker goes along to",
    "contact.personalised": "Goals follow the person's needs",
    "contact.check_ins_after_exit": "Former users may phone",
    "community.services": "Community services",
    "community.mix": "Services by area of life",
    "community.places_min": "Places of the smallest service",
    "community.places_max": "Places of the largest service",
    "community.evening_share": "Services in the evening",
    "community.older_share": "Services for older people",
    "community.adapted_share": "Services that are culturally adapted",
    "community.women_only_share": "Services with women-only sessions",
    "community.unsafe_share": "Services in places felt to be unsafe",
    "community.course_share": "Services that run as courses",
    "community.travel_limit": "How far people travel without a car or bus",
    "community.closure_rate": "Services that close in a year",
    "community.austerity": "Cuts to community services",
    "community.austerity_cut": "Places lost when the cuts are done",
    "community.austerity_weeks": "Weeks the cuts take",
    "community.sudden_loss_share": "Services that close in one week",
    "community.sudden_loss_week": "Week of that sudden loss",
    "programme.enabled": "The link worker service exists",
}
KEY = re.compile(r"model\.([a-z_]+\.[a-z_]+)")
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
    others = [key.removeprefix("model.") for key in sorted(changes) if key.removeprefix("model.") not in TITLES]
    if others:  # from a link or a file: they have no lever of their own, and would be lost without one
        shown = "".join(lever(name, values, changes) for name in others) + shown
    return html.wrap("div", shown, class_="levers") + html.folded("More levers", "".join(rest), "more")


def title(name: str) -> str:
    """Return what a parameter is called on the page."""
    return TITLES.get(name) or " ".join(name.replace("_", " ").split(".")).capitalize()


def in_titles(text: str) -> str:
    """Return a message with the titles of levers instead of their keys."""
    return KEY.sub(lambda found: f"“{title(found[1])}”" if f"model.{found[1]}" in DECLARED else found[0], text)


def lever(name: str, values: Mapping[str, Mapping[str, Any]], changes: Mapping[str, Any]) -> str:
    """Return one lever: its label, input, today's value, and what is known about it."""
    key = f"model.{name}"
    declared, default = DECLARED[key]
    group, _, own = name.partition(".")
    today = listed(values[group][own])
    value = listed(changes.get(key, today))
    anchor = name.replace(".", "-")
    described = f"{anchor}-today"
    reset = f'<button type="button" class="reset" data-reset="{anchor}" hidden>Back to {html.escape(shown(today))}</button>'
    head = html.wrap("label", html.escape(title(name)), for_=anchor)
    told = html.wrap("p", f"{html.escape(where(declared, default, today))} {reset}", class_="today", id=described)
    about = html.folded("About this", html.paragraph(sentence(declared.meaning)) + html.paragraph(evidence(declared, default, today)), "about")
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


def where(declared: Declaration, default: Any, today: Any) -> str:
    """Return today's value, a range and the evidence grade, as one short line; a service's own value has no grade of the default's."""
    told, number = f"Today {shown(today)}", not isinstance(today, (bool, str, list))
    if number and declared.plausible and declared.plausible[0] <= today <= declared.plausible[1]:
        told += f"; plausible {declared.plausible[0]:g} to {declared.plausible[1]:g}"
    elif number:
        low, high, _ = scale(declared, default, today)
        told += f"; slider {low:g} to {high:g}"
    return f"{told}; evidence {declared.grade}." if as_declared(default, today) else f"{told}; set for this service."


def evidence(declared: Declaration, default: Any, today: Any) -> str:
    """Return unit, grade and source of the evidence: of the default, where the service has another value."""
    of = "" if as_declared(default, today) else f"Of {shown(default)}, the value in Ways to Wellness: "
    told = f"{of}evidence {declared.grade}: {GRADES[declared.grade]}. Source: {declared.source}."
    return f"Unit: {declared.unit}. {told[:1].upper()}{told[1:]}"


def as_declared(default: Any, today: Any) -> bool:
    """Whether today's value is the default."""
    return today == listed(default)


def listed(value: Any) -> Any:
    """Return a value as it stands in tables of parameters: several numbers as a list."""
    return list(value) if isinstance(value, tuple) else value


def sentence(text: str) -> str:
    """Return `text` as a sentence."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def short(unit: str) -> str:
    """Return a unit in a few words."""
    return unit.split(",")[0].split("(")[0].strip()
