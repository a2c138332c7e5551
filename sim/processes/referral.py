"""Step 1: referrals arrive (model section 4.1).

Reads   the weekly counts drawn at the start.
Writes  people: referred_week, alive, state, listed_week, gone_at, new_condition_at.
Draws   life.gone, life.new_condition (by person).
"""

from __future__ import annotations

import numpy as np

from sim.people import USUAL_CARE, WAITING, People
from sim.traits import start_life
from sim.week import Week


def refer(people: People, arrivals: int, week: Week) -> None:
    """Let the next `arrivals` people arrive: onto the waiting list, or into usual care without a service."""
    rows = np.arange(people.n, people.n + arrivals)
    people.n += arrivals
    people.referred_week[rows] = week.number
    people.alive[rows] = True
    start_life(people, rows, week.number, week.p, week.streams)
    if week.p.programme.enabled:
        people.state[rows] = WAITING
        people.listed_week[rows] = week.number
    else:
        people.state[rows] = USUAL_CARE
    week.count("referrals", arrivals)
    week.record("referred", rows)
