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
    HELD_OUT: ("held out", "No value was fitted to these, so that a miss tells where the model is wrong."),
    FIT: ("fitted", "Defaults were tuned to these, so that a hit says little."),
    INPUT: ("inputs", "These go into the model and should come out again; what was made to come out says so beside it."),
}
INTERVALS = (
    "The interval is that of the mean: more seeds narrow it without anybody knowing more. The range of single seeds, the middle 95% of them, says what one "
    "run may give: {holds}. Neither holds the doubt about {rest} or the doubt in what was published."
)
OF_LUCK = INTERVALS.format(holds="luck", rest="the model’s parameters")
OF_BOTH = INTERVALS.format(holds="luck, and doubt about the fitted parameters too, as each seed has its own row of the posterior", rest="the other parameters")
DECIDED = (
    "A target with a band is met when the mean over seeds lies in the band.",
    "A direction (a sign, or a ratio above a bound) is met when the whole 95% interval lies on the right side, and met in the mean only when just the mean "
    "does.",
    "A share from a small study has k of n behind it. Its band is the exact 95% interval of that share, or a narrower one that the file of targets declares: "
    "wide either way, and little to rest on.",
    "T12 is the ratio of two mean falls, and also asks that the fall is clearly greater with confidence below 0.45 than above. T20 also asks that the sign is "
    "right in nine of ten seeds. T23 also asks that the interval against the users' own usual care holds zero; T24 that all four signs are right, its "
    "value being the smallest of four relative changes, each counted so that the expected sign is positive; T27 that the sign is right in every seed.",
    "Runs of their own: T9a has a light programme of nine months (contact.schedule=nhs_light, programme.length_weeks=39, programme.discretion=0). T12 cancels "
    "each departure of a link worker, one at a time. T21b has programmes of 104 and of 13 weeks. T24 has eight years with and without cuts "
    "(community.austerity) and looks at the last two. T26 sets each person against their usual care, T26b with and without programme.reentry. T27: passive is "
    "no joint meeting and no call in the first week; active is a joint meeting as far as diaries allow, else a call in the first week.",
    "Said in the sources and not asked here: that some stay longer than 24 months (T4), which is not computed; that tapering is the most frequent answer "
    "(T10), which stands beside T10a and decides nothing.",
    "Near the edge is what is met by less than a tenth of the width of its band, or of which the interval reaches beyond the band; a direction whose interval "
    "comes near its bound (within a quarter of the way to the mean), or whose size is next to nothing (T24: under 2%).",
    "No independent test is a finding that shares its data with a fitted one, or is built in: the same source gave a value of the model. It is marked. Many "
    "mechanisms were written with the same studies at hand as the directions that are held out (Wildman et al. 2019: T12, T26, T27), so that a hit there "
    "says that they work as meant, and less than a hit on a figure.",
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


def single_seeds(row: pd.Series) -> str:
    """Return the middle 95% of single seeds."""
    return "–" if math.isnan(row.single_low) else f"{number(row.single_low)} to {number(row.single_high)}"


def seeds_right(row: pd.Series) -> str:
    """Return in how many seeds the value lies in the band, or on the right side of the bound."""
    return f"{row.seeds_right} of {row.replications}"


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


def dependent(table: pd.DataFrame) -> str:
    """Return what the held-out targets come to without those that are no independent test; nothing where all are."""
    own = table[table.use == HELD_OUT]
    leaning = own[own.shared != ""]
    if not len(leaning):
        return ""
    one = len(leaning) == 1
    are, share = ("is no independent test", "it shares") if one else ("are no independent tests", "they share")
    rest = f" Without {'it' if one else 'them'}: {tally(own[own.shared == ''])}." if len(leaning) < len(own) else ""
    return f"{', '.join(leaning.id)} {are}: {share} data with a fitted finding or {'is' if one else 'are'} built in.{rest}"


def near_edges(table: pd.DataFrame) -> pd.DataFrame:
    """Return the targets that are met only just."""
    return table[table.near_edge]


def near(row: pd.Series) -> str:
    """Return what is told of one target that is met only just, its name and reason aside."""
    return f"{USES[row.use].capitalize()}: {interval(row)} in the model, accepted {accepted(row)}; single seeds {single_seeds(row)}.{beside(row)}"


def beside(row: pd.Series) -> str:
    """Return the parts of a target as a sentence, and what it shares with others."""
    said = f" Beside it: {row.detail}." if row.detail else ""
    return said + (f" {row.shared[:1].upper()}{row.shared[1:]}." if row.shared else "")


def misses(table: pd.DataFrame) -> pd.DataFrame:
    """Return the targets that are not met, held-out ones first, missed before met in the mean only."""
    rows = table[table.verdict.isin((MISSED, IN_THE_MEAN))]
    order = rows.assign(use_order=rows.use.map(list(GROUPS).index), verdict_order=(rows.verdict != MISSED))
    return rows.loc[order.sort_values(["use_order", "verdict_order"], kind="stable").index]


def miss(row: pd.Series) -> str:
    """Return what is told of one target that is not met, its name and reason aside."""
    told = f"{USES[row.use].capitalize()}, {row.verdict}: {interval(row)} in the model, accepted {accepted(row)}; single seeds {single_seeds(row)}."
    return told + beside(row)


def runs_in_words(seeds: int, weeks: int, posterior: bool) -> str:
    """Return how many runs, how long, in words."""
    return f"{counted(seeds, 'seed')} of {counted(weeks, 'week')}" + (", each with its row of the posterior" if posterior else "")
