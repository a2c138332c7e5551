"""The right side of the page: what a comparison found, in the words and figures of the report; and its files."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from experiments.app import filling
from experiments.app.asked import OWN, Asked, version
from experiments.catalogue import GROUP
from experiments.command_line import command_line
from experiments.manifest import manifest
from experiments.report import body, html, opening, trust
from experiments.report.material import Material
from experiments.report.page import contents, write_report
from experiments.settings import Request
from experiments.store import Store
from experiments.whatif.bench import Bench
from experiments.whatif.beside import Beside
from experiments.whatif.compare import Comparison
from experiments.whatif.compare_command import what_decides
from experiments.whatif.files import tables_of, write_tables
from experiments.whatif.money import money

REPORT = "report.html"
SECTIONS = (body.who, body.costs, body.when, body.service, body.side_by_side, trust.cannot, trust.made)


def worked_out(asked: Asked, comparison: Comparison, store: Store) -> Beside:
    """Return what is told beside the differences: money, from the finished runs alone."""
    bench = Bench(store, asked.weeks)
    return Beside(money=money(comparison, bench, None, "prices", quiet=True), parts=None, rests_on=None, notes=())


def material(asked: Asked, request: Request, comparison: Comparison, beside: Beside) -> Material:
    """Return what the page tells of `comparison`."""
    return Material(comparison, money=beside.money, record=record_of(asked, request, comparison), command=command(asked))


def record_of(asked: Asked, request: Request, comparison: Comparison) -> dict[str, Any]:
    """Return the manifest: that of a comparison, and the address that opens the page again."""
    decides = what_decides(request, comparison.question)
    return manifest(decides, request, datetime.now(UTC), 0.0) | {"replications": comparison.replications, "address": asked.address()}


def command(asked: Asked) -> str:
    """Return the command that makes the same comparison, with the scenario file of one's own in the folder `mine`."""
    request = asked.request()
    names = [*asked.scenarios, *([OWN] if asked.changes else [])]
    return command_line(replace(request, settings=request.settings | {"scenarios": names}, config_dir="mine" if asked.changes else None))


def scenario_files(asked: Asked) -> dict[str, str]:
    """Return, by name, the files that `spsim compare --config-dir` reads as what was asked: levers in one of one's own, each question in another.

    A question's name is the catalogue's already, so that its copy, to be changed or kept, goes by `my_` and that name.
    """
    folder, names = files("configs") / GROUP, [part for name in asked.scenarios for part in name.split("+")]
    kept = {f"my_{name}.yaml": (folder / f"{name}.yaml").read_text(encoding="utf-8") for name in names}
    return ({f"{OWN}.yaml": asked.as_yaml()} if asked.changes else {}) | kept


def scenario_file_name(asked: Asked) -> str:
    """Return the name of the file to download: the scenario's own, or that of a zip of several."""
    names = list(scenario_files(asked))
    return names[0] if len(names) == 1 else "scenarios.zip"


def scenario_file(asked: Asked) -> bytes:
    """Return what was asked as a scenario file, or as a zip of several."""
    made = scenario_files(asked)
    if len(made) == 1:
        return next(iter(made.values())).encode("utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in made.items():
            archive.writestr(f"{GROUP}/{name}", text)
    return packed.getvalue()


def told(m: Material) -> str:
    """Return the answer and all that follows it, as markup of which every text is escaped."""
    rest = "".join(make(m) for make in SECTIONS[:4]) + filling.section() + "".join(make(m) for make in SECTIONS[4:])
    return opening.question(m).replace("<h1>", "<h2>").replace("</h1>", "</h2>") + opening.answers(m, contents(rest)) + rest


def in_short(comparison: Comparison) -> str:
    """Return the answer so far, a line a scenario."""
    m = Material(comparison)
    return html.wrap("ul", "".join(opening.in_short(m, arm) for arm in m.scenarios), class_="short")


def report(asked: Asked, request: Request, comparison: Comparison, beside: Beside) -> bytes:
    """Return report.html, as `spsim compare` writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / REPORT
        write_report(path, comparison, beside, record_of(asked, request, comparison), command(asked))
        return path.read_bytes()


def tables(asked: Asked, comparison: Comparison, beside: Beside) -> bytes:
    """Return a zip of all tables, with the data dictionary, and of what was asked as scenario files."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        folder = Path(name)
        write_tables(folder, comparison, tables_of(comparison, beside))
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
        for name, text in scenario_files(asked).items():
            archive.writestr(f"{GROUP}/{name}", text)
        archive.writestr("README.txt", f"Made on the what-if page of spsim {version()}.\nThe same from a terminal:\n\n{command(asked)}\n")
    return packed.getvalue()
