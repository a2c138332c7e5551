"""The overview of a run: its titles follow from the numbers, and it can be drawn for any service."""

import re

import matplotlib
import matplotlib.colors
import numpy as np
import pandas as pd
import pytest

from experiments import findings
from experiments.panels import star_since_referral
from experiments.plots import NEEDED, gather, overview
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
    assert findings.caseloads(posts(caseloads), 110, True).title == title


def test_without_a_cap_in_heads_no_post_is_called_full():
    assert findings.caseloads(posts([500, 500]), None, True).title == "500 people a caseload at the end"


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
    assert findings.waits(taken_on(by_year), 52 * len(by_year), 0, True).title == title


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ((0, 0, 0), "There are no community services"),
        ((50, 0, 0), "Nobody is referred on to community services"),
        ((100, 97, 30), "Community places are full, and 30 queue"),
        ((100, 60, 30), "30 queue while 40% of community places stand free"),
        ((100, 60, 5), "60% of community places are taken"),
    ],
)
def test_queues_beside_free_places_are_named(numbers, title):
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
    for subject in ("people by state", "caseloads", "waits", "queues", "wellbeing"):
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


def test_neighbouring_layers_differ_in_lightness_too():
    from experiments.panels import LAYERS

    def lightness(colour):
        red, green, blue = (part / 12.92 if part <= 0.04 else ((part + 0.055) / 1.055) ** 2.4 for part in matplotlib.colors.to_rgb(colour))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    levels = [lightness(colour) for *_, colour in LAYERS[:6]]
    contrast = [(max(a, b) + 0.05) / (min(a, b) + 0.05) for a, b in zip(levels, levels[1:], strict=False)]
    assert min(contrast[0], contrast[3], contrast[4]) > 2.5  # teal, orange and lilac are told apart by seams and words
