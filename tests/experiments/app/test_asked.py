"""What a page asks, as an address and as a file: it comes back as it was, and what is not a known parameter is refused."""

import io
import math
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.app.answer import scenario_file, scenario_file_name
from experiments.app.asked import DECLARED, MOST_PEOPLE, OWN, Asked, from_address, from_file, preset_of
from experiments.app.page import questions
from experiments.catalogue import LARGEST, catalogue
from experiments.errors import UsageError
from experiments.levers import LEVERS

pytestmark = pytest.mark.unit
MOVABLE = [f"model.{name}" for names in LEVERS.values() for name in names]
NUMBERS = [key for key in MOVABLE if not isinstance(DECLARED[key][1], (bool, str, tuple)) and DECLARED[key][0].allowed]


@st.composite
def changes(draw):
    """A few levers at allowed values."""
    chosen = {}
    for key in draw(st.lists(st.sampled_from(NUMBERS), max_size=4, unique=True)):
        declared, default = DECLARED[key]
        low, high = (min(bound, 1e6) for bound in declared.allowed)
        whole = isinstance(default, int)
        chosen[key] = draw(st.integers(math.ceil(low), math.floor(high)) if whole else st.floats(low, high, allow_nan=False))
    return chosen


@settings(max_examples=60, deadline=None)
@given(changes(), st.sampled_from(["ways_to_wellness", "nhs_pcn", "classroom"]), st.integers(0, 2**31 - 1), st.integers(2, 60), st.integers(52, 520))
def test_a_link_opens_the_page_it_was_made_on(moved, service, seed, replications, weeks):
    asked = Asked(service=service, scenarios=("warm_handover",), changes=moved, seed=seed, replications=replications, weeks=weeks)
    assert from_address(asked.address()) == asked


def test_a_link_holds_only_what_differs_and_the_version():
    assert Asked().address() == ""
    address = Asked(changes={"model.workforce.posts": 24}).address()
    assert address.startswith("?model.workforce.posts=24&v=") and "seed" not in address and "service" not in address


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("?model.workforce.post=3", "model.workforce.posts"),
        ("?model.workforce.posts=-1", "model.workforce.posts = -1 posts is not allowed"),
        ("?model.workforce.posts=many", "must be a whole number"),
        ("?model.workforce.posts=${oc.env:HOME}", "must be a whole number"),
        ("?_target_=os.system", "is not a parameter"),
        ("?service=../../etc", "there is no such service"),
        ("?seed=1e3", "give a whole number"),
        ("?weeks=100000", "weeks=100000 is not allowed on this page"),
        ("?replications=1", "replications=1 is not allowed"),
        ("?scenarios=a,b,c,d,e", "at most 4"),
        ("?" + "a=1&" * 200, "too many parts"),
        ("?" + "a" * 9000, "characters"),
        ("?model.community.mix=" + "[" * 5000, "must be a list"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_with_the_reason(address, told):
    with pytest.raises(UsageError, match="^[^\n]+$") as refused:
        from_address(address)
    assert told in str(refused.value)


def test_a_scenario_that_is_not_there_is_refused_when_it_is_asked():
    with pytest.raises(UsageError, match="there is no scenario warm_handoverr"):
        from_address("?scenarios=warm_handoverr").question()


def test_more_people_than_a_page_can_take_are_refused_with_what_to_use_instead():
    asked = Asked(changes={"model.referrals.later_years": MOST_PEOPLE, "model.referrals.first_year": MOST_PEOPLE})
    with pytest.raises(UsageError, match="at most 20,000. The command line has no such limit"):
        asked.question()


def test_a_file_that_is_written_is_read_again_as_the_same_changes_and_by_the_catalogue(tmp_path):
    moved = {"model.workforce.posts": 5, "model.community.austerity": True, "model.community.mix": (2, 1, 1, 1, 1, 1, 1, 1), "model.programme.reentry": 0.25}
    (tmp_path / "scenario").mkdir()
    path = tmp_path / "scenario" / f"{OWN}.yaml"
    path.write_text(Asked(service="classroom", changes=moved).as_yaml(), encoding="utf-8")
    assert from_file(path, "x.yaml", "classroom") == moved
    assert catalogue([tmp_path])[OWN].changes == moved


@pytest.mark.parametrize(
    ("scenarios", "changes"), [((), {"model.workforce.posts": 5}), (("warm_handover",), {}), (("caseload_60", "no_reentry"), {"model.workforce.posts": 5})]
)
def test_what_was_asked_comes_as_files_that_compare_reads(scenarios, changes, tmp_path):
    asked = Asked(service="classroom", scenarios=scenarios, changes=changes)
    (tmp_path / "scenario").mkdir()
    if (name := scenario_file_name(asked)).endswith(".zip"):
        zipfile.ZipFile(io.BytesIO(scenario_file(asked))).extractall(tmp_path)
    else:
        (tmp_path / "scenario" / name).write_bytes(scenario_file(asked))
    known = catalogue([tmp_path])
    assert all(known[f"my_{name}"].changes == known[name].changes != {} for name in scenarios)
    assert not changes or known[OWN].changes == changes


def test_a_question_that_cannot_be_asked_of_a_service_says_why_and_its_file_is_refused(tmp_path):
    known, classroom = catalogue(), preset_of("classroom").parameters
    form = questions(Asked(service="classroom"), known, classroom)
    assert re.search(r'value="caseload_60"[^>]*aria-describedby="caseload_60-why-not" disabled>', form)
    assert "meant where that is more than 60 users" in form and form.count('-why-not" disabled') == 2
    assert "disabled" not in questions(Asked(), known, preset_of("ways_to_wellness").parameters)
    chosen = questions(Asked(service="classroom", scenarios=("caseload_60",)), known, classroom)
    assert re.search(r'value="caseload_60"[^>]* checked aria-describedby="caseload_60-why-not">', chosen), "it can be taken out"
    path = tmp_path / "sixty.yaml"
    path.write_bytes(scenario_file(Asked(scenarios=("caseload_60",))))
    assert from_file(path, "sixty.yaml", "ways_to_wellness") == {"model.workforce.caseload_cap": 60}
    with pytest.raises(UsageError, match="meant where that is more than 60 users"):
        from_file(path, "sixty.yaml", "classroom")


def test_what_mail_adds_to_a_link_is_left_out():
    assert from_address("?service=classroom&utm_source=mail&fbclid=x1") == Asked(service="classroom")


def test_a_service_to_which_nobody_is_referred_is_refused():
    nobody = Asked(service="classroom", changes={"model.referrals.first_year": 0, "model.referrals.later_years": 0})
    with pytest.raises(UsageError, match="Nobody would be referred"):
        nobody.question()


def test_what_a_file_adds_is_worked_out_on_the_service_of_the_page(tmp_path):
    path = tmp_path / "two_more.yaml"
    path.write_text("add:\n  workforce:\n    posts: 2\n", encoding="utf-8")
    assert from_file(path, "two_more.yaml", "classroom") == {"model.workforce.posts": 6}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("model:\n  workforce:\n    posts: ${oc.env:HOME}\n", "must be a whole number"),
        ("model:\n  workforce: !!python/object/apply:os.system ['true']\n", "not valid YAML"),
        ("_target_: os.system\n", "_target_"),
        ("a: &a [1]\nb: *a\n", "*"),
        ("model:\n  workforce:\n    postss: 3\n", "posts"),
        ("title: " + "x" * (LARGEST + 1), "bytes"),
        ("\x00", ""),
    ],
)
def test_a_file_is_data_and_goes_by_the_name_its_sender_gave_it(tmp_path, text, told):
    path = tmp_path / "sent.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        from_file(path, "mine.yaml", "classroom")
    assert told in str(refused.value) and str(tmp_path) not in str(refused.value)


def test_the_levers_make_a_scenario_beside_those_of_the_catalogue():
    asked = Asked(service="classroom", scenarios=("warm_handover",), changes={"model.workforce.posts": 5}, replications=3)
    _, question = asked.question()
    assert [arm.title for arm in question.scenarios] == ["Warm handovers for all", "Your change"]
    assert question.scenarios[1].parameters.workforce.posts == 5 and question.most == question.least == 3
    _, nothing = replace(asked, scenarios=(), changes={}).question()
    assert nothing.scenarios == () and nothing.baseline.parameters.workforce.posts == 4
