"""`report.html` of a calibration: one file that needs nothing else, for somebody who does not model, and then for somebody who does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.calibration import fit, identifiability
from experiments.calibration.calibrate import Calibration
from experiments.calibration.figures import pairs, posterior, targets
from experiments.calibration.report.told import scale
from experiments.calibration.waves import IMPLAUSIBLE
from experiments.report import html
from experiments.report.figures.figure import Figure, Table
from experiments.report.made import how_made
from experiments.report.page import contents, document, write_whole
from experiments.report.sentences import capital, listed
from experiments.sweep.figures.shown import number_text, share_text
from experiments.sweep.report.words import period
from experiments.terminal import counted

REPORT = "report.html"
FOOT = "Made by simulation: what fits is what fits in the model. Values that give published figures are not thereby true."
HOW = (
    "A published figure with a band counts as a normal distribution around it, with 95% of its doubt in the band; where it does not lie in the middle, each "
    "half of the band is half a normal distribution of its own. Shares of small studies count with the study's own numbers, binomial or multinomial.",
    f"History matching: after each wave, points at which a published figure lies more than {IMPLAUSIBLE:g} standard deviations from the model are ruled out, "
    "all doubt counted, and the next wave goes where room is left (Vernon, Goldstein and Bower 2010, Bayesian Analysis 5: 619-670).",
    "Emulators: Gaussian processes (scikit-learn) give what the model would give between its runs, with their own doubt; shares as log-odds. Each point has "
    "seeds of its own, and the spread between them is the luck of a run.",
    "The posterior is sampled with emcee (Foreman-Mackey et al. 2013, PASP 125: 306-312) under the declared priors; doubt of the emulator and luck of one "
    "run are counted in the likelihood. Then draws of it are run for real, with new seeds.",
)
LIMITS = (
    "The priors are the plausible ranges and distributions that parameters are declared with, or bounds given here. What is not fitted is taken as known.",
    "Targets count as independent of one another, though some rest on the same people. Whether a target should be fitted at all is a judgement: what is fitted "
    "can no longer be held against the model.",
    "It is assumed that the model can be right. A mechanism that is missing makes other parameters stand in for it.",
)


@dataclass(frozen=True)
class Told:
    """A calibration as it is told: with the manifest, the names of the files beside the report, and the command line."""

    calibration: Calibration
    record: Mapping[str, Any] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    command: str = ""

    @cached_property
    def known(self) -> pd.DataFrame:
        """What is known of each parameter."""
        return identifiability.table_of(self.calibration)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """The model against each target."""
        return fit.targets_of(self.calibration)

    @property
    def period(self) -> str:
        """How long a run is, in words."""
        return period(self.calibration.question.weeks)

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """The figures by name."""
        return {
            "posterior": posterior.figure(self.calibration, self.known, self.period),
            "targets": targets.figure(self.calibration, self.targets, self.period),
            "pairs": pairs.figure(self.calibration, self.period),
        }


def write_report(path: Path, calibration: Calibration, record: Mapping[str, Any], tables: Iterable[str], command: str) -> None:
    """Write the report to `path`, whole or not at all."""
    write_whole(path, page(Told(calibration, record, tuple(tables), command)))


def page(m: Told) -> str:
    """Return the whole page."""
    rest = "".join(make(m) for make in (parameters, against, together, trust, made))
    return document(title(m), question(m), answer(m, contents(rest)), rest, FOOT)


def title(m: Told) -> str:
    """Return the title: the question."""
    return f"Which values fit the published figures? {m.calibration.question.titles.get('service') or 'The service'}"


def question(m: Told) -> str:
    """Return the header: what was fitted to what, and in how many runs."""
    asked = m.calibration.question
    inner = html.paragraph("A calibration, simulated", class_="kicker") + html.element("h1", title(m))
    lead = f"{counted(len(asked.factors), 'parameter')} of the model, each within its range, {'was' if len(asked.factors) == 1 else 'were'} fitted to "
    figures = f"{counted(len(asked.ids), 'published figure')}: {listed(list(asked.ids))}"
    inner += html.paragraph(f"{lead}{figures}. What came out is a sample of parameter sets.", class_="lead")
    return inner + html.paragraph(f"{capital(scale(m.calibration))}.", class_="note")


def answer(m: Told, contents_: str) -> str:
    """Return the answer: what is known, what is met, and every note."""
    lines = [f"{m.figures[name].title}." for name in ("posterior", "targets", "pairs")]
    inner = html.paragraph(f"In the model: {lines[0][0].lower()}{lines[0][1:]}", class_="lead") + html.items(lines[1:], class_="short") + contents_
    notes = fit.notes_of(m.calibration)
    inner += html.wrap("div", html.element("h3", "What must be known beside the numbers") + html.items(notes), class_="answer") if notes else ""
    return html.section("answer", "The answer", inner)


def parameters(m: Told) -> str:
    """Return the posterior against the prior."""
    how = (
        "“Told” means that half of the prior's variance or more is gone; “little” that less than a tenth is, but the mean moved by a quarter of the prior's "
        "standard deviation or more; “nothing” neither."
    )
    return html.section("parameters", "What is known of each parameter", html.figure(m.figures["posterior"]) + html.paragraph(how, class_="note"))


def against(m: Told) -> str:
    """Return the model against the targets."""
    return html.section("targets", "Does the fitted model give the figures?", html.figure(m.figures["targets"]))


def together(m: Told) -> str:
    """Return the parameters in pairs."""
    return html.section("pairs", "Which parameters stand in for one another", html.figure(m.figures["pairs"]))


def trust(m: Told) -> str:
    """Return how far it can be trusted: emulators, waves, chains, and what is taken for granted."""
    chains = m.calibration.chains
    mixed = f"{chains.effective:,.0f} independent draws, R-hat {chains.rhat:.3f} (1 is fully mixed), {share_text(chains.accepted)} of moves taken."
    inner = html.element("h3", "Do the emulators stand in for the model?") + html.table(emulator_table(m))
    inner += html.element("h3", "The waves") + html.table(wave_table(m))
    inner += html.element("h3", "The chains") + html.paragraph(mixed)
    inner += html.element("h3", "How it is done") + html.items(HOW) + html.element("h3", "What is taken for granted") + html.items(LIMITS)
    return html.section("trust", "Can it be trusted?", inner)


def emulator_table(m: Told) -> Table:
    """Return how well each emulator does."""
    head = ("Target", "Explained at points left out", "Errors there over what it says", "Errors at real runs of the posterior", "Luck of a run")
    rows = [
        (row.target, share_text(row.explained), f"{row.error_rms:.2f}", f"{row.check_rms:.2f}", number_text(row.luck_of_a_run))
        for row in fit.emulators_of(m.calibration).itertuples()
    ]
    return Table("Emulators; errors are root mean squares of standardised errors, about 1 when it is as sure as it may be", head, tuple(rows))


def wave_table(m: Told) -> Table:
    """Return the waves."""
    rows = [(str(row.wave), str(row.points), percent(row.not_ruled_out)) for row in fit.waves_of(m.calibration).itertuples()]
    return Table("Waves of runs, and the share of the prior that was not ruled out before each", ("Wave", "Points", "Not ruled out before"), tuple(rows))


def percent(share: float) -> str:
    """Return a share in percent with two significant figures, and not as a power of ten."""
    return f"{number_text(100 * share)}%"


def made(m: Told) -> str:
    """Return how the report was made: the command, versions, and the full record."""
    asked = m.calibration.question
    rows = [
        ("Command", m.command),
        ("Runs", f"{len(m.calibration.runs) + len(m.calibration.check):,}, of {m.period} each"),
        ("Seeds", f"{asked.seed} to {asked.seed_of_check(asked.checked - 1)}"),
    ]
    beside = f"{counted(len(m.tables), 'file').capitalize()} beside this report, explained in data_dictionary.csv:"
    return how_made(rows, m.record, m.tables, beside)
