"""Step 1: referrals arrive (docs/odd.md, section 7.1).

Reads   the weekly counts drawn at the start.
Writes  people: referred_week, alive, state, listed_week, gone_at, new_condition_at.
Draws nothing: traits and the course of life are drawn ahead (sim/traits.py).
"""

from __future__ import annotations

import numpy as np

from sim.people import USUAL_CARE, WAITING, People
from sim.week import Week


def refer(people: People, arrivals: int, week: Week) -> None:
    """Let the next `arrivals` people arrive: onto the waiting list, or into usual care without a service."""
    rows = np.arange(people.n, people.n + arrivals)
    people.n += arrivals
    people.first_of_week.append(people.n)
    people.referred_week[rows] = week.number
    people.alive[rows] = True
    people.gone_at[rows] += week.number  # drawn as weeks from referral
    people.new_condition_at[rows] += week.number
    if week.p.programme.enabled:
        people.state[rows] = WAITING
        people.listed_week[rows] = week.number
    else:
        people.state[rows] = USUAL_CARE
    week.count("referrals", arrivals)
    week.record("referred", rows)
