"""What the report of a sweep is made of: the sweep, what is told of each measure in which order, its figures, and the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from experiments.report.sentences import capital
from experiments.sweep.designs import MEANING, SOBOL
from experiments.sweep.figures.choice import Drawn, figures_of
from experiments.sweep.figures.shown import LONGEST_TITLE, Material, words_of
from experiments.sweep.findings import Finding, Verdict, finding
from experiments.sweep.question import NET_BENEFIT, TWO_STEPS, Step, SweepQuestion, outputs_by_measure
from experiments.sweep.report.words import period
from experiments.sweep.sweep import Sweep, Swept, missed
from experiments.terminal import counted

WELLBEING = ("gain_over_usual_care_52", "gain_over_usual_care_104")
LEADING = (*WELLBEING, "retention_52", "wait_p90", "cost_per_person", "net_benefit_over_usual_care")  # of the service
DECIDING = (NET_BENEFIT, *WELLBEING, "retention_52", "wait_p90", "cost_per_person")  # of the difference that a scenario makes
OF_INDICES = ("morris", "sobol", "fast", "tornado", "pawn", "delta", "lhs", "grid", "response")  # figures whose titles say which parameter matters
UNTOLD = {  # title of a figure of indices, and of one of responses, where nothing is told
    Verdict.SWAMPED: ("luck hides which parameters matter", "luck hides how it responds"),
    Verdict.ONE_SEED: ("one seed cannot tell luck from influence", "one seed cannot tell luck from response"),
    Verdict.OPEN: ("too uncertain to say", "too uncertain to say how it responds"),
}
TITLES = {
    "morris": "Morris screening", "sobol": "Sobol indices", "fast": "Fourier amplitudes (FAST)", "pawn": "PAWN", "delta": "delta",
    "lhs": "regression on a Latin hypercube", "grid": "a full grid", "oat": "one parameter at a time", TWO_STEPS: "Morris screening, then Sobol indices",
}  # fmt: skip


@dataclass(frozen=True)
class Side:
    """The service alone, or the difference that a scenario makes: its title, and its measures, the leading ones first."""

    title: str
    leading: tuple[Finding, ...]
    further: tuple[Finding, ...]


@dataclass(frozen=True)
class Told:
    """A sweep as it is told. `record` is the manifest, `command` the command line, `tables` are the names of the files beside the report."""

    sweep: Sweep
    record: dict[str, Any] = field(default_factory=dict)
    command: str = ""
    tables: tuple[str, ...] = ()

    @property
    def question(self) -> SweepQuestion:
        """What was asked."""
        return self.sweep.question

    @property
    def step(self) -> Step:
        """The step that gives the answer."""
        return self.sweep.last.step

    @property
    def service(self) -> str:
        """The title of the service."""
        return self.question.titles.get("service") or "the service"

    @property
    def method(self) -> str:
        """The method in words."""
        return TITLES[self.question.method]

    @property
    def runs(self) -> int:
        """How many rows of runs there are, in all steps."""
        return sum(len(step.runs) for step in self.sweep.steps)

    @property
    def scale(self) -> str:
        """How large the sweep is, in words."""
        points = sum(len(step.step.design.unit) for step in self.sweep.steps)
        seeds = f"the same {self.question.replications} seeds" if self.question.replications > 1 else "one seed"
        sides = f", {len(self.question.sides)} options at each" if self.question.scenarios else ""
        return f"{points:,} points{sides}, {seeds}, {counted(self.runs, 'run')} of {period(self.question.weeks)}"

    @property
    def size(self) -> str:
        """The size of the design that gives the answer, as `points=` says it."""
        design = self.step.design
        return f"{design.size:,} {MEANING[SOBOL if self.question.method == TWO_STEPS else design.method]}"

    @cached_property
    def titles(self) -> dict[str, str]:
        """The titles of the options of a decision."""
        return {self.question.sides[0]: "the service as it is"} | {scenario.name: scenario.title for scenario in self.question.scenarios}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is told of each measure."""
        values = outputs_by_measure(self.question, self.sweep.last.runs)
        return tuple(self.finding(name, own, self.sweep.last) for name, own in values.items())

    def finding(self, measure: str, values: np.ndarray, swept: Swept) -> Finding:
        """Return what one step tells of a measure."""
        tables = swept.analysis
        return finding(measure, values, swept.step.design, tables.indices, tables.noise, swept.step.factors, words_of(measure, self.titles))

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """The differences of each scenario, if there are any, which are what a decision hangs on; and the service as it is."""
        found = []
        for name in ("", *(scenario.name for scenario in self.question.scenarios)):
            own = [f for f in self.findings if f.words.name.rpartition(": ")[0] == name]
            order = DECIDING if name else LEADING
            leading = sorted((f for f in own if base(f) in order), key=lambda f: order.index(base(f))) or own
            title = f"“{self.titles[name]}”, less the service as it is" if name else "The service as it is"
            if own:
                found.append(Side(title, tuple(leading), tuple(f for f in own if f not in leading)))
        return tuple(found[1:] + found[:1]) if self.question.scenarios else tuple(found)

    @property
    def leading(self) -> tuple[Finding, ...]:
        """The leading measures of all sides."""
        return tuple(f for side in self.sides for f in side.leading)

    def foremost(self, most: int) -> tuple[Finding, ...]:
        """The first leading measures of each side, about `most` in all."""
        each = max(1, most // len(self.sides))
        return tuple(f for side in self.sides for f in side.leading[:each])

    def drawn(self, swept: Swept) -> list[Drawn]:
        """Return the figures of one step; where nothing is told of a measure, the titles of its figures say so too."""
        values = outputs_by_measure(self.question, swept.runs)
        design, tables, target = swept.step.design, swept.analysis, self.question.target
        lost = missed(self.question, swept.runs) if target is not None else None
        found = figures_of(
            Material(
                design, swept.step.points, values, swept.step.factors, tuple(values), tables.indices, tables.noise, tables.convergence, target, lost,
                swept.boxes, period(self.question.weeks), self.titles,
            )
        )  # fmt: skip
        told = {name: self.finding(name, own, swept) for name, own in values.items()}
        return [honest(drawn, told[drawn.measure]) if drawn.kind in OF_INDICES else drawn for drawn in found]

    @cached_property
    def figures(self) -> list[Drawn]:
        """The figures of the step that gives the answer."""
        return self.drawn(self.sweep.last)

    def of_kinds(self, kinds: Sequence[str]) -> list[Drawn]:
        """Return the figures of some kinds."""
        return [drawn for drawn in self.figures if drawn.kind in kinds]


def base(f: Finding) -> str:
    """Return the name of a measure without its scenario."""
    return f.words.name.rpartition(": ")[2]


def honest(drawn: Drawn, f: Finding) -> Drawn:
    """Return a figure whose title, and with it the words that stand in for it, names no parameter where nothing is told of the measure."""
    if f.verdict not in (Verdict.SWAMPED, Verdict.ONE_SEED, Verdict.OPEN):
        return drawn
    said = UNTOLD[f.verdict][drawn.kind == "response"]
    whole = f"{capital(f.words.short)}: {said}"
    title = whole if len(whole.split()) <= LONGEST_TITLE else f"{capital(f.alone)}: {said}"
    figure = drawn.figure
    return replace(drawn, figure=replace(figure, title=title, alt=figure.alt.replace(figure.title, title)))
