"""What a job queue (Slurm and the like) is asked for, in the words of dask-jobqueue."""

from __future__ import annotations

import math
import shlex
import shutil
import signal
from types import ModuleType
from typing import Any

from experiments.errors import RunError, UsageError, one_line
from experiments.executors.workers import Workers

CLASSES = {"slurm": "SLURMCluster", "pbs": "PBSCluster", "sge": "SGECluster", "lsf": "LSFCluster", "moab": "MoabCluster", "oar": "OARCluster"}
WITH_ACCOUNT = ("slurm", "pbs", "moab")  # the others call it `project`
SMALLEST = {"cores": 1, "memory": "2GB"}  # of one job: a worker with the largest preset needs a tenth of that


def script(workers: Workers) -> str:
    """Return the script of one job of the queue as it would be submitted. Starts nothing and opens no port."""
    make, settings = made_of(workers)
    try:
        return make.job_cls("tcp://<address of the scheduler>:<port>", name=f"{settings['job_name']}-0", **settings).job_script()
    except (ValueError, TypeError) as error:
        raise UsageError(f"executor=slurm ({workers.kind}): {one_line(error)}") from error


def cluster_of(workers: Workers) -> tuple[Any, dict[str, Any]]:
    """Return the class of dask-jobqueue and its settings, on a machine that can submit jobs; raise `RunError` on any other."""
    make, settings = made_of(workers)
    script(workers)
    command = shlex.split(make.job_cls.submit_command)[0]
    if not shutil.which(command):
        raise RunError(
            f"executor=slurm ({workers.kind}): there is no command {command} on this machine. Start this where jobs of the queue are submitted "
            "from, such as a login node; another queue is cluster.kind=, and a Dask scheduler that runs already executor=dask address=."
        )
    return make, settings


def made_of(workers: Workers) -> tuple[Any, dict[str, Any]]:
    """Return the class of dask-jobqueue and its settings: every core of a job is one worker with one thread."""
    dask_jobqueue = library()
    import dask

    told = {name: value for name, value in workers.cluster.items() if name != "kind" and value is not None}
    told = {name: told.get(name, dask.config.get(f"jobqueue.{workers.kind}.{name}") or least) for name, least in SMALLEST.items()} | told
    told["processes"] = told["cores"]
    for ours, theirs in (("job_extra", "job_extra_directives"), ("prologue", "job_script_prologue"), ("account", account_word(workers.kind))):
        if ours in told:
            told[theirs] = told.pop(ours)
    return getattr(dask_jobqueue, CLASSES[workers.kind]), {"job_name": "spsim", "worker_extra_args": ["--no-dashboard"], **told}


def library() -> ModuleType:
    """Return dask-jobqueue, without the exit in silence that it makes of Ctrl-C when it is imported."""
    before = signal.getsignal(signal.SIGINT)
    try:
        import dask_jobqueue
    except ModuleNotFoundError as error:
        raise RunError(f"executor=slurm cannot start ({error}): it needs more packages, pip install 'spsim[cluster]'.") from error
    finally:
        if signal.getsignal(signal.SIGINT) is not before:
            signal.signal(signal.SIGINT, before)
    return dask_jobqueue


def account_word(kind: str) -> str:
    """Return what the class of this kind of queue calls the account."""
    return "account" if kind in WITH_ACCOUNT else "project"


def asked_for(workers: Workers) -> int:
    """Return how many jobs hold as many workers as were asked for."""
    return math.ceil(workers.number / made_of(workers)[1]["cores"])
