"""Frames are the model itself, week by week: they add up to its tables and change nothing in it."""

import json

import pandas as pd
import pytest

from experiments.cli import read
from experiments.live import drawing
from experiments.live.document import document
from experiments.live.frames import DEPRESSED, LOOKS, MOST_TOLD, PRIORITY, TOLD, Camera, film
from sim import SocialPrescribingService
from sim.records import EVENTS

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


def test_who_is_referred_on_waits_for_a_start_where_a_place_is_free_and_for_a_place_where_none_is():
    scarce = film(model_of(community__places_min=1, community__places_max=1, activity__start_logit=9.0, activity__queue_limit_weeks=40))["frames"]
    roomy = film(model_of(community__places_min=90, community__places_max=90))["frames"]
    services = [service for frame in scarce for service in frame["services"] if service["open"]]
    assert all(s["starting"] == min(s["queue"], max(0, s["places"] - s["attending"])) for s in services)
    assert any(s["queue"] > s["starting"] for s in services) and any(s["starting"] for s in services)
    assert all(s["starting"] == s["queue"] for frame in roomy for s in frame["services"])
    assert sum(s["queue"] for frame in roomy for s in frame["services"]) > 0


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


def test_what_is_told_of_a_week_is_the_rarest_of_it_in_the_order_of_the_log(filmed):
    model, shown = filmed
    events = model.results.events
    crowded = 0
    for frame in shown["frames"]:
        rows = events[(events.week == frame["week"] - 1) & events.kind.isin(list(TOLD))]
        log = {
            TOLD[str(e.kind)].format(person=e.person, worker=e.worker + 1, service=e.service + 1): EVENTS.index(e.kind)
            for e in rows.fillna(-1).astype({"worker": int, "service": int}).itertuples()
        }
        told = [line for line in frame["told"] if not line.startswith("And ")]
        assert told == [line for line in log if line in told] and len(told) == min(len(log), MOST_TOLD)
        left_out = [PRIORITY[kind] for line, kind in log.items() if line not in told]
        assert max([PRIORITY[log[line]] for line in told], default=0) <= min(left_out, default=99)
        crowded += bool(left_out)
    assert crowded


def test_who_is_in_depression_is_shown_so_unless_a_setback_or_a_lost_worker_counts_for_more():
    model = model_of()
    camera, seen = Camera(model), 0
    while model.week < model.weeks:
        model.step()
        low = {p for p in range(model.people.n) if model.people.depressed[p]}
        users = dict(user for post in camera.posts() for user in post["users"])
        assert all((person in low) if look == DEPRESSED else look > DEPRESSED or person not in low for person, look in users.items())
        seen += list(users.values()).count(DEPRESSED)
    assert seen


def test_marks_of_people_and_of_those_without_a_place_differ_without_their_colours():
    marks = [*drawing.LOOKS.values(), drawing.NO_PLACE]
    assert len({(marker, face == "white") for marker, face, _ in marks}) == len(LOOKS) + 1


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
