"""The short answer for the terminal, in lines of at most 80 columns: how many targets are met, and which are not."""

from __future__ import annotations

from experiments.terminal import unbroken, wrapped
from experiments.validation.judge import UNANSWERED
from experiments.validation.validate import Validation
from experiments.validation.words import OF_BOTH, OF_LUCK, USES, accepted, dependent, interval, misses, near_edges, runs_in_words, single_seeds, tallies

WIDEST = 80


def told(found: Validation) -> str:
    """Return the answer."""
    asked, table = found.question, found.table
    service = asked.titles.get("service") or "The service"
    runs = runs_in_words(len(asked.seeds), asked.weeks, asked.posterior is not None)
    lines = unbroken(f"{service}, in the model, against published findings: {runs}", "", WIDEST)
    lines += [""] + [f"{name[:1].upper()}{name[1:]}: {said}" for name, said in tallies(table)]
    if leaning := dependent(table):
        lines += unbroken(leaning, "", WIDEST)
    rows = misses(table)
    if len(rows):
        lines += ["", "Not met (model with 95% interval of the mean; single seeds; accepted):"]
    for _, row in rows.iterrows():
        lines += unbroken(f"{row.id} {row.pattern} ({USES[row.use]}): {row.verdict}", "", WIDEST)
        lines += wrapped(f"{interval(row)}; {single_seeds(row)}; {accepted(row)}", "    ", WIDEST)
    if edges := list(near_edges(table).id):
        lines += ["", *unbroken(f"Met, but near the edge: {', '.join(edges)}.", "", WIDEST)]
    open_ = list(table[table.verdict == UNANSWERED].id)
    if open_:
        lines += ["", *unbroken(f"Not answered by runs so short or small: {', '.join(open_)}.", "", WIDEST)]
    lines += ["", *unbroken(OF_LUCK if asked.posterior is None else OF_BOTH, "", WIDEST)]
    return "\n".join(lines)
