"""The board of thirty places on two Dask workers, one of which is killed on the way: the same results as in one process."""

import signal
import threading
import time

import pytest

from tests.experiments.executors.places import dask_scheduler
from tests.experiments.places.test_system_run import content, finished

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # a cluster of its own: `make scale`
WORDS = ("run", "service=icb", "weeks=26")


def test_with_one_of_two_workers_killed_the_board_is_the_same_to_the_byte(spsim, tmp_path):
    alone = spsim(*WORDS, "processes=1", "store=alone", "out=one")
    assert alone.status == 0, alone.err
    (tmp_path / "workers").mkdir()
    with dask_scheduler(tmp_path / "workers") as dask:

        def kill_one():
            until = time.monotonic() + 120
            while len(finished(tmp_path / "shared")) < 8 and time.monotonic() < until:
                time.sleep(0.05)
            killed.append(len(finished(tmp_path / "shared")))
            dask.workers[0].send_signal(signal.SIGKILL)

        killed = []
        watcher = threading.Thread(target=kill_one)
        watcher.start()
        answer = spsim(*WORDS, "executor=dask", f"address={dask.address}", "store=shared", "out=two")
        watcher.join()
        assert dask.workers[0].wait(timeout=5) == -signal.SIGKILL
    assert answer.status == 0, answer.err
    assert 8 <= killed[0] < 60  # of 60 runs, of which some were still to come
    assert content(tmp_path / "two") == content(tmp_path / "one")
