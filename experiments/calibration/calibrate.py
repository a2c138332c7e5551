"""A calibration from question to posterior: waves of runs, emulators, a sample of the posterior, and its check by real runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.calibration import waves
from experiments.calibration.emulator import Emulator, fitted
from experiments.calibration.question import CalibrationQuestion
from experiments.calibration.runs import FAILED, MakePiece, Run, runs_of_check, runs_of_wave, table_of
from experiments.calibration.sampling import Chains, log_likelihood, sample
from experiments.calibration.targets import is_share
from experiments.calibration.waves import Wave
from experiments.errors import RunError
from experiments.executors import Workers
from experiments.missing import carry_out, forget_failures, missing, models_run
from experiments.store import Store
from experiments.terminal import counted
from experiments.validation.pieces import piece_of
from experiments.whatif.announce import say


@dataclass(frozen=True)
class Calibration:
    """The whole answer.

    `unit` (points, parameters) are the points of all waves, `runs` the statistics of every run of them, `check` those of draws of the posterior.
    `draws` has a row a draw and a column a parameter by short key. `simulated` counts what was made this time.
    """

    question: CalibrationQuestion
    waves: tuple[Wave, ...]
    unit: np.ndarray
    runs: pd.DataFrame
    emulators: dict[str, Emulator]
    chains: Chains
    draws: pd.DataFrame
    check: pd.DataFrame
    simulated: int = 0

    @property
    def failed(self) -> int:
        """How many runs have no result."""
        return int((self.runs.status == FAILED).sum() + (self.check.status == FAILED).sum())

    @cached_property
    def drawn(self) -> np.ndarray:
        """The draws on the unit cube, positions that stand for one whole number all the same, (draws, parameters)."""
        return waves.snapped(self.question.factors, self.chains.unit)

    def values_of(self, name: str) -> np.ndarray:
        """Return a statistic of all points, (points, seeds)."""
        return self.runs[name].to_numpy(float).reshape(-1, self.question.replications)


@dataclass
class Calibrator:
    """Makes the runs of a question: where they are kept, which workers make them, and whether what failed is made again.

    `make` gives the piece for parameters, seed and weeks; in tests a function with a known answer stands in its place.
    """

    question: CalibrationQuestion
    store: Store
    workers: Workers
    batch: int = 1
    quiet: bool = False
    retry: bool = False
    make: MakePiece = piece_of
    simulated: int = field(default=0, init=False)

    def answer(self) -> Calibration:
        """Make what is missing and return the answer; it does not depend on what was there before, nor on the workers."""
        question, found, parts, people = self.question, [], [], []
        emulators: dict[str, Emulator] = {}
        for number in range(question.waves):
            wave = self.first if not found else waves.following(question.factors, question.points, question.seed, question.terms, emulators, question.allows)
            if len(wave.unit) < question.points:
                raise RunError("too few points have values that go together; give other bounds.")
            found.append(wave)
            told_left = f", {wave.left:.1%} of the prior not ruled out" if number else ""
            say(f"Wave {number + 1} of {question.waves}: {counted(question.points, 'point')}{told_left}.", self.quiet)
            table, counts = self.take(runs_of_wave(question, wave.unit, number * question.points, self.make))
            parts.append(table)
            people.append(counts)
            emulators = self.emulators(np.concatenate([each.unit for each in found]), pd.concat(parts), pd.concat(people))
        say("Sampling the posterior on the emulators.", self.quiet)
        likelihood = log_likelihood(question.factors, question.terms, emulators)
        chains = sample(likelihood, len(question.factors), question.draws, question.seed, question.allows)
        if not len(chains.unit):
            raise RunError("no draw of the posterior has values that go together; give other bounds.")
        say(f"Checking {counted(question.checked, 'draw')} of the posterior by real runs.", self.quiet)
        check, _ = self.take(runs_of_check(question, chains.unit[: question.checked], self.make))
        unit, runs = np.concatenate([wave.unit for wave in found]), pd.concat(parts, ignore_index=True)
        return Calibration(question, tuple(found), unit, runs, emulators, chains, draws_of(question, chains), check, self.simulated)

    @cached_property
    def first(self) -> Wave:
        """The first wave, which does not depend on any run."""
        return waves.first(self.question.factors, self.question.points, self.question.seed, self.question.allows)

    def ahead(self) -> int:
        """Return how many runs of the model are missing at most, usual care included: of later waves, which are not known yet, all."""
        question = self.question
        own = [run.piece for run in runs_of_wave(question, self.first.unit, 0, self.make)]
        count = models_run(*missing(own, self.store, self.retry), self.store)
        return count + (question.most_runs - len(own)) * 2

    def take(self, runs: Sequence[Run]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Make what is missing of `runs` and return their statistics and the counts behind them."""
        pieces = [run.piece for run in runs]
        if self.retry:
            forget_failures(pieces, self.store)
        self.simulated += carry_out(pieces, self.store, self.workers, self.batch, self.quiet)
        return table_of(runs, self.store, self.question.ids)

    def emulators(self, unit: np.ndarray, runs: pd.DataFrame, people: pd.DataFrame) -> dict[str, Emulator]:
        """Return the emulator of each target. Raises `RunError` for a target without enough values."""
        found = {}
        for name in self.question.ids:
            values, counts = (frame[name].to_numpy(float).reshape(len(unit), -1) for frame in (runs, people))
            emulator = fitted(name, is_share(self.question.by_id[name]), unit, values, counts)
            if emulator is None:
                failed = int((runs.status == FAILED).sum())
                why = f"{counted(failed, 'run')} failed" if failed else f"runs of {counted(self.question.weeks, 'week')} may be too short for it"
                raise RunError(f"{name} ({self.question.by_id[name].pattern}) has a value at too few points: {why}. Leave it out of targets=, or raise weeks=.")
            found[name] = emulator
        return found


def draws_of(question: CalibrationQuestion, chains: Chains) -> pd.DataFrame:
    """Return the draws as values of the parameters, a row each, in the type of each parameter."""
    rows = [question.values_at(unit) for unit in chains.unit]
    return pd.DataFrame({f.name: [row[f.key] for row in rows] for f in question.factors})
