"""The generated tables of docs/odd.md, made from the code: `make docs`. A test holds the page to this module.

A block of the page between `<!-- generated: name -->` and `<!-- end -->` is replaced by the table `name`.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from pathlib import Path

from experiments.pages import table
from sim import model
from sim.community import Services
from sim.measures import WEEKLY
from sim.parameters import Parameters, plain
from sim.people import People
from sim.streams import Stream
from sim.table import Column
from sim.workforce import LinkWorkers, Posts

TARGETS = Path(__file__).resolve().parents[1] / "configs" / "evidence" / "targets.csv"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "odd.md"
BLOCK = re.compile(r"(<!-- generated: ([\w :]+?) -->\n).*?(<!-- end -->)", re.DOTALL)
TYPES = {"?": "yes or no", "i": "whole number", "f": "number"}
VALUES = {"0-1": "0 to 1"}
USES = {"fit": "fitted", "hold out": "held out", "input": "input, checked"}
COLUMN_HEADS = ("name", "meaning", "unit", "values", "static or dynamic", "written by")
WRITES = re.compile(r"^Writes\s+(.*?)(?=^\w|\s+Draws|\Z)", re.DOTALL | re.MULTILINE)


def schedule() -> str:
    """Return the week: number, module, what happens and what changes, as the module's own docstring says."""
    rows = []
    for number, name in enumerate(model.SCHEDULE, start=1):
        text = import_module(f"sim.processes.{name}").__doc__
        rows.append((number, f"`{name}`", first_sentence(text), written(text)))
    record = model.Measures.record.__doc__
    rows.append((len(model.SCHEDULE) + 1, "`measures.record`", first_sentence(record), "the records; setback_left, severity, sickness"))
    return table(("step", "module", "what happens", "what changes"), rows)


def written(text: str | None) -> str:
    """Return what a process's docstring says it writes, as one line."""
    found = WRITES.search(text or "")
    return " ".join(found[1].split()).removesuffix(".") if found else ""


def first_sentence(text: str | None) -> str:
    """Return the first line of a docstring, without 'Step 3: ' and without what it says of the design."""
    line = (text or "").strip().splitlines()[0]
    line = re.sub(r"^Step \d+: ", "", re.sub(r" \(docs/odd\.md, section [^)]*\)", "", line))
    return line[0].upper() + line[1:]


def columns(chosen: dict[str, Column]) -> str:
    """Return the state variables of one entity."""
    return table(COLUMN_HEADS, [column_row(name, column) for name, column in chosen.items()])


def column_row(name: str, column: Column) -> tuple[str, ...]:
    """Return one state variable as a row: what it means, its unit and values, and who may change it."""
    unit = "" if column.unit in VALUES else column.unit
    values = ", ".join(column.levels) if column.levels else VALUES.get(column.unit, kind(column))
    if column.width:
        values += f"; {column.width} each"
    if column.missing is not None or column.fill != column.fill:
        values += "; may be missing"
    return f"`{name}`", column.meaning, unit, values, "static" if column.static else "dynamic", column.writers


def kind(column: Column) -> str:
    """Return a column's type in words."""
    return TYPES[column.dtype[0]]


def streams() -> str:
    """Return every random stream of the model with what it decides, its index and the module that owns it."""
    rows = [(s.name, s.what, s.index, module.removeprefix("sim.").removeprefix("processes.")) for module, s in model_streams()]
    return table(("stream", "what it decides", "indexed by", "module"), [(f"`{row[0]}`", *row[1:3], f"`{row[3]}`") for row in sorted(rows)])


def model_streams() -> list[tuple[str, Stream]]:
    """Return `(module, stream)` of the streams that modules of `sim` own; others may be registered by tests."""
    owned = {}
    for module in [name for name in sorted(sys.modules) if name.startswith("sim.") and not name.startswith("sim.compiled.")]:  # which borrow them
        for value in vars(sys.modules[module]).values():
            if isinstance(value, Stream) and Stream.registry.get(value.name) is value:
                owned.setdefault(value.name, (module, value))
    return list(owned.values())


def parameters(group: str) -> str:
    """Return the parameters of one group: name, default, unit and evidence grade."""
    members = fields(getattr(Parameters(), group))
    rows = [(f.name, f.default, f.metadata["declaration"]) for f in members]
    return table(("name", "default", "unit", "grade"), [(f"`{name}`", shown(default), d.unit, d.grade) for name, default, d in rows])


def shown(value: object) -> str:
    """Return a default as it is written in a configuration file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, plain(value))) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def measures() -> str:
    """Return the weekly measures: name, meaning, unit and how weeks are summed up."""
    return table(("measure", "meaning", "unit", "over weeks"), [(f"`{n}`", m.meaning, m.unit, m.over_weeks) for n, m in WEEKLY.items()])


def patterns() -> str:
    """Return the patterns the model is held against: what is measured, the published value or direction, and how it is used."""
    with TARGETS.open(encoding="utf-8", newline="") as file:
        rows = [(t["id"], t["pattern"], expected(t), USES[t["use"]], t["source"]) for t in csv.DictReader(file)]
    return table(("id", "pattern", "expected", "use", "source"), rows)


def expected(target: dict[str, str]) -> str:
    """Return what evidence says of one target, in words."""
    if target["kind"] == "band":
        return f"{target['value']} ({target['low']} to {target['high']})"
    if target["kind"] == "binomial":
        return f"{target['k']} of {target['n']}"
    if target["kind"] == "ratio":
        return f"at least {target['low']}"
    return "the direction stated"


def build(name: str) -> str:
    """Return the table of block `name`.

    Raises `KeyError` when there is none of that name.
    """
    if name.startswith("parameters: "):
        return parameters(name.removeprefix("parameters: "))
    is_goal = {n: n.startswith("goal_") for n in People.columns}
    entities = {
        "service user": {n: c for n, c in People.columns.items() if not is_goal[n]},
        "goal": {n: c for n, c in People.columns.items() if is_goal[n]},
        "link worker": LinkWorkers.columns,
        "post": Posts.columns,
        "community service": Services.columns,
    }
    makers = {"patterns": patterns, "schedule": schedule, "streams": streams, "weekly measures": measures}
    return makers[name]() if name in makers else columns(entities[name])


def filled(page: str) -> str:
    """Return `page` with every generated block made anew."""
    return with_blocks(page, build)


def with_blocks(page: str, make: Callable[[str], str]) -> str:
    """Return `page` with every generated block made anew by `make`, which is given its name."""
    return BLOCK.sub(lambda match: f"{match[1]}{make(match[2])}\n{match[3]}", page)


def renew(path: Path, make: Callable[[str], str]) -> None:
    """Make the generated blocks of the page in `path` anew."""
    path.write_text(with_blocks(path.read_text(encoding="utf-8"), make), encoding="utf-8")
    print(f"written: {path}")


def main() -> None:
    """Fill the page."""
    renew(PAGE, build)


if __name__ == "__main__":
    main()
