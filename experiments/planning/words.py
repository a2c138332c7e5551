"""A plan in words: the answer in a sentence first, what it rests on, the table of values tried, and the picture's alternative text."""

from __future__ import annotations

import math

import pandas as pd

from experiments.planning.plan import Plan
from experiments.planning.question import POSTS, Lever, Target
from experiments.planning.search import ALREADY, NOT_FOUND
from experiments.planning.verdicts import CONFIDENCE, ENOUGH, OPEN
from experiments.terminal import counted, text_width, unbroken
from experiments.whatif.measures import Measure

WIDEST = 100
SINGULAR = {"weeks": "week", "posts": "post", "users": "user", "months": "month"}
CAUTION = (
    "A run is one stretch of luck of {weeks}; every value was tried with the same ones. The intervals are about luck alone: "
    "doubt about the assumptions of the model comes on top."
)


def answer(plan: Plan, weeks: int) -> list[str]:
    """Return the paragraphs that answer, the answer itself first."""
    paragraphs = [f"{headline(plan)} {neighbour(plan)}".rstrip(), open_values(plan), order(plan), CAUTION.format(weeks=counted(weeks, "week"))]
    return [paragraph for paragraph in paragraphs if paragraph]


def headline(plan: Plan) -> str:
    """Return the answer in a sentence or two."""
    question, step = plan.question, plan.found.step
    lever, condition = question.lever, f"{met(question.target)} in at least {often(question.rule.probability)}"
    if plan.found.status == NOT_FOUND:
        best = nearest_miss(plan)
        low, high = (lever.value(end) for end in (-lever.down, lever.up))
        told = f"In the model, no value of {lever.key} tried from {low:.10g} to {high:.10g} is enough {condition}."
        return f"{told} The best was {best['value']:.10g}: so it was in {runs_told(best)}, on average {amount(question.target.about, best['mean'])}."
    if plan.found.status == ALREADY:
        fewest = f", and no fewer from {lever.value(-lever.down):.10g} on are" if question.fewest and lever.down else ""
        told = f"In the model, today's {valued(lever, 0)} {verb(lever, 0)} enough already {condition}{fewest}"
        return f"{told}: so it was in {runs_told(plan.row(0))}."
    told = f"In the model, {valued(lever, step)} {superlative(plan)} {condition}: so it was in {runs_told(plan.row(step))}."
    return f"{told} {today(plan)}"


def superlative(plan: Plan) -> str:
    """Return what the answer is: the fewest or most posts, or the smallest rise or cut of another lever."""
    lever, step = plan.question.lever, plan.found.step
    if lever.key == POSTS:
        upward = step > 0 or plan.found.trials[0].verdict == ENOUGH
        shown = " shown to be enough" if OPEN in set(plan.tried["verdict"]) else ""
        return f"{verb(lever, step)} the {'fewest' if upward else 'most'}{shown}"
    change = abs(lever.value(step) - lever.today)
    return f"is the smallest change, {'a rise' if step > 0 else 'a cut'} of {change:.10g} (in steps of {lever.step:.10g}),"


def today(plan: Plan) -> str:
    """Say what today's value is, and how it does."""
    lever = plan.question.lever
    row = plan.row(0)
    done = "which is enough already" if row["verdict"] == ENOUGH else f"with which it was so in {runs_told(row)}"
    return f"Today's value is {lever.today:.10g}, {done}."


def neighbour(plan: Plan) -> str:
    """Say how the next value did that would be a smaller change; nothing when that is today's, or the range ends."""
    step, lever = plan.found.step, plan.question.lever
    if not step:
        return ""
    near = step - 1 if step > 0 or plan.found.trials[0].verdict == ENOUGH else step + 1
    if near < -lever.down:
        return f"{lever.value(step):.10g} is the end of the range tried; a value beyond it may do as well."
    told = near != 0 and near in plan.found.trials and plan.found.trials[near].verdict != OPEN
    return f"With {lever.value(near):.10g} it was so in {runs_told(plan.row(near))}." if told else ""


def open_values(plan: Plan) -> str:
    """Say which values may be enough too: more runs would tell."""
    rows = plan.tried[plan.tried["verdict"] == OPEN]
    if rows.empty:
        return ""
    values = "; ".join(f"with {row['value']:.10g} it was so in {runs_told(row)}" for _, row in rows.iterrows())
    return f"Not decided: {values}. Twice as many runs may tell: max_replications={2 * plan.question.rule.most}."


def order(plan: Plan) -> str:
    """Say so where values further from where the search began did worse, so that bisection could not be relied on."""
    if not plan.found.falls:
        return ""
    lever = plan.question.lever
    pairs = in_pairs([(lever.value(one), lever.value(other)) for one, other in plan.found.falls])
    told = f"More of the lever is not always better here: the target was met less often beyond luck going from {pairs}."
    if plan.found.status == NOT_FOUND:
        return f"{told} Values between those tried may be enough; narrow the range with low= and high=."
    rest = "only some of the values before the answer were tried, evenly spaced" if plan.found.gaps else "every value before the answer was tried"
    return f"{told} So {rest}."


def in_pairs(pairs: list[tuple[float, float]]) -> str:
    """Return `4 to 5, and 8 to 9`."""
    return ", and ".join(f"{one:.10g} to {other:.10g}" for one, other in pairs)


def nearest_miss(plan: Plan) -> pd.Series:
    """Return the row with the largest share of runs that met the target, and of those the one with the best mean."""
    sign = 1 if plan.question.target.at_most else -1
    ranked = plan.tried.assign(badness=plan.tried["mean"] * sign).sort_values(["share", "badness"], ascending=[False, True])
    return ranked.iloc[0]


def met(target: Target) -> str:
    """Return the target as the end of "the fewest …"."""
    limit = amount(target.about, target.limit)
    if target.measure == "wait_p90" and target.at_most:
        return f"for nine in ten of those taken on to wait at most {limit}"
    return f"to keep {target.about.words} at {limit} or {'less' if target.at_most else 'more'}"


def often(share: float) -> str:
    """Return a share of runs: `90 of 100 runs`."""
    return f"{100 * share:.10g} of 100 runs"


def runs_told(row: pd.Series) -> str:
    """Return `48 of 50 runs (95% interval 84.5 to 99.6 of 100)`."""
    interval = f"{CONFIDENCE:.0%} interval {100 * row['share_low']:.1f} to {100 * row['share_high']:.1f} of 100"
    return f"{row['runs_meeting_target']} of {row['runs']} runs ({interval})"


def valued(lever: Lever, step: int) -> str:
    """Return the lever at a value: `17 posts`, or `model.workforce.caseload_cap=95`."""
    value = f"{lever.value(step):.10g}"
    return f"{value} {unit_of(lever.value(step), 'posts')}" if lever.key == POSTS else f"{lever.key}={value}"


def verb(lever: Lever, step: int) -> str:
    """Return `is` or `are`."""
    return "are" if lever.key == POSTS and lever.value(step) != 1 else "is"


def amount(about: Measure, value: float) -> str:
    """Return a value of the measure with its unit: `70%`, `4 weeks`, `1.2 posts`."""
    if math.isnan(value):
        return "no value"
    if about.is_share:
        return f"{100 * value:.3g}%"
    return f"{number(value)} {unit_of(value, about.unit)}"


def number(value: float, figures: int = 3) -> str:
    """Return the `figures` that count, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 10**figures else f"{value:,.{figures}g}"


def unit_of(value: float, unit: str) -> str:
    """Return the unit, in the singular after 1."""
    return " ".join(SINGULAR.get(word, word) for word in unit.split(" ")) if value == 1 else unit


def table_text(plan: Plan) -> str:
    """Return the values tried as columns of text."""
    about, lever = plan.question.target.about, plan.question.lever
    head = ("value", "mean", "runs that meet it", "of 100", "95% interval", "verdict")
    rows = []
    for _, row in plan.tried.iterrows():
        mark = " (today)" if row["value"] == lever.today else ""
        mean = "none" if math.isnan(row["mean"]) else f"{100 * row['mean']:.1f}%" if about.is_share else number(row["mean"], 4)
        interval = f"{100 * row['share_low']:.1f} to {100 * row['share_high']:.1f}"
        share = f"{100 * row['share']:.1f}"
        rows.append((f"{row['value']:.10g}{mark}", mean, f"{row['runs_meeting_target']} of {row['runs']}", share, interval, row["verdict"]))
    return "\n".join([f"{lever.key}, and the mean of {about.words}", *columns([head, *rows], left=(0, 5))])


def columns(lines: list[tuple[str, ...]], left: tuple[int, ...]) -> list[str]:
    """Return `lines` of cells as text in columns, those in `left` to the left and others to the right."""
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    padded = [[cell.ljust(width) if i in left else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths, strict=True))] for line in lines]
    return ["  ".join(cells).rstrip() for cells in padded]


def wrapped(paragraph: str) -> str:
    """Return a paragraph in lines that fit the terminal, at most 100 characters."""
    return "\n".join(unbroken(paragraph, "", min(text_width() or WIDEST, WIDEST)))
