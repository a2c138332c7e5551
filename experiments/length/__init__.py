"""How long programmes need to be: lengths and policies under common random numbers, against the same people's usual care (docs/length.md).

The package is also what `experiments.length(...)` calls, whichever was imported first.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.length.answer import Answer


class CallablePackage(ModuleType):
    """A package of the same name as a function of `experiments`, and called as it."""

    def __call__(self, *given: Any, **keys: Any) -> Answer:
        """Do what `experiments.api.length` does."""
        from experiments import api

        return api.length(*given, **keys)


sys.modules[__name__].__class__ = CallablePackage
