"""Step 10: motivation and confidence drift to their set points (docs/odd.md, section 7.10).

Reads   people: motivation_base, confidence_baseline, depressed, severity.
Writes  people: motivation, confidence. Draws nothing.
"""

from __future__ import annotations

from sim.people import People
from sim.week import Week


def settle(people: People, week: Week) -> None:
    """Move motivation and confidence of everybody a little towards their set points."""
    q, n = week.p.motivation, people.n
    set_point = people.motivation_base[:n] - q.depressed * people.depressed[:n]
    set_point -= q.setback * people.severity[:n]
    motivation, confidence = people.motivation[:n], people.confidence[:n]
    set_point -= motivation
    set_point *= q.relaxation
    motivation += set_point
    motivation.clip(0, 1, out=motivation)
    confidence += q.confidence_relaxation * (people.confidence_baseline[:n] - confidence)
    confidence.clip(0, 1, out=confidence)
