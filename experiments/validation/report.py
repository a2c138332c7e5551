"""`report.html` of a validation: how the model stands against what has been published, misses before hits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.report import html
from experiments.report.figures.figure import Table
from experiments.report.made import how_made
from experiments.report.page import contents, document, write_whole
from experiments.terminal import counted
from experiments.validation import figures
from experiments.validation.judge import MET, MISSED, UNANSWERED
from experiments.validation.targets import HELD_OUT
from experiments.validation.validate import Validation
from experiments.validation.words import DECIDED, GROUPS, USES, accepted, interval, miss, misses, published, runs_in_words, tallies, tally

FOOT = "Made by simulation: a model that meets published figures may still be wrong, and one that misses them is wrong there."
WITHOUT = "The reasons are those known of the default service (Ways to Wellness), whatever service this is."
HEAD = ("Target", "Model (95% interval)", "Published", "Accepted", "Verdict", "Use", "Seeds", "How it is computed", "Source", "Beside it")


@dataclass(frozen=True)
class Told:
    """A validation as it is told. `record` is the manifest, `command` the command line, `tables` are the names of the files beside the report."""

    found: Validation
    record: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""
    tables: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """One row a target."""
        return self.found.table

    @property
    def service(self) -> str:
        """The title of the service."""
        return self.found.question.titles.get("service") or "the service"

    @property
    def runs(self) -> str:
        """How many runs, how long, in words."""
        asked = self.found.question
        return runs_in_words(len(asked.seeds), asked.weeks, asked.posterior is not None)


def write_report(path: Path | str, found: Validation, record: Mapping[str, Any] | None = None, tables: Iterable[str] = (), command: str = "") -> None:
    """Write the report of `found` to `path`, whole or not at all."""
    m = Told(found, dict(record or {}), command, tuple(tables))
    rest = "".join(make(m) for make in (missed, pictures, every, decided, made))
    write_whole(Path(path), document(title(m), opening(m), answer(m, contents(rest)), rest, FOOT))


def title(m: Told) -> str:
    """Return the title: the question."""
    return f"Does the model show what has been published? {m.service}"


def opening(m: Told) -> str:
    """Return the header: what was tried, on what."""
    sources = "a file of your own" if m.found.question.own_targets else "the published findings that come with spsim"
    lead = f"{counted(len(m.table), 'target')} from {sources}, each held against the model: {m.runs}."
    inner = html.paragraph("A validation, simulated", class_="kicker") + html.element("h1", title(m))
    return inner + html.paragraph(lead, class_="lead")


def answer(m: Told, links: str) -> str:
    """Return the answer: how many of the held-out targets are met, and of the others."""
    own = m.table[m.table.use == HELD_OUT]
    if len(own):
        met, not_met = ((own.verdict == said).sum() for said in (MET, MISSED))
        said = f"Of {counted(len(own), 'finding')} that nothing was tuned to, the model meets {met} and misses {not_met}."
    else:
        said = f"None of these targets was held out, so that they cannot tell whether the model is right: {tally(m.table)}."
    lines = "".join(html.wrap("li", f"{html.element('strong', figures.capital(name))}: {html.element('span', told)}") for name, told in tallies(m.table))
    return html.section("answer", "The answer", html.paragraph(said, class_="lead") + html.wrap("ul", lines, class_="short") + links)


def missed(m: Told) -> str:
    """Return every target that is not met, with the reason as far as known."""
    rows = misses(m.table)
    inner = ""
    for _, row in rows.iterrows():
        inner += html.wrap("li", html.element("strong", f"{row.id} {row.pattern}.") + " " + html.element("span", f"{miss(row)} {row.reason}"))
    told = html.wrap("ul", inner, class_="say") + html.paragraph(WITHOUT, class_="note") if inner else html.paragraph("Every target that has an answer is met.")
    open_ = m.table[m.table.verdict == UNANSWERED]
    if len(open_):
        told += html.paragraph(f"Not answered by these runs: {', '.join(open_.id)}. {open_.iloc[0].reason}")
    return html.section("missed", "What is missed, and why, as far as known", told)


def pictures(m: Told) -> str:
    """Return the forests, held-out targets apart from fitted ones and inputs."""
    inner = ""
    for use, (name, what) in GROUPS.items():
        own = m.table[m.table.use == use]
        drawn = [figure for make in (figures.of_bands, figures.of_directions) if (figure := make(own, name, m.runs)) is not None]
        inner += html.element("h3", f"Targets: {name}") + html.paragraph(what) + "".join(map(html.figure, drawn)) if drawn else ""
    return html.section("pictures", "Every target in a picture", inner)


def every(m: Told) -> str:
    """Return the table of all targets with their sources."""
    rows = [
        (f"{r.id} {r.pattern}", interval(r), published(r), accepted(r), r.verdict, USES[r.use], str(r.replications), r.statistic, r.source, r.detail)
        for _, r in m.table.iterrows()
    ]
    return html.section("every", "Every target with its source", html.table(Table("All targets", HEAD, tuple(rows))))


def decided(m: Told) -> str:
    """Return how it is decided whether a target is met."""
    return html.section("decided", "How it is decided", html.items(DECIDED))


def made(m: Told) -> str:
    """Return how the report was made: command, runs, versions, and the full record."""
    asked = m.found.question
    rows = [
        ("Command", m.command),
        ("Service", m.service),
        ("Runs", m.runs),
        ("Seeds", f"{asked.seeds[0]} to {asked.seeds[-1]}"),
        ("Posterior", asked.posterior.name if asked.posterior else "none: the parameters of the service"),
    ]
    return how_made(rows, m.record, m.tables, "Tables beside this report, explained in data_dictionary.csv:")
