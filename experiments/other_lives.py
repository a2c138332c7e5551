"""The same person's other lives: with usual care, and with the first link worker who left them staying. The luck is the same."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.life import Life, again, life_in
from experiments.story_words import EXITS, counted, date, forms
from experiments.twins import usual_care
from sim.results import Results

MATTERS = 1.0  # points of the Star sum, below which two levels are told as about the same
ENDED = {"waiting": "on the waiting list", "active": "with the service", "maintenance": "with the service, in maintenance"}


@dataclass(frozen=True)
class Others:
    """Lives beside the one that is told: `usual` (None in a run without a service) and `stayed` (None when nobody left this person).

    `leaver` is the letter of the link worker who stays there, and `left` the week since referral in which that worker left the person or handed them over.
    """

    usual: Life | None = None
    stayed: Life | None = None
    leaver: str = ""
    left: int = 0


def others_of(results: Results, life: Life) -> Others:
    """Live the run of `results` again in the other worlds, and return what became of the person of `life` there."""
    if not life.served:
        return Others()
    model = results.model
    usual = life_in(again(model, usual_care(model.parameters)), model.week, life.person)
    departure = first_departure(life)
    if departure is None:
        return Others(usual)
    worker, week = departure
    post, notice = int(model.workforce.workers.post[worker]), int(model.workforce.workers.notice_week[worker])
    kept = (*model.parameters.workforce.cancel_departure, post, notice + model.parameters.workforce.notice_weeks)
    stayed = life_in(again(model, model.parameters.replace({"workforce.cancel_departure": kept})), model.week, life.person)
    return Others(usual, stayed, life.name_of(worker), week)


def first_departure(life: Life) -> tuple[int, int] | None:
    """Return the first link worker who left the person or, about to leave, handed them over at a joint meeting, and the week since referral."""
    lost = life.events[life.events["kind"].isin(["worker_left", "handover_managed"])]
    if not len(lost):
        return None
    week = int(lost["week"].iloc[0])
    return int(life.diary.set_index("week")["link_worker"][week - 1]), week  # the event of a joint meeting names the one who takes over


def told(life: Life, others: Others) -> str:
    """Return what would have become of the person, in a paragraph; an empty text when there is nothing to compare with."""
    if others.usual is None:
        return ""
    words = forms(bool(life.who["female"]))
    said = [f"The same person with the same luck, but with usual care alone: {compared(life, others.usual)}."]
    if others.stayed is not None:
        when = date(others.left).split(" (")[0].lower()
        then = compared(life, others.stayed)
        said.append(f"And had link worker {others.leaver} stayed beyond {when}: {then}; {where(others.stayed, words)}.")
    said.append("One life each, so this is no measure of what the service does; comparisons over everybody are.")
    return " ".join(said)


def compared(life: Life, other: Life) -> str:
    """Return the Star at the end of two lives, side by side, and how large the difference ever got."""
    here, there = (one.diary.set_index("week")["latent_sum"] for one in (life, other))
    weeks = here.index.intersection(there.index)
    apart = there.loc[weeks] - here.loc[weeks]
    last = weeks[-1]
    if apart.abs().max() < MATTERS:
        return f"the Star would have been about the same all along ({there[last]:.0f} at the end)"
    widest = apart.abs().idxmax()
    side = "below" if apart[widest] < 0 else "above"
    most = f"{abs(apart[widest]):.1f} points {side} at most, {counted(int(widest), 'week')} after the referral"
    end = f"{there[last]:.0f} at the end, where it is {here[last]:.0f}" if abs(apart[last]) >= MATTERS else f"about the same at the end ({there[last]:.0f})"
    return f"the Star would have been {end}, and {most}"


def where(other: Life, words: dict[str, str]) -> str:
    """Return how things stand with the service at the end of another life."""
    state = str(other.diary["state"].iloc[-1])
    if state in ENDED:
        return f"{words['she']} would still be {ENDED[state]}"
    if len(other.spells) and (reason := str(other.spells["exit_reason"].iloc[-1])) in EXITS:
        week = int(other.spells["end_week"].iloc[-1])
        ends = {"goals_met": "would have left with enough goals met", "time_limit": "would have stayed to the time limit"}
        return f"{words['she']} {ends.get(reason, 'would have dropped out')}, {date(week).split(' (')[0].lower()}"
    return f"{words['she']} would not have started"
