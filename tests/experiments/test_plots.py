"""The overview of a run: its titles follow from the numbers, and it can be drawn for any service."""

import re

import matplotlib
import matplotlib.colors
import numpy as np
import pandas as pd
import pytest

from experiments import findings
from experiments.panels import star_since_referral
from experiments.plots import NEEDED, draw, gather, overview
from sim import Parameters, SocialPrescribingService
from sim.people import STATES

pytestmark = pytest.mark.unit
SMALL = {"referrals.first_year": 60, "referrals.later_years": 60, "workforce.posts": 3, "community.services": 8, "workforce.caseload_cap": 30}


def results_of(changes=None, seed=1, weeks=110):
    return SocialPrescribingService(Parameters().replace(SMALL | (changes or {})), seed=seed, weeks=weeks).run()


@pytest.fixture(scope="module")
def small():
    return results_of()


@pytest.fixture(scope="module")
def usual_care():
    return results_of({"programme.enabled": False})


def states(weeks, **columns):
    """A table of states with the given columns; all others are 0."""
    return pd.DataFrame({"week": range(weeks)} | {state: np.broadcast_to(columns.get(state, 0), weeks) for state in STATES})


def posts(caseloads):
    """A table of posts in one week."""
    return pd.DataFrame({"week": 0, "post": range(len(caseloads)), "caseload": pd.array(caseloads, dtype="Int32")})


def taken_on(waits_by_year):
    """Thirty people taken on a year, all of a year with the same wait."""
    rows = [(52 * year + week, wait) for year, wait in enumerate(waits_by_year) for week in range(30)]
    return pd.DataFrame(rows, columns=["start_week", "wait_weeks"])


def weekly(places, attending, queued):
    return pd.DataFrame({"places": [places], "attending": [attending], "queued": [queued]})


# Titles


def test_half_have_left_from_the_week_after_which_it_stays_so():
    left = np.concatenate([np.full(60, 10), np.full(10, 60), np.full(40, 10), np.full(50, 60)])  # half for a while, then again from week 110
    title = findings.who_is_where(states(160, active=100 - left, disengaged=left)).title
    assert title == "Half of those taken on have left by the end of year 3"


def test_less_than_half_is_said_as_a_share():
    assert findings.who_is_where(states(104, active=70, completed=20, time_limited=10)).title == "30% of those taken on have left after 2 years"


def test_few_people_are_counted_and_not_made_a_share():
    assert findings.who_is_where(states(10, active=9, disengaged=1)).title == "1 of the 10 people taken on has left"


def test_nobody_referred_nobody_taken_on_and_no_service_are_told_apart():
    titles = [findings.who_is_where(states(10, **columns)).title for columns in ({}, {"waiting": 5}, {"usual_care": 5})]
    assert titles == ["Nobody was referred", "Nobody has been taken on yet", "No service: everybody referred has usual care"]


@pytest.mark.parametrize(
    ("caseloads", "title"),
    [
        ([111, 110, 50, None], "1 of 4 posts is over the cap at the end"),
        ([110, 105, 50, None], "2 of 4 posts are full at the end"),
        ([110, 108], "All 2 posts are full at the end"),
        ([50, 30, None], "40 people a caseload at the end, below the cap"),
        ([0, 0], "Caseloads are empty at the end"),
        ([1], "1 person on the caseload of the one post at the end"),
        ([None, None], "Every post is vacant at the end"),
    ],
)
def test_the_caseload_title_names_the_worst_thing_that_is_true(caseloads, title):
    assert findings.caseloads(posts(caseloads), 110).title == title


def test_without_a_cap_in_heads_no_post_is_called_full():
    assert findings.caseloads(posts([500, 500]), None).title == "500 people a caseload at the end"


@pytest.mark.parametrize(
    ("by_year", "title"),
    [
        ([1, 1, 1], "Nine in ten were taken on within 1 week"),
        ([0, 0], "Nine in ten were taken on in the week of referral"),
        ([1, 4, 9], "Waits climb: nine in ten within 1 week in year 1, 9 in year 3"),
        ([9, 4, 1], "Waits fall: nine in ten within 9 weeks in year 1, 1 in year 3"),
        ([1, 12, 3], "Waits peak in year 2: nine in ten within 12 weeks"),
        ([20, 22, 24], "Nine in ten were taken on within 24 weeks"),  # two weeks more, but not a quarter more
        ([4, 5, 5], "Nine in ten were taken on within 5 weeks"),  # a quarter more, but not two weeks
    ],
)
def test_waits_are_said_to_change_only_when_they_clearly_do(by_year, title):
    assert findings.waits(taken_on(by_year), 52 * len(by_year), 0).title == title


@pytest.mark.parametrize(
    ("by_quarter", "title"),
    [
        ([1] * 4 + [20, 30, 30, 12], "Waits climb, then fall: nine in ten within 1 week in year 1, 30 in year 2, 12 at the end"),
        ([1] * 4 + [5, 10, 20, 30], "Waits climb: nine in ten within 1 week in year 1, 30 in year 2"),
        ([30] * 4 + [2] * 5 + [20], "Waits fall, then climb: nine in ten within 30 weeks in year 1, 2 in year 2, 20 at the end"),
        ([1] * 4 + [30] * 4 + [9, 9, 9, 1], "Waits peak in year 2: nine in ten within 30 weeks, 1 at the end"),
    ],
)
def test_the_title_of_waits_says_where_the_line_that_is_drawn_ends(by_quarter, title):
    rows = [(13 * quarter + week, wait) for quarter, wait in enumerate(by_quarter) for week in range(13)]
    assert findings.waits(pd.DataFrame(rows, columns=["start_week", "wait_weeks"]), 13 * len(by_quarter), 0).title == title


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ((0, 0, 0), "There are no community services"),
        ((50, 0, 0), "Nobody is referred on to community services"),
        ((100, 97, 30), "Community places are full; 30 referred on are not there yet"),
        ((100, 60, 30), "30 are referred on and not there yet, and 40% of community places are free"),
        ((100, 60, 5), "60% of community places are taken"),
    ],
)
def test_people_referred_on_and_not_there_yet_are_not_called_a_queue(numbers, title):
    assert findings.community(weekly(*numbers)).title == title


def test_a_gap_to_usual_care_is_named_only_when_its_interval_is_clear_of_zero():
    means = pd.DataFrame({"week": [0, 52], "service": [26.0, 29.0], "twin": [26.0, 28.0]})
    clear, unclear = pd.Series([0.8, 1.0, 1.2] * 20), pd.Series([-9.0, 11.0] * 5)
    assert findings.wellbeing(means, clear, 60, True, True).title == "After 1 year, 1.0 points above the same people's usual care"
    assert findings.wellbeing(means, -clear, 60, True, True).title == "After 1 year, 1.0 points below the same people's usual care"
    assert findings.wellbeing(means, unclear, 10, True, True).title == "After 1 year, too few people to tell service from usual care"


def test_a_rise_without_twins_is_not_called_the_effect_of_the_service():
    means = pd.DataFrame({"week": [0, 52], "service": [26.0, 29.0]})
    found = findings.wellbeing(means, pd.Series(dtype=float), 60, False, True)
    assert found.title == "Wellbeing rises 3.0 points in 1 year"
    assert "without the service" in found.measure


# What is drawn


def test_wellbeing_is_that_of_the_same_people_in_all_weeks_and_both_worlds(small, usual_care):
    means, gap, followed = star_since_referral(gather(small, usual_care))
    last = f"latent_{means['week'].iloc[-1]}"
    both = small.people[["person", last]].merge(usual_care.people[["person", last]], on="person").dropna()
    assert len(both) == followed > 0
    assert gap.mean() == pytest.approx((both[f"{last}_x"] - both[f"{last}_y"]).mean())
    assert means["service"].iloc[0] == pytest.approx(small.people.set_index("person").loc[both["person"], "latent_0"].mean())


def test_a_run_set_beside_itself_shows_no_gap(small):
    means, gap, _ = star_since_referral(gather(small, small))
    assert (gap == 0).all() and means["service"].equals(means["twin"])


def test_stored_tables_give_the_same_picture_as_results(small, usual_care, tmp_path):
    def stored(results, scenario):
        return {name: getattr(results, name).assign(seed=1, scenario=scenario) for name in NEEDED}

    both = [stored(small, "baseline"), stored(usual_care, "usual_care")]
    tables = {name: pd.concat([part[name] for part in both], ignore_index=True) for name in NEEDED}
    words = overview(small, tmp_path / "a.png", twin=usual_care)
    assert overview(tables, tmp_path / "b.png", cap=SMALL["workforce.caseload_cap"]) == words
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.scale
@pytest.mark.parametrize(
    ("changes", "weeks"),
    [
        ({"programme.enabled": False}, 40),
        ({"referrals.first_year": 0, "referrals.later_years": 0}, 40),
        ({"workforce.posts": 1}, 40),
        ({"community.services": 0}, 40),
        ({"workforce.caseload_cap": 1}, 40),
        ({"workforce.caseload_weighting": "complexity"}, 40),
        ({}, 1),
    ],
)
def test_any_service_can_be_drawn(changes, weeks, tmp_path):
    words = overview(results_of(changes, weeks=weeks), tmp_path / "overview.png")
    assert not re.search(r"\bnan\b|<NA>", words)
    assert (tmp_path / "overview.png").stat().st_size > 10_000


def test_the_picture_is_large_enough_to_read_and_carries_its_words(small, tmp_path):
    from PIL import Image

    words = overview(small, tmp_path / "overview.png")
    with Image.open(tmp_path / "overview.png") as picture:
        assert picture.width >= 1600
        assert picture.text["Description"] == words
    for subject in ("people by state", "caseloads", "waits", "not there yet", "wellbeing"):
        assert subject in words


def test_the_users_own_settings_do_not_change_the_picture(small, tmp_path):
    overview(small, tmp_path / "a.png")
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black"}):
        overview(small, tmp_path / "b.png")
        assert matplotlib.rcParams["font.size"] == 30
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_labels_at_the_end_of_lines_never_overlap():
    from experiments.drawing import at_end, new_figure

    ax = new_figure(4, 3).add_subplot()
    ax.set_ylim(0, 10)
    at_end(ax, [(0, "a", "k"), (0.1, "b", "k"), (9.9, "c", "k"), (10, "d", "k")], gap=1)
    heights = sorted(text.xy[1] for text in ax.texts)
    assert np.diff(heights).min() >= 1 - 1e-9
    assert heights[0] >= 0 and heights[-1] <= 10


# How red-blind and green-blind people see, on linear RGB: Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113, severity 1
SIGHT = {
    "full": np.eye(3),
    "red-blind": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "green-blind": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])  # of sRGB


def seen(colour, sight):
    """The colour in CIELAB, where distances are about as large as they look."""
    coded = np.array(matplotlib.colors.to_rgb(colour))
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(TO_XYZ @ np.clip(SIGHT[sight] @ linear, 0, 1) / TO_XYZ.sum(axis=1))  # no layer is dark enough for the linear part
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("missing", [(), ("in maintenance",), ("waiting",), ("in maintenance", "waiting"), ("left, goals met",), ("left at the time limit",)])
def test_neighbouring_layers_are_told_apart_by_colour_blind_people(sight, missing):
    """Also when a layer between two is empty. A distance of 2.3 can just be seen; ten times that is asked for."""
    from experiments.panels import LAYERS

    colours = [colour for label, states, colour in LAYERS if label not in missing and states != ["usual_care"]]
    distances = [np.linalg.norm(seen(a, sight) - seen(b, sight)) for a, b in zip(colours, colours[1:], strict=False)]
    assert min(distances) > 23


def test_every_state_of_living_people_is_in_one_layer():
    from experiments.panels import LAYERS

    drawn = [state for _, held, _ in LAYERS for state in held]
    assert sorted(drawn) == sorted(set(STATES) - {"gone"})


def test_leaving_at_the_time_limit_and_dropping_out_are_shown_apart(tmp_path):
    short = results_of({"programme.length_weeks": 12}, weeks=60)
    words = overview(short, tmp_path / "overview.png")
    last = short.states.iloc[-1]
    assert last["time_limited"] > 0 and last["disengaged"] > 0
    assert f"left at the time limit {last['time_limited']}, dropped out {last['disengaged']}," in words


def test_posts_are_numbered_from_1_as_readers_see_them(small):
    """As in the page and the live view; the tables count from 0."""
    figure, _ = draw(gather(small))
    ax = next(ax for ax in figure.axes if "post" in ax.get_ylabel())
    numbers = sorted(small.posts["post"].unique())
    assert list(ax.get_yticks()) == [number + 1 for number in numbers]
    for number in numbers:  # the row at a post's number holds its caseload
        row = ax.images[0].get_array()[list(numbers).index(number)]
        own = small.posts.loc[small.posts["post"] == number, "caseload"].to_numpy(float, na_value=np.nan)
        assert np.ma.allequal(row, np.ma.masked_invalid(own))
    assert ax.images[0].get_extent()[2:] == [len(numbers) + 0.5, 0.5]


def test_the_picture_says_on_top_what_was_run_when_it_is_told(small):
    figure, texts = draw(gather(small), "A service, as it is: seed 1")
    assert figure.get_suptitle().startswith("A service, as it is: seed 1\nOne run.")
    assert texts[0] == "A service, as it is: seed 1."
    assert draw(gather(small))[0].get_suptitle().startswith("One run.")


def test_usual_care_has_no_empty_panels(usual_care):
    figure, texts = draw(gather(usual_care))
    assert len(figure.axes) == 3
    assert "no caseloads or waits" in texts[0]
    assert all(ax.axison for ax in figure.axes)
