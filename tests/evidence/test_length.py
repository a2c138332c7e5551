"""What docs/length.md says of the default service under its two flows of referrals."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.length.estimands import HORIZON
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
