"""docs/results/sensitivity.md: which of the default service's assumed numbers its results hang on, from a real sweep.

The runs are taken from the store, or made (1 to 2 hours on two cores). What the figures say in words stands in the
page itself, outside the part that is written here.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import pandas as pd

from experiments import cli
from experiments.executors import Workers
from experiments.pages import SIGNIFICANT, begin, markdown, marked, renewed
from experiments.store import Store
from experiments.sweep.files import tables_of
from experiments.sweep.question import question_of
from experiments.sweep.report.material import Told
from experiments.sweep.report.words import leading
from experiments.sweep.sweep import Sweep, Sweeper

COMMAND = "spsim sweep method=screen-then-sobol parameters=doubts trajectories=4 points=256 survivors=6"
PAGE, FOLDER = Path("docs/results/sensitivity.md"), Path("docs/results/sensitivity")
BLOCK = marked("sweep")
SHOWN = {"morris": ("gain_over_usual_care_104", "retention_52"), "sobol": ("gain_over_usual_care_104", "retention_52", "changed_worker")}
DROPPED = 12  # of those that the screening dropped, in the page; all are in screening.csv


def found(store: Path = Path("outputs/store")) -> Sweep:
    """Return the sweep of `COMMAND`, its runs from `store` where they are there."""
    command, *words = shlex.split(COMMAND)[1:]
    return Sweeper(question_of(cli.read(command, words)), Store(store.absolute()), Workers()).answer()


def page_of(sweep: Sweep) -> str:
    """Return the part of the page that is written by this module, in Markdown."""
    told = Told(sweep)
    lines = ["```sh", COMMAND, "```", "", f"{told.scale}.", ""]
    carried = f"**What {len(told.step.factors)} parameters carry of the spread**"
    lines += [f"{carried} (Sobol, on the parameters that the screening kept, all others as in the service):", ""]
    lines += [f"- *{f.words.full}*: {leading(f, told.step.factors)}" for f in told.findings] + [""]
    for name, drawn in figures(sweep).items():
        lines += [f"![{drawn.figure.alt.removesuffix(' Table follows.')}](sensitivity/{name})", ""]
    lines += ["", "**Luck.** Share of the spread that is the seeds':", "", *markdown(luck(sweep)), ""]
    lines += [f"**The screening** kept the first {sweep.screening.kept.sum()} of {len(sweep.screening)} parameters; the next {DROPPED}:", ""]
    return "\n".join([*lines, *markdown(dropped(sweep)), ""])


def figures(sweep: Sweep) -> dict[str, object]:
    """Return the figures that the page shows, by file name."""
    told = Told(sweep)
    return {
        f"{drawn.kind}_{drawn.measure}.svg": drawn
        for step in sweep.steps
        for drawn in told.drawn(step)
        if drawn.measure in SHOWN[step.step.design.method] and drawn.kind == step.step.design.method
    }


def luck(sweep: Sweep) -> pd.DataFrame:
    """Return for each measure and step how much of the spread is luck, in percent."""
    rows = []
    for step in sweep.steps:
        for row in step.analysis.noise.itertuples():
            rows.append((row.measure, step.step.design.method, f"{row.share_seed:.1%}", f"{row.share_seed_left:.1%}"))
    return pd.DataFrame(rows, columns=["measure", "step", "of single runs", "of the means over the seeds"])


def dropped(sweep: Sweep) -> pd.DataFrame:
    """Return the parameters that were dropped last."""
    table = sweep.screening[~sweep.screening.kept].head(DROPPED)
    told = [(r.rank, r.parameter, r.measure, f"{r.mu_star:.3g} ({r.mu_star_low:.3g} to {r.mu_star_high:.3g})", r.why) for r in table.itertuples()]
    return pd.DataFrame(told, columns=["rank", "parameter", "measure", "mean size of its effect", "why"])


def main() -> None:
    """Renew the page, its figures and its small tables."""
    begin(__doc__)
    sweep = found()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, drawn in figures(sweep).items():
        (FOLDER / name).write_text(drawn.figure.wide.file(), encoding="utf-8")
    tables = tables_of(sweep)
    tables["indices"] = tables["indices"][(tables["indices"].method == "sobol") | (tables["indices"]["index"] == "mu_star")]
    for name in ("indices", "noise", "screening"):
        tables[name].to_csv(FOLDER / f"{name}.csv", index=False, float_format=SIGNIFICANT)
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(renewed(page, BLOCK, page_of(sweep)), encoding="utf-8")
    print(f"written: {PAGE} and {FOLDER}")


if __name__ == "__main__":
    main()
