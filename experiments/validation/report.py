"""`report.html` of a validation: how the model stands against what has been published, misses before hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
from experiments.validation.words import (
    DECIDED,
    GROUPS,
    OF_BOTH,
    OF_LUCK,
    USES,
    accepted,
    beside,
    dependent,
    interval,
    miss,
    misses,
    near,
    near_edges,
    published,
    runs_in_words,
    seeds_right,
    single_seeds,
    tallies,
    tally,
)

FOOT = "Made by simulation: a model that meets published figures may still be wrong, and one that misses them is wrong there."
HEAD = (
    "Target", "Model (95% interval of the mean)", "Single seeds (middle 95%)", "Published", "Accepted", "Verdict", "Seeds right", "Use", "How it is computed",
    "Source", "Beside it",
)  # fmt: skip


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
        said = f"Of {counted(len(own), 'finding')} that no value was fitted to, the model meets {met} and misses {not_met}."
    else:
        said = f"None of these targets was held out, so that they cannot tell whether the model is right: {tally(m.table)}."
    lines = "".join(html.wrap("li", f"{html.element('strong', figures.capital(name))}: {html.element('span', told)}") for name, told in tallies(m.table))
    of = OF_LUCK if m.found.question.posterior is None else OF_BOTH
    also = "".join(html.paragraph(text, class_="note") for text in (dependent(m.table), of) if text)
    return html.section("answer", "The answer", html.paragraph(said, class_="lead") + html.wrap("ul", lines, class_="short") + also + links)


def missed(m: Told) -> str:
    """Return every target that is not met, with the reason as far as known."""
    told = listing(misses(m.table), miss) or html.paragraph("Every target that has an answer is met.")
    if edges := listing(near_edges(m.table), near):
        told += html.element("h3", "Met, but near the edge") + edges
    open_ = m.table[m.table.verdict == UNANSWERED]
    if len(open_):
        told += html.paragraph(f"Not answered by these runs: {', '.join(open_.id)}. {open_.iloc[0].reason}")
    return html.section("missed", "What is missed, and why, as far as known", told)


def listing(rows: pd.DataFrame, tell: Callable[[pd.Series], str]) -> str:
    """Return targets as a list, each with what `tell` says of it and the reason as far as known; nothing without any."""
    items = [
        html.wrap("li", html.element("strong", f"{row.id} {row.pattern}.") + " " + html.element("span", f"{tell(row)} {row.reason}"))
        for _, row in rows.iterrows()
    ]
    return html.wrap("ul", "".join(items), class_="say") if items else ""


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
        (
            f"{r.id} {r.pattern}", interval(r), single_seeds(r), published(r), accepted(r), r.verdict, seeds_right(r), USES[r.use], r.statistic, r.source,
            beside(r).strip(),
        )
        for _, r in m.table.iterrows()
    ]  # fmt: skip
    return html.section("every", "Every target with its source", html.table(Table("All targets", HEAD, tuple(rows))))


def decided(m: Told) -> str:
    """Return how it is decided whether a target is met."""
    of = OF_LUCK if m.found.question.posterior is None else OF_BOTH
    return html.section("decided", "How it is decided", html.items((*DECIDED, of)))


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
