"""Places drawn from stated distributions: their means and spreads, the same whatever their number, and what a file may not say."""

import numpy as np
import pytest

from experiments import cli
from experiments.errors import UsageError
from experiments.places.draws import luck_of, spec_of
from experiments.places.system import system_of

pytestmark = pytest.mark.unit
TURNOVER, POSTS, LATER = "model.workforce.turnover", "model.workforce.posts", "model.referrals.later_years"


def spec(draw, count=4_000):
    return spec_of({"count": count, "draw": draw}, "service=mine")


@pytest.mark.parametrize(
    ("how", "mean", "sd"),
    [
        ({"distribution": "lognormal", "mean": 0.22, "sd": 0.05}, 0.22, 0.05),
        ({"distribution": "normal", "mean": 0.5, "sd": 0.1}, 0.5, 0.1),
        ({"distribution": "beta", "mean": 0.3, "sd": 0.2}, 0.3, 0.2),
        ({"distribution": "uniform", "from": 0.1, "to": 0.5}, 0.3, 0.4 / np.sqrt(12)),
    ],
)
def test_values_have_the_mean_and_the_spread_that_are_stated(how, mean, sd):
    """4,000 places: means within 4 standard errors, spreads within 8% (about as seldom)."""
    values = np.array([row[TURNOVER] for row in spec({"workforce.turnover": how}).values(4_000)])
    assert values.mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(4_000))
    assert values.std() == pytest.approx(sd, rel=0.08)


def test_more_places_and_other_parameters_leave_the_first_places_as_they_were():
    one = {"workforce.turnover": {"distribution": "normal", "mean": 0.2, "sd": 0.01}}
    two = {"referrals.later_years": {"distribution": "normal", "mean": 700, "sd": 10}} | one
    first = [row[TURNOVER] for row in spec(one).values(10)]
    assert first == [row[TURNOVER] for row in spec(two).values(500)][:10]
    assert luck_of(1, TURNOVER, 5).tolist() == luck_of(1, TURNOVER, 500)[:5].tolist()
    assert luck_of(1, TURNOVER, 5).tolist() != luck_of(2, TURNOVER, 5).tolist()


def test_a_factor_follows_what_it_is_a_factor_of_and_whole_numbers_stay_whole_within_their_ends():
    draw = {
        "referrals.later_years": {"distribution": "uniform", "from": 100, "to": 900},
        "referrals.first_year": {"times": "referrals.later_years"},
        "workforce.posts": {"distribution": "lognormal", "mean": 0.004, "sd": 0.001, "times": "referrals.later_years", "low": 1, "high": 3},
    }
    rows = spec(draw).values(300)
    assert all(row["model.referrals.first_year"] == row[LATER] for row in rows)
    posts = np.array([row[POSTS] for row in rows])
    assert posts.dtype.kind == "i" and posts.min() == 1 and posts.max() == 3
    assert np.corrcoef(posts, [row[LATER] for row in rows])[0, 1] > 0.5


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ([], ["places in service=mine", "like, count, seed and draw"]),
        ({"count": 3, "drew": {}}, ["places.drew in service=mine", "Did you mean draw"]),
        ({"count": 0}, ["places.count = 0", "from 1 to 100,000"]),
        ({}, ["places.count = null"]),
        ({"count": 2, "seed": -1}, ["places.seed = -1"]),
        (
            {"count": 2, "draw": {"workforce.post": {"distribution": "normal", "mean": 1, "sd": 1}}},
            ["places.draw.workforce.post", "Did you mean model.workforce.posts"],
        ),
        ({"count": 2, "draw": {"handover.order": {"distribution": "normal", "mean": 1, "sd": 1}}}, ["no parameter that is a number"]),
        ({"count": 2, "draw": {"workforce.posts": 3}}, ["places.draw.workforce.posts = 3", "say how it is drawn"]),
        ({"count": 2, "draw": {"workforce.posts": {"distribution": "gamma"}}}, ["distribution = gamma", "lognormal, normal, beta and uniform"]),
        ({"count": 2, "draw": {"workforce.posts": {"distribution": "normal", "mean": 3}}}, ["normal needs sd"]),
        ({"count": 2, "draw": {"workforce.posts": {"distribution": "normal", "mean": 3, "sd": "a"}}}, [".sd = a", "must be a number"]),
        ({"count": 2, "draw": {"workforce.posts": {"distribution": "normal", "mean": 3, "sd": 0}}}, [".sd = 0", "above 0"]),
        ({"count": 2, "draw": {"workforce.posts": {"distribution": "lognormal", "mean": -3, "sd": 1}}}, [".mean = -3", "above 0"]),
        ({"count": 2, "draw": {"workforce.posts": {"distribution": "beta", "mean": 0.5, "sd": 0.6}}}, ["an sd below 0.5"]),
        ({"count": 2, "draw": {"workforce.posts": {"distribution": "uniform", "from": 3, "to": 1}}}, ["from = 3 is above to = 1"]),
        ({"count": 2, "draw": {"workforce.posts": {"distribution": "normal", "mean": 3, "sd": 1, "from": 2}}}, [".from in service=mine: normal takes"]),
        ({"count": 2, "draw": {"workforce.posts": {"times": "referrals.later_years"}}}, ["name a parameter that is drawn above"]),
    ],
)
def test_what_a_file_may_not_say_of_its_places_is_named_with_its_key(content, parts):
    with pytest.raises(UsageError) as caught:
        spec_of(content, "service=mine")
    for part in parts:
        assert part in str(caught.value)


@pytest.fixture(scope="module")
def england():
    return system_of(cli.read("run", ["service=england"]))


def test_england_has_the_published_totals(england):
    """1,250 places, 3,300 link workers and 4.5 million people in five years, each within 3%."""
    places = [place.parameters for place in england.places]
    assert len(places) == 1250
    assert sum(p.workforce.posts for p in places) == pytest.approx(3_300, rel=0.03)
    assert sum(p.referrals.first_year + 4 * p.referrals.later_years for p in places) == pytest.approx(4.5e6, rel=0.03)
    assert {p.contact.schedule for p in places} == {"nhs_light"} and {p.programme.length_weeks for p in places} == {13}


def test_each_place_has_its_own_luck_whatever_its_number_and_a_board_has_other_places_than_england(england):
    seeds = {place.seed(1) for place in england.places} | {place.seed(2) for place in england.places}
    assert len(seeds) == 2 * len(england.places) and all(0 <= seed < 2**63 for seed in seeds)
    board = system_of(cli.read("run", ["service=icb"]))
    assert len(board.places) == 30 and {place.name for place in board.places} == {f"place-{n:02}" for n in range(1, 31)}
    assert board.places[0].parameters != england.places[0].parameters
    assert board.columns == england.columns


def test_what_the_command_line_sets_holds_in_every_place_and_a_scenario_changes_each_from_where_it_is():
    words = ["service=icb", "places=5"]
    usual, more = (system_of(cli.read("run", [*words, *extra])) for extra in ((), ("scenario=two_more_workers",)))
    set_here = system_of(cli.read("run", [*words, "scenario=two_more_workers", "model.workforce.turnover=0.1", "model.workforce.posts=7"]))
    for before, after, typed in zip(usual.places, more.places, set_here.places, strict=True):
        assert after.parameters.workforce.posts == before.parameters.workforce.posts + 2
        assert (typed.parameters.workforce.posts, typed.parameters.workforce.turnover) == (7, 0.1)


def test_a_service_that_is_like_itself_or_like_none_is_refused(tmp_path):
    folder = tmp_path / "service"
    folder.mkdir()
    for name, like in (("mine", "yours"), ("yours", "mine"), ("lost", "nowhere"), ("odd", "[1]")):
        (folder / f"{name}.yaml").write_text(f"title: T\ndescription: D\nplaces:\n  like: {like}\n  count: 2\n", encoding="utf-8")
    for name, part in (("mine", "places.like = mine in service=yours is not allowed"), ("lost", "places.like = nowhere"), ("odd", "name another service")):
        with pytest.raises(UsageError) as caught:
            cli.read("run", [f"service={name}"], str(tmp_path))
        assert part in str(caught.value)


@pytest.mark.parametrize("command", ["plan", "sweep", "describe", "story", "length", "validate", "animate", "app"])
def test_commands_that_do_not_take_a_system_say_which_do(command):
    with pytest.raises(UsageError) as caught:
        cli.read(command, ["service=england"])
    assert "is a system of many places" in str(caught.value) and "`spsim run` and `spsim compare` do" in str(caught.value)
