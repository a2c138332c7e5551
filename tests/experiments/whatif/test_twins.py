"""What usual care depends on: scenarios share the runs of their twins only because nothing of the service's own matters there."""

from dataclasses import fields

import pandas as pd
import pytest

from experiments.run import Job, run_model
from experiments.twins import SERVICE_ONLY, usual_care
from experiments.whatif.cells import KEPT_OF_TWINS
from sim import Parameters
from sim.parameters import declarations

pytestmark = pytest.mark.unit

WEEKS = 70
GROUPS = [group.name for group in fields(Parameters)]
OTHERS = [group for group in GROUPS if group not in SERVICE_ONLY]
DECLARED = {key: declared for key, declared, _ in declarations()}
TOGETHER = {  # values that are only allowed together, and where the least or most allowed would take too much memory
    "contact.interval_weeks": (1, 104), "contact.interval_until": (520,), "workforce.cancel_departure": (0, 30), "workforce.posts": 300,
}  # fmt: skip


def far_off(parameters, group, end):
    """Every parameter of `group` at an end of what is allowed, 0 the least and 1 the most, or the other where it is there already."""
    values = {}
    for name, now in parameters.as_dict()[group].items():
        short, declared = f"{group}.{name}", DECLARED[f"model.{group}.{name}"]
        if short == "programme.enabled":
            continue
        if short in TOGETHER:
            values[short] = TOGETHER[short]
        elif isinstance(now, bool):
            values[short] = not now
        elif declared.choices:
            values[short] = next(choice for choice in declared.choices[:: 1 if end else -1] if choice != now)
        else:
            values[short] = declared.allowed[end] if declared.allowed[end] != now else declared.allowed[1 - end]
    return values


def run_of(parameters, seed=1):
    results = run_model(Job(parameters, "", seed, WEEKS, events=False, panel=False)).results
    return {"weekly": results.weekly, "measures": results.summary_table, "people": results.people.loc[:, list(KEPT_OF_TWINS)]}


@pytest.fixture(scope="module")
def small(classroom):
    return classroom.replace({"referrals.first_year": 150, "referrals.later_years": 150})


@pytest.fixture(scope="module")
def plain(small):
    """Usual care in the small service."""
    return run_of(usual_care(small))


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("group", SERVICE_ONLY)
def test_no_parameter_of_the_service_changes_a_byte_of_usual_care(small, plain, group, end):
    """All parameters of a group are far off at once; had one an effect, no other would undo it to the last bit."""
    changed = small.replace(far_off(small, group, end))
    own, before = changed.as_dict()[group], small.as_dict()[group]
    assert [name for name in own if own[name] == before[name] and name != "enabled"] == []  # every one of them is far off
    for name, table in run_of(changed.replace({"programme.enabled": False})).items():
        pd.testing.assert_frame_equal(table, plain[name], check_exact=True, obj=name)
    assert usual_care(changed) == usual_care(small)


def other_values(group):
    """Every parameter of `group` at the end of what is plausible that is further from its default, where that is declared."""
    values = {}
    for key, declared, default in declarations():
        if key.split(".")[1] == group and declared.plausible is not None:
            low, high = declared.plausible
            values[key] = low if abs(default - low) > abs(high - default) else high
    return values


@pytest.mark.parametrize("group", OTHERS)
def test_every_other_group_matters_in_usual_care_and_is_kept_as_it_is(small, plain, group):
    """Otherwise it belonged to those that are set to their defaults, and scenarios would run twins for nothing."""
    changed = small.replace(other_values(group))
    assert usual_care(changed).as_dict()[group] == changed.as_dict()[group]
    different = run_of(usual_care(changed))
    assert any(not different[name].equals(plain[name]) for name in plain)
