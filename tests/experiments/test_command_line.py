"""Bad input: exit status 2, one line with key, value, what is allowed and the nearest name; nothing is run or written."""

import pytest
import yaml

from experiments import run as run_module
from experiments.cli import did_you_mean

pytestmark = pytest.mark.unit

REFUSED = {
    "model.workforce.postz=3": ["model.workforce.postz=3", "not a parameter", "Did you mean model.workforce.posts?"],
    "model.typo=1": ["model.typo=1", "model.typo is not a parameter. `spsim describe` lists all."],
    "+model.typo=1": ["+model.typo=1", "model.typo is not a parameter. `spsim describe` lists all."],
    "out=": ["out= is not allowed", "not empty"],
    "model.referrals.counts=": ["model.referrals.counts=", "names no file", "week,referrals"],
    "model.referrals.counts=true": ["model.referrals.counts = true", "a list"],
    "model.referrals.counts=nowhere.csv": ["model.referrals.counts: nowhere.csv cannot be read"],
    "model.workforce.cancel_departure=[1]": ["model.workforce.cancel_departure = [1]", "[1,71]"],
    "model.workforce.posts=true": ["model.workforce.posts = true", "a whole number"],
    "++model.workforce.postz=1": ["++model.workforce.postz=1", "Did you mean model.workforce.posts?"],
    "+seed=2": ["+seed=2", "write seed=value"],
    "~seed": ["~seed", "write seed=value"],
    "postz=3": ["postz=3", "Did you mean model.workforce.posts?"],
    "weekz=3": ["weekz=3", "Did you mean weeks?"],
    "like=simple": ["like=simple", "`spsim run` has no key like"],
    "weeks=0": ["weeks=0", "from 1 to 5200"],
    "weeks=5201": ["weeks=5201", "from 1 to 5200"],
    "weeks=ten": ["weeks=ten", "a whole number"],
    "weeks=1.5": ["weeks=1.5", "a whole number"],
    "weeks=true": ["weeks=true", "a whole number"],
    "seed=-1": ["seed=-1", "from 0 to 9223372036854775807"],
    "seed=9223372036854775808": ["seed=9223372036854775808", "from 0 to 9223372036854775807"],
    "seed=null": ["seed=null", "a whole number"],
    "seed=1,2": ["seed=1,2", "one value"],
    "replications=10001": ["replications=10001", "from 1 to 10000"],
    "processes=0": ["processes=0", "from 1 to 256"],
    "events=maybe": ["events=maybe", "auto, true, false"],
    "twin=1": ["twin=1", "true or false"],
    "model.workforce.turnover=11": ["model.workforce.turnover = 11", "0 to 10 leavers per post per year"],
    "model.workforce.turnover=nan": ["model.workforce.turnover = nan", "0 to 10"],
    "model.workforce.turnover=inf": ["model.workforce.turnover = inf", "0 to 10"],
    "model.workforce.turnover=much": ["model.workforce.turnover = 'much'", "a number"],
    "model.workforce.turnover=null": ["model.workforce.turnover = nothing", "a number"],
    "model.workforce.posts=2.5": ["model.workforce.posts = 2.5", "a whole number"],
    "model.programme.enabled=no": ["model.programme.enabled = 'no'", "true or false"],
    "model.contact.schedule=nhs_lite": ["model.contact.schedule = 'nhs_lite'", "nhs_light"],
    "model.workforce={posts:3,pots:1}": ["model.workforce.pots", "Did you mean model.workforce.posts?"],
    "model.workforce=3": ["model.workforce=3", "group of parameters"],
    "service=nhs_pnc": ["service=nhs_pnc", "Did you mean nhs_pcn?"],
    "scenario=usual": ["scenario=usual", "There are: accompany_all, adapted_services, austerity, baseline,"],
    "hydra.run.dir=x": ["hydra.run.dir=x", "no key"],
    "seed=${nothing}": ["nothing"],
    "seed=[1": ["seed=[1", "cannot be read"],
    "seeds": ["seeds", "write key=value"],
    "--seed": ["--seed", "not an option"],
}


@pytest.fixture(autouse=True)
def no_model_may_be_made(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a model was made")

    monkeypatch.setattr(run_module, "SocialPrescribingService", refuse)


@pytest.mark.parametrize("word", REFUSED)
def test_a_mistake_is_refused_in_one_line_before_anything_is_run_or_written(spsim, tmp_path, word):
    answer = spsim("run", word)
    assert answer.status == 2, answer
    assert answer.err.count("\n") == 1
    assert answer.out == ""
    for part in REFUSED[word]:
        assert part in answer.err
    assert list(tmp_path.iterdir()) == []


def test_debug_shows_the_traceback_of_a_mistake(spsim):
    answer = spsim("run", "weeks=0", "debug=true")
    assert answer.status == 2
    assert "Traceback" in answer.err


@pytest.fixture
def own_files(tmp_path):
    """Write a scenario file of the user's own; returns a function of name and content."""

    def write(name, content):
        folder = tmp_path / "mine" / "scenario"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.yaml").write_text(content)

    return write


def test_a_scenario_of_ones_own_is_read_and_the_command_line_comes_last(spsim, own_files):
    own_files("my_idea", "title: My idea\nmodel:\n  workforce:\n    posts: 5\n    turnover: 0.1\n")
    answer = spsim("run", "--config-dir", "mine", "scenario=my_idea", "model.workforce.turnover=0.2", "--cfg", "job")
    assert answer.status == 0, answer.err
    shown = yaml.safe_load(answer.out)
    assert shown["scenario"] == "my_idea"
    assert (shown["model"]["workforce"]["posts"], shown["model"]["workforce"]["turnover"]) == (5, 0.2)


def test_a_scenario_overrides_the_service(spsim, own_files):
    own_files("my_idea", "model:\n  workforce:\n    posts: 7\n")
    answer = spsim("run", "--config-dir=mine", "scenario=my_idea", "service=nhs_pcn", "--cfg=job")
    assert yaml.safe_load(answer.out)["model"]["workforce"]["posts"] == 7


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("model:\n  workforce:\n    postz: 5\n", ["model.workforce.postz = 5", "scenario=my_idea", "Did you mean model.workforce.posts?"]),
        ("model:\n  workforce:\n    posts: many\n", ["model.workforce.posts = 'many'", "Set in scenario=my_idea"]),
        ("model:\n  workforce:\n    turnover: .nan\n", ["model.workforce.turnover = nan", "Set in scenario=my_idea"]),
        ("weeks: 3\n", ["weeks in scenario=my_idea", "title, description, why, direction, model, add and times"]),
        ("model: [1, 2\n", ["my_idea"]),
        ("model: 3\n", ["model = 3", "scenario=my_idea"]),
        ("- a\n- b\n", ["my_idea"]),
        ("# @package _global_\nweeks: 3\n", ["scenario=my_idea", "@package"]),
    ],
)
def test_a_mistake_in_a_file_of_ones_own_names_the_file(spsim, own_files, tmp_path, content, parts):
    own_files("my_idea", content)
    answer = spsim("run", "--config-dir", "mine", "scenario=my_idea")
    assert answer.status == 2, answer
    assert answer.err.count("\n") == 1
    for part in parts:
        assert part in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_file_of_ones_own_with_the_name_of_one_that_ships_is_refused(spsim, own_files):
    """Hydra would take the one that ships and say nothing."""
    own_files("usual_care", "title: Mine\n")
    answer = spsim("run", "--config-dir", "mine", "scenario=usual_care")
    assert answer.status == 2
    assert "another name" in answer.err


@pytest.mark.parametrize("words", [["--config-dir", "nowhere"], ["--config-dir"], ["--cfg", "hydra"]])
def test_an_option_that_cannot_be_followed_is_refused(spsim, words):
    assert spsim("run", *words).status == 2


def test_showing_the_settings_runs_and_writes_nothing(spsim, tmp_path):
    answer = spsim("run", "service=nhs_pcn", "--cfg", "job")
    assert answer.status == 0
    assert yaml.safe_load(answer.out)["model"]["contact"]["schedule"] == "nhs_light"
    assert list(tmp_path.iterdir()) == []


def test_the_nearest_name_agrees_in_its_last_part_first():
    known = ["model.workforce.posts", "model.workforce.hours", "model.population.dip_mean"]
    assert did_you_mean("model.workforce.post", known) == " Did you mean model.workforce.posts?"
    assert did_you_mean("dip_means", known) == " Did you mean model.population.dip_mean?"
    assert did_you_mean("model.population.dip", known) == " Did you mean model.population.dip_mean?"
    assert did_you_mean("anything", []) == ""


def test_no_name_is_offered_when_none_is_near():
    assert did_you_mean("model.typo", ["model.workforce.posts", "model.motivation.set_point"]) == ""


def test_no_word_of_the_programming_language_reaches_the_user(spsim):
    for word in ("model.workforce.posts=null", "model.workforce.hours=true", "model.workforce.cancel_departure=[1]", "model.community.mix=[true,null]"):
        answer = spsim("run", word)
        assert answer.status == 2
        assert not any(said in answer.err for said in ("True", "None", "(1,)")), answer.err
