"""Experiments with the model: what the commands do, and the same from Python (`experiments.compare(...)`)."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

__all__ = ["calibrate", "compare", "length", "plan", "sweep", "validate"]


class Experiments(ModuleType):
    """This package: a function keeps its name, where a folder (`experiments/sweep`) has the same and is imported later."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name in __all__:  # looked up when asked for, so that `spsim --help` need not wait for pandas
            from experiments import api

            return getattr(api, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


sys.modules[__name__].__class__ = Experiments
