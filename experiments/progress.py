"""How far a long run is: a bar on a terminal, now and then a plain line elsewhere. On the error stream."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TypeVar

from tqdm import tqdm

from experiments.terminal import duration

SECONDS_BETWEEN_LINES = 5.0
SECONDS_BEFORE_BAR = 0.3
Thing = TypeVar("Thing")


class Progress:
    """Counts `total` steps of a thing named `unit`; use as a context, and call `tick` after each step. `quiet` shows nothing."""

    def __init__(self, total: int, unit: str, quiet: bool = False) -> None:
        self.total, self.unit, self.done, self.quiet = total, unit, 0, quiet
        self.said = self.began = time.monotonic()
        self.bar = None
        if sys.stderr.isatty() and not quiet:
            self.bar = tqdm(total=total, unit=f" {unit}", leave=False, file=sys.stderr, delay=SECONDS_BEFORE_BAR)

    def tick(self, steps: int = 1) -> None:
        """Count `steps`, and show how far it is when it is time."""
        self.done += steps
        if self.bar is not None:
            self.bar.update(steps)
        elif not self.quiet and time.monotonic() - self.said >= SECONDS_BETWEEN_LINES:
            self.said = time.monotonic()
            print(f"{self.done:,} of {self.total:,} {self.unit} done{self.left()}", file=sys.stderr, flush=True)

    def left(self) -> str:
        """Return `, about 3 minutes left`, from the pace so far; empty at the end and where it is too early to tell."""
        went = time.monotonic() - self.began
        if self.done >= self.total or went < SECONDS_BEFORE_BAR:
            return ""
        return f", about {duration(went / self.done * (self.total - self.done))} left"

    def over(self, things: Iterable[Thing]) -> Iterator[Thing]:
        """Yield `things`, each counted when the next is asked for."""
        for thing in things:
            yield thing
            self.tick()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.close()
