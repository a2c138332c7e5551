"""Comparisons under way: in processes that all pages share, with progress, a provisional answer, and an end when it is asked for.

Each finished run is kept in the store, so that a comparison that was cancelled, or asked again, makes only what is missing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pandas as pd

from experiments.app.asked import FEWEST_SEEDS, Asked
from experiments.errors import RunError, UsageError, one_line
from experiments.executors.processes import DIED, Spawn, begin, one_pool
from experiments.executors.tasks import Batch, Outcome, Place, retried, work_off
from experiments.live.filling import piece
from experiments.pieces import Piece
from experiments.settings import Request
from experiments.store import Store
from experiments.whatif.bench import Bench
from experiments.whatif.cells import Cell, make, version_key
from experiments.whatif.compare import Comparison, Measured, Question, drawn_up


class Pool:
    """Processes that wait for runs. They are started once, since a start takes longer than a run; those of which one dies are replaced."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self.lock = threading.Lock()
        self.executor: ProcessPoolExecutor | None = None

    def place(self) -> Place:
        """Return where tasks go; processes are started when there are none."""
        with self.lock:
            if self.executor is None:
                self.executor = ProcessPoolExecutor(self.processes, mp_context=Spawn(), initializer=begin)
            return Place(self.executor, lambda: self.processes)

    def warm(self) -> None:
        """Start the processes and let them import the model, before anybody asks."""
        for _ in range(self.processes):
            self.place().executor.submit(version_key)

    def work(self, do: Callable[[Any], None], jobs: Sequence[Any]) -> Iterator[Outcome]:
        """Do `jobs` and yield each as it ends, with its error or None; one under way when a process died is tried again in a process of its own."""
        return retried([[job] for job in jobs], partial(self.together, do), lambda suspects: one_pool(do, suspects, 1), DIED)

    def together(self, do: Callable[[Any], None], batches: Sequence[Batch]) -> Generator[Outcome, None, tuple[list[Batch], list[Batch]]]:
        """Do `batches` beside those of other readers; return those lost with a process, and those not begun."""
        place = self.place()
        lost, left = yield from work_off(place, do, batches)
        if lost or left:
            with self.lock:
                if self.executor is place.executor:  # another reader may have seen it first
                    self.executor = None
        return lost, left

    def close(self) -> None:
        """End the processes."""
        with self.lock:
            if self.executor is not None:
                self.executor.shutdown(wait=False, cancel_futures=True)
                self.executor = None


@dataclass
class Job:
    """One comparison of one page, or with nothing asked the service as it is (its measures and weeks in `as_it_is`).

    `query` is how the form asked, if it did. `done` of `planned` runs are finished; `answer` is the whole or, when `cancelled`, what the finished seeds tell.
    """

    asked: Asked
    pool: Pool
    store: Store
    query: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    planned: int = 0
    done: int = 0
    seeds: int = 0
    provisional: Comparison | None = None
    answer: Comparison | None = None
    as_it_is: tuple[pd.DataFrame, pd.DataFrame] | None = None
    watched: list[tuple[str, Piece]] = field(default_factory=list)
    request: Request | None = None
    error: Exception | None = None

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to end."""
        return self.stop.is_set()

    def run(self) -> None:
        """Make what is missing and draw up the answer; whatever goes wrong is kept in `error`."""
        try:
            self.request, question = self.asked.question()
            self.carry_out(question)
        except (UsageError, RunError) as error:
            self.error = error
        except Exception as error:  # of this page alone: others go on
            self.error = RunError(f"{type(error).__name__}: {one_line(error)}")
            self.error.__cause__ = error

    def carry_out(self, question: Question) -> None:
        """Run what is missing, seed by seed; after each seed that all sides have, the answer so far."""
        bench = Bench(self.store, self.asked.weeks)
        seeds, at_once = question.seeds(question.most), max(FEWEST_SEEDS, self.pool.processes)
        stages = []
        for first in range(0, len(seeds), at_once):  # not all usual care first: a provisional answer comes after two seeds
            stages += bench.missing(bench.cell(arm, seed) for seed in seeds[first : first + at_once] for arm in question.arms)
        self.planned = sum(cell.runs for stage in stages for cell in stage)
        self.store.open("finished runs")
        measured, failed = Measured(question, bench), []
        for stage in stages:
            for cell, error in self.pool.work(partial(make, store=self.store), stage):
                if error is not None:
                    failed.append((cell, error))
                self.done += cell.runs
                self.look(measured)
                if self.stop.is_set():
                    break
            if self.stop.is_set() or failed:
                break
        if failed:
            raise told(*failed[0])
        self.look(measured)
        self.answer = self.provisional
        if self.seeds < FEWEST_SEEDS:
            raise UsageError(f"Stopped before {FEWEST_SEEDS} runs of each side were finished; what is finished is kept. Run again to go on.")

    def watch(self) -> None:
        """Run the first seed of each side once more, to see how its posts and services fill up; nothing is `watched` when that fails or is stopped."""
        if self.stop.is_set():
            return
        question = self.answer.question
        watched = [(arm.title or "Service as it is", piece(arm.parameters, question.seed, self.asked.weeks)) for arm in question.arms]
        missing = [one for _, one in watched if not one.is_in(self.store)]
        errors = []
        for _, error in self.pool.work(partial(Piece.make, store=self.store), missing):
            errors.append(error)
            if self.stop.is_set():
                break
        if len(errors) == len(missing) and not any(errors):
            self.watched = watched

    def filling(self) -> list[tuple[str, pd.DataFrame, pd.DataFrame, int]]:
        """Return for each side that was watched its title, its tables of posts and services, and the most users a worker may have."""
        return [
            (title, one.table(self.store, "posts"), one.table(self.store, "services"), int(one.parameters.workforce.caseload_cap))
            for title, one in self.watched
        ]

    def look(self, measured: Measured) -> None:
        """Draw up the answer from the first seeds that all sides have, when there are more of them than before."""
        question, bench = measured.question, measured.bench
        seeds = question.seeds(question.most)
        count = self.seeds
        while count < len(seeds) and all(bench.cell(arm, seeds[count]).is_in(self.store) for arm in question.arms):
            count += 1
        if count > self.seeds and count >= FEWEST_SEEDS and not question.scenarios:
            self.as_it_is = measured.of_arm(question.baseline, count), bench.weekly(question.baseline, seeds[:count])
        elif count > self.seeds and count >= FEWEST_SEEDS:
            so_far = replace(measured, question=replace(question, least=count, most=count))
            self.provisional = drawn_up(so_far, {arm.name: count for arm in question.scenarios}, self.done)
        self.seeds = count


def told(cell: Cell, error: Exception) -> Exception:
    """Return the error that tells of a run that failed."""
    if isinstance(error, OSError):
        return RunError(f"finished runs cannot be written: {error.strerror or error}.")
    return RunError(f"seed {cell.seed}: {type(error).__name__}: {one_line(error)}. What is finished is kept.")
