"""The flattering gain beside the true one: users against themselves at referral, and everybody against the same people under usual care."""

from __future__ import annotations

import numpy as np

from experiments.report.effects import Told
from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Row, bar, spans
from experiments.report.numbers import Unit, show
from experiments.report.sentences import times
from experiments.report.words import AFTER
from experiments.whatif.differences import halfwidth, means

POINTS = Unit(1.0, "", "points")
MOST_ARMS = 3  # drawn; the table holds all
FEWEST_TO_STAY = 100  # people: with fewer the gain of those who stayed says little


def figure(told: Told) -> Figure | None:
    """Return both gains for the baseline and the scenarios, at the latest time with enough people; None when no run reaches half a year."""
    weeks = latest(told)
    if weeks is None:
        return None
    question = told.comparison.question
    arms = [(question.baseline.name, "Baseline", max(told.comparison.replications.values()))]
    arms += [(arm.name, arm.title, told.comparison.replications[arm.name]) for arm in told.scenarios]
    gains = {title: (level(told, name, f"stayed_gain_{weeks}", runs), level(told, name, f"gain_over_usual_care_{weeks}", runs)) for name, title, runs in arms}
    gains = {title: both_gains for title, both_gains in gains.items() if all(np.isfinite(mean) for mean, _, _ in both_gains)}
    if not gains:
        return None
    rows = []
    for title, (flattering, true) in list(gains.items())[:MOST_ARMS]:
        rows += [Row(title), Row("before and after, those who stayed", bar(flattering[0], "bar before"), f"{flattering[0]:.1f} points")]
        rows += [Row("against usual care, everybody", bar(true[0]), f"{true[0]:.1f} points")]
    chart = Chart(tuple(rows), *spans([mean for pair in gains.values() for mean, _, _ in pair]), "points of the Star sum")
    title, words = said(next(iter(gains.values())))
    return Figure(
        title=title,
        subtitle=f"Wellbeing {AFTER[weeks]} after referral, points of the Star sum (8 to 40), in the model",
        alt=alt("Bar chart", "two gains in wellbeing, points of the Star sum,", "service", f"{AFTER[weeks]} after referral", f"{title}; {words}"),
        table=Table(
            f"Gain {AFTER[weeks]} after referral, points of the Star sum (95% interval of the mean over runs)",
            ("Service", "Before and after, those who stayed", "Against usual care, everybody referred"),
            tuple((title, in_words(*pair[0]), in_words(*pair[1])) for title, pair in gains.items()),
        ),
        note="People are referred when they are low, and recover in part without the service; those who do well stay. Only the second gain is the service’s.",
        **both(chart.draw),
    )


def latest(told: Told) -> int | None:
    """Return the weeks after referral, two years at most, at which enough people are still with the service in the baseline."""
    runs = told.comparison.runs[(told.comparison.runs.group == "all") & (told.comparison.runs.scenario == told.comparison.question.baseline.name)]
    people = runs.groupby("measure").people.mean()
    for weeks in (104, 52, 26):
        if people.get(f"stayed_gain_{weeks}", 0) >= FEWEST_TO_STAY and people.get(f"gain_over_usual_care_{weeks}", 0) > 0:
            return weeks
    return 26 if people.get("stayed_gain_26", 0) > 0 and people.get("gain_over_usual_care_26", 0) > 0 else None


def level(told: Told, arm: str, measure: str, runs: int) -> tuple[float, float, float]:
    """Return the mean of a measure over runs, with its 95% interval."""
    values = told.values(arm, measure, runs)
    values = values[np.isfinite(values)][:, None]
    mean, half = (float(means(values)[0]), float(halfwidth(values)[0])) if len(values) else (np.nan, np.nan)
    return mean, mean - half, mean + half


def said(pair: tuple[tuple[float, float, float], tuple[float, float, float]]) -> tuple[str, str]:
    """Return the finding and its two numbers, for the baseline."""
    (flattering, low, _), (true, _, high) = pair
    words = f"before and after {flattering:.1f} points, against usual care {true:.1f}"
    if true > 0 and low > high:
        return f"Before and after, the gain looks {times(flattering / true)} as large", words
    return "Before-and-after gain beside the gain against usual care", words


def in_words(mean: float, low: float, high: float) -> str:
    """Return a mean with its interval."""
    return f"{show(mean, 2)} ({show(low, 2)} to {show(high, 2)})"
