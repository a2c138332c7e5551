"""Who gains and who loses: gaps are paired run by run, and few people give no verdict."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from experiments.whatif.bench import Arm
from experiments.whatif.compare import FEWEST_PEOPLE, Comparison, Question
from experiments.whatif.differences import paired
from experiments.whatif.equity import CALLED, PAIRS, by_group, gaps
from sim import Parameters
from sim.summary import groups

pytestmark = pytest.mark.unit
MEASURE, WOMEN, MEN = "gain_over_usual_care_52", "sex: women", "sex: men"


@pytest.fixture
def comparison():
    """Made up: 12 pairs of runs that differ a lot from one another, in which women gain 0.3 ± 0.02 more than men."""
    luck = np.random.default_rng(3)
    rows = []
    for seed in range(1, 13):
        town = luck.normal(0, 5)
        for arm, lift in (("baseline", 0.0), ("other", 0.3)):
            women = town + lift + luck.normal(0, 0.02)
            rows += [(seed, arm, MEASURE, WOMEN, women, "points", 80.0), (seed, arm, MEASURE, MEN, town - 1.0, "points", 40.0)]
    runs = pd.DataFrame(rows, columns=["seed", "scenario", "measure", "group", "value", "unit", "people"])
    question = Question(Arm("baseline", "Now", Parameters()), (Arm("other", "Other", Parameters()),), least=12, most=12)
    sides = (runs[runs.scenario == name] for name in ("baseline", "other"))
    return Comparison(question, {"other": 12}, paired("other", *sides, 0.25, question.all_margins), runs, pd.DataFrame(), 0)


def test_the_gap_changes_by_the_mean_of_what_it_changes_in_each_run_with_the_paired_interval(comparison):
    (row,) = gaps(comparison).to_dict("records")
    wide = comparison.runs.pivot(index="seed", columns=["scenario", "group"], values="value")
    change = (wide["other", WOMEN] - wide["other", MEN]) - (wide["baseline", WOMEN] - wide["baseline", MEN])
    interval = ttest_1samp(change, 0).confidence_interval(0.95)
    assert (row["change"], row["ci_low"], row["ci_high"]) == pytest.approx((change.mean(), interval.low, interval.high))
    assert row["scenario_gap"] - row["baseline_gap"] == pytest.approx(row["change"])
    assert row["replications"] == 12


def test_the_gap_is_pinned_down_although_runs_and_groups_vary_widely(comparison):
    """Each group's own value varies by 5 points over runs; the paired change of the gap by hundredths."""
    (row,) = gaps(comparison).to_dict("records")
    assert 0.25 < row["ci_low"] < row["change"] < row["ci_high"] < 0.35


def test_the_smaller_group_decides_whether_there_are_enough_people(comparison):
    (row,) = gaps(comparison).to_dict("records")
    assert row["people"] == 40 and row["enough_people"]
    fewer = comparison.effects.assign(people=comparison.effects.people.where(comparison.effects.group != MEN, FEWEST_PEOPLE - 0.5))
    (row,) = gaps(replace(comparison, effects=fewer)).to_dict("records")
    assert not row["enough_people"]
    told = by_group(replace(comparison, effects=fewer)).set_index("group").enough_people
    assert told[WOMEN] and not told[MEN]


def test_a_run_in_which_a_group_has_no_value_is_left_out(comparison):
    runs = comparison.runs.copy()
    runs.loc[(runs.seed == 4) & (runs.group == MEN) & (runs.scenario == "other"), "value"] = np.nan
    (row,) = gaps(replace(comparison, runs=runs)).to_dict("records")
    assert row["replications"] == 11


def test_pairs_and_names_are_groups_that_the_model_tells_apart():
    traits = dict.fromkeys(("female", "deprived", "minority", "mental_health"), [True])
    people = pd.DataFrame({"complexity": pd.Categorical(["simple"], ["simple", "moderate", "complex"]), **traits})
    known = set(groups(people)) - {"all"}
    assert set(CALLED) == known
    assert {group for pair in PAIRS.values() for group in pair} == known - {"complexity: moderate"}
