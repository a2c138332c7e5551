"""How far a long run is: a bar on a terminal, now and then a plain line elsewhere. On the error stream."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 5.0
SECONDS_BEFORE_BAR = 0.3


class Progress:
    """Counts `total` steps of a thing named `unit`; use as a context, and call `tick` after each step."""

    def __init__(self, total: int, unit: str) -> None:
        self.total, self.unit, self.done = total, unit, 0
        self.said = time.monotonic()
        self.bar = tqdm(total=total, unit=f" {unit}", leave=False, file=sys.stderr, delay=SECONDS_BEFORE_BAR) if sys.stderr.isatty() else None

    def tick(self) -> None:
        """Count one step, and show it when it is time."""
        self.done += 1
        if self.bar is not None:
            self.bar.update()
        elif time.monotonic() - self.said >= SECONDS_BETWEEN_LINES:
            self.said = time.monotonic()
            print(f"{self.done} of {self.total} {self.unit} done", file=sys.stderr, flush=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.close()
