"""Draws of parameters: what is drawn, from which distribution, and that nothing changes a draw but itself."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.errors import UsageError
from experiments.whatif import draws
from experiments.whatif.draws import CHOSEN, EVERYTHING, KINDS, PRICES, QALYS, RATES, SHAPES, VISITS, Drawer, drawn, left_out, quantile, uniform, values_of
from sim import Parameters
from sim.parameters import declarations

pytestmark = pytest.mark.unit
PLAUSIBLE = draws.plausible()
BASE = Parameters()
ARMS = {"baseline": BASE, "more": BASE.replace({"workforce.posts": 24}), "warm": BASE.replace({"handover.managed_share": 1.0})}
GRID = (np.arange(20_000) + 0.5) / 20_000  # shares at which a quantile is read to get at mean and spread


def drawer(kind=PRICES, baseline=BASE, arms=ARMS, seed=1):
    return Drawer(baseline, arms, kind, seed)


@pytest.fixture
def with_plausible(monkeypatch):
    """Replace what is known to be plausible by what a function makes of it."""
    return lambda change: monkeypatch.setattr(draws, "plausible", lambda: change(dict(PLAUSIBLE)))


@pytest.mark.property
@given(st.sampled_from(sorted(PLAUSIBLE)), st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_every_draw_lies_in_the_plausible_range_and_has_the_type_of_the_parameter(key, u):
    declared, default = PLAUSIBLE[key]
    value = quantile(declared, default, u)
    assert declared.plausible[0] <= value <= declared.plausible[1]
    assert type(value) is type(default)


@pytest.mark.property
@given(st.integers(0, 2**63), st.integers(0, 10**6), st.sampled_from(sorted(PLAUSIBLE)), st.integers(0, 1000))
def test_the_number_behind_a_draw_is_inside_0_and_1_and_always_the_same(seed, draw, name, attempt):
    u = uniform(seed, draw, name, attempt)
    assert 0 < u < 1
    assert uniform(seed, draw, name, attempt) == u
    assert len({u, uniform(seed + 1, draw, name, attempt), uniform(seed, draw + 1, name, attempt), uniform(seed, draw, name, attempt + 1)}) == 4


def test_draws_are_spread_evenly_and_those_of_two_parameters_are_unrelated():
    """z = 4 on the mean, the variance and the correlation of 5,000 draws: together a false alarm in 4,000; the seed is fixed."""
    one, other = (np.array([uniform(1, draw, name) for draw in range(5000)]) for name in ("model.economics.overhead", "model.economics.gp_cost"))
    assert abs(one.mean() - 0.5) < 4 * np.sqrt(1 / 12 / 5000)
    assert abs(((one - 0.5) ** 2).mean() - 1 / 12) < 4 * np.sqrt(1 / 180 / 5000)
    assert abs(np.corrcoef(one, other)[0, 1]) < 4 / np.sqrt(5000)


@pytest.mark.theory
@pytest.mark.parametrize(("key", "mean"), [
    ("model.economics.overhead", (0.15 + 0.5) / 2),  # uniform
    ("model.economics.wellby_value", (10_000 + 13_000 + 16_000) / 3),  # triangular
    ("model.economics.satisfaction_per_star", (0.2 - 0.03) / np.log(0.2 / 0.03)),  # loguniform
    ("model.referrals.first_year", 1100),  # normal, cut off on both sides alike
    ("model.programme.max_extensions", (1 + 2 + 3 + 4) / 4),  # whole numbers, equally frequent
])  # fmt: skip
def test_the_mean_of_a_distribution_is_that_of_its_formula(key, mean):
    values = [quantile(*PLAUSIBLE[key], u) for u in GRID]
    assert np.mean(values) == pytest.approx(mean, rel=1e-4)


@pytest.mark.theory
def test_a_triangular_distribution_peaks_at_the_default_and_a_normal_one_holds_95_percent_before_it_is_cut():
    declared, default = PLAUSIBLE["model.economics.wellby_value"]
    skewed = replace(declared, plausible=(12_000, 16_000))
    assert quantile(skewed, 13_000.0, 0.25) == pytest.approx(13_000)  # a quarter of the triangle lies below its peak
    declared, default = PLAUSIBLE["model.referrals.first_year"]
    inside = np.mean([abs(quantile(declared, default, u) - default) < 110 / 1.96 for u in GRID])
    assert inside == pytest.approx(0.6826895 / 0.95, abs=2e-4)


def test_every_declared_distribution_can_be_drawn_from():
    assert {declared.distribution for declared, _ in PLAUSIBLE.values()} <= set(SHAPES)
    with pytest.raises(ValueError, match="no distribution 'cauchy'"):
        quantile(replace(PLAUSIBLE["model.economics.overhead"][0], distribution="cauchy"), 0.25, 0.5)


def test_every_parameter_named_as_not_drawn_exists_and_has_a_range():
    assert set(CHOSEN) | set(RATES) | set(VISITS) | set(QALYS) <= set(PLAUSIBLE)


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_with_a_range_is_drawn_or_has_a_reason(kind):
    of_kind = {key for key, d, _ in declarations() if d.plausible and (kind == EVERYTHING or key.startswith("model.economics."))}
    out = left_out(BASE, kind)
    assert set(drawn(BASE, kind)) | set(out) == of_kind
    assert not set(drawn(BASE, kind)) & set(out)
    assert all(out.values())


def test_prices_leave_out_what_changes_visits_and_everything_draws_it():
    assert not set(VISITS) & set(drawn(BASE, PRICES))
    assert set(VISITS) <= set(drawn(BASE, EVERYTHING))
    assert all(key.startswith("model.economics.") for key in drawn(BASE, PRICES))


def test_a_value_that_was_set_is_known_and_not_drawn():
    mine = BASE.replace({"economics.place_month": 60.0})
    assert "model.economics.place_month" in left_out(mine, PRICES)
    assert {p.economics.place_month for p in drawer(baseline=mine, arms={"baseline": mine})(3).values()} == {60.0}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_draw_meets_every_scenario_which_keeps_what_it_changes(kind):
    one = {name: values_of(p) for name, p in drawer(kind)(5).items()}
    assert one["more"]["model.workforce.posts"] == 24 and one["warm"]["model.handover.managed_share"] == 1.0
    assert {key for key in one["more"] if one["more"][key] != one["baseline"][key]} == {"model.workforce.posts"}
    assert {key for key in one["warm"] if one["warm"][key] != one["baseline"][key]} == {"model.handover.managed_share"}
    assert one["baseline"] != values_of(BASE)


def test_only_what_is_drawn_differs_from_the_base_case():
    one = values_of(drawer(EVERYTHING)(2)["baseline"])
    here = values_of(BASE)
    differs = {key for key in one if one[key] != here[key]}
    assert differs <= set(drawn(BASE, EVERYTHING))
    assert len(differs) > 0.9 * len(drawn(BASE, EVERYTHING))  # whole numbers may meet their default


def test_another_scenario_or_another_order_of_scenarios_changes_no_draw():
    alone = drawer(EVERYTHING, arms={"baseline": BASE})(7)
    backwards = drawer(EVERYTHING, arms=dict(reversed(ARMS.items())))(7)
    assert alone["baseline"] == drawer(EVERYTHING)(7)["baseline"] == backwards["baseline"]
    assert backwards == drawer(EVERYTHING)(7)


@pytest.mark.property
@pytest.mark.parametrize("gone", ["model.economics.overhead", "model.wellbeing.goal_effect", "model.setbacks.minor_share"])
def test_a_parameter_more_or_less_changes_no_other_draw(gone, with_plausible):
    whole = values_of(drawer(EVERYTHING)(4)["baseline"])
    with_plausible(lambda known: {key: what for key, what in known.items() if key != gone})
    less = values_of(drawer(EVERYTHING)(4)["baseline"])
    assert {key for key in whole if whole[key] != less[key]} == {gone}


def test_the_seed_and_the_number_of_a_draw_make_another_draw():
    first = drawer()(0)["baseline"]
    assert first != drawer()(1)["baseline"]
    assert first != drawer(seed=2)(0)["baseline"]
    assert first == drawer()(0)["baseline"]


def test_ranges_without_width_give_the_base_case(with_plausible):
    with_plausible(lambda known: {key: (replace(declared, plausible=(default, default)), default) for key, (declared, default) in known.items()})
    assert drawer(EVERYTHING)(3) == ARMS


def test_values_that_contradict_one_another_are_drawn_again_for_all_scenarios_alike():
    """With 70% of households supportive, at most 30% can be unsupportive; the range goes to 45%."""
    mine = BASE.replace({"population.supportive_share": 0.7})
    arms = {"baseline": mine, "more": mine.replace({"workforce.posts": 24})}
    shares = []
    for draw in range(40):
        one = drawer(EVERYTHING, mine, arms)(draw)
        assert one["baseline"].population == one["more"].population
        assert one["baseline"].economics == drawer(EVERYTHING)(draw)["baseline"].economics  # other groups stay as they were
        shares.append(one["baseline"].population.unsupportive_share)
    assert max(shares) <= 0.3
    free = [drawer(EVERYTHING)(draw)["baseline"].population.unsupportive_share for draw in range(40)]
    assert [a for a, b in zip(shares, free, strict=True) if b <= 0.3] == [b for b in free if b <= 0.3]
    assert max(free) > 0.3


def test_a_contradiction_in_one_scenario_only_is_drawn_again_for_all():
    arms = {"baseline": BASE, "kind homes": BASE.replace({"population.supportive_share": 0.7})}
    for draw in range(20):
        one = drawer(EVERYTHING, BASE, arms)(draw)
        assert one["baseline"].population.unsupportive_share == one["kind homes"].population.unsupportive_share <= 0.3
        assert one["kind homes"].population.supportive_share == 0.7


def test_values_that_can_never_go_together_are_told(with_plausible):
    key = "model.population.unsupportive_share"
    with_plausible(lambda known: known | {key: (replace(known[key][0], plausible=(0.4, 0.45)), known[key][1])})
    mine = BASE.replace({"population.supportive_share": 0.7})
    with pytest.raises(UsageError, match=r"uncertain=everything: .*model\.population .*unsupportive_share.*Set less"):
        drawer(EVERYTHING, mine, {"baseline": mine})(0)
