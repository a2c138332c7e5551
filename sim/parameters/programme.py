"""Parameters of the programme's length, extensions, maintenance, completion and return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.parameters.declaration import SHARE, WTW, Group, declare


@dataclass(frozen=True, kw_only=True)
class Programme(Group):
    """The programme: how long, who may stay longer, who comes back, and whether it exists."""

    group: ClassVar[str] = "programme"

    enabled: bool = declare(
        True, unit="switch", grade="A",
        source=WTW,
        meaning="Whether the service exists; off gives everybody usual care.",
    )
    length_weeks: int = declare(
        104, unit="weeks", allowed=(1, 5200), plausible=(13, 156), grade="A",
        source=f"up to two years ({WTW})",
        meaning="Planned length of the programme.",
    )
    open_ended: bool = declare(
        False, unit="switch", grade="A",
        source=f"a policy: long-term support wished by some ({WTW}, P16)",
        meaning="Whether the programme has no time limit; other rules stay as for length_weeks.",
    )
    discretion: float = declare(
        0.45, unit="probability", allowed=SHARE, plausible=(0.1, 0.8), grade="D",
        source=f"assumed; longer at the link worker's discretion ({WTW})",
        meaning="Chance that an active user with need is extended at the limit; 0 means no discretion.",
    )
    extension_weeks: int = declare(
        26, unit="weeks", allowed=(1, 520), plausible=(13, 52), grade="D",
        source="assumed",
        meaning="Length of an extension.",
    )
    max_extensions: int = declare(
        2, unit="extensions", allowed=(0, 50), plausible=(1, 4), grade="D",
        source="assumed",
        meaning="Most extensions of one spell.",
    )
    reentry: float = declare(
        0.15, unit="probability", allowed=SHARE, plausible=(0.03, 0.3), grade="D",
        source=f"assumed; 'a second bite of the cherry' ({WTW}, P18)",
        meaning="Chance that a former user comes back after a setback or mood relapse; 0 means no re-entry.",
    )
    reentry_route: str = declare(
        "list", unit="choice", choices=("list", "direct"), grade="D",
        source="assumed",
        meaning="Whether those who come back queue like others or go to the head of the list.",
    )
    reentry_trust_same: float = declare(
        0.6, unit="share", allowed=SHARE, plausible=(0.3, 0.9), grade="D",
        source="assumed",
        meaning="Share of the stored trust with which a user comes back to the same worker.",
    )
    reentry_trust_other: float = declare(
        0.2, unit="share", allowed=SHARE, plausible=(0.0, 0.4), grade="D",
        source="assumed",
        meaning="Share of the stored trust with which a user comes back to another worker.",
    )
    tell_limit_share: float = declare(
        0.5, unit="share", allowed=SHARE, plausible=(0.2, 0.9), grade="D",
        source=f"awareness of the limit varied ({WTW})",
        meaning="Share of users who know of the time limit.",
    )
    untold_confidence: float = declare(
        0.05, unit="confidence", allowed=SHARE, plausible=(0.0, 0.1), grade="D",
        source="assumed",
        meaning="Confidence lost at a time limit that comes as a surprise.",
    )
    untold_motivation: float = declare(
        0.15, unit="motivation", allowed=SHARE, plausible=(0.0, 0.3), grade="D",
        source="assumed",
        meaning="Motivation lost at a time limit that comes as a surprise.",
    )
    maintenance_progress: float = declare(
        0.6, unit="progress", allowed=SHARE, plausible=(0.5, 0.8), grade="D",
        source=f"assumed; 'maintenance point' ({WTW}, P8)",
        meaning="Progress that two goals must have passed for maintenance.",
    )
    maintenance_habit: float = declare(
        0.5, unit="habit strength", allowed=SHARE, plausible=(0.4, 0.7), grade="D",
        source="assumed",
        meaning="Habit strength that one goal must have passed for maintenance.",
    )
    maintenance_from_week: int = declare(
        20, unit="weeks", allowed=(0, 520), plausible=(12, 30), grade="D",
        source="assumed",
        meaning="Week of the programme from which maintenance is possible (at most 0.4 of its length).",
    )
    dependency_slowing: float = declare(
        0.5, unit="share", allowed=SHARE, plausible=(0.0, 1.0), grade="D",
        source=f"assumed; possible dependency ({WTW})",
        meaning="How far leaning on the worker, trust x (1 - confidence), slows the way to maintenance.",
    )
    reactivation_lapses: int = declare(
        2, unit="lapses", allowed=(1, 50), plausible=(1, 3), grade="D",
        source="assumed",
        meaning="Lapses in maintenance that bring a user back to active.",
    )
    completion: float = declare(
        0.006, unit="probability per week", allowed=SHARE, plausible=(0.004, 0.02), grade="D",
        source="tuned: mean stay 17-22 months (Bridges 2022; Triangle 2022)",
        meaning="Weekly chance that a user in maintenance completes with goals met.",
    )
    completion_from_week: int = declare(
        52, unit="weeks", allowed=(0, 520), plausible=(26, 78), grade="D",
        source="assumed",
        meaning="Week of the programme from which completion is possible (at most half its length).",
    )
