"""Struct-of-arrays tables: a `Column` says what a number means, a `Table` holds one array a column.

Rows are never reordered. A row is the agent's number, but for people of long runs (sim/people.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np


@dataclass(frozen=True)
class Column:
    """One attribute of one kind of agent.

    `fill` is the value of a fresh row. `missing` is the value that stands for "not there (yet)", if
    there is one. `width` is the number of values a row holds (None: one). `writers` names the modules
    that may change it; `static` columns are set once, when the row is made.
    """

    dtype: str
    meaning: str
    unit: str = ""
    fill: Any = 0
    missing: Any = None
    width: int | None = None
    writers: str = ""
    static: bool = False
    levels: tuple[str, ...] = ()

    def empty(self, rows: int) -> np.ndarray:
        """Return a fresh array for `rows` rows."""
        shape = (rows,) if self.width is None else (rows, self.width)
        return np.full(shape, self.fill, dtype=self.dtype)


class Table:
    """Base of the tables: class attributes that are `Column`s become arrays of each instance.

    `n` rows are in use; arrays may be longer (spare capacity), so processes slice `[:n]`.
    """

    columns: ClassVar[dict[str, Column]] = {}

    def __init_subclass__(cls) -> None:
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Column)}
        cls.columns = {**cls.columns, **own}

    def __init__(self, capacity: int) -> None:
        self.n = 0
        self.capacity = capacity
        for name, column in self.columns.items():
            setattr(self, name, column.empty(capacity))
        self.allocated()

    def allocated(self) -> None:
        """Do what must be done whenever the arrays have been made anew. Tables override it."""

    def reserve(self, rows: int) -> None:
        """Make room for at least `rows` rows, doubling so that repeated growth stays cheap."""
        if rows <= self.capacity:
            return
        capacity = max(rows, 2 * self.capacity)
        for name, column in self.columns.items():
            longer = column.empty(capacity)
            longer[: self.n] = getattr(self, name)[: self.n]
            setattr(self, name, longer)
        self.capacity = capacity
        self.allocated()

    def add(self, count: int) -> np.ndarray:
        """Append `count` fresh rows and return their numbers."""
        self.reserve(self.n + count)
        rows = np.arange(self.n, self.n + count)
        self.n += count
        return rows

    def keep(self, rows: np.ndarray) -> None:
        """Keep `rows` (in order) of those in use or prepared, as the first; all after them are fresh. No array grows."""
        for name, column in self.columns.items():
            values = getattr(self, name)
            values[: len(rows)] = values[rows]
            values[len(rows) :] = column.fill

    @property
    def ever(self) -> int:
        """How many agents there have been so far: their numbers are 0 to `ever` - 1."""
        return self.n

    def row_of(self, number: int) -> int:
        """Return the row of agent `number`."""
        return number

    def read(self, name: str, number: int) -> Any:
        """Return what column `name` says of agent `number`."""
        return getattr(self, name)[self.row_of(number)]

    @classmethod
    def bytes_per_row(cls) -> int:
        """Return the bytes of all columns of one row."""
        return sum(column.empty(1).nbytes for column in cls.columns.values())
