"""Compiled form of `sim.processes.funding`: most weeks no service closes, and a loop over the services finds that out.

Closures, cuts and openings themselves are left to the numpy form.
"""

from __future__ import annotations

from math import expm1

from numba import njit

from sim.community import Community
from sim.compiled.draws import Keys, unit
from sim.compiled.tables import columns
from sim.parameters import WEEKS_PER_YEAR
from sim.people import People
from sim.processes import funding as plain
from sim.week import Week

LUCK = Keys(plain.CLOSURE)


def fund(people: People, community: Community, week: Week) -> None:
    """Close services, cut places under austerity, and open new ones."""
    q, s = week.p.community, community.services
    special = plain.austerity_runs(week.p, week.number) or week.number == q.sudden_loss_week
    if special or some_close(columns(s), s.n, LUCK.of(week), -expm1(-q.closure_rate / WEEKS_PER_YEAR)):
        plain.fund(people, community, week)
    else:
        plain.open_new(community, week)


@njit(cache=True)
def some_close(services, n, keys, chance):
    """Return whether the luck of an open service is to close, with a `chance` for each."""
    close = False
    for s in range(n):
        close |= services.open[s] and unit(keys[0], s) < chance
    return close
