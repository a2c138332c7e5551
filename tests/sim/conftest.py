"""Small services and tiny tables on which the claims about `sim` are tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri

from sim import Parameters, SocialPrescribingService, traits
from sim.community import Community
from sim.people import ACTIVE, FOR_GOOD, LIFESTYLE, NEUTRAL, SELF_CARE, SYMPTOMS, WAITING, People
from sim.records import EventLog, episode_log
from sim.results import Results
from sim.streams import Stream, Streams
from sim.week import Week
from sim.workforce import Workforce

SMALL = {"referrals.first_year": 500, "referrals.later_years": 500, "workforce.posts": 6}

# The values at which the worked examples are computed: tuned defaults may move, the examples need not.
WORKED = {
    "workforce.diary_share": 0.62, "contact.follow_up_hours": 1.1, "contact.ask_base": 0.3, "contact.ask_trust": 0.4,
    "programme.completion": 0.012, "activity.offer_probability": 0.45, "activity.start_logit": 0.8,
    "activity.attend_logit": 0.1, "dropout.hazard": 0.011, "setbacks.hazard_first": 0.010, "setbacks.hazard_per_condition": 0.008,
    "setbacks.weeks_minor": 3.0, "setbacks.weeks_moderate": 8.0,
}  # fmt: skip


class RiggedWeek(Week):
    """A week whose luck is known: `luck` maps the name of a stream to one uniform, or one for each index."""

    def __init__(self, number: int, parameters: Parameters, streams: Streams, luck: dict[str, Any]) -> None:
        super().__init__(number, parameters, streams, EventLog(True))
        self.luck = luck
        unknown = set(luck) - set(Stream.registry)
        assert not unknown, f"no such streams: {unknown}"

    def uniform(self, stream: Stream, index: np.ndarray) -> np.ndarray:
        if stream.name not in self.luck:
            return super().uniform(stream, index)
        value = np.asarray(self.luck[stream.name], float)
        return np.full(np.shape(index), value) if value.ndim == 0 else value[index]

    def uniforms(self, streams: tuple[Stream, ...], index: np.ndarray) -> np.ndarray:
        return np.array([self.uniform(stream, index) for stream in streams])

    def uniform_all(self, stream: Stream, n: int) -> np.ndarray:
        return self.uniform(stream, np.arange(n))

    def normal(self, stream: Stream, index: np.ndarray) -> np.ndarray:
        return ndtri(self.uniform(stream, index))

    def kinds(self) -> list[str]:
        """The kinds of events recorded, in order."""
        from sim.records import EVENTS

        return [EVENTS[code] for code in self.events.arrays()["kind"]]


class Scene:
    """A few ordinary people in mid-programme with worker 0, a few workers, eight services (one an area), one week.

    Ordinary: 60 years, four conditions, no mental-health condition, confidence 0.45, motivation 0.5,
    willpower 0.5, no burden, own transport, not in work, neutral household, habit goals in lifestyle,
    self-care and symptoms. Services: no barriers, 20 places, open groups.
    """

    def __init__(self, people: int, number: int, luck: dict[str, Any], parameters: Parameters) -> None:
        self.p, self.streams = parameters, Streams(1)
        self.people = crowd(people, number, parameters, self.streams)
        self.workforce = Workforce(parameters, self.streams)
        self.workers, self.posts = self.workforce.workers, self.workforce.posts
        self.workers.skill[:] = 1
        self.workers.hours_there[: self.workers.n] = self.workers.hours_left[: self.workers.n] = 100
        self.community = Community(parameters, self.streams)
        self.services = self.community.services
        plain_services(self.community)
        self.week = RiggedWeek(number, parameters, self.streams, luck)
        self.episodes = episode_log()

    def next_week(self, luck: dict[str, Any] | None = None) -> None:
        """Move on one week."""
        self.week = RiggedWeek(self.week.number + 1, self.p, self.streams, luck if luck is not None else self.week.luck)

    def put(self, table: str = "people", **columns: Any) -> Scene:
        """Set columns, one value for all rows or one a row."""
        at = getattr(self, table)
        for name, value in columns.items():
            getattr(at, name)[: at.n] = value
        return self

    def wait(self, weeks: int = 0) -> Scene:
        """Put everybody on the waiting list instead, for so many weeks."""
        return self.put(state=WAITING, episode=0, link_worker=-1, trust=0, spell_start=-1, met=False, listed_week=self.week.number - weeks)


def crowd(count: int, number: int, p: Parameters, streams: Streams) -> People:
    """Return `count` ordinary people in the 40th week of their spell."""
    people = People(max(count, 1))
    traits.draw(people, count, p, streams)
    people.n = count
    values = {
        "alive": True, "age": 60, "female": True, "ltcs": 4, "mental_health": False, "complexity": 1, "deprived": False, "minority": False,
        "employed": False, "isolated": False, "household": NEUTRAL, "insecure_housing": False, "transport": True, "needs_women_only": False,
        "burden": False, "neighbourhood": 0, "environment": 0, "confidence_baseline": 0.45, "confidence": 0.45, "willpower": 0.5,
        "motivation_base": 0.5, "motivation": 0.5, "habit_rate": 0.2, "fading": 1, "star_baseline": 3, "latent": 3, "latent_sum": 24, "dip": 0,
        "depressed": False, "knows_limit": True, "goal_area": (LIFESTYLE, SELF_CARE, SYMPTOMS), "referred_week": number - 40,
        "state": ACTIVE, "episode": 1, "link_worker": 0, "uptake": 1, "start_week": number - 40, "spell_start": number - 40,
        "limit_week": number + 64, "met": True, "last_contact_week": number - 1, "trust": 0.5, "next_review": 100, "first_contact_week": number - 40,
        "due_week": FOR_GOOD, "interval": 6, "gone_at": np.inf, "new_condition_at": np.inf,
    }  # fmt: skip
    for name, value in values.items():
        getattr(people, name)[:count] = value
    people.setback_hazard[:count] = traits.setback_hazard(people, np.arange(count), p)
    return people


def plain_services(community: Community) -> None:
    """Give every service 20 places, no barriers and open groups."""
    values = {
        "places": 20,
        "places_at_start": 20,
        "neighbourhood": 0,
        "evening": False,
        "older": False,
        "adapted": True,
        "women_only": True,
        "unsafe": False,
        "course": False,
    }
    for name, value in values.items():
        getattr(community.services, name)[: community.services.n] = value


@pytest.fixture
def scene() -> Callable[..., Scene]:
    """`scene(people=2, week=50, luck={...}, changes={...})` makes a `Scene`."""

    def make(people: int = 2, week: int = 50, luck: dict[str, Any] | None = None, changes: dict[str, Any] | None = None) -> Scene:
        small = {"workforce.posts": 4, "community.services": 8, "community.mix": [1] * 8}
        return Scene(people, week, luck or {}, Parameters().replace(WORKED | small | (changes or {})))

    return make


@pytest.fixture(scope="session")
def outcome() -> Callable[..., Results]:
    """`outcome({...}, seed=1, weeks=104)` runs a small service (6 posts, 500 people a year), once for each set of changes."""
    done: dict[Any, Results] = {}

    def run(changes: dict[str, Any] | None = None, seed: int = 1, weeks: int = 104) -> Results:
        key = (repr(sorted((changes or {}).items())), seed, weeks)
        if key not in done:
            done[key] = SocialPrescribingService(Parameters().replace(SMALL | (changes or {})), seed, weeks).run()
        return done[key]

    return run


@pytest.fixture(scope="session")
def differences(outcome: Callable[..., Results]) -> Callable[..., np.ndarray]:
    """`differences(changes, measure)`: scenario less baseline for seeds 1 to 3, the same people and the same luck in both."""

    def paired(
        changes: dict[str, Any], measure: Callable[[Results], float], base: dict[str, Any] | None = None, seeds: tuple[int, ...] = (1, 2, 3), weeks: int = 104
    ) -> np.ndarray:
        base = base or {}
        return np.array([measure(outcome(base | changes, seed, weeks)) - measure(outcome(base, seed, weeks)) for seed in seeds])

    return paired


def just_around(chance: float) -> list[float]:
    """Luck for two: the first just lucky enough for an event of this chance, the second just not."""
    return [chance * (1 - 1e-6), chance * (1 + 1e-6)]


@pytest.fixture
def around() -> Callable[[float], list[float]]:
    """`around(chance)`: see `just_around`."""
    return just_around
