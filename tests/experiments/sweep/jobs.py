"""Functions with known answers in the place of the model, some of which end badly on purpose: what a fresh process can import."""

from __future__ import annotations

import json
import math
import os
import signal
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.manifest import digest
from experiments.missing import attempt
from experiments.store import Store, whole
from experiments.sweep.question import Step, SweepQuestion
from experiments.sweep.runs import Run
from experiments.whatif.bench import Bench
from experiments.whatif.cells import MEASURES, TIMING

MEASURE = "wait_mean"  # under this name a sweep looks at the function
A_OF_G = (0.0, 1.0, 4.5, 9.0)
ATTEMPT = attempt  # a test may put another in its place


def ishigami(x: tuple[float, ...]) -> float:
    """Ishigami and Homma 1990, with a=7 and b=0.1; x between -pi and pi."""
    return math.sin(x[0]) + 7 * math.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * math.sin(x[0])


def g(x: tuple[float, ...]) -> float:
    """The g function of Sobol (Saltelli and Sobol 1995); x between 0 and 1."""
    return math.prod((abs(4 * u - 2) + a) / (1 + a) for u, a in zip(x, A_OF_G, strict=True))


def nothing(_: tuple[float, ...]) -> float:
    """The same everywhere."""
    return 1.0


FUNCTIONS = {f.__name__: f for f in (ishigami, g, nothing)}


@dataclass(frozen=True)
class Known:
    """One evaluation. Luck has a part of `common` standard deviation that all points of a seed share, and one of `own`.

    `ends`: "well", "raises", "dies" (its process, always) or "dies once".
    """

    function: str
    at: tuple[float, ...]
    seed: int
    common: float = 0.0
    own: float = 0.0
    ends: str = "well"

    @property
    def twin(self) -> None:
        """There is none."""
        return None

    @property
    def key(self) -> str:
        """What the store knows it by."""
        return f"known/{digest([self.function, self.at, self.common, self.own])[:20]}"

    def is_in(self, store: Store) -> bool:
        """Whether it is finished."""
        return (store.entry(self.seed, self.key) / MEASURES).exists()

    def value(self) -> float:
        """The function, and luck, which depends on nothing but the seed and the point."""
        own = np.random.default_rng([self.seed, *np.array(self.at).view(np.uint64).tolist()]).normal(0, 1)
        return FUNCTIONS[self.function](self.at) + self.common * np.random.default_rng(self.seed).normal(0, 1) + self.own * own

    def make(self, store: Store) -> None:
        """Work it out and keep it as a run of the model is kept, or end badly."""
        if self.ends == "raises":
            raise ZeroDivisionError("on purpose")
        mark = store.folder.parent / f"died-{self.seed}"
        if self.ends == "dies" or (self.ends == "dies once" and not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        with whole(store.entry(self.seed, self.key)) as folder:
            table = pd.DataFrame({"measure": [MEASURE], "group": ["all"], "value": [self.value()]})
            pq.write_table(pa.Table.from_pandas(table, preserve_index=False), folder / MEASURES)
            (folder / TIMING).write_text(json.dumps({"seconds": 0.0, "host": "here"}), encoding="utf-8")


@dataclass(frozen=True)
class KnownQuestion(SweepQuestion):
    """A sweep of a function in the place of the model; `like` says which, and how much luck is added."""

    like: Known = Known("nothing", (), 0)

    def runs_of(self, step: Step, bench: Bench) -> list[Run]:
        """Return an evaluation for each point and seed."""
        at = step.points.assign(**{f.name: f.default for f in self.factors if f not in step.factors})[[f.name for f in self.factors]].to_numpy(float)
        return [Run(step.first + row, "", seed, replace(self.like, at=tuple(x), seed=seed)) for row, x in enumerate(at.tolist()) for seed in self.seeds]


def die_at_run(number: int, words: list[str]) -> Any:
    """Call `spsim` with `words` and end at once, as `kill -9` does, when run `number` is half written."""
    from experiments.__main__ import main

    real, written = pq.write_table, 0

    def write(table: object, where: Any, **options: object) -> None:
        nonlocal written
        real(table, where, **options)
        written += 1
        if written == number:
            where.write_bytes(where.read_bytes()[:100])
            os.kill(os.getpid(), signal.SIGKILL)

    pq.write_table = write
    return main(words)


def attempt_but_die_once(cell: Any, store: Store) -> None:
    """Make a cell; the first process to try the service with seed 2 dies."""
    mark = store.folder.parent / "died"
    if cell.seed == 2 and cell.parameters.programme.enabled and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    ATTEMPT(cell, store)


def attempt_but_be_full_at_seed_2(cell: Any, store: Store) -> None:
    """Make a cell, on a disk that is full when it comes to the service with seed 2."""
    if cell.seed == 2 and cell.parameters.programme.enabled:
        raise OSError(28, "No space left on device")
    ATTEMPT(cell, store)
