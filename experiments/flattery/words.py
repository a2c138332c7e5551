"""What the steps from the reported gain to the effect are called, and in a sentence each what they are, in the order of the figure and the table."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.flattery.shares import COURSE, RAPPORT, ROUNDING, SELECTION, SURVIVORS


@dataclass(frozen=True)
class Source:
    """One source: the name of its share, a short label for the figure, the term of the field, and what it is."""

    name: str
    label: str
    term: str
    meaning: str


FLATTERS = (
    Source(
        COURSE, "Recovery anyway", "regression to the mean",
        "People are referred when they are low, and being low passes, with or without a service.",
    ),
    Source(RAPPORT, "Kind ratings", "rapport bias", "Asked by a worker they have come to like, people rate themselves higher than they feel."),
    Source(ROUNDING, "Rounding of the scale", "rounding and ceiling", "A Star has eight areas in whole points from 1 to 5."),
)  # fmt: skip
OTHERS = (
    Source(SURVIVORS, "Those who left early", "survivor bias", "Those who left gained less, partly because they left, and have no second Star."),
    Source(
        SELECTION, "Those who never began", "dilution",
        "Who said no or was not reached gets nothing from the service, was referred and cost a call, and has no Star.",
    ),
)  # fmt: skip
CAUSES = {
    "course: dip": "the acute dip that led to the referral passes",
    "course: mood": "episodes of depression end (and others begin)",
    "course: setbacks": "new health setbacks: nobody is in one when referred",
    "course: rest": "the rest",
}
