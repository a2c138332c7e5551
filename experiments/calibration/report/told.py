"""The short answer for the terminal, and the command that makes it again."""

from __future__ import annotations

from textwrap import shorten

from experiments.calibration import fit, identifiability
from experiments.calibration.calibrate import Calibration
from experiments.calibration.figures.posterior import title_of
from experiments.calibration.figures.posterior import told as interval
from experiments.sweep.figures.shown import number_text
from experiments.sweep.report.words import period
from experiments.terminal import counted, unbroken

WIDEST, NOTES = 80, 6
NOT_NEEDED = ("out", "store", "processes", "executor", "address", "cluster", "dry_run", "confirm", "retry", "debug")  # they change no figure
SHORT = {
    identifiability.TOLD: "told", identifiability.PARTLY: "told in part", identifiability.TOGETHER: "told with another", identifiability.LITTLE: "told little",
    identifiability.NOTHING: "not told",
}  # fmt: skip


def scale(calibration: Calibration) -> str:
    """Return how large the calibration is, in words."""
    question = calibration.question
    waves = f"{counted(question.waves, 'wave')} of {counted(question.points, 'point')}, {question.replications} seeds each"
    drawn = f"{counted(question.draws, 'draw')} in the posterior, {question.checked} of them run"
    return f"{waves}, {counted(len(calibration.runs), 'run')} of {period(question.weeks)}; {drawn}"


def told(calibration: Calibration) -> str:
    """Return the answer in lines of at most 80 columns, or as long as names of parameters make them."""
    question, known, targets = calibration.question, identifiability.table_of(calibration), fit.targets_of(calibration)
    service = question.titles.get("service") or "the service"
    lines = unbroken(f"{service}: {counted(len(question.factors), 'parameter')} fitted to {counted(len(question.ids), 'published target')}", "", WIDEST)
    lines += [*unbroken(scale(calibration), "", WIDEST), "", *unbroken(f"{title_of(known)}. Posterior median (95% interval):", "", WIDEST), ""]
    width = max(len(row.parameter) for row in known.itertuples())
    for row in known.to_dict("records"):
        lines.append(f"{row['parameter']:<{width}}  {interval(row)}, {SHORT[row['verdict']]}")
    lines += ["", "In the model at draws of the posterior (mean of real runs), and published:", ""]
    for row in targets.to_dict("records"):
        name = shorten(f"{row['target']} {row['pattern']}", 44, placeholder="…")
        lines.append(f"{name:<45} {number_text(row['posterior_mean']):>7}  {number_text(row['low'])} to {number_text(row['high'])}, {row['verdict']}")
    notes = fit.notes_of(calibration)
    told_notes = [line for note in notes[:NOTES] for line in unbroken(shorten(note, 3 * (WIDEST - 6), placeholder=" …"), "  ", WIDEST)]
    more = len(notes) - NOTES
    return "\n".join([*lines, *(["", "Notes:", *told_notes] if notes else []), *([f"  and {more} more in the report."] if more > 0 else [])])
