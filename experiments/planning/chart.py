"""The picture of a plan: at each value tried the share of runs that meet the target, with its interval, and the share asked for."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.drawing import CHARCOAL, GREY, NAVY, ORANGE, PLUM, head, new_figure, save_png, style
from experiments.planning.plan import Plan
from experiments.planning.verdicts import CONFIDENCE, ENOUGH, OPEN, SELDOM
from experiments.planning.words import headline, often, runs_told

MARKS = {ENOUGH: ("o", NAVY, NAVY), OPEN: ("D", ORANGE, "white"), SELDOM: ("X", PLUM, PLUM)}  # marker, edge, face: shape says it too
WIDTH = 74


def draw_plan(plan: Plan, path: Path | str) -> str:
    """Draw `plan` to `path` (PNG) and return the words that stand in for the picture."""
    words = in_words_of(plan)
    with style():
        figure = new_figure(8.4, 5.6)
        ax = figure.subplots()
        points(ax, plan)
        finding = headline(plan).split(": ")[0].rstrip(".") + "."
        head(ax, finding, f"Share of runs in which that was so at each value tried, with {CONFIDENCE:.0%} interval", WIDTH)
        save_png(figure, path, "Plan", words)
    return words


def points(ax: Axes, plan: Plan) -> None:
    """Draw the values tried, the share asked for, and today's value."""
    asked, lever = 100 * plan.question.rule.probability, plan.question.lever
    ax.axhline(asked, color=GREY, linestyle=(0, (4, 2)), linewidth=1.2)
    ax.annotate(f"asked for: {often(plan.question.rule.probability)}", (1, asked), (0, -4), xycoords=("axes fraction", "data"),
                textcoords="offset points", ha="right", va="top", fontsize=10, color="#595959")  # fmt: skip
    ax.axvline(lever.today, color=GREY, linewidth=0.8, linestyle=":")
    late = lever.today > plan.tried["value"].mean()  # then the word stands to the left of the line, inside the picture
    ax.annotate("today", (lever.today, 0), (-4 if late else 4, 4), textcoords="offset points", ha="right" if late else "left", fontsize=10, color="#595959")
    for verdict, (marker, edge, face) in MARKS.items():
        rows = plan.tried[plan.tried["verdict"] == verdict]
        if rows.empty:
            continue
        share = 100 * rows["share"]
        spread = [share - 100 * rows["share_low"], 100 * rows["share_high"] - share]
        ax.errorbar(rows["value"], share, yerr=spread, fmt=marker, color=edge, mfc=face, markersize=8, elinewidth=1.4, capsize=3, label=verdict)
    if plan.value is not None:
        row = plan.row(plan.found.step)
        ax.annotate(f"{plan.value:.10g}", (plan.value, 100 * row["share"]), (-6, 6), textcoords="offset points", ha="right", weight="bold", color=CHARCOAL)
    ax.set_ylim(-3, 108)
    ax.set_yticks(range(0, 101, 20))
    ax.set_ylabel("runs that meet the target, of 100")
    ax.set_xlabel(fill(f"{lever.key}, {lever.unit}", WIDTH))
    ax.margins(x=0.06)
    ax.xaxis.set_major_locator(MaxNLocator(integer=isinstance(lever.today, int)))
    ax.legend(loc="best", frameon=False, title="the target is met", alignment="left")


def in_words_of(plan: Plan) -> str:
    """Return the picture in words: what is drawn, and every point."""
    points_told = "; ".join(f"{row['value']:.10g}: {runs_told(row)}, {row['verdict']}" for _, row in plan.tried.iterrows())
    drawn = f"Drawn is the share of runs in which that was so, by {plan.question.lever.key}, with a line at {often(plan.question.rule.probability)}."
    return f"{headline(plan)} {drawn} {points_told}."
