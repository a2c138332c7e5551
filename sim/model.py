"""The service as a Mesa model: set-up, and `step()`, whose lines are the week's processes in order."""

from __future__ import annotations

from importlib import import_module

import mesa
import numpy as np
from mesa.agent import AgentSet

from sim import compiled as loops
from sim import measures, traits
from sim.agents import CommunityService, LinkWorker, ServiceUser, View
from sim.archive import Shelf
from sim.community import Community
from sim.compaction import release
from sim.measures import Measures
from sim.parameters import WEEKS_PER_YEAR, ParameterError, Parameters
from sim.people import People
from sim.processes import Processes
from sim.programme import Calendar
from sim.records import EventLog, episode_log, panel_log
from sim.results import Results
from sim.streams import Stream, Streams
from sim.week import Week
from sim.workforce import Workforce

SCHEDULE = (
    "referral", "funding", "setback", "workforce", "allocation", "contact", "onward_referral", "placement",
    "participation", "motivation", "wellbeing", "engagement",
)  # fmt: skip
PROCESSES = Processes(**{name: import_module(f"sim.processes.{name}") for name in SCHEDULE}, measures=measures)  # for the compiled form to replace
ARRIVALS = Stream("referral.count", "number of people referred in a week", index="week")
MANY_PEOPLE = 50_000  # beyond, events and panel are kept on request only
DRAW_AHEAD_WEEKS = 52
DRAWN_WHOLE_WEEKS = 520  # the people of longer runs are drawn year by year
MOST_WEEKS = 30_000  # weeks are kept in 16 bits


class SocialPrescribingService(mesa.Model):
    """A link-worker social prescribing service and everybody referred to it.

    `seed` fixes all luck. `weeks` is the horizon of `run()`, after any `referrals.warm_up_weeks`;
    `step()` may go beyond it. Weeks are counted from opening, the warm-up included. `events` and
    `panel` say whether these records are kept (None: when fewer than 50,000 people are expected).
    `archive` is where a long run puts people who are followed no further (sim/archive.py; None: in memory).
    `rows_stay` is for whoever looks at `model.people` by row: then a person's row is the number to the end.
    `compiled` takes the compiled form of the week's processes, which needs numba and gives the same
    results to rounding. Raises `ParameterError` when a user's own referral counts are fewer than `weeks`.
    """

    def __init__(
        self,
        parameters: Parameters | None = None,
        seed: int = 1,
        weeks: int = 260,
        events: bool | None = None,
        panel: bool | None = None,
        archive: Shelf | None = None,
        rows_stay: bool = False,
        compiled: bool = False,
    ) -> None:
        self.processes = loops.processes(PROCESSES) if compiled else PROCESSES
        self.streams = Streams(seed)
        super().__init__(rng=int(seed) % 2**32)
        self.parameters = p = parameters or Parameters()
        self.calendar = Calendar(p)
        self.weeks = p.referrals.warm_up_weeks + weeks
        if not 0 <= self.weeks <= MOST_WEEKS:
            raise ParameterError(f"weeks = {weeks} is not allowed: with the warm-up it must be from 0 to {MOST_WEEKS:,}.")
        self.week = 0
        self.arrivals = np.empty(0, np.int64)
        self.plan_arrivals(self.weeks)
        expected = int(self.arrivals.sum())
        few = expected <= MANY_PEOPLE
        self.events = EventLog(few if events is None else events)
        self.panel = panel_log() if (few if panel is None else panel) else None
        self.episodes = episode_log()
        self.rows_stay = rows_stay
        self.weeks_drawn = self.weeks if rows_stay or self.weeks <= DRAWN_WHOLE_WEEKS else DRAW_AHEAD_WEEKS
        first = int(self.arrivals[: self.weeks_drawn].sum())
        self.people = People(max(first, 1), archive)
        traits.draw(self.people, first, p, self.streams)
        self.workforce = Workforce(p, self.streams)
        self.community = Community(p, self.streams)
        self.measures: Measures = self.processes.measures.Measures()
        self._results: Results | None = None

    def step(self) -> None:
        """Do one week. The order is part of the model (docs/odd.md, section 3)."""
        if self.week >= self.weeks_drawn:
            self.look_further_ahead()
        week = Week(self.week, self.parameters, self.streams, self.events, self.calendar, self.people.numbers())
        people, workers, services, do = self.people, self.workforce, self.community, self.processes
        do.referral.refer(people, int(self.arrivals[self.week]), week)
        do.funding.fund(people, services, week)
        do.setback.strike(people, week, self.episodes)
        do.workforce.turn_over(people, workers, week)
        do.allocation.allocate(people, workers, week)
        do.contact.meet(people, workers, week)
        do.onward_referral.refer_on(people, workers, services, week)
        do.placement.place(people, workers, services, week)
        do.participation.take_part(people, services, week)
        do.motivation.settle(people, week)
        do.wellbeing.feel(people, week)
        do.engagement.engage(people, week, self.episodes)
        self.measures.record(people, workers, services, week, self.panel)
        release(people, self.measures, week, drop=not self.rows_stay)
        self.week += 1
        self._results = None

    def run(self) -> Results:
        """Step to the horizon and return the results."""
        while self.week < self.weeks:
            self.step()
        return self.results

    @property
    def results(self) -> Results:
        """The tables and headline measures of the weeks done so far."""
        if self._results is None:
            self._results = Results(self)
        return self._results

    @property
    def users(self) -> AgentSet:
        """Everybody referred so far, as agents; made on first access."""
        return self.views(ServiceUser, self.people)

    @property
    def link_workers(self) -> AgentSet:
        """Every link worker so far, as agents."""
        return self.views(LinkWorker, self.workforce.workers)

    @property
    def services(self) -> AgentSet:
        """Every community service so far, as agents."""
        return self.views(CommunityService, self.community.services)

    def views(self, kind: type[View], table: object) -> AgentSet:
        """Return the agents of `kind`, one a row of `table`, making those not yet there."""
        have = self.agents_by_type.get(kind, ())
        for number in range(len(have), table.ever):
            kind(self, table, number)
        return self.agents_by_type.get(kind, AgentSet([], random=self.random))

    def plan_arrivals(self, weeks: int) -> None:
        """Fix how many people are referred in each week up to `weeks`: the user's counts, or Poisson."""
        q = self.parameters.referrals
        known = q.warm_up_weeks + len(q.counts)
        if q.counts and weeks > known:
            raise ParameterError(
                f"model.referrals.counts has {len(q.counts)} weeks but the run has {weeks - q.warm_up_weeks}: "
                f"give more weeks, or set weeks={len(q.counts)}."
            )
        fresh = np.arange(len(self.arrivals), weeks)
        luck = self.streams.uniform(ARRIVALS, 0, fresh)
        first = fresh < WEEKS_PER_YEAR
        year_1 = traits.poisson(luck[first], q.first_year / WEEKS_PER_YEAR)
        later = traits.poisson(luck[~first], q.later_years / WEEKS_PER_YEAR)
        self.arrivals = np.concatenate((self.arrivals, year_1, later))
        if q.counts:
            self.arrivals[q.warm_up_weeks :] = q.counts[: weeks - q.warm_up_weeks]
        if len(fresh) and (q.counts or fresh[0] <= q.warm_up_weeks <= fresh[-1]) and weeks > q.warm_up_weeks:
            self.arrivals[q.warm_up_weeks] += q.backlog

    def look_further_ahead(self) -> None:
        """Draw a further year of people: when the horizon is far, and for steps beyond it."""
        if self.week >= len(self.arrivals):
            self.plan_arrivals(self.week + (1 if self.parameters.referrals.counts else DRAW_AHEAD_WEEKS))
        self.weeks_drawn = min(self.week + DRAW_AHEAD_WEEKS, len(self.arrivals))
        fresh = int(self.arrivals[: self.weeks_drawn].sum() - self.people.drawn - self.people.dropped.sum())
        traits.draw(self.people, fresh, self.parameters, self.streams)
