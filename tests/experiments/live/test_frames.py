"""Frames are the model itself, week by week: they add up to its tables and change nothing in it."""

import json

import pandas as pd
import pytest

from experiments.cli import read
from experiments.live.document import document
from experiments.live.frames import LOOKS, Camera, film
from sim import SocialPrescribingService

pytestmark = pytest.mark.unit
WEEKS = 60


def model_of(**changes):
    parameters = read("run", ["service=classroom"]).parameters.replace({name.replace("__", "."): value for name, value in changes.items()})
    return SocialPrescribingService(parameters, seed=3, weeks=WEEKS, events=True)


@pytest.fixture(scope="module")
def filmed():
    model = model_of(workforce__turnover=1.5)
    return model, film(model)


def test_a_model_that_is_filmed_does_what_it_does_unseen(filmed):
    unseen = model_of(workforce__turnover=1.5)
    pd.testing.assert_frame_equal(unseen.run().people, filmed[0].results.people)


def test_everybody_with_the_service_is_in_the_picture_once(filmed):
    model, shown = filmed
    weekly = model.results.weekly.set_index("week")
    for frame in shown["frames"]:
        users = [person for post in frame["posts"] for person, _ in post["users"]]
        assert len(users) == len(set(users)) == frame["totals"]["engaged"] == weekly.open_caseload[frame["week"] - 1]
        assert len(frame["waiting"]) == frame["totals"]["waiting"] == weekly.waiting[frame["week"] - 1]


def test_places_and_queues_are_those_of_the_week(filmed):
    model, shown = filmed
    weekly = model.results.weekly.set_index("week")
    for frame in shown["frames"]:
        services = [service for service in frame["services"] if service["open"]]
        assert sum(service["attending"] for service in services) == weekly.attending[frame["week"] - 1]
        assert sum(service["queue"] for service in services) == weekly.queued[frame["week"] - 1]
        assert len(services) == weekly.services_open[frame["week"] - 1]


def test_posts_are_vacant_in_the_frames_when_they_are_in_the_model(filmed):
    model, shown = filmed
    weekly = model.results.weekly.set_index("week")
    vacant = 0
    for frame in shown["frames"]:
        filled = sum(post["worker"] is not None for post in frame["posts"])
        vacant += shown["posts"] - filled
        assert filled == weekly.posts_filled[frame["week"] - 1]
    assert vacant > 0


def test_what_happened_is_told_in_the_week_it_happened_and_a_leaver_once(filmed):
    model, shown = filmed
    left = model.results.link_workers.dropna(subset=["left_week"])
    told = {(frame["week"], line) for frame in shown["frames"] for line in frame["told"] if "leaves." in line and "Link worker" in line}
    assert told and all(sum(line == other for line in frame["told"]) == 1 for frame in shown["frames"] for other in frame["told"])
    weeks = {f"Link worker {worker + 1} leaves.": int(week) for worker, week in zip(left.worker, left.left_week, strict=True)}
    assert all(weeks[line] in (week - 1, week) for week, line in told)


def test_looks_are_words_of_the_scene(filmed):
    looks = {look for frame in filmed[1]["frames"] for post in frame["posts"] for _, look in post["users"]}
    assert looks <= set(range(len(LOOKS))) and len(looks) >= 3


def test_the_page_holds_every_frame_and_escapes_what_it_is_given(filmed):
    text = document(filmed[1], "<b>A title</b>", "A lead.")
    assert "<b>A title" not in text and "</script><" in text
    data = text.split('id="data">')[1].split("</script>")[0]
    assert len(json.loads(data)["frames"]) == WEEKS


def test_a_camera_reads_the_week_before_the_first():
    assert Camera(model_of()).frame()["week"] == 0
