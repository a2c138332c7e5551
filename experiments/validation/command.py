"""`spsim validate`: from published targets to a table of hits and misses, and a report.

Runs are kept in the store; the same command again finds its results, and more replications make only what is missing.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.command_line import command_line
from experiments.executors import Workers
from experiments.manifest import answer_code, manifest, versions
from experiments.outputs import Outputs, write_manifest
from experiments.settings import Request
from experiments.store import Store
from experiments.terminal import print_fitting
from experiments.validation.files import REPORT, SUMMARY, write_tables
from experiments.validation.question import ValidationQuestion, as_dict, question_of
from experiments.validation.report import write_report
from experiments.validation.told import told
from experiments.validation.validate import Validation, validate
from experiments.whatif.keeping import kept_in_store


def main(request: Request) -> None:
    """Answer what `request` asks, unless the answer is there already, and print it."""
    question = question_of(request)
    outputs = Outputs.of(request.settings["out"], request.name, what_decides(request, question))
    if not outputs.found(SUMMARY):
        answer(request, question, outputs)
    print_fitting((outputs.folder / SUMMARY).read_text(encoding="utf-8").rstrip())
    print(f"\nReport to forward: {outputs.folder / REPORT}")
    print(f"Tables: {outputs.folder} (validation.csv, runs.parquet; data_dictionary.csv explains them)")


def store_of(request: Request) -> Store:
    """Return the store of finished runs."""
    return Store.at(request.settings["store"])


def workers_of(request: Request) -> Workers:
    """Return where the runs are made."""
    return Workers(request.settings["processes"])


def what_decides(request: Request, question: ValidationQuestion) -> dict[str, Any]:
    """Return everything that decides the results: their hash is taken over this."""
    return {
        "command": request.command,
        **versions(),
        "answer_code": answer_code(),
        "service": request.service,
        "scenario": request.scenario,
        **as_dict(question),
        "parameters": request.parameters.as_dict(),
    }


def answer(request: Request, question: ValidationQuestion, outputs: Outputs) -> None:
    """Run what is missing and write the results; whatever stops it, finished runs stay in the store."""
    started, clock, store = datetime.now(UTC), time.monotonic(), store_of(request)
    with kept_in_store(request, store, outputs):
        found = validate(question, store, workers_of(request))
        record = manifest(outputs.decides, request, started, time.monotonic() - clock) | {"pieces_made": found.made}
        with outputs.whole() as folder:
            write(folder, found, record, command_line(request))


def write(folder: Path, found: Validation, record: dict[str, Any], command: str) -> None:
    """Write all tables, the report, the short answer and the manifest into `folder`."""
    tables = write_tables(folder, found)
    write_report(folder / REPORT, found, record, tables, command)
    (folder / SUMMARY).write_text(told(found) + "\n", encoding="utf-8")
    write_manifest(folder, record)
