"""Invariants that hold in the middle of a week only: they watch the processes while they work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import numpy as np

from sim.people import WAITING, People
from sim.processes import allocation, contact, onward_referral, placement
from sim.sharing import spend
from sim.week import Week
from sim.workforce import Workforce, caseload_weights

CALL_LIST, ALLOCATE = allocation.call_list, allocation.allocate


@contextmanager
def watched() -> Iterator[None]:
    """Check the rules of diaries, caps, intake and idleness while models step."""
    with ExitStack() as stack:
        for module in (allocation, contact, onward_referral, placement):
            stack.enter_context(patch.object(module, "spend", spend_within_diary))
        stack.enter_context(patch.object(allocation, "call_list", call_list_without_idling))
        stack.enter_context(patch.object(allocation, "allocate", allocate_within_caps))
        yield


def spend_within_diary(workers, worker: np.ndarray, hours: np.ndarray) -> None:
    """Nobody spends an hour that is not in the diary."""
    asked = np.bincount(worker, hours, minlength=workers.n)
    assert (asked <= workers.hours_left[: workers.n] + 1e-6).all()
    spend(workers, worker, hours)


def allocate_within_caps(people: People, workforce: Workforce, week: Week) -> None:
    """Caps hold for whoever takes on new users (and to the receivers' stretch for handovers), and intake does."""
    ALLOCATE(people, workforce, week)
    if not week.p.programme.enabled:
        return
    q, n = week.p.workforce, workforce.workers.n
    rows = np.arange(n)
    load = workforce.caseload(people, caseload_weights(week.p))
    cap = q.caseload_cap * workforce.productivity(rows, week.number, week.p) + 1e-6
    engaged = people.engaged()
    engaged = engaged[people.link_worker[engaged] >= 0]
    new = np.bincount(people.link_worker[engaged[people.spell_start[engaged] == week.number]], minlength=n)
    received = np.bincount(people.link_worker[engaged[people.covered_week[engaged] == week.number]], minlength=n) - new
    assert (load[new > 0] <= cap[new > 0]).all()
    assert (load[received > 0] <= week.p.handover.receiver_cap_factor * cap[received > 0]).all()
    assert (new <= np.floor(q.intake_per_week * workforce.productivity(rows, week.number, week.p) + 1e-9)).all()
    assert not new[~workforce.available(rows)].any()
    assert not received[~workforce.available(rows)].any()


def call_list_without_idling(people: People, workforce: Workforce, week: Week) -> None:
    """Nobody waits uncalled while a worker has room under the cap (in heads), intake left and time for a call."""
    calls = people.calls[: people.n].copy()
    listed = people.waiting()
    CALL_LIST(people, workforce, week)
    uncalled = listed[(people.calls[listed] == calls[listed]) & (people.state[listed] == WAITING)]
    if not len(uncalled) or week.p.workforce.caseload_weighting != "heads":
        return
    rows, _, productivity, room = allocation.room_for(people, workforce, week, 1.0)
    taken_on = people.engaged()
    taken_on = taken_on[people.spell_start[taken_on] == week.number]
    new = np.bincount(people.link_worker[taken_on], minlength=workforce.workers.n)[rows]
    intake = np.floor(week.p.workforce.intake_per_week * productivity + 1e-9) - new
    could_call = workforce.workers.hours_left[rows] + 1e-9 >= week.p.allocation.call_hours
    assert not ((room >= 1 - 1e-9) & (intake >= 1) & could_call).any()
