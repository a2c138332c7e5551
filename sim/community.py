"""Community services: their columns, how they are drawn, and the barriers between people and services."""

from __future__ import annotations

import numpy as np

from sim.parameters import Parameters
from sim.people import ATTENDING, GOALS, LIFESTYLE, NEIGHBOURHOODS, NOT_YET, QUEUED, People
from sim.streams import Stream, Streams
from sim.table import Column, Table

OLDER_GROUP_AGE = 55

AREA = Stream("service.area", "Star area a service serves", index="service")
PLACES = Stream("service.places", "places", index="service")
PLACE = Stream("service.neighbourhood", "neighbourhood", index="service")
EVENING = Stream("service.evening", "evening or daytime", index="service")
OLDER = Stream("service.older", "aimed at older people", index="service")
ADAPTED = Stream("service.adapted", "culturally adapted", index="service")
WOMEN_ONLY = Stream("service.women_only", "women-only sessions", index="service")
UNSAFE = Stream("service.unsafe", "unsafe location", index="service")
COURSE = Stream("service.course", "course or open group", index="service")


class Services(Table):
    """One row a service ever open, in order of opening."""

    area = Column("i1", "Star area served", writers="community", static=True)
    places_at_start = Column("i4", "places at opening", "places", writers="community", static=True)
    places = Column("i4", "places now", "places", writers="community, funding")
    neighbourhood = Column("i1", "neighbourhood, along a line of ten", writers="community", static=True)
    evening = Column("?", "held in the evening", writers="community", static=True)
    older = Column("?", "aimed at older people", writers="community", static=True)
    adapted = Column("?", "culturally adapted", writers="community", static=True)
    women_only = Column("?", "offers women-only sessions", writers="community", static=True)
    unsafe = Column("?", "in a place felt to be unsafe", writers="community", static=True)
    course = Column("?", "a course of fixed length, not an open group", writers="community", static=True)
    open = Column("?", "open", writers="community, funding")
    opened_week = Column("i4", "week of opening", "week", writers="community", static=True)
    closed_week = Column("i4", "week of closure", "week", NOT_YET, missing=NOT_YET, writers="funding")
    attending_sum = Column("f8", "sum of weekly people attending", "person-weeks", writers="measures")
    queue_sum = Column("f8", "sum of weekly queues", "person-weeks", writers="measures")
    weeks_open = Column("i4", "weeks open", "weeks", writers="measures")


class Community:
    """All services, and the waits of those who got a place (for the services table)."""

    def __init__(self, p: Parameters, streams: Streams) -> None:
        self.services = Services(max(8, 2 * p.community.services))
        self.waits: list[tuple[np.ndarray, np.ndarray]] = []
        mix = np.array(p.community.mix, float)
        # the share of each area is exact at opening, as far as whole services allow
        centres = (np.arange(p.community.services) + 0.5) / max(1, p.community.services)
        self.start(np.searchsorted(np.cumsum(mix / mix.sum()), centres), 0, p, streams)

    def start(self, area: np.ndarray, week: int, p: Parameters, streams: Streams) -> np.ndarray:
        """Open a service for each of `area` and return their numbers; luck goes with the number."""
        q, s = p.community, self.services
        rows = s.add(len(area))

        def u(stream: Stream) -> np.ndarray:
            return streams.uniform(stream, 0, rows)

        s.area[rows] = area
        s.places[rows] = s.places_at_start[rows] = q.places_min + np.floor((q.places_max - q.places_min + 1) * u(PLACES))
        s.neighbourhood[rows] = np.floor(NEIGHBOURHOODS * u(PLACE))
        s.evening[rows] = u(EVENING) < q.evening_share
        s.older[rows] = u(OLDER) < q.older_share
        s.adapted[rows] = u(ADAPTED) < q.adapted_share
        s.women_only[rows] = u(WOMEN_ONLY) < q.women_only_share
        s.unsafe[rows] = u(UNSAFE) < q.unsafe_share
        s.course[rows] = u(COURSE) < q.course_share
        s.open[rows] = True
        s.opened_week[rows] = week
        return rows

    def attending(self, people: People) -> np.ndarray:
        """Return how many people hold a place in each service."""
        return self.count(people, ATTENDING)

    def queued(self, people: People) -> np.ndarray:
        """Return how many people queue for each service."""
        return self.count(people, QUEUED)

    def held(self, people: People) -> np.ndarray:
        """Return how many people attend or queue at each service."""
        stage = people.flat("goal_stage")[: GOALS * people.n]
        goals = ((stage == QUEUED) | (stage == ATTENDING)).nonzero()[0]
        return np.bincount(people.flat("goal_service").take(goals), minlength=self.services.n)

    def count(self, people: People, stage: int) -> np.ndarray:
        """Return how many goals of each service are in `stage`."""
        return np.bincount(people.flat("goal_service").take(people.goals_in(stage)), minlength=self.services.n)

    def barriers(self, people: People, persons: np.ndarray, services: np.ndarray, p: Parameters) -> np.ndarray:
        """Return how many barriers stand between each person and service (arrays that broadcast).

        Travel, timing, age mix, language or culture, no women-only session, unsafe location
        (Wildman et al. 2019).
        """
        s = self.services
        apart = np.abs(people.neighbourhood[persons] - s.neighbourhood[services])
        transport = people.transport[persons]
        evening = s.evening[services]
        travel = ((apart > p.community.travel_limit) & ~transport) | ((apart > 0) & people.burden[persons])
        timing = np.where(people.employed[persons], ~evening, evening & ~transport)
        age_mix = (people.age[persons] < OLDER_GROUP_AGE) & s.older[services]
        culture = people.minority[persons] & ~s.adapted[services]
        no_women_only = people.needs_women_only[persons] & (s.area[services] == LIFESTYLE) & ~s.women_only[services]
        return travel.astype(np.int8) + timing + age_mix + culture + no_women_only + s.unsafe[services]
