"""Money of a comparison: sums, discounting, paired intervals, draws, the plane and acceptability."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml

from experiments.errors import UsageError
from experiments.store import Store
from experiments.whatif import draws as draws_module
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.compare import Question, compare
from experiments.whatif.draws import EVERYTHING, PRICES, Drawer
from experiments.whatif.money import money, priced, weeks_of
from experiments.whatif.money_tables import QUADRANTS, VALUES, acceptability, plane, ratios, summary
from sim import Parameters
from sim.parameters.economics import Economics
from tests.experiments.conftest import ROOT

pytestmark = pytest.mark.unit
CLASSROOM = Parameters.from_dict(yaml.safe_load((ROOT / "configs" / "service" / "classroom.yaml").read_text(encoding="utf-8"))["model"])
ARMS = (
    Arm("more", "Two more", CLASSROOM.replace({"workforce.posts": 6})),
    Arm("same", "The same again", CLASSROOM),
    Arm("dear", "Dear places", CLASSROOM.replace({"economics.place_month": 80.0})),
    Arm("usual_care", "Usual care", CLASSROOM.replace({"programme.enabled": False})),
)
NO_PRICES = {f"economics.{name}": 0.0 for name in ("worker_cost", "overhead", "place_month", "gp_cost", "ae_cost", "admission_cost")}
COSTS = ["cost_staff", "cost_places", "cost_care", "cost"]


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Bench(Store(tmp_path_factory.mktemp("store")), 40, 1)


@pytest.fixture(scope="module")
def comparison(bench):
    return compare(Question(Arm("today", "Today", CLASSROOM), ARMS, weeks=40, least=3, most=3), bench, quiet=True)


@pytest.fixture(scope="module")
def found(comparison, bench):
    return money(comparison, bench, draws=200, qalys=True)


@pytest.fixture(scope="module")
def drawn_anew(comparison, bench):
    """Doubt about everything, from three draws of two scenarios."""
    return money(only(comparison, "more", "same"), bench, 3, EVERYTHING, quiet=True)


def only(comparison, *names):
    arms = tuple(arm for arm in comparison.question.scenarios if arm.name in names)
    return replace(comparison, question=replace(comparison.question, scenarios=arms))


def weeks_from(comparison, scenario, seed):
    return comparison.weekly[(comparison.weekly.scenario == scenario) & (comparison.weekly.seed == seed)]


def estimate(found, scenario, measure):
    return found.figure(scenario, measure).estimate


def table_of_draws(**columns):
    """Draws of scenarios by name: each a list of (cost, WELLBYs)."""
    rows = [(name, draw, *pair, np.nan, 13_000.0, 1.0) for name, pairs in columns.items() for draw, pair in enumerate(pairs)]
    return pd.DataFrame(rows, columns=["scenario", "draw", "cost", "wellbys", "net_benefit", "wellby_value", "deflator"])


# Sums ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", [arm.name for arm in ARMS])
def test_the_lines_add_up(found, scenario):
    for end in ("", "_total"):
        parts = sum(estimate(found, scenario, f"cost_{part}{end}") for part in ("service", "places", "care"))
        assert parts == pytest.approx(estimate(found, scenario, f"cost{end}"), abs=1e-6)
        worth = estimate(found, scenario, f"wellbys{end}") * 13_000 * 1.12
        assert worth - estimate(found, scenario, f"cost{end}") == pytest.approx(estimate(found, scenario, f"net_benefit{end}"), abs=1e-6)
        assert estimate(found, scenario, f"qalys{end}") == pytest.approx(estimate(found, scenario, f"wellbys{end}") / 6)


@pytest.mark.parametrize("scenario", ["more", "usual_care"])
@pytest.mark.parametrize(("here", "there"), [("cost", "cost_per_person"), ("net_benefit", "net_benefit_per_person")])
def test_figures_and_intervals_are_those_of_the_table_of_differences(found, comparison, scenario, here, there):
    mine, table = found.figure(scenario, here), comparison.effect(scenario, there)
    assert (mine.estimate, mine.ci_low, mine.ci_high) == pytest.approx((table.difference, table.ci_low, table.ci_high))


def test_a_run_counted_anew_at_no_discount_costs_what_its_weeks_say(comparison):
    for arm in comparison.question.arms:
        weekly = weeks_from(comparison, arm.name, 1)
        amounts = priced(weeks_of(weekly), arm.parameters.replace({"economics.discount_rate": 0.0}))
        assert [amounts[name] for name in ("cost_service", "cost_places", "cost_care", "cost")] == pytest.approx(list(weekly[COSTS].sum()))


def test_discounting_agrees_with_a_sum_by_hand(comparison):
    weekly = weeks_from(comparison, "today", 2)
    amounts = priced(weeks_of(weekly), CLASSROOM)
    by_hand = sum(cost / 1.035 ** (week / 52) for week, cost in enumerate(weekly.cost))
    stars = sum(points / 52 / 1.035 ** (week / 52) for week, points in enumerate(weekly.star_total))
    assert amounts["cost"] == pytest.approx(by_hand)
    assert amounts["wellbys"] == pytest.approx(stars * 0.1)


def test_two_posts_more_cost_their_overhead_and_the_salaries_of_those_filled(found, comparison):
    gains = []
    for seed in comparison.question.seeds(comparison.replications["more"]):
        before, after = weeks_from(comparison, "today", seed), weeks_from(comparison, "more", seed)
        weeks = np.arange(len(before))
        salary = 36_428 / 52 * 5 / 37.5
        extra = salary * (after.posts_filled.to_numpy() - before.posts_filled.to_numpy() + 0.25 * 2)
        gains.append((extra / 1.035 ** (weeks / 52)).sum())
    assert estimate(found, "more", "cost_service_total") == pytest.approx(np.mean(gains))


def test_prices_of_zero_cost_nothing_prices_doubled_cost_twice_and_nothing_else_changes(bench, comparison):
    """Weekly tables but costs are equal to the last digit."""
    base = weeks_from(comparison, "today", 1).drop(columns="scenario").reset_index(drop=True)
    twice = {f"economics.{name}": 2 * getattr(CLASSROOM.economics, name) for name in ("worker_cost", "place_month", "gp_cost", "ae_cost", "admission_cost")}
    for changes, factor in ((NO_PRICES, 0), (twice, 2)):
        arm = Arm("priced", "Other prices", CLASSROOM.replace(changes))
        bench.run([bench.cell(arm, 1)], quiet=True)
        weekly = bench.weekly(arm, [1]).drop(columns="scenario")
        np.testing.assert_allclose(weekly[COSTS], factor * base[COSTS])
        pd.testing.assert_frame_equal(weekly.drop(columns=COSTS), base.drop(columns=COSTS), check_exact=True)
        assert priced(weeks_of(base), arm.parameters)["cost"] == pytest.approx(factor * priced(weeks_of(base), CLASSROOM)["cost"])


def test_a_scenario_that_changes_a_price_pays_that_price(found):
    assert estimate(found, "dear", "cost") == pytest.approx(estimate(found, "dear", "cost_places"))
    assert estimate(found, "dear", "cost") > 0
    assert estimate(found, "dear", "wellbys") == 0


def test_usual_care_pays_no_link_worker(found):
    assert estimate(found, "usual_care", "cost_service") < 0
    assert estimate(found, "usual_care", "cost_places") == 0


def test_an_identical_scenario_differs_by_exactly_nothing(found, drawn_anew):
    for result in (found, drawn_anew):
        same = result.summary.query("scenario == 'same'")
        numbers = same.loc[~same.measure.str.startswith("break_even"), ["estimate", "ci_low", "ci_high"]]
        assert (numbers == 0).all(axis=None)
        assert (result.draws.query("scenario == 'same'")[["cost", "wellbys", "net_benefit"]] == 0).all(axis=None)
        assert result.left_open_by_luck("same") == []


def test_every_amount_of_money_names_its_price_year(found):
    money_units = found.summary.unit[found.summary.unit.str.contains("pounds")]
    assert money_units.str.contains(r"\(2022/23\)|\(2019 prices\)").all()
    assert found.price_year == "2022/23"


# Draws --------------------------------------------------------------------------------------------------


def test_every_scenario_meets_the_same_draw(found, drawn_anew):
    for result in (found, drawn_anew):
        shared = result.draws.groupby("draw")[["wellby_value", "deflator"]].nunique()
        assert (shared == 1).all(axis=None)
        assert result.draws.wellby_value.nunique() == result.count


def test_a_draw_is_the_mean_of_the_seeds_counted_anew(found, comparison):
    """Counted on the mean run, it is what counting every run and then taking the mean gives."""
    parameters = Drawer(CLASSROOM, {arm.name: arm.parameters for arm in comparison.question.arms}, PRICES, 1)(7)
    changes = []
    for seed in comparison.question.seeds(comparison.replications["usual_care"]):
        amounts = []
        for name in ("usual_care", "today"):
            weekly = weeks_from(comparison, name, seed)
            amounts.append(priced(weeks_of(weekly), parameters[name])["cost"] / weekly.referrals.sum())
        changes.append(amounts[0] - amounts[1])
    row = found.draws.query("scenario == 'usual_care' and draw == 7").iloc[0]
    assert row.cost == pytest.approx(np.mean(changes))
    assert row.net_benefit == pytest.approx(row.wellbys * row.wellby_value * row.deflator - row.cost)


def test_ranges_without_width_give_the_base_case(comparison, bench, found, monkeypatch):
    known = {key: (replace(declared, plausible=(default, default)), default) for key, (declared, default) in draws_module.plausible().items()}
    monkeypatch.setattr(draws_module, "plausible", lambda: known)
    base = money(comparison, bench, draws=3)
    for scenario in ("more", "usual_care"):
        for measure in ("cost", "wellbys", "net_benefit"):
            values = base.draws.query("scenario == @scenario")[measure]
            assert values.nunique() == 1
            assert values.iloc[0] == pytest.approx(estimate(found, scenario, measure))


def test_more_draws_or_another_scenario_change_none_that_is_there(comparison, bench, found):
    fewer = money(only(comparison, "more"), bench, draws=50)
    expected = found.draws.query("scenario == 'more' and draw < 50").reset_index(drop=True)
    pd.testing.assert_frame_equal(fewer.draws, expected, check_exact=True)


def test_prices_run_nothing_and_everything_runs_each_draw_once(comparison, bench, drawn_anew, found, capsys):
    assert found.simulated == 0
    assert drawn_anew.simulated == 9  # three draws of usual care, today (which `same` shares) and more
    again = money(only(comparison, "more"), bench, 4, EVERYTHING)
    assert again.simulated == 3
    assert "4 draws of" in capsys.readouterr().err
    first = again.draws.query("draw < 3").reset_index(drop=True)
    expected = drawn_anew.draws.query("scenario == 'more'").reset_index(drop=True)
    pd.testing.assert_frame_equal(first, expected, check_exact=True)


def test_a_draw_of_everything_is_a_run_with_the_parameters_and_the_seed_of_the_draw(comparison, bench, drawn_anew):
    parameters = Drawer(CLASSROOM, {"today": CLASSROOM, "more": ARMS[0].parameters}, EVERYTHING, 1)(1)
    assert parameters["today"].wellbeing != CLASSROOM.wellbeing and parameters["more"].workforce.posts == 6
    amounts = []
    for name in ("more", "today"):
        weekly = bench.weekly(Arm(name, name, parameters[name]), [2])  # the first draw has the first seed, 1
        amounts.append({key: amount / weekly.referrals.sum() for key, amount in priced(weeks_of(weekly), parameters[name]).items()})
    row = drawn_anew.draws.query("scenario == 'more' and draw == 1").iloc[0]
    assert (row.cost, row.wellbys) == pytest.approx(tuple(amounts[0][key] - amounts[1][key] for key in ("cost", "wellbys")))


@pytest.mark.parametrize(("wrong", "told"), [
    ({"uncertain": "price"}, "uncertain=price is not allowed: it must be prices or everything. Did you mean prices?"),
    ({"draws": 0}, "draws=0 is not allowed: it must be a whole number of 1 or more."),
    ({"draws": True}, "draws=True is not allowed"),
    ({"draws": 1.5}, "draws=1.5 is not allowed"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused(comparison, bench, wrong, told):
    with pytest.raises(UsageError, match=told.replace("?", r"\?")):
        money(comparison, bench, **wrong)


# Plane, acceptability, ratios ------------------------------------------------------------------------------


def test_quadrants_hold_every_draw_once(found):
    assert found.plane.groupby("scenario").share.sum().eq(1).all()
    table = plane(table_of_draws(a=[(1, 1), (1, -1), (-1, 1), (-1, -1), (-2, 3), (0, 0), (2, 0), (0, 2)]))
    assert list(table.quadrant) == list(QUADRANTS)
    assert list(table.share * 8) == [1, 2, 3, 2]


def test_acceptability_is_what_the_draws_say(found):
    options = found.draws.pivot(index="draw", columns="scenario")
    for value in (0, 13_000, 30_000):
        net = options["wellbys"] * options["deflator"] * value - options["cost"]
        net.insert(0, "today", 0.0)
        best = net.eq(net.max(axis=1), axis=0)
        rows = found.acceptability.query("value == @value").set_index("scenario")
        for name in net:
            assert rows.loc[name, "share"] == pytest.approx(best[name].div(best.sum(axis=1)).mean())
            assert rows.loc[name, "mean_net_benefit"] == pytest.approx(net[name].mean())
        assert rows.loc["more", "share_above_baseline"] == (net["more"] > 0).mean()
    assert np.isnan(rows.loc["today", "share_above_baseline"])


def test_shares_of_all_options_add_up_to_one_at_every_value_and_equal_options_share(found):
    assert sorted(found.acceptability.value.unique()) == list(VALUES)
    np.testing.assert_allclose(found.acceptability.groupby("value").share.sum(), 1)
    wide = found.acceptability.pivot(index="value", columns="scenario", values="share")
    assert (wide["today"] == wide["same"]).all()


def test_the_ends_of_an_acceptability_curve_are_not_forced():
    """At a value of nothing it is the share of draws that cost less; far up, the share that adds wellbeing."""
    table = acceptability(table_of_draws(a=[(-100, 1), (-100, -1), (100, 1), (100, 1), (100, -1)]), "today")
    curve = table.query("scenario == 'a'").set_index("value").share_above_baseline
    assert curve[0] == 2 / 5
    assert curve[30_000] == 3 / 5


def test_a_ratio_is_given_only_where_it_means_something():
    prices = Economics()

    def told(cost, wellbys):
        return {name: value for name, value, _ in ratios(pd.Series({"cost": cost, "wellbys": wellbys}), prices)}

    dearer_and_better = told(145.6, 0.01)
    assert dearer_and_better["cost_per_wellby"] == pytest.approx(14_560)
    assert dearer_and_better["break_even_wellby_value"] == pytest.approx(13_000)
    assert dearer_and_better["break_even_satisfaction_per_star"] == pytest.approx(0.1)
    assert told(-50, -0.01)["saving_per_wellby_lost"] == pytest.approx(5000)
    for dominating_or_dominated in (told(-50, 0.01), told(50, -0.01), told(50, 0.0)):
        assert set(dominating_or_dominated) == {"break_even_wellby_value", "break_even_satisfaction_per_star"}
        assert np.isnan(list(dominating_or_dominated.values())).all()
    assert told(0.0, 0.01)["break_even_wellby_value"] == 0


def test_net_benefit_is_nil_at_the_break_even_value(found, comparison):
    value = estimate(found, "usual_care", "break_even_wellby_value")
    assert value > 0
    prices = replace(CLASSROOM.economics, wellby_value=value)
    frame = pd.DataFrame({f"{name}{end}": [estimate(found, "usual_care", f"{name}{end}")] for end in ("", "_total")
                          for name in ("cost_service", "cost_places", "cost_care", "cost", "wellbys")})  # fmt: skip
    there = summary("usual_care", frame, found.draws, prices, qalys=False).set_index("measure").estimate
    assert there["net_benefit"] == pytest.approx(0, abs=1e-9)


def test_what_luck_leaves_open_is_told_whatever_the_draws_say(found):
    for scenario in ("more", "usual_care", "dear"):
        rows = {name: found.figure(scenario, name) for name in ("cost", "wellbys", "net_benefit")}
        assert found.left_open_by_luck(scenario) == [name for name, row in rows.items() if row.ci_low <= 0 <= row.ci_high and row.ci_low < row.ci_high]
    assert "cost" not in found.left_open_by_luck("usual_care")


def test_qalys_are_told_only_when_asked_for(comparison, bench, found):
    assert not money(comparison, bench, draws=2).summary.measure.str.contains("qaly").any()
    assert found.summary.measure.str.contains("qaly").any()
    assert not found.summary.unit.str.contains("per QALY").any()
