"""Seeds one after the other or in several processes. Each finished seed is on disk at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial

from experiments.errors import RunError
from experiments.outputs import Outputs
from experiments.progress import Progress
from experiments.run import Job, run
from experiments.tables import write_parquet


def run_seeds(jobs: list[Job], outputs: Outputs, processes: int | None) -> None:
    """Run `jobs` and leave each one's tables in `outputs`; the result does not depend on `processes`.

    Stops at the first error, which is raised; seeds that were finished stay.
    """
    workers = min(processes or os.cpu_count() or 1, len(jobs))
    if workers <= 1:
        with Progress(sum(job.steps for job in jobs), "weeks") as progress:
            for job in jobs:
                run_and_keep(job, outputs, progress.tick)
        return
    with Progress(len(jobs), "seeds") as progress:
        run_in_pool(jobs, outputs, workers, progress.tick)


def run_and_keep(job: Job, outputs: Outputs, tick: Callable[[], object] = lambda: None) -> None:
    """Run one job and put its tables in the folder of its seed, whole or not at all."""
    tables = run(job, tick)
    with outputs.whole(outputs.seed_folder(job.seed)) as folder:
        for name, table in tables.items():
            write_parquet(name, table, folder / f"{name}.parquet")


def run_in_pool(jobs: list[Job], outputs: Outputs, workers: int, tick: Callable[[], object]) -> None:
    """Run `jobs` in `workers` fresh processes, no more under way than there are workers."""
    queue, under_way = list(jobs), set()
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=leave_signals)
    submit = partial(pool.submit, run_and_keep, outputs=outputs)
    try:
        while queue or under_way:
            while queue and len(under_way) < workers:
                with signals_held():  # a process that starts now inherits that, until it can leave them to its parent
                    under_way.add(submit(queue.pop(0)))
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                take(future)
                tick()
        pool.shutdown()
    except BaseException:
        for process in multiprocessing.active_children():
            process.kill()
            process.join(timeout=1)
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def take(future: Future[None]) -> None:
    """Raise what went wrong in `future`, if anything did."""
    try:
        future.result()
    except BrokenProcessPool as error:
        raise RunError("a process died while running, perhaps for lack of memory; try fewer processes=.") from error


SIGNALS = {signal.SIGINT, signal.SIGTERM}


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
