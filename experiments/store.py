"""Finished runs on disk, one folder for each set of parameters and seed. A folder appears whole or not at all.

What is written is made in a hidden folder beside its place and renamed into it, so that a run that is killed
leaves nothing half done. Nothing is ever overwritten.
"""

from __future__ import annotations

import errno
import os
import platform
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from experiments.errors import RunError

GIVEN_UP_AFTER = 86_400  # seconds: a draft of another machine that has not changed for so long is nobody's
TAKEN = (errno.ENOTEMPTY, errno.EEXIST)  # what renaming a folder onto one that holds files answers
DRAFT = re.compile(r"\.(seed-\d+|what\.json)-[\w.]+-\d+")  # nothing else is removed: the folder is the user's choice, and may hold other things


@dataclass(frozen=True)
class Store:
    """A folder of finished runs: `<folder>/<key>/seed-<n>`, with one key for each set of parameters."""

    folder: Path

    @classmethod
    def at(cls, folder: str) -> Store:
        """Return the store in `folder`, by its absolute path: workers elsewhere must find the same one."""
        return cls(Path(folder).expanduser().absolute())

    def entry(self, seed: int, key: str = "") -> Path:
        """The folder of one finished run."""
        return self.folder / key / f"seed-{seed}"

    def finished(self, seeds: list[int], key: str = "") -> list[int]:
        """The `seeds` that are there."""
        return [seed for seed in seeds if self.entry(seed, key).is_dir()]

    def open(self, what: str = "results") -> None:
        """Make the folder and see that it can be written to, before anything is run; `what` names it in the error."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe = self.folder / f".probe-{writer()}"
            probe.write_text("probe\n", encoding="utf-8")
            probe.unlink()
        except OSError as error:
            self.clear_drafts()
            raise RunError(f"{what} cannot be written to {self.folder}: {error.strerror or error}.") from error

    def clear_drafts(self) -> None:
        """Remove what was begun and not finished, unless another process is at it, and the folder when nothing is left."""
        for draft in [path for pattern in (".seed-*", "*/.seed-*", "*/*/.seed-*", "*/*/.what.json-*") for path in self.folder.glob(pattern)]:
            if DRAFT.fullmatch(draft.name) and not of_another_process(draft):
                remove(draft)
        if self.folder.is_dir() and not any(self.folder.glob("*")):
            shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def whole(target: Path, beside: Path | None = None, may_be_there: bool = True) -> Iterator[Path]:
    """Give a hidden folder to write in; it becomes `target` at the end, or is removed when anything fails.

    It is made in `beside`, by default where `target` is. When `target` is there already and `may_be_there`, it
    stays: another process has finished the same run meanwhile, and its bytes are the same.
    """
    folder = beside or target.parent
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{target.name}-{writer()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        yield draft
        os.replace(draft, target)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        if error.errno not in TAKEN or not may_be_there:
            raise
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def writer() -> str:
    """Return what tells this process from all others that may write to the same folder, on this machine or another."""
    return f"{host()}-{os.getpid()}"


def host() -> str:
    """Return the name of this machine, fit for the name of a file."""
    return re.sub(r"[^A-Za-z0-9.]", "_", platform.node()) or "here"


def remove(draft: Path) -> None:
    """Remove a folder or a file, as far as that can be done."""
    if draft.is_dir():
        shutil.rmtree(draft, ignore_errors=True)
    else:
        with suppress(OSError):
            draft.unlink()


def of_another_process(draft: Path) -> bool:
    """Whether a process other than this one may still be writing in `draft`, whose name ends in its `writer`.

    On this machine that is seen from the process number; on another it cannot be seen, and is taken to be so for a day.
    """
    machine, _, number = draft.name.rpartition("-")
    if os.name != "posix" or not number.isdigit():
        return False
    if machine.rpartition("-")[2] != host():
        return age(draft) < GIVEN_UP_AFTER
    if int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)  # asks whether it is there; sends nothing
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def age(draft: Path) -> float:
    """Return the seconds since something in the folder `draft` was last made or removed."""
    try:
        return time.time() - draft.stat().st_mtime
    except OSError:
        return 0.0
