"""The summary a commissioner reads: a short table in plain words, with units, and where the files are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from experiments.settings import Request
from experiments.terminal import counted, text_width, unbroken
from sim.parameters import declarations

TOOK_UP = "uptake: yes"  # a measure of this group goes by "measure, group"
# Each line: measure of summary.csv, how it is said, how its number is shown ({} is the number), decimals.
# A "%" in how it is shown makes a share a percentage.
LINES: dict[str, tuple[tuple[str, str, str, int], ...]] = {
    "People": (
        ("people_referred", "Referred", "{} people", 0),
        ("people_started", "Taken on by a link worker", "{} people", 0),
        ("uptake", "Took the service up", "{}% of those referred", 0),
        ("wait_mean", "Wait of those taken on, mean", "{} weeks", 1),
        ("wait_p90", "Nine in ten of them waited at most", "{} weeks", 1),
        ("waiting_end", "On the waiting list at the end", "{} people", 0),
    ),
    "Engagement": (
        ("retention_26", "With the service or done with it after 6 months", "{}% of starters", 0),
        ("retention_52", "... after 1 year", "{}% of starters", 0),
        ("retention_104", "... after 2 years", "{}% of starters", 0),
        ("months_in_service", "Time in the service, mean", "{} months", 1),
        ("contacts_per_user", "Contacts with the link worker", "{} a user", 1),
        ("activity_starts_per_user", "Community activities begun", "{} a user", 1),
    ),
    "How it ended, of all who started": (
        ("goals_met", "Left with their goals met", "{}% of starters", 0),
        ("time_limit", "Reached the end of the programme", "{}% of starters", 0),
        ("dropout", "Dropped out", "{}% of starters", 0),
        ("gone", "Died or moved away", "{}% of starters", 0),
        ("still_open", "Still in the service", "{}% of starters", 0),
    ),
    "Continuity and setbacks": (
        ("changed_worker", "Had a change of link worker", "{}% of starters", 0),
        ("lost_worker_change", "Dropped out after such a change", "{}% of starters", 1),
        ("setbacks_per_year", "Setbacks", "{} a person and year", 2),
        ("lost_setback", "Dropped out after a setback", "{}% of starters", 1),
    ),
    "Wellbeing (Star, eight areas, 8 to 40 points)": (
        ("star_gain_26", "Recorded gain after 6 months, those reviewed", "{} points", 1),
        ("gain_over_usual_care_52", "Above their own usual care, 1 year, all referred", "{} points", 2),
        (f"gain_over_usual_care_52, {TOOK_UP}", "... 1 year, those who took the service up", "{} points", 2),
        ("gain_over_usual_care_104", "... 2 years, all referred", "{} points", 2),
        (f"gain_over_usual_care_104, {TOOK_UP}", "... 2 years, those who took the service up", "{} points", 2),
    ),
    "Workers": (
        ("caseload_mean", "Caseload", "{} users a filled post", 0),
        ("posts_vacant", "Posts vacant", "{}% of the time", 0),
        ("hours_used", "Diary hours used", "{}%", 0),
    ),
    "Cost (pounds of 2022/23)": (
        ("cost_service", "Link workers", "£{}", 0),
        ("cost_per_start", "... for each person taken on", "£{}", 0),
        ("cost_places", "Community places", "£{}", 0),
        ("cost_care", "Care use of everybody referred", "£{}", 0),
    ),
    "Against the same people's usual care, discounted": (
        ("cost_over_usual_care", "Extra cost: link workers and care use", "£{}", 0),
        ("wellbys_over_usual_care", "Wellbeing gained", "{} WELLBYs", 0),
        ("wellby_worth_over_usual_care", "... worth", "£{}", 0),
    ),
}
CAUTION = (
    "A recorded gain compares people with themselves at referral, when they are low, and only those reviewed twice: most of it is not the service's. "
    "twin=true shows what the service adds."
)
BESIDE = (
    "The recorded gain is that of users reviewed twice, against themselves when they were low; what the service adds is that of all referred, against "
    "their own usual care. Where the difference comes from: before-and-after.md in docs/results."
)
MONEY_CAUTION = (
    "The worth of wellbeing rests on one Star point being {satisfaction:g} life-satisfaction points, which is assumed, not measured; "
    "at {low:g} it is {less:.0%} of this, at {high:g} {more:.0%}."
)
FEW_SEEDS = 5  # with fewer, an interval says more about their number than about the service
LABEL_WIDTH = 50
WIDEST = 100
SINGULAR = {"people": "person", "weeks": "week", "users": "user", "months": "month", "WELLBYs": "WELLBY"}


def summary_text(request: Request, summary: pd.DataFrame, folder: Path, doubt: str = "", notes: Sequence[str] = ()) -> str:
    """Return the summary for the terminal; measures without a value are left out.

    `doubt` says which doubt about parameters the seeds hold as well as luck; `notes` come at the end.
    """
    rows = summary[summary["group"].isin(["all", TOOK_UP])]
    names = rows["measure"].where(rows["group"] == "all", rows["measure"] + ", " + rows["group"])
    rows = rows.set_index(names).drop(index=beyond_the_programme(request), errors="ignore")
    width = min(text_width() or WIDEST, WIDEST)
    lines = wrapped(headline(request))
    for title, measures in LINES.items():
        told = [part for measure, *how in measures if has_value(rows, measure) for part in line(*how, rows.loc[measure], width)]
        lines += ["", *wrapped(title), *told] if told else []
    if has_value(rows, "star_gain_26"):
        lines += ["", *wrapped(BESIDE if request.settings["twin"] else CAUTION)]
    if has_value(rows, "wellbys_over_usual_care"):
        lines += ["", *wrapped(money_caution(request))]
    if request.settings["replications"] >= FEW_SEEDS:
        held = f"over {doubt} as well as luck, not doubt about the other assumptions" if doubt else "which is luck alone, not doubt about the assumptions"
        lines += ["", *wrapped(f"In brackets: 95% interval of the mean over seeds, {held}.")]
    elif request.settings["replications"] > 1:
        held = f" Seeds differ by {doubt} as well as luck." if doubt else ""
        lines += ["", *wrapped(f"Fewer than {FEW_SEEDS} seeds are too few for an interval worth reading; summary.csv has it.{held}")]
    elif doubt:
        lines += ["", *wrapped(f"One seed is one row: several (replications=) would show {doubt} as well as luck.")]
    lines += [line for note in ("", *notes) for line in wrapped(note)] if notes else []
    return "\n".join([*lines, "", *wrapped(f"Results: {folder} (summary.csv, overview.png, tables; data_dictionary.csv explains them)")])


def wrapped(text: str) -> list[str]:
    """Return `text` in lines that fit the terminal, at most 100 characters; a path stays whole."""
    return unbroken(text, "", min(text_width() or WIDEST, WIDEST))


def money_caution(request: Request) -> str:
    """Return what the worth of wellbeing rests on, and what it would be at the ends of the plausible range."""
    value = request.parameters.economics.satisfaction_per_star
    declared = next(d for key, d, _ in declarations() if key == "model.economics.satisfaction_per_star")
    low, high = declared.plausible
    return MONEY_CAUTION.format(satisfaction=value, low=low, high=high, less=low / value, more=high / value) if value else ""


def headline(request: Request) -> str:
    """Return the line that says what was run."""
    weeks, count, first = (request.settings[key] for key in ("weeks", "replications", "seed"))
    length = counted(weeks, "week") if weeks % 52 or weeks < 104 else f"{weeks // 52} years"
    seeds = f"seed {first}" if count == 1 else f"mean of {count} seeds ({first} to {first + count - 1})"
    return f"{request.titles['service']}, {lower_first(request.titles['scenario'])}: {length} from opening, {seeds}"


def beyond_the_programme(request: Request) -> list[str]:
    """Return the measures of retention at weeks that the programme does not reach."""
    programme = request.parameters.programme
    return [f"retention_{week}" for week in (26, 52, 104) if week > programme.length_weeks and not programme.open_ended]


def has_value(rows: pd.DataFrame, measure: str) -> bool:
    """Whether `measure` is there and not missing."""
    return measure in rows.index and not math.isnan(rows.at[measure, "value"])


def line(label: str, form: str, decimals: int, row: pd.Series, width: int = WIDEST) -> list[str]:
    """Return label, number with unit, and the interval over seeds if there is one: on one line, or below each other where that is too long."""
    factor = 100 if "%" in form else 1
    number, low, high = (f"{row[column] * factor:,.{decimals}f}" for column in ("value", "ci_low", "ci_high"))
    if number == "1":
        form = " ".join(SINGULAR.get(word, word) for word in form.split(" "))
    interval = f" ({low} to {high})" if row["replications"] >= FEW_SEEDS else ""
    said = form.format(number) + interval
    whole = f"  {label:<{LABEL_WIDTH}} {said}"
    return [whole] if len(whole) <= width else [*unbroken(label, "  ", width), *unbroken(said, "      ", width)]


def lower_first(text: str) -> str:
    """Return `text` with a small first letter, to stand inside a sentence."""
    return text[:1].lower() + text[1:]
