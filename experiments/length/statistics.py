"""From the outcomes of runs to the tables: means and paired differences, needed lengths, marginal gains. Pure functions of tables.

`runs` has one row a run, measure and group: `mode, policy, length, posts, seed, group, measure, value, people`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from experiments.length.estimands import ENOUGH
from experiments.length.measures import MEASURES, PRIMARY, TOTAL, WORK
from experiments.length.question import OPEN
from experiments.whatif.differences import halfwidth, means
from experiments.whatif.measures import HIGHER

SIDE = ["mode", "policy", "length"]
ABOUT = ["group", "measure"]
SAMPLES, SAMPLING_SEED = 2_000, 8  # of seeds, always the same
ENDS = (0.025, 0.975)
FEWEST = 5  # runs from which a needed length is told with a range and a share: two or three drawn again and again only repeat themselves
NONE = "none"
LOSSES = {  # by whether gain and hours rise
    (True, True): "", (False, True): "less gain for more hours", (True, False): "more gain for fewer hours", (False, False): "less gain for fewer hours",
}  # fmt: skip


def lengths_table(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the mean over seeds of every measure with its 95% interval."""
    rows = []
    for (mode, policy, length, posts), own in runs.groupby([*SIDE, "posts"], sort=False):
        values, people = wide(own, "value"), wide(own, "people")
        half, mean = halfwidth(values.to_numpy()), means(values.to_numpy())
        number = means(people[values.columns].to_numpy())
        count = values.notna().sum().to_numpy()
        for place, (group, measure) in enumerate(values.columns):
            low, high = mean[place] - half[place], mean[place] + half[place]
            rows.append((mode, policy, length, posts, group, measure, mean[place], low, high, MEASURES[measure].unit, number[place], count[place]))
    names = [*SIDE, "posts", *ABOUT, "value", "ci_low", "ci_high", "unit", "people", "replications"]
    return pd.DataFrame(rows, columns=names)


def wide(own: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return one row a seed and one column a group and measure, in order of first appearance."""
    table = own.pivot(index="seed", columns=ABOUT, values=column)
    return table[list(dict.fromkeys(own[ABOUT].itertuples(index=False, name=None)))]


def differences_table(runs: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Return each length and policy less the reference length in the same mode, paired by seed."""
    rows = []
    sides = {key: wide(own, "value") for key, own in runs.groupby(SIDE, sort=False)}
    for (mode, policy, length), values in sides.items():
        if (policy, length) == ("", reference):
            continue
        change = (values - sides[mode, "", reference][values.columns]).to_numpy()
        mean, half = means(change), halfwidth(change)
        for place, (group, measure) in enumerate(values.columns):
            one = change[:, place][~np.isnan(change[:, place])]
            ends = (mean[place] - half[place], mean[place] + half[place])
            rows.append((mode, policy, length, group, measure, mean[place], *ends, reference, share_better(one, measure), len(one)))
    names = [*SIDE, *ABOUT, "difference", "ci_low", "ci_high", "against", "share_of_runs_better", "replications"]
    return pd.DataFrame(rows, columns=names)


def share_better(change: np.ndarray, measure: str) -> float:
    """Return the share of runs in which a measure is better than with the reference; missing for one that has no better."""
    better = MEASURES[measure].better
    if better is None or not len(change):
        return np.nan
    return float(((change if better == HIGHER else -change) > 0).mean())


def samples(runs: int) -> np.ndarray:
    """Return which runs are in each bootstrap sample (samples, runs)."""
    return np.random.default_rng(SAMPLING_SEED).integers(0, runs, (SAMPLES, runs))


def by_length(runs: pd.DataFrame, mode: str, group: str, measure: str, lengths: Sequence[str]) -> np.ndarray:
    """Return a measure of plain lengths in one mode and group (lengths, seeds)."""
    own = runs[(runs["mode"] == mode) & (runs.policy == "") & (runs.group == group) & (runs.measure == measure)]
    return own.pivot(index="length", columns="seed", values="value").reindex(lengths).to_numpy(float)


def needed_tables(runs: pd.DataFrame, lengths: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the needed length of each mode and group, and how often each length was the answer in bootstrap samples; both empty without `open`.

    With fewer than `FEWEST` runs the range and the shares are missing.
    """
    rows, shares = [], []
    for mode in dict.fromkeys(runs["mode"]) if OPEN in lengths else ():
        for group in dict.fromkeys(runs.group):
            gains = by_length(runs, mode, group, PRIMARY, lengths)
            gains = gains[:, ~np.isnan(gains).any(axis=0)]  # a seed counts with all its lengths
            if not gains.shape[1]:
                continue
            answer, words = needed(gains.mean(axis=1)), [*lengths, NONE]
            low, high, share = drawn_again(gains, words)
            gain = gains[lengths.index(OPEN)].mean()
            rows.append((mode, group, words[answer], low, high, share[answer], gain, gains.shape[1]))
            shares += [(mode, group, word, part) for word, part in zip(words, share, strict=True)]
    columns = ["mode", "group", "needed", "low", "high", "share_of_bootstrap", "gain_open", "replications"]
    return pd.DataFrame(rows, columns=columns), pd.DataFrame(shares, columns=["mode", "group", "length", "share"])


def drawn_again(gains: np.ndarray, words: Sequence[str]) -> tuple[str | float, str | float, np.ndarray]:
    """Return the shortest and longest of the range that holds 95% of bootstrap answers, and the share of each of `words`; missing with few runs."""
    runs = gains.shape[1]
    if runs < FEWEST:
        return np.nan, np.nan, np.full(len(words), np.nan)
    drawn = gains[:, samples(runs)].mean(axis=2)
    found = np.array([needed(sample) for sample in drawn.T])
    low, high = np.quantile(found, ENDS, method="inverted_cdf").astype(int)
    return words[low], words[high], np.bincount(found, minlength=len(words)) / len(found)


def needed(gains: np.ndarray) -> int:
    """Return the place of the first of `gains` (in the order of lengths, the open-ended last) that reaches 90% of the last; one beyond when none can."""
    enough = gains >= ENOUGH * gains[-1]
    return int(np.argmax(enough)) if gains[-1] > 0 else len(gains)


def marginal_table(runs: pd.DataFrame, lengths: Sequence[str]) -> pd.DataFrame:
    """Return the gain per worker-hour from each length to the next, by mode and group."""
    rows = []
    for mode in dict.fromkeys(runs["mode"]):
        for group in dict.fromkeys(runs.group):
            gain, hours = (by_length(runs, mode, group, name, lengths) for name in (TOTAL, WORK))
            for place, (short, long) in enumerate(pairwise(lengths)):
                told = ratio(gain[place + 1] - gain[place], hours[place + 1] - hours[place])
                rows.append((mode, group, short, long, *told))
    columns = ["gain_per_hour", "ci_low", "ci_high", "gain", "gain_low", "gain_high", "hours", "hours_low", "hours_high", "replications", "note"]
    return pd.DataFrame(rows, columns=["mode", "group", "from_length", "to_length", *columns])


def ratio(gain: np.ndarray, hours: np.ndarray) -> tuple[float | int | str, ...]:
    """Return gain per hour with its interval, both changes with theirs, the number of runs, and a note; each change is one a run."""
    known = ~np.isnan(gain) & ~np.isnan(hours)
    gain, hours = gain[known], hours[known]
    runs = len(gain)
    ends = [(change.mean(), change.mean() - half, change.mean() + half) for change in (gain, hours) for half in halfwidth(change[:, None])] if runs else []
    if not ends:
        return (*[np.nan] * 9, 0, "nobody to tell of")
    (more_gain, *_), (more_hours, low, high) = ends
    rest = (*ends[0], *ends[1], runs)
    if not low * high > 0:
        return (np.nan, np.nan, np.nan, *rest, "not told: the hours do not clearly differ")
    drawn = samples(runs)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = gain[drawn].mean(axis=1) / hours[drawn].mean(axis=1)
    at = np.nanquantile(found, ENDS)
    return (more_gain / more_hours, *at, *rest, LOSSES[bool(more_gain > 0), bool(more_hours > 0)])
