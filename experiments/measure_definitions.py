"""How each measure of a comparison is computed: of whom, when, and by which formula. A table of docs/stress-abs.md.

The code is in `sim/summary.py`, `experiments/twins.py` and `experiments/whatif/changes.py`; a test holds the names to those that are told.
"""

from __future__ import annotations

from typing import NamedTuple


class Definition(NamedTuple):
    """What a measure is about: whom, at what time, and the formula. Σ is a sum over weeks, or over the people named where none is."""

    whom: str
    when: str
    formula: str


REFERRED, STARTERS, SERVICE = "everybody referred", "all who started", "the service as a whole"
LONG_AGO = "starters of at least 104 weeks before the end"
END, EVERY_WEEK, SEEN = "at the end", "every week", "from referral to the end, death or moving away"
BOTH = "referred at least that long before the end, and alive, in both runs"
CHANGED = "starters whose first change of worker was at least 26 weeks before the end"
AFTER_CHANGE = "26 weeks after the change"
WORTH = "Σ (latent Star sums of everybody − the same under usual care), discounted, ÷ 52 × `satisfaction_per_star` × (1 + `family_spillover`)"
UNDISCOUNTED = "undiscounted"

DEFINED: dict[str, Definition] = {
    "uptake": Definition("people referred at least 13 weeks before the end", END, "accepted ÷ all of them, those still waiting counted as no"),
    "wait_p90": Definition(STARTERS, "at acceptance", "90th percentile of weeks from referral to acceptance"),
    "wait_mean": Definition(STARTERS, "at acceptance", "mean of weeks from referral to acceptance"),
    "waiting_mean": Definition("people on the list", EVERY_WEEK, "mean over weeks of their number"),
    "waiting_end": Definition("people on the list", "in the last week", "their number"),
    "people_referred": Definition(REFERRED, END, "their number"),
    "people_started": Definition(REFERRED, END, "number of those who accepted"),
    "months_in_service": Definition(LONG_AGO, "first spell", "mean of (week of exit, or the end where open − week of start) ÷ 4.345"),
    "came_back": Definition(STARTERS, END, "with a later spell ÷ all"),
    "contacts_per_user": Definition(LONG_AGO, "all spells", "mean number of contacts attended"),
    "activity_starts_per_user": Definition(LONG_AGO, SEEN, "mean number of activities begun at a community service"),
    "changed_worker": Definition(STARTERS, END, "with one change of worker or more ÷ all"),
    "change_cost_star": Definition(
        CHANGED, AFTER_CHANGE, "mean of latent Star sum (next quarterly record) − the same person's where no worker leaves (`workforce.turnover` 0)"
    ),
    "change_cost_retention": Definition(CHANGED, AFTER_CHANGE, "share with the service or done with it − the same people's share where no worker leaves"),
    "weeks_above_start": Definition(REFERRED, SEEN, "mean of weeks with a latent Star sum above that at referral ÷ weeks since referral"),
    "habit_mean": Definition("everybody referred who has a habit goal", END, "mean of a person's mean habit strength"),
    "habits_kept": Definition("starters who have a habit goal", END, "with a mean habit strength of at least 0.5 ÷ all of them"),
    "setback_weeks": Definition(REFERRED, EVERY_WEEK, "Σ people in a setback ÷ Σ setbacks begun"),
    "place_wait_mean": Definition("activities begun", "at the first session", "mean of weeks from onward referral to the first session"),
    "star_gain_latent_52": Definition(
        "referred at least 52 weeks before the end, and alive", "52 weeks after referral", "mean of latent Star sum − the same at referral"
    ),
    "caseload_mean": Definition(SERVICE, EVERY_WEEK, "Σ open caseload ÷ Σ posts filled"),
    "contact_hours_per_week": Definition(SERVICE, EVERY_WEEK, "mean over weeks of diary hours used: contacts, calls, joint meetings, going along, gaps"),
    "hours_used": Definition(SERVICE, EVERY_WEEK, "Σ diary hours used ÷ Σ diary hours there"),
    "hours_unmet_per_week": Definition(SERVICE, EVERY_WEEK, "mean over weeks of diary hours wanted and not given"),
    "workload_mean": Definition(SERVICE, EVERY_WEEK, "mean over weeks of hours wanted ÷ hours there"),
    "posts_vacant": Definition(SERVICE, EVERY_WEEK, "1 − Σ posts filled ÷ Σ posts"),
    "places_mean": Definition("open community services", EVERY_WEEK, "mean over weeks of their places"),
    "places_taken": Definition("open community services", EVERY_WEEK, "Σ places taken ÷ Σ places"),
    "queued_mean": Definition("goals in a service's queue", EVERY_WEEK, "mean over weeks of their number"),
    "cost_service": Definition(SERVICE, EVERY_WEEK, f"Σ (salaries of filled posts + overhead of all posts), {UNDISCOUNTED}"),
    "cost_places": Definition("open community services", EVERY_WEEK, f"Σ places × `place_month` ÷ 4.345, {UNDISCOUNTED}"),
    "cost_care": Definition(REFERRED, EVERY_WEEK, f"Σ (general-practice visits, emergency attendances and admissions, each × its price), {UNDISCOUNTED}"),
    "cost_per_start": Definition(SERVICE, END, "`cost_service` ÷ people started"),
    "cost_per_person": Definition(REFERRED, END, "Σ (link workers + places + care), discounted to the first week, ÷ people referred"),
    "star_years_per_person": Definition(REFERRED, END, "Σ latent Star sums of everybody alive, discounted, ÷ 52 ÷ people referred"),
    "net_benefit_per_person": Definition(REFERRED, END, "worth of `star_years_per_person` (as of WELLBYs) − `cost_per_person`"),
    "cost_over_usual_care": Definition(REFERRED, END, "Σ (cost of the week − the same under usual care), discounted"),
    "wellbys_over_usual_care": Definition(REFERRED, END, WORTH),
    "wellby_worth_over_usual_care": Definition(REFERRED, END, "`wellbys_over_usual_care` × `wellby_value` × `deflator`"),
    "net_benefit_over_usual_care": Definition(REFERRED, END, "`wellby_worth_over_usual_care` − `cost_over_usual_care`"),
}  # fmt: skip
DEFINED |= {
    f"retention_{weeks}": Definition(
        f"starters of at least {weeks} weeks before the end",
        f"{weeks} weeks after the start",
        "still in the first spell, or left it before with goals met or at its limit, ÷ all",
    )
    for weeks in (26, 52, 104)
}
DEFINED |= {
    name: Definition(STARTERS, f"{END}, of the first spell", f"{how} ÷ all")
    for name, how in (
        ("goals_met", "left with goals met"), ("time_limit", "left at the time limit"), ("dropout", "lost, for any of the three reasons below"),
        ("lost_worker_change", "lost within 26 weeks after a change of worker"), ("lost_setback", "otherwise lost in a running setback"),
        ("lost_other", "otherwise lost"), ("gone", "died or moved away while with the service"), ("still_open", "without an exit"),
    )
}  # fmt: skip
DEFINED |= {
    name: Definition(REFERRED, SEEN, f"Σ {what} ÷ Σ years seen")
    for name, what in (
        ("setbacks_per_year", "setbacks begun"), ("admissions_per_year", "emergency admissions"), ("gp_visits_per_year", "general-practice visits"),
    )
}  # fmt: skip
DEFINED |= {
    f"gain_over_usual_care_{weeks}": Definition(BOTH, f"{weeks} weeks after referral", "mean of latent Star sum − the same person's under usual care")
    for weeks in (26, 52, 104, 156, 208, 260)
}
DEFINED |= {
    f"gain_at_52_of_those_seen_{weeks}": Definition(f"those of `gain_over_usual_care_{weeks}`", "52 weeks after referral", "as `gain_over_usual_care_52`")
    for weeks in (104, 156)
}
DEFINED |= {
    f"stayed_gain_{weeks}": Definition(
        "in their first spell at that time, and alive", f"{weeks} weeks after referral", "mean of latent Star sum − the same at referral"
    )
    for weeks in (26, 52, 104, 156)
}
DEFINED |= {
    f"star_gain_{weeks}": Definition(
        "with a first review and one at that time, in the first spell",
        f"review held {weeks} to {weeks + 25} weeks after the start",
        "mean of recorded Star sum − the first",
    )
    for weeks in (26, 52, 104)
}
