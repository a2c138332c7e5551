"""Jobs in processes: one that dies or raises takes no other with it, is tried again when it died, and is reported."""

import multiprocessing
import time

import pytest

from experiments.errors import RunError
from experiments.executors import run_all
from tests.experiments.whatif.jobs import Work, do

pytestmark = pytest.mark.unit


def done(folder):
    return {int(path.name.removeprefix("done-")) for path in folder.glob("done-*")}


def begun(folder):
    return [int(line) for line in (folder / "begun").read_text(encoding="utf-8").split()]


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_every_job_is_done_and_told_once(tmp_path, processes):
    jobs = [Work(number, tmp_path) for number in range(7)]
    told = list(run_all(do, jobs, processes))
    assert sorted(job.number for job, _ in told) == list(range(7))
    assert all(error is None for _, error in told)
    assert done(tmp_path) == set(range(7))
    assert sorted(begun(tmp_path)) == list(range(7))


@pytest.mark.parametrize("processes", [1, 2])
def test_a_job_that_raises_is_reported_and_the_others_are_done(tmp_path, processes):
    jobs = [Work(number, tmp_path, "raises" if number == 1 else "well") for number in range(5)]
    errors = {job.number: error for job, error in run_all(do, jobs, processes)}
    assert isinstance(errors.pop(1), ZeroDivisionError)
    assert errors == dict.fromkeys((0, 2, 3, 4))
    assert done(tmp_path) == {0, 2, 3, 4}
    assert begun(tmp_path).count(1) == 1  # an error would only come again


def test_a_worker_that_is_killed_once_is_replaced_and_every_job_is_done(tmp_path):
    jobs = [Work(number, tmp_path, "dies once" if number == 3 else "well") for number in range(8)]
    told = list(run_all(do, jobs, 2))
    assert sorted(job.number for job, _ in told) == list(range(8))
    assert all(error is None for _, error in told)
    assert done(tmp_path) == set(range(8))
    assert begun(tmp_path).count(3) == 2


def test_a_job_that_always_kills_its_worker_is_reported_after_two_tries_and_the_others_are_done(tmp_path):
    """Among thirty jobs one dies once, one raises and one dies always: the last, since a job that waits for a worker while another dies is suspect too."""
    ends = {2: "dies once", 11: "raises", 24: "dies"}
    jobs = [Work(number, tmp_path, ends.get(number, "well")) for number in range(30)]
    told = list(run_all(do, jobs, 2))
    assert sorted(job.number for job, _ in told) == list(range(30))
    errors = {job.number: error for job, error in told if error is not None}
    assert set(errors) == {11, 24}
    assert isinstance(errors[24], RunError) and "twice" in str(errors[24])
    assert isinstance(errors[11], ZeroDivisionError)
    assert done(tmp_path) == set(range(30)) - {11, 24}
    assert begun(tmp_path).count(24) == 2  # never a third time


def test_two_jobs_that_kill_their_workers_are_each_reported(tmp_path):
    """Whoever was under way beside them is not blamed."""
    jobs = [Work(number, tmp_path, "dies" if number in (0, 1) else "well") for number in range(4)]
    errors = {job.number: error for job, error in run_all(do, jobs, 2)}
    assert {number for number, error in errors.items() if error is not None} == {0, 1}
    assert done(tmp_path) == {2, 3}


def test_a_worker_that_dies_takes_no_process_of_the_callers_with_it(tmp_path):
    own = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    own.start()
    try:
        list(run_all(do, [Work(number, tmp_path, "dies" if number == 1 else "well") for number in range(4)], 2))
        assert done(tmp_path) == {0, 2, 3}
        assert own.is_alive()
    finally:
        own.kill()
        own.join()
