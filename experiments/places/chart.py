"""The league view as a picture: how far places lie apart, beside how far luck alone would carry them. No map, no ranks, no red and green."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from experiments.drawing import CHARCOAL, NAVY, ORANGE, PALE, new_figure, only_words, save_png, style
from experiments.places.words import between, joined, label_of, number

SHOWN = 6
NORMAL_80 = 1.2816  # half of the middle eight in ten, in standard deviations
MOST_DOTS = 400  # places drawn


def draw(league: pd.DataFrame, places: pd.DataFrame, service: str, path: Path) -> str:
    """Draw the first measures of `league` with the places of one run, and return the words that stand in for the picture."""
    every = league[league.chance_share.notna()]
    known = every.head(SHOWN)
    words = described(known, service)
    with style():
        figure = new_figure(9.6, 1.4 + 1.05 * max(1, len(known)))
        axes = figure.subplots(max(1, len(known)), 1, squeeze=False)[:, 0]
        if known.empty:
            only_words(axes[0], words)
        for ax, row in zip(axes, known.itertuples(index=False), strict=False):
            strip(ax, row, places[places.measure == row.measure].value.dropna().to_numpy())
        if len(known):
            legend(axes[0])
        figure.suptitle(title_of(every), x=0.02, ha="left", weight="bold", fontsize=13, color=CHARCOAL)
        save_png(figure, path, title_of(every), words)
    return words


def strip(ax: Axes, row: object, values: np.ndarray) -> None:
    """Draw one measure: every place a tick, the middle eight in ten as a bar, and below it the bar that luck alone would make."""
    step = max(1, len(values) // MOST_DOTS)
    ax.scatter(np.sort(values)[::step], np.full(len(values[::step]), 1.45), marker="|", s=60, color=PALE, linewidth=1, zorder=1)
    ax.barh(0.85, row.p90 - row.p10, left=row.p10, height=0.42, color=NAVY, zorder=2)
    from_, to = by_luck(row)
    ax.barh(0.3, to - from_, left=from_, height=0.42, color=ORANGE, zorder=2)
    low, high = np.quantile(values, (0.01, 0.99)) if len(values) else (0, 1)
    low, high = min(low, from_), max(high, to)
    pad = 0.02 * (high - low or 1)
    ax.set_xlim(low - pad, high + pad)
    ax.set_ylim(0, 1.8)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="x", labelsize=9)
    ticks = ax.get_xticks()
    ax.set_xticks(ticks, [number(row.measure, tick).split(" of ")[0].split(" a ")[0] for tick in ticks])
    ax.set_xlim(low - pad, high + pad)
    share = f"luck {row.chance_share:.0%} of the variance\n({row.chance_low:.0%} to {row.chance_high:.0%})"
    ax.annotate(f"{label_of(row.measure)}\n{share}", (0, 0.5), (-8, 0), xycoords="axes fraction",
                textcoords="offset points", ha="right", va="center", fontsize=10, color=CHARCOAL)  # fmt: skip


def by_luck(row: object) -> tuple[float, float]:
    """Return between what figures luck alone would put eight places in ten, were it normal; no figure of the league can be below 0, but gains."""
    half = NORMAL_80 * row.sd_chance
    return (row.mean - half if "gain" in row.measure else max(0.0, row.mean - half)), row.mean + half


def legend(ax: Axes) -> None:
    """Say once what the two bars are."""
    ax.annotate("places", (1, 1.45), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=9, va="center", color="#595959")
    ax.annotate("8 in 10 of them", (1, 0.85), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=9, va="center", color=NAVY)
    ax.annotate("luck alone", (1, 0.3), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=9, va="center", color="#B8470F")


def title_of(known: pd.DataFrame) -> str:
    """Return the finding."""
    if known.empty:
        return "Too few places to tell luck from structure"
    most, least = known.loc[known.chance_share.idxmax()], known.loc[known.chance_share.idxmin()]
    if most.measure == least.measure:
        return f"{label_of(most.measure)}: {most.chance_share:.0%} of the variance between places is luck"
    return (
        f"Luck makes {most.chance_share:.0%} of the variance between places in {joined([label_of(most.measure)])},\n"
        f"and {least.chance_share:.0%} of that in {joined([label_of(least.measure)])}"
    )


def described(known: pd.DataFrame, service: str) -> str:
    """Return the picture in words."""
    if known.empty:
        return "There are too few places, or too few that were run twice, to tell luck from structure."
    rows = [
        f"{label_of(row.measure)}: eight places in ten between {between(row.measure, row.p10, row.p90)}; luck alone would spread them from "
        f"{between(row.measure, *by_luck(row))}, {row.chance_share:.0%} of the variance."
        for row in known.itertuples(index=False)
    ]
    return f"{service}: how far {int(known.places.max()):,} places lie apart, and how far luck alone would carry them. " + " ".join(rows)
