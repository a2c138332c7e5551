"""However a sweep comes to its end (more processes, killed, stopped, continued) its tables are the same to the byte."""

import os
import signal
import subprocess
import sys
import time

import pytest

from experiments import missing
from tests.experiments.conftest import ROOT
from tests.experiments.sweep.conftest import SMALL, VARIED, tables_in
from tests.experiments.sweep.jobs import attempt_but_die_once

pytestmark = pytest.mark.unit
WORDS = (*SMALL, "method=morris", f"parameters=[{','.join(VARIED)}]", "points=3")
TABLES = {"design.parquet", "runs.parquet", "indices.csv", "noise.csv", "convergence.csv", "summary.txt", "data_dictionary.csv"}
RUNS = 3 * 4 * 2 + 2


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """The tables of the sweep, made in one process and in one go."""
    from experiments.__main__ import main

    folder = tmp_path_factory.mktemp("straight")
    assert main(["sweep", *WORDS, f"store={folder / 'store'}", f"out={folder / 'x'}"]) == 0
    return tables_in(folder / "x")


def environment(**more):
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def begin(folder, *words):
    """Start the command in a process of its own, in a group that can be ended as one."""
    return subprocess.Popen(
        [sys.executable, "-m", "experiments", "sweep", *WORDS, *words], cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


def wait_for_runs(folder, least=3):
    deadline = time.monotonic() + 120
    while len(finished(folder)) < least and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(finished(folder)) >= least


def finished(folder):
    return list(folder.glob("outputs/store/*/*/seed-*/measures.parquet"))


def drafts(folder):
    return list(folder.glob("outputs/store/*/*/.seed*"))


def test_the_sweep_has_all_its_tables(straight):
    assert set(straight) == TABLES


@pytest.mark.scale
def test_two_processes_give_the_same_tables(spsim, straight, tmp_path):
    assert spsim("sweep", *WORDS, "out=x", "processes=2").status == 0
    assert tables_in(tmp_path / "x") == straight


@pytest.mark.scale
def test_eight_processes_with_another_order_of_sets_give_the_same_tables(straight, tmp_path):
    command = [sys.executable, "-m", "experiments", "sweep", *WORDS, "out=x", "processes=8"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(PYTHONHASHSEED="12345"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert tables_in(tmp_path / "x") == straight


@pytest.mark.scale
def test_a_store_that_a_smaller_sweep_filled_in_part_gives_the_same_tables(spsim, straight, tmp_path, ran):
    spsim("sweep", *WORDS, "points=2", "replications=1", "out=small")
    spsim("sweep", *WORDS, "method=oat", "points=2", "out=other")
    ran.clear()
    assert spsim("sweep", *WORDS, "out=x").status == 0
    assert 0 < len(ran) < RUNS - 8
    assert tables_in(tmp_path / "x") == straight


@pytest.mark.scale
def test_a_larger_sweep_in_the_place_of_a_smaller_has_the_same_tables_as_one_made_at_once(spsim, straight, tmp_path):
    for size in ("points=2", "points=3"):
        assert spsim("sweep", *WORDS, size, "out=x").status == 0
    assert tables_in(tmp_path / "x") == straight


@pytest.mark.scale
def test_a_worker_that_is_killed_in_mid_sweep_is_not_noticed_in_the_tables(spsim, straight, tmp_path, monkeypatch):
    monkeypatch.setattr(missing, "attempt", attempt_but_die_once)
    answer = spsim("sweep", *WORDS, "out=x", "processes=2")
    assert answer.status == 0 and (tmp_path / "outputs" / "died").exists(), answer.err
    assert tables_in(tmp_path / "x") == straight and not drafts(tmp_path)


@pytest.mark.scale
@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
@pytest.mark.parametrize("write", [2, 9])
def test_after_it_was_killed_while_it_wrote_the_same_command_ends_with_the_same_tables(spsim, straight, tmp_path, ran, write):
    script = f"from tests.experiments.sweep.jobs import die_at_run; die_at_run({write}, {['sweep', *WORDS, 'out=x']!r})"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    left = len(finished(tmp_path))
    assert len(drafts(tmp_path)) == 1 and not (tmp_path / "x").exists()
    assert spsim("sweep", *WORDS, "out=x").status == 0
    assert len(ran) == RUNS - left and tables_in(tmp_path / "x") == straight
    assert not drafts(tmp_path) and {path.name for path in tmp_path.iterdir()} == {"x", "outputs"}


@pytest.mark.scale
@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
def test_after_the_driver_of_two_workers_was_killed_the_same_command_ends_with_the_same_tables(spsim, straight, tmp_path, ran):
    running = begin(tmp_path, "out=x", "processes=2")
    wait_for_runs(tmp_path)
    running.kill()  # the driver alone: its workers see that it has gone
    running.communicate(timeout=60)
    assert not (tmp_path / "x").exists()
    answer = spsim("sweep", *WORDS, "out=x")
    assert answer.status == 0, answer.err
    assert len(ran) <= RUNS - 3 and tables_in(tmp_path / "x") == straight


@pytest.mark.scale
@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_it_keeps_what_is_finished_and_says_how_to_go_on(tmp_path, number, status):
    running = begin(tmp_path, "out=x", "processes=2", "weeks=52", "points=40")
    wait_for_runs(tmp_path)
    os.killpg(running.pid, number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == status and out == ""
    assert "Stopped. Finished runs are kept in outputs/store; the same command goes on from them." in err.splitlines()[-1]
    assert len(finished(tmp_path)) >= 3 and not drafts(tmp_path) and {path.name for path in tmp_path.iterdir()} == {"outputs"}
