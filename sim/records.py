"""What a run writes down while it goes: events, finished spells and the quarterly panel."""

from __future__ import annotations

from collections.abc import Sequence

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
    """Append-only record: a few columns, filled by blocks of equal length; one number stands for a block of them."""

    def __init__(self, dtypes: dict[str, str]) -> None:
        self.dtypes = dtypes
        self.blocks: dict[str, list[np.ndarray | int]] = {name: [] for name in dtypes}

    def add(self, **columns: np.ndarray | int) -> None:
        """Append one block; every column of the log must be given, arrays of one length (the first) or numbers."""
        for name, values in columns.items():
            self.blocks[name].append(values)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the columns, each in one array."""
        sizes = [len(block) for block in next(iter(self.blocks.values()))]
        return {name: joined(self.blocks[name], sizes, dtype) for name, dtype in self.dtypes.items()}


def joined(blocks: Sequence[np.ndarray | int], sizes: list[int], dtype: str) -> np.ndarray:
    """Return `blocks` of these `sizes` in one array; a number stands for a block of it."""
    parts = [block if isinstance(block, np.ndarray) else np.full(size, block) for block, size in zip(blocks, sizes, strict=True)]
    return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype, copy=False)


class EventLog:
    """Who did what in which week; `enabled` is off for very large runs."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self.blocks: list[tuple] = []  # week, code of the kind, people, workers, services

    def add(self, week: int, kind: str, people: np.ndarray, workers: object, services: object) -> None:
        """Record `kind` for each of `people`; `workers` and `services` are arrays or one number (-1: none)."""
        if self.enabled and len(people):
            self.blocks.append((week, EVENT_CODES[kind], people, workers, services))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return `week, person, worker, service, kind` (a code of `EVENTS`), in order of occurrence."""
        weeks, kinds, *others = zip(*self.blocks, strict=True) if self.blocks else ((),) * 5
        sizes = [len(people) for people in others[0]]
        columns = {"week": np.repeat(np.array(weeks, "i4"), sizes), "kind": np.repeat(np.array(kinds, "i1"), sizes)}
        return columns | {name: joined(blocks, sizes, "i4") for name, blocks in zip(("person", "worker", "service"), others, strict=True)}


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
