"""What pairing buys: how much the difference of two scenarios varies, by how their luck is shared.

Three ways with the same number of pairs of runs: the same luck for each decision and person (as in `spsim compare`),
the same seed of one generator only, and different seeds. Each run is set against its own usual care.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy import stats

from benchmarks import table
from benchmarks.one_generator import one_generator
from experiments.drawing import CHARCOAL, NAVY, ORANGE, TEAL, new_figure, save_png, style
from experiments.run import Job, run_model
from experiments.twins import gains, usual_care
from experiments.whatif.differences import halfwidth
from sim import Parameters
from sim.summary import valued

CHANGES = {"workforce.posts": 24}  # two more link workers
MEASURES = {  # how the figure and the table name them, and what a value is multiplied by
    "retention_52": ("still there after a year, percentage points", 100.0),
    "gain_over_usual_care_52": ("Star gain over usual care after a year, points", 1.0),
    "gain_over_usual_care_104": ("Star gain over usual care after 2 years, points", 1.0),
}
PAIRED, SAME_SEED, UNPAIRED = "same luck by decision and person", "same seed only", "different seeds"
COLOURS = {PAIRED: NAVY, SAME_SEED: ORANGE, UNPAIRED: TEAL}
GOAL = 5.0  # times smaller variance


def run(pairs: int, weeks: int, picture: str | None = None) -> dict[str, str]:
    """Run everything and return the page; draw `picture`, unless None."""
    found = differences(pairs, weeks)
    if picture:
        draw(found, Path(picture))
    return {"page": page(found, weeks)}


def differences(pairs: int, weeks: int) -> dict[str, np.ndarray]:
    """Return for each way of sharing luck the differences of `MEASURES`, (pairs, measures), in the units shown."""
    arms = [Parameters(), Parameters().replace(CHANGES)]
    seeds = range(1, pairs + 1)
    paired = np.array([values(arms, seed, weeks) for seed in seeds])
    elsewhere = np.array([values(arms[1:], seed + pairs, weeks) for seed in seeds])
    with one_generator():
        single = np.array([values(arms, seed, weeks) for seed in seeds])
    shown = [factor for _, factor in MEASURES.values()]
    return {PAIRED: less(paired) * shown, SAME_SEED: less(single) * shown, UNPAIRED: (elsewhere[:, 0] - paired[:, 0]) * shown}


def less(both: np.ndarray) -> np.ndarray:
    """Return the second arm less the first, of (pairs, arms, measures)."""
    return both[:, 1] - both[:, 0]


def values(arms: list[Parameters], seed: int, weeks: int) -> list[list[float]]:
    """Return `MEASURES` of each of `arms`, with the same people's usual care beside them."""
    *served, twins = (run_model(Job(p, "", seed, weeks, events=False, panel=False)).results for p in (*arms, usual_care(arms[0])))
    rows = []
    for results in served:
        told = pd.concat([results.summary_table, valued(gains(results.people, twins.people))])
        rows.append(list(told[told.group == "all"].set_index("measure").value[list(MEASURES)]))
    return rows


def ratio(one: np.ndarray, other: np.ndarray) -> tuple[float, float, float]:
    """Return how many times larger the variance of `other` is, with its 95% interval (F, both samples taken as normal and independent)."""
    found = float(other.var(ddof=1) / one.var(ddof=1))
    low, high = stats.f.ppf((0.025, 0.975), len(other) - 1, len(one) - 1)
    return found, float(found / high), float(found / low)


def page(found: dict[str, np.ndarray], weeks: int) -> str:
    """Return the page: what was run and the table."""
    body = []
    for column, (words, _) in enumerate(MEASURES.values()):
        paired = found[PAIRED][:, column]
        body.append((words, PAIRED, f"{paired.mean():.3f}", f"{half(paired):.3f}", "1", "", ""))
        for way in (SAME_SEED, UNPAIRED):
            other = found[way][:, column]
            times, low, high = ratio(paired, other)
            goal = table.against(times, GOAL, "{:g}×", more_is_better=True)
            body.append((words, way, f"{other.mean():.3f}", f"{half(other):.3f}", f"{times:.1f}×", f"{low:.1f}–{high:.1f}×", goal))
    pairs = len(found[PAIRED])
    return "\n\n".join((
        "# What pairing buys",
        f"Made by `make bench` (`python -m benchmarks --write`); do not edit. Two more link workers against the service as it is: {pairs} pairs of runs of "
        f"{weeks} weeks for each way of sharing luck. *{PAIRED.capitalize()}* is what `spsim compare` does. *{SAME_SEED.capitalize()}* is one generator a "
        "run, seeded alike, from which all numbers come in turn: the people are the same, but once one run has drawn a number more, all later luck differs. "
        "Variances are set against the first way's; their interval is that of F, and the goal is judged by the estimate. A ratio of 10 means ten times as "
        "many runs for the same interval.",
        "![Differences of single pairs of runs, by how luck is shared](pairing.png)",
        table.rows(("measure", "luck", "difference", "95% half-width", "variance, times", "95% interval", "goal"), body),
    )) + "\n"  # fmt: skip


def half(change: np.ndarray) -> float:
    """Return half the 95% interval of the mean of `change`."""
    return float(halfwidth(change[:, None])[0])


def draw(found: dict[str, np.ndarray], path: Path) -> None:
    """Draw the differences of single pairs as dots, a row for each way, with the interval of their mean below."""
    pairs = len(found[PAIRED])
    others = [ratio(found[PAIRED][:, column], found[way][:, column])[0] for column in range(len(MEASURES)) for way in (SAME_SEED, UNPAIRED)]
    span = f"{min(others):.0f} to {max(others):.0f} times"
    finding = f"Sharing luck by decision and person takes {span} fewer runs for the same interval than sharing the seed only, or nothing"
    below = f"Two more link workers less the service as it is. Each dot is one of {pairs} pairs of runs; the bar is the 95% interval of their mean."
    with style():
        figure = new_figure(11, 4.6)
        axes = figure.subplots(1, len(MEASURES), sharey=True)
        for column, (ax, (words, _)) in enumerate(zip(axes, MEASURES.values(), strict=True)):
            for row, (way, change) in enumerate(found.items()):
                dots(ax, change[:, column], -row, COLOURS[way])
            ax.axvline(0, color=CHARCOAL, linewidth=0.8, zorder=0)
            ax.set_xlabel(fill(words, 30))
            ax.set_yticks([0, -1, -2], [fill(way, 18) for way in found])
            ax.tick_params(axis="y", length=0)
            ax.set_ylim(-2.6, 0.5)
        figure.suptitle(fill(finding, 80), x=0.01, ha="left", weight="bold", color=CHARCOAL, fontsize=13)
        figure.supxlabel(below, x=0.01, ha="left", fontsize=10, color="#595959")
        save_png(figure, path, finding, f"{finding}. {below} {described(found)}")


def dots(ax: Axes, change: np.ndarray, row: int, colour: str) -> None:
    """Draw one row: a dot for each pair, and the mean's interval below."""
    spread = 0.22 * np.linspace(-1, 1, len(change))[np.argsort(np.argsort(np.sin(1e4 * np.arange(len(change)))))]  # scattered, always alike
    ax.plot(change, row + spread, "o", color=colour, markersize=4.5, alpha=0.75, markeredgewidth=0)
    ax.errorbar(change.mean(), row - 0.38, xerr=half(change), color=colour, linewidth=2.5, capsize=3, fmt="|", markersize=8)


def described(found: dict[str, np.ndarray]) -> str:
    """Return the figure in words: standard deviations by measure and way."""
    parts = []
    for column, (words, _) in enumerate(MEASURES.values()):
        told = ", ".join(f"{change[:, column].std(ddof=1):.3f} ({way})" for way, change in found.items())
        parts.append(f"Standard deviation of {words}: {told}.")
    return " ".join(parts)
