"""What a calibration is asked, checked: which parameters, which targets, how many runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from experiments.calibration.likelihoods import Term, terms_of
from experiments.calibration.targets import fitted
from experiments.errors import UsageError
from experiments.help import defaults_of
from experiments.posterior import YARDSTICKS
from experiments.settings import Request
from experiments.sweep.factors import CHOICE, SWITCH, Factor, chosen
from experiments.sweep.question import set_and_varied
from experiments.terminal import counted
from experiments.validation.targets import Target
from experiments.whatif.question import LAST_SEED
from sim import ParameterError, Parameters

LEAST_SEEDS, LEAST_POINTS = 2, 12
POINTS_EACH = 8  # points for each parameter, in all waves, below which a note is made
MOST_RUNS = 1_000_000
FIGURES = 6  # significant figures of the values of a point or draw
CHECKED = 24  # draws of the posterior that are run for real


@dataclass(frozen=True)
class CalibrationQuestion:
    """What is asked: `factors` are fitted to the targets of `terms`, with `points` points a wave, `replications` seeds at each, `draws` in the posterior."""

    service: Parameters
    factors: tuple[Factor, ...]
    targets: tuple[Target, ...]
    terms: tuple[Term, ...]
    points: int = 64
    waves: int = 2
    replications: int = 2
    draws: int = 500
    seed: int = 1
    weeks: int = 260
    file: str | None = None
    most_checked: int = CHECKED
    notes: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the targets, in the order of the terms."""
        return tuple(name for term in self.terms for name in term.ids)

    @cached_property
    def by_id(self) -> dict[str, Target]:
        """The targets by id."""
        return {target.id: target for target in self.targets}

    @property
    def checked(self) -> int:
        """How many draws of the posterior are run for real."""
        return min(self.most_checked, self.draws)

    @property
    def most_runs(self) -> int:
        """How many runs there are: all waves with their seeds, and the check."""
        return self.waves * self.points * self.replications + self.checked

    def seeds_of(self, point: int) -> list[int]:
        """Return the seeds of a point: its own, so that the luck of a seed averages out over points."""
        return [self.seed + point * self.replications + each for each in range(self.replications)]

    def seed_of_check(self, number: int) -> int:
        """Return the seed of the check of a draw, which no point has."""
        return self.seed + self.waves * self.points * self.replications + number

    def values_at(self, unit: np.ndarray) -> dict[str, Any]:
        """Return what a position on the unit cube sets, by full key."""
        return {f.key: rounded(f, f.value(float(u))) for f, u in zip(self.factors, unit, strict=True)}

    def parameters_at(self, unit: np.ndarray) -> Parameters:
        """Return the parameters at a position on the unit cube. Raises `ParameterError` where values contradict one another."""
        return self.service.replace(self.values_at(unit))

    def allows(self, unit: np.ndarray) -> bool:
        """Whether the values at a position go together."""
        try:
            self.parameters_at(unit)
        except ParameterError:
            return False
        return True


def rounded(f: Factor, value: float) -> float:
    """Return a value of a parameter with six significant figures, inside its bounds, so that a file of draws holds what was run."""
    return value if isinstance(value, int) else float(min(max(float(f"{value:.{FIGURES}g}"), f.low), f.high))


def question_of(request: Request) -> CalibrationQuestion:
    """Return what `request` asks. Raises `UsageError` for what cannot be asked."""
    usual = defaults_of("calibrate")
    settings = request.settings | {key: usual[key] for key in ("points", "draws") if request.settings[key] is None}
    if not request.parameters.programme.enabled:
        raise UsageError("scenario=usual_care has no service to fit; choose another scenario.")
    if settings["replications"] < LEAST_SEEDS:
        raise UsageError(f"replications={settings['replications']} is too few: {LEAST_SEEDS} seeds at a point, or more, tell luck from what parameters do.")
    factors, notes = chosen(settings["parameters"], request.parameters, settings["bounds"])
    factors, left_out = with_numbers(factors, settings["parameters"])
    if settings["points"] < LEAST_POINTS:
        raise UsageError(f"points={settings['points']} is too few: an emulator needs {LEAST_POINTS} points a wave, or more.")
    targets = fitted(settings["file"], settings["targets"])
    terms, told = terms_of(targets)
    question = CalibrationQuestion(
        service=request.parameters,
        factors=factors,
        targets=targets,
        terms=terms,
        points=settings["points"],
        waves=settings["waves"],
        replications=settings["replications"],
        draws=settings["draws"],
        seed=settings["seed"],
        weeks=settings["weeks"],
        file=settings["file"],
        notes=(*too_many(factors, targets), *notes, *left_out, *told, *set_and_varied(request, factors), *few_points(settings, factors)),
        titles=request.titles,
    )
    if question.seed + question.most_runs > LAST_SEED:
        raise UsageError(f"seed={question.seed}: with {question.most_runs:,} runs the last seed is above {LAST_SEED}, the most allowed.")
    if question.most_runs > MOST_RUNS:
        raise UsageError(f"points={question.points}: {question.most_runs:,} runs are more than an emulator can hold; ask for fewer points or waves.")
    return question


def with_numbers(factors: tuple[Factor, ...], words: list[str]) -> tuple[tuple[Factor, ...], list[str]]:
    """Return the factors that a posterior can hold, numbers that a fit can tell of, and notes on the others; refuse one that was named itself."""
    kept, notes = [], []
    for f in factors:
        why = unfit(f)
        if not why:
            kept.append(f)
        elif f.name in words or f.key in words:
            raise UsageError(f"parameters: {f.name} cannot be fitted: {why}.")
        else:
            notes.append(f"{f.name} is left out: {why}.")
    if not kept:
        raise UsageError(f"parameters=[{','.join(words)}]: nothing is left to fit. {' '.join(notes)}")
    return tuple(kept), notes


def unfit(f: Factor) -> str:
    """Return why a parameter cannot be fitted, or an empty text."""
    if f.kind in (SWITCH, CHOICE):
        return f"it is a {f.kind}, and a fit tells of numbers; make a scenario of each of its values, and fit each"
    if f.name.removeprefix("economics.") in YARDSTICKS:
        return "it says what things are worth, which no target tells"
    return ""


def too_many(factors: Sequence[Factor], targets: Sequence[Target]) -> list[str]:
    """Return a note when there are more parameters than targets."""
    if len(factors) <= len(targets):
        return []
    return [
        f"{counted(len(factors), 'parameter')} are fitted to {counted(len(targets), 'target')}, more than these can carry: some of what comes out is the "
        "prior, and identifiability.csv and the pairs plot show which."
    ]


def few_points(settings: Mapping[str, Any], factors: tuple[Factor, ...]) -> list[str]:
    """Return a note when there are few points for so many parameters."""
    points, wanted = settings["points"] * settings["waves"], POINTS_EACH * len(factors)
    return [f"{points} points are few for {len(factors)} parameters: {wanted} or more make emulators that can be relied on."] if points < wanted else []
