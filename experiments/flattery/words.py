"""What the sources of flattery are called, and in a sentence each what they are. The order is that of the figure and of the table."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.flattery.shares import COURSE, SELECTION, SURVIVORS


@dataclass(frozen=True)
class Source:
    """One source: the name of its share, a short label for the figure, the term of the field, and what it is."""

    name: str
    label: str
    term: str
    meaning: str


SOURCES = (
    Source(
        COURSE, "Recovery anyway", "regression to the mean",
        "People are referred when they are low, and being low passes, with or without a service.",
    ),
    Source("rapport", "Kind ratings", "rapport bias", "Asked by a worker they have come to like, people rate themselves higher than they feel."),
    Source(
        SELECTION, "Never started, left out", "selection",
        "Who says no or is not reached gets nothing from the service, was referred and cost a call, and has no Star.",
    ),
    Source(SURVIVORS, "Left early, left out", "survivor bias", "Those who gain less leave, and have no second Star."),
    Source("rounding", "Rounding of the scale", "rounding and ceiling", "A Star has eight areas in whole points from 1 to 5."),
)  # fmt: skip
CAUSES = {
    "course: dip": "the acute dip that led to the referral passes",
    "course: mood": "episodes of depression end (and others begin)",
    "course: setbacks": "new health setbacks: nobody is in one when referred",
    "course: rest": "the rest",
}
