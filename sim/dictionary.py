"""The columns of every table: meaning, unit, type, levels. The data dictionary is generated from here."""

from __future__ import annotations

from dataclasses import dataclass

from sim.measures import WEEKLY
from sim.people import AREAS, COMPLEXITIES, EXIT_REASONS, EXIT_WEEKS, LATENT_WEEKS, STAR_WEEKS, STATES, People
from sim.records import EVENTS


@dataclass(frozen=True)
class Field:
    """One column of a table handed out. `type` is integer, number, boolean or text."""

    type: str
    meaning: str
    unit: str = ""
    levels: tuple[str, ...] = ()
    may_be_missing: bool = False


def whole(meaning: str, unit: str = "count", missing: bool = False) -> Field:
    """Return a field of whole numbers."""
    return Field("integer", meaning, unit, may_be_missing=missing)


def real(meaning: str, unit: str) -> Field:
    """Return a field of real numbers; they may always be missing."""
    return Field("number", meaning, unit, may_be_missing=True)


def yes_no(meaning: str, missing: bool = False) -> Field:
    """Return a field of true or false."""
    return Field("boolean", meaning, "", may_be_missing=missing)


def text(meaning: str, levels: tuple[str, ...], missing: bool = False) -> Field:
    """Return a field of named levels."""
    return Field("text", meaning, "", levels, missing)


def from_column(name: str) -> Field:
    """Return the field of a column of the people table, as declared there."""
    column = People.columns[name]
    kind = "boolean" if column.dtype == "?" else "integer" if column.dtype.startswith("i") else "number"
    return Field(kind, column.meaning, column.unit, column.levels, kind == "number" or column.missing is not None)


def weekly() -> dict[str, Field]:
    """Return the fields of the weekly table."""
    fields = {"week": whole("week since opening", "week")}
    for name, measure in WEEKLY.items():
        fields[name] = (whole if measure.is_whole else real)(measure.meaning, measure.unit)
    for part, meaning in (
        ("cost_staff", "salaries and overhead"), ("cost_places", "community places"), ("cost_care", "health care of everybody referred"),
        ("cost", "staff, places and care"),
    ):  # fmt: skip
        fields[part] = real(f"cost of the week: {meaning}", "pounds (2022/23)")
    return fields


def people() -> dict[str, Field]:
    """Return the fields of the people table, in order."""
    head = {"person": whole("number of the person: the same in every scenario", "number")}
    names = "referred_week age female ltcs mental_health complexity deprived minority employed isolated"
    head |= {name: from_column(name) for name in names.split()}
    head["ltcs"] = whole("long-term conditions, at the end", "count")
    head["complexity"] = text(People.columns["complexity"].meaning, COMPLEXITIES)
    head["household_unsupportive"] = yes_no("household pulls against change")
    head["confidence_baseline"] = from_column("confidence_baseline")
    head["uptake"] = yes_no("accepted the offer; missing while waiting", missing=True)
    head["wait_weeks"] = whole("weeks from referral to acceptance", "weeks", True)
    head |= {name: from_column(name) for name in ("first_contact_week", "start_week", "end_week")}
    head["exit_reason"] = text("reason of the first exit; missing while open", EXIT_REASONS, True)
    head["state"] = text("state at the end", STATES)
    names = """weeks_in_service contacts worker_changes worker_changes_managed first_change_week setbacks admissions gp_visits
        onward_referrals activity_starts activity_not_started activity_completions attendances sessions_due extensions reentries gone_week
        followed_until"""
    head |= {name: from_column(name) for name in names.split()}
    head |= {f"star_{w}": real(f"recorded Star sum at the {w}-week review of the first spell", "points (8-40)") for w in STAR_WEEKS}
    head["star_areas_improved_26"] = from_column("star_areas_improved_26")
    head["star_area_reversals_104"] = whole(People.columns["star_area_reversals_104"].meaning, "count", True)
    head |= {f"latent_{w}": real(f"latent Star sum {w} weeks after referral, engaged or not", "points (8-40)") for w in (0, *LATENT_WEEKS)}
    head["goals_achieved"] = from_column("goals_achieved")
    head["habit_mean"] = real("mean habit strength of habit goals at the end", "0-1")
    head["trust_last"] = real("trust in the link worker, now or at the latest exit", "0-1")
    head["reliance"] = from_column("reliance")
    head["weeks_above_baseline"] = from_column("weeks_above_baseline")
    head["star_exit"] = from_column("star_exit")
    for weeks in EXIT_WEEKS:
        name = "latent_exit" if weeks == 0 else f"latent_exit_{weeks}"
        head[name] = real(f"latent Star sum {weeks} weeks after the first exit", "points (8-40)")
    head["dropout_share_change"] = from_column("dropout_share_change")
    head["dropout_share_setback"] = from_column("dropout_share_setback")
    return head


EVENT_KINDS = (
    "what happened. referred: referred to the service; uptake: accepted the offer, with the first link worker; reentered: came back after an exit; "
    "declined, not_reached, left_list: never started; contact, missed_contact: a meeting held, or booked and missed; check_in: a call after exit; "
    "star: a recorded review; onward_referral: referred to a community service; placed: began there; not_started: did not begin when a place came; "
    "left_activity, finished_activity: ended there; goal_achieved, lapse, restart: of one goal; setback, recovered: a setback began, ended; "
    "admission: into hospital; depressed, remitted: an episode of depression began, ended; worker_left: the link worker left the post; "
    "handover_managed: a new link worker after a joint meeting; handover_unmanaged: left without a link worker; "
    "allocated: a new link worker after that; maintenance, reactivated: seldom contacts began, ended; "
    "extended: stays beyond the time limit; completed: left with goals met; time_limited: left at the time limit; disengaged: dropped out; "
    "gone: died or moved away"
)

TABLES: dict[str, dict[str, Field]] = {
    "weekly": weekly(),
    "people": people(),
    "episodes": {
        "person": whole("number of the person", "number"),
        "episode": whole("number of the spell", "number"),
        "start_week": whole("week of acceptance", "week"),
        "end_week": whole("week of exit; missing while open", "week", True),
        "exit_reason": text("reason of the exit; missing while open", EXIT_REASONS, True),
        "contacts": whole("contacts in the spell", "contacts"),
        "worker_changes": whole("changes of link worker in the spell", "changes"),
        "extensions": whole("extensions of the spell", "extensions"),
    },
    "panel": {
        "person": whole("number of the person", "number"),
        "quarter": whole("quarters (13 weeks) since referral", "quarters"),
        "state": text("state", STATES),
        "contacts": whole("contacts so far", "contacts"),
        "trust": real("trust in the present link worker", "0-1"),
        "confidence": real("confidence", "0-1"),
        "latent": real("latent Star sum", "points (8-40)"),
        "in_setback": yes_no("a setback is running"),
        "depressed": yes_no("in an episode of depression"),
        "link_worker": whole("present link worker", "number", True),
    },
    "events": {
        "week": whole("week since opening", "week"),
        "person": whole("number of the person", "number"),
        "worker": whole("link worker", "number", True),
        "service": whole("community service", "number", True),
        "kind": text(EVENT_KINDS, EVENTS),
    },
    "states": {
        "week": whole("week since opening", "week"),
        **{state: whole(f"people in the state {state} at the end of the week", "people") for state in STATES},
    },
    "posts": {
        "week": whole("week since opening", "week"),
        "post": whole("number of the post", "number"),
        "caseload": whole("open caseload of the post at the end of the week; missing while vacant", "users", True),
    },
    "services": {
        "service": whole("number of the service", "number"),
        "area": text("Star area served", AREAS),
        "places": whole("places at the end", "places"),
        "opened_week": whole("week of opening", "week"),
        "closed_week": whole("week of closure; missing while open", "week", True),
        "attending_mean": real("mean people attending while open", "people"),
        "queue_mean": real("mean people queueing while open", "people"),
        "wait_median": real("median weeks queued of those who started", "weeks"),
    },
    "link_workers": {
        "worker": whole("number of the link worker", "number"),
        "post": whole("post held", "number"),
        "started_week": whole("week of starting; negative before opening", "week"),
        "left_week": whole("week after the last day; missing while in post", "week", True),
        "skill": real("factor on contact quality", "ratio"),
        "contacts": whole("contacts attended by users", "contacts"),
        "caseload_mean": real("mean caseload", "users"),
        "workload_mean": real("mean workload: hours wanted over hours there, smoothed", "ratio"),
        "absent_weeks": whole("weeks absent through sickness", "weeks"),
    },
}
