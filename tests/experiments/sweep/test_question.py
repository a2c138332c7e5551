"""What a sweep is asked: from words to points, sides and seeds; what does not go together is refused before anything is run."""

import numpy as np
import pandas as pd
import pytest

from experiments.cli import read
from experiments.errors import UsageError
from experiments.planning.question import MEASURED
from experiments.store import Store
from experiments.sweep.question import NET_BENEFIT, USUAL, outputs_by_measure, question_of
from experiments.whatif.bench import Bench

pytestmark = pytest.mark.unit


def ask(*words):
    return question_of(read("sweep", ["service=classroom", "weeks=12", *words]))


MORRIS = ("method=morris", "parameters=[workforce.turnover,handover.managed_share]")
LHS = ("method=lhs", "parameters=[workforce.turnover,handover.managed_share]", "points=8")


def test_what_is_not_given_is_usual_for_the_method():
    asked = ask(*MORRIS)
    assert (asked.size, asked.replications, asked.seeds, asked.measures, asked.sides) == (10, 2, [1, 2], USUAL, ("",))
    assert ask("method=screen-then-sobol", "parameters=group:handover").size == 256
    assert set(USUAL) <= set(MEASURED)


def test_every_point_has_the_same_seeds():
    asked = ask(*LHS, "seed=7", "replications=3")
    runs = asked.runs_of(asked.step("lhs", asked.factors, 8), Bench(Store(None), 12))
    assert [run.seed for run in runs] == [7, 8, 9] * 8


def test_a_run_has_the_values_of_its_point_and_of_nothing_else():
    asked = ask(*LHS, "model.contact.trust_gain=0.25")
    step = asked.step("lhs", asked.factors, 8)
    runs = asked.runs_of(step, Bench(Store(None), 12))
    for run in runs:
        row = step.points.iloc[run.point]
        at = {"model.workforce.turnover": row["workforce.turnover"], "model.handover.managed_share": row["handover.managed_share"]}
        assert run.cell.parameters == asked.service.replace(at) and run.cell.parameters.contact.trust_gain == 0.25


def test_at_every_point_a_scenario_makes_its_change_on_top_and_is_set_against_the_same_usual_care():
    asked = ask("method=lhs", "parameters=[handover.managed_share,population.female_share]", "points=8", "scenarios=[two_more_workers,warm_handover]")
    step = asked.step("lhs", asked.factors, 8)
    sides = asked.arms(step.values_at(3))
    assert list(sides) == ["baseline", "two_more_workers", "warm_handover"]
    base, more, warm = (side.parameters for side in sides.values())
    assert more == base.replace({"model.workforce.posts": 6}) and warm.handover.managed_share == 1 != base.handover.managed_share
    assert warm.population.female_share == base.population.female_share == step.points["population.female_share"][3]
    bench = Bench(Store(None), 12)
    assert len({bench.cell(side, 1).twin for side in sides.values()}) == 1


def test_a_scenario_that_sets_what_is_varied_is_told():
    asked = ask("method=lhs", "parameters=[handover.managed_share]", "points=8", "scenarios=[warm_handover]")
    assert any("warm_handover itself sets handover.managed_share" in note for note in asked.notes)
    assert ask(*LHS, "parameters=[workforce.turnover]", "scenarios=[warm_handover]").notes == ()


def test_a_parameter_that_is_set_and_varied_is_told():
    asked = ask("method=lhs", "parameters=[workforce.turnover]", "points=8", "model.workforce.turnover=0.3")
    assert any("workforce.turnover was set to 0.3 and is varied all the same" in note for note in asked.notes)


def test_a_decision_and_a_target_keep_the_measures_that_they_need():
    asked = ask(*LHS, "scenarios=[warm_handover]", "measures=[wait_p90]", "target=retention_52", "above=0.5")
    assert asked.kept == ("wait_p90", NET_BENEFIT, "retention_52") and asked.measures == ("wait_p90",)
    assert (asked.target.measure, asked.target.limit, asked.target.at_most) == ("retention_52", 0.5, False)


def test_differences_between_scenarios_are_at_the_same_point_and_seed():
    asked = ask(*LHS, "scenarios=[warm_handover]", "measures=[wait_p90]")
    runs = asked.runs_of(asked.step("lhs", asked.factors, 8), Bench(Store(None), 12))
    frame = fake_table(runs, asked.kept)
    outputs = outputs_by_measure(asked, frame)
    assert set(outputs) == {"wait_p90", "warm_handover: wait_p90", f"warm_handover: {NET_BENEFIT}"}
    base = frame[frame.scenario == "baseline"].wait_p90.to_numpy().reshape(8, 2)
    warm = frame[frame.scenario == "warm_handover"].wait_p90.to_numpy().reshape(8, 2)
    assert np.array_equal(outputs["wait_p90"], base) and np.array_equal(outputs["warm_handover: wait_p90"], warm - base)


def fake_table(runs, measures):
    """A table of runs with numbers that no two share."""
    rng = np.random.default_rng(0)
    rows = [(run.point, run.scenario, run.seed, "done", None, *rng.random(len(measures))) for run in runs]
    return pd.DataFrame(rows, columns=["point", "scenario", "seed", "status", "error", *measures])


def test_measures_named_twice_count_once():
    assert ask(*MORRIS, "measures=[wait_p90,uptake,wait_p90]").measures == ("wait_p90", "uptake")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("parameters=all",), ["method= is missing", "morris, sobol, fast"]),
        (("method=morris",), ["parameters= names none"]),
        (("method=morris", "parameters=group:handover", "by_group=true"), ["needs two groups at least"]),
        (("method=lhs", "parameters=levers", "by_group=true"), ["by_group=true works with method=morris or sobol, not with lhs"]),
        ((*MORRIS, "second_order=true"), ["second_order=true works with method=sobol, not with morris"]),
        ((*MORRIS, "scenarios=[warm_handover]"), ["scenarios= with method=morris", "use method=lhs"]),
        (("method=grid", "parameters=[workforce.turnover]", "scenarios=[warm_handover]"), ["scenarios= with method=grid"]),
        ((*LHS, "scenarios=[warm_handovr]"), ["there is no scenario warm_handovr", "Did you mean warm_handover"]),
        ((*LHS, "scenarios=[baseline]"), ["baseline is also the baseline"]),
        ((*LHS, "scenarios=[austerity,austerity]"), ["named twice"]),
        ((*MORRIS, "measures=[]"), ["measures= names none"]),
        ((*MORRIS, "measures=[retention]"), ["there is no measure retention", "There are: "]),
        ((*MORRIS, "measures=[change_cost_contacts]"), ["there is no measure change_cost_contacts"]),
        ((*MORRIS, "below=3"), ["below=3: say of which measure, as in target="]),
        ((*MORRIS, "target=retention_52"), ["neither below= nor above= was given", "retention_52"]),
        ((*MORRIS, "target=retention_52", "above=0.5", "below=0.9"), ["below", "above"]),
        ((*MORRIS, "target=retenton_52", "above=0.5"), ["retenton_52", "Did you mean retention_52"]),
        ((*MORRIS, "points=1"), ["points=1"]),
        ((*LHS, "points=7"), ["points=7 is too few for method=lhs: it needs 8 samples at least"]),
        (("method=sobol", *MORRIS[1:], "points=100"), ["needs a power of two. The next are 64 and 128"]),
        (("method=sobol", "parameters=[workforce.turnover]"), ["needs two parameters at least"]),
        (("method=screen-then-sobol", *MORRIS[1:], "points=100"), ["needs a power of two"]),
        (("method=screen-then-sobol", "parameters=[workforce.turnover]"), ["needs two parameters at least"]),
        ((*MORRIS, f"seed={2**63 - 2}", "replications=3"), ["the last seed is above"]),
        ((*MORRIS, "scenario=usual_care"), ["has no service to sweep"]),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused_in_one_line(words, told):
    with pytest.raises(UsageError) as error:
        ask(*words)
    for part in told:
        assert part in str(error.value)
    assert "\n" not in str(error.value) and "a plan" not in str(error.value)
