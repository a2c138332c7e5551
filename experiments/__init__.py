"""Experiments with the model: what the commands do, and the same from Python (`experiments.compare(...)`)."""

from __future__ import annotations

from typing import Any

__all__ = ["compare", "plan", "sweep"]


def __getattr__(name: str) -> Any:
    if name in __all__:  # looked up when asked for, so that `spsim --help` need not wait for pandas
        from experiments import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
