"""Jobs for tests: functions that a fresh process can import."""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Page:
    """A job that takes `seconds` and leaves a file whose content depends on its number alone."""

    number: int
    folder: Path
    seconds: float = 0.0


def write(page: Page) -> None:
    """Do `page`, unless its file is there already."""
    target = page.folder / f"page-{page.number}"
    if target.exists():
        return
    time.sleep(page.seconds)
    draft = page.folder / f".{target.name}-{os.getpid()}"
    draft.write_bytes(random.Random(page.number).randbytes(1000))
    draft.replace(target)


def note_and_wait(page: Page) -> None:
    """Leave a file named after this process, then wait for as long as `page` takes."""
    (page.folder / f"process-{os.getpid()}").touch()
    time.sleep(page.seconds)


class Stubborn(Exception):
    """An error that cannot be made again on the other side."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


def raise_stubbornly(number: int) -> None:
    """Raise."""
    raise Stubborn(str(number), "more")


def pages(folder: Path) -> dict[str, bytes]:
    """Return every finished page's bytes by name."""
    return {path.name: path.read_bytes() for path in folder.glob("page-*")}
