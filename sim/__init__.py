"""The simulation: a link-worker social prescribing service, its workers, community services and people.

The parameters load at once; the model, which needs Mesa, loads when it is first asked for, so that
describing parameters and refusing a wrong one stay quick.
"""

from typing import TYPE_CHECKING, Any

from sim.parameters import ParameterError, Parameters

if TYPE_CHECKING:
    from sim.model import SCHEDULE, SocialPrescribingService

__all__ = ["SCHEDULE", "ParameterError", "Parameters", "SocialPrescribingService"]


def __getattr__(name: str) -> Any:
    """Load the model on first use of one of its names."""
    if name in ("SCHEDULE", "SocialPrescribingService"):
        from sim import model

        return getattr(model, name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")
