"""One departure cancelled: the same luck, the leaver stays, and nothing differs before."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim import Parameters, SocialPrescribingService

pytestmark = pytest.mark.unit

WEEKS = 104
BASE = {"referrals.first_year": 400, "referrals.later_years": 400, "workforce.posts": 5, "workforce.turnover": 3.0, "workforce.vacancy_weeks": 4}
# departures are luck alone: no post's depends on another's workload
NO_FEEDBACK = {"workforce.turnover_workload": 0, "workforce.turnover_gaps": 0, "workforce.sickness_workload": 0}


def run(notice: int, cancel: tuple[int, ...] = ()) -> SocialPrescribingService:
    p = Parameters().replace(BASE | NO_FEEDBACK | {"workforce.notice_weeks": notice, "workforce.cancel_departure": cancel})
    model = SocialPrescribingService(p, seed=21, weeks=WEEKS)
    model.run()
    return model


@pytest.fixture(scope="module", params=[0, 6], ids=["no notice", "six weeks' notice"])
def twins(request):
    """A run, the same with one departure cancelled, the leaver's row, and the week."""
    as_it_was = run(request.param)
    workers = as_it_was.results.link_workers
    gone = workers[workers.left_week.notna() & (workers.left_week > 20) & (workers.left_week < 80)]
    leaver = gone.iloc[0]
    week = int(leaver.left_week)
    return as_it_was, run(request.param, (int(leaver.post), week)), leaver, week, request.param


def test_the_leaver_stays_in_the_post(twins):
    as_it_was, stayed, leaver, week, _ = twins
    same = stayed.results.link_workers.query("post == @leaver.post and started_week == @leaver.started_week").iloc[0]
    assert pd.isna(same.left_week) or same.left_week > week
    assert same.skill == leaver.skill
    caseload = stayed.results.caseloads[week, int(leaver.post)]
    assert caseload >= 0
    assert as_it_was.results.caseloads[week, int(leaver.post)] == -1  # vacant


def test_nothing_differs_before_the_notice_is_given(twins):
    """Without notice: before the departure itself."""
    as_it_was, stayed, _, week, notice = twins
    told = week - notice
    for table in ("weekly", "states"):
        pd.testing.assert_frame_equal(getattr(as_it_was.results, table)[:told], getattr(stayed.results, table)[:told], check_exact=True)
    one, two = (model.results.events[lambda e: e.week < told].reset_index(drop=True) for model in (as_it_was, stayed))
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert np.array_equal(as_it_was.results.caseloads[:told], stayed.results.caseloads[:told])


def test_the_departure_is_what_differs(twins):
    """In the week itself its users lose their worker in one world and keep them in the other."""
    as_it_was, stayed, leaver, week, _ = twins
    lost = as_it_was.results.events.query("week == @week and kind == 'worker_left' and worker == @leaver.worker")
    kept = stayed.results.events.query("week == @week and kind == 'worker_left' and worker == @leaver.worker")
    assert len(lost) > 0
    assert len(kept) == 0


def test_other_posts_meet_the_same_luck(twins):
    """Starts, departures and skills in every other post are the same, before and after."""
    as_it_was, stayed, leaver, week, _ = twins
    columns = ["post", "started_week", "left_week", "skill", "absent_weeks"]
    one, two = (
        model.results.link_workers.loc[lambda w: w.post != leaver.post, columns].sort_values(["post", "started_week"]).reset_index(drop=True)
        for model in (as_it_was, stayed)
    )
    recruited_later = (one.started_week > week) & one.left_week.notna()
    assert recruited_later.sum() > 3
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_people_are_the_same_and_live_as_long(twins):
    as_it_was, stayed, *_ = twins
    for column in ("age", "ltcs", "complexity", "referred_week", "gone_week", "confidence_baseline"):
        pd.testing.assert_series_equal(as_it_was.results.people[column], stayed.results.people[column], check_exact=True)


def test_cancelling_a_departure_that_does_not_happen_changes_nothing(twins):
    as_it_was, _, leaver, week, notice = twins
    same = run(notice, (int(leaver.post), week - 1))
    pd.testing.assert_frame_equal(as_it_was.results.people, same.results.people, check_exact=True)
    pd.testing.assert_frame_equal(as_it_was.results.weekly, same.results.weekly, check_exact=True)
