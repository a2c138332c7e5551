"""What people gain without a service: the passing of the dip, as the recursion of wellbeing says, and nothing without it."""

import numpy as np
import pytest

from experiments.flattery.lives import live
from experiments.flattery.shares import Studied, gain
from sim import Parameters
from tests.theory.plain import quiet

pytestmark = pytest.mark.theory
PEOPLE, FIRST, SECOND = 1500, 4, 30
STILL = {"setbacks__wellbeing_loss": 0, "mood__wellbeing_loss": 0, "wellbeing__noise_sd": 0}
INSIDE = {"population__star_mean": 3.4, "population__star_person_sd": 0.1, "population__star_area_sd": 0.1}  # far from the ends of the scale


def gains(**changes):
    """Return gains between two weeks of people who are all referred in the first, under usual care, and the dips of those who are never clipped."""
    p = quiet(referrals__counts=(PEOPLE,) + (0,) * SECOND, programme__enabled=False, **STILL, **changes)
    lives = live(p, 401, SECOND)
    rows, none = np.arange(PEOPLE), np.zeros(PEOPLE, bool)
    who = Studied(rows, np.full(PEOPLE, FIRST), np.full(PEOPLE, SECOND), none, none, 0.0)
    return lives, gain(lives, who)


def left_of_dip(week):
    """Return the share of the dip that wellbeing still lacks after so many weeks: two geometric sequences."""
    p = Parameters()
    keep, r = 1 - p.wellbeing.adjustment, 0.5 ** (1 / p.population.dip_half_life_weeks)
    return keep**week + p.wellbeing.adjustment * r * (r**week - keep**week) / (r - keep)


def test_usual_care_gains_what_the_passing_dip_gives_back():
    """No chance but the size of the dip: equality up to the rounding of float32, for those who never reach an end of the scale."""
    lives, gained = gains(**INSIDE)
    dip = (left_of_dip(FIRST) - left_of_dip(SECOND)) ** -1 * gained
    began_above = lives.level[0] > 14  # points of the sum: no area at 1
    expected = lives.level[SECOND] - lives.level[0]
    assert began_above.mean() > 0.9
    assert (1 - left_of_dip(SECOND)) * dip[began_above] == pytest.approx(expected[began_above], abs=2e-3)
    assert gained.mean() == pytest.approx(2.6 * (left_of_dip(FIRST) - left_of_dip(SECOND)), abs=4 * 2.6 / PEOPLE**0.5)  # fails by chance once in 16,000


def test_without_dip_mood_setbacks_and_noise_nobody_gains():
    _, gained = gains(population__dip_mean=0)
    assert np.abs(gained).max() < 1e-4
