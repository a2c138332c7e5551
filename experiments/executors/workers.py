"""Where jobs are run, as asked for: checked, but nothing started."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from experiments.errors import UsageError
from experiments.settings import CLUSTER

EXECUTORS = ("processes", "dask", "slurm")
KINDS = ("slurm", "pbs", "sge", "lsf", "moab", "oar")
ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")
LISTS = ("job_extra", "prologue")
FORMS = {  # settings that a queue would refuse only when jobs are submitted
    "walltime": (re.compile(r"(\d+-)?\d+(:\d{1,2}){0,2}"), "02:00:00"),
    "memory": (re.compile(r"\d+(\.\d+)? ?[kKMGTP]i?B?"), "4GB"),
}


@dataclass(frozen=True)
class Workers:
    """Where jobs are run.

    `executor` is "processes" (of this machine), "dask" or "slurm". `processes` are the workers that are started, each
    with one thread: by default one a core of this machine; a job queue needs the number. `address` is that of a Dask
    scheduler that runs already (tcp://host:8786), with the workers it has; without it, executor=dask starts a
    scheduler and workers on this machine. `cluster` is for executor=slurm, what one job of the queue asks for:
    `kind` of queue (slurm, pbs, sge, lsf, moab or oar), `queue`, `account`, `walltime` ("02:00:00"), `memory` ("4GB",
    of the whole job), `cores` (one worker on each), `job_extra` (a list of further directives), `prologue` (a list of shell
    commands before the worker starts), `interface` (network interface), `log_directory`, `python`. What is left out is taken
    from the settings of dask-jobqueue (jobqueue.yaml). Raises `UsageError` for what cannot be.
    """

    processes: int | None = None
    executor: str = "processes"
    address: str | None = None
    cluster: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """See that the parts fit together."""
        if self.executor not in EXECUTORS:
            raise UsageError(f"executor={self.executor}: it must be one of {', '.join(EXECUTORS)}.")
        if self.processes is not None and self.processes < 1:
            raise UsageError(f"processes={self.processes}: at least 1 is needed.")
        if self.address and not ADDRESS.fullmatch(self.address):
            raise UsageError(f"address={self.address}: it must be that of a Dask scheduler, as in address=tcp://host:8786.")
        if self.address and self.executor != "dask":
            raise UsageError(f"address={self.address} is that of a Dask scheduler: say executor=dask too.")
        if self.address and self.processes is not None:
            raise UsageError(f"processes={self.processes}: the scheduler at address={self.address} has the workers it has; leave processes= out.")
        if self.cluster and self.executor != "slurm":
            raise UsageError(f"cluster settings ({', '.join(self.cluster)}) are for a job queue: say executor=slurm too.")
        if self.executor == "slurm":
            self.check_cluster()

    def check_cluster(self) -> None:
        """See that a job queue is told what it needs."""
        unknown = [name for name in self.cluster if name not in CLUSTER]
        if unknown:
            raise UsageError(f"cluster.{unknown[0]}: there is no such setting; there are {', '.join(CLUSTER)}.")
        if self.kind not in KINDS:
            raise UsageError(f"cluster.kind={self.kind}: it must be one of {', '.join(KINDS)}.")
        cores = self.cluster.get("cores")
        if cores is not None and (not isinstance(cores, int) or isinstance(cores, bool) or cores < 1):
            raise UsageError(f"cluster.cores={cores}: it must be a whole number from 1 on.")
        for name, value in self.cluster.items():
            if name in LISTS and isinstance(value, str):
                raise UsageError(f"cluster.{name}={value}: it must be a list of lines, as in cluster.{name}=['{value}'].")
            if name not in (*LISTS, "cores") and not isinstance(value, str | None):
                raise UsageError(f"cluster.{name}={value}: it must be a text, as in cluster.walltime='02:00:00' or cluster.memory=4GB.")
        for name, (pattern, example) in FORMS.items():
            if not pattern.fullmatch(str(self.cluster.get(name) or example)):
                raise UsageError(f"cluster.{name}={self.cluster[name]}: it must be written as in cluster.{name}={example}.")
        if self.processes is None:
            raise UsageError("executor=slurm needs processes=, the number of workers to ask the queue for, such as processes=20.")

    @property
    def kind(self) -> str:
        """The kind of job queue."""
        return str(self.cluster.get("kind") or "slurm")

    @property
    def number(self) -> int:
        """How many workers are started."""
        return self.processes or os.cpu_count() or 1
