"""A run that stops early, for whatever reason, leaves nothing half written, keeps what was finished and can go on."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments import run as run_module

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]


def files_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}


@pytest.fixture
def failing(monkeypatch):
    """Let the run of seed 3 fail in its second week; returns a function that mends it."""
    whole = run_module.SocialPrescribingService

    class Failing(whole):
        def __init__(self, *args, seed, **options):
            super().__init__(*args, seed=seed, **options)
            self.own_seed = seed

        def step(self):
            if self.own_seed == 3 and self.week == 1:
                raise ZeroDivisionError("two\nlines")
            super().step()

    monkeypatch.setattr(run_module, "SocialPrescribingService", Failing)
    return lambda: monkeypatch.setattr(run_module, "SocialPrescribingService", whole)


def test_an_error_in_one_seed_is_one_line_and_the_finished_seeds_are_gone_on_from(quick, tmp_path, failing):
    answer = quick("replications=4", "processes=1", "out=x")
    assert answer.status == 1
    assert answer.err.count("\n") == 1
    assert "ZeroDivisionError: two lines" in answer.err and "2 of 4 seeds are finished" in answer.err
    assert not (tmp_path / "x").exists()
    failing()
    assert quick("replications=4", "processes=1", "out=x").status == 0
    assert quick("replications=4", "processes=1", "out=straight").status == 0
    assert files_of(tmp_path / "x") == files_of(tmp_path / "straight")
    assert {path.name for path in tmp_path.iterdir()} == {"x", "straight"}


def test_an_error_in_the_only_seed_leaves_nothing(quick, tmp_path, failing):
    answer = quick("seed=3", "out=x")
    assert answer.status == 1
    assert "nothing is kept" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_debug_shows_where_a_run_failed(quick, failing):
    answer = quick("seed=3", "debug=true")
    assert answer.status == 1
    assert "ZeroDivisionError" in answer.err and "in step" in answer.err


def one_complaint(err):
    """Whether `err` holds one line of complaint, after lines of progress (which come when a run takes long)."""
    *progress, last = err.splitlines()
    return last.startswith("spsim: ") and all(" done" in line for line in progress)


def limited(kilobytes):
    """Let a process write no file beyond `kilobytes`, as on a disk that fills up."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1000, kilobytes * 1000))


@pytest.mark.scale
def test_a_full_disk_is_one_line_and_leaves_no_half_written_file(process, tmp_path):
    done = process("run", "service=classroom", "weeks=52", "out=x", preexec_fn=limited(3))
    assert done.returncode == 1
    assert one_complaint(done.stderr) and "cannot be written" in done.stderr, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.scale
def test_a_disk_that_fills_up_at_the_end_keeps_the_finished_seeds(process, tmp_path):
    words = ("run", "service=classroom", "weeks=52", "out=x", "replications=4", "processes=1")
    done = process(*words, preexec_fn=limited(30))
    assert done.returncode == 1
    assert one_complaint(done.stderr) and "4 of 4 seeds are finished and kept" in done.stderr, done.stderr
    assert not (tmp_path / "x").exists()
    assert process(*words).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def start(folder, *words):
    return subprocess.Popen(
        [sys.executable, "-m", "experiments", "run", "service=classroom", "weeks=100", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # a test run in the background may have Ctrl-C ignored, which a child would inherit
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def descendants(pid):
    """The processes that `pid` started and that still run."""
    there = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:  # gone meanwhile
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            there.append(int(stat.parent.name))
    return there


def workers_of(pid):
    """The processes among them that run seeds; another one keeps track of what they share."""
    return [worker for worker in descendants(pid) if b"spawn_main" in Path(f"/proc/{worker}/cmdline").read_bytes()]


def until(met, running):
    deadline = time.monotonic() + 60
    while not met():
        assert time.monotonic() < deadline and running.poll() is None
        time.sleep(0.02)


@pytest.mark.parametrize("processes", [1, 2])
def test_interrupted_a_run_stops_within_two_seconds_and_keeps_the_finished_seeds(tmp_path, quick, processes):
    running = start(tmp_path, "replications=400", f"processes={processes}", "out=x")
    until(lambda: list(tmp_path.glob(".x-*.partial/seed-*")), running)
    stopped = time.monotonic()
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: parent and workers
    out, err = running.communicate(timeout=20)
    assert time.monotonic() - stopped < 2
    assert running.returncode == 130
    assert one_complaint(err) and "of 400 seeds are finished and kept" in err
    assert not (tmp_path / "x").exists()
    (partial,) = tmp_path.iterdir()
    assert all(path.name.startswith("seed-") for path in partial.iterdir())


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_interrupted_while_its_workers_start_a_run_says_one_line(tmp_path):
    running = start(tmp_path, "replications=400", "processes=2", "out=x")
    until(lambda: len(workers_of(running.pid)) == 2, running)
    for worker in workers_of(running.pid):
        os.kill(worker, signal.SIGINT)  # a little before the parent, which would end them before they can complain
    time.sleep(0.3)
    assert len(workers_of(running.pid)) == 2
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=20)
    assert running.returncode == 130
    assert one_complaint(err) and "Traceback" not in err, err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.scale
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)])
def test_asked_to_end_or_killed_a_run_leaves_no_process_behind(tmp_path, sent, status):
    running = start(tmp_path, "replications=400", "processes=2", "out=x")
    until(lambda: len(list(tmp_path.glob(".x-*.partial/seed-*"))) > 1, running)
    workers = workers_of(running.pid)
    assert len(workers) == 2
    running.send_signal(sent)
    _, err = running.communicate(timeout=20)
    assert running.returncode == status
    if sent == signal.SIGTERM:
        assert one_complaint(err) and "of 400 seeds are finished and kept" in err
    deadline = time.monotonic() + 10
    while any(alive(worker) for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.scale
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_asked_to_end_twice_a_run_ends_all_the_same(tmp_path):
    """As when `timeout` passes a signal on that was sent to both: the second comes while workers are being ended."""
    for attempt in range(3):
        running = start(tmp_path, "replications=400", "processes=2", f"out=x{attempt}")
        until(lambda: len(list(tmp_path.glob(f".x{attempt}-*.partial/seed-*"))) > 1, running)  # noqa: B023
        workers = workers_of(running.pid)
        for _ in range(3):
            running.send_signal(signal.SIGTERM)
            time.sleep(0.002)
        running.communicate(timeout=20)
        assert running.returncode == 143
        deadline = time.monotonic() + 10
        while any(alive(worker) for worker in workers):
            assert time.monotonic() < deadline
            time.sleep(0.02)


def alive(pid):
    """Whether process `pid` runs; one that has ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_progress_into_a_file_is_plain_lines(process):
    done = process("run", "service=classroom", "weeks=12")
    assert done.returncode == 0
    assert "\r" not in done.stderr and "\x1b" not in done.stderr
