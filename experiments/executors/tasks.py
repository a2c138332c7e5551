"""Batches of jobs as tasks of a `concurrent.futures.Executor`, whichever that is."""

from __future__ import annotations

import asyncio
import pickle
import signal
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from experiments.errors import RunError, WorkerDied, one_line

Outcome = tuple[Any, Exception | None]
Batch = list[Any]
LOOK_AFTER = 2.0  # seconds: how often a place is asked whether it is still there
SIGNALS = {signal.SIGINT, signal.SIGTERM}
ONE_AT_A_TIME = threading.Lock()  # a worker of Dask may have several threads, for which neither the model nor the store is made


@dataclass(frozen=True)
class Place:
    """An executor, `most` tasks to be under way in it, the error of a task whose worker died, and a question.

    `look` is asked every few seconds and raises `RunError` when nothing will ever come from here any more.
    """

    executor: Executor
    most: Callable[[], int]
    died: type[Exception] = BrokenExecutor
    look: Callable[[], None] | None = None


def in_batches(jobs: Sequence[Any], size: int, workers: int) -> list[Batch]:
    """Return `jobs` in batches of `size`, or of fewer where some of the `workers` would have nothing to do."""
    size = max(1, min(size, len(jobs) // max(workers, 1)))
    return [list(jobs[start : start + size]) for start in range(0, len(jobs), size)]


def parted(lost: Sequence[Batch]) -> tuple[list[Batch], list[Batch]]:
    """Return of batches lost with a worker the single jobs, to be tried with nothing beside them, and the jobs of larger ones, to be tried one by one."""
    return [batch for batch in lost if len(batch) == 1], [[job] for batch in lost if len(batch) > 1 for job in batch]


Trial = Callable[[Sequence[Batch]], Generator[Outcome, None, tuple[list[Batch], list[Batch]]]]


def retried(batches: Sequence[Batch], together: Trial, alone: Trial, died: str) -> Iterator[Outcome]:
    """Do `batches` and yield each job's outcome; after a death, retry what was lost: the jobs of a batch one by one, a single job `alone`.

    `together` and `alone` do batches until all are done, and return those lost with a worker and those not begun. A job that is lost alone too
    is told as one that kills its worker, in the words of `died`.
    """
    todo = list(batches)
    while todo:
        lost, left = yield from together(todo)
        suspects, parts = parted(lost)
        todo = parts + left
        while suspects:
            died_again, suspects = yield from alone(suspects)
            yield from ((job, WorkerDied(died)) for (job,) in died_again)


def work_off(place: Place, do: Callable[[Any], None], batches: Sequence[Batch]) -> Generator[Outcome, None, tuple[list[Batch], list[Batch]]]:
    """Do `batches` in `place` and yield each job's outcome; return the batches lost with a worker, and those not begun.

    Some are left that were not begun only where one death breaks the whole executor, as it does with local processes.
    """
    queue, under_way, lost = deque(batches), {}, []
    looked = time.monotonic()
    try:
        while queue or under_way:
            while queue and len(under_way) < place.most():
                with signals_held():  # a process that starts now inherits that, until it can leave them to its parent
                    under_way[place.executor.submit(do_batch, do, queue[0])] = queue[0]
                queue.popleft()
            ended = wait(under_way, LOOK_AFTER if place.look else None, FIRST_COMPLETED).done
            if place.look and time.monotonic() - looked > LOOK_AFTER:
                place.look()
                looked = time.monotonic()
            for future in ended:
                error = failure(future)
                if isinstance(error, BrokenExecutor):
                    raise error
                batch = under_way.pop(future)
                if isinstance(error, place.died):
                    lost.append(batch)
                else:
                    yield from zip(batch, [error] * len(batch) if error else future.result(), strict=True)
    except BrokenExecutor:
        return lost + list(under_way.values()), list(queue)
    return lost, []


def failure(future: Future[list[Exception | None]]) -> Exception | None:
    """Return why a task as a whole came to nothing, or None; raise where it was not an error but a request to end."""
    error = CancelledError() if future.cancelled() else future.exception()
    if isinstance(error, CancelledError | asyncio.CancelledError):  # not by us: a Dask client does that when its scheduler has gone
        raise RunError("the connection with the scheduler was lost.") from error
    if error is not None and not isinstance(error, Exception):
        raise error
    return error


def do_batch(do: Callable[[Any], None], batch: Batch) -> list[Exception | None]:
    """Do the jobs of `batch` one after the other, in a worker, and return each one's error or None."""
    with ONE_AT_A_TIME:
        return [sendable(error_of(do, job)) for job in batch]


def error_of(do: Callable[[Any], None], job: Any) -> Exception | None:
    """Do `job` here and return what went wrong."""
    try:
        do(job)
    except Exception as error:
        return error
    return None


def sendable(error: Exception | None) -> Exception | None:
    """Return `error` with its traceback as a note, which is else lost on the way; and as a `RunError` if it cannot be sent at all."""
    if error is None:
        return None
    error.add_note("In the worker:\n" + "".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RunError(f"{type(error).__name__}: {one_line(error)}")
    return error


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
