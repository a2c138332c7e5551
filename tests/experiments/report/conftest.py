"""What the tests of the report share: a small comparison that was really run, one made of many scenarios, and pages read as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.cli import read
from experiments.report.page import write_report
from experiments.store import Store
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.compare import Comparison, Question, compare
from experiments.whatif.differences import paired
from experiments.whatif.money import money
from tests.experiments.report.browser import Browser, chromium

NASTY = """Half <b>the</b> caseload & "more" <script>alert('1')</script>"""
RECORD = {"titles": {"service": "A small service"}, "version": "0.1.0", "model_code": "abc", "hash": "def", "libraries": {"mesa": "3"}}
VOID = {"meta", "link", "br", "rect", "path", "circle"}


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, Bench]:
    """Three scenarios of the small service, four pairs of runs of 120 weeks."""
    plain = read("run", ["service=classroom"]).parameters
    base = Arm("baseline", "The service as it is", plain)
    more = Arm("more_posts", "Six posts", plain.replace({"workforce.posts": 6}), "Two posts more.")
    loss = Arm("loss", NASTY, plain.replace({"community.sudden_loss_share": 0.5, "community.sudden_loss_week": 40}), NASTY)
    same = Arm("same", "Nothing changed", plain)
    bench = Bench(Store(tmp_path_factory.mktemp("store")), 120, 1)
    question = Question(base, (more, loss, same), weeks=120, least=4, most=4)
    return compare(question, bench, quiet=True), bench


@pytest.fixture(scope="session")
def extras(small: tuple[Comparison, Bench]) -> SimpleNamespace:
    """Money of the small comparison, shares of two parts, and an assumption that turns a difference."""
    comparison, bench = small
    parts = []
    for e in comparison.effects[(comparison.effects.scenario == "more_posts") & (comparison.effects.group == "all")].to_dict("records"):
        for part, share in (("workforce.posts=6", 0.75), ("handover.managed_share=1", 0.25)):
            parts.append(("more_posts", part, e["measure"], share * e["difference"], share * e["ci_low"], share * e["ci_high"], 4))
    key = "model.economics.satisfaction_per_star"
    cost = comparison.effect("more_posts", "net_benefit_per_person")
    turned = ("more_posts", "net_benefit_per_person", key, "D", 0.1, cost.difference, 0.2, -cost.difference, -90.0, -10.0, 4, True, 0.15, "priced")
    return SimpleNamespace(
        money=money(comparison, bench, draws=200, quiet=True),
        parts=pd.DataFrame(parts, columns=["scenario", "part", "measure", "share", "ci_low", "ci_high", "replications"]),
        rests_on=pd.DataFrame(
            [turned],
            columns=[
                "scenario", "measure", "parameter", "grade", "value", "difference", "at_value", "difference_there", "ci_low", "ci_high", "replications",
                "reverses", "turning_value", "found",
            ],
        ),
        notes=("Two parts count as one.",),
    )  # fmt: skip


@pytest.fixture(scope="session")
def many(small: tuple[Comparison, Bench]) -> Comparison:
    """Twenty scenarios: the differences of one, times something."""
    comparison, _ = small
    question, luck = comparison.question, np.random.default_rng(1)
    base, model = (comparison.runs[comparison.runs.scenario == name].reset_index(drop=True) for name in (question.baseline.name, "more_posts"))
    arms, effects, runs, weekly = [], [], [base], [comparison.weekly[comparison.weekly.scenario == question.baseline.name]]
    before = base.set_index(["seed", "measure", "group"]).value.reindex(pd.MultiIndex.from_frame(model[["seed", "measure", "group"]])).to_numpy()
    for number in range(20):
        name = f"scenario{number}"
        own = model.assign(scenario=name, value=before + (model.value - before) * luck.normal(0, 3))
        arms.append(replace(question.scenarios[0], name=name, title=f"A change of some length and number {number + 1}"))
        effects.append(paired(name, base, own, question.precision, question.all_margins))
        runs.append(own)
        weekly.append(comparison.weekly[comparison.weekly.scenario == "more_posts"].assign(scenario=name))
    tables = {name: pd.concat(parts, ignore_index=True) for name, parts in (("effects", effects), ("runs", runs), ("weekly", weekly))}
    asked = replace(question, scenarios=tuple(arms))
    return replace(comparison, question=asked, replications={arm.name: 4 for arm in arms}, **tables)


@pytest.fixture(scope="session")
def page(small: tuple[Comparison, Bench], extras: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the small comparison, with every section."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_report(path, small[0], extras, RECORD, "spsim compare scenarios=[a,b]", ("differences.csv", "equity.csv"))
    return path


@pytest.fixture(scope="session")
def bare_page(small: tuple[Comparison, Bench], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the small comparison alone."""
    path = tmp_path_factory.mktemp("bare") / "report.html"
    write_report(path, small[0])
    return path


@pytest.fixture(scope="session")
def long_page(many: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of twenty scenarios."""
    path = tmp_path_factory.mktemp("long") / "report.html"
    write_report(path, many, None, RECORD)
    return path


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium; the test is skipped where there is none."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium was found on the path")
    opened = Browser(path, tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@dataclass
class Element:
    """One element of a page: tag, attributes, the elements and words in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def all(self, *tags: str) -> list[Element]:
        """Every element below with one of `tags` (any without), in order."""
        found = []
        for child in self.children:
            found += ([child] if child.tag in tags or not tags else []) + child.all(*tags)
        return found

    @property
    def text(self) -> str:
        """All words in it."""
        return " ".join(" ".join([*self.words, *(child.text for child in self.children)]).split())


class Reader(HTMLParser):
    """Reads a page into a tree, and fails on an end that does not fit its beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open[-1].tag == tag, f"</{tag}> ends <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].words.append(data)


def tree(path: Path) -> Element:
    """Return the page at `path` as a tree."""
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    assert len(reader.open) == 1, "everything that is opened is closed"
    return reader.root
