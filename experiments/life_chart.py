"""The picture of one life: link worker, meetings, goals, setbacks and depression as lanes, and the Star below."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from experiments.drawing import BASELINE, CHARCOAL, GREY, LILAC, NAVY, ORANGE, PALE, PLUM, TEAL, head, new_figure, save_png, style
from experiments.life import Life, life_of
from experiments.other_lives import Others
from experiments.story_words import WEEKS_PER_MONTH, counted, month_of, number
from sim.people import ATTENDING, GOALS, LAPSED, PRACTISING, QUEUED, RESOLVED
from sim.results import Results

WORKERS = ((NAVY, "white"), ("#7FA6C9", CHARCOAL), ("#0F5C56", "white"), ("#C9DCEC", CHARCOAL), ("#3F76A6", "white"))  # bar and name, in turn
SPAN = 10.0  # points shown at least, so that weekly ups and downs do not look large
HIGHEST = 0.76  # of the height of the panel, that the Star reaches below a legend
MOST = 40  # points of the Star sum
SILENT_WEEKS = 4  # from so many on, the wait for a new worker's call is the finding
SHORT = {  # lane labels
    "lifestyle": "lifestyle", "looking after yourself": "self-care", "managing symptoms": "symptoms", "work, volunteering and other activities": "activities",
    "money": "money", "where you live": "housing", "family and friends": "family, friends", "feeling positive": "feeling positive",
}  # fmt: skip
STAGE_LOOKS = {
    QUEUED: {"facecolor": "white", "edgecolor": TEAL, "hatch": "////", "linewidth": 0.6},
    ATTENDING: {"facecolor": TEAL},
    PRACTISING: {"facecolor": LILAC},
    LAPSED: {"facecolor": PALE, "edgecolor": GREY, "linewidth": 0.6},
    RESOLVED: {"facecolor": NAVY},
}
WAITING_LOOK = {"facecolor": "white", "edgecolor": GREY, "linewidth": 0.8}
SETBACK_LOOK = {"edgecolor": PLUM, "linewidth": 0.8}
KEY = (
    (WAITING_LOOK, "on the waiting list"), (STAGE_LOOKS[QUEUED], "referred on"), (STAGE_LOOKS[ATTENDING], "in a group or advice"),
    (STAGE_LOOKS[PRACTISING], "practising alone"), (STAGE_LOOKS[LAPSED], "lapsed"), (STAGE_LOOKS[RESOLVED], "solved"),
    ({"facecolor": "#B26A8E", **SETBACK_LOOK}, "setback (darker: worse)"),
)  # fmt: skip
ENDINGS = {"goals_met": "Left with enough goals met", "time_limit": "Left at the time limit", "gone": "Died or moved away"}
LANES = ("link worker", "meetings", "goal 1", "goal 2", "goal 3", "setbacks", "depression")


def draw_life(results: Results | Life, person: int, path: Path | str, others: Others | None = None) -> str:
    """Draw the life of `person` to `path` (PNG), the Star of the `others` beside it, and return the words that stand in for the picture."""
    life = results if isinstance(results, Life) else life_of(results, person)
    with style():
        figure = new_figure(11.4, 10.6)
        lanes, star, mind = figure.subplots(3, 1, sharex=True, height_ratios=[1.5, 1, 0.72])
        figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)
        draw_lanes(lanes, life)
        draw_star(star, life, others or Others())
        draw_trust(mind, life)
        months(mind, life)
        description = describe(life)
        save_png(figure, path, f"One life: person {person}", description)
    return description


def silence(life: Life) -> int:
    """Return the longest stretch of weeks in which the person waited for word of a new link worker."""
    return max((last - first for first, last, waits in stretches(life, "awaiting_call") if waits), default=0)


def finding(life: Life) -> str:
    """Say what stands out: a long silence after losing the worker, else how the time with the service ended."""
    if not life.served:
        return "A life without the service"
    if (weeks := silence(life)) >= SILENT_WEEKS:
        return f"Link worker lost, then {counted(weeks, 'silent week')}"
    if not len(life.spells):
        return "Still on the waiting list" if life.diary["state"].iloc[-1] == "waiting" else "Referred, and never started"
    last = life.spells.iloc[-1]
    again = " in the end" if len(life.spells) > 1 else ""
    if str(last["exit_reason"]) in ("nan", "<NA>"):
        return f"Still with the service in month {month_of(life.weeks)}"
    return f"{ENDINGS.get(str(last['exit_reason']), 'Dropped out')}{again}, in month {month_of(int(last['end_week']))}"


def subtitle(life: Life) -> str:
    """Say who it is, and that it is one life."""
    who = life.who
    return f"Person {life.person}: {'woman' if who['female'] else 'man'} of {who['age']}, {who['complexity']} needs. One person, one run: not typical."


def stretches(life: Life, column: str) -> list[tuple[int, int, object]]:
    """Return `(first week, week after the last, value)` for each stretch in which a column of the diary stays the same."""
    out = []
    for value, rows in groupby(life.diary[["week", column]].itertuples(index=False, name=None), key=lambda row: row[1]):
        weeks = [week for week, _ in rows]
        out.append((weeks[0], weeks[-1] + 1, value))
    return out


def bar(ax: Axes, lane: int, first: int, last: int, **look: object) -> None:
    """Draw a stretch in a lane."""
    ax.broken_barh([(first, last - first)], (lane - 0.32, 0.64), **look)


def draw_lanes(ax: Axes, life: Life) -> None:
    """Draw the lanes, top to bottom as in LANES."""
    head(ax, finding(life), subtitle(life), 90)
    worker_lane(ax, life)
    meeting_lane(ax, life)
    for goal in range(GOALS):
        goal_lane(ax, life, goal)
    trouble_lanes(ax, life)
    labels = [*LANES[:2], *(SHORT[area] for area in life.who["goals"]), *LANES[5:]]
    ax.set_yticks(range(len(LANES)), labels)
    ax.set_ylim(len(LANES) + 0.75, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", length=0)
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_visible(False)
    for line in range(len(LANES) + 1):
        ax.axhline(line - 0.5, color=PALE, linewidth=0.6, zorder=0)
    legend(ax)


def worker_lane(ax: Axes, life: Life) -> None:
    """Draw who the link worker is, the weeks on the waiting list, and the weeks of silence."""
    for first, last, state in stretches(life, "state"):
        if state == "waiting":
            bar(ax, 0, first, last, **WAITING_LOOK)
            write(ax, 0, first, last, "waiting", CHARCOAL, life.weeks)
    for first, last, worker in stretches(life, "link_worker"):
        if worker >= 0:
            place = life.workers.index(worker)
            shade, ink = WORKERS[place % len(WORKERS)]
            bar(ax, 0, first, last, facecolor=shade)
            write(ax, 0, first, last, life.name_of(worker), ink, life.weeks)
    for first, last, silent in stretches(life, "awaiting_call"):
        if silent:
            bar(ax, 0, first, last, facecolor="white", edgecolor=ORANGE, hatch="xxxx", linewidth=0.8)
            ax.annotate("no word", (first, -0.32), (0, 1), textcoords="offset points", fontsize=9, color="#B84A10", va="bottom")


def write(ax: Axes, lane: float, first: int, last: int, text: str, colour: str, weeks: int) -> None:
    """Write `text` into a stretch, if it is wide enough."""
    if (last - first) / max(1, weeks) > 0.011 * len(text) + 0.004:
        ax.text((first + last) / 2, lane, text, color=colour, ha="center", va="center", fontsize=10)


def meeting_lane(ax: Axes, life: Life) -> None:
    """Draw meetings kept and missed."""
    kept, missed = (life.events.loc[life.events["kind"].isin(kinds), "week"] + 0.5 for kinds in (["contact", "check_in"], ["missed_contact"]))
    ax.plot(kept, np.full(len(kept), 1), "o", color=NAVY, markersize=5)
    ax.plot(missed, np.full(len(missed), 1), "x", color=PLUM, markersize=6, markeredgewidth=1.8)


def goal_lane(ax: Axes, life: Life, goal: int) -> None:
    """Draw the stages of one goal, a tick where it is reached, and the name of a goal that takes its place."""
    for first, last, stage in stretches(life, f"goal_stage_{goal}"):
        if stage in STAGE_LOOKS:
            bar(ax, 2 + goal, first, last, **STAGE_LOOKS[stage])
    reached = [first for first, _, done in stretches(life, f"goal_achieved_{goal}") if done]
    ax.plot(np.array(reached) + 0.5, np.full(len(reached), 2 + goal), marker="*", linestyle="", color="white", markeredgecolor=CHARCOAL, markersize=13)
    for first, _, area in stretches(life, f"goal_area_{goal}")[1:]:
        ax.plot([first, first], [1.5 + goal, 2.5 + goal], color=CHARCOAL, linewidth=1)
        look = {"fontsize": 9, "va": "center", "zorder": 6, "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.8}}
        ax.annotate(f"new goal: {SHORT[life.area_of(int(area))]}", (first, 2 + goal - 0.4), (3, 0), textcoords="offset points", **look)


def trouble_lanes(ax: Axes, life: Life) -> None:
    """Draw setbacks, darker when more serious, and episodes of depression."""
    for first, last, severity in stretches(life, "severity"):
        if severity > 0:
            bar(ax, 5, first, last, facecolor=PLUM if severity > 0.8 else "#B26A8E" if severity > 0.5 else "#E3C6D5", **SETBACK_LOOK)
    admitted = life.events.loc[life.events["kind"] == "admission", "week"] + 0.5
    ax.plot(admitted, np.full(len(admitted), 5), marker="P", linestyle="", color="white", markeredgecolor=CHARCOAL, markersize=8)
    for first, last, depressed in stretches(life, "depressed"):
        if depressed:
            bar(ax, 6, first, last, facecolor="#6B6B6B")


def legend(ax: Axes) -> None:
    """Explain marks and looks in the row below the lanes."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [Patch(label=label, **{"edgecolor": "none", **look}) for look, label in KEY]
    marks = (
        ("o", NAVY, NAVY, "met"), ("x", PLUM, PLUM, "missed"), ("*", "white", CHARCOAL, "goal reached"), ("P", "white", CHARCOAL, "hospital"),
    )  # fmt: skip
    handles += [Line2D([], [], linestyle="", marker=mark, color=fill, markeredgecolor=edge, markersize=8, label=label) for mark, fill, edge, label in marks]
    spacing = {"handlelength": 1.2, "columnspacing": 1, "handletextpad": 0.4, "borderaxespad": 0}
    ax.legend(handles=handles, loc="lower left", ncol=-(-len(handles) // 2), frameon=False, fontsize=9, **spacing)


def draw_star(ax: Axes, life: Life, others: Others) -> None:
    """Draw the model's own level of wellbeing, the Stars that were filled in, and the same person's level in the other lives."""
    diary = life.diary
    recorded = diary[diary["star"].notna()]
    measure = "Wellbeing Star, sum of eight areas (8 to 40): as the model knows it every week (line), and as filled in at reviews (dots)"
    head(ax, star_finding(life, others), measure, 90)
    beside = [(others.usual, "with usual care", BASELINE), (others.stayed, f"had worker {others.leaver} stayed", {"color": PLUM, "linestyle": ":"})]
    beside = [(other, words, look) for other, words, look in beside if other is not None]
    for other, words, look in beside:
        ax.plot(other.diary["week"], other.diary["latent_sum"], linewidth=1.8, label=words, **look)
    ax.plot(diary["week"], diary["latent_sum"], color=NAVY, linewidth=2, label="as it was")
    if beside:
        ax.legend(loc="upper left", frameon=False, fontsize=9.5, ncol=3, borderaxespad=0)
    ax.plot(recorded["week"], recorded["star"], "D", color=ORANGE, markeredgecolor=CHARCOAL, markersize=7)
    for week, value in zip(recorded["week"], recorded["star"], strict=True):
        clear = {"zorder": 6, "path_effects": [withStroke(linewidth=3.5, foreground="white")]}  # a line may run behind the number, not through it
        ax.annotate(f"{value:.0f}", (week, value), (0, 8), textcoords="offset points", ha="center", fontsize=10, color="#B84A10", **clear)
    values = np.concatenate([diary["latent_sum"], recorded["star"], *(other.diary["latent_sum"] for other, *_ in beside)])
    middle, half = (values.min() + values.max()) / 2, max(SPAN, values.max() - values.min() + 3) / 2
    bottom, top = max(7.0, middle - half), min(42.0, middle + half + 0.5)
    if beside:  # room above the highest number for the legend
        top = max(top, bottom + (values.max() - bottom) / HIGHEST)
    ax.set_ylim(bottom, top)
    ax.set_yticks([tick for tick in MaxNLocator(nbins=6, integer=True).tick_values(bottom, top) if bottom <= tick <= min(top, MOST)])
    ax.set_ylabel("points (not from zero)")


def star_finding(life: Life, others: Others) -> str:
    """Say what the Star did, and where it ends with usual care: a rise alone would be taken for what the service did."""
    level = life.diary["latent_sum"]
    start, end = level.iloc[0], level.iloc[-1]
    way = "rises" if end - start >= 0.5 else "falls" if start - end >= 0.5 else "stays the same"
    title = f"Wellbeing {way}" + (f" from {start:.0f} to {end:.0f} points" if way != "stays the same" else f", at {end:.0f} points")
    if others.usual is None:
        return title
    there = f"{others.usual.diary['latent_sum'].iloc[-1]:.0f}"
    return f"{title}; {'also ' if there == f'{end:.0f}' else ''}{'at' if way == 'stays the same' else 'to'} {there} with usual care"


def draw_trust(ax: Axes, life: Life) -> None:
    """Draw trust in the present link worker and the mean strength of the habits, week by week; short marks are meetings."""
    diary = life.diary
    habit = diary[[f"goal_habit_{goal}" for goal in range(GOALS)]].mean(axis=1)
    head(ax, trust_finding(life), "From 0 to 1: trust in the present link worker, mean strength of three habits; marks below: meetings", 90)
    ax.plot(diary["week"], diary["trust"].where(diary["link_worker"] >= 0), color=TEAL, linewidth=2, label="trust")
    ax.plot(diary["week"], habit, color=LILAC, linewidth=2, linestyle=(0, (6, 2)), label="habit")
    met = life.events.loc[life.events["kind"].isin(["contact", "check_in"]), "week"]
    ax.plot(met, np.full(len(met), -0.07), "|", color=NAVY, markersize=8)
    ax.set_ylim(-0.14, 1.02)
    ax.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    ax.legend(loc="upper left", frameon=False, fontsize=9.5, ncol=2, borderaxespad=0)


def trust_finding(life: Life) -> str:
    """Say how far trust grew, and what was left of the habits."""
    diary = life.diary
    best = diary["trust"].where(diary["link_worker"] >= 0).max()
    habit = diary[[f"goal_habit_{goal}" for goal in range(GOALS)]].mean(axis=1)
    trust = f"Trust grows to {best:.1f}" if np.isfinite(best) and best > 0 else "No link worker to trust"
    return f"{trust}; habits reach {habit.max():.1f} and end at {habit.iloc[-1]:.1f}"


def months(ax: Axes, life: Life) -> None:
    """Mark the time since referral, in months."""
    count = max(1, int(np.ceil((life.weeks + 1) / WEEKS_PER_MONTH)))
    step = 1 if count <= 12 else 3 if count <= 30 else 6
    marks = np.arange(0, count + 1, step)
    ax.set_xticks(marks * WEEKS_PER_MONTH, [str(mark) for mark in marks])
    edge = max(0.5, 0.01 * life.weeks)
    ax.set_xlim(-edge, max(life.weeks + 1, 2) + edge)
    ax.set_xlabel("months since referral")


def describe(life: Life) -> str:
    """Return the words that stand in for the picture."""
    diary, events = life.diary, life.events["kind"]
    recorded = diary["star"].dropna()
    kinds = ("contact", "missed_contact", "placed", "setback")
    met, missed, placed, setbacks = (int((events == kind).sum()) for kind in kinds)
    parts = [
        f"{counted(len(life.workers), 'link worker')}, {counted(met, 'meeting')}, {number(missed) if missed else 'none'} missed",
        f"{number(placed)} activit{'y' if placed == 1 else 'ies'} begun",
        f"{counted(setbacks, 'setback')}, {counted(int(diary['depressed'].sum()), 'week')} of depression",
        f"wellbeing {diary['latent_sum'].iloc[0]:.0f} at referral and {diary['latent_sum'].iloc[-1]:.0f} after {counted(life.weeks, 'week')}",
        f"Stars filled in: {', '.join(f'{value:.0f}' for value in recorded)}" if len(recorded) else "no Star filled in",
    ]
    told = "; ".join(parts)
    return f"Lanes of one life by months since referral: {finding(life)}. {subtitle(life)} {told[0].upper()}{told[1:]}. The story says the same in words."
