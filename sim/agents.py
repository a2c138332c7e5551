"""Thin Mesa agents: a table and a number, never a copied value. Reading and writing an attribute goes to the table."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from sim.community import Services
from sim.people import People
from sim.table import Column, Table
from sim.workforce import LinkWorkers


class Attribute:
    """A column seen as an attribute of one agent: Python numbers, names of levels, rows as arrays.

    `user.state` is "active", and `user.state = "active"` writes its code; a level that is not there is None.
    """

    def __init__(self, name: str, column: Column) -> None:
        self.name = name
        self.levels = column.levels if column.width is None else ()
        self.__doc__ = f"{column.meaning} ({column.unit})" if column.unit else column.meaning

    def __get__(self, agent: Any, owner: type) -> Any:
        if agent is None:
            return self
        value = agent.table.read(self.name, agent.index)
        if self.levels:
            return self.levels[value] if value >= 0 else None
        return value if isinstance(value, np.ndarray) else value.item()

    def __set__(self, agent: Any, value: Any) -> None:
        if self.levels:
            value = -1 if value is None else self.levels.index(value)
        getattr(agent.table, self.name)[agent.table.row_of(agent.index)] = value


class View(mesa.Agent):
    """Agent number `index` of a table as a Mesa agent. Subclasses get one attribute a column."""

    def __init__(self, model: mesa.Model, table: Table, index: int) -> None:
        super().__init__(model)
        self.table, self.index = table, index

    def __init_subclass__(cls, table: type[Table], **more: Any) -> None:
        super().__init_subclass__(**more)
        for name, column in table.columns.items():
            setattr(cls, name, Attribute(name, column))


class ServiceUser(View, table=People):
    """A person referred; see `sim.people.People` for the attributes."""


class LinkWorker(View, table=LinkWorkers):
    """A link worker; see `sim.workforce.LinkWorkers` for the attributes."""


class CommunityService(View, table=Services):
    """A community service; see `sim.community.Services` for the attributes."""
