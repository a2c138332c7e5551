"""The default service against the published patterns: `python -m experiments.evidence` (`make results`).

Runs ten seeds of the defaults, each with its usual-care twin, and prints every target of
`configs/evidence/targets.csv` that one set of runs can answer: model, band, met or missed, fitted or held out.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t as student

from experiments.patterns import PATTERNS, Tables
from sim import Parameters, SocialPrescribingService

SEEDS = tuple(range(1, 11))
WEEKS = 260
FOUND = Path(__file__).resolve().parents[1] / "configs" / "evidence" / "found.csv"  # ships: reports name the misses
PAGE = Path(__file__).resolve().parents[1] / "docs" / "results" / "evidence.md"
INTRODUCTION = """\
# The default service against the evidence

Made by `make results`; do not edit. {seeds} seeds of the defaults over {weeks} weeks, each with the same people under usual care. In brackets:
95% interval of the mean over seeds, which is luck alone. A target is met when the mean over seeds lies in its band.

- **fit**: defaults were tuned to it ([what moved, and why](../decisions/0005-tuning.md)); **input**: goes into the model and should come out;
  **hold out**: nothing was tuned to it, so a miss here tells where the model is wrong. Misses stay in the table.
- Bands of T10, T11 and T15 are those of studies of 17 to 24 people: wide, and little to rest on.
- Where each comes from and how it is computed: `configs/evidence/targets.csv`; from what runs: `experiments/patterns.py`.
"""


@dataclass(frozen=True)
class Target:
    """One published pattern: its band and what it may be used for."""

    id: str
    pattern: str
    low: float
    high: float
    use: str
    source: str
    value: float

    def met(self, mean: float) -> bool:
        """Whether `mean` lies in the band."""
        return self.low <= mean <= self.high


def targets() -> dict[str, Target]:
    """Return the targets by id, in the order of the file; an open end of a band is infinite."""
    text = (resources.files("configs") / "evidence" / "targets.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["id"]: Target(
            row["id"], row["pattern"], float(row["low"] or -np.inf), float(row["high"] or np.inf), row["use"], row["source"], float(row["value"] or np.nan)
        )
        for row in rows
    }


def tables(parameters: Parameters, seed: int, weeks: int = WEEKS) -> Tables:
    """Run one seed and its usual-care twin, and return what the patterns need."""
    results = SocialPrescribingService(parameters, seed=seed, weeks=weeks, events=True, panel=False).run()
    usual_care = parameters.replace({"programme.enabled": False})
    twins = SocialPrescribingService(usual_care, seed=seed, weeks=weeks, events=False, panel=False).run()
    return Tables(results.people, twins.people, results.events, results.weekly)


def measure(parameters: Parameters | None = None, seeds: tuple[int, ...] = SEEDS) -> pd.DataFrame:
    """Return every pattern of every seed: one row a seed, one column a target."""
    rows = []
    for seed in seeds:
        one = tables(parameters or Parameters(), seed)
        rows.append({name: pattern(one) for name, pattern in PATTERNS.items()})
    return pd.DataFrame(rows, index=pd.Index(seeds, name="seed"))


def judge(measured: pd.DataFrame) -> pd.DataFrame:
    """Return one row a target: `id, pattern, use, value, low, high, mean, ci_low, ci_high, met`."""
    known = targets()
    rows = []
    for name in measured:
        target, mean = known[name], float(measured[name].mean())
        half = float(student.ppf(0.975, len(measured) - 1) * measured[name].std() / np.sqrt(len(measured))) if len(measured) > 1 else np.nan
        published = {"id": name, "pattern": target.pattern, "use": target.use, "value": target.value, "low": target.low, "high": target.high}
        rows.append(published | {"mean": mean, "ci_low": mean - half, "ci_high": mean + half, "met": target.met(mean)})
    return pd.DataFrame(rows)


def number(x: float) -> str:
    """Return `x` with three figures, or whole when large."""
    return f"{x:,.0f}" if abs(x) >= 100 else f"{x:.1f}" if abs(x) >= 10 else f"{x:.2f}"


def band(row: pd.Series) -> str:
    """Return the band of one target in words."""
    if np.isinf(row.high):
        return f"above {number(row.low)}"
    if np.isinf(row.low):
        return f"below {number(row.high)}"
    return f"{number(row.low)} to {number(row.high)}"


def page(judged: pd.DataFrame, seeds: int = len(SEEDS)) -> str:
    """Return the results page, in Markdown."""
    lines = ["| target | pattern | model | published | accepted | verdict | use |", "|---|---|---|---|---|---|---|"]
    for row in judged.itertuples():
        model = f"{number(row.mean)} ({number(row.ci_low)} to {number(row.ci_high)})"
        published = number(row.value) if np.isfinite(row.low) and np.isfinite(row.high) else "direction"
        verdict = "met" if row.met else "**missed**"
        lines.append(f"| {row.id} | {row.pattern} | {model} | {published} | {band(row)} | {verdict} | {row.use} |")
    unanswered = [name for name in targets() if name not in set(judged.id)]
    lines += ["", f"Not answered by one set of runs, and left to studies of their own: {', '.join(unanswered)}.", ""]
    return INTRODUCTION.format(seeds=seeds, weeks=WEEKS) + "\n" + "\n".join(lines)


def found(judged: pd.DataFrame) -> pd.DataFrame:
    """Return `id, pattern, use, verdict` of each target: what reports say of the model's misses."""
    return judged.assign(verdict=judged.met.map({True: "met", False: "missed"}))[["id", "pattern", "use", "verdict"]]


def text(judged: pd.DataFrame) -> str:
    """Return the table for the terminal."""
    width = judged.pattern.str.len().max()
    lines = [f"{'':5} {'pattern':{width}} {'model':>8}  {'95% interval':18} {'accepted':16} {'verdict':8} use"]
    for row in judged.itertuples():
        interval = f"{number(row.ci_low)} to {number(row.ci_high)}"
        lines.append(f"{row.id:5} {row.pattern:{width}} {number(row.mean):>8}  {interval:18} {band(row):16} {'met' if row.met else 'MISSED':8} {row.use}")
    return "\n".join(lines)


def main() -> None:
    """Run, print the table and write the page."""
    judged = judge(measure())
    print(text(judged))
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(judged), encoding="utf-8")
    found(judged).to_csv(FOUND, index=False)
    print(f"\nwritten: {PAGE} and {FOUND}")


if __name__ == "__main__":
    main()
