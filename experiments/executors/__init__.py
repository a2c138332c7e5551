"""How jobs are run: here, in fresh processes of this machine, or on the workers of a Dask scheduler or of a job queue such as Slurm.

A job writes its own result; `run_all` yields each job with what went wrong, or None, as it ends. All three places
are a `concurrent.futures.Executor` (a `ProcessPoolExecutor`, or that of a Dask client), and one loop serves them.
A worker that is killed takes no job with it for good: those of its batch are tried again one by one, and one under way alone
once more with nothing beside it; only a job that kills its worker then too is reported as one that does.

Workers on other machines must see the folder of finished runs under the same, absolute path. Whether a finished job
has left its result there is for the caller to see: a job that was reported done and is not in the store was written
somewhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from experiments.errors import RunError
from experiments.executors.tasks import Outcome, error_of, in_batches
from experiments.executors.workers import Workers

__all__ = ["Workers", "job_script", "reach", "run_all"]


def run_all(do: Callable[[Any], None], jobs: Sequence[Any], workers: Workers | int | None = None, batch: int = 1) -> Iterator[Outcome]:
    """Do all `jobs` and yield each, as it ends, with its error or None.

    `workers` says where; a number is that of processes on this machine, None one a core. With one process the work is
    done here; otherwise `do` and the jobs must be picklable, and `do` a function that a fresh process can import.
    A worker is given up to `batch` jobs at a time, which it does one after the other; a job that raises does not stop
    those after it. A batch pays when its jobs are short: it should take a few seconds, since an end or a death loses it.
    `do` must find for itself that a job was finished before, and its result must not depend on where it is done.

    Leaving the loop early, also by an exception, ends the workers and clusters that were started here. From a
    scheduler that was there before, the tasks that wait are withdrawn; those already begun go on to their end there.
    Raises `RunError` when there is no such place, or none any more.
    """
    if not isinstance(workers, Workers):
        workers = Workers(processes=workers)
    if workers.executor != "processes":
        try:
            from experiments.executors.cluster import in_cluster
        except ModuleNotFoundError as error:
            raise RunError(f"executor={workers.executor} cannot start ({error}): it needs more packages, pip install 'spsim[cluster]'.") from error
        yield from in_cluster(do, list(jobs), workers, batch)
        return
    processes = min(workers.number, len(jobs))
    if processes > 1:
        from experiments.executors.processes import in_processes

        yield from in_processes(do, in_batches(jobs, batch, processes), processes)
        return
    for job in jobs:
        yield job, error_of(do, job)


def job_script(workers: Workers) -> str:
    """Return the script that `workers` (executor=slurm) would submit once for each job of the queue; nothing is submitted."""
    from experiments.executors.queues import script

    return script(workers)


def reach(workers: Workers) -> None:
    """See that the scheduler at the address of `workers`, if they have one, answers; raise `RunError` otherwise, within 10 seconds."""
    if workers.address:
        from experiments.executors.cluster import reach

        reach(workers.address)
