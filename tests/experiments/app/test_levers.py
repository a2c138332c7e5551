"""The levers: each in plain words, with unit, today's value, a range, and evidence that is told only of the value it is of."""

import re

import pytest

from experiments.app.asked import DECLARED, SERVICES, preset_of
from experiments.app.levers import OPEN, TITLES, in_titles, levers
from experiments.levers import LEVERS

pytestmark = pytest.mark.unit
NAMES = [name for names in LEVERS.values() for name in names]


def told(service):
    """Return for each lever the line below its input."""
    markup = levers(preset_of(service).parameters, {})
    lines = dict(re.findall(r'<p class="today" id="([a-z_-]+)-today">(.*?) <button', markup))
    return {name: lines[name.replace(".", "-")] for name in NAMES}


def test_every_lever_has_a_title_of_its_own_and_none_is_left_over():
    assert set(TITLES) == set(NAMES) and len(set(TITLES.values())) == len(TITLES)
    assert set(OPEN) <= set(NAMES)


@pytest.mark.parametrize("service", SERVICES)
def test_every_number_has_a_range(service):
    lines = told(service)
    for name in NAMES:
        if not isinstance(DECLARED[f"model.{name}"][1], (bool, str, tuple)):
            assert re.search(r"; (plausible|slider) -?[\d.e+]+ to [\d.e+]+;", lines[name]), lines[name]


@pytest.mark.parametrize("service", SERVICES)
def test_a_grade_is_told_of_the_value_that_it_is_of_and_of_no_other(service):
    values, lines = preset_of(service).parameters.as_dict(), told(service)
    for name in NAMES:
        group, _, own = name.partition(".")
        declared, default = DECLARED[f"model.{name}"]
        same = values[group][own] == (list(default) if isinstance(default, tuple) else default) or values[group][own] == default
        assert lines[name].endswith(f"evidence {declared.grade}." if same else "set for this service."), lines[name]


def test_what_a_link_changes_and_no_lever_holds_is_a_lever_of_its_own_so_that_it_is_not_lost():
    markup = levers(preset_of("classroom").parameters, {"model.referrals.backlog": 40})
    assert re.search(r'data-lever="model.referrals.backlog"[^>]*value="40"', markup) and "Referrals backlog" in markup


def test_messages_name_levers_as_the_page_does():
    assert in_titles("which has model.workforce.posts = 3 posts") == "which has “Link worker posts” = 3 posts"
    assert in_titles("model.nonsense.key") == "model.nonsense.key"


def test_in_the_classroom_the_posts_are_not_those_measured_in_ways_to_wellness():
    assert told("classroom")["workforce.posts"] == "Today 4; slider 2 to 26; set for this service."
