"""What is recorded each week, after all processes and never between; then durations count down.

`WEEKLY` names each measure with its unit, its meaning and how weeks are summed up over a run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.community import Community
from sim.parameters import WEEKS_PER_YEAR
from sim.people import ACTIVE, EXIT_WEEKS, LATENT_WEEKS, MAINTENANCE, MOST_CONDITIONS, WAITING, People
from sim.records import Log
from sim.streams import Stream
from sim.week import Week
from sim.workforce import VACANT, Workforce

GP_VISITS = Stream("measures.gp_visits", "general-practice visits this week")
REFERENCE_STAR, LOWEST_STAR = 28.0, 8.0
PANEL_WEEKS = 13


@dataclass(frozen=True)
class Measure:
    """One weekly number."""

    unit: str
    meaning: str
    over_weeks: str = "sum"  # or "mean"

    @property
    def is_whole(self) -> bool:
        """Whether it is counted, not measured."""
        return self.unit not in ("hours", "ratio", "points of the sum", "weeks")


STOCK = "mean"
WEEKLY: dict[str, Measure] = {
    "referrals": Measure("people", "people referred"),
    "waiting": Measure("people", "people on the waiting list", STOCK),
    "active": Measure("people", "people active in the service", STOCK),
    "maintenance": Measure("people", "people in maintenance", STOCK),
    "open_caseload": Measure("people", "active and in maintenance", STOCK),
    "posts": Measure("posts", "link-worker posts", STOCK),
    "posts_filled": Measure("posts", "posts with a worker", STOCK),
    "absent": Measure("workers", "workers absent through sickness", STOCK),
    "contacts": Measure("contacts", "contacts attended"),
    "contact_hours": Measure("hours", "diary hours used: contacts, calls, joint meetings, accompaniment, gaps"),
    "available_hours": Measure("hours", "diary hours there"),
    "workload": Measure("ratio", "hours wanted over hours there, this week, all workers", STOCK),
    "declined": Measure("people", "people who declined or were not reached"),
    "completed": Measure("people", "spells completed with goals met"),
    "time_limited": Measure("people", "spells ended by the time limit"),
    "disengaged": Measure("people", "spells ended by drop-out"),
    "left_list": Measure("people", "people who left the waiting list"),
    "gone": Measure("people", "people who died or moved away"),
    "reentered": Measure("people", "people taken on again"),
    "started": Measure("people", "people taken on for the first time"),
    "uncovered": Measure("people", "engaged people without a link worker", STOCK),
    "handovers_waiting": Measure("people", "engaged people waiting for a new worker's call or first meeting", STOCK),
    "no_shows": Measure("meetings", "meetings the user did not attend"),
    "hours_unmet": Measure("hours", "diary hours wanted and not given"),
    "worker_changes": Measure("changes", "changes of link worker that hit a user"),
    "setbacks": Measure("setbacks", "setbacks that began"),
    "in_setback": Measure("people", "people in a setback, service or not", STOCK),
    "depressed": Measure("people", "people depressed, service or not", STOCK),
    "onward_referrals": Measure("referrals", "onward referrals"),
    "queued": Measure("people", "goals queued at services", STOCK),
    "attending": Measure("people", "places taken at services", STOCK),
    "places": Measure("places", "places of open services", STOCK),
    "services_open": Measure("services", "open services", STOCK),
    "star_mean": Measure("points of the sum", "mean latent Star sum of engaged people", STOCK),
    "star_total": Measure("points of the sum", "latent Star sums of everybody referred and alive, added up", STOCK),
    "wait_mean": Measure("weeks", "mean weeks waited so far by those on the list", STOCK),
    "admissions": Measure("admissions", "emergency admissions"),
    "gp_visits": Measure("visits", "general-practice visits"),
    "activity_starts": Measure("starts", "activities started"),
    "activity_not_started": Measure("activities", "activities offered and not started"),
    "gaps": Measure("gaps", "goals met at contacts for which no service exists"),
    "check_ins": Measure("contacts", "short contacts with former users"),
}


class Measures:
    """The weekly record of one run."""

    def __init__(self) -> None:
        self.weeks: list[dict[str, float]] = []
        self.states: list[np.ndarray] = []
        self.caseloads: list[np.ndarray] = []
        self.leavers: list[np.ndarray] = []  # who left a first spell, by week
        self.panel_groups = [np.empty(0, np.int64)] * PANEL_WEEKS  # who is due for the panel, by week of the quarter

    @property
    def rows(self) -> dict[str, list[float]]:
        """The numbers of all weeks, one list a measure."""
        return {name: [week[name] for week in self.weeks] for name in WEEKLY}

    def record(self, people: People, workforce: Workforce, community: Community, week: Week, panel: Log | None) -> None:
        """Record the week, then count durations down."""
        visit_gp(people, week)
        states = people.by_state()
        self.states.append(states)
        engaged, in_post = people.engaged(), workforce.in_post()
        load = np.bincount(people.link_worker[engaged] + 1, minlength=workforce.workers.n + 1)  # first those without a worker (-1)
        now = people_now(people, engaged, states, week) | {"uncovered": load[0]}
        self.weeks.append(week.counts | now | workers_now(workforce, in_post, week) | services_now(people, community))
        self.caseloads.append(record_workers(workforce, in_post, load[1:][in_post], week))
        self.follow_up(people, week)
        if panel is not None:
            self.fill_panel(people, week, panel)
        count_down(people, workforce, week)

    def follow_up(self, people: People, week: Week) -> None:
        """Note latent wellbeing at set times since referral and since exit."""
        n, arrived, alive, latent = people.n, people.first_of_week, people.alive, people.latent_sum
        new = slice(arrived[week.number], n)
        people.latent_start[new] = np.where(alive[new], latent[new], np.nan)
        above = latent[:n] > people.latent_start[:n]
        above &= alive[:n]
        people.weeks_above_baseline[:n] += above
        for position, mark in enumerate(LATENT_WEEKS):
            if mark <= week.number:
                note_level(people, slice(arrived[week.number - mark], arrived[week.number - mark + 1]), position)
        left = (people.end_week[:n] == week.number).nonzero()[0]
        self.leavers.append(left[people.exit_state[left] >= 0])
        for position, mark in enumerate(EXIT_WEEKS):
            if mark <= week.number:
                now = self.leavers[week.number - mark]
                now = now[alive[now]]
                people.latent_exit_at[now, position] = latent[now]

    def rows_moved(self, new_row: np.ndarray) -> None:
        """Follow people to the `new_row` of each old one; -1: not among the rows any more."""
        for rows_kept in (self.leavers, self.panel_groups):
            rows_kept[:] = [moved[moved >= 0] for moved in (new_row[rows] for rows in rows_kept)]

    def fill_panel(self, people: People, week: Week, panel: Log) -> None:
        """Add the quarterly panel's rows: everybody alive who was referred a whole number of quarters ago."""
        group = week.number % PANEL_WEEKS
        new = np.arange(people.first_of_week[week.number], people.n)
        rows = self.panel_groups[group] = np.concatenate((self.panel_groups[group], new))
        rows = rows[people.alive[rows]]
        panel.add(
            person=people.number[rows],
            quarter=(week.number - people.referred_week[rows]) // PANEL_WEEKS,
            state=people.state[rows],
            contacts=people.contacts[rows],
            trust=people.trust[rows],
            confidence=people.confidence[rows],
            latent=people.latent_sum[rows],
            in_setback=people.severity[rows] > 0,
            depressed=people.depressed[rows],
            link_worker=people.link_worker[rows],
        )


def note_level(people: People, cohort: slice, position: int) -> None:
    """Keep the latent Star sum of those of `cohort` who are alive, at a mark since referral."""
    np.copyto(people.latent_at[cohort, position], people.latent_sum[cohort], where=people.alive[cohort])


def people_now(people: People, engaged: np.ndarray, states: np.ndarray, week: Week) -> dict[str, float]:
    """Return the weekly numbers of people."""
    n, waiting = people.n, people.waiting()
    people.weeks_in_service[engaged] += 1
    return {
        "waiting": states[WAITING],
        "active": states[ACTIVE],
        "maintenance": states[MAINTENANCE],
        "open_caseload": len(engaged),
        "handovers_waiting": np.count_nonzero(people.awaiting_call[:n] | people.handover_due[:n]),  # both end with the spell
        "in_setback": np.count_nonzero(people.setback_left[:n]),
        "depressed": np.count_nonzero(people.depressed[:n]),
        "star_mean": float(people.latent_sum[engaged].sum(dtype=np.float64)) / len(engaged) if len(engaged) else np.nan,
        "star_total": float(people.latent_sum[:n][people.alive[:n]].sum(dtype=np.float64)),
        "wait_mean": float((week.number - people.listed_week[waiting]).sum()) / len(waiting) if len(waiting) else np.nan,
    }


def workers_now(workforce: Workforce, in_post: np.ndarray, week: Week) -> dict[str, float]:
    """Return the weekly numbers of link workers."""
    workers, posts = workforce.workers, workforce.posts
    there = float(workers.hours_there[in_post].sum())
    return {
        "posts": posts.n if week.p.programme.enabled else 0,
        "posts_filled": len(in_post),
        "absent": np.count_nonzero(workers.sick_left[in_post]),
        "workload": float(workers.hours_wanted[in_post].sum()) / there if there > 0 else np.nan,
    }


def services_now(people: People, community: Community) -> dict[str, float]:
    """Return the weekly numbers of services, and add up attendance and queues of each."""
    s = community.services
    n, opened = s.n, s.open[: s.n]
    attending, queued = community.attending(people), community.queued(people)
    s.attending_sum[:n] += attending
    s.queue_sum[:n] += queued
    s.weeks_open[:n] += opened
    return {
        "queued": int(queued.sum()),
        "attending": int(attending.sum()),
        "places": int(s.places[:n][opened].sum()),
        "services_open": np.count_nonzero(opened),
    }


def record_workers(workforce: Workforce, in_post: np.ndarray, caseload: np.ndarray, week: Week) -> np.ndarray:
    """Add up what is told of each worker, smooth workloads, and return the caseload of each post (-1 vacant)."""
    q, workers = week.p.workforce, workforce.workers
    n = workers.n
    seen = (workers.hours_there[:n] > 0).nonzero()[0]
    ratio = workers.hours_wanted[seen] / workers.hours_there[seen]
    workers.workload[seen] += q.workload_smoothing * (ratio - workers.workload[seen])
    met = (workers.contacts_week[:n] > 0).nonzero()[0]
    share = np.minimum(1, workers.gaps_week[met] / workers.contacts_week[met])
    workers.gap_share[met] += q.workload_smoothing * (share - workers.gap_share[met])
    workers.contacts[:n] += workers.contacts_week[:n]
    workers.weeks_counted[in_post] += 1
    workers.caseload_sum[in_post] += caseload
    workers.workload_sum[in_post] += workers.workload[in_post]
    workers.absent_weeks[in_post] += workers.sick_left[in_post] > 0
    by_post = np.full(workforce.posts.n, VACANT, np.int32)
    by_post[workers.post[in_post]] = caseload
    return by_post


def visit_gp(people: People, week: Week) -> None:
    """Draw general-practice visits: more with conditions, fewer with wellbeing. They change nothing else."""
    q, n = week.p.economics, people.n
    luck = week.uniform_all(GP_VISITS, n)
    weekly = q.gp_visits / WEEKS_PER_YEAR
    most = weekly * (1 + q.gp_per_condition * (MOST_CONDITIONS - 4) + q.gp_per_star * (REFERENCE_STAR - LOWEST_STAR))
    rows = (luck > np.exp(-most)).nonzero()[0]  # the others have no visit at any rate
    rate = 1 + q.gp_per_condition * (people.ltcs[rows] - 4.0) - q.gp_per_star * (people.latent_sum[rows] - REFERENCE_STAR)
    mean = weekly * np.maximum(rate, 0) * people.alive[rows]
    luck = luck[rows]
    visits = luck > np.exp(-mean)
    rows, luck, mean = rows[visits], luck[visits], mean[visits]
    count = 1 + more_visits(luck, mean)
    people.gp_visits[rows] += count
    week.count("gp_visits", float(count.sum()))


def more_visits(luck: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return the Poisson visits beyond the first, for those with at least one, by inversion."""
    term = np.exp(-mean)
    below, extra = term.copy(), np.zeros(len(luck), np.int16)
    for k in range(1, 60):
        term = term * mean / k
        below += term
        more = luck > below
        if not more.any():
            break
        extra += more
    return extra


def count_down(people: People, workforce: Workforce, week: Week) -> None:
    """Take a week off running setbacks and sicknesses; those that end are over from next week."""
    rows = (people.setback_left[: people.n] > 0).nonzero()[0]
    people.setback_left[rows] -= 1
    ended = rows[people.setback_left[rows] == 0]
    people.severity[ended] = 0
    week.record("recovered", ended)
    workers = workforce.workers
    left, weeks = workers.sick_left[: workers.n], workers.sick_weeks[: workers.n]
    sick = left > 0
    weeks += 1
    weeks *= sick
    left -= sick
