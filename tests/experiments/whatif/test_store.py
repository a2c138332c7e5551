"""Finished runs on disk: whole or not at all, also after `kill -9`, and never written over."""

import os
import platform
import signal
import subprocess
import sys
import time

import pytest

from experiments.store import GIVEN_UP_AFTER, Store, host, whole
from experiments.whatif.bench import Arm, Bench
from tests.experiments.whatif.conftest import WEEKS

pytestmark = pytest.mark.unit


@pytest.fixture
def dead():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def alive():
    """The number of another process that is running until the test ends."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process.pid
    process.communicate()


def a_draft(store, name, key="version/parameters"):
    draft = store.folder / key / name
    draft.mkdir(parents=True)
    (draft / "measures.parquet").write_text("half", encoding="utf-8")
    return draft


def test_what_an_ended_process_began_is_cleared_and_what_a_running_one_is_at_is_left(tmp_path, dead, alive):
    store = Store(tmp_path / "store")
    stale, busy = a_draft(store, f".seed-1-{host()}-{dead}"), a_draft(store, f".seed-2-{host()}-{alive}")
    with whole(store.entry(3, "version/parameters")) as folder:
        (folder / "measures.parquet").write_text("all of it", encoding="utf-8")
    store.clear_drafts()
    assert not stale.exists()
    assert (busy / "measures.parquet").exists()
    assert store.finished([1, 2, 3], "version/parameters") == [3]


def test_what_another_machine_has_begun_is_left_for_a_day(tmp_path, dead):
    store = Store(tmp_path / "store")
    fresh, old = (a_draft(store, f".seed-{seed}-{'a' if host() != 'a' else 'b'}.cluster-{dead}") for seed in (1, 2))
    os.utime(old, (0, time.time() - GIVEN_UP_AFTER - 60))
    store.clear_drafts()
    assert fresh.is_dir() and not old.exists()


def test_two_machines_with_the_same_process_number_write_to_folders_of_their_own(tmp_path, monkeypatch):
    store, names = Store(tmp_path / "store"), []
    for machine in ("node-1", "node-2"):
        monkeypatch.setattr(platform, "node", lambda machine=machine: machine)
        with whole(store.entry(1)) as folder:
            names.append(folder.name)
    assert len(set(names)) == 2


def test_a_failure_while_writing_leaves_nothing(tmp_path):
    store = Store(tmp_path / "store")
    with pytest.raises(ZeroDivisionError), whole(store.entry(1)) as folder:
        (folder / "half").touch()
        raise ZeroDivisionError
    assert store.finished([1]) == [] and list(store.folder.iterdir()) == []


def test_an_entry_is_not_there_before_it_is_whole(tmp_path):
    store = Store(tmp_path / "store")
    with whole(store.entry(1)) as folder:
        (folder / "first").touch()
        assert store.finished([1]) == []
    assert store.finished([1]) == [1]


def test_a_finished_run_is_never_written_over(tmp_path):
    store = Store(tmp_path / "store")
    for text in ("first", "second"):
        with whole(store.entry(1)) as folder:
            (folder / "measures").write_text(text, encoding="utf-8")
    assert (store.entry(1) / "measures").read_text(encoding="utf-8") == "first"
    assert [path.name for path in store.folder.iterdir()] == ["seed-1"]


def test_other_hidden_folders_are_nobodys_drafts(tmp_path):
    """Whoever keeps the store in a folder of their own loses nothing."""
    store = Store(tmp_path / "store")
    others = [a_draft(store, name, key) for key in ("", "deeper", "deeper/still") for name in (".config", ".backup-2024", ".seed-notes")]
    store.clear_drafts()
    assert all((folder / "measures.parquet").exists() for folder in others)


# With two seeds there are ten writes: three tables for each twin, then two for each run with the service.
DEATHS = [(1, "before", 0), (2, "half-way", 0), (6, "after", 1), (8, "half-way", 2)]  # and how many runs are finished before it


@pytest.fixture(scope="module")
def straight(tmp_path_factory, classroom):
    """A workbench on which two seeds were run without trouble, those runs, and how many runs of the model they took."""
    bench = Bench(Store(tmp_path_factory.mktemp("straight") / "store"), WEEKS, 1)
    wanted = [bench.cell(Arm("baseline", "", classroom), seed) for seed in (1, 2)]
    return bench, wanted, bench.run(wanted, quiet=True)


@pytest.mark.scale
@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
@pytest.mark.parametrize(("at_write", "when", "finished"), DEATHS)
def test_a_run_that_is_killed_leaves_no_half_entry_and_the_next_ends_with_the_same_bytes(tmp_path, straight, bytes_in, at_write, when, finished):
    unharmed, wanted, total = straight
    killed = Bench(Store(tmp_path / "store"), WEEKS, 1)
    script = f"from tests.experiments.whatif.jobs import run_and_die; run_and_die({str(killed.store.folder)!r}, 2, {WEEKS}, {at_write}, {when!r})"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    whole_store, left = bytes_in(unharmed.store.folder), bytes_in(killed.store.folder)
    drafts = {path for path in left if "/.seed-" in path}
    assert drafts, "it was not killed while it wrote"
    assert {path: left[path] for path in left if path not in drafts} == {path: whole_store[path] for path in left if path not in drafts}
    assert killed.run(wanted, quiet=True) == total - finished
    killed.store.clear_drafts()
    assert bytes_in(killed.store.folder) == whole_store
