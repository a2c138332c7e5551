"""The simulation: a link-worker social prescribing service, its workers, community services and people."""

from sim.model import SCHEDULE, SocialPrescribingService
from sim.parameters import ParameterError, Parameters

__all__ = ["SCHEDULE", "ParameterError", "Parameters", "SocialPrescribingService"]
