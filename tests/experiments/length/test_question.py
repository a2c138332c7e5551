"""What can be asked of length, and how a mistake is told."""

from __future__ import annotations

import re

import pytest

from experiments.cli import read
from experiments.errors import UsageError
from experiments.length.policies import POLICIES
from experiments.length.question import LengthQuestion, question_of

pytestmark = pytest.mark.unit
TODAY = "discretion"  # the policy that is the service as it is


def asked(*words: str) -> LengthQuestion:
    """Return the question that words of a command line ask."""
    return question_of(read("length", list(words)))


def test_lengths_are_put_in_order_with_the_open_ended_last() -> None:
    assert asked("lengths=[open,104,13]").lengths == ("13", "104", "open")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("lengths=[13,0]",), r"0 is no length.*from 1 to"),
        (("lengths=[13,-5]",), r"-5 is no length"),
        (("lengths=[13,forever]",), r"forever is no length.*open"),
        (("lengths=[13,2.5]",), r"lengths=\[13,2.5\].*whole numbers and names"),
        (("lengths=[13]",), r"give two lengths or more"),
        (("lengths=13",), r"whole numbers and names"),
        (("lengths=[13,26,13]",), r"13 is named twice"),
        (("lengths=[104,5000]", "weeks=364"), r"nobody reaches the end of a programme of 5000 weeks in weeks=364; give open"),
        (("modes=[fixd]",), r"modes=\[fixd\]: there is no fixd.*Did you mean fixed"),
        (("modes=[]",), r"modes= names none"),
        (("policies=[taper]",), r"policies=\[taper\]: there is no taper"),
        (("weeks=363",), r"weeks=363 is too short.*weeks=364"),
        (("replications=1",), r"2 runs at least"),
        (("surge=0",), r"surge=0"),
        (("backlog=-1",), r"backlog=-1"),
        (("scenario=usual_care",), r"no programme"),
        (("lenghts=[13,26]",), r"lenghts.*Did you mean lengths"),
    ],
)
def test_a_mistake_is_told_with_key_value_and_remedy(words: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError) as raised:
        asked(*words)
    assert re.search(told, str(raised.value))


def test_only_length_and_limit_differ_between_plain_lengths_of_a_mode() -> None:
    question = asked("policies=[]")
    for mode in ("fixed", "backlog"):
        sides = [question.parameters_of(arm, 1) for arm in question.arms({}) if arm.mode == mode]
        common = {str(side.replace({"programme.length_weeks": 1, "programme.open_ended": False}).as_dict()) for side in sides}
        assert len(sides) == 7
        assert len(common) == 1


def test_the_mode_with_a_backlog_has_more_people_and_the_same_posts() -> None:
    question = asked("policies=[]", "backlog=300", "surge=2", "lengths=[26,104]")
    fixed, backlog = ({arm.mode: question.parameters_of(arm, 1) for arm in question.arms({})}[mode] for mode in ("fixed", "backlog"))
    assert (backlog.referrals.backlog, backlog.referrals.later_years) == (300, 2 * fixed.referrals.later_years)
    assert backlog.workforce == fixed.workforce


def test_by_default_the_list_at_the_start_is_a_year_of_referrals() -> None:
    question = asked()
    assert question.backlog == question.service.referrals.later_years


@pytest.mark.parametrize(
    ("words", "reference"), [(("lengths=[26,104,open]",), "104"), (("service=nhs_pcn", "lengths=[13,52]"), "13"), (("lengths=[26,52,open]",), "52")]
)
def test_the_reference_is_two_years_else_the_services_own_else_the_longest_with_a_limit(words: tuple[str, ...], reference: str) -> None:
    assert asked(*words).reference == reference


def test_policies_are_allowed_parameters_of_the_model_and_change_something_or_are_not_run() -> None:
    question = asked("modes=[fixed]")
    sides = {arm.policy: question.parameters_of(arm, 1) for arm in question.arms({}) if arm.policy or arm.length == question.reference}
    assert set(sides) == {"", *POLICIES} - {TODAY}
    assert {name for name, side in sides.items() if side == sides[""]} == {""}


def test_a_policy_with_a_length_of_its_own_is_told_under_that_length() -> None:
    lengths = {arm.policy: arm.length for arm in asked("modes=[backlog]").arms({}) if arm.policy}
    assert lengths == dict.fromkeys(set(POLICIES) - {TODAY}, "104") | {"reentry_instead_of_length": "52"}


def test_policies_are_run_where_the_services_posts_are_kept_and_nowhere_else() -> None:
    modes = {arm.mode for arm in asked().arms({}) if arm.policy}
    assert modes == {"fixed", "backlog"}
    assert not [arm for arm in asked("modes=[equal_spend,equal_waits]").arms({}) if arm.policy]


def test_a_policy_that_is_the_service_as_it_is_has_no_runs_of_its_own() -> None:
    told = {arm.policy for arm in asked().arms({})}
    assert told == {"", *POLICIES} - {TODAY}
    strict = asked("model.programme.discretion=0", "model.programme.max_extensions=0")
    assert "fixed_limit" not in {arm.policy for arm in strict.arms({})}
