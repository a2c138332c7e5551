"""Latent wellbeing."""

import numpy as np
import pytest

from sim.people import FAMILY, HOUSING, LIFESTYLE, POSITIVE, PRACTISING, RESOLVED
from sim.processes import wellbeing

pytestmark = pytest.mark.unit
QUIET = {"wellbeing.noise_sd": 0}
LEVEL = 3.0


def change(s):
    """Return a week's change of each area, over the share of the way to the target."""
    before = s.people.latent[: s.people.n].copy()
    wellbeing.feel(s.people, s.week)
    return (s.people.latent[: s.people.n] - before)[0] / 0.12


def area_gains(**gains):
    out = np.zeros(8)
    for name, value in gains.items():
        out[{"lifestyle": LIFESTYLE, "family": FAMILY, "positive": POSITIVE, "housing": HOUSING}[name]] = value
    return out


@pytest.mark.parametrize(
    ("columns", "target"),
    [
        ({}, 0), ({"star_baseline": 4}, 1), ({"severity": 0.6}, -3.0 / 8 * 0.6), ({"depressed": True}, -1.4 / 8), ({"dip": 2.0}, -2.0 * 0.5 ** (1 / 12) / 8),
        ({"trust": 0.5}, area_gains(positive=0.24, family=0.16)), ({"peers": 0.6}, area_gains(family=0.15)),
        ({"goal_habit": (0.5, 0, 0), "goal_progress": (0.8, 0, 0)}, area_gains(lifestyle=1.05 * (0.6 * 0.5 + 0.4 * 0.8))),
        ({"goal_area": (HOUSING, 1, 2), "goal_stage": (RESOLVED, 0, 0), "goal_progress": (1, 0, 0)}, area_gains(housing=1.0)),
        ({"goal_area": (HOUSING, 1, 2), "goal_stage": (PRACTISING, 0, 0), "goal_progress": (0.8, 0, 0)}, 0),
    ],
)  # fmt: skip
def test_each_part_of_the_target(scene, columns, target):
    s = scene(people=1, changes=QUIET).put(**{"trust": 0} | columns)
    np.testing.assert_allclose(change(s), np.broadcast_to(target, 8), atol=1e-5)


def test_wellbeing_moves_an_eighth_of_the_way_and_stays_on_the_scale(scene):
    s = scene(people=1, changes=QUIET).put(star_baseline=5, trust=1.0, latent=[1, 2, 3, 4, 4.9, 5, 5, 5])
    wellbeing.feel(s.people, s.week)
    np.testing.assert_allclose(s.people.latent[0, :5], [1.48, 2.36, 3.24, 4.12, 4.912], rtol=1e-5)
    assert s.people.latent.max() <= 5 and s.people.latent_sum[0] == pytest.approx(s.people.latent[0].sum())


def test_the_dip_halves_in_twelve_weeks_with_or_without_the_service(scene):
    for enabled in (True, False):
        s = scene(changes=QUIET | {"programme.enabled": enabled}).put(dip=4.0)
        for _ in range(12):
            wellbeing.feel(s.people, s.week)
        np.testing.assert_allclose(s.people.dip, 2.0, rtol=1e-5)


def test_weekly_noise_has_its_size_and_can_be_switched_off(scene):
    """z = 4 on the standard deviation of 16,000 draws: a false alarm in 16,000."""
    s = scene(people=2000).put(trust=0)
    wellbeing.feel(s.people, s.week)
    noise = s.people.latent - LEVEL
    assert abs(noise.std() - 0.06) < 4 * 0.06 / np.sqrt(2 * noise.size)
    off = scene(people=20, changes=QUIET).put(trust=0)
    wellbeing.feel(off.people, off.week)
    assert (off.people.latent == LEVEL).all()


def test_more_people_leave_earlier_peoples_noise_as_it_was(scene):
    few, many = scene(people=10), scene(people=5000)
    for s in (few, many):
        s.put(trust=0)
        wellbeing.feel(s.people, s.week)
    np.testing.assert_array_equal(few.people.latent[:10], many.people.latent[:10])
