"""Compiled form of `sim.measures`: what is recorded each week, and durations that count down."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim import measures
from sim.community import Community
from sim.compiled.draws import Keys, unit
from sim.compiled.tables import columns, numbers
from sim.measures import GP_VISITS, LOWEST_STAR, PANEL_WEEKS, REFERENCE_STAR
from sim.parameters import WEEKS_PER_YEAR
from sim.people import ACTIVE, ATTENDING, EXIT_WEEKS, GOALS, LAST_ENGAGED, LATENT_WEEKS, MAINTENANCE, MOST_CONDITIONS, QUEUED, STATES, WAITING, People
from sim.records import Log
from sim.week import Week
from sim.workforce import VACANT, Workforce

F4 = np.float32
REFERENCE = F4(REFERENCE_STAR)
MOST_VISITS = 60
LANES = 8
OF_SERVICES = ("queued", "attending", "places", "services_open")
OF_WORKERS = ("posts_filled", "absent", "workload")
STATE_COUNT = len(STATES)
LUCK = Keys(GP_VISITS)
NOBODY = np.empty(0, np.int64)


class Measures(measures.Measures):
    """The weekly record of one run, made by compiled loops."""

    def record(self, people: People, workforce: Workforce, community: Community, week: Week, panel: Log | None) -> None:
        """Record the week, then count durations down."""
        workers, posts, services = workforce.workers, workforce.posts, community.services
        tables = columns(people), columns(workers), columns(posts), columns(services)
        rows = people.n, workers.n, posts.n, services.n
        visits, states, caseloads, left, of_people, of_services, of_workers = record_all(
            *tables, rows, numbers(week.p), week.number, LUCK.of(week)[0], self.groups(week)
        )
        states += people.dropped
        week.count("gp_visits", float(visits))
        self.states.append(states)
        self.caseloads.append(caseloads)
        self.leavers.append(left)
        now = named(states, of_people) | dict(zip(OF_SERVICES, of_services, strict=True)) | dict(zip(OF_WORKERS, of_workers, strict=True))
        self.weeks.append(week.counts | now | {"posts": posts.n if week.p.programme.enabled else 0})
        if panel is not None:
            self.fill_panel(people, week, panel)
        week.record("recovered", count_down(tables[0], people.n, tables[1], workers.n))

    def groups(self, week: Week) -> tuple[np.ndarray, ...]:
        """Return who left so long ago as each of `EXIT_WEEKS` but the first, which is this week."""
        return tuple(self.leavers[week.number - mark] if mark <= week.number else NOBODY for mark in EXIT_WEEKS[1:])

    def fill_panel(self, people: People, week: Week, panel: Log) -> None:
        """Add the quarterly panel's rows: everybody alive who was referred a whole number of quarters ago."""
        group = week.number % PANEL_WEEKS
        new = np.arange(people.first_of_week[week.number], people.n)
        rows = self.panel_groups[group] = np.concatenate((self.panel_groups[group], new))
        panel.add(**dict(zip(panel.dtypes, panel_now(columns(people), rows, week.number), strict=True)))


def named(states: np.ndarray, numbers: tuple) -> dict[str, float]:
    """Return the weekly numbers of people by name, from how many are in each state and from what `people_now` gave."""
    engaged, uncovered, waited, awaiting, in_setback, depressed, star_engaged, star_total = numbers
    listed = int(states[WAITING])
    return {
        "waiting": listed,
        "active": states[ACTIVE],
        "maintenance": states[MAINTENANCE],
        "open_caseload": engaged,
        "handovers_waiting": awaiting,
        "in_setback": in_setback,
        "depressed": depressed,
        "star_mean": star_engaged / engaged if engaged else np.nan,
        "star_total": star_total,
        "wait_mean": waited / listed if listed else np.nan,
        "uncovered": uncovered,
    }


@njit(cache=True)
def record_all(people, workers, posts, services, rows, p, week, key, groups):
    """Record what is told of the week, for the first `rows` of each table.

    Return visits to the practice, people in each state, the caseload of each post, who left a first
    spell, and the numbers of `people_now`, `services_now` and `workers_now`.
    """
    n, worker_count, post_count, service_count = rows
    visits = visit_gp(people, n, p, key)
    states, load, of_people = people_now(people, n, worker_count, week)
    of_services = services_now(people, n, services, service_count)
    of_workers = workers_now(workers, posts, post_count)
    caseloads = record_workers(workers, worker_count, posts, post_count, load, p)
    left = follow_latent(people, n, week)
    note_exits(people, left, 0)
    for place in range(len(groups)):
        note_exits(people, groups[place], place + 1)
    return visits, states, caseloads, left, of_people, of_services, of_workers


@njit(cache=True)
def visit_gp(people, n, p, key):
    """Draw general-practice visits of the first `n` of `people`, more with conditions, fewer with wellbeing; return how many."""
    q = p[0].economics
    number, ltcs, latent_sum, alive, visits = people.number, people.ltcs, people.latent_sum, people.alive, people.gp_visits
    weekly, per_star, total = q.gp_visits / WEEKS_PER_YEAR, F4(q.gp_per_star), 0
    most = weekly * (1 + q.gp_per_condition * (MOST_CONDITIONS - 4) + q.gp_per_star * (REFERENCE_STAR - LOWEST_STAR))
    least_luck = np.exp(-most)  # without more luck there is no visit at any rate
    for i in range(n):
        luck = unit(key, number[i])
        if luck <= least_luck:
            continue
        rate = 1 + q.gp_per_condition * (ltcs[i] - 4.0) - per_star * (latent_sum[i] - REFERENCE)
        mean = weekly * max(rate, 0.0) * alive[i]
        term = np.exp(-mean)
        below, count = term, 0
        while luck > below and count < MOST_VISITS:  # by inversion
            count += 1
            term = term * mean / count
            below += term
        visits[i] += count
        total += count
    return total


@njit(cache=True)
def people_now(people, n, workers, week):
    """Count a further week in the service; return how many are in each state, how many each worker has, and the numbers of the week.

    The numbers: engaged, without a worker, weeks waited by those on the list, awaiting a new worker, in a
    setback, depressed, and the latent Star sums of the engaged and of all who live, added up.
    """
    state, link_worker, weeks_in_service, listed_week = people.state, people.link_worker, people.weeks_in_service, people.listed_week
    awaiting_call, handover_due, setback_left, is_depressed = people.awaiting_call, people.handover_due, people.setback_left, people.depressed
    latent_sum, alive = people.latent_sum, people.alive
    states, load = np.zeros(STATE_COUNT, np.int64), np.zeros(workers + 1, np.int64)
    engaged = waited = awaiting = in_setback = depressed = 0
    star_engaged = star_total = 0.0
    for i in range(n):
        states[state[i]] += 1
        awaiting += awaiting_call[i] or handover_due[i]  # both end with the spell
        in_setback += setback_left[i] != 0
        depressed += is_depressed[i]
        if alive[i]:
            star_total += latent_sum[i]
        if state[i] <= LAST_ENGAGED:
            engaged += 1
            weeks_in_service[i] += 1
            load[link_worker[i] + 1] += 1  # first those without a worker (-1)
            star_engaged += latent_sum[i]
        elif state[i] == WAITING:
            waited += week - listed_week[i]
    return states, load[1:], (engaged, load[0], waited, awaiting, in_setback, depressed, star_engaged, star_total)


@njit(cache=True)
def services_now(people, n, services, rows):
    """Add up attendance and queues of each service; return how many goals queue and attend, the places and the open services."""
    stage, service = people.goal_stage, people.goal_service
    attending_sum, queue_sum, weeks_open, is_open, of_service = services.attending_sum, services.queue_sum, services.weeks_open, services.open, services.places
    queued = attending = places = opened = 0
    for i in range(n):
        for k in range(GOALS):
            if stage[i, k] == ATTENDING:
                attending += 1
                attending_sum[service[i, k]] += 1
            elif stage[i, k] == QUEUED:
                queued += 1
                queue_sum[service[i, k]] += 1
    for row in range(rows):
        weeks_open[row] += is_open[row]
        opened += is_open[row]
        places += of_service[row] * is_open[row]
    return queued, attending, places, opened


@njit(cache=True)
def workers_now(workers, posts, post_count):
    """Return how many posts are filled, how many workers are absent, and hours wanted over hours there."""
    there, wanted = np.empty(post_count), np.empty(post_count)
    filled = absent = 0
    for post in range(post_count):
        row = posts.worker[post]
        if row != VACANT:
            there[filled], wanted[filled] = workers.hours_there[row], workers.hours_wanted[row]
            absent += workers.sick_left[row] != 0
            filled += 1
    hours = add_up(there[:filled])
    return filled, absent, add_up(wanted[:filled]) / hours if hours > 0 else np.nan


@njit(cache=True)
def add_up(values):
    """Return the sum of `values`, added up in numpy's order (that of up to 128 numbers)."""
    whole = len(values) - len(values) % LANES
    lanes = np.zeros(LANES)
    for place in range(whole):
        lanes[place % LANES] += values[place]
    total = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    for place in range(whole, len(values)):
        total += values[place]
    return total


@njit(cache=True)
def panel_now(people, rows, week):
    """Return the panel's columns, in its order, for those of `rows` who are alive."""
    alive, count = people.alive, 0
    here = np.empty(len(rows), np.int64)
    for i in rows:
        here[count] = i
        count += alive[i]
    here = here[:count].copy()
    quarter = (week - people.referred_week[here]) // PANEL_WEEKS
    of_person = people.state[here], people.contacts[here], people.trust[here], people.confidence[here], people.latent_sum[here]
    return (people.number[here], quarter, *of_person, people.severity[here] > 0, people.depressed[here], people.link_worker[here])


@njit(cache=True)
def record_workers(workers, n, posts, post_count, load, p):
    """Add up what is told of each worker, smooth workloads, and return the caseload of each post (-1 vacant)."""
    smoothing = p[0].workforce.workload_smoothing
    there, wanted, workload, gap_share = workers.hours_there, workers.hours_wanted, workers.workload, workers.gap_share
    for row in range(n):
        if there[row] > 0:
            workload[row] += smoothing * (wanted[row] / there[row] - workload[row])
        met = workers.contacts_week[row]
        if met > 0:
            gap_share[row] += smoothing * (min(1.0, workers.gaps_week[row] / met) - gap_share[row])
        workers.contacts[row] += met
    by_post = np.full(post_count, VACANT, np.int32)
    for post in range(post_count):
        row = posts.worker[post]
        if row != VACANT:
            workers.weeks_counted[row] += 1
            workers.caseload_sum[row] += load[row]
            workers.workload_sum[row] += workload[row]
            workers.absent_weeks[row] += workers.sick_left[row] > 0
            by_post[post] = load[row]
    return by_post


@njit(cache=True)
def follow_latent(people, n, week):
    """Note the latent sum of this week's arrivals, weeks above it, and its level at marks since referral; return who left a first spell this week."""
    latent, start, alive, above, latent_at = people.latent_sum, people.latent_start, people.alive, people.weeks_above_baseline, people.latent_at
    end_week, exit_state, referred_week = people.end_week, people.exit_state, people.referred_week
    left = np.empty(n, np.int64)
    count = 0
    i = n - 1
    while i >= 0 and referred_week[i] == week:
        start[i] = latent[i] if alive[i] else np.nan
        i -= 1
    for i in range(n):
        above[i] += alive[i] and latent[i] > start[i]
    for place, mark in enumerate(LATENT_WEEKS):
        first, last = np.searchsorted(referred_week[:n], week - mark), np.searchsorted(referred_week[:n], week - mark, "right")
        for i in range(first, last):
            if alive[i]:
                latent_at[i, place] = latent[i]
    for i in range(n):
        if end_week[i] == week and exit_state[i] >= 0:
            left[count] = i
            count += 1
    return left[:count].copy()


@njit(cache=True)
def note_exits(people, rows, place):
    """Keep the latent sum of those of `rows` who are alive, at the `place` of a mark since their exit."""
    latent, alive, latent_exit_at = people.latent_sum, people.alive, people.latent_exit_at
    for i in rows:
        if alive[i]:
            latent_exit_at[i, place] = latent[i]


@njit(cache=True)
def count_down(people, n, workers, worker_count):
    """Take a week off running setbacks and sicknesses; return whose setback has ended."""
    setback_left, severity = people.setback_left, people.severity
    ended = np.empty(n, np.int64)
    count = 0
    for i in range(n):
        if setback_left[i] > 0:
            setback_left[i] -= 1
            if setback_left[i] == 0:
                severity[i] = 0
                ended[count] = i
                count += 1
    for row in range(worker_count):
        sick = workers.sick_left[row] > 0
        workers.sick_weeks[row] = (workers.sick_weeks[row] + 1) * sick
        workers.sick_left[row] -= sick
    return ended[:count].copy()
