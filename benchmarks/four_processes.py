"""The same four processes on the model's columns, from a copy of the same state, and the timing of both sides."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass
from statistics import median

from benchmarks.agent_objects import AgentObjects, from_tables
from benchmarks.growth import times_as_many
from sim import Parameters, SocialPrescribingService, measures
from sim.community import Community
from sim.episodes import leave
from sim.people import DISENGAGED, People
from sim.processes import contact, engagement, participation, setback, wellbeing
from sim.processes.workforce import open_diaries
from sim.programme import Calendar
from sim.records import EventLog, episode_log
from sim.streams import Streams
from sim.table import Table
from sim.week import Week
from sim.workforce import Workforce


class Columns:
    """The four processes on columns: a copy of the tables, with luck of its own."""

    def __init__(self, people: People, workforce: Workforce, community: Community, parameters: Parameters, week: int, seed: int) -> None:
        self.people, self.workforce, self.community = people, workforce, community
        self.p, self.week, self.streams, self.episodes = parameters, week, Streams(seed), episode_log()
        self.calendar, self.counts = Calendar(parameters), dict[str, float]()

    def step(self) -> None:
        """Do one week of the four processes, in the order of the whole model."""
        week = Week(self.week, self.p, self.streams, EventLog(False), self.calendar)
        people, workforce = self.people, self.workforce
        open_diaries(workforce, week)
        setback.begin_setbacks(people, week)
        contact.meet(people, workforce, week)
        participation.take_part(people, self.community, week)
        wellbeing.feel(people, week)
        engaged = people.engaged()
        lost, reasons = engagement.drop_out(people, engaged, week)
        leave(people, engaged[lost], DISENGAGED, reasons, week, self.episodes)
        measures.count_down(people, workforce, week)
        self.counts = week.counts
        self.week += 1


@dataclass
class Start:
    """The state both sides start from: that of a run after some weeks, with nobody sick."""

    model: SocialPrescribingService

    @classmethod
    def after(cls, weeks: int, parameters: Parameters | None = None, seed: int = 1) -> Start:
        """Run the whole model for `weeks`."""
        model = SocialPrescribingService(parameters, seed=seed, weeks=weeks, events=False, panel=False)
        while model.week < weeks:
            model.step()
        model.workforce.workers.sick_left[:] = model.workforce.workers.sick_weeks[:] = 0
        return cls(model)

    def columns(self, seed: int) -> Columns:
        """Return the side on columns."""
        m = self.model
        workforce, community = copy.copy(m.workforce), copy.copy(m.community)
        workforce.posts, workforce.workers = copy_table(workforce.posts), copy_table(workforce.workers)
        community.services = copy_table(community.services)
        return Columns(copy_table(m.people), workforce, community, m.parameters, m.week, seed)

    def objects(self, seed: int, parameters: Parameters | None = None) -> AgentObjects:
        """Return the side of agent objects."""
        m = self.model
        return from_tables(m.people, m.workforce, m.community.services, parameters or m.parameters, m.week, seed)


def copy_table(table: Table) -> Table:
    """Return a copy that shares no array with `table`."""
    twin = copy.copy(table)
    for name in table.columns:
        setattr(twin, name, getattr(table, name).copy())
    twin.allocated()
    return twin


def compare(factor: int, warm_weeks: int, weeks: int, repeats: int) -> dict[str, float]:
    """Time `weeks` of both sides in turn, at `factor` times the size; return medians of processor seconds, and of the ratio pair by pair."""
    start = Start.after(warm_weeks, times_as_many(factor))
    pairs = [(seconds(start.columns(seed), weeks), seconds(start.objects(seed), weeks)) for seed in range(repeats)]
    ratios = sorted(slow / fast for fast, slow in pairs)
    return {
        "factor": factor, "people": int(start.model.people.n), "warm_weeks": warm_weeks, "weeks": weeks, "repeats": repeats,
        "columns_seconds": median(fast for fast, _ in pairs), "objects_seconds": median(slow for _, slow in pairs),
        "ratio": median(ratios), "ratio_low": ratios[0], "ratio_high": ratios[-1],
    }  # fmt: skip


def seconds(side: Columns | AgentObjects, weeks: int) -> float:
    """Return the processor time of `weeks` steps: both sides use one core, and other work on the machine counts less."""
    start = time.process_time()
    for _ in range(weeks):
        side.step()
    return time.process_time() - start
