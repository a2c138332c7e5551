"""`Week`: its number, the parameters in force, the random draws, the week's counts and the event log."""

from __future__ import annotations

import numpy as np

from sim.parameters import Parameters
from sim.programme import Calendar
from sim.records import EventLog
from sim.streams import Stream, Streams

COUNTS = (
    "referrals", "contacts", "contact_hours", "available_hours", "declined", "completed", "time_limited",
    "disengaged", "left_list", "gone", "reentered", "started", "no_shows", "hours_unmet", "worker_changes",
    "setbacks", "onward_referrals", "admissions", "gp_visits", "activity_starts", "activity_not_started",
    "gaps", "gaps_filled", "check_ins",
)  # fmt: skip


class Week:
    """One week, handed to every process. `counts` collects what happened, by the names of `COUNTS`."""

    def __init__(self, number: int, parameters: Parameters, streams: Streams, events: EventLog, calendar: Calendar | None = None) -> None:
        self.number = number
        self.p = parameters
        self.calendar = calendar or Calendar(parameters)
        self.streams = streams
        self.events = events
        self.counts: dict[str, float] = dict.fromkeys(COUNTS, 0.0)

    def uniform(self, stream: Stream, index: np.ndarray) -> np.ndarray:
        """Return this week's uniform of `stream` for each `index`."""
        return self.streams.uniform(stream, self.number, index)

    def uniforms(self, streams: tuple[Stream, ...], index: np.ndarray) -> np.ndarray:
        """Return this week's uniforms of several `streams` for each `index`, one row a stream."""
        return self.streams.uniforms(streams, self.number, index)

    def uniform_all(self, stream: Stream, n: int) -> np.ndarray:
        """Return this week's uniforms of `stream` for the indices 0 to n-1."""
        return self.streams.uniform_all(stream, self.number, n)

    def uniform_one(self, stream: Stream) -> float:
        """Return this week's single uniform of `stream`, for a decision taken once a week."""
        return self.streams.uniform_one(stream, self.number)

    def normal(self, stream: Stream, index: np.ndarray) -> np.ndarray:
        """Return this week's standard normal of `stream` for each `index`."""
        return self.streams.normal(stream, self.number, index)

    def count(self, name: str, amount: float) -> None:
        """Add `amount` to this week's count `name`."""
        self.counts[name] += amount

    def record(self, kind: str, people: np.ndarray, workers: object = -1, services: object = -1) -> None:
        """Write an event of `kind` for each of `people` (when events are kept)."""
        self.events.add(self.number, kind, people, workers, services)
