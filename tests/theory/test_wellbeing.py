"""With service, setbacks, mood, self-start and noise off, wellbeing is a linear recursion with a known solution."""

from __future__ import annotations

import numpy as np
import pytest

from sim import SocialPrescribingService
from tests.theory.plain import quiet

pytestmark = pytest.mark.theory

WEEKS, PEOPLE = 104, 2000
# Latent columns are float32: half a unit in the last place of a value up to 5, at most six roundings a
# week, and old errors fade by the adjustment itself.
ROUNDING = 6 * np.spacing(np.float32(5)) / 2


def run(**changes):
    """Yield baseline, start, dip and the path of latent areas (weeks, people, 8) of one cohort in usual care."""
    p = quiet(
        referrals__counts=(PEOPLE,) + (0,) * (WEEKS - 1), programme__enabled=False, wellbeing__noise_sd=0, **changes,
    )  # fmt: skip
    model = SocialPrescribingService(p, seed=401, weeks=WEEKS)
    start, dip = model.people.latent[:PEOPLE].astype(float), model.people.dip[:PEOPLE].astype(float)
    path = []
    for _ in range(WEEKS):
        model.step()
        path.append(model.people.latent[:PEOPLE].astype(float))
    return model.people.star_baseline[:PEOPLE].astype(float), start, dip, np.array(path)


def recursion(baseline, start, dip, a, half_life):
    """Return w += a(target - w), target = baseline - dip/8, the dip halving every `half_life` weeks."""
    w, path = start.copy(), []
    for week in range(1, WEEKS + 1):
        target = baseline - (dip * 0.5 ** (week / half_life))[:, None] / 8
        w = w + a * (target - w)
        path.append(w)
    return np.array(path)


def solution(baseline, start, dip, a, half_life, k):
    """Return the same after `k` weeks in closed form: two geometric sequences."""
    keep, r = 1 - a, 0.5 ** (1 / half_life)
    pull = a * r * (r**k - keep**k) / (r - keep)
    return baseline + keep**k * (start - baseline) - (dip / 8)[:, None] * pull


@pytest.mark.parametrize(("a", "half_life"), [(0.12, 12.0), (0.25, 20.0)])
def test_wellbeing_follows_the_recursion_wherever_it_is_not_clipped(a, half_life):
    """No chance left: equality up to the rounding of float32."""
    baseline, start, dip, path = run(wellbeing__adjustment=a, population__dip_half_life_weeks=half_life)
    expected = recursion(baseline, start, dip, a, half_life)
    inside = ((expected > 1 + 1e-4) & (expected < 5 - 1e-4)).all(axis=0)
    assert inside.mean() > 0.8  # most paths are never clipped
    assert np.abs(path - expected)[:, inside].max() < ROUNDING / a
    for k in (1, 26, WEEKS):
        closed = solution(baseline, start, dip, a, half_life, k)
        assert np.abs(path[k - 1] - closed)[inside].max() < ROUNDING / a


def test_half_the_dip_is_left_after_its_half_life():
    """With full adjustment wellbeing is its target: baseline less an eighth of what is left of the dip."""
    baseline, start, dip, path = run(wellbeing__adjustment=1, population__dip_half_life_weeks=12)
    inside = (start > 1) & (baseline < 5)
    for weeks, left in ((12, 1 / 2), (24, 1 / 4), (36, 1 / 8)):
        gap = (baseline - path[weeks - 1])[inside]
        assert np.abs(gap - np.broadcast_to(dip[:, None] * left / 8, start.shape)[inside]).max() < ROUNDING


def test_wellbeing_ends_at_the_usual_level_however_low_it_began():
    """What is left after two years is bounded by the formula, and nobody has gained from nothing."""
    baseline, start, dip, path = run()
    left = np.abs(path[-1] - baseline)
    bound = 0.88**WEEKS * np.abs(start - baseline) + (dip / 8 * 0.5 ** (WEEKS / 12))[:, None] * 0.12 / (0.12 - (1 - 0.5 ** (1 / 12)))
    assert (left <= bound + ROUNDING / 0.12).all()
