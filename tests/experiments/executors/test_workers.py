"""What may be asked for as a place to run, before anything is started."""

import os

import pytest

from experiments.errors import RunError, UsageError
from experiments.executors import Workers, run_all

pytestmark = pytest.mark.unit
SLURM = {"executor": "slurm", "processes": 4}


def test_without_a_number_there_is_one_worker_a_core():
    assert Workers().number == Workers(executor="dask").number == os.cpu_count()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"executor": "magic"}, "executor=magic: it must be one of processes, dask, slurm"),
        ({"processes": 0}, "processes=0: at least 1"),
        ({"address": "tcp://127.0.0.1:8786"}, "say executor=dask too"),
        ({"executor": "dask", "address": "127.0.0.1:8786"}, "address=127.0.0.1:8786: .* as in address=tcp://host:8786"),
        ({"executor": "dask", "address": "tcp://127.0.0.1:8786", "processes": 3}, "leave processes= out"),
        ({"executor": "dask", "cluster": {"queue": "short"}}, r"cluster settings \(queue\) are for a job queue: say executor=slurm too"),
        ({"executor": "slurm"}, "executor=slurm needs processes="),
        ({**SLURM, "cluster": {"partition": "short"}}, "cluster.partition: there is no such setting; there are kind, queue"),
        ({**SLURM, "cluster": {"kind": "cloud"}}, "cluster.kind=cloud: it must be one of slurm, pbs"),
        ({**SLURM, "cluster": {"cores": 0}}, "cluster.cores=0: it must be a whole number from 1 on"),
        ({**SLURM, "cluster": {"walltime": 7200}}, "cluster.walltime=7200: it must be a text"),
        ({**SLURM, "cluster": {"walltime": "two hours"}}, "cluster.walltime=two hours: it must be written as in cluster.walltime=02:00:00"),
        ({**SLURM, "cluster": {"memory": "lots"}}, "cluster.memory=lots: it must be written as in cluster.memory=4GB"),
        ({**SLURM, "cluster": {"job_extra": "--exclusive"}}, r"it must be a list of lines, as in cluster.job_extra=\['--exclusive'\]"),
    ],
)
def test_what_does_not_fit_together_is_a_mistake_and_says_what_would(asked, told):
    with pytest.raises(UsageError, match=told):
        Workers(**asked)


@pytest.mark.parametrize("asked", [{"executor": "dask"}, SLURM])
def test_without_dask_it_says_what_to_install(asked, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "experiments.executors.cluster", None)  # as when a package that it imports is missing
    with pytest.raises(RunError, match=r"pip install 'spsim\[cluster\]'"):
        list(run_all(print, [1, 2], Workers(**asked)))
