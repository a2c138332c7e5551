"""The measures of a comparison in words: which way is better, the smallest difference that matters, and how a number is shown.

A margin is the smallest difference between two scenarios that would matter to whoever runs the service. Margins
are choices, made before any result was seen; `margins.<measure>=` sets others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HIGHER, LOWER = "higher", "lower"


@dataclass(frozen=True)
class Measure:
    """One measure: `words` fit "raises … by 3 points"; `better` is higher, lower or None; `margin` is in the measure's own unit.

    `unit` is what a difference is counted in; a share is shown as percentage points. `headline` measures decide how
    many runs are made.
    """

    words: str
    unit: str
    better: str | None = None
    margin: float | None = None
    headline: bool = False
    note: str = ""

    @property
    def is_share(self) -> bool:
        """Whether its values are shares, shown in percent."""
        return self.unit == "percentage points"


POINTS, PERCENT, POUNDS = "points of the Star sum", "percentage points", "pounds"
EACH_GAIN = "mean latent Star sum above the same people's under usual care in the baseline's world, everybody referred"
MEASURES: dict[str, Measure] = {
    "uptake": Measure("the share of people referred who take the service up", PERCENT, HIGHER, 0.02, headline=True),
    "wait_p90": Measure("the wait that nine in ten of those taken on stay within", "weeks", LOWER, 1.0, headline=True),
    "wait_mean": Measure("the mean wait of those taken on", "weeks", LOWER, 0.5),
    "waiting_mean": Measure("the waiting list", "people", LOWER),
    "people_started": Measure("the number of people taken on", "people", HIGHER),
    "retention_26": Measure("the share still with the service, or done with it, after 6 months", PERCENT, HIGHER, 0.02),
    "retention_52": Measure("the share still with the service, or done with it, after a year", PERCENT, HIGHER, 0.02, headline=True),
    "retention_104": Measure("the share still with the service, or done with it, after 2 years", PERCENT, HIGHER, 0.02),
    "months_in_service": Measure("the time in the service", "months", None, 1.0),
    "goals_met": Measure("the share who leave with their goals met", PERCENT, HIGHER, 0.02),
    "time_limit": Measure("the share whose programme ends by its time limit", PERCENT, None, 0.02),
    "dropout": Measure("the share who drop out", PERCENT, LOWER, 0.02, headline=True),
    "lost_worker_change": Measure("the share who drop out after a change of link worker", PERCENT, LOWER, 0.01),
    "lost_setback": Measure("the share who drop out after a setback", PERCENT, LOWER, 0.01),
    "lost_other": Measure("the share who drop out for other reasons", PERCENT, LOWER, 0.02),
    "came_back": Measure("the share who come back after leaving", PERCENT, None, 0.02),
    "contacts_per_user": Measure("the contacts with a link worker", "contacts a user", None, 1.0),
    "activity_starts_per_user": Measure("the community activities begun", "activities a user", HIGHER, 0.1),
    "changed_worker": Measure("the share whose link worker changes", PERCENT, LOWER, 0.05, headline=True),
    "change_cost_star": Measure(
        "the wellbeing of those whose link worker changes, half a year on, against themselves in a service that nobody leaves", POINTS, HIGHER, 0.1,
        note="first change, with the vacancies that go with leaving; few seeds, since it takes another run",
    ),
    "change_cost_retention": Measure(
        "the share of those whose link worker changes who are still there half a year on, against themselves in a service that nobody leaves",
        PERCENT, HIGHER, 0.02,
        note="first change, with the vacancies that go with leaving; few seeds, since it takes another run",
    ),
    "setbacks_per_year": Measure("setbacks", "a person and year", LOWER, 0.02, headline=True),
    "admissions_per_year": Measure("emergency admissions", "a person and year", LOWER, 0.005),
    "gp_visits_per_year": Measure("general-practice visits", "a person and year", LOWER, 0.05),
    "weeks_above_start": Measure("the share of weeks spent above one's wellbeing at referral", PERCENT, HIGHER, 0.01),
    "habit_mean": Measure("the strength of habits at the end, 0 to 1", "of the scale", HIGHER, 0.02),
    "habits_kept": Measure("the share of starters with strong habits at the end", PERCENT, HIGHER, 0.02),
    "setback_weeks": Measure("the length of a setback", "weeks", LOWER, 0.2),
    "place_wait_mean": Measure("the wait for a community place", "weeks", LOWER, 1.0),
    "gain_over_usual_care_26": Measure("wellbeing half a year after referral, above usual care", POINTS, HIGHER, 0.1, note=EACH_GAIN),
    "gain_over_usual_care_52": Measure("wellbeing a year after referral, above usual care", POINTS, HIGHER, 0.1, headline=True, note=EACH_GAIN),
    "gain_over_usual_care_104": Measure("wellbeing 2 years after referral, above usual care", POINTS, HIGHER, 0.1, headline=True, note=EACH_GAIN),
    "gain_over_usual_care_156": Measure("wellbeing 3 years after referral, above usual care", POINTS, HIGHER, 0.1, note=EACH_GAIN),
    "gain_over_usual_care_208": Measure("wellbeing 4 years after referral, above usual care", POINTS, HIGHER, 0.1, note=EACH_GAIN),
    "gain_over_usual_care_260": Measure("wellbeing 5 years after referral, above usual care", POINTS, HIGHER, 0.1, note=EACH_GAIN),
    "gain_at_52_of_those_seen_104": Measure("wellbeing a year after referral, above usual care, of those seen for 2 years", POINTS, HIGHER, 0.1),
    "gain_at_52_of_those_seen_156": Measure("wellbeing a year after referral, above usual care, of those seen for 3 years", POINTS, HIGHER, 0.1),
    "stayed_gain_26": Measure("the before-and-after gain of those with the service half a year after referral", POINTS, None, 0.2),
    "stayed_gain_52": Measure("the before-and-after gain of those with the service a year after referral", POINTS, None, 0.2),
    "stayed_gain_104": Measure("the before-and-after gain of those with the service 2 years after referral", POINTS, None, 0.2),
    "stayed_gain_156": Measure("the before-and-after gain of those with the service 3 years after referral", POINTS, None, 0.2),
    "star_gain_26": Measure("the recorded gain at the review after 6 months", POINTS, None, 0.2),
    "star_gain_52": Measure("the recorded gain at the review after a year", POINTS, None, 0.2),
    "star_gain_104": Measure("the recorded gain at the review after 2 years", POINTS, None, 0.2),
    "caseload_mean": Measure("the caseload", "users a filled post", LOWER),
    "contact_hours_per_week": Measure("link workers' hours spent on contacts", "hours a week", None),
    "hours_used": Measure("the share of diary hours used", PERCENT, None, 0.02),
    "hours_unmet_per_week": Measure("diary hours wanted and not given", "hours a week", LOWER),
    "workload_mean": Measure("workload, hours wanted over hours there", "of a full diary", LOWER, 0.03),
    "posts_vacant": Measure("the share of posts vacant", PERCENT, LOWER, 0.01),
    "places_mean": Measure("community places", "places", HIGHER),
    "places_taken": Measure("the share of community places taken", PERCENT, None, 0.02),
    "queued_mean": Measure("people queuing for a community place", "people", LOWER),
    "cost_per_person": Measure(
        "cost", "pounds a person referred", LOWER, 25.0, headline=True, note="link workers, community places and health care, discounted",
    ),
    "people_referred": Measure("the number of people referred", "people"),
    "gone": Measure("the share who die or move away while with the service", PERCENT),
    "still_open": Measure("the share still with the service at the end", PERCENT),
    "waiting_end": Measure("the waiting list at the end", "people", LOWER),
    "star_gain_latent_52": Measure("the before-and-after gain of everybody referred after a year", POINTS, None, 0.2),
    "cost_places": Measure("the cost of community places", POUNDS, LOWER),
    "cost_care": Measure("the cost of health care", POUNDS, LOWER),
    "cost_over_usual_care": Measure("cost above usual care", POUNDS, LOWER),
    "wellbys_over_usual_care": Measure("WELLBYs above usual care", "WELLBYs", HIGHER),
    "wellby_worth_over_usual_care": Measure("the worth of WELLBYs above usual care", POUNDS, HIGHER),
    "net_benefit_over_usual_care": Measure("net benefit above usual care", POUNDS, HIGHER),
    "cost_service": Measure("the cost of link workers", POUNDS, LOWER),
    "cost_per_start": Measure("the cost of link workers for each person taken on", POUNDS, LOWER, 25.0),
    "star_years_per_person": Measure("Star point-years", "point-years a person referred", HIGHER, 0.1, note="discounted"),
    "net_benefit_per_person": Measure(
        "net benefit", "pounds a person referred", HIGHER, 50.0, headline=True,
        note="worth of wellbeing less cost; only differences between scenarios have a meaning",
    ),
}  # fmt: skip


def margins_with(own: Mapping[str, float]) -> dict[str, float]:
    """Return the margin of every measure that has one: as declared, or as in `own`."""
    return {name: measure.margin for name, measure in MEASURES.items() if measure.margin is not None} | dict(own)


HEADLINES = tuple(name for name, measure in MEASURES.items() if measure.headline)
