"""The measures of `spsim length` in words, with unit and which way is better; docs/length.md defines them."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.length.estimands import AFTER_EXIT, ALONG, OUTCOME_WEEKS
from experiments.whatif.measures import HIGHER, LOWER

POINTS, SHARE, WEEKS, POUNDS, HOURS, PEOPLE = "points of the sum", "share", "weeks", "pounds (2022/23)", "hours", "people"
YEAR = 52
PRIMARY = f"gain_{OUTCOME_WEEKS}"
OWN = f"{PRIMARY}_own"
LATER = f"{PRIMARY}_later"
TOTAL, WORK, SPEND, WAITED = "gain_total", "hours", "spend", "weeks_waited"


@dataclass(frozen=True)
class Measure:
    """One measure: `words` are a noun phrase that stands alone, `about` are the people it is a mean over; `better` is higher, lower or None."""

    words: str
    unit: str
    better: str | None
    about: str


def years(weeks: int) -> str:
    """Return whole years in words."""
    return "one year" if weeks == YEAR else f"{weeks // YEAR} years"


COHORT, STARTERS, DISCHARGED, SERVICE = (
    "everybody referred in the first two years", "those who started", "those who left with goals met or at the time limit", "the whole service",
)
GAIN = "gain in wellbeing over usual care"
MEASURES: dict[str, Measure] = {
    PRIMARY: Measure(f"{GAIN} {years(OUTCOME_WEEKS)} after referral", POINTS, HIGHER, COHORT),
    f"{PRIMARY}_sd": Measure(f"{GAIN} {years(OUTCOME_WEEKS)} after referral, in standard deviations under usual care", "standard deviations", HIGHER, COHORT),
    OWN: Measure(f"{GAIN} {years(OUTCOME_WEEKS)} after referral, less what leans on a relationship that still runs", POINTS, HIGHER, COHORT),
    LATER: Measure(f"{GAIN} {years(OUTCOME_WEEKS)} after referral, of those who come later", POINTS, HIGHER, "everybody referred in the third year"),
    "gain_years": Measure(f"{GAIN}, added up over {years(OUTCOME_WEEKS)} from referral", "point-years", HIGHER, COHORT),
    **{f"gain_{weeks}": Measure(f"{GAIN} {years(weeks)} after referral", POINTS, HIGHER, COHORT) for weeks in ALONG},
    **{f"gain_planned_exit_{weeks}": Measure(f"{GAIN} {years(weeks)} after planned exit", POINTS, HIGHER, STARTERS) for weeks in AFTER_EXIT},
    **{f"loss_{weeks}": Measure(f"fall of the gain in the {years(weeks)} after discharge", POINTS, LOWER, DISCHARGED) for weeks in AFTER_EXIT},
    "dependency": Measure("part of wellbeing at discharge that leans on the relationship", POINTS, LOWER, DISCHARGED),
    "dependency_share": Measure("that part, for each point lost in the year after discharge", "ratio", LOWER, DISCHARGED),
    "habits_kept": Measure("share with strong habits at the end of the run", SHARE, HIGHER, "those who started and had goals of habit"),
    "habit_mean": Measure("strength of habits at the end of the run, 0 to 1", "0-1", HIGHER, "those who started and had goals of habit"),
    "reentered": Measure("share who came back by the end of the run", SHARE, None, STARTERS),
    **{
        f"returned_{weeks}": Measure(f"share who came back within {years(weeks)} of leaving", SHARE, None, "those who left and are followed so long")
        for weeks in AFTER_EXIT
    },
    "extended": Measure("share who stayed longer at the worker's discretion", SHARE, None, STARTERS),
    "weeks_in_service": Measure("weeks in the service", WEEKS, None, STARTERS),
    "goals_met": Measure("share whose first stay ended with goals met", SHARE, HIGHER, STARTERS),
    "time_limit": Measure("share whose first stay ended at the time limit", SHARE, None, STARTERS),
    "dropout": Measure("share who dropped out of their first stay", SHARE, LOWER, STARTERS),
    "gone": Measure("share who died or moved away during their first stay", SHARE, None, STARTERS),
    "still_open": Measure("share still in their first stay at the end of the run", SHARE, None, STARTERS),
    "wait_mean": Measure("mean wait from referral to start", WEEKS, LOWER, STARTERS),
    "wait_p90": Measure("wait that nine in ten starters stay within", WEEKS, LOWER, STARTERS),
    "served": Measure("people of the first two years who started", PEOPLE, HIGHER, COHORT),
    "served_all": Measure("people who started by the end of the run", PEOPLE, HIGHER, "everybody referred in the run"),
    TOTAL: Measure(f"{GAIN} {years(OUTCOME_WEEKS)} after referral, added up over people", POINTS, HIGHER, COHORT),
    WORK: Measure(f"link-worker hours spent on them until {years(OUTCOME_WEEKS)} after referral", HOURS, None, COHORT),
    WAITED: Measure("weeks on the waiting list for each person referred", WEEKS, LOWER, "everybody referred in the run"),
    "waiting_end": Measure("people on the waiting list at the end of the run", PEOPLE, LOWER, SERVICE),
    "workload": Measure("hours wanted over hours there", "ratio", LOWER, SERVICE),
    "hours_unmet": Measure("link-worker hours wanted and not given", HOURS, LOWER, SERVICE),
    SPEND: Measure("spend on staff, places and care", POUNDS, LOWER, SERVICE),
    "spend_staff": Measure("spend on staff", POUNDS, LOWER, SERVICE),
    "spend_places": Measure("spend on community places", POUNDS, LOWER, SERVICE),
    "spend_care": Measure("spend on health care of everybody referred", POUNDS, LOWER, SERVICE),
}
