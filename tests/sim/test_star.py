"""The recorded Wellbeing Star."""

import numpy as np
import pytest

from sim import star
from sim.processes import contact, engagement

pytestmark = pytest.mark.unit
PLAIN = {"star.review_noise": 0.5, "contact.attends": 0, "contact.replan": 1, "contact.restart": 1}
EVERYBODY = np.arange(2)


def test_people_rate_kindly_in_front_of_a_worker_they_like_and_this_can_be_switched_off(scene):
    for kindness, recorded in ((1.0, [3, 4]), (0.0, [3, 3])):
        s = scene(luck=PLAIN, changes={"wellbeing.kindness": kindness}).put(latent=3.45, trust=[0.2, 0.9])
        assert star.record(s.people, EVERYBODY, s.week)[:, 0].tolist() == recorded


def test_recorded_areas_are_whole_points_on_the_scale_with_some_noise(scene):
    s = scene(people=500).put(latent=[1, 5, 2.5, 3, 3, 3, 3, 3.5])
    areas = star.record(s.people, np.arange(500), s.week)
    assert areas.min() == 1 and areas.max() == 5
    assert 0.3 < (areas[:, 2] == 3).mean() < 0.9  # 2.5 and a bit of kindness is rounded either way
    assert ((areas[:, 3] == 3).mean()) > 0.95


def test_reviews_are_held_at_the_first_meeting_and_every_26_weeks(scene):
    s = scene(people=1, luck=PLAIN).put(spell_start=50, met=False, next_review=0)
    weeks = []
    for week in range(50, 50 + 110):
        s.put(due_week=week)
        s.week.number = week
        before = s.week.kinds().count("star")
        contact.meet(s.people, s.workforce, s.week)
        s.put("workers", hours_left=100)
        if s.week.kinds().count("star") > before:
            weeks.append(week - 50)
    assert weeks == [0, 26, 52, 78, 104]
    assert not np.isnan(s.people.star_at[0]).any()


def test_a_review_held_late_counts_for_the_mark_it_follows(scene):
    s = scene(people=1, luck=PLAIN).put(spell_start=50 - 40, next_review=1, latent=3)
    assert star.due(s.people, np.array([0]), s.week).all()
    star.record(s.people, np.array([0]), s.week)
    assert s.people.star_at[0, 1] == 24 and np.isnan(s.people.star_at[0, [0, 2, 3, 4]]).all()
    assert s.people.next_review[0] == 2


def test_improvements_and_reversals_are_counted_between_reviews(scene):
    s = scene(people=1, luck=PLAIN).put(spell_start=50 - 26, next_review=1, review_areas=[3, 3, 3, 4, 4, 3, 3, 3], latent=[4, 4, 3, 3, 4, 3, 3, 3], trust=0)
    star.record(s.people, np.array([0]), s.week)
    assert s.people.star_areas_improved_26[0] == 2 and s.people.star_area_reversals_104[0] == 1


def test_a_planned_exit_ends_with_a_review_and_an_unplanned_one_does_not(scene):
    s = scene(luck=PLAIN | {f"engagement.{name}": 1 for name in ("drops_out", "maintains", "completes", "extended", "returns")}).put(
        limit_week=[50, 99], latent=3, trust=0
    )
    engagement.engage(s.people, s.week, s.episodes)
    np.testing.assert_array_equal(s.people.star_exit, [24, np.nan])
    lost = scene(luck=PLAIN | {"engagement.drops_out": 0})
    engagement.engage(lost.people, lost.week, lost.episodes)
    assert np.isnan(lost.people.star_exit).all()


def test_stars_of_a_second_spell_do_not_overwrite_the_first(scene):
    s = scene(people=1, luck=PLAIN).put(episode=2, met=False, next_review=0, star_at=20.0)
    star.record(s.people, np.array([0]), s.week)
    assert (s.people.star_at == 20).all()
