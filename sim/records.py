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
        self.weeks: list[int] = []
        self.kinds: list[int] = []
        self.others: dict[str, list] = {"person": [], "worker": [], "service": []}

    def add(self, week: int, kind: str, people: np.ndarray, workers: object, services: object) -> None:
        """Record `kind` for each of `people`; `workers` and `services` are arrays or one number (-1: none)."""
        if self.enabled and len(people):
            self.weeks.append(week)
            self.kinds.append(EVENT_CODES[kind])
            for name, values in (("person", people), ("worker", workers), ("service", services)):
                self.others[name].append(values)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return `week, person, worker, service, kind` (a code of `EVENTS`), in order of occurrence."""
        sizes = [len(people) for people in self.others["person"]]
        columns = {"week": np.repeat(np.array(self.weeks, "i4"), sizes), "kind": np.repeat(np.array(self.kinds, "i1"), sizes)}
        for name, blocks in self.others.items():
            parts = [block if isinstance(block, np.ndarray) else np.full(size, block) for block, size in zip(blocks, sizes, strict=True)]
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
