"""The presets say what they claim: Ways to Wellness is the default, the others are within bounds and of their size."""

import pytest
import yaml

from experiments.cli import read
from experiments.help import CONFIGS, options
from experiments.settings import FILE_KEYS
from sim.parameters import Parameters

pytestmark = pytest.mark.unit
FILES = [(group, name) for group in ("service", "scenario") for name in options(group)]


def differences(group, name):
    content = yaml.safe_load((CONFIGS / group / f"{name}.yaml").read_text(encoding="utf-8"))
    return {f"{g}.{p}": value for g, values in content.get("model", {}).items() for p, value in values.items()}


@pytest.mark.parametrize(("group", "name"), FILES)
def test_a_file_has_a_title_and_a_description(group, name):
    content = yaml.safe_load((CONFIGS / group / f"{name}.yaml").read_text(encoding="utf-8"))
    assert set(content) <= set(FILE_KEYS[group])
    assert content["title"] and content["description"]


@pytest.mark.parametrize(("group", "name"), [f for f in FILES if f != ("service", "ways_to_wellness")])
def test_a_file_holds_only_what_differs_from_the_defaults(group, name):
    defaults = Parameters().as_dict()
    for key, value in differences(group, name).items():
        g, p = key.split(".")
        assert value != defaults[g][p] or key == "workforce.opening_weeks_in_post", key


def test_ways_to_wellness_is_the_default_of_the_model():
    assert read("run", []).parameters == Parameters()


def test_ways_to_wellness_states_referrals_population_and_workers_each_with_a_source():
    given = differences("service", "ways_to_wellness")
    assert {"referrals.first_year", "referrals.later_years", "population.extra_conditions", "workforce.posts"} <= set(given)
    text = (CONFIGS / "service" / "ways_to_wellness.yaml").read_text(encoding="utf-8")
    for key in given:
        (line,) = [line for line in text.splitlines() if line.strip().startswith(f"{key.split('.')[1]}:")]
        assert len(line.split("#")[1]) > 15, line


def test_a_primary_care_network_has_three_posts_with_220_referrals_each():
    p = read("run", ["service=nhs_pcn"]).parameters
    assert p.workforce.posts == 3
    assert p.referrals.later_years / p.workforce.posts == 220
    assert (p.contact.schedule, p.programme.length_weeks, p.programme.discretion) == ("nhs_light", 13, 0)
    assert p.community.services == 12


def test_the_classroom_has_four_posts_and_about_200_people():
    p = read("run", ["service=classroom"]).parameters
    assert p.workforce.posts == 4
    assert p.referrals.first_year + 4 * p.referrals.later_years == pytest.approx(200, rel=0.1)


def test_usual_care_switches_the_service_off_and_nothing_else():
    assert read("run", ["scenario=usual_care"]).parameters == Parameters().replace({"programme.enabled": False})
