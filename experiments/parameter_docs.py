"""docs/parameters.md, made from the declarations: `make docs`. A test holds the file to this module."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from experiments.describe import Entry, entries_of, rule, shown, span
from experiments.levers import LEVERS
from sim.parameters import GRADES, Parameters

PAGE = Path(__file__).resolve().parents[1] / "docs" / "parameters.md"
INTRODUCTION = """\
# Parameters

Made by `make docs` from the declarations in `sim/parameters/`; do not edit. The values are the defaults, which are the
Ways to Wellness preset. *Allowed* are the limits that are checked; *plausible* is what the evidence leaves open.
Set one with `model.<group>.<name>=value`; **bold** ones are levers, things a service can change.

Grades of evidence: {grades}.
"""


def page() -> str:
    """Return the whole page."""
    entries = entries_of(Parameters())
    grades = "; ".join(f"**{grade}** {meaning}" for grade, meaning in GRADES.items())
    counts = ", ".join(f"{sum(e.declared.grade == grade for e in entries)} {grade}" for grade in GRADES)
    parts = [INTRODUCTION.format(grades=grades), f"{len(entries)} parameters in all: {counts}.\n"]
    for group in fields(Parameters):
        parts.append(section(group.name, (type(group.default).__doc__ or "").strip(), [e for e in entries if e.group == group.name]))
    return "\n".join(parts)


def section(name: str, meaning: str, entries: list[Entry]) -> str:
    """Return the heading and table of one group."""
    head = "| name | default | unit | meaning | allowed | plausible | grade | source |\n|---|---|---|---|---|---|---|---|"
    return "\n".join([f"## model.{name}\n\n{meaning}\n\n{head}", *map(row, entries), ""])


def row(entry: Entry) -> str:
    """Return one parameter as a row of the table."""
    declared, name = entry.declared, entry.name.split(".")[1]
    levers = {name for names in LEVERS.values() for name in names}
    plausible = f"{span(declared.plausible)}, {declared.distribution}" if declared.plausible else ""
    cells = [
        f"**{name}**" if entry.name in levers else name,
        shown(entry.default),
        declared.unit,
        declared.meaning,
        rule(declared, entry.default),
        plausible,
        declared.grade,
        declared.source,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"written: {PAGE}")


if __name__ == "__main__":
    main()
