"""Folders of results, alone in writing them. A folder appears whole or not at all.

While a run is under way, finished seeds wait in a hidden folder beside the results,
`.<name>-<hash8>.partial`. It is removed when the results are written; when the run stops early it stays,
and the same command goes on from it. Nothing is ever overwritten.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from experiments.errors import RunError, UsageError

MANIFEST = "manifest.json"
TAKEN = (errno.ENOTEMPTY, errno.EEXIST)  # what renaming a folder onto one that holds files answers


@dataclass(frozen=True)
class Outputs:
    """Where one run puts its results: `folder` in the end, `partial` while it is under way."""

    folder: Path
    run_hash: str

    @property
    def partial(self) -> Path:
        """The hidden folder of finished seeds."""
        short = self.run_hash[:8]
        name = self.folder.name if self.folder.name.endswith(short) else f"{self.folder.name}-{short}"
        return self.folder.parent / f".{name}.partial"

    def is_there(self) -> bool:
        """Whether `folder` holds this very run; raise `UsageError` when it holds anything else."""
        if not self.folder.exists():
            return False
        if not self.folder.is_dir():
            raise UsageError(f"out={self.folder}: this is a file; name a folder.")
        if not any(self.folder.iterdir()):
            return False
        try:
            same = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))["hash"] == self.run_hash
        except (OSError, ValueError, KeyError, TypeError):
            raise UsageError(f"out={self.folder}: the folder holds other files, which are never overwritten; name another folder.") from None
        if not same:
            raise UsageError(f"out={self.folder}: the folder holds another run, which is never overwritten; name another folder, or remove it first.")
        return True

    def open(self) -> None:
        """Make the hidden folder and see that it can be written to, before anything is run."""
        try:
            self.partial.mkdir(parents=True, exist_ok=True)
            probe = self.partial / f".probe-{os.getpid()}"
            probe.write_text("probe\n", encoding="utf-8")
            probe.unlink()
        except OSError as error:
            self.clear_drafts()
            raise RunError(f"results cannot be written to {self.folder}: {error.strerror or error}.") from error

    def seed_folder(self, seed: int) -> Path:
        """The folder of one finished seed."""
        return self.partial / f"seed-{seed}"

    def finished(self, seeds: list[int]) -> list[int]:
        """The `seeds` that an earlier start of the same run has finished."""
        return [seed for seed in seeds if self.seed_folder(seed).is_dir()]

    @contextmanager
    def whole(self, target: Path) -> Iterator[Path]:
        """Give a hidden folder to write in; it becomes `target` at the end, or is removed when anything fails.

        A seed that another process with the same command has finished meanwhile is the same bytes: it stays.
        """
        draft = self.partial / f".{target.name}-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        try:
            yield draft
            os.replace(draft, target)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            if error.errno not in TAKEN or target.parent != self.partial:
                raise
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def close(self) -> None:
        """Remove the hidden folder, when the results are in place."""
        shutil.rmtree(self.partial, ignore_errors=True)

    def clear_drafts(self) -> None:
        """Remove what was begun and not finished, unless another process is at it, and the hidden folder when nothing is left."""
        for draft in self.partial.glob(".*"):
            if not of_another_process(draft):
                shutil.rmtree(draft, ignore_errors=True)
        if not any(self.partial.glob("*")):
            shutil.rmtree(self.partial, ignore_errors=True)


def of_another_process(draft: Path) -> bool:
    """Whether a process other than this one, still running, writes in `draft`, whose name ends in its number."""
    number = draft.name.rsplit("-", 1)[-1]
    if os.name != "posix" or not number.isdigit() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)  # asks whether it is there; sends nothing
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
