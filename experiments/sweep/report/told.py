"""The short answer for the terminal: what was asked, what matters most in each leading measure, and what must be known beside it."""

from __future__ import annotations

import math
import re
from itertools import zip_longest
from textwrap import shorten

from experiments.report.numbers import BRIEF
from experiments.report.sentences import capital
from experiments.sweep.figures import information
from experiments.sweep.figures.shown import share_text
from experiments.sweep.findings import BY_VARIANCE, IN_UNITS, Finding, Verdict
from experiments.sweep.report.body import crowded
from experiments.sweep.report.material import Told
from experiments.sweep.report.trust import notes
from experiments.sweep.report.words import INDEX, MEASURED_BY, NAMED, TOO_MUCH, counted, percent
from experiments.sweep.sweep import Sweep
from experiments.terminal import unbroken, wrapped

WIDEST, NAMES = 80, 24  # columns of all, and of the names of measures
MEASURES, FEW = 6, 3  # measures told; up to so many, each has a parameter more
NOTES = 6
IN_TABLE = re.compile(r"noise swamps its indices|no indices:|: (\d+) of \1 ")  # notes on measures of which the table says that nothing is told


def told(sweep: Sweep) -> str:
    """Return the answer in lines of at most 80 columns, or as long as names of parameters make them."""
    m = Told(sweep)
    factors = counted(len(m.question.factors), "parameter")
    lines = unbroken(f"{m.service}: which of {factors} matter, by {m.method}, in the model", "", WIDEST) + unbroken(capital(m.scale), "", WIDEST)
    lines += ["", *unbroken(f"{capital(MEASURED_BY[m.step.design.method])} (95% interval), with the grade of evidence, D assumed:", "", WIDEST)]
    shown = m.foremost(MEASURES)
    many = NAMED + (len(shown) <= FEW)
    left = max((len(line) for f in shown for line in about(f)), default=0)
    for f in shown:
        lines += measure(m, f, left, many)
    more = len(m.findings) - len(shown)
    lines += [f"{counted(more, 'more measure')} in the report."] * (more > 0)
    for said in (*worth(m), *crowded(m, 1), *screened(m)):
        lines += unbroken(said, "", WIDEST)
    return "\n".join(lines + noted(m))


def about(f: Finding) -> list[str]:
    """Return the first column of a measure: its name, and below it the unit and how much of the spread of single runs is luck."""
    unit = [f"  ({BRIEF.get(f.words.change.axis, f.words.change.axis)})"] if f.method in IN_UNITS and f.clear else []
    luck = [f"  luck {share_text(f.luck)}"] if math.isfinite(f.luck) else []
    return [*wrapped(capital(f.words.short), width=NAMES), *unit, *luck]


def measure(m: Told, f: Finding, left: int, many: int) -> list[str]:
    """Return the lines of one measure: beside its first column the parameters that matter most, or that nothing is told."""
    if f.verdict is not Verdict.TOLD:
        rows = [f"hidden by luck; about replications={f.needed:,} would tell" if f.verdict is Verdict.SWAMPED and f.needed else str(f.verdict)]
        names = wrapped(capital(f.words.short), width=NAMES)
    else:
        shown, names = f.named[:many], about(f)
        width = max(len(one.parameter) for one in shown)
        grades = {factor.name: factor.grade for factor in m.step.factors}
        rows = [f"{one.parameter:<{width}}  {grades.get(one.parameter, ' ')}  {number(f, one.estimate, one.low, one.high)}" for one in shown]
    return [f"{name:<{left}}  {row}".rstrip() for name, row in zip_longest(names, rows, fillvalue="")]


def number(f: Finding, estimate: float, low: float, high: float) -> str:
    """Return an index with its interval, without unit."""
    if f.method in BY_VARIANCE:
        return percent(estimate, low, high)
    kind = f.words.change if f.method in IN_UNITS else INDEX
    decimals = kind.places(*(value for value in (estimate, low, high) if math.isfinite(value))) if f.method in IN_UNITS else 2
    told_, ends = kind.number(estimate, decimals, False), [kind.number(end, decimals, False) for end in (low, high)]
    return f"{told_} ({ends[0]} to {ends[1]})"


def worth(m: Told) -> list[str]:
    """Return what knowing more would be worth, in two sentences at most."""
    info = m.sweep.last.information
    return [] if info is None else ["", *information.sentences(info, m.titles)[:2]]


def screened(m: Told) -> list[str]:
    """Return which parameters the screening kept and how many it dropped."""
    table = m.sweep.screening
    if table is None:
        return []
    dropped = list(table[~table.kept].parameter)
    more = f" and {len(dropped) - NAMED} more" if len(dropped) > NAMED else ""
    gone = f"Dropped: {', '.join(dropped[:NAMED])}{more}." if dropped else "Dropped: none."
    return ["", f"Kept by the screening: {', '.join(table[table.kept].parameter)}.", gone]


def noted(m: Told) -> list[str]:
    """Return the notes, at most six, each of two lines at most; those on luck and missing values are one, as the table tells of them."""
    every = notes(m)
    kept = [note for note in every if not IN_TABLE.search(note)]
    swamped = [f for f in m.findings if f.verdict is Verdict.SWAMPED]
    told_here = [TOO_MUCH] if any(f.too_much for f in m.foremost(MEASURES)) else []
    if swamped:
        told_here.append(f"Luck swamps {len(swamped)} of {counted(len(m.findings), 'measure')}; the report says for each how many replications would help.")
    after = int(bool(kept) and "runs failed" in kept[0])  # that comes first
    kept[after:after] = told_here
    lines = [line for note in kept[:NOTES] for line in unbroken(shorten(note, 2 * (WIDEST - 6), placeholder=" …"), "  ", WIDEST)]
    more = len(kept) - NOTES
    return ["", "Notes:", *lines, *([f"  and {more} more in the report."] if more > 0 else [])] if kept else []
