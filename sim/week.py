"""`Week`: its number, the parameters in force, the random draws, the week's counts and the event log."""

from __future__ import annotations

import numpy as np

from sim.parameters import Parameters
from sim.programme import Calendar
from sim.records import EventLog
from sim.streams import DRAWS_A_PERSON, NoiseSource, Stream, Streams

COUNTS = (
    "referrals", "contacts", "contact_hours", "available_hours", "declined", "completed", "time_limited",
    "disengaged", "left_list", "gone", "reentered", "started", "no_shows", "hours_unmet", "worker_changes",
    "setbacks", "onward_referrals", "admissions", "gp_visits", "activity_starts", "activity_not_started",
    "gaps", "gaps_filled", "check_ins",
)  # fmt: skip


class Week:
    """One week, handed to every process. `counts` collects what happened, by the names of `COUNTS`.

    Processes count people by row. `numbers` holds the person of each row once the two have come apart
    (sim/compaction.py): draws and records go by the person.
    """

    def __init__(
        self, number: int, parameters: Parameters, streams: Streams, events: EventLog, calendar: Calendar | None = None, numbers: np.ndarray | None = None
    ) -> None:
        self.number = number
        self.p = parameters
        self.calendar = calendar or Calendar(parameters)
        self.streams = streams
        self.events = events
        self.numbers = numbers
        self.counts: dict[str, float] = dict.fromkeys(COUNTS, 0.0)

    def uniform(self, stream: Stream, index: np.ndarray) -> np.ndarray:
        """Return this week's uniform of `stream` for each `index`."""
        return self.streams.uniform(stream, self.number, self.of_persons(stream, index))

    def uniforms(self, streams: tuple[Stream, ...], index: np.ndarray) -> np.ndarray:
        """Return this week's uniforms of several `streams` for each `index`, one row a stream."""
        return self.streams.uniforms(streams, self.number, self.of_persons(streams[0], index))

    def uniform_all(self, stream: Stream, n: int) -> np.ndarray:
        """Return this week's uniforms of `stream` for the indices 0 to n-1."""
        if self.numbers is None or stream.index not in DRAWS_A_PERSON:
            return self.streams.uniform_all(stream, self.number, n)
        return self.uniform(stream, np.arange(n))

    def uniform_one(self, stream: Stream) -> float:
        """Return this week's single uniform of `stream`, for a decision taken once a week."""
        return self.streams.uniform_one(stream, self.number)

    def normal(self, stream: Stream, index: np.ndarray) -> np.ndarray:
        """Return this week's standard normal of `stream` for each `index`."""
        return self.streams.normal(stream, self.number, self.of_persons(stream, index))

    def noise_blocks(self, stream: Stream) -> NoiseSource:
        """Return this week's source of noise, whose successive rows belong to the people of successive rows."""
        return self.streams.noise_blocks(stream, self.number, self.numbers)

    def of_persons(self, stream: Stream, index: np.ndarray) -> np.ndarray:
        """Return `index`, counted by rows, as `stream` counts it: by persons."""
        draws = DRAWS_A_PERSON.get(stream.index, 0)
        if self.numbers is None or not draws:
            return index
        if draws == 1:
            return self.numbers.take(index)
        row = index // draws
        return index + draws * (self.numbers.take(row) - row)

    def count(self, name: str, amount: float) -> None:
        """Add `amount` to this week's count `name`."""
        self.counts[name] += amount

    def record(self, kind: str, people: np.ndarray, workers: object = -1, services: object = -1) -> None:
        """Write an event of `kind` for each of `people` (when events are kept)."""
        self.events.add(self.number, kind, people if self.numbers is None else self.numbers.take(people), workers, services)
