"""Several seeds of one scenario. Each finished seed is on disk at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from experiments.executors import run_all
from experiments.outputs import Outputs
from experiments.progress import Progress
from experiments.run import Job, run
from experiments.store import whole
from experiments.tables import write_parquet


def run_seeds(jobs: list[Job], outputs: Outputs, processes: int | None) -> None:
    """Run `jobs` and leave each one's tables in `outputs`; the result does not depend on `processes`.

    Stops at the first error, which is raised; seeds that were finished stay.
    """
    alone = min(processes or os.cpu_count() or 1, len(jobs)) <= 1
    with Progress(sum(job.steps for job in jobs) if alone else len(jobs), "weeks" if alone else "seeds") as progress:
        do = partial(run_and_keep, outputs=outputs, tick=progress.tick if alone else None)
        for _, error in run_all(do, jobs, processes):
            if error is not None:
                raise error
            if not alone:
                progress.tick()


def run_and_keep(job: Job, outputs: Outputs, tick: Callable[[], object] | None = None) -> None:
    """Run one job and put its tables in the folder of its seed, whole or not at all; `tick` is called after each week."""
    tables = run(job, tick or (lambda: None))
    with whole(outputs.seeds.entry(job.seed)) as folder:
        for name, table in tables.items():
            write_parquet(name, table, folder / f"{name}.parquet")
