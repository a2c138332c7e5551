"""A system in words: its summary, how much its places differ, and how much of that is luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from experiments.executors import Workers, job_script
from experiments.places.league import FEWEST
from experiments.places.question import Asked
from experiments.places.work import Ahead
from experiments.settings import Request
from experiments.summary import CAUTION, LABEL_WIDTH, LINES, TOOK_UP, WIDEST, beyond_the_programme, has_value, headline, line
from experiments.terminal import counted

TEXT = "summary.txt"
SAID = {measure: (label, form, decimals) for lines in LINES.values() for measure, label, form, decimals in lines}
LABELS = {  # of the league
    "wait_mean": "Mean wait", "uptake": "Uptake", "dropout": "Drop-out", "contacts_per_user": "Contacts with the link worker",
    "changed_worker": "Changes of link worker", "star_gain_26": "Recorded Star gain after 6 months", "setbacks_per_year": "Setbacks",
    "posts_vacant": "Vacant posts", "places_taken": "Places taken at community services", "cost_per_start": "Cost of link workers for each person taken on",
}  # fmt: skip
FORMS = SAID | {"places_taken": ("", "{}% of those there", 0)}
HALF = 0.5


def label_of(measure: str) -> str:
    """Return how a measure of the league is called."""
    return LABELS[measure]


def number(measure: str, value: float) -> str:
    """Return a value of a measure of the league with its unit, as the summary shows it."""
    _, form, decimals = FORMS[measure]
    factor = 100 if "%" in form else 1
    return form.format(f"{value * factor:,.{decimals}f}")


def between(measure: str, low: float, high: float) -> str:
    """Return `2 to 9 weeks`."""
    _, form, decimals = FORMS[measure]
    factor = 100 if "%" in form else 1
    return form.format(f"{low * factor:,.{decimals}f} to {high * factor:,.{decimals}f}")


def text(request: Request, asked: Asked, summary: pd.DataFrame, league: pd.DataFrame, notes: Sequence[str]) -> str:
    """Return the whole summary of a system."""
    places = counted(len(asked.system.places), "place")
    rows = summary[summary["group"].isin(["all", TOOK_UP])]
    names = rows["measure"].where(rows["group"] == "all", rows["measure"] + ", " + rows["group"])
    rows = rows.set_index(names).drop(index=beyond_the_programme(replace(request, parameters=asked.system.places[0].parameters)), errors="ignore")
    lines = [f"{headline(request)}; {places}"]
    for title, measures in LINES.items():
        told = [part for measure, *how in measures if has_value(rows, measure) for part in line(*how, rows.loc[measure])]
        lines += ["", title, *told] if told else []
    if has_value(rows, "star_gain_26"):
        lines += ["", CAUTION]
    lines += ["", *league_text(league)]
    lines += ["", *(f"Note: {note}" for note in notes)] if notes else []
    return "\n".join(lines)


def league_text(league: pd.DataFrame) -> list[str]:
    """Return the lines on how much places differ and how much of that is luck; none for a single place."""
    if league.empty:
        return []
    lines = ["How much places differ: the middle eight in ten of them, and how much of the variance is luck"]
    for row in league.itertuples(index=False):
        lines += two_parts(f"{label_of(row.measure)}", f"{between(row.measure, row.p10, row.p90)}{luck(row)}")
    return [*lines, "", *reading(league)]


def two_parts(label: str, said: str) -> list[str]:
    """Return a label and what is said of it on one line, or below each other where that is too long."""
    whole = f"  {label:<{LABEL_WIDTH}} {said}"
    return [whole] if len(whole) <= WIDEST + 20 else [f"  {label}", f"      {said}"]


def luck(row: object) -> str:
    """Return `; luck 12% (9 to 16%)`, empty when that is not known."""
    if pd.isna(row.chance_share):
        return ""
    return f"; luck {row.chance_share:.0%} ({row.chance_low:.0%} to {row.chance_high:.0%})"


def reading(league: pd.DataFrame) -> list[str]:
    """Return how to read the spread."""
    known = league[league.chance_share.notna()]
    if known.empty:
        return [f"Luck can be told from structure from {FEWEST} places on."]
    twice = int(known.places_run_twice.max())
    lines = [
        f"Luck is what changes when a place is run again with the same parameters and other chance events ({counted(twice, 'place')} were); its share is "
        "that of the variance between places, in brackets the 95% interval. All of this is in the model."
    ]
    for which, said in (
        (known.chance_low > HALF, "Mostly luck, so that a place's rank says little about the place"),
        (known.chance_high < HALF, "Mostly structure, such as workers for each referral, need or services"),
        ((known.chance_low <= HALF) & (known.chance_high >= HALF), "Too uncertain to say which"),
    ):
        if labels := [label_of(measure) for measure in known[which].measure]:
            lines.append(f"{said}: {joined(labels)}.")
    again = known.set_index("measure").top_tenth_again.dropna()
    if len(again):
        least, most = again.idxmin(), again.idxmax()
        lines.append(
            f"Of the tenth of places highest in {joined([label_of(least)])}, {again[least]:.0%} are there again with other luck; in "
            f"{joined([label_of(most)])}, {again[most]:.0%}."
        )
    return lines


def joined(labels: Sequence[str]) -> str:
    """Return labels in a sentence, each with a small first letter."""
    *others, last = [label[:1].lower() + label[1:] for label in labels]
    return f"{', '.join(others)} and {last}" if others else last


def rehearsal(expected: Ahead, workers: Workers, notes: Sequence[str]) -> str:
    """Return what a run would take, and the script of a job queue."""
    lines = [expected.told(), *(f"Note: {note}" for note in notes), "Nothing was run but, where a time is told, one place."]
    return "\n".join([*lines, *([job_script(workers)] if workers.executor == "slurm" else [])])
