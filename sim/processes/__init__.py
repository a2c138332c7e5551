"""The week's processes, one module each, in the order of `sim.model.SCHEDULE`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


class Processes(SimpleNamespace):
    """The modules of the processes, by name: one form of the week."""

    def __deepcopy__(self, memo: Any) -> Processes:
        """Stand for the same modules in a copy of a model."""
        return self
