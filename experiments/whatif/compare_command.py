"""`spsim compare`: from a question on the command line to a folder of tables, pictures and a report to forward.

The same command again finds its results and only prints them. A folder that holds other results is refused,
and what differs is told.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.catalogue import catalogue, listing
from experiments.command_line import command_line, refuse_for_one
from experiments.compiling import check_compiled
from experiments.manifest import answer_code, manifest, versions
from experiments.outputs import Outputs, write_manifest
from experiments.posterior import set_by, told_of
from experiments.report.effects import Told
from experiments.report.page import write_report
from experiments.report.told import SUMMARY, told
from experiments.settings import Request
from experiments.terminal import print_fitting
from experiments.whatif.beside import Beside, worked_out
from experiments.whatif.compare import Comparison, Question, compare
from experiments.whatif.files import tables_of, write_tables
from experiments.whatif.keeping import kept_in_store
from experiments.whatif.question import bench_of, question_of

REPORT = "report.html"


def main(request: Request) -> None:
    """Answer what `request` asks, unless the answer is there already, and print it."""
    check_compiled(request)
    if request.is_system:
        from experiments.places import compare as of_places

        of_places.main(request)
        return
    refuse_for_one(request, ("executor", "address", "cluster", "confirm", "compiled"))
    if request.settings["list"]:
        print(listing(catalogue([request.config_dir] if request.config_dir else []), request.parameters))
        return
    question = question_of(request)
    decides = what_decides(request, question)
    outputs = Outputs.of(request.settings["out"], request.service, decides)
    if not outputs.found(SUMMARY):
        answer(request, question, outputs)
    print_fitting((outputs.folder / SUMMARY).read_text(encoding="utf-8").rstrip())
    print(f"\nReport to forward: {outputs.folder / REPORT}")
    print(f"Tables: {outputs.folder} (differences.csv, equity.csv, runs.parquet; data_dictionary.csv explains them)")


def what_decides(request: Request, question: Question) -> dict[str, Any]:
    """Return everything that decides the results of a comparison: its hash is taken over this."""
    settings = request.settings
    return {
        "command": request.command,
        **versions(),
        "answer_code": answer_code(),
        "service": request.service,
        "seed": question.seed,
        "weeks": question.weeks,
        "precision": question.precision,
        "runs": {"least": question.least, "most": question.most},
        "margins": question.all_margins,
        **{key: settings[key] for key in ("rests_on", "most_runs", "uncertain", "draws", "qalys")},
        "continuity": settings["continuity_runs"] if settings["continuity"] else None,
        "posterior": told_of(question.posterior),
        "baseline": {"name": question.baseline.name, "parameters": question.baseline.parameters.as_dict()},
        "scenarios": {arm.name: {"title": arm.title, "parameters": arm.parameters.as_dict()} for arm in question.scenarios},
    }


def answer(request: Request, question: Question, outputs: Outputs) -> None:
    """Run what is missing and write the results; whatever stops it, finished runs stay in the store."""
    started, clock, bench = datetime.now(UTC), time.monotonic(), bench_of(request, question.posterior)
    with kept_in_store(request, bench.store, outputs):
        comparison = compare(question, bench)
        beside = worked_out(request, comparison, bench)
        record = manifest(outputs.decides, request, started, time.monotonic() - clock)
        record |= {"replications": comparison.replications, "runs_simulated": bench.made}
        record["set_by"] = record["set_by"] | set_by(outputs.decides["posterior"], question.baseline.keep)
        with outputs.whole() as folder:
            write(folder, request, comparison, beside, record)


def write(folder: Path, request: Request, comparison: Comparison, beside: Beside, record: dict[str, Any]) -> None:
    """Write all tables, the report, the short answer and the manifest into `folder`."""
    tables = tables_of(comparison, beside)
    write_tables(folder, comparison, tables)
    write_report(folder / REPORT, comparison, beside, record, command_line(request), [f"{name}.csv" for name in tables])
    (folder / SUMMARY).write_text(told(Told(comparison), request.titles["service"], departures=beside.departures) + "\n", encoding="utf-8")
    write_manifest(folder, record)
