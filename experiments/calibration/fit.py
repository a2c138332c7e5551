"""How well the fitted model gives the targets, how well the emulators stand in for it, and what must be known beside the numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from experiments.calibration import identifiability
from experiments.calibration.calibrate import Calibration
from experiments.calibration.emulator import transformed
from experiments.calibration.sampling import MIXED
from experiments.calibration.waves import IMPLAUSIBLE
from experiments.terminal import counted
from experiments.validation.judge import estimate

ENDS = (2.5, 97.5)
MET, MISSED, UNKNOWN = "met", "missed", "no value"
POOR_FIT, POOR_CAUTION = 0.5, 1.5  # explained variance, and times that an emulator's doubt was too small
FEW = 0.001  # share of the prior that is left


def targets_of(calibration: Calibration) -> pd.DataFrame:
    """Return a row for each target: published figure and band, how it counts, the model over the prior and at draws of the posterior, and whether it is met.

    A target is met when the mean of the real runs at draws of the posterior lies in its band.
    """
    rows = []
    for term in calibration.question.terms:
        for place, target in enumerate(term.targets):
            before, after = (known(frame[target.id]) for frame in (first_wave(calibration), calibration.check))
            mean = after.mean() if len(after) else np.nan
            rows.append(
                {
                    "target": target.id, "pattern": target.pattern, "likelihood": term.words(target.id), "published": term.observed(place),
                    "low": target.low, "high": target.high, "prior_mean": before.mean(), **ends("prior", before),
                    "posterior_mean": mean, **ends("posterior", after),
                    "verdict": UNKNOWN if not len(after) else MET if target.low <= mean <= target.high else MISSED, "use": target.use, "source": target.source,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def first_wave(calibration: Calibration) -> pd.DataFrame:
    """Return the runs of the first wave, which are a sample of the prior."""
    return calibration.runs[calibration.runs.point < calibration.question.points]


def only_just(row, values: np.ndarray) -> str:
    """Return the note on a target that is met, but of whose mean the 95% interval over the real runs reaches beyond the band; nothing for another."""
    found = estimate(values)
    if not (found.low < row.low or found.high > row.high):
        return ""
    end = row.low if found.low < row.low else row.high
    return (
        f"{row.target} is met only just: the mean of the real runs, {found.mean:.3g} ({found.low:.3g} to {found.high:.3g}), cannot be told from one beyond "
        f"the end of the band, {end:g}."
    )


def known(values: pd.Series) -> np.ndarray:
    """Return the values that are there."""
    return values.dropna().to_numpy(float)


def ends(name: str, values: np.ndarray) -> dict[str, float]:
    """Return the ends of the middle 95% of single runs."""
    low, high = np.percentile(values, ENDS) if len(values) else (np.nan, np.nan)
    return {f"{name}_low": low, f"{name}_high": high}


def emulators_of(calibration: Calibration) -> pd.DataFrame:
    """Return a row for each emulator: what it explains of points left out, its errors against its doubt, there and at the real runs of the check."""
    rows, checked = [], calibration.drawn[: calibration.question.checked]
    for name, emulator in calibration.emulators.items():
        mean, sd = emulator.of_a_run(checked)
        real = transformed(calibration.check[name].to_numpy(float), emulator.is_share)
        off = ((real - mean) / sd)[np.isfinite(real)]
        rows.append(
            {
                "target": name, "points": len(emulator.unit), "scale": "log-odds" if emulator.is_share else "as it is", "luck_of_a_run": in_units(emulator),
                "explained": emulator.explained, "error_rms": float(np.sqrt((emulator.errors**2).mean())),
                "within_2": float((np.abs(emulator.errors) <= 2).mean()), "error_largest": float(np.abs(emulator.errors).max()), "caution": emulator.caution,
                "check_rms": float(np.sqrt((off**2).mean())) if len(off) else np.nan,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def in_units(emulator) -> float:
    """Return the standard deviation of a run's luck in the unit of the statistic, at the middle of what was seen."""
    share = expit(emulator.centre)
    return emulator.luck * share * (1 - share) if emulator.is_share else emulator.luck


def waves_of(calibration: Calibration) -> pd.DataFrame:
    """Return a row for each wave: its points, and the share of the prior that was not ruled out before it."""
    return pd.DataFrame({"wave": range(1, len(calibration.waves) + 1), "points": [len(wave.unit) for wave in calibration.waves],
                         "not_ruled_out": [wave.left for wave in calibration.waves]})  # fmt: skip


def notes_of(calibration: Calibration) -> list[str]:
    """Return what must be known beside the numbers, the weightiest first."""
    question, chains, said = calibration.question, calibration.chains, []
    if calibration.failed:
        said.append(f"{counted(calibration.failed, 'run')} failed; runs.parquet says why, and retry=failed makes them again.")
    if not all(wave.reached for wave in calibration.waves):
        said.append(
            f"No point within these ranges gives every target: each is more than {IMPLAUSIBLE:g} standard deviations from one of them. The posterior is the "
            "best there is, and must not be used as it stands: widen bounds, or see which targets contradict one another."
        )
    elif calibration.waves[-1].left < FEW:
        said.append("Less than a thousandth of the prior was left for the last wave: one wave more would make the emulators better there.")
    table = targets_of(calibration)
    missed = [row.target for row in table.itertuples() if row.verdict == MISSED]
    if missed:
        said.append(f"Missed all the same, by the mean of real runs at draws of the posterior: {', '.join(missed)}.")
    said += [note for row in table.itertuples() if row.verdict == MET and (note := only_just(row, known(calibration.check[row.target])))]
    said += [*identifiability.notes(calibration), *question.notes]
    if chains.rhat > MIXED or chains.effective < question.draws:
        said.append(
            f"The chains have not mixed well (R-hat {chains.rhat:.3f}, {chains.effective:,.0f} independent draws for {question.draws:,}): intervals are rough."
        )
    for row in emulators_of(calibration).itertuples():
        if row.explained < POOR_FIT:
            said.append(f"The emulator of {row.target} explains {row.explained:.0%} of the variance between points: mostly luck, or too few points.")
        if row.caution > POOR_CAUTION:
            said.append(f"The emulator of {row.target} was too sure by a factor of {row.caution:.1f}; its doubt was widened by that.")
        if row.check_rms > POOR_CAUTION:
            said.append(f"Real runs at draws of the posterior lie {row.check_rms:.1f} times as far from the emulator of {row.target} as it says: add a wave.")
    return said
