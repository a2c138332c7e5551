"""The page that stays: `python -m experiments.validation.page` (`make results`) writes docs/results/validation.md and configs/evidence/found.csv.

Runs what `spsim validate` runs by default. The page is drawn up from found.csv, which ships with the package because reports of comparisons
name what the model misses; so page and list can never differ.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from experiments import cli
from experiments.terminal import counted
from experiments.validation.command import store_of, workers_of
from experiments.validation.judge import COLUMNS, IN_THE_MEAN, MET, MISSED, ends, reasons
from experiments.validation.question import question_of
from experiments.validation.targets import HELD_OUT, shipped
from experiments.validation.told import told
from experiments.validation.validate import Validation, validate
from experiments.validation.words import DECIDED, GROUPS, USES, accepted, interval, miss, misses, published, tallies

ROOT = Path(__file__).resolve().parents[2]
FOUND = ROOT / "configs" / "evidence" / "found.csv"
PAGE = ROOT / "docs" / "results" / "validation.md"
KEPT = ("id", "pattern", "use", "verdict", "mean", "ci_low", "ci_high", "replications", "detail")
DECIMALS = 6
HEAD = ("target", "pattern", "model (95% interval)", "published", "accepted", "verdict", "use", "seeds", "source")
INTRODUCTION = """\
# The default service against published findings

Made by `make results`; do not edit. {seeds} of the default service (Ways to Wellness) over {weeks} weeks, each with the same people under usual care,
and runs of their own for targets that need them (T9a, T12, T21b, T23, T24, T26, T27: `experiments/validation/studies.py` says which).
`spsim validate` makes the same for any service, for targets of your own and over a posterior, with pictures.

**Of {held_out} findings that nothing was tuned to, the model meets {met} and misses {missed}{rest}.**
"""
TABLE_HEAD = "\n".join([f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"])
AFTER = """\
## How it is decided

{decided}
- How each is computed: `configs/evidence/targets.csv`, `experiments/patterns.py` and `experiments/validation/studies.py`. Why defaults are what they are, and
  what moved: [decision 0005](../decisions/0005-tuning.md).
- **fitted**: defaults were tuned to these (T1, T3, T4, T6, T15, T16: no more than six of the T numbers). **input**: goes in and should come out again.
  **held out**: nothing was tuned to these; misses stay here.
"""


def keep(found: Validation) -> pd.DataFrame:
    """Return what is kept of a validation of the default service."""
    return found.table[list(KEPT)].round(DECIMALS)


def kept() -> pd.DataFrame:
    """Return what was kept, in the columns of a validation's own table."""
    with FOUND.open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    known, why = shipped(), reasons()
    table = []
    for name, row in rows.items():
        target = known[name]
        numbers = {key: float(row[key] or "nan") for key in ("mean", "ci_low", "ci_high")}
        own = {"id": name, "pattern": row["pattern"], "statistic": target.statistic, "kind": target.kind, "use": row["use"], "source": target.source}
        own |= {"published": target.value, "k": target.k, "n": target.n, "verdict": row["verdict"]} | numbers
        own |= dict(zip(("low", "high", "exact_low", "exact_high"), (*ends(target), *(target.exact or (None, None))), strict=True))
        own |= {"reason": "" if row["verdict"] == MET else why.get(name, ""), "detail": row["detail"], "replications": int(row["replications"])}
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
    text = INTRODUCTION.format(seeds=seeds, weeks=weeks, held_out=len(own), met=met, missed=missed, rest=rest)
    text += "\n" + "\n".join(f"- {name[:1].upper()}{name[1:]}: {said}." for name, said in tallies(table)) + "\n"
    text += "\n## What is missed, and why, as far as known\n\n"
    text += "\n".join(f"- **{row.id} {row.pattern}.** {miss(row)} {row.reason}" for _, row in misses(table).iterrows()) + "\n"
    text += f"\n## Every target\n\n{TABLE_HEAD}\n" + "\n".join(line(row) for _, row in failures_first(table).iterrows()) + "\n"
    beside = [f"- {row.id} {row.pattern}: {row.detail}" for _, row in table.iterrows() if row.detail]
    text += "\nParts of the statistics, with 95% intervals:\n\n" + "\n".join(beside) + "\n\n"
    return text + AFTER.format(decided="\n".join(f"- {said}" for said in DECIDED))


def failures_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the targets held out, then the fitted ones, then the inputs, each with what is not met first."""
    order = table.assign(use_order=table.use.map(list(GROUPS).index), is_met=table.verdict == MET)
    return table.loc[order.sort_values(["use_order", "is_met"], kind="stable").index]


def line(row: pd.Series) -> str:
    """Return one target as a row of the table."""
    verdict = row.verdict if row.verdict == MET else f"**{row.verdict}**"
    cells = (row.id, row.pattern, interval(row), published(row), accepted(row), verdict, USES[row.use], str(row.replications), row.source)
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Run, keep what was found, and write the page."""
    request = cli.read("validate", [])
    found = validate(question_of(request), store_of(request), workers_of(request))
    keep(found).to_csv(FOUND, index=False)
    PAGE.write_text(page(kept(), found.question.weeks), encoding="utf-8")
    print(told(found))
    print(f"\nwritten: {PAGE} and {FOUND}")


if __name__ == "__main__":
    main()
