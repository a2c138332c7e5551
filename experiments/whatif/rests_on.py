"""What a conclusion rests on: the assumed values that would turn the sign of a difference within their plausible range.

One parameter at a time is set to an end of its range, in the baseline and in the scenario, with the same seeds.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from experiments.whatif.assumptions import ASSUMED, PRICED, Claim, Repricing, Trial, claims_of, trials_of
from experiments.whatif.bench import Bench
from experiments.whatif.compare import Comparison
from experiments.whatif.ends import CONFIRMED, PRICE, REFUSED, UNTRIED, Found, Hunt
from experiments.whatif.measures import HEADLINES

MOST_RUNS = 4000
COLUMNS = (
    "scenario", "measure", "parameter", "grade", "value", "difference", "at_value", "difference_there", "ci_low", "ci_high", "replications",
    "reverses", "turning_value", "found",
)  # fmt: skip


def rests_on(
    comparison: Comparison, bench: Bench, measures: Iterable[str] = HEADLINES, thorough: bool = False, most_runs: int = MOST_RUNS,
    seconds: float | None = None, quiet: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Run what is missing and return `COLUMNS`: one row a clear difference, assumed parameter and end of its range.

    Runs are made for differences so far from zero that three seeds show their sign (more than about 1.3 standard
    deviations of single differences); for others only prices are tried, unless `thorough`: nearly every assumed value
    would have to be run many times to tell. At most `most_runs` are spent. `seconds` is what a run takes, if known.
    `found` says how an end was found: priced from the finished runs, no effect, screened with few seeds, confirmed
    with all, not tried, or not allowed with the other values. `turning_value` lies on the line from `value` to
    `at_value`: exact for prices, else about.
    """
    claims = claims_of(comparison, measures)
    question = comparison.question
    held = set(() if question.posterior is None else question.posterior.keys) - question.baseline.keep  # every run has its own value of these
    trials = [trial for trial in trials_of(question.baseline.parameters) if trial.key not in held]
    hunt = Hunt(comparison, bench, [claim for claim in claims if thorough or claim.is_followed], most_runs, seconds, quiet)
    hunt.go([trial for trial in trials if not trial.is_price])
    repricing, rows = Repricing(comparison, bench), []
    for claim in claims:
        for trial in (trial for trial in trials if hunt.is_open(trial, claim.scenario)):
            if not trial.is_price:
                found = hunt.found[trial, claim.scenario] if claim in hunt.claims else Found(UNTRIED)
                rows.append(row_of(claim, trial, found))
            elif trial.is_price and claim.measure in PRICED:
                change = repricing.changes(claim, trial)
                rows.append(row_of(claim, trial, Found(REFUSED) if change is None else Found(PRICE, {claim.measure: change})))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"reverses": bool})


def row_of(claim: Claim, trial: Trial, found: Found) -> tuple[object, ...]:
    """Return one row of the table."""
    there, low, high, runs = found.interval(claim)
    sure = found.kind in (PRICE, CONFIRMED)
    turned = sure and there * claim.sign < 0
    turning = trial.now + (trial.value - trial.now) * claim.difference / (claim.difference - there) if turned else np.nan
    reverses = turned and max(low * claim.sign, high * claim.sign) < 0
    return (
        claim.scenario, claim.measure, trial.key, ASSUMED, trial.now, claim.difference, trial.value, there, low, high, runs, reverses, turning, found.kind,
    )  # fmt: skip
