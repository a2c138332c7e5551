"""What docs/length.md and docs/results/length.md say of the default service: its two flows of referrals, and people who come back."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.length.estimands import HORIZON
from experiments.length.measures import PRIMARY
from experiments.length.pieces import OUTCOMES, outcomes_of, piece_of
from experiments.length.question import length_set, with_backlog, year_of_referrals
from experiments.run import Job, run_model
from sim import Parameters

pytestmark = pytest.mark.evidence
SEEDS = range(1, 6)


def workloads(surge: float, length: str = "104") -> np.ndarray:
    """Return the mean workload of each run with a year's list at the start and `surge` times the referrals."""
    service = Parameters()
    changed = with_backlog(service.replace(length_set(length)), year_of_referrals(service), surge)
    return np.array([run_model(Job(changed, "", seed, HORIZON, events=False, panel=False)).results.weekly.workload.mean() for seed in SEEDS])


def test_the_list_at_the_start_alone_does_not_overload_the_service_and_with_the_surge_every_run_is() -> None:
    assert workloads(1.0).mean() < 1
    assert workloads(1.3).min() > 1


def test_an_open_ended_programme_is_no_busier_its_list_is_longer() -> None:
    """Without a limit the caseload cap and not the diary keeps people out: contacts thin out late in a spell."""
    assert workloads(1.3, "open").max() < workloads(1.3).min()


def gain(seed: int, reentry: float) -> float:
    """Return the gain of everybody at the primary outcome with two years' length, where people come back with this chance."""
    piece = piece_of(Parameters().replace(length_set("104") | {"programme.reentry": reentry}), seed, HORIZON)
    return float(outcomes_of(piece, None)[OUTCOMES].set_index(["measure", "group"]).value[PRIMARY, "all"])


def test_a_fifth_or_more_of_what_two_years_give_is_given_to_people_who_come_back() -> None:
    """Two fixed seeds, each with the same people and luck; in the runs of the page the share is about a third."""
    for seed in (1, 2):
        assert gain(seed, 0.0) < 0.8 * gain(seed, Parameters().programme.reentry)
