"""All sides of a comparison are set against the usual care of the baseline's world."""

import pytest

from experiments.run import Job, run_model
from experiments.whatif.compare import Question, compare

pytestmark = pytest.mark.unit


@pytest.fixture
def found(arm, bench):
    question = Question(arm(), (arm("cuts", {"community.places_min": 1, "community.places_max": 1}), arm("off", {"programme.enabled": False})), 40, 1, 2, 2)
    return compare(question, bench(weeks=40), quiet=True)


def test_a_difference_in_gain_is_the_whole_difference_for_the_same_people(found):
    """Also for cuts that hit those under usual care: person by person, scenario less baseline."""
    latent = {}
    for arm in found.question.arms[:2]:
        people = run_model(Job(arm.parameters, "", 1, 40, events=False)).results.people
        latent[arm.name] = people.latent_26
    expected = (latent["cuts"] - latent["baseline"]).mean()
    assert found.changes("cuts", "gain_over_usual_care_26")[1] == pytest.approx(expected, abs=1e-9)


def test_usual_care_gains_nothing_over_itself(found):
    rows = found.runs[(found.runs.scenario == "off") & found.runs.measure.str.startswith("gain_over_usual_care")].value.dropna()
    assert len(rows) and (rows == 0).all()


def test_the_usual_care_of_the_baseline_is_run_once_for_all(arm, bench, ran):
    question = Question(arm(), tuple(arm(f"places {n}", {"community.places_min": n, "community.places_max": n}) for n in (1, 2, 3)), 20, 1, 2, 2)
    compare(question, bench(), quiet=True)
    assert sum(not parameters.programme.enabled for parameters, _ in ran) == 2, "one a seed"


@pytest.mark.scale
@pytest.mark.parametrize("changes", [{"referrals.first_year": 60, "referrals.later_years": 60}, {"referrals.warm_up_weeks": 10}, {"population.star_mean": 2.6}])
def test_a_scenario_of_other_people_is_set_against_their_own_usual_care(arm, bench, changes):
    """Nobody's gain can be told against somebody else."""
    question = Question(arm(), (arm("others", changes),), 30, 1, 2, 2)
    assert question.scenarios[0].against is None
    found = compare(question, bench(weeks=30), quiet=True)
    gains = found.runs[(found.runs.measure == "gain_over_usual_care_26") & (found.runs.group == "all")].value
    assert gains.notna().all() and (gains.abs() < 5).all(), "points of a sum from 8 to 40: nobody gains more in half a year"
