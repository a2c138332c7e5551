"""docs/results/calibration.md: what the published figures say of the default service's tuned numbers, from a real fit.

The runs are taken from the store, or made (about ten minutes on two cores). What the figures say in words stands in the
page itself, outside the part that is written here.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pandas as pd

from experiments import cli
from experiments.calibration import fit, identifiability
from experiments.calibration.calibrate import Calibration, Calibrator
from experiments.calibration.figures import posterior, targets
from experiments.calibration.files import tables_of
from experiments.calibration.question import question_of
from experiments.calibration.report.page import Told
from experiments.calibration.report.told import scale
from experiments.executors import Workers
from experiments.pages import SIGNIFICANT, WHITE, begin, markdown, marked, renewed
from experiments.store import Store
from experiments.sweep.figures.shown import number_text, share_text

COMMAND = (
    "spsim calibrate 'parameters=[allocation.accept_logit,dropout.hazard,programme.completion,activity.start_logit,activity.attend_logit,"
    "wellbeing.goal_effect,contact.setback_return_weeks]'"
)
PAGE, FOLDER = Path("docs/results/calibration.md"), Path("docs/results/calibration")
BLOCK = marked("calibration")


def found(store: Path) -> Calibration:
    """Return the calibration of `COMMAND`, its runs from `store` where they are there."""
    command, *words = shlex.split(COMMAND)[1:]
    return Calibrator(question_of(cli.read(command, words)), Store(store.absolute()), Workers()).answer()


def page_of(calibration: Calibration) -> str:
    """Return the part of the page that is written by this module, in Markdown."""
    lines = ["```sh", COMMAND, "```", "", f"{scale(calibration)}.", ""]
    for name, drawn in Told(calibration).figures.items():
        lines += [f"**{drawn.title}.** {drawn.subtitle}.", "", f"![{drawn.alt.removesuffix(' Table follows.')}](calibration/{name}.svg)", "", drawn.note, ""]
    lines += ["**Parameters.**", "", *markdown(parameters(calibration)), "", "**Targets.**", "", *markdown(figures(calibration)), ""]
    lines += ["**What the command says beside the numbers.**", "", *(f"- {note}" for note in fit.notes_of(calibration)), ""]
    lines += ["**Emulators.**", "", *markdown(emulators(calibration)), ""]
    return "\n".join(lines)


def parameters(calibration: Calibration) -> pd.DataFrame:
    """Return what is known of each parameter."""
    rows = [
        (r["parameter"], number_text(r["in_service"]), f"{number_text(r['prior_low'])} to {number_text(r['prior_high'])}", posterior.told(r),
         share_text(max(0.0, r["shrinkage"])), f"{r['shift']:+.1f}".replace("-", "−"), r["verdict"])
        for r in identifiability.table_of(calibration).to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=[
            "parameter", "default", "prior, middle 95%", "posterior median (95% interval)", "variance gone", "mean moved, in standard deviations of the prior",
            "verdict",
        ],
    )


def figures(calibration: Calibration) -> pd.DataFrame:
    """Return the model against the targets."""
    rows = [
        (f"{r['target']} {r['pattern']}", targets.published(r), r["likelihood"], targets.span(r, "prior"), targets.span(r, "posterior"), r["verdict"])
        for r in fit.targets_of(calibration).to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["target", "published (band)", "counts as", "over the prior", "at draws of the posterior", "verdict"])


def emulators(calibration: Calibration) -> pd.DataFrame:
    """Return how well each emulator does."""
    rows = [(r.target, share_text(r.explained), f"{r.error_rms:.2f}", f"{r.check_rms:.2f}") for r in fit.emulators_of(calibration).itertuples()]
    return pd.DataFrame(rows, columns=["target", "explained at points left out", "size of errors there (1 is right)", "at real runs of the posterior"])


def main(store: str = "outputs/store") -> None:
    """Renew the page, its figures and its small tables."""
    calibration = found(Path(store))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, drawn in Told(calibration).figures.items():
        (FOLDER / f"{name}.svg").write_text(drawn.wide.file("wide", WHITE), encoding="utf-8")
    for name, table in tables_of(calibration).items():
        table.to_csv(FOLDER / f"{name}.csv", index=False, float_format=SIGNIFICANT)
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(renewed(page, BLOCK, page_of(calibration)), encoding="utf-8")
    print(f"written: {PAGE} and {FOLDER}")


if __name__ == "__main__":
    begin(__doc__, [word for word in sys.argv[1:] if word.startswith("-")])  # a folder of finished runs may be named
    main(*sys.argv[1:])
