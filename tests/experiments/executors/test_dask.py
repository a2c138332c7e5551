"""Runs on a real Dask scheduler: workers killed, a scheduler that is not there, one that goes, and workers that are not fit."""

import re
import shutil
import signal
import socket
import threading

import pytest
from distributed import Client

from experiments.errors import RunError, WorkerDied
from experiments.executors import Workers, cluster, reach, run_all
from experiments.manifest import versions
from tests.experiments.executors.jobs import Page, pages, write
from tests.experiments.executors.places import ROOT, dask_scheduler
from tests.experiments.whatif.jobs import Work, do

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # clusters of its own: `make scale`


def at(address):
    return Workers(executor="dask", address=address)


@pytest.fixture
def book(tmp_path):
    """`book(24, 0.1)`: so many pages that take so long each, in a folder of their own."""
    folder = tmp_path / "pages"
    folder.mkdir()
    return lambda count, seconds=0.0: [Page(number, folder, seconds) for number in range(count)]


def test_with_one_of_two_workers_killed_on_the_way_every_job_is_done_to_the_same_bytes(dask, book, tmp_path, alone):
    told = []
    for outcome in run_all(write, book(24, 0.1), at(dask.address), 3):
        told.append(outcome)
        if len(told) == 6:
            dask.workers[0].send_signal(signal.SIGKILL)
    assert dask.workers[0].wait(timeout=5) == -signal.SIGKILL
    assert sorted(page.number for page, _ in told) == list(range(24))
    assert all(error is None for _, error in told)
    assert pages(tmp_path / "pages") == alone(24)
    assert dask.workers[1].poll() is None and dask.scheduler.poll() is None  # they were there before, and stay


def test_leaving_early_withdraws_the_tasks_and_leaves_the_scheduler_as_it_was(dask, book, tmp_path):
    for _ in run_all(write, book(40, 0.05), at(dask.address), 2):
        break
    with Client(dask.address, timeout=30, set_as_default=False) as client:
        last = client.submit(int, 1, pure=False)  # comes after whatever was begun; held here, so that it is still known below
        last.result(timeout=30)
        assert len(client.nthreads()) == 2
        assert client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks)) == [last.key]
    assert 2 <= len(pages(tmp_path / "pages")) < 40


def test_a_scheduler_that_is_started_here_gives_the_same_bytes_and_an_error_of_its_own_to_each_job(book, tmp_path, alone):
    told = list(run_all(write, book(12), Workers(2, "dask"), 3))
    assert sorted(page.number for page, _ in told) == list(range(12)) and all(error is None for _, error in told)
    assert pages(tmp_path / "pages") == alone(12)


def test_of_jobs_on_dask_only_those_that_fail_are_blamed(tmp_path):
    ends = {4: "dies", 7: "dies once", 9: "raises"}
    told = list(run_all(do, [Work(number, tmp_path, ends.get(number, "well")) for number in range(12)], Workers(2, "dask"), 2))
    assert sorted(job.number for job, _ in told) == list(range(12))
    errors = {job.number: error for job, error in told if error is not None}
    assert set(errors) == {4, 9}
    assert isinstance(errors[4], WorkerDied) and isinstance(errors[9], ZeroDivisionError)


@pytest.mark.parametrize("listens", [False, True])
def test_a_scheduler_that_does_not_answer_is_told_with_its_address(monkeypatch, listens):
    """Nobody there, or somebody who takes the call and says nothing."""
    assert cluster.REACHED_WITHIN < 10
    monkeypatch.setattr(cluster, "REACHED_WITHIN", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listens:
            silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(RunError, match=f"address={re.escape(address)} cannot be reached.*Nothing is lost"):
            list(run_all(write, [1], at(address)))


def test_a_scheduler_that_goes_is_told_and_what_was_finished_stays(dask, book, tmp_path):
    told = []
    with pytest.raises(RunError, match="the connection with the scheduler.* was lost"):  # noqa: PT012
        for outcome in run_all(write, book(24, 0.05), at(dask.address)):
            told.append(outcome)
            if len(told) == 3:
                dask.scheduler.kill()
    assert {f"page-{page.number}" for page, _ in told} <= set(pages(tmp_path / "pages"))


def test_a_scheduler_that_has_lost_all_its_workers_is_given_up(dask, book, monkeypatch):
    monkeypatch.setattr(cluster, "NO_WORKER_FOR", 1)
    with pytest.raises(RunError, match=f"the scheduler at {dask.address} has had no worker for 1 seconds"):  # noqa: PT012
        for _ in run_all(write, book(24, 0.05), at(dask.address)):
            for worker in dask.workers:
                worker.kill()


def test_a_scheduler_without_workers_says_how_to_start_some(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "REACHED_WITHIN", 2)
    with dask_scheduler(tmp_path, workers=0) as empty, pytest.raises(RunError, match=f"has no workers. Start some, as with: .*dask_worker {empty.address}"):
        list(run_all(write, [1], at(empty.address)))


def test_workers_that_lack_the_code_are_told(tmp_path):
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "__init__.py").touch()  # of another project, say
    with dask_scheduler(tmp_path, 1, str(tmp_path)) as other, pytest.raises(RunError, match="worker tcp://.* cannot begin: .*experiments.*Install there"):
        list(run_all(write, [1], at(other.address)))


def test_workers_with_another_source_of_the_model_are_told(tmp_path):
    for part in ("sim", "experiments", "configs"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "sim" / "model.py").open("a", encoding="utf-8") as source:
        source.write("# changed\n")
    with dask_scheduler(tmp_path, 1, str(tmp_path)) as other, pytest.raises(RunError, match="would give other numbers: the source of the model is another"):
        list(run_all(write, [1], at(other.address)))


def test_other_versions_of_libraries_are_named():
    here = versions()
    there = {**here, "libraries": {**here["libraries"], "numpy": "1.0"}}
    assert cluster.difference(here, there) == f"numpy is 1.0 there and {here['libraries']['numpy']} here"


def test_a_port_where_no_scheduler_listens_but_something_that_answers_otherwise_is_told_as_not_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        port = server.getsockname()[1]

        def answer():
            caller, _ = server.accept()
            with caller:
                caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 4)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with pytest.raises(RunError, match=f"127.0.0.1:{port} cannot be reached"):
            reach(at(f"tcp://127.0.0.1:{port}"))
