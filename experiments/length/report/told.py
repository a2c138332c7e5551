"""The short answer for the terminal: what is needed by mode and group, and what it costs those who wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.length.figures.gain import briefly
from experiments.length.figures.shown import PRIMARY, STAR, decimals_of, interval, mode_name, plain_length
from experiments.length.report.answer import ENOUGH_RUNS
from experiments.length.report.material import Told, policy_title
from experiments.length.report.sentences import WHEN, in_short, readable
from experiments.report.sentences import capital, counted, told_as
from experiments.terminal import unbroken

if TYPE_CHECKING:
    from experiments.length.answer import Answer

WIDEST = 80  # columns
NOTES = 6
BRIEF = {"backlog": "With a waiting list"}  # where a column has no room for a mode's whole name


def told(answer: Answer) -> str:
    """Return the answer in lines of at most 80 columns."""
    m = Told(answer)
    lines = unbroken(f"How long the programme needs to be: {counted(m.runs, 'run')} of {m.years} a length, in the model", "", WIDEST)
    for said in in_short(m):
        lines += unbroken(said, "", WIDEST)
    lines += [*needed(m), "", *by_length(m, m.modes[0])]
    lines += ["", *by_length(m, m.hard)] if m.hard != m.modes[0] else []
    lines += policies(m, m.hard)
    lines += ["", *unbroken(f"In brackets: 95% intervals. They hold {m.luck}: see the report.", "", WIDEST)]
    if m.runs < ENOUGH_RUNS:
        lines += unbroken(f"So few runs tell little: replications={ENOUGH_RUNS} or more are wanted.", "", WIDEST)
    lines += [line for note in m.answer.notes[:NOTES] for line in unbroken(readable(note), "", WIDEST)]
    return "\n".join(lines)


def needed(m: Told) -> list[str]:
    """Return the needed lengths, a line a group and mode; nothing where none was worked out."""
    if all(m.needed(mode) is None for mode in m.modes):
        return []
    lines = ["", "Needed length:"]
    for group, words in m.groups.items():
        for place, mode in enumerate(m.modes):
            name = BRIEF.get(mode, capital(mode_name(mode)))
            lines += unbroken(f"{words if not place else '':<15}{name:<22}{briefly(m.needed(mode, group))}".rstrip(), "  ", WIDEST)
    return lines


def by_length(m: Told, mode: str) -> list[str]:
    """Return gain, gain less what leans on the relationship, and waits by length in one mode."""
    lines = unbroken(f"{capital(mode_name(mode))}: Star points above usual care {WHEN}, and waits", "", WIDEST)
    lines.append(f"  {'':<11}{'gain':<24}{'less the relationship':<24}weeks waited".rstrip())
    rows = {length: [m.row(mode, length, measure) for measure in (PRIMARY, f"{PRIMARY}_own", "weeks_waited")] for length in m.lengths}
    decimals = [decimals_of([own[place] for own in rows.values() if own[place]], STAR) for place in range(3)]
    for length, own in rows.items():
        told_ = [interval(row, STAR, places) if row else "–" for row, places in zip(own, decimals, strict=True)]
        lines.append(f"  {plain_length(length):<11}{told_[0]:<24}{told_[1]:<24}{told_[2]}".rstrip())
    return lines


def policies(m: Told, mode: str) -> list[str]:
    """Return what each policy changes in wellbeing, in one mode."""
    lines = []
    for name in m.policies:
        rows = m.rows(mode, PRIMARY, name)
        effect = m.effect(mode, rows.length.iloc[0], PRIMARY, policy=name) if len(rows) else None
        if effect is not None:
            lines += unbroken(f"{policy_title(name)}: {effect.signed}, {told_as(effect)}", "  ", WIDEST)
    head = unbroken(f"Other ways to end, wellbeing against {plain_length(m.against)} ({mode_name(mode)})", "", WIDEST)
    return ["", *head, *lines] if lines else []
