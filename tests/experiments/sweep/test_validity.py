"""Validity: indices of functions whose indices are known, with and without a seed's noise, within the intervals that are reported.

All seeds are fixed, so nothing here fails by chance; the rates say how often a right analysis would fail under other seeds.
"""

import numpy as np
import pytest

from experiments.sweep.analysis import analyse
from tests.experiments.sweep.analysis_functions import design, holds, ishigami, ishigami_indices, noisy, of, sobol_g, sobol_g_indices

pytestmark = pytest.mark.theory
ISHIGAMI, SOBOL_G = ishigami_indices(), sobol_g_indices()
SPREAD = ISHIGAMI["variance"][0] ** 0.5
RUNS = 40  # of each method
LINEAR = np.array([3.0, -2.0, 0.5, 0.0])


def test_the_known_indices_of_ishigami_are_those_of_the_literature():
    assert ISHIGAMI["S1"] == pytest.approx([0.3139, 0.4424, 0], abs=5e-5)
    assert ISHIGAMI["ST"] == pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-5)


@pytest.fixture(scope="module")
def plain():
    """Ishigami without noise, 40 Sobol designs."""
    plans = [design("sobol", 3, 256, seed, second_order=True) for seed in range(RUNS)]
    return [analyse(plan, {"y": ishigami(plan.unit)[:, None]}, plan.seed, 100).indices for plan in plans]


@pytest.mark.parametrize("index", ["S1", "ST", "S2"])
def test_sobol_intervals_hold_the_indices_of_ishigami(plain, index):
    """34 of 40 at 95%: fails once in 290 for each parameter. Intervals of a quasi-random design rather hold it more often."""
    assert (np.sum([holds(one, index, ISHIGAMI[index]) for one in plain], axis=0) >= 34).all()


def test_sobol_indices_of_ishigami_are_close(plain):
    """The largest standard deviation of one estimate, over 200 seeds, is 0.062 (S2 of x1 and x3): 0.04 is four standard errors of a mean of 40.

    At 128 base samples S2 is still 0.01 to 0.02 too high on average.
    """
    for index in ("S1", "ST", "S2"):
        assert np.mean([of(one, index) for one in plain], axis=0) == pytest.approx(ISHIGAMI[index], abs=0.04)


def test_sobol_intervals_hold_the_indices_of_the_g_function():
    """Over 150 seeds, intervals of single parameters hold the truth 85% to 100% of the time, as some columns of a Sobol sequence pair badly.

    Fewer than 28 of 40 at 85%: once in 230 for each parameter. All together they hold it 95% of the time.
    """
    found = []
    for seed in range(RUNS):
        plan = design("sobol", 8, 256, seed)
        found.append(analyse(plan, {"y": sobol_g(plan.unit)[:, None]}, seed, 100).indices)
    for index in ("S1", "ST"):
        held = np.array([holds(one, index, SOBOL_G[index]) for one in found])
        assert (held.sum(axis=0) >= 28).all()
        assert held.mean() >= 0.92
        assert np.mean([of(one, index) for one in found], axis=0) == pytest.approx(SOBOL_G[index], abs=0.02)


@pytest.fixture(scope="module")
def swamped():
    """Ishigami with noise as large as its spread in each run, and a larger shift in common: 40 Sobol designs, 3 replications. nu is 1/4."""
    plans = [design("sobol", 3, 256, seed) for seed in range(RUNS)]
    outputs = [noisy(ishigami(plan.unit), 3, 5.0, SPREAD, plan.seed) for plan in plans]
    return [analyse(plan, {"y": values}, plan.seed, 100) for plan, values in zip(plans, outputs, strict=True)]


@pytest.mark.parametrize("index", ["S1", "ST"])
def test_noise_free_intervals_hold_the_indices_without_noise(swamped, index):
    """34 of 40 at 95%: fails once in 290 for each parameter."""
    held = np.sum([holds(one.indices, f"{index}_noise_free", ISHIGAMI[index]) for one in swamped], axis=0)
    assert (held >= 34).all()


def test_raw_indices_are_off_by_what_the_derivation_says(swamped):
    """S1 falls to (1 - nu) S1, ST becomes (1 - nu) ST + nu; standard errors of the 40 means are 0.01."""
    first, total = (np.mean([of(one.indices, index) for one in swamped], axis=0) for index in ("S1", "ST"))
    assert first == pytest.approx(0.75 * np.array(ISHIGAMI["S1"]), abs=0.04)
    assert total == pytest.approx(0.75 * np.array(ISHIGAMI["ST"]) + 0.25, abs=0.04)
    assert not any(holds(one.indices, "ST", ISHIGAMI["ST"])[2] for one in swamped)


def test_noise_free_indices_are_those_of_the_formulas_where_noise_is_independent(swamped):
    for one in swamped:
        left = one.noise.share_seed_left[0]
        assert of(one.indices, "S1_noise_free") == pytest.approx(of(one.indices, "S1") / (1 - left), abs=0.25)
    gap = [of(one.indices, "ST_noise_free") - (of(one.indices, "ST") - one.noise.share_seed_left[0]) / (1 - one.noise.share_seed_left[0]) for one in swamped]
    assert np.mean(gap, axis=0) == pytest.approx(np.zeros(3), abs=0.02)


def test_shares_of_noise_are_within_their_intervals(swamped):
    """nu = 1/4; 34 of 40 at 95%: fails once in 290 for each parameter."""
    assert sum(one.noise.share_seed_left_low[0] <= 0.25 <= one.noise.share_seed_left_high[0] for one in swamped) >= 34
    assert all(one.noise.swamped[0] for one in swamped if one.noise.share_seed_left[0] > 0.2)


def test_without_noise_the_noise_free_indices_are_the_indices():
    plan = design("sobol", 3, 64)
    found = analyse(plan, {"y": np.repeat(ishigami(plan.unit)[:, None], 2, axis=1) + [[0.0, 9.0]]}, 0, 50).indices
    assert of(found, "S1_noise_free") == pytest.approx(of(found, "S1"))
    assert of(found, "ST_noise_free") == pytest.approx(of(found, "ST"))


def test_a_parameter_that_does_nothing_under_common_random_numbers_is_not_pushed_below_nought():
    """Noise that follows the other parameters is not independent between points: (ST - nu)/(1 - nu) is then far below 0; products of seeds are exact."""
    plan, rng = design("sobol", 2, 256), np.random.default_rng(0)
    slopes = rng.normal(0, 3, size=(1, 4))
    outputs = plan.unit[:, :1] + slopes * np.sin(40 * plan.unit[:, :1])  # x2 does nothing at any seed
    found = analyse(plan, {"y": outputs}, 0, 50)
    left = found.noise.share_seed_left[0]
    assert left > 0.3
    assert of(found.indices, "ST")[1] == 0
    assert (0 - left) / (1 - left) < -0.4
    assert of(found.indices, "ST_noise_free")[1] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_noise_alone_has_no_noise_free_indices_and_says_so(seed):
    """By chance some variance between points seems left; more than a twentieth of the resamples have none."""
    plan = design("sobol", 3, 64, seed)
    found = analyse(plan, {"y": noisy(np.zeros(len(plan.unit)), 3, 1.0, 1.0, seed)}, seed, 100)
    assert np.isnan(of(found.indices, "ST_noise_free")).all()
    assert any("no noise-free indices" in note for note in found.notes)
    assert any("swamps" in note for note in found.notes)


def test_fast_is_close_to_the_indices_of_ishigami_and_calls_its_intervals_rough():
    """Its error is one of bias (0.05 at 257 points a parameter), which no interval holds."""
    for seed in range(10):
        plan = design("fast", 3, 257, seed)
        found = analyse(plan, {"y": ishigami(plan.unit)[:, None]}, seed, 20)
        assert of(found.indices, "S1") == pytest.approx(ISHIGAMI["S1"], abs=0.06)
        assert of(found.indices, "ST") == pytest.approx(ISHIGAMI["ST"], abs=0.06)
        assert any("rough guide" in note for note in found.notes)


@pytest.mark.scale
def test_delta_holds_the_first_order_indices_of_ishigami_and_orders_its_parameters():
    """34 of 40 at 95%: fails once in 290 for each parameter."""
    held, deltas = [], []
    for seed in range(RUNS):
        plan = design("delta", 3, 256, seed)
        found = analyse(plan, {"y": ishigami(plan.unit)[:, None]}, seed, 20).indices
        held.append(holds(found, "S1", ISHIGAMI["S1"]))
        deltas.append(of(found, "delta"))
    assert (np.sum(held, axis=0) >= 34).all()
    assert np.mean(deltas, axis=0).argsort().tolist() == [2, 0, 1]


@pytest.mark.parametrize("method", ["pawn", "delta"])
def test_given_data_methods_put_a_parameter_that_does_nothing_last(method):
    plan = design(method, 4, 256)
    found = analyse(plan, {"y": plan.unit @ LINEAR[:, None]}, 0, 10).indices
    main = of(found, "median" if method == "pawn" else "delta")
    assert main.argmax() == 0
    assert main[2:].max() < main[1] < main[0]


def test_morris_gives_the_coefficients_of_a_linear_function_exactly():
    plan = design("morris", 4, 4)
    found = analyse(plan, {"y": plan.unit @ LINEAR[:, None]}, 0, 50).indices
    assert of(found, "mu_star") == pytest.approx(np.abs(LINEAR))
    assert of(found, "mu") == pytest.approx(LINEAR)
    assert of(found, "sigma") == pytest.approx(np.zeros(4), abs=1e-12)
    assert of(found, "mu_star", "ci_low") == pytest.approx(np.abs(LINEAR))
    assert of(found, "mu_star", "ci_high") == pytest.approx(np.abs(LINEAR))


def test_morris_tells_the_important_parameters_of_the_g_function_from_the_others():
    plan = design("morris", 8, 50)
    found = analyse(plan, {"y": sobol_g(plan.unit)[:, None]}, 0, 100).indices
    assert of(found, "mu_star").argsort()[::-1][:4].tolist() == [0, 1, 2, 3]
    assert of(found, "mu_star", "ci_low")[1] > of(found, "mu_star", "ci_high")[4:].max()


def test_regression_of_a_linear_function_is_exact():
    """src = b sd(x)/sd(y), in the sample itself."""
    plan = design("lhs", 4, 64)
    outputs = plan.unit @ LINEAR
    found = analyse(plan, {"y": outputs[:, None]}, 0, 20).indices
    assert of(found, "src") == pytest.approx(LINEAR * plan.unit.std(axis=0) / outputs.std())


@pytest.mark.scale
def test_regression_intervals_hold_the_coefficients_of_a_noisy_linear_function():
    """Two replications of noise with variance 1: src = b/sqrt(sum b^2 + 12/2). 33 of 40 at 95% fails once in 1,400 for each parameter."""
    truth, held = LINEAR / np.sqrt((LINEAR**2).sum() + 6), []
    for seed in range(RUNS):
        plan = design("lhs", 4, 125, seed)  # odd: without smaller designs, to be quick
        held.append(holds(analyse(plan, {"y": noisy(plan.unit @ LINEAR, 2, 3.0, 1.0, seed)}, seed, 100).indices, "src", truth))
    assert (np.sum(held, axis=0) >= 33).all()
