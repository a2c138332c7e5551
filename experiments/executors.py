"""How jobs are run: one after the other here, or in fresh processes of this machine.

A job writes its own result; an executor yields each job with what went wrong, or None, as it ends. A worker
that is killed takes only its own job with it: the jobs under way are each tried once more, alone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from experiments.errors import RunError

DIED = (
    "the process died while running, twice: perhaps for lack of memory (try fewer processes=), or, in a script of your own, because the call does "
    'not stand below `if __name__ == "__main__":`.'
)
Outcome = tuple[Any, Exception | None]
SIGNALS = {signal.SIGINT, signal.SIGTERM}


def run_all(do: Callable[[Any], None], jobs: Sequence[Any], processes: int | None = None) -> Iterator[Outcome]:
    """Do all `jobs` in at most `processes` processes (default: one a core), and yield each with its error or None.

    With one process the work is done here. `do` and the jobs must be picklable otherwise. Leaving the loop
    early, also by an exception, ends the workers.
    """
    workers = min(processes or os.cpu_count() or 1, len(jobs))
    if workers > 1:
        yield from in_processes(do, jobs, workers)
        return
    for job in jobs:
        yield job, error_of(do, job)


def error_of(do: Callable[[Any], None], job: Any) -> Exception | None:
    """Do `job` here and return what went wrong."""
    try:
        do(job)
    except Exception as error:
        return error
    return None


def in_processes(do: Callable[[Any], None], jobs: Sequence[Any], workers: int) -> Iterator[Outcome]:
    """Do `jobs` in `workers` processes; after a worker has died, retry what it may have been at, each job alone."""
    todo = list(jobs)
    while todo:
        suspects, todo = yield from one_pool(do, todo, workers)
        for job in suspects:
            died_again, _ = yield from one_pool(do, [job], 1)
            if died_again:
                yield job, RunError(DIED)


def one_pool(do: Callable[[Any], None], jobs: list[Any], workers: int) -> Iterator[Outcome]:
    """Do `jobs` until all are done or a worker dies; return the jobs then under way and those not begun."""
    queue, under_way = list(jobs), {}
    others = set(multiprocessing.active_children())  # of whoever called this
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=leave_signals)
    try:
        while queue or under_way:
            while queue and len(under_way) < workers:
                with signals_held():  # a process that starts now inherits that, until it can leave them to its parent
                    under_way[pool.submit(do, queue[0])] = queue[0]
                queue.pop(0)
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                error = outcome(future)
                yield under_way.pop(future), error
        pool.shutdown()
    except BrokenProcessPool:
        end(pool, others)  # the other workers pay no heed to the pool's own request to end, and it would wait for them for ever
    except BaseException:  # also when the caller has stopped listening
        end(pool, others)
        raise
    return list(under_way.values()), queue


def outcome(future: Future[None]) -> Exception | None:
    """Return what `future` raised, if it did; raise when it is unknown because a worker died."""
    error = future.exception()
    if isinstance(error, BrokenProcessPool):
        raise error
    if error is not None and not isinstance(error, Exception):
        raise error
    return error


def end(pool: ProcessPoolExecutor, others: set[multiprocessing.process.BaseProcess]) -> None:
    """End the workers at once, whatever they are at; `others` are the children of this process that are none.

    A second request to end waits until that is done: a worker left alive would keep this process from ending.
    """
    with signals_held():
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
            process.join(timeout=1)
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def signals_held() -> Iterator[None]:
    """Hold Ctrl-C and the request to end back until the end of the block, where the system can do that."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_signals() -> None:
    """Leave Ctrl-C and the request to end to the parent process, which ends its workers itself; end when it is gone."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """End this process when its parent has died and could not do it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
