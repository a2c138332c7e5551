"""From words to a question: what is compared with what, and of which parts a scenario is made."""

import pytest

import experiments
from experiments.cli import read
from experiments.errors import UsageError
from experiments.whatif.parts import applied
from experiments.whatif.question import question_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("scenario", ["nhs_light", "warm_handover+two_more_workers", "caseload_60", "usual_care"])
@pytest.mark.parametrize("baseline", ["baseline", "turnover_10", "austerity", "caseload_150"])
def test_the_parts_of_a_scenario_lead_from_any_baseline_to_it(scenario, baseline):
    """Also the step back from what the baseline changes."""
    question = question_of(read("compare", [f"scenarios=[{scenario}]", f"baseline={baseline}"]))
    (arm,) = question.scenarios
    assert applied(question.baseline.parameters, arm.parts) == arm.parameters


@pytest.mark.scale
def test_a_scenario_of_several_changes_is_compared_with_usual_care(tmp_path):
    found = experiments.compare("nhs_light", baseline="usual_care", service="classroom", weeks=30, replications=2, store=str(tmp_path))
    assert set(found.parts.part) >= {"Without “Usual care”"}
    gain = found.differences.query("measure == 'gain_over_usual_care_26' and group == 'all'").iloc[0]
    assert gain.baseline_mean == 0 and gain.difference == gain.scenario_mean


@pytest.mark.parametrize(
    ("scenarios", "told"),
    [
        ({"baseline": {"workforce.posts": 8}}, "baseline is also the baseline"),
        ({"my idea": {"workforce.posts": 8}}, "letters, digits"),
        ({"mine": ["a"]}, "a mapping of what it sets"),
        ({"mine": {"economics.wellby_value": 16000.0}}, "must be the same on all sides"),
        ([], "names none"),
    ],
)
def test_what_cannot_be_compared_from_python_is_refused(tmp_path, scenarios, told):
    with pytest.raises(UsageError, match=told):
        experiments.compare(scenarios, service="classroom", store=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_keys_that_have_no_effect_from_python_are_refused():
    with pytest.raises(UsageError, match="out= has no effect"):
        experiments.compare("warm_handover", out="x")


def test_a_fixed_number_of_runs_and_bounds_for_it_are_not_both_given():
    with pytest.raises(UsageError, match="max_replications=200 and replications=20"):
        question_of(read("compare", ["scenarios=[warm_handover]", "replications=20", "max_replications=200"]))


def test_a_single_scenario_may_stand_without_brackets():
    assert [arm.name for arm in question_of(read("compare", ["scenarios=warm_handover"])).scenarios] == ["warm_handover"]
