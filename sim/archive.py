"""The archive: what is told of people who are followed no further, kept in parts.

A part is a dictionary of arrays of one length, by name of the column; `number` is one of them. Where the
parts lie is no matter of the model's: the shelf is a list in memory unless the user gives another, say
one that keeps its parts in files (experiments/archive_files.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

Part = dict[str, np.ndarray]


class ArchivedError(AttributeError):
    """Writing to somebody who was archived, or asking for what the archive does not keep."""


class Shelf(Protocol):
    """A place for parts: they are put there once and read, in any order, whenever tables are asked for."""

    def append(self, part: Part) -> None:
        """Keep `part`."""

    def __iter__(self) -> Iterator[Part]:
        """Yield every part kept."""


class Archive:
    """People who are followed no further: small parts are gathered in memory until they are put on the `shelf` as one."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = [] if shelf is None else shelf
        self.gathered: list[Part] = []

    def add(self, part: Part) -> None:
        """Take in one part."""
        self.gathered.append(part)

    def put_away(self) -> None:
        """Put what was gathered on the shelf."""
        if self.gathered:
            self.shelf.append(joined(self.gathered))
            self.gathered = []

    def __iter__(self) -> Iterator[Part]:
        yield from self.shelf
        yield from self.gathered

    def read(self, name: str, number: int) -> Any:
        """Return what column `name` says of person `number`."""
        for part in self:
            at = (part["number"] == number).nonzero()[0]
            if len(at):
                if name not in part:
                    raise ArchivedError(f"person {number} is followed no further, and the archive does not keep {name}.")
                return part[name][at[0]]
        raise ArchivedError(f"there is no person {number}.")


def joined(parts: list[Part]) -> Part:
    """Return `parts`, one at least, as one, in order of number."""
    order = np.concatenate([part["number"] for part in parts]).argsort(kind="stable")
    return {name: np.concatenate([part[name] for part in parts])[order] for name in parts[0]}
