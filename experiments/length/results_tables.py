"""The tables of docs/results/length.md, in Markdown's terms: an answer and what was moved, as frames of text."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from experiments.length.answer import Answer
from experiments.length.command import posts_of
from experiments.length.figures.gain import Needed, span
from experiments.length.figures.shown import mode_name, plain_length
from experiments.length.measures import LATER, OWN, PRIMARY, WAITED
from experiments.length.policies import POLICIES
from experiments.length.report.material import Told
from experiments.length.robustness import AS_IT_IS, LENGTHS
from experiments.length.statistics import NONE

SHORT, REFERENCE, OPEN_ENDED = LENGTHS
CHANGED = (PRIMARY, LATER, "served_all", WAITED)  # what is told of the other ways to end


def number(value: float, low: float, high: float, places: int) -> str:
    """Return a value with its interval; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    ends = f" ({low:,.{places}f} to {high:,.{places}f})" if math.isfinite(low) else ""
    return f"{value:,.{places}f}{ends}".replace("-", "−")


def interval_of(row: Mapping[str, Any] | None, places: int, name: str = "value") -> str:
    """Return what a row tells under `name`, with its interval; a dash where there is no row."""
    return "–" if row is None else number(row[name], row["ci_low"], row["ci_high"], places)


def needed(m: Told) -> pd.DataFrame:
    """Return the needed lengths by group and mode, in words."""
    rows = [(words, *(in_words(m.needed(mode, group)) for mode in m.modes)) for group, words in m.groups.items()]
    return pd.DataFrame(rows, columns=["", *(mode_name(mode) for mode in m.modes)])


def in_words(one: Needed | None) -> str:
    """Return a needed length with its range and share."""
    if one is None or not one.length:
        return "none of those tried"
    return f"{plain_length(one.length)} ({span(one)}; {one.share:.0%})" if one.ranged else plain_length(one.length)


def by_length(m: Told, mode: str) -> pd.DataFrame:
    """Return the main outcomes of each length in one mode."""
    posts = posts_of(m.answer)[mode]
    told: dict[str, Callable[[str], str]] = {
        "posts": lambda length: str(posts[length]),
        "gain at 5 years": lambda length: interval_of(m.row(mode, length, PRIMARY), 2),
        "less what leans on the relationship": lambda length: interval_of(m.row(mode, length, OWN), 2),
        "gain of those referred in year 3": lambda length: interval_of(m.row(mode, length, LATER), 2),
        "started, whole run": lambda length: interval_of(m.row(mode, length, "served_all"), 0),
        "weeks waited": lambda length: interval_of(m.row(mode, length, WAITED), 1),
        "workload": lambda length: interval_of(m.row(mode, length, "workload"), 2),
        "spend, million pounds": lambda length: in_millions(m.row(mode, length, "spend")),
    }
    return pd.DataFrame([(plain_length(length), *(tell(length) for tell in told.values())) for length in m.lengths], columns=["length", *told])


def in_millions(row: Mapping[str, Any] | None) -> str:
    """Return the spend of a length."""
    return "–" if row is None else f"{row['value'] / 1e6:,.1f}"


def after(m: Told, mode: str) -> pd.DataFrame:
    """Return what is told of the time after an exit."""
    told = {
        "gain 1 year after planned exit": "gain_planned_exit_52", "2 years after": "gain_planned_exit_104", "lost within a year of discharge": "loss_52",
        "within 2 years": "loss_104", "leaned on the relationship at discharge": "dependency", "strong habits kept, share": "habits_kept",
        "came back within a year of leaving, share": "returned_52", "within 2 years, share": "returned_104",
    }  # fmt: skip
    rows = [(plain_length(length), *(interval_of(m.row(mode, length, name), 2) for name in told.values())) for length in m.lengths]
    return pd.DataFrame(rows, columns=["length", *told])


def per_hour(answer: Answer) -> pd.DataFrame:
    """Return marginal gains of everybody, one column a mode."""
    own = answer.marginal[answer.marginal.group == "all"]
    rows = []
    for (short, long), part in own.groupby(["from_length", "to_length"], sort=False):
        told = [in_hours(row) for row in part.to_dict("records")]
        rows.append((f"{plain_length(short)} to {plain_length(long)}", *told))
    return pd.DataFrame(rows, columns=["", *(mode_name(mode) for mode in dict.fromkeys(own["mode"]))])


def in_hours(row: Mapping[str, Any]) -> str:
    """Return a gain per hour, with what must be known of it."""
    note = row["note"]
    if not math.isfinite(row["gain_per_hour"]):
        return note
    return interval_of(row, 3, "gain_per_hour") + (f"; {note}" if note else "")


def other_ways(m: Told) -> pd.DataFrame:
    """Return what each policy changes, by mode."""
    rows = []
    for mode in m.modes:
        for policy in m.policies:
            changes = [change_of(m, mode, policy, measure) for measure in CHANGED]
            if any(changes):
                told = (interval_of(change, places, "difference") for change, places in zip(changes, (2, 2, 0, 1), strict=True))
                rows.append((mode_name(mode), POLICIES[policy].title, *told))
    return pd.DataFrame(rows, columns=["mode", "policy", "gain at 5 years", "of those referred in year 3", "started, whole run", "weeks waited"])


def change_of(m: Told, mode: str, policy: str, measure: str) -> dict[str, Any] | None:
    """Return what a policy changes against the reference length in the same mode; None where it was not run there."""
    own = m.rows(mode, PRIMARY, policy)
    return None if own.empty else m.change(mode, own.length.iloc[0], measure, policy=policy)


def sides(moved: pd.DataFrame, mode: str) -> dict[str, pd.DataFrame]:
    """Return what was found in one mode, by what was moved in words; each by length and measure."""
    own = moved[moved["mode"] == mode]
    return {
        name if name == AS_IT_IS else f"`{name}` = {value}": part.set_index(["length", "measure"])
        for (name, value), part in own.groupby(["parameter", "value"], sort=False)
    }


def kept(side: pd.DataFrame) -> float:
    """Return the share of the open-ended programme's gain that the reference length reaches."""
    return float(side["mean"][REFERENCE, PRIMARY] / side["mean"][OPEN_ENDED, PRIMARY])


def robust(moved: pd.DataFrame, mode: str) -> pd.DataFrame:
    """Return the gain of the reference length in one mode, and the differences of the shortest and the open-ended one, by what was moved."""
    short, reference, open_ended = (plain_length(length) for length in LENGTHS)
    rows = []
    for name, side in sides(moved, mode).items():
        told = [interval_of(side.loc[key], 2, "difference") for key in ((SHORT, PRIMARY), (OPEN_ENDED, PRIMARY), (OPEN_ENDED, LATER))]
        answer = side.needed.iloc[0]
        rows.append(
            (name, f"{side['mean'][REFERENCE, PRIMARY]:.2f}", *told, f"{kept(side):.0%}", plain_length(answer) if answer != NONE else "none of those tried")
        )
    heads = [
        "", f"gain with {reference}", f"{short} against it", f"{open_ended} against it", f"{open_ended}, those referred in year 3",
        f"{reference} keep of {open_ended}", "needed of these",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=heads)
