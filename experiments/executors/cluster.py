"""Jobs on the workers of a Dask scheduler: one that runs already, one that is started on this machine, or one whose workers a job queue starts.

Dask itself tries the tasks of a worker that died elsewhere. Of those that it gives up, batches are tried once more in their
parts, and single jobs with nothing beside them, since Dask also blames tasks that only waited at that worker.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import dask
import distributed
from distributed import Client, KilledWorker, LocalCluster, Scheduler, SchedulerPlugin
from distributed.comm import connect
from distributed.core import Status
from distributed.deploy import Cluster
from distributed.security import Security
from distributed.utils import LoopRunner, silence_logging_cmgr

from experiments.errors import RunError, one_line
from experiments.executors.queues import asked_for, cluster_of
from experiments.executors.tasks import Batch, Outcome, Place, in_batches, retried, signals_held, work_off
from experiments.executors.workers import Workers
from experiments.manifest import versions

REACHED_WITHIN = 5  # seconds for a scheduler to answer; to start Python and Dask takes some more
WORKER_WITHIN = 8  # seconds for a scheduler that runs to have a worker
ANSWERS_WITHIN = 30  # seconds for a scheduler at work to answer
NO_WORKER_FOR = 60  # seconds after which a scheduler whose workers have all gone is given up
TASKS_PER_WORKER = 2  # one at work and one that waits there, so that an early end loses little
STARTED_HERE = {
    "distributed.scheduler.allowed-failures": 1,  # how often a task is tried again after its worker died
    "distributed.deploy.lost-worker-timeout": "2 minutes",  # for a worker that died to start anew; on a busy machine Dask's 15 s are too few
    "distributed.nanny.pre-spawn-environ.DASK_LOGGING__DISTRIBUTED": "critical",  # `silence_logs` ends a little before the worker does
}
GUARD = 'In a script of your own, the call must stand below `if __name__ == "__main__":`.'
NO_SCHEDULER = "what answers there is no Dask scheduler"
DIED = "the workers that ran it died, several times, also with nothing else under way: perhaps for lack of memory."


def in_cluster(do: Callable[[Any], None], jobs: list[Any], workers: Workers, batch: int) -> Iterator[Outcome]:
    """Do `jobs` on the workers of a Dask scheduler and yield each with its error or None; see `run_all`."""
    if not jobs:
        return
    if not workers.address:
        workers = replace(workers, processes=min(workers.number, len(jobs)))
    with opened(workers) as crew:
        place = crew.place()

        def alone(suspects: Sequence[Batch]) -> Generator[Outcome, None, tuple[list[Batch], list[Batch]]]:
            lost, _ = yield from work_off(place, do, suspects[:1])
            return lost, list(suspects[1:])

        yield from retried(in_batches(jobs, batch, crew.workers), lambda todo: work_off(place, do, todo), alone, DIED)


class DaskExecutor(Executor):
    """The workers of a Dask client as a standard executor.

    `Client.get_executor()` is one too, but never ends a task whose result was lost with its worker and that then fails
    (distributed 2026.8).
    """

    def __init__(self, client: Client) -> None:
        self.client = client

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Send `fn(*args, **kwargs)` to a worker, also where the same was sent before."""
        return asyncio.run_coroutine_threadsafe(result_of(self.client.submit(fn, *args, pure=False, **kwargs)), self.client.loop.asyncio_loop)


async def result_of(task: distributed.Future) -> Any:
    """Return what `task` returns, or raise what it raises."""
    return await task


class Joined(SchedulerPlugin):
    """Notes, in a scheduler in this process, that a worker has joined."""

    name = "joined"
    since_asked = False

    def add_worker(self, scheduler: Scheduler, worker: str) -> None:
        """Note it."""
        self.since_asked = True


class Crew:
    """A scheduler and its workers, as seen from here. `cluster` is None where it was there before."""

    def __init__(self, client: Client, workers: Workers, cluster: Cluster | None) -> None:
        self.client, self.asked, self.cluster = client, workers, cluster
        self.workers = workers.number if cluster else self.count()
        self.seen, self.joined = time.monotonic(), Joined()
        if workers.executor == "slurm":
            cluster.scheduler.add_plugin(self.joined)

    def place(self) -> Place:
        """Return the executor that the loop over batches is to use."""
        return Place(DaskExecutor(self.client), lambda: TASKS_PER_WORKER * max(self.workers, 1), KilledWorker, self.look)

    def count(self) -> int:
        """Return how many workers there are; raise `RunError` when the scheduler does not answer."""
        try:
            return len(self.client.sync(self.client.scheduler.ncores, workers=None, callback_timeout=ANSWERS_WITHIN))
        except (OSError, TimeoutError, asyncio.CancelledError, AttributeError) as error:  # no `scheduler` any more once the client has closed
            raise RunError(f"the connection with the scheduler{self.where} was lost.") from error

    def look(self) -> None:
        """See how many workers there are now. Where none is left, ask the queue for new ones, or give up after a while."""
        now, there = time.monotonic(), self.count()
        if there:
            self.seen, self.workers = now, there
        if self.asked.executor == "slurm":  # its jobs end when their time is up, and wait for as long as the queue likes
            if self.joined.since_asked and not there:
                self.joined.since_asked = False
                ask_queue(self.cluster, self.asked, 0)
            ask_queue(self.cluster, self.asked, asked_for(self.asked))
        elif now - self.seen > NO_WORKER_FOR:
            raise RunError(f"the scheduler{self.where} has had no worker for {NO_WORKER_FOR} seconds.")

    @property
    def where(self) -> str:
        """The address that was asked for, if one was."""
        return f" at {self.asked.address}" if self.asked.address else ""


@contextmanager
def opened(workers: Workers) -> Iterator[Crew]:
    """Connect with the scheduler at the address, or start one; at the end close what was started here."""
    with quiet():
        if workers.address:
            with connected(workers.address, f"the Dask scheduler at address={workers.address}") as client:
                check_workers(client, workers.address)
                yield Crew(client, workers, None)
            return
        started = local_cluster(workers.number) if workers.executor == "dask" else queue_cluster(workers)
        with started as cluster, connected(cluster, "the scheduler that was started here") as client:
            yield Crew(client, workers, cluster)


@contextmanager
def connected(where: str | Cluster, called: str) -> Iterator[Client]:
    """Give a client of a scheduler; at the end withdraw its tasks and leave."""
    try:
        if isinstance(where, str):
            LoopRunner(asynchronous=False).run_sync(answers, where)
        client = Client(where, timeout=REACHED_WITHIN, set_as_default=False)
    except Exception as error:  # whoever listens there may answer anything: one that is no scheduler makes Dask ask for exabytes
        known = isinstance(error, OSError)
        raise RunError(f"{called} cannot be reached ({one_line(error) if known else NO_SCHEDULER}). Nothing is lost.") from error
    try:
        yield client
    finally:
        with signals_held():
            client.close(timeout=1)  # the scheduler forgets what only this client had asked for


def reach(address: str) -> None:
    """See that a Dask scheduler answers at `address`; raise `RunError` otherwise, within 10 seconds."""
    with quiet(), connected(address, f"the Dask scheduler at address={address}"):
        pass


async def answers(address: str) -> None:
    """Greet the scheduler at `address` and wait for its answer: a client would wait for ever for one that takes the call and says nothing."""
    try:
        async with asyncio.timeout(REACHED_WITHIN):
            await (await connect(address, timeout=REACHED_WITHIN, **Security().get_connection_args("client"))).close()
    except TimeoutError as error:
        raise OSError(f"no answer within {REACHED_WITHIN} s") from error


def check_workers(client: Client, address: str) -> None:
    """See that there are workers, and that they have the same code and libraries as this process."""
    try:
        client.wait_for_workers(1, timeout=WORKER_WITHIN)
    except TimeoutError as error:
        start = f"python -m distributed.cli.dask_worker {address} --nthreads 1 --nworkers 4"
        raise RunError(f"the Dask scheduler at address={address} has no workers. Start some, as with: {start}") from error
    here = versions()
    for worker, there in client.run(versions, on_error="return").items():
        if isinstance(there, BaseException):
            raise RunError(f"worker {worker} cannot begin: {type(there).__name__}: {one_line(there)}. Install there what is installed here.") from there
        if there != here:
            raise RunError(f"worker {worker} would give other numbers: {difference(here, there)}. Install there what is installed here.")


def difference(here: dict[str, Any], there: dict[str, Any]) -> str:
    """Return in words how the versions `there` differ from those `here`."""
    ours, theirs = ({"spsim": each["version"], **each["libraries"]} for each in (here, there))
    told = [f"{name} is {theirs.get(name)} there and {ours[name]} here" for name in ours if theirs.get(name) != ours[name]]
    return ", ".join(told) or "the source of the model is another one there"


@contextmanager
def local_cluster(number: int) -> Iterator[Cluster]:
    """Start a scheduler and `number` workers on this machine, which listen to nobody outside it; at the end, end them at once."""
    with dask.config.set(STARTED_HERE), tempfile.TemporaryDirectory(prefix="spsim-dask-", ignore_cleanup_errors=True) as folder:
        with signals_held():  # one that is half started could not be ended
            try:
                cluster = LocalCluster(
                    n_workers=number, threads_per_worker=1, processes=True, memory_limit=0, silence_logs=logging.CRITICAL, local_directory=folder,
                    dashboard_address=None, scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                )  # fmt: skip
            except (OSError, RuntimeError, TimeoutError) as error:
                raise RunError(f"executor=dask: {number} workers could not be started here: {one_line(error).rstrip(".")}. {GUARD}") from error
        try:
            yield cluster
        finally:
            with signals_held():
                cluster.sync(end_workers, cluster)
                cluster.close(timeout=1)


async def end_workers(cluster: Cluster) -> None:
    """End the processes of a local cluster, whatever they are at: left to itself it waits for them for some seconds."""
    await asyncio.gather(*(nanny.close(timeout=0.5) for nanny in cluster.workers.values()), return_exceptions=True)


@contextmanager
def queue_cluster(workers: Workers) -> Iterator[Cluster]:
    """Start a scheduler here and ask the job queue for workers; at the end, take its jobs out of the queue."""
    make, settings = cluster_of(workers)
    with dask.config.set(STARTED_HERE):
        try:
            with signals_held():
                cluster = make(**settings, silence_logs=logging.CRITICAL, scheduler_options={"dashboard": False, "dashboard_address": "127.0.0.1:0"})
        except (OSError, ValueError, RuntimeError) as error:
            raise RunError(f"executor=slurm ({workers.kind}): no scheduler for the workers could be started here: {one_line(error)}.") from error
        try:
            with signals_held():
                ask_queue(cluster, workers, asked_for(workers))
            yield cluster
        finally:
            with signals_held():
                for job in cluster.workers.values():
                    job.status = Status.failed  # dask-jobqueue leaves it as it was, and then the cluster may refuse to close
                cluster.close(timeout=10)


def ask_queue(cluster: Cluster, workers: Workers, jobs: int) -> None:
    """See to it that there are `jobs` in the job queue, those that wait and run there included."""

    async def settled() -> None:
        await cluster
        await asyncio.gather(*cluster.workers.values())  # raises what went wrong, which the cluster only logs

    cluster.scale(jobs=jobs)
    try:
        cluster.sync(settled)
    except (OSError, RuntimeError, ValueError) as error:
        raise RunError(f"the job queue ({workers.kind}) did not take a job: {one_line(error)}.") from error


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Dask's running commentary from the terminal: what matters is told by the errors here."""
    with warnings.catch_warnings(), silence_logging_cmgr(logging.CRITICAL + 1):
        warnings.filterwarnings("ignore", module="distributed")
        yield
