"""Other answers than a length to the question when a programme should end: what each sets, and why it is tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim import Parameters


@dataclass(frozen=True)
class Policy:
    """A rule of when people leave: a `title` in words, `why` it is tried, and the parameters it `sets` in the service."""

    name: str
    title: str
    why: str
    sets: Mapping[str, Any] = field(default_factory=dict)


POLICIES: dict[str, Policy] = {
    policy.name: policy
    for policy in (
        Policy(
            "fixed_limit", "A fixed limit for all",
            "One rule, known beforehand, and no one to ask: nobody stays beyond the limit.",
            {"programme.discretion": 0.0, "programme.max_extensions": 0},
        ),
        Policy(
            "discretion", "Longer for those in need",
            "As the service has it: at the limit, people in a setback, depressed, in insecure housing or with four or more conditions may be extended.",
        ),
        Policy(
            "exit_at_maintenance", "Out once doing well",
            "Whoever reaches the maintenance point leaves with goals met, so that the place goes to somebody who waits.",
            {"programme.completion": 1.0, "programme.completion_from_week": 0},
        ),
        Policy(
            "taper_with_check_ins", "Taper, then a phone call",
            "Contacts thin out further late in the programme and in maintenance, and former users who phone at a setback get a short contact.",
            {"contact.interval_weeks": (2, 4, 8, 13), "contact.maintenance_interval": 16, "contact.check_ins_after_exit": True},
        ),
        Policy(
            "reentry_instead_of_length", "A year, and the door stays open",
            "A shorter first stay without extension; whoever has a setback or relapse later comes back more often, at the head of the list.",
            {
                "programme.length_weeks": 52, "programme.open_ended": False, "programme.discretion": 0.0, "programme.max_extensions": 0,
                "programme.reentry": 0.3, "programme.reentry_route": "direct",
            },
        ),
    )
}  # fmt: skip


def under(policy: str, service: Parameters) -> Parameters:
    """Return `service` under the policy of that name; an empty name leaves it as it is."""
    return service.replace(POLICIES[policy].sets) if policy else service
