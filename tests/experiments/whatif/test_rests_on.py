"""What a conclusion rests on: planted reversals are found and no others, with the runs that are announced, once."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.errors import UsageError
from experiments.report.assumed import in_words
from experiments.whatif import rests_on as module
from experiments.whatif.assumptions import Claim, Trial, claims_of, priced_measure, trials_of
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.compare import Comparison, Question, compare
from experiments.whatif.differences import paired
from experiments.whatif.draws import values_of
from experiments.whatif.ends import CONFIRMED, INERT, PRICE, REFUSED, SCREENED, UNTRIED, Found, in_halfwidths
from experiments.whatif.measures import HEADLINES
from experiments.whatif.money import weeks_of
from experiments.whatif.rests_on import rests_on
from sim import Parameters
from sim.parameters import declarations

pytestmark = pytest.mark.unit

BASELINE = Arm("baseline", "As it is", Parameters())
SCENARIO = Arm("more", "Two more posts", Parameters().replace({"workforce.posts": 24}))
TURNS, BENDS, IDLE, OTHER = "model.contact.confidence_gain", "model.contact.motivation_gain", "model.contact.trust_gain", "model.habit.decay"
SEEDS = 12


def dropout(parameters: Parameters, seed: int) -> float:
    """A drop-out that two more posts lower by 0.1 while `confidence_gain` is 0.02, and raise when it is above 0.03."""
    luck = np.random.default_rng([seed, parameters.workforce.posts]).normal(0, 0.01)
    effect = (parameters.contact.confidence_gain - 0.03) * 10 - 0.4 * (parameters.contact.motivation_gain - 0.04)
    shared = parameters.contact.motivation_gain + parameters.habit.decay
    return 0.3 + shared + (effect + luck if parameters.workforce.posts == 24 else 0.0)


@dataclass(frozen=True)
class Played(Bench):
    """A bench whose runs are a formula, and which notes every run it is asked for."""

    formula: Any = dropout
    kept: dict[Any, None] = field(default_factory=dict)

    def missing(self, cells):
        new = dict.fromkeys(either for cell in cells for either in (cell.twin, cell) if either not in self.kept)
        return [list(new)] if new else []

    def run(self, cells, quiet=False):
        new = [cell for stage in self.missing(cells) for cell in stage]
        self.kept.update(dict.fromkeys(new))
        return len(new)

    def measures(self, arm, seeds, changes=False):
        assert all(self.cell(arm, seed) in self.kept for seed in seeds), "a run was read that was not made"
        return table(arm, seeds, self.formula)


def table(arm, seeds, formula):
    rows = [(seed, arm.name, "dropout", "all", formula(arm.parameters, seed), "share", np.nan) for seed in seeds]
    return pd.DataFrame(rows, columns=["seed", "scenario", "measure", "group", "value", "unit", "people"])


def compared(bench, scenarios=(SCENARIO,), precision=0.25):
    """The comparison of the formula's runs, as `compare` would draw it up."""
    question = Question(BASELINE, tuple(scenarios), weeks=10, least=SEEDS, most=SEEDS)
    seeds = question.seeds(SEEDS)
    tables = {arm.name: table(arm, seeds, bench.formula) for arm in question.arms}
    bench.run([bench.cell(arm, seed) for arm in question.arms for seed in seeds])
    effects = [paired(arm.name, tables["baseline"], tables[arm.name], precision, question.all_margins) for arm in scenarios]
    weekly = pd.DataFrame(columns=["scenario", "seed"])
    return Comparison(question, {arm.name: SEEDS for arm in scenarios}, pd.concat(effects), pd.concat(tables.values()), weekly, 0)


@pytest.fixture
def played():
    return lambda formula=dropout: Played(None, 10, 1, formula=formula)


@pytest.fixture
def trying(monkeypatch):
    """Let only some parameters be tried."""

    def only(*keys):
        monkeypatch.setattr(module, "trials_of", lambda parameters: [trial for trial in trials_of(parameters) if trial.key in keys])

    return only


def test_a_planted_reversal_is_found_with_the_value_at_which_it_turns(played, trying):
    """The planted value is 0.03; the luck of 12 runs moves it by 0.0003 (standard error), and 0.0015 is five of those."""
    trying(TURNS, BENDS, IDLE, OTHER)
    bench = played()
    found = rests_on(compared(bench), bench, quiet=True)
    turned = found[found.reverses]
    assert list(turned.parameter) == [TURNS]
    row = turned.iloc[0]
    assert (row.scenario, row.measure, row.grade, row.value, row.at_value) == ("more", "dropout", "D", 0.02, 0.04)
    assert row.turning_value == pytest.approx(0.03, abs=0.0015)
    assert row.difference == pytest.approx(-0.1, abs=0.015) and row.difference_there == pytest.approx(0.1, abs=0.015)
    assert row.ci_low > 0 and row.replications == SEEDS and row.found == CONFIRMED


def test_what_cannot_reverse_is_dropped_by_the_screen_and_what_is_idle_by_the_first_seed(played, trying):
    """Habits move both sides alike; trust does nothing; motivation bends the difference by a tenth."""
    trying(TURNS, BENDS, IDLE, OTHER)
    bench = played()
    found = rests_on(compared(bench), bench, quiet=True).set_index(["parameter", "at_value"])
    assert set(found.loc[IDLE].found) == {INERT}
    assert set(found.loc[OTHER].found) == set(found.loc[BENDS].found) == {SCREENED}
    assert (found.loc[OTHER].replications == 1).all()
    assert (found.loc[IDLE].difference_there == found.loc[IDLE].difference).all()
    assert not found.drop(index=TURNS, level=0).reverses.any()


def test_nothing_reverses_where_sides_differ_by_the_same_whatever_the_parameter(played, trying):
    trying(TURNS, BENDS, OTHER)
    bench = played(lambda p, seed: 0.2 + p.contact.confidence_gain + p.habit.decay - 0.1 * (p.workforce.posts == 24) + 0.001 * seed * (p.workforce.posts == 24))
    found = rests_on(compared(bench), bench, quiet=True)
    assert not found.reverses.any() and found.turning_value.isna().all()
    (said,) = in_words(found)["more", "dropout"]
    assert said == "None of the 3 assumed parameters (grade D) that were tried, each alone over its plausible range, reverses this difference."


def test_the_announced_runs_are_made_and_none_a_second_time(played, trying, capsys):
    trying(TURNS, BENDS, IDLE, OTHER)
    bench = played()
    comparison = compared(bench)
    before = len(bench.kept)
    first = rests_on(comparison, bench)
    told = [int(number.replace(",", "")) for number in re.findall(r"([\d,]+) runs", capsys.readouterr().err)]
    assert sum(told) == len(bench.kept) - before > 0
    assert len(told) == 3
    again, made = rests_on(comparison, bench), len(bench.kept)
    assert capsys.readouterr().err == ""
    assert again.equals(first) and made == before + sum(told)


def test_the_cap_keeps_to_its_number_and_what_is_there_already_does_not_change_the_answer(played, trying):
    trying(TURNS, BENDS, IDLE, OTHER)
    bench = played()
    comparison = compared(bench)
    before = len(bench.kept)
    capped = rests_on(comparison, bench, most_runs=9, quiet=True)
    assert 0 < len(bench.kept) - before <= 9
    assert set(capped[capped.found == UNTRIED].replications) == {0}
    assert any("not tried" in sentence for sentence in in_words(capped)["more", "dropout"])
    rests_on(comparison, bench, quiet=True)
    assert rests_on(comparison, bench, most_runs=9, quiet=True).equals(capped)


def test_twins_are_shared_where_usual_care_does_not_depend_on_the_parameter(played, trying):
    """One seed, two ends, two arms: 4 runs for a parameter of the service; 2 usual-care runs more for one of the world."""
    for key, runs in ((IDLE, 4), (OTHER, 6)):
        trying(key)
        bench = played()
        comparison = compared(bench)
        before = len(bench.kept)
        rests_on(comparison, bench, quiet=True)
        assert len(bench.kept) - before == runs


def test_what_a_scenario_itself_changes_is_left_out(played, trying):
    trying(TURNS, OTHER)
    bench = played()
    both = Arm("both", "Posts and gain", SCENARIO.parameters.replace({TURNS: 0.025}))
    found = rests_on(compared(bench, (SCENARIO, both)), bench, quiet=True)
    assert set(found[found.scenario == "both"].parameter) == {OTHER}
    assert set(found[found.scenario == "more"].parameter) == {TURNS, OTHER}


def test_a_difference_too_near_zero_for_three_seeds_takes_runs_only_when_asked(played, trying):
    trying(IDLE)
    bench = played(lambda p, seed: 0.3 + (0.1 + 0.025 * (seed % 12 - 5.5)) * (p.workforce.posts == 24))
    comparison = compared(bench)
    (claim,) = claims_of(comparison, HEADLINES)
    assert not claim.is_followed
    made, found = len(bench.kept), rests_on(comparison, bench, quiet=True)
    assert set(found.found) == {UNTRIED} and len(bench.kept) == made
    assert in_words(found)["more", "dropout"][0] == "No assumed parameter (grade D) was tried."
    assert set(rests_on(comparison, bench, thorough=True, quiet=True).found) == {INERT}


def test_a_difference_that_may_be_zero_is_no_conclusion(played):
    bench = played(lambda p, seed: 0.3 + 0.01 * (seed % 12 - 5.5) * (p.workforce.posts == 24))
    assert claims_of(compared(bench), HEADLINES) == []
    assert rests_on(compared(bench), bench, quiet=True).empty


def test_an_end_that_contradicts_another_value_is_named_and_not_run(played, trying):
    """Where the smallest group is 30, groups of at most 18 are refused."""
    trying("model.community.places_max")
    bench = played()
    crowded = Arm("crowded", "", SCENARIO.parameters.replace({"community.places_min": 28}))
    found = rests_on(compared(bench, (crowded,)), bench, quiet=True)
    assert list(found.found) == [REFUSED, INERT]


def test_a_value_with_which_a_cancelled_departure_does_not_come_up_counts_as_not_allowed(trying):
    trying(TURNS, IDLE)
    bench = NeverLeaves(None, 10, 1)
    found = rests_on(compared(bench), bench, quiet=True).set_index("parameter").found
    assert set(found[IDLE]) == {REFUSED} and CONFIRMED in set(found[TURNS])


@dataclass(frozen=True)
class NeverLeaves(Played):
    """A bench whose runs fail when trust is changed, as those do in which a departure that was cancelled does not come up."""

    def run(self, cells, quiet=False):
        good = [cell for cell in cells if cell.parameters.contact.trust_gain == Parameters().contact.trust_gain]
        made = super().run(good)
        if len(good) < len(cells):
            raise UsageError("nobody left")
        return made


def test_a_value_outside_its_range_is_not_tried_and_a_current_value_needs_no_run():
    trials = trials_of(Parameters().replace({"workforce.hours": 5.0}))
    assert all(values_of(Parameters())[trial.key] != trial.value for trial in trials)
    assert "model.workforce.hours" not in {trial.key for trial in trials}
    assert [trial.value for trial in trials if trial.key == "model.economics.family_spillover"] == [0.2]
    graded = {key: declared for key, declared, _ in declarations() if declared.grade == "D" and declared.plausible}
    assert {trial.key for trial in trials} == set(graded) - {"model.workforce.hours"}


@pytest.fixture
def small(classroom, bench):
    """The classroom with two more posts, a finished year of four runs an arm, with planted prices: net benefit is 0 at 0.06 a Star point."""
    more = Arm("more", "Two more posts", classroom.replace({"workforce.posts": 6}))
    question = Question(Arm("baseline", "As it is", classroom), (more,), weeks=40, least=4, most=4)
    comparison = compare(question, bench(weeks=40), quiet=True)
    weeks = {key: weeks_of(rows) for key, rows in comparison.weekly.groupby(["scenario", "seed"])}
    return comparison, weeks


def planted(comparison, weekly, prices):
    """`comparison` as it would be with other prices and `weekly` tables: money is counted anew by hand."""
    arms = [replace(arm, parameters=arm.parameters.replace(prices)) for arm in comparison.question.arms]
    question = replace(comparison.question, baseline=arms[0], scenarios=tuple(arms[1:]))
    rows = []
    for (name, seed), table in weekly.groupby(["scenario", "seed"], sort=False):
        parameters = next(arm.parameters for arm in arms if arm.name == name)
        value = priced_measure(weeks_of(table), parameters, "net_benefit_per_person")
        rows.append((seed, name, "net_benefit_per_person", "all", value, "pounds", np.nan))
    runs = pd.DataFrame(rows, columns=["seed", "scenario", "measure", "group", "value", "unit", "people"])
    sides = [runs[runs.scenario == arm.name] for arm in arms]
    return Comparison(question, comparison.replications, paired("more", *sides, 0.25, question.all_margins), runs, weekly, 0)


def test_a_price_that_decides_is_found_exactly_and_without_a_run(small, ran, bench, trying):
    """Planted: the scenario adds 50 Star points every week, and posts cost what makes net benefit 0 at 0.06 a point."""
    comparison, _ = small
    weekly = comparison.weekly.copy()
    base = weekly[weekly.scenario == "baseline"].reset_index(drop=True)
    more = base.assign(scenario="more", star_total=base.star_total + 50 + base.seed, posts=base.posts + 2)
    weekly = pd.concat([base, more], ignore_index=True)
    trying(*(key for key, _, _ in declarations() if key.startswith("model.economics.") and "gp_per" not in key))
    gain = planted(comparison, weekly, {"economics.overhead": 0.0}).changes("more", "net_benefit_per_person").mean()
    posts = planted(comparison, weekly, {"economics.overhead": 0.5, "economics.worker_cost": 10_000.0}).changes("more", "net_benefit_per_person").mean()
    cost = 10_000.0 * 0.6 * gain / (gain - posts)  # pounds a post at which net benefit is 0 at 0.06
    comparison, made = planted(comparison, weekly, {"economics.overhead": 0.5, "economics.worker_cost": cost}), len(ran)
    found = rests_on(comparison, bench(weeks=40), quiet=True)
    assert len(ran) == made and set(found.found) == {PRICE}
    row = found[found.reverses & (found.parameter == "model.economics.satisfaction_per_star")]
    assert list(row.at_value) == [0.03]
    assert row.turning_value.iloc[0] == pytest.approx(0.06, rel=1e-9)
    assert not found[found.parameter.isin(["model.economics.place_month", "model.economics.admission_cost"])].reverses.any()
    said = in_words(found)["more", "net_benefit_per_person"]
    assert said[0].startswith("This rests on economics.satisfaction_per_star = 0.1 life-satisfaction points per Star point (life-satisfaction points (0-10)")
    assert "assumed (grade D), not measured. At 0.03 the difference is −£" in said[0]
    assert said[0].endswith("beyond 0.06 it changes sign.")


@pytest.mark.scale
def test_repricing_gives_what_a_run_with_those_prices_gives(small, bench):
    """Every assumed price, at both ends."""
    comparison, weeks = small
    prices = [trial for trial in trials_of(comparison.question.baseline.parameters) if trial.is_price]
    assert {trial.key.rsplit(".", 1)[1] for trial in prices} >= {"overhead", "place_month", "admission_cost", "satisfaction_per_star", "family_spillover"}
    for trial in prices:
        arm = replace(comparison.question.baseline, parameters=trial.applied(comparison.question.baseline.parameters))
        bench(weeks=40).run([bench(weeks=40).cell(arm, 1)], quiet=True)
        run = bench(weeks=40).measures(arm, [1]).query("group == 'all'").set_index("measure")["value"]
        for measure in ("cost_per_person", "net_benefit_per_person"):
            assert priced_measure(weeks["baseline", 1], arm.parameters, measure) == pytest.approx(run[measure], rel=1e-12)


@pytest.mark.scale
def test_runs_of_the_model_are_announced_and_kept_for_any_number_of_processes(small, ran, bench, trying, capsys):
    comparison, _ = small
    trying("model.economics.gp_per_star", "model.workforce.notice_weeks")
    before = len(ran)
    cost = ["cost_per_person"]
    first = rests_on(comparison, bench(weeks=40), cost)
    told = [int(number) for number in re.findall(r"(\d+) runs", capsys.readouterr().err)]
    assert sum(told) == len(ran) - before > 0
    assert rests_on(comparison, bench(weeks=40), cost).equals(first) and len(ran) == before + sum(told)
    assert rests_on(comparison, bench("other", weeks=40, processes=2), cost, quiet=True).equals(first)
    assert set(first.measure) >= {"cost_per_person"}
    assert not first[first.measure == "cost_per_person"].reverses.any()


@pytest.mark.theory
@pytest.mark.parametrize("seeds", [1, 3])
def test_the_screen_drops_a_difference_of_zero_in_one_of_forty_cases(seeds):
    """The spread comes from 12 runs of the comparison, so that Student's t with 11 degrees of freedom gives 2.5% to each side.

    20,000 cases: the share has a standard error of 0.0011, and a right rule misses by four of those in 1 of 16,000 choices of luck.
    """
    luck, dropped, cases = np.random.default_rng(7), 0, 20_000
    for spread in luck.normal(size=(cases, 12)).std(axis=1, ddof=1):
        claim = Claim("more", "dropout", -0.1, -0.2, -0.01, spread, 12, 12)
        dropped += in_halfwidths(claim, Found(SCREENED, {"dropout": luck.normal(size=seeds)})) > 1
    assert abs(dropped / cases - 0.025) < 4 * np.sqrt(0.025 * 0.975 / cases)


def test_a_trial_changes_only_its_own_parameter():
    trial = Trial(TURNS, 0.02, 0.04)
    assert trial.applied(SCENARIO.parameters) == SCENARIO.parameters.replace({TURNS: 0.04})
