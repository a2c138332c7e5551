"""A real sweep on a real Dask scheduler with two worker processes, one of which is killed in the middle."""

import signal
import threading
import time

import pytest

from tests.experiments.executors.places import dask_scheduler
from tests.experiments.sweep.conftest import tables_in

pytestmark = pytest.mark.unit
WORDS = ("method=lhs", "parameters=[allocation.accept_logit,workforce.diary_share]", "points=16", "replications=2")


def kill_in_the_middle(worker, store, count):
    """Kill `worker` as soon as `count` runs are kept in `store`."""

    def wait():
        end = time.monotonic() + 60
        while len(list(store.glob("*/*/seed-*"))) < count and time.monotonic() < end:
            time.sleep(0.01)
        worker.send_signal(signal.SIGKILL)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


@pytest.mark.scale
def test_a_sweep_on_dask_with_a_worker_killed_on_the_way_gives_the_same_tables(sweep, tmp_path):
    (tmp_path / "workers").mkdir()
    with dask_scheduler(tmp_path / "workers") as dask:
        killer = kill_in_the_middle(dask.workers[0], tmp_path / "there", 6)
        there = ("processes=null", "executor=dask", f"address={dask.address}", f"store={tmp_path / 'there'}", f"out={tmp_path / 'out-there'}")
        answer = sweep(*WORDS, *there)
        killer.join()
        assert dask.workers[0].wait(timeout=5) == -signal.SIGKILL
    assert answer.status == 0, answer.err
    assert sweep(*WORDS, f"store={tmp_path / 'here'}", f"out={tmp_path / 'out-here'}").status == 0
    assert tables_in(tmp_path / "out-there") == tables_in(tmp_path / "out-here")


@pytest.mark.scale
def test_a_sweep_whose_scheduler_does_not_answer_loses_nothing_and_says_where(sweep, tmp_path):
    assert sweep(*WORDS, f"store={tmp_path / 'store'}", f"out={tmp_path / 'out'}", "points=8").status == 0
    before = sorted((tmp_path / "store").rglob("*.parquet"))
    nobody = ("processes=null", "executor=dask", "address=tcp://127.0.0.1:9", f"store={tmp_path / 'store'}", f"out={tmp_path / 'other'}")
    answer = sweep(*WORDS, *nobody)
    assert answer.status == 1 and "tcp://127.0.0.1:9 cannot be reached" in answer.err
    assert sorted((tmp_path / "store").rglob("*.parquet")) == before and not (tmp_path / "other").exists()


def test_a_dry_run_for_a_job_queue_shows_the_script_and_runs_nothing(sweep, tmp_path):
    asks = ("executor=slurm", "processes=4", *(f"cluster.{told}" for told in ("queue=short", "account=a1", "walltime='02:00:00'", "memory=4GB", "cores=2")))
    answer = sweep(*WORDS, *asks, "dry_run=true", f"store={tmp_path / 'store'}", f"out={tmp_path / 'out'}")
    assert answer.status == 0 and "Nothing was run." in answer.out
    for asked in ("#SBATCH -p short", "#SBATCH -A a1", "#SBATCH -t 02:00:00", "dask_worker"):
        assert asked in answer.out
    assert not (tmp_path / "store").exists() and not (tmp_path / "out").exists()
