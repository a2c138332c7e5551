"""What a run writes down while it goes: events, finished spells and the quarterly panel."""

from __future__ import annotations

import numpy as np

EVENTS = (
    "referred", "allocated", "uptake", "declined", "contact", "missed_contact", "star", "onward_referral",
    "placed", "not_started", "left_activity", "finished_activity", "goal_achieved", "lapse", "restart",
    "setback", "admission", "recovered", "depressed", "remitted", "worker_left", "handover_managed",
    "handover_unmanaged", "maintenance", "reactivated", "extended", "completed", "time_limited",
    "disengaged", "reentered", "not_reached", "left_list", "gone", "check_in",
)  # fmt: skip
EVENT_CODES = {kind: code for code, kind in enumerate(EVENTS)}


class Log:
    """Append-only record: a few columns, filled by blocks of equal length."""

    def __init__(self, dtypes: dict[str, str]) -> None:
        self.dtypes = dtypes
        self.blocks: dict[str, list[np.ndarray]] = {name: [] for name in dtypes}

    def add(self, **columns: np.ndarray) -> None:
        """Append one block; every column of the log must be given, arrays of one length."""
        for name, values in columns.items():
            self.blocks[name].append(values)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the columns, each in one array."""
        return {n: np.concatenate([np.empty(0, t), *self.blocks[n]]).astype(t, copy=False) for n, t in self.dtypes.items()}


class EventLog:
    """Who did what in which week; `enabled` is off for very large runs."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self.log: list[tuple[int, int, np.ndarray, object, object]] = []

    def add(self, week: int, kind: str, people: np.ndarray, workers: object, services: object) -> None:
        """Record `kind` for each of `people`; `workers` and `services` are arrays or one number (-1: none)."""
        if self.enabled and len(people):
            self.log.append((week, EVENT_CODES[kind], people, workers, services))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return `week, person, worker, service, kind` (a code of `EVENTS`), in order of occurrence."""
        sizes = np.array([len(entry[2]) for entry in self.log], dtype=np.int64)
        columns = {}
        for position, name, dtype in ((0, "week", "i4"), (1, "kind", "i1")):
            columns[name] = np.repeat(np.array([entry[position] for entry in self.log], dtype=dtype), sizes)
        for position, name in ((2, "person"), (3, "worker"), (4, "service")):
            parts = [np.broadcast_to(np.asarray(entry[position]), len(entry[2])) for entry in self.log]
            columns[name] = np.concatenate([np.empty(0, "i4"), *parts]).astype("i4")
        return columns


def episode_log() -> Log:
    """Return the log of finished spells in the service, one row a spell."""
    names = ("person", "episode", "start_week", "end_week", "exit_reason", "contacts", "worker_changes", "extensions")
    return Log(dict.fromkeys(names, "i4"))


def panel_log() -> Log:
    """Return the log of people's states, one row a person and 13 weeks since referral."""
    return Log(
        {
            "person": "i4", "quarter": "i2", "state": "i1", "contacts": "i2", "trust": "f4", "confidence": "f4",
            "latent": "f4", "in_setback": "?", "depressed": "?", "link_worker": "i4",
        }
    )  # fmt: skip
