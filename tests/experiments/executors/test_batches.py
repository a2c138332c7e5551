"""Several jobs in one task: none is lost or blamed for another, and results do not depend on how they are bundled."""

import multiprocessing

import pytest

from experiments.errors import RunError, WorkerDied
from experiments.executors import Workers, run_all
from experiments.executors.tasks import in_batches
from tests.experiments.executors.jobs import Page, note_and_wait, pages, raise_stubbornly, write
from tests.experiments.whatif.jobs import Work, do

pytestmark = pytest.mark.unit


def done(folder):
    return {int(path.name.removeprefix("done-")) for path in folder.glob("done-*")}


def begun(folder):
    return [int(line) for line in (folder / "begun").read_text(encoding="utf-8").split()]


def test_batches_hold_all_jobs_in_order_and_leave_no_worker_idle():
    assert in_batches(range(7), 3, 2) == [[0, 1, 2], [3, 4, 5], [6]]
    assert in_batches(range(7), 100, 2) == [[0, 1, 2], [3, 4, 5], [6]]
    assert in_batches(range(3), 4, 8) == [[0], [1], [2]]
    assert in_batches([], 4, 8) == []


@pytest.mark.parametrize(("processes", "batch"), [(1, 1), (1, 5), (2, 1), (2, 5), (8, 3)])
def test_neither_number_of_workers_nor_size_of_batches_changes_a_byte(tmp_path, alone, processes, batch):
    (tmp_path / "pages").mkdir()
    told = list(run_all(write, [Page(number, tmp_path / "pages") for number in range(24)], processes, batch))
    assert sorted(page.number for page, _ in told) == list(range(24))
    assert all(error is None for _, error in told)
    assert pages(tmp_path / "pages") == alone(24)


def test_a_job_that_raises_does_not_stop_the_others_of_its_batch(tmp_path):
    told = list(run_all(do, [Work(number, tmp_path, "raises" if number in (1, 2, 9) else "well") for number in range(12)], 2, 4))
    errors = {job.number: error for job, error in told}
    assert {number for number, error in errors.items() if isinstance(error, ZeroDivisionError)} == {1, 2, 9}
    assert str(errors[2]) == "job 2"
    assert "jobs.py" in errors[2].__notes__[0]  # where it was raised, in the worker
    assert done(tmp_path) == set(range(12)) - {1, 2, 9}
    assert sorted(begun(tmp_path)) == list(range(12))  # each once


def test_an_error_that_cannot_be_sent_is_told_in_words():
    told = list(run_all(raise_stubbornly, [1, 2, 3, 4], 2, 2))
    assert {number: str(error) for number, error in told} == {number: f"Stubborn: {number} and more" for number in (1, 2, 3, 4)}
    assert all(isinstance(error, RunError) for _, error in told)


def test_a_worker_that_is_killed_loses_no_job_of_its_batch(tmp_path):
    jobs = [Work(number, tmp_path, "dies once" if number == 5 else "well") for number in range(16)]
    told = list(run_all(do, jobs, 2, 4))
    assert sorted(job.number for job, _ in told) == list(range(16))
    assert all(error is None for _, error in told)
    assert done(tmp_path) == set(range(16))


def test_of_a_batch_only_the_job_that_kills_is_blamed(tmp_path):
    ends = {5: "dies", 6: "raises", 7: "dies once"}
    told = list(run_all(do, [Work(number, tmp_path, ends.get(number, "well")) for number in range(16)], 2, 4))
    assert sorted(job.number for job, _ in told) == list(range(16))
    errors = {job.number: error for job, error in told if error is not None}
    assert set(errors) == {5, 6}
    assert isinstance(errors[5], WorkerDied) and isinstance(errors[6], ZeroDivisionError)
    assert done(tmp_path) == set(range(16)) - {5, 6}
    assert 2 <= begun(tmp_path).count(5) <= 3  # in its batch, on its own (unless another ends that before it begins), and with nothing beside it


@pytest.mark.parametrize("executor", ["processes", "dask"])
def test_leaving_the_loop_ends_the_workers(tmp_path, executor):
    before = set(multiprocessing.active_children())
    jobs = [Page(number, tmp_path, 0.0 if number == 0 else 600.0) for number in range(4)]
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012
        for _ in run_all(note_and_wait, jobs, Workers(2, executor)):
            raise KeyboardInterrupt
    assert list(tmp_path.glob("process-*"))
    assert set(multiprocessing.active_children()) == before
