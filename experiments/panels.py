"""The panels of the overview: each draws one subject into given axes and returns the words that stand in for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from experiments import findings
from experiments.drawing import BASELINE, BROWN, CHARCOAL, GREY, LILAC, NAVY, ORANGE, PALE, PLUM, TEAL, at_end, head, only_words, years
from experiments.findings import Finding

# From the bottom up: label, states it holds, colour. Neighbours are told apart by colour-blind people too (tests/experiments/test_plots.py)
LAYERS = (
    ("active", ["active"], NAVY),
    ("in maintenance", ["maintenance"], TEAL),
    ("waiting", ["waiting"], ORANGE),
    ("left, goals met", ["completed"], LILAC),
    ("left at the time limit", ["time_limited"], BROWN),
    ("dropped out", ["disengaged"], PLUM),
    ("never started", ["declined", "left_list"], "#949494"),
    ("usual care", ["usual_care"], PALE),
)
BLUES = LinearSegmentedColormap.from_list("blues", ["#EAF1F8", "#5B8DB8", NAVY])
STAR_MARKS = (0, 26, 39, 52, 78, 104, 156, 208, 260)
FOLLOWED_SHARE = 0.1  # of those referred: the Star is drawn as far as this share has been followed
ENOUGH_STARTS = 10  # people taken on in the mean stretch, by which waits are drawn


@dataclass(frozen=True)
class Overview:
    """What the picture needs: four tables of a run, the people of its usual care if that was run, and the caseload cap."""

    weekly: pd.DataFrame
    people: pd.DataFrame
    states: pd.DataFrame
    posts: pd.DataFrame
    twins: pd.DataFrame | None = None
    cap: float | None = None

    @property
    def weeks(self) -> int:
        """Weeks run."""
        return len(self.weekly)

    @property
    def enabled(self) -> bool:
        """Whether there was a service."""
        return bool(self.weekly["posts"].any())


def describe(kind: str, found: Finding, numbers: str = "") -> str:
    """Return the sentence that stands in for one panel."""
    return f"{kind}: {found.title}. {found.measure}{'; ' + numbers if numbers else ''}."


def where(ax: Axes, data: Overview) -> str:
    """Draw who is where, week by week, as a stack."""
    found = findings.who_is_where(data.states)
    head(ax, found.title, found.measure, 90)
    layers = [(label, data.states[names].sum(axis=1).to_numpy(float), colour) for label, names, colour in LAYERS]
    layers = [layer for layer in layers if layer[1].any()]
    if not layers:
        only_words(ax, "Nobody to show.")
        return describe("Stack of people by state", found)
    heights = [values for _, values, _ in layers]
    ends = np.arange(1, data.weeks + 1)
    ax.stackplot(ends, *heights, colors=[colour for *_, colour in layers], edgecolor="white", linewidth=0.8)
    years(ax, data.weeks)
    top = float(np.sum(heights, axis=0).max())
    ax.set_ylim(0, top * 1.02)
    ax.yaxis.set_major_formatter("{x:,.0f}")
    middles = np.cumsum([values[-1] for values in heights]) - np.array([values[-1] for values in heights]) / 2
    shown = [(middle, f"{label} {values[-1]:,.0f}", readable(colour)) for middle, (label, values, colour) in zip(middles, layers, strict=True)]
    at_end(ax, shown, top * 0.075, leaders=True)
    return describe("Stack of people by state", found, "at the end " + ", ".join(text for _, text, _ in shown))


def readable(colour: str) -> str:
    """Return `colour`, darkened where words in it would be too faint on white."""
    return {ORANGE: "#B84A10", LILAC: "#6F4FA8", TEAL: "#1C746D", PALE: "#595959", "#949494": "#595959"}.get(colour, colour)


def strip(ax: Axes, data: Overview) -> str:
    """Draw the caseload of each post as a strip: darker is more, hatched is vacant, orange is over the cap."""
    found = findings.caseloads(data.posts, data.cap)
    head(ax, found.title, found.measure, 44)
    grid = data.posts.pivot(index="post", columns="week", values="caseload").to_numpy(float, na_value=np.nan)
    top = data.cap or max(1.0, np.nanmax(np.append(grid.ravel(), 1.0)))
    ax.patch.set(facecolor="white", hatch="//////", edgecolor=GREY)
    colours = BLUES.with_extremes(bad=(0, 0, 0, 0), over=ORANGE)
    image = ax.imshow(grid, aspect="auto", cmap=colours, vmin=0, vmax=top, interpolation="nearest", extent=(0, data.weeks, len(grid) + 0.5, 0.5))
    if len(grid) <= 60:
        for line in range(1, len(grid)):
            ax.axhline(line + 0.5, color="white", linewidth=1)
    ax.yaxis.get_major_locator().set_params(integer=True, nbins=6, min_n_ticks=1)
    if len(grid) <= 6:
        ax.set_yticks(range(1, len(grid) + 1))
    ax.set_ylabel("post")
    years(ax, data.weeks)
    over = data.cap is not None and np.nanmax(np.append(grid, 0)) > data.cap
    key = ax.inset_axes([1.03, 0.06, 0.035, 0.8])
    bar = ax.figure.colorbar(image, cax=key, extend="max" if over else "neither", ticks=[0, top] if top < 4 else [0, round(top / 2), top])
    bar.ax.set_yticklabels([f"{tick:,.0f}{' cap' if data.cap and tick == top else ''}" for tick in bar.get_ticks()])
    bar.outline.set_visible(False)
    if over:
        ax.annotate("over", (1, 1), (8, -2), xycoords="axes fraction", textcoords="offset points", color=readable(ORANGE), va="top")
    return describe("Strip of caseloads", found)


def waiting(ax: Axes, data: Overview) -> str:
    """Draw the weeks waited by those taken on, by quarter or longer: half of them, and nine in ten."""
    started = data.people.loc[data.people["start_week"].notna(), ["start_week", "wait_weeks"]].astype(float)
    listed = int(data.weekly["waiting"].iloc[-1]) if data.weeks else 0
    stretch = next((name for name, length in findings.STRETCHES.items() if len(started) * length >= ENOUGH_STARTS * data.weeks), "year")
    length = findings.STRETCHES[stretch]
    found = findings.waits(started, data.weeks, listed, stretch)
    head(ax, found.title, found.measure, 44)
    parts = findings.by_stretch(started, length).reindex(range(int(np.ceil(data.weeks / length))))
    if parts["nine"].count() < 2:
        only_words(ax, "There are too few waits to draw." if len(started) else "There are no waits to show.")
        return describe("Line of waits", found)
    middle = np.minimum((parts.index + 0.5) * length, data.weeks)
    ax.plot(middle, parts["nine"], color=NAVY, linewidth=2.5, marker="o", markersize=4)
    ax.plot(middle, parts["half"], color=readable(TEAL), linewidth=2, linestyle=(0, (1, 1)), marker="s", markersize=4)
    ax.set_ylim(0, max(4.0, 1.12 * np.nanmax(parts["nine"])))
    years(ax, data.weeks)
    ax.set_ylabel("within so many weeks")
    last = parts.dropna().iloc[-1]
    at_end(ax, [(last["nine"], "nine in ten", NAVY), (last["half"], "half", readable(TEAL))], ax.get_ylim()[1] * 0.09)
    return describe("Line of waits", found)


def community(ax: Axes, data: Overview) -> str:
    """Draw the places of community services, who attends, and who was referred on and is not there yet: without a place, or yet to start."""
    found = findings.community(data.weekly)
    head(ax, found.title, found.measure, 44)
    ends = np.arange(1, data.weeks + 1)
    lines = (("places", "places", CHARCOAL, (0, (1, 1))), ("attending", "attending", TEAL, "-"), ("queued", "not there yet", ORANGE, (0, (6, 2))))
    ax.fill_between(ends, data.weekly["attending"], color=TEAL, alpha=0.25, linewidth=0)
    top = max(1.0, float(data.weekly[[name for name, *_ in lines]].max().max()) * 1.08)
    ax.set_ylim(0, top)
    for name, _, colour, dash in lines:
        ax.plot(ends, data.weekly[name], color=colour, linestyle=dash, linewidth=2)
    years(ax, data.weeks)
    ax.yaxis.set_major_formatter("{x:,.0f}")
    now = data.weekly.iloc[-1]
    shown = [(now[name], f"{label} {now[name]:,.0f}", readable(colour)) for name, label, colour, _ in lines]
    at_end(ax, shown, top * 0.09)
    return describe("Lines of places, attendance and people referred on who are not there yet", found, "at the end " + ", ".join(text for _, text, _ in shown))


def wellbeing(ax: Axes, data: Overview) -> str:
    """Draw the mean Star of the same people since referral, beside their usual care when that was run."""
    means, difference, followed = star_since_referral(data)
    found = findings.wellbeing(means, difference, followed, data.twins is not None, data.enabled)
    head(ax, found.title, found.measure, 44)
    if len(means) < 2:
        only_words(ax, "Nobody has been followed for half a year.")
        return describe("Line of wellbeing", found)
    name, look = ("service", {"color": NAVY}) if data.enabled else ("usual care", BASELINE)
    ax.plot(means["week"], means["service"], linewidth=2.5, marker="o", markersize=5, **look)
    values = means["service"]
    labels = [(means["service"].iloc[-1], f"{name} {means['service'].iloc[-1]:.1f}", look["color"])]
    if data.twins is not None:
        ax.plot(means["week"], means["twin"], linewidth=2, marker="s", markersize=4, **BASELINE)
        labels.append((means["twin"].iloc[-1], f"usual care {means['twin'].iloc[-1]:.1f}", "#595959"))
        values = pd.concat([values, means["twin"]])
    low, high = values.min(), values.max()
    room = max(0.5, 0.15 * (high - low))
    ax.set_ylim(low - room, high + room)
    ax.set_ylabel("points (not from zero)")
    ax.set_xlim(0, means["week"].iloc[-1])
    ax.set_xticks(means["week"], [f"{w / 52:g}" if w % 26 == 0 else "" for w in means["week"]])
    ax.set_xlabel("years since referral")
    at_end(ax, labels, (high - low + 2 * room) * 0.09)
    return describe("Lines of wellbeing", found, ", ".join(text for _, text, _ in labels) + f", from {means['service'].iloc[0]:.1f} at referral")


def star_since_referral(data: Overview) -> tuple[pd.DataFrame, pd.Series, int]:
    """Return mean Stars by week since referral, each person's gap to usual care at the last, and how many people.

    The people are the same in all weeks: those followed to the last mark that a tenth of those referred have reached.
    """
    people = data.people.set_index("person")
    marks = [mark for mark in STAR_MARKS if people[f"latent_{mark}"].notna().mean() >= FOLLOWED_SHARE]
    if not marks:
        return pd.DataFrame({"week": [], "service": []}), pd.Series(dtype=float), 0
    names = [f"latent_{mark}" for mark in marks]
    own = people[names].dropna()
    if data.twins is None:
        return pd.DataFrame({"week": marks, "service": own.mean().to_numpy()}), pd.Series(dtype=float), len(own)
    twins = data.twins.set_index("person")[names].dropna()
    both = own.index.intersection(twins.index)
    own, twins = own.loc[both], twins.loc[both]
    means = pd.DataFrame({"week": marks, "service": own.mean().to_numpy(), "twin": twins.mean().to_numpy()})
    return means, own[names[-1]] - twins[names[-1]], len(both)
