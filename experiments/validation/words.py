"""What report, page and terminal say of targets in words."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from experiments.terminal import counted
from experiments.validation.judge import IN_THE_MEAN, MET, MISSED, UNANSWERED, number
from experiments.validation.targets import FIT, HELD_OUT, INPUT, TWO_ENDS

USES = {FIT: "fitted", INPUT: "input", HELD_OUT: "held out"}
GROUPS = {  # how targets are told apart: by what they may prove
    HELD_OUT: ("held out", "Nothing was tuned to these, so that a miss tells where the model is wrong."),
    FIT: ("fitted", "Defaults were tuned to these, so that a hit says little."),
    INPUT: ("inputs", "These go into the model and should come out again."),
}
DECIDED = (
    "A target with a band is met when the mean over seeds lies in the band.",
    "A direction (a sign, or a ratio above a bound) is met when the whole 95% interval lies on the right side, and met in the mean only when just the mean "
    "does.",
    "A share from a small study has k of n behind it. Its band is the exact 95% interval of that share, or a narrower one that the file of targets declares: "
    "wide either way, and little to rest on.",
    "T12 is the ratio of two mean falls. T23 also asks that the interval against the users' own usual care holds zero; T24 that all four signs are right, its "
    "value being the smallest of four relative changes, each counted so that the expected sign is positive; T27 that the sign is right in every seed.",
    "Runs of their own: T9a has a light programme of nine months (contact.schedule=nhs_light, programme.length_weeks=39, programme.discretion=0). T12 cancels "
    "each departure of a link worker, one at a time. T21b has programmes of 104 and of 13 weeks. T24 has eight years with and without cuts "
    "(community.austerity) and looks at the last two. T26 sets each person against their usual care, T26b with and without programme.reentry. T27: passive is "
    "no joint meeting and no call in the first week; active is a joint meeting as far as diaries allow, else a call in the first week.",
    "The intervals hold the luck of runs, and with a posterior the doubt about parameters too. They hold nothing of the doubt in what was published.",
)


def accepted(row: pd.Series) -> str:
    """Return what is accepted of one target."""
    if math.isnan(row.high):
        return f"above {number(row.low)}"
    if math.isnan(row.low):
        return f"below {number(row.high)}"
    return f"{number(row.low)} to {number(row.high)}"


def published(row: pd.Series) -> str:
    """Return what was published: a figure, with its counts and their exact 95% interval where they are known, or a direction."""
    if row.kind not in TWO_ENDS:
        return "direction"
    return number(row.published) + ("" if pd.isna(row.k) else f" ({row.k} of {row.n}: {number(row.exact_low)} to {number(row.exact_high)})")


def interval(row: pd.Series) -> str:
    """Return the mean of one target with its interval."""
    if row.verdict == UNANSWERED:
        return "–"
    return number(row["mean"]) + ("" if math.isnan(row.ci_low) else f" ({number(row.ci_low)} to {number(row.ci_high)})")


def tally(rows: pd.DataFrame) -> str:
    """Return how many of `rows` are met, met in the mean only, missed and not answered."""
    counts = {said: int((rows.verdict == said).sum()) for said in (MET, IN_THE_MEAN, MISSED, UNANSWERED)}
    told = [f"{counts[MET]} of {len(rows)} met", f"{counts[MISSED]} missed"]
    told += [f"{counts[said]} {said}" for said in (IN_THE_MEAN, UNANSWERED) if counts[said]]
    return ", ".join(told)


def tallies(table: pd.DataFrame) -> Iterable[tuple[str, str]]:
    """Yield each use that there is, in words, with its tally."""
    for use, (name, _) in GROUPS.items():
        if len(own := table[table.use == use]):
            yield name, tally(own)


def misses(table: pd.DataFrame) -> pd.DataFrame:
    """Return the targets that are not met, held-out ones first, missed before met in the mean only."""
    rows = table[table.verdict.isin((MISSED, IN_THE_MEAN))]
    order = rows.assign(use_order=rows.use.map(list(GROUPS).index), verdict_order=(rows.verdict != MISSED))
    return rows.loc[order.sort_values(["use_order", "verdict_order"], kind="stable").index]


def miss(row: pd.Series) -> str:
    """Return what is told of one target that is not met, its name and reason aside."""
    beside = f" Beside it: {row.detail}." if row.detail else ""
    return f"{USES[row.use].capitalize()}, {row.verdict}: {interval(row)} in the model, accepted {accepted(row)}.{beside}"


def runs_in_words(seeds: int, weeks: int, posterior: bool) -> str:
    """Return how many runs, how long, in words."""
    return f"{counted(seeds, 'seed')} of {counted(weeks, 'week')}" + (", each with its row of the posterior" if posterior else "")
