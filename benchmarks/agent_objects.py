"""Four of the weekly processes the plain Mesa way: one Python object per person, goal and link worker.

Setbacks, contact, participation, and wellbeing with drop-out, by the same rules as `sim/processes`, from
the state a run of the model has reached. Left out are sickness and the policies that are off by default.
"""

from __future__ import annotations

import mesa

from benchmarks.agent_user import GOAL, STATE, TRAITS, Goal, ServiceUser
from sim.community import Services
from sim.parameters import Parameters
from sim.people import GOALS, IS_CASE_AREA, People
from sim.programme import Calendar
from sim.workforce import Workforce


class LinkWorker(mesa.Agent):
    """A link worker with a diary and a caseload."""

    __slots__ = ("caseload", "hours_left", "hours_unmet", "skill", "started_week", "strain")

    def weekly_hours(self, week: int) -> float:
        """Return this week's diary hours: fewer for the new."""
        q = self.model.p.workforce
        productivity = q.ramp_start + (1 - q.ramp_start) * min(1.0, (week - self.started_week) / q.ramp_weeks)
        return q.hours * q.diary_share * productivity

    def meet_users(self, week: int) -> None:
        """Hold the meetings due, the most pressing first, up to the first that does not fit the diary."""
        q = self.model.p
        experience = min(1.0, (week - self.started_week) / q.workforce.experience_weeks)
        quality = self.skill * (q.workforce.experience_start + (1 - q.workforce.experience_start) * experience)
        quality *= 1 - q.contact.quality_workload * self.strain
        due = [(-user.priority(week), user.number, user) for user in self.caseload.values() if user.is_due(week)]
        due.sort()
        self.hours_left, self.hours_unmet = self.weekly_hours(week), 0.0
        full = False
        for _, _, user in due:
            hours = user.meeting_hours()
            full = full or hours > self.hours_left + 1e-9
            if full:
                self.hours_unmet += hours
            else:
                self.hours_left -= hours
                user.meet(quality, week)


class AgentObjects(mesa.Model):
    """The four processes, week by week, for the people and workers put in."""

    def __init__(self, parameters: Parameters, week: int, seed: int) -> None:
        super().__init__(rng=seed)
        self.p, self.week = parameters, week
        self.intervals = Calendar(parameters).interval_in_week.tolist()
        self.dip_kept = 0.5 ** (1 / parameters.population.dip_half_life_weeks)
        self.people: list[ServiceUser] = []
        self.workers: list[LinkWorker] = []

    def step(self) -> None:
        """Do one week of the four processes, in the order of the whole model."""
        week, people = self.week, self.people
        for user in people:
            user.risk_setback(week)
        for user in people:
            if user.is_engaged():
                user.plan_contact(week)
        for worker in self.workers:
            worker.meet_users(week)
        trust_kept = 1 - self.p.contact.trust_decay
        for user in people:
            if user.is_engaged() and user.last_contact_week < week:
                user.trust *= trust_kept
            user.take_part(week)
            user.feel()
            if user.is_engaged():
                user.risk_drop_out(week)
            user.recover()
        self.week += 1


def from_tables(people: People, workforce: Workforce, services: Services, parameters: Parameters, week: int, seed: int) -> AgentObjects:
    """Return agent objects in the state of the tables; those who died or moved away are left out."""
    model = AgentObjects(parameters, week, seed)
    workers = {row: copy_worker(model, workforce, row) for row in workforce.in_post().tolist()}
    model.workers = list(workers.values())
    alive = people.alive[: people.n].nonzero()[0]
    columns = {name: getattr(people, name)[alive].tolist() for name in TRAITS + STATE}
    goals = copy_goals(people, services)
    worker_of = people.link_worker[: people.n].tolist()
    for position, number in enumerate(alive.tolist()):
        user = ServiceUser(model)
        user.number, user.goals, user.link_worker = number, goals[GOALS * number : GOALS * number + GOALS], workers.get(worker_of[number])
        for name, values in columns.items():
            setattr(user, name, values[position])
        if user.link_worker is not None:
            user.link_worker.caseload[number] = user
        model.people.append(user)
    return model


def copy_worker(model: AgentObjects, workforce: Workforce, row: int) -> LinkWorker:
    """Return the link worker of one row."""
    worker, table = LinkWorker(model), workforce.workers
    worker.skill, worker.started_week = float(table.skill[row]), int(table.started_week[row])
    worker.strain = min(max(float(table.workload[row]) - 1, 0.0), 1.0)
    worker.caseload, worker.hours_left, worker.hours_unmet = {}, 0.0, 0.0
    return worker


def copy_goals(people: People, services: Services) -> list[Goal]:
    """Return all goals, three a person, each with what its service asks of it."""
    end = GOALS * people.n
    columns = {name: people.flat(f"goal_{name}")[:end].tolist() for name in (*GOAL, "area", "service")}
    adapted, course = services.adapted.tolist(), services.course.tolist()
    goals = []
    for position, (area, service) in enumerate(zip(columns.pop("area"), columns.pop("service"), strict=True)):
        goal = Goal()
        goal.area, goal.is_case = area, bool(IS_CASE_AREA[area])
        goal.adapted, goal.course = service >= 0 and adapted[service], service >= 0 and course[service]
        for name, values in columns.items():
            setattr(goal, name, values[position])
        goals.append(goal)
    return goals
