"""Jobs in fresh processes of this machine. Where one dies, only what was under way is suspect, and is tried again alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

from experiments.executors.tasks import SIGNALS, Batch, Outcome, Place, retried, signals_held, work_off

DIED = (
    "the process died while running, twice: perhaps for lack of memory (try fewer processes=), or, in a script of your own, because the call does "
    'not stand below `if __name__ == "__main__":`.'
)
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # of linear algebra: there is a process for every core already


class Worker(SpawnProcess):
    """A process that its pool can end: workers leave a plain request to end to their parent, and a broken pool would wait for them for ever."""

    def terminate(self) -> None:
        """End it at once."""
        self.kill()


class Spawn(SpawnContext):
    """Fresh processes that a pool can end. A pool that waits for its workers holds a lock that the next task needs."""

    Process = Worker


def in_processes(do: Callable[[Any], None], batches: Sequence[Batch], workers: int) -> Iterator[Outcome]:
    """Do `batches` in `workers` processes; after a worker has died, retry what it may have been at: a batch in its parts, a single job alone."""
    yield from retried(batches, lambda todo: one_pool(do, todo, workers), lambda suspects: one_pool(do, suspects, 1), DIED)


def one_pool(do: Callable[[Any], None], batches: Sequence[Batch], workers: int) -> Generator[Outcome, None, tuple[list[Batch], list[Batch]]]:
    """Do `batches` until all are done or a worker dies; return those then under way and those not begun.

    No more are under way than there are workers, so that one that dies makes few others suspect.
    """
    others = set(multiprocessing.active_children())  # of whoever called this
    pool = ProcessPoolExecutor(workers, mp_context=Spawn(), initializer=begin)
    try:
        lost, left = yield from work_off(Place(pool, lambda: workers), do, batches)
    except BaseException:  # also when the caller has stopped listening
        end(pool, others)
        raise
    pool.shutdown()  # one that is broken has ended its workers
    return lost, left


def end(pool: ProcessPoolExecutor, others: set[multiprocessing.process.BaseProcess]) -> None:
    """End the workers at once, whatever they are at; `others` are the children of this process that are none.

    A second request to end waits until that is done: a worker left alive would keep this process from ending.
    """
    with signals_held():
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
            process.join(timeout=1)
        pool.shutdown(wait=False, cancel_futures=True)


def begin() -> None:
    """Begin as a worker: leave Ctrl-C and the request to end to the parent process, which ends its workers itself; end when it is gone."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """End this process when its parent has died and could not do it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
