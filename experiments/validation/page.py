"""The page that stays: `python -m experiments.validation.page` (`make results`) writes docs/results/validation.md and configs/evidence/found.csv.

Runs what `spsim validate` runs by default. The page is drawn up from found.csv, which ships with the package because reports of comparisons
name what the model misses; so page and list can never differ.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pandas as pd

from experiments import cli
from experiments.pages import begin
from experiments.terminal import counted
from experiments.validation.command import store_of, workers_of
from experiments.validation.judge import COLUMNS, IN_THE_MEAN, MET, MISSED, ends, near_edge, reason
from experiments.validation.question import question_of
from experiments.validation.targets import HELD_OUT, shared, shipped
from experiments.validation.told import told
from experiments.validation.validate import Validation, validate
from experiments.validation.words import (
    DECIDED,
    GROUPS,
    OF_LUCK,
    USES,
    accepted,
    dependent,
    interval,
    miss,
    misses,
    near,
    near_edges,
    published,
    seeds_right,
    single_seeds,
    tallies,
)

ROOT = Path(__file__).resolve().parents[2]
FOUND = ROOT / "configs" / "evidence" / "found.csv"
PAGE = ROOT / "docs" / "results" / "validation.md"
FIGURES = ("mean", "ci_low", "ci_high", "single_low", "single_high")
KEPT = ("id", "pattern", "use", "verdict", *FIGURES, "seeds_right", "replications", "detail")
DECIMALS = 6
HEAD = ("target", "pattern", "model (95% interval)", "single seeds", "published", "accepted", "verdict", "seeds right", "use", "source")
INTRODUCTION = """\
# The default service against published findings

Made by `make results`; do not edit. {seeds} of the default service (Ways to Wellness) over {weeks} weeks, each with the same people under usual care,
and runs of their own for targets that need them (T9a, T12, T21b, T23, T24, T26, T27: `experiments/validation/studies.py` says which).
`spsim validate` makes the same for any service, for targets of your own and over a posterior, with pictures.

**Of {held_out} findings that no value was fitted to, the model meets {met} and misses {missed}{rest}.** {dependent}
"""
TABLE_HEAD = "\n".join([f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"])
AFTER = """\
## How it is decided

{decided}
- How each is computed: `configs/evidence/targets.csv`, `experiments/patterns.py` and `experiments/validation/studies.py`. Why defaults are what they are, and
  what moved: [decision 0005](../decisions/0005-tuning.md).
- **fitted**: defaults were tuned to these, six of the T numbers: T1, T3, T4, T6, T15, T16. **input**: goes in and should come out again. One input, T14a,
  did not come out by itself: two hazards were scaled until it did, so that values were adjusted to seven of the T numbers in all. **held out**: no value
  was fitted to these; misses stay here.
"""


def keep(found: Validation) -> pd.DataFrame:
    """Return what is kept of a validation of the default service."""
    return found.table[list(KEPT)].round(DECIMALS)


def kept() -> pd.DataFrame:
    """Return what was kept, in the columns of a validation's own table."""
    with FOUND.open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    known, in_common, table = shipped(), shared(), []
    for name, row in rows.items():
        target = known[name]
        numbers = {key: float(row[key] or "nan") for key in FIGURES}
        near = row["verdict"] == MET and near_edge(target, *(numbers[key] for key in FIGURES[:3]))
        own = {"id": name, "pattern": row["pattern"], "statistic": target.statistic, "kind": target.kind, "use": row["use"], "source": target.source}
        own |= {"published": target.value, "k": target.k, "n": target.n, "verdict": row["verdict"]} | numbers
        own |= dict(zip(("low", "high", "exact_low", "exact_high"), (*ends(target), *(target.exact or (None, None))), strict=True))
        own |= {"reason": reason(name, row["verdict"], near, True), "near_edge": near, "shared": in_common.get(name, ""), "detail": row["detail"]}
        own |= {key: int(row[key]) for key in ("seeds_right", "replications")}
        table.append(own)
    return pd.DataFrame(table)[list(COLUMNS)].astype({"k": "Int64", "n": "Int64"})


def page(table: pd.DataFrame, weeks: int) -> str:
    """Return the page, in Markdown: counts up front, then what is missed and why, then every target."""
    own = table[table.use == HELD_OUT]
    met, missed = (int((own.verdict == said).sum()) for said in (MET, MISSED))
    fewest, most = (int(end) for end in (table.replications.min(), table.replications.max()))
    seeds = counted(most, "seed") if fewest == most else f"{fewest} to {most} seeds"
    left = int((own.verdict == IN_THE_MEAN).sum())
    rest = f"; {left} more {'has' if left == 1 else 'have'} the published direction in the mean, but not clearly" if left else ""
    text = INTRODUCTION.format(seeds=seeds, weeks=weeks, held_out=len(own), met=met, missed=missed, rest=rest, dependent=dependent(table))
    text += "\n" + "\n".join(f"- {name[:1].upper()}{name[1:]}: {said}." for name, said in tallies(table)) + "\n"
    text += "\n## What is missed, and why, as far as known\n\n"
    text += "\n".join(f"- **{row.id} {row.pattern}.** {miss(row)} {row.reason}" for _, row in misses(table).iterrows()) + "\n"
    edges = [f"- **{row.id} {row.pattern}.** {near(row)} {row.reason}".rstrip() for _, row in near_edges(table).iterrows()]
    text += "\n## Met, but near the edge\n\n" + "\n".join(edges) + "\n" if edges else ""
    text += f"\n## Every target\n\n{TABLE_HEAD}\n" + "\n".join(line(row) for _, row in failures_first(table).iterrows()) + "\n"
    beside = [f"- {row.id} {row.pattern}: {row.detail}" for _, row in table.iterrows() if row.detail]
    text += "\nSingle seeds: the middle 95% of them. Seeds right: those whose own value lies in the band, or on the right side of the bound.\n"
    text += "\nParts of the statistics, with 95% intervals:\n\n" + "\n".join(beside) + "\n\n"
    leaning = [f"- {row.id} {row.pattern}: {row.shared}" for _, row in table.iterrows() if row.shared]
    text += "Shared with a fitted target, built in, or made to come out:\n\n" + "\n".join(leaning) + "\n\n" if leaning else ""
    return text + AFTER.format(decided="\n".join(f"- {said}" for said in (*DECIDED, OF_LUCK)))


def failures_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the targets held out, then the fitted ones, then the inputs, each with what is not met first."""
    order = table.assign(use_order=table.use.map(list(GROUPS).index), is_met=table.verdict == MET)
    return table.loc[order.sort_values(["use_order", "is_met"], kind="stable").index]


def line(row: pd.Series) -> str:
    """Return one target as a row of the table."""
    verdict = row.verdict if row.verdict == MET else f"**{row.verdict}**"
    cells = (row.id, row.pattern, interval(row), single_seeds(row), published(row), accepted(row), verdict, seeds_right(row), USES[row.use], row.source)
    return f"| {' | '.join(cells)} |"


def main(store: str = "outputs/store") -> None:
    """Make the runs that are not in `store`, keep what was found, and write the page."""
    request = cli.read("validate", [f"store={store}"])
    found = validate(question_of(request), store_of(request), workers_of(request))
    keep(found).to_csv(FOUND, index=False)
    PAGE.write_text(page(kept(), found.question.weeks), encoding="utf-8")
    print(told(found))
    print(f"\nwritten: {PAGE} and {FOUND}")


if __name__ == "__main__":
    begin(__doc__, [word for word in sys.argv[1:] if word.startswith("-")])  # a folder of finished runs may be named
    main(*sys.argv[1:])
