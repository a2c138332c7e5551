"""`spsim describe`: parameters and levers in words. Wide as the terminal; whole lines into a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from experiments.cli import did_you_mean
from experiments.errors import UsageError
from experiments.levers import LEVERS
from experiments.settings import Request
from experiments.terminal import text_width, wrapped
from sim.parameters import GRADES, Declaration, Parameters, declarations

INDENT = "    "
EXAMPLES = {"workforce.cancel_departure": "[1,71]"}  # where no other value can be made from the declaration


@dataclass(frozen=True)
class Entry:
    """A parameter as it is shown: its short name (`workforce.posts`), declaration, default, and value here."""

    name: str
    declared: Declaration
    default: Any
    value: Any

    @property
    def group(self) -> str:
        """The group the parameter belongs to."""
        return self.name.split(".")[0]


def main(request: Request) -> None:
    """Print what `request` asks about; raise `UsageError` when there is nothing of that name."""
    name, entries, width = request.settings["name"], entries_of(request.parameters), text_width()
    for line in answer(name, entries, request, width):
        print(line)


def answer(name: str | None, entries: list[Entry], request: Request, width: int | None) -> Iterator[str]:
    """Yield the lines about `name`: all parameters, `levers`, a group, or one parameter."""
    asked = (name or "").removeprefix("model.")
    found = [e for e in entries if e.name == asked] or [e for e in entries if e.name.split(".")[1] == asked]
    in_group = [e for e in entries if e.group == asked]
    if name is None:
        yield from listing(entries, width)
        yield from wrapped("One in full: `spsim describe workforce.turnover`. What a service can change: `spsim describe levers`.", "", width)
    elif asked == "levers":
        yield from lever_listing(entries, width)
    elif in_group:
        yield from listing(in_group, width)
    elif found:
        for entry in found:
            yield from in_full(entry, request, width)
    else:
        known = [*(e.name for e in entries), *sorted({e.group for e in entries}), "levers"]
        raise UsageError(f"name={name}: there is no parameter, group or lever list of that name.{did_you_mean(asked, known)}")


def entries_of(parameters: Parameters) -> list[Entry]:
    """Return every parameter with its value in `parameters`."""
    values = parameters.as_dict()
    rows = []
    for key, declared, default in declarations():
        _, group, name = key.split(".")
        rows.append(Entry(f"{group}.{name}", declared, default, values[group][name]))
    return rows


def listing(entries: Iterable[Entry], width: int | None) -> Iterator[str]:
    """Yield the groups of `entries`, each with its meaning, and every parameter with what is known of it."""
    meanings = {f.name: (type(f.default).__doc__ or "").strip() for f in fields(Parameters)}
    group = None
    for entry in entries:
        if entry.group != group:
            group = entry.group
            yield from ["", *wrapped(f"{group.upper()}: {meanings[group]}", "", width)] if group else []
        yield from short(entry, width)
    yield ""
    yield from wrapped("Grades: " + "; ".join(f"{grade} {meaning}" for grade, meaning in GRADES.items()) + ".", "", width)


def short(entry: Entry, width: int | None) -> Iterator[str]:
    """Yield name, value and unit on one line; bounds, grade and source on the next."""
    yield from wrapped(f"{entry.name} = {quantity(entry.value, entry.declared)}", "  ", width)
    known = [f"allowed {rule(entry.declared, entry.default)}"]
    if entry.declared.plausible:
        known.append(f"plausible {span(entry.declared.plausible)}")
    yield from wrapped(f"{'; '.join(known)}; grade {entry.declared.grade}; source: {entry.declared.source}", INDENT, width)


def lever_listing(entries: list[Entry], width: int | None) -> Iterator[str]:
    """Yield every lever with its parameters and their values."""
    by_name = {e.name: e for e in entries}
    for lever, names in LEVERS.items():
        yield from ["", *wrapped(lever, "", width)]
        for name in names:
            entry = by_name[name]
            yield from wrapped(f"model.{name} = {quantity(entry.value, entry.declared)} ({rule(entry.declared, entry.default)})", "  ", width)


def in_full(entry: Entry, request: Request, width: int | None) -> Iterator[str]:
    """Yield everything about one parameter."""
    declared, key = entry.declared, f"model.{entry.name}"
    origin = f", set in {request.set_by[key]}" if key in request.set_by else ""
    rows = [
        ("meaning", declared.meaning),
        ("value", quantity(entry.value, declared) + origin),
        ("default", quantity(entry.default, declared)),
        ("allowed", rule(declared, entry.default)),
        ("plausible", f"{span(declared.plausible)}, {declared.distribution}" if declared.plausible else "not stated"),
        ("evidence", f"{declared.grade}: {GRADES[declared.grade]}"),
        ("source", declared.source),
        ("lever", "; ".join(lever for lever, names in LEVERS.items() if entry.name in names) or "no: what a service cannot change by itself"),
        ("example", f"spsim run {example(entry)}"),
    ]
    yield from ["", *wrapped(key, "", width)]
    for label, text in rows:
        yield from wrapped(f"{label:<10} {text}", "  ", width, hang=11)


def rule(declared: Declaration, default: Any) -> str:
    """Return what is allowed, in words."""
    if declared.choices:
        return " or ".join(declared.choices)
    if isinstance(default, bool):
        return "true or false"
    bounds = span(declared.allowed) if declared.allowed else "any number"
    return f"a list, each {bounds}" if isinstance(default, tuple) else bounds


def span(bounds: tuple[float, float]) -> str:
    """Return `low to high`."""
    return f"{shown(bounds[0])} to {shown(bounds[1])}"


def shown(value: Any) -> str:
    """Return a value as it may be typed on the command line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{','.join(shown(v) for v in value)}]"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:g}"
    return str(value)


def quantity(value: Any, declared: Declaration) -> str:
    """Return a value with its unit; a switch or a choice has none."""
    return shown(value) if declared.unit in ("switch", "choice") or value in ((), []) else f"{shown(value)} {declared.unit}"


def example(entry: Entry) -> str:
    """Return a word for the command line that sets another value than the default, where there is one."""
    word = f"model.{entry.name}={example_value(entry)}"
    return f"'{word}'" if "[" in word else word


def example_value(entry: Entry) -> str:
    """Return a value to try."""
    declared, default = entry.declared, entry.default
    if entry.name in EXAMPLES:
        return EXAMPLES[entry.name]
    if isinstance(default, bool):
        return shown(not default)
    others = [c for c in (declared.choices or ()) if c != default] + [p for p in (declared.plausible or ()) if p != default]
    return shown(others[0] if others else list(default) if isinstance(default, tuple) else default)
