"""Comparisons under way: the same answer as the command's, kept runs, an end when asked for, and no harm to others."""

import threading

import pandas as pd
import pytest

from experiments import compare
from experiments.app import answer
from experiments.app.asked import Asked
from experiments.app.jobs import Job, Pool
from experiments.errors import RunError
from experiments.store import Store
from tests.experiments.whatif.jobs import Work, do

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # a server and processes of its own: `make scale`
MORE = {"model.workforce.posts": 5}
ASKED = Asked(service="classroom", changes=MORE, replications=3, weeks=60)


@pytest.fixture(scope="module")
def pool():
    made = Pool(2)
    yield made
    made.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def finished(pool, store):
    job = Job(ASKED, pool, store)
    job.run()
    return job


def test_the_answer_is_that_of_the_command(finished, store):
    assert finished.error is None and finished.done == finished.planned > 0
    told = compare({"my_change": MORE}, service="classroom", replications=3, weeks=60, store=str(store.folder)).differences
    own = finished.answer.differences
    both = own.merge(told, on=["measure", "group"], suffixes=("", "_told"))
    assert len(both) == len(own) > 50
    pd.testing.assert_series_equal(both.difference, both.difference_told, check_names=False)


def test_the_same_again_runs_nothing(finished, pool, store):
    again = Job(ASKED, pool, store)
    again.run()
    assert again.error is None and again.planned == 0
    pd.testing.assert_frame_equal(again.answer.effects, finished.answer.effects)


def test_a_comparison_that_is_stopped_answers_from_the_seeds_that_all_sides_have(pool, store, finished):
    longer = Job(Asked(service="classroom", changes=MORE, replications=9, weeks=60), pool, store)
    longer.stop.set()
    longer.run()
    assert longer.cancelled and longer.error is None
    assert 3 <= longer.seeds < 9 and set(longer.answer.replications.values()) == {longer.seeds}


def test_the_first_answer_comes_after_two_seeds_and_not_after_the_usual_care_of_all(pool, tmp_path):
    job, seen = Job(Asked(service="classroom", changes=MORE, replications=8, weeks=52), pool, Store(tmp_path)), []

    class Watching(Job):
        def look(self, measured):
            super().look(measured)
            seen.append((self.provisional is not None, self.done))

    Watching(job.asked, pool, job.store).run()
    first = next(done for answered, done in seen if answered)
    assert first <= 7, "two seeds of usual care, of the service and of the change, and what runs beside the last"


def test_stopped_before_two_seeds_it_says_so_and_keeps_what_is_finished(pool, tmp_path):
    job = Job(Asked(service="classroom", changes=MORE, replications=8, weeks=60), pool, Store(tmp_path))
    job.stop.set()
    job.run()
    assert job.answer is None and "what is finished is kept" in str(job.error)


def test_with_nothing_asked_the_service_as_it_is_is_told(pool, store):
    job = Job(Asked(service="classroom", replications=2, weeks=60), pool, store)
    job.run()
    measures, weekly = job.as_it_is
    assert job.error is None and job.seeds == 2 and set(weekly.seed) == {1, 2}
    assert {"uptake", "wait_p90"} <= set(measures.measure)


@pytest.mark.scale
def test_two_questions_at_once_in_the_same_processes_each_get_their_own_answer(pool, store):
    jobs = [Job(Asked(service="classroom", changes={"model.workforce.posts": posts}, replications=2, weeks=60, seed=50), pool, store) for posts in (3, 6)]
    threads = [threading.Thread(target=job.run) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    for job, posts in zip(jobs, (3, 6), strict=True):
        assert job.error is None
        assert job.answer.question.scenarios[0].parameters.workforce.posts == posts


def test_a_job_whose_process_dies_twice_is_reported_and_the_processes_go_on(tmp_path):
    own = Pool(2)
    try:
        told = {work.number: error for work, error in own.work(do, [Work(n, tmp_path, "dies" if n == 1 else "well") for n in range(4)])}
        assert isinstance(told[1], RunError) and [told[n] for n in (0, 2, 3)] == [None] * 3
        assert all(error is None for _, error in own.work(do, [Work(9, tmp_path)]))
    finally:
        own.close()


def test_page_report_and_tables_hold_the_same_answer(finished, store):
    beside = answer.worked_out(ASKED, finished.answer, store)
    m = answer.material(ASKED, finished.request, finished.answer, beside)
    page, report = answer.told(m), answer.report(ASKED, finished.request, finished.answer, beside).decode("utf-8")
    line = answer.in_short(finished.answer)
    assert line in page and line in report
    assert "spsim compare --config-dir mine service=classroom" in page
    assert answer.tables(ASKED, finished.answer, beside)[:2] == b"PK"
