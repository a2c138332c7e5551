"""Folders of results, alone in writing them. A folder appears whole or not at all.

While a run is under way, what is finished waits in a hidden folder beside the results,
`.<name>-<hash8>.partial`. It is removed when the results are written; when the run stops early it stays,
and the same command goes on from it. Nothing is ever overwritten.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.errors import RunError, UsageError
from experiments.manifest import digest
from experiments.store import Store, of_another_process, whole, writer

MANIFEST = "manifest.json"
MOST_TOLD = 4  # differences that are named when a folder holds another run
LONGEST = 60  # letters of a value in such a difference
NOTHING = object()  # what a record does not have


@dataclass(frozen=True)
class Outputs:
    """Where one command puts its results: `folder` in the end, `partial` while it is under way.

    `decides` is everything that decides the results, as it stands in the manifest: its hash names them.
    """

    folder: Path
    decides: dict[str, Any]

    @classmethod
    def of(cls, out: str | None, name: str, decides: dict[str, Any]) -> Outputs:
        """Return where the results that `decides` decides go: to `out`, or to a folder named by command, `name` and hash."""
        return cls(Path(out or f"outputs/{decides['command']}/{name}-{digest(decides)[:8]}").expanduser(), decides)

    @property
    def hash(self) -> str:
        """The hash of all that decides the results."""
        return digest(self.decides)

    @property
    def partial(self) -> Path:
        """The hidden folder of what is finished."""
        short = self.hash[:8]
        name = self.folder.name if self.folder.name.endswith(short) else f"{self.folder.name}-{short}"
        return self.folder.parent / f".{name}.partial"

    @property
    def seeds(self) -> Store:
        """The finished seeds in the hidden folder."""
        return Store(self.partial)

    def is_there(self, needed: str = MANIFEST) -> bool:
        """Whether `folder` holds these very results; raise `UsageError` when it holds anything else, or lacks the file `needed`."""
        if not self.folder.exists():
            return False
        if not self.folder.is_dir():
            raise UsageError(f"out={self.folder}: this is a file; name a folder.")
        if not any(self.folder.iterdir()):
            return False
        try:
            found = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
            same = found["hash"] == self.hash
        except (OSError, ValueError, KeyError, TypeError):
            raise UsageError(f"out={self.folder}: the folder holds other files, which are never overwritten; name another folder.") from None
        if not same:
            told = f"out={self.folder}: the folder holds another run, which is never overwritten; name another folder, or remove it first."
            raise UsageError(f"{told}{what_differs(found, self.decides)}")
        if not (self.folder / needed).is_file():
            raise UsageError(f"out={self.folder}: {needed} is missing from these results; remove the folder, and the same command makes them again.")
        return True

    def found(self, needed: str = MANIFEST) -> bool:
        """Whether these very results are there already, and say so; raises as `is_there` does."""
        there = self.is_there(needed)
        if there:
            print(f"These results were there already, from the same command; nothing was run ({self.folder}).\n")
        return there

    def open(self) -> None:
        """Make the hidden folder and see that it can be written to, before anything is run."""
        try:
            self.seeds.open()
        except RunError as error:
            raise RunError(str(error).replace(str(self.partial), str(self.folder))) from error

    @contextmanager
    def whole(self, replaces: bool = False, own: Collection[str] = ()) -> Iterator[Path]:
        """Give a hidden folder to write in; it becomes `folder` at the end, or is removed when anything fails.

        With `replaces` the results in `folder`, which the new ones continue, make way at the last moment, and come back when that
        fails. What somebody else has put beside them stays: all but the names in `own`, which only such results have.
        """
        before = self.folder.parent / f".{self.folder.name}-before-{writer()}"
        try:
            with whole(self.folder, beside=self.partial, may_be_there=False) as draft:
                yield draft
                if replaces and self.folder.is_dir():
                    copy_others(self.folder, draft, own)
                    self.folder.rename(before)
        except BaseException:
            if before.is_dir() and not self.folder.exists():
                before.rename(self.folder)
            raise
        shutil.rmtree(before, ignore_errors=True)

    def close(self) -> None:
        """Remove the hidden folder, when the results are in place, unless another process with the same command is still at it."""
        if not any(of_another_process(draft) for draft in self.partial.glob(".*")):
            shutil.rmtree(self.partial, ignore_errors=True)


def copy_others(folder: Path, draft: Path, own: Collection[str]) -> None:
    """Copy into `draft` what is in `folder` under a name that `draft` does not have and that is not among `own`."""
    for path in folder.iterdir():
        if path.name not in own and not (draft / path.name).exists():
            (shutil.copytree if path.is_dir() else shutil.copy2)(path, draft / path.name)


def write_manifest(folder: Path, record: dict[str, Any]) -> None:
    """Write the record of what was run into `folder`."""
    (folder / MANIFEST).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def what_differs(found: dict[str, Any], decides: dict[str, Any]) -> str:
    """Return ' It differs in …' with the first keys in which the manifest `found` and `decides` differ, both values told where short."""
    told = [line for key, value in decides.items() for line in differing(key, found.get(key, NOTHING), json.loads(json.dumps(value)))]
    told = [line for line in told if not line.startswith("parameters_hash")]
    if not told:
        return ""
    more = f" and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
    return f" It differs in {'; '.join(told[:MOST_TOLD])}{more}."


def differing(key: str, found: Any, wanted: Any) -> Iterator[str]:
    """Yield a phrase for each leaf below `key` in which two records differ."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for name in dict.fromkeys([*wanted, *found]):
            yield from differing(f"{key}.{name}", found.get(name, NOTHING), wanted.get(name, NOTHING))
    elif found is NOTHING or wanted is NOTHING:
        which, value = ("only now", wanted) if found is NOTHING else ("only there", found)
        yield f"{key} ({which}{f': {short}' if (short := shortened(value)) else ''})"
    elif found != wanted:
        yield f"{key} (there {shortened(found)}, now {shortened(wanted)})"


def shortened(value: Any) -> str:
    """Return a value of a record on one line, cut where it is long; of a record within it the first values."""
    text = ", ".join(f"{name} {json.dumps(one, ensure_ascii=False)}" for name, one in value.items()) if isinstance(value, dict) else (
        json.dumps(value, ensure_ascii=False)
    )  # fmt: skip
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
