"""A job queue: the script that is submitted, and whole runs on a stand-in for Slurm's commands that starts real workers."""

import os
import signal
from contextlib import suppress

import pytest

from experiments.errors import RunError
from experiments.executors import Workers, job_script, run_all
from tests.experiments.executors.jobs import Page, pages, write
from tests.experiments.executors.places import ROOT, listed, stand_in_for_slurm, still_there

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # whole pipelines: `make scale`
ASKED = {"queue": "short", "account": "project7", "walltime": "02:00:00", "memory": "8GB", "cores": 4, "job_extra": ["--exclusive"]}
LINES = {
    "slurm": ["#SBATCH -p short", "#SBATCH -A project7", "#SBATCH -t 02:00:00", "#SBATCH --mem=8G", "#SBATCH --cpus-per-task=4", "#SBATCH --exclusive"],
    "pbs": ["#PBS -q short", "#PBS -A project7", "#PBS -l walltime=02:00:00", "#PBS -l select=1:ncpus=4:mem=7630MB", "#PBS --exclusive"],
    "sge": ["#$ -q short", "#$ -P project7", "#$ -l h_rt=02:00:00", "#$ --exclusive"],
    "lsf": ["#BSUB -q short", '#BSUB -P "project7"', "#BSUB -W 02:00:00", "#BSUB -n 4", "#BSUB --exclusive"],
}


def slurm(processes=2, **cluster):
    return Workers(processes, "slurm", cluster=cluster)


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """`commands()`: put a stand-in for Slurm's commands on the path, whose jobs find the code."""

    def install(refuses=""):
        folder = stand_in_for_slurm(tmp_path / "slurm", refuses)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        return folder

    yield install
    for number in listed(tmp_path / "slurm", "submitted"):
        with suppress(ProcessLookupError):
            os.killpg(number, signal.SIGKILL)


@pytest.fixture
def book(tmp_path):
    (tmp_path / "pages").mkdir()
    return lambda count, seconds=0.0: [Page(number, tmp_path / "pages", seconds) for number in range(count)]


@pytest.mark.parametrize("kind", LINES)
def test_the_script_asks_the_queue_for_what_was_asked_for_and_starts_one_worker_a_core(kind):
    script = job_script(slurm(8, kind=kind, prologue=["module load python"], python="python3", **ASKED))
    assert set(LINES[kind]) <= set(script.splitlines())
    assert "\nmodule load python\n" in script
    command = script.splitlines()[-1]
    assert command.startswith("python3 -m distributed.cli.dask_worker tcp://")
    assert "--nthreads 1 " in command and "--nworkers 4 " in command and "--no-dashboard" in command
    assert str(ROOT) not in script


def test_what_is_not_asked_for_is_left_to_the_queue():
    script = job_script(slurm())
    assert "#SBATCH --cpus-per-task=1" in script and "#SBATCH --mem=2G" in script
    assert "#SBATCH -p" not in script and "#SBATCH -A" not in script


def test_asking_for_the_script_leaves_ctrl_c_as_it_was():
    """The library ends the process in silence from the moment that it is imported."""
    before = signal.getsignal(signal.SIGINT)
    job_script(slurm())
    assert signal.getsignal(signal.SIGINT) is before is signal.default_int_handler


def test_without_the_command_of_the_queue_nothing_is_started(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match=r"executor=slurm \(slurm\): there is no command sbatch on this machine"):
        list(run_all(write, [1, 2], slurm()))
    with pytest.raises(RunError, match=r"executor=slurm \(pbs\): there is no command qsub"):
        list(run_all(write, [1, 2], slurm(kind="pbs")))
    assert list(tmp_path.iterdir()) == []


def test_a_queue_that_refuses_is_told_in_its_own_words(commands):
    commands(refuses="invalid partition specified: short")
    with pytest.raises(RunError, match=r"the job queue \(slurm\) did not take a job: .*invalid partition specified: short"):
        list(run_all(write, [1, 2], slurm(queue="short")))


@pytest.mark.parametrize(("cores", "jobs"), [(1, 2), (2, 1)])
def test_every_job_is_done_to_the_same_bytes_and_the_queue_is_left_empty(commands, book, tmp_path, alone, cores, jobs):
    folder = commands()
    told = list(run_all(write, book(12), slurm(2, cores=cores), 2))
    assert sorted(page.number for page, _ in told) == list(range(12)) and all(error is None for _, error in told)
    assert pages(tmp_path / "pages") == alone(12)
    assert len(listed(folder, "submitted")) == jobs
    assert sorted(listed(folder, "cancelled")) == sorted(listed(folder, "submitted"))
    assert not any(still_there(number) for number in listed(folder, "submitted"))


@pytest.mark.scale
def test_when_the_time_of_all_jobs_is_up_the_queue_is_asked_for_new_ones(commands, book, tmp_path, alone):
    folder = commands()
    told = []
    for outcome in run_all(write, book(12, 0.1), slurm(2, cores=2)):
        told.append(outcome)
        if len(told) == 4:
            os.killpg(listed(folder, "submitted")[0], signal.SIGKILL)
    assert sorted(page.number for page, _ in told) == list(range(12)) and all(error is None for _, error in told)
    assert len(listed(folder, "submitted")) == 2
    assert pages(tmp_path / "pages") == alone(12)


def test_leaving_the_loop_takes_the_jobs_out_of_the_queue(commands, book):
    folder = commands()
    for _ in run_all(write, book(12, 0.1), slurm(2)):
        break
    assert sorted(listed(folder, "cancelled")) == sorted(listed(folder, "submitted"))
    assert not any(still_there(number) for number in listed(folder, "submitted"))
