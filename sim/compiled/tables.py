"""What compiled loops are given: the columns of a table, and the parameters, each as one argument.

A loop is written as `people.trust[i]` and `p[0].activity.attend_logit`. Handing over a hundred arrays
one by one would cost more than most loops take, so the arrays of a table are put into one structure,
once, and again only when the table has grown.
"""

from __future__ import annotations

import hashlib
import pkgutil
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np
from numba import njit, types
from numba.experimental import structref

from sim import compiled, processes
from sim.community import Services
from sim.parameters import Parameters
from sim.people import People
from sim.table import Table
from sim.workforce import LinkWorkers, Posts

KINDS = {bool: "?", int: "i8", float: "f8", str: "i8"}  # a word becomes the number of the choice; lists are left out
# modules outside the two packages of processes whose constants compiled code holds
WITH_CONSTANTS = ("community", "episodes", "goals", "measures", "parameters/__init__", "people", "programme", "sharing", "star", "streams", "workforce")


def source_mark() -> str:
    """Return a name that changes with the source of all that goes into compiled code.

    numba keeps machine code on disk and makes it anew when the file of the function changes, but not
    when a constant or a function of another file does. This name, a field of every table, sees to that.
    """
    digest = hashlib.blake2b(digest_size=8)
    for module in WITH_CONSTANTS:
        digest.update(pkgutil.get_data("sim", f"{module}.py"))
    for package in (processes, compiled):
        for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
            digest.update(pkgutil.get_data(package.__name__, f"{module}.py"))
    return f"source_{digest.hexdigest()}"


SOURCE = source_mark()


class ColumnsType(types.StructRef):
    """The numba type of the columns of a table."""

    def preprocess_fields(self, fields: tuple) -> tuple:
        """Take a field's type without the value it happens to have."""
        return tuple((name, types.unliteral(kind)) for name, kind in fields)


@structref.register
class PeopleType(ColumnsType):
    """The type of `PeopleColumns`."""


@structref.register
class WorkersType(ColumnsType):
    """The type of `WorkersColumns`."""


@structref.register
class PostsType(ColumnsType):
    """The type of `PostsColumns`."""


@structref.register
class ServicesType(ColumnsType):
    """The type of `ServicesColumns`."""


class PeopleColumns(structref.StructRefProxy):
    """The columns of `People`, for compiled loops."""


class WorkersColumns(structref.StructRefProxy):
    """The columns of `LinkWorkers`, for compiled loops."""


class PostsColumns(structref.StructRefProxy):
    """The columns of `Posts`, for compiled loops."""


class ServicesColumns(structref.StructRefProxy):
    """The columns of `Services`, for compiled loops."""


def maker(proxy: type, kind: type, table: type[Table]) -> Callable:
    """Return the compiled function that puts the arrays of a `table` into a `proxy`."""
    structref.define_proxy(proxy, kind, [*table.columns, SOURCE])
    source = SOURCE  # held by `make`, so that numba keeps one of it for each source: else an old one would bring back the old type

    @njit(cache=True)
    def make(*arrays):
        """Return a proxy of `arrays`, in the order of the columns, with a number for `SOURCE`."""
        return proxy(*arrays, len(source))

    return make


MAKERS = {
    People: maker(PeopleColumns, PeopleType, People),
    LinkWorkers: maker(WorkersColumns, WorkersType, LinkWorkers),
    Posts: maker(PostsColumns, PostsType, Posts),
    Services: maker(ServicesColumns, ServicesType, Services),
}


class Kept:
    """A structure of a table's arrays, and the first of them, by which one sees that they are still those of the table."""

    def __init__(self, structure: Any, first: np.ndarray) -> None:
        self.structure, self.first = structure, first

    def __reduce_ex__(self, protocol: Any) -> tuple:
        """Leave nothing of it to a copy: that has arrays of its own."""
        return type(None), ()


def columns(table: Table) -> Any:
    """Return the arrays of `table` (spare rows included) in one structure: `columns(people).trust[i]` in a loop."""
    first = getattr(table, next(iter(table.columns)))
    kept = vars(table).get("in_loops")
    if kept is None or kept.first is not first:  # the table is new, has grown, or is a copy
        kept = table.in_loops = Kept(MAKERS[type(table)](*(getattr(table, name) for name in table.columns)), first)
    return kept.structure


def numbers(p: Parameters) -> np.ndarray:
    """Return all numbers and switches of `p` as one record, in an array: `numbers(p)[0].habit.decay` in a loop.

    A word stands as the number of the choice (`choice`); lists are left out.
    """
    kept = vars(p).get("in_loops")
    if kept is None:
        kept = np.zeros(1, layout())
        for group in fields(p):
            values = getattr(p, group.name)
            for f in fields(values):
                if f.name in kept.dtype[group.name].names:
                    value = getattr(values, f.name)
                    kept[group.name][f.name] = choice(values, f.name, value) if isinstance(value, str) else value
        vars(p)["in_loops"] = kept  # parameters are frozen: this is no parameter but a form of them
    return kept


@cache
def layout() -> np.dtype:
    """Return the type of the record of `numbers`: a record a group.

    Always the same object: numba knows a type of records again at once by its identity, else slowly by its text.
    """
    groups = [(group.name, [(f.name, KINDS[type(f.default)]) for f in fields(group.default) if type(f.default) in KINDS]) for group in fields(Parameters)]
    return np.dtype(groups, align=True)


def choice(group: Any, name: str, word: str) -> int:
    """Return the number of `word` among the choices of parameter `name` of `group` (an instance or its class)."""
    declared = next(f for f in fields(group) if f.name == name).metadata["declaration"]
    return declared.choices.index(word)
