"""The short answer for the terminal, in lines of at most 80 columns: how many targets are met, and which are not."""

from __future__ import annotations

from experiments.terminal import unbroken, wrapped
from experiments.validation.judge import UNANSWERED
from experiments.validation.validate import Validation
from experiments.validation.words import USES, accepted, interval, misses, runs_in_words, tallies

WIDEST = 80


def told(found: Validation) -> str:
    """Return the answer."""
    asked, table = found.question, found.table
    service = asked.titles.get("service") or "The service"
    runs = runs_in_words(len(asked.seeds), asked.weeks, asked.posterior is not None)
    lines = unbroken(f"{service}, in the model, against published findings: {runs}", "", WIDEST)
    lines += [""] + [f"{name[:1].upper()}{name[1:]}: {said}" for name, said in tallies(table)]
    rows = misses(table)
    if len(rows):
        lines += ["", "Not met (model with 95% interval; accepted):"]
    for _, row in rows.iterrows():
        lines += unbroken(f"{row.id} {row.pattern} ({USES[row.use]}): {row.verdict}", "", WIDEST)
        lines += wrapped(f"{interval(row)}; {accepted(row)}", "    ", WIDEST)
    open_ = list(table[table.verdict == UNANSWERED].id)
    if open_:
        lines += ["", *unbroken(f"Not answered by runs so short or small: {', '.join(open_)}.", "", WIDEST)]
    return "\n".join(lines)
