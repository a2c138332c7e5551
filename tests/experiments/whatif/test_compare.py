"""A comparison from question to tables, on the small service: what decides its answer, and what must not."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from experiments.store import Store
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.compare import CHANGE_SEEDS, Question, compare
from experiments.whatif.measures import HEADLINES
from tests.experiments.whatif.conftest import count_runs

pytestmark = pytest.mark.unit
WIDE = dict.fromkeys(HEADLINES, 1e9)  # margins that every interval meets
WAITS = WIDE | {"wait_p90": 3.0}  # waits decide how many runs are made
MORE, FEWER = {"more": {"workforce.posts": 6}}, {"fewer": {"workforce.posts": 2}}


def question_of(classroom, scenarios, **how):
    """The baseline against scenarios, with few runs of few weeks."""
    arms = tuple(Arm(name, name, classroom.replace(changes)) for name, changes in scenarios.items())
    return Question(Arm("baseline", "baseline", classroom), arms, **{"weeks": 20, "least": 2, "most": 12, "margins": WIDE} | how)


@pytest.fixture
def question(classroom):
    return partial(question_of, classroom)


def only(comparison, scenario):
    return comparison.effects[comparison.effects.scenario == scenario].reset_index(drop=True)


def test_repeating_a_comparison_runs_nothing_and_says_the_same(question, bench, ran):
    asked, here = question(MORE, most=2), bench()
    first = compare(asked, here, quiet=True)
    assert first.simulated == len(ran) > 0
    again = compare(asked, here, quiet=True)
    assert again.simulated == 0 and len(ran) == first.simulated
    pd.testing.assert_frame_equal(again.effects, first.effects, check_exact=True)
    pd.testing.assert_frame_equal(again.runs, first.runs, check_exact=True)


@pytest.fixture(scope="module")
def answers(classroom, tmp_path_factory):
    """Two scenarios asked for one after the other, together and in the other order: what was found, and what was run for it."""
    stores = [Bench(Store(tmp_path_factory.mktemp("answers") / "store"), 20, 1) for _ in range(2)]
    orders = {"more": MORE, "both": MORE | FEWER, "turned round": FEWER | MORE, "fewer": FEWER}
    found = {}
    with pytest.MonkeyPatch.context() as patched:
        ran = count_runs(patched)
        for name, scenarios in orders.items():
            ran.clear()
            here = stores[name == "fewer"]  # that one on a store of its own
            found[name] = compare(question_of(classroom, scenarios, margins=WAITS), here, quiet=True), list(ran)
    return found


@pytest.mark.scale
def test_a_scenario_more_runs_only_what_is_missing(answers):
    """Its twins are there: usual care does not depend on the number of posts."""
    (_, made), (both, ran) = answers["more"], answers["both"]
    assert len(ran) == both.simulated >= both.replications["fewer"]
    assert not set(ran) & set(made)
    assert all(parameters.workforce.posts != 6 for parameters, _ in ran)
    assert answers["turned round"][1] == []


@pytest.mark.scale
@pytest.mark.parametrize("name", ["more", "fewer"])
def test_runs_and_figures_of_a_scenario_do_not_depend_on_the_others(answers, name):
    """Asked alone, together and in the other order, on stores that hold different runs."""
    found = [comparison for comparison, _ in answers.values() if name in comparison.replications]
    assert len(found) == 3
    assert len({each.replications[name] for each in found}) == 1
    for each in found[1:]:
        pd.testing.assert_frame_equal(only(each, name), only(found[0], name), check_exact=True)


@pytest.mark.scale
def test_the_two_scenarios_need_different_numbers_of_runs(answers):
    """Otherwise that they do not depend on each other would say little."""
    assert len(set(answers["both"][0].replications.values())) == 2


@pytest.mark.scale
def test_a_smaller_margin_never_needs_fewer_runs_and_runs_only_what_is_missing(question, bench, ran):
    here, needed, made = bench(), [], set()
    for margin in (8.0, 4.0, 2.0, 1.0):
        ran.clear()
        found = compare(question(FEWER, margins=WIDE | {"wait_p90": margin}), here, quiet=True)
        assert len(ran) == found.simulated and not set(ran) & made
        made |= set(ran)
        needed.append(found.replications["fewer"])
    assert needed == sorted(needed)
    assert needed[0] < needed[-1]


@pytest.mark.scale
def test_the_answer_and_the_store_are_the_same_in_one_two_and_three_processes(question, bench, bytes_in):
    benches = [bench(f"store-{n}", processes=n) for n in (1, 2, 3)]
    found = [compare(question(MORE, most=2), here, quiet=True) for here in benches]
    for each in found[1:]:
        assert (each.replications, each.simulated) == (found[0].replications, found[0].simulated)
        for table in ("effects", "runs", "weekly"):
            pd.testing.assert_frame_equal(getattr(each, table), getattr(found[0], table), check_exact=True, obj=table)
    kept = [bytes_in(here.store.folder) for here in benches]
    assert kept[0] == kept[1] == kept[2]
    assert sum(path.endswith("measures.parquet") for path in kept[0]) == 2 + 4 + 4  # twins, runs, costs of changes


def test_a_scenario_that_changes_nothing_differs_by_exactly_nothing(question, bench, ran):
    found = compare(question({"same": {}}, most=3, weeks=40), bench(weeks=40), quiet=True)
    assert found.replications == {"same": 3}
    assert len(ran) == 3 * 3  # twins, runs, and those that tell what a change costs: the two arms share them all
    measured = found.effects[found.effects.replications > 1]
    assert len(measured) > 100
    assert (measured[["difference", "ci_low", "ci_high", "halfwidth", "run_low", "run_high"]] == 0).all(axis=None)
    assert (measured.share_of_runs_better.dropna() == 0).all()
    assert found.not_narrow("same") == []


@pytest.mark.scale
def test_what_did_not_get_narrow_is_said(question, bench):
    found = compare(question(FEWER, margins=WIDE | {"wait_p90": 1e-9}, precision=1e-9, most=3), bench(), quiet=True)
    assert found.replications == {"fewer": 3}
    assert found.not_narrow("fewer") == ["wait_p90"]
    assert not found.effect("fewer", "wait_p90").target_met


def test_differences_are_of_the_same_seeds(question, bench):
    here = bench()
    asked = question(MORE, seed=7, most=3)
    found = compare(asked, here, quiet=True)
    by_seed = found.changes("more", "wait_mean")
    assert list(by_seed.index) == [7, 8, 9]
    for seed in by_seed.index:
        single = [here.measures(each, [seed]).query("measure == 'wait_mean' and group == 'all'").value.item() for each in asked.arms]
        assert by_seed[seed] == single[1] - single[0]
    assert found.effect("more", "wait_mean").difference == pytest.approx(np.mean(by_seed))


@pytest.mark.scale
def test_the_cost_of_changes_is_told_in_few_seeds_and_never_of_usual_care(question, bench):
    most = CHANGE_SEEDS + 1
    found = compare(question(MORE | {"usual": {"programme.enabled": False}}, most=most, least=most), bench(), quiet=True)
    costs = found.runs[found.runs.measure.str.startswith("change_cost")]
    assert sorted(costs.seed.unique()) == list(range(1, CHANGE_SEEDS + 1))
    assert set(costs.scenario) == {"baseline", "more"}
    assert set(only(found, "more").measure) >= {"change_cost_star", "change_cost_retention"}
    assert not only(found, "usual").measure.str.startswith("change_cost").any()
