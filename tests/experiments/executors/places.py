"""Real places to run jobs in, for tests: a Dask scheduler with workers as processes of their own, and a stand-in for Slurm's commands."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[3]
HERE = "127.0.0.1"
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
SBATCH = """#!/bin/sh
cp "$1" "{folder}/job.$$"
setsid sh "{folder}/job.$$" >"{folder}/output.$$" 2>&1 &
echo $! >>"{folder}/submitted"
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
echo "$1" >>"{folder}/cancelled"
kill -9 "-$1"
"""


@dataclass(frozen=True)
class Dask:
    """A scheduler that runs, and its workers: processes with one thread each and no guardian that would start them anew."""

    address: str
    scheduler: subprocess.Popen
    workers: list[subprocess.Popen]


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return probe.getsockname()[1]


@contextmanager
def dask_scheduler(folder: Path, workers: int = 2, path: str = str(ROOT)) -> Iterator[Dask]:
    """Start a Dask scheduler and `workers` worker processes, which find modules in `path`; end them at the end. Wait until all have joined."""
    from distributed import Client

    address = f"tcp://{HERE}:{free_port()}"
    listen = ["--host", HERE, "--no-dashboard", "--dashboard-address", f"{HERE}:0"]
    started = {"cwd": folder, "env": {**os.environ, "PYTHONPATH": path}, **QUIET}
    scheduler = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", address.rsplit(":", 1)[1], *listen], **started)
    one = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder), *listen]
    crew = [subprocess.Popen(one, **started) for _ in range(workers)]
    try:
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60) if workers else None
        yield Dask(address, scheduler, crew)
    finally:
        for process in (*crew, scheduler):
            process.kill()
            process.wait()


def stand_in_for_slurm(folder: Path, refuses: str = "") -> Path:
    """Write `sbatch` and `scancel` to `folder`, which run a job's script as a process group of this machine at once; one that `refuses` says why.

    `submitted` and `cancelled` in that folder list the numbers of jobs, which are those of the process groups.
    """
    folder.mkdir(parents=True)
    refusing = f'#!/bin/sh\necho "sbatch: error: {refuses}" >&2\nexit 1\n'
    for name, text in (("sbatch", refusing if refuses else SBATCH.format(folder=folder)), ("scancel", SCANCEL.format(folder=folder))):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def listed(folder: Path, name: str) -> list[int]:
    """Return the numbers of jobs that a stand-in for Slurm has noted as `submitted` or `cancelled`."""
    path = folder / name
    return [int(line) for line in path.read_text(encoding="utf-8").split()] if path.exists() else []


def still_there(number: int) -> bool:
    """Whether any process of the group lives on, after a moment to end in; one that has ended and that nobody has asked about does not count."""
    end = time.monotonic() + 5
    while there := any(lives(process, number) for process in psutil.process_iter()):
        if time.monotonic() > end:
            break
        time.sleep(0.02)
    return there


def lives(process: psutil.Process, group: int) -> bool:
    """Whether `process` is of that process group and alive."""
    try:
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False
