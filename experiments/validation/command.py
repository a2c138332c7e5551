"""`spsim validate`: from published targets to a table of hits and misses, and a report.

Runs are kept in the store; the same command again finds its results, and more replications make only what is missing.
"""

from __future__ import annotations

import json
import shlex
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.executors import Workers
from experiments.help import defaults_of
from experiments.manifest import answer_code, manifest, versions
from experiments.outputs import MANIFEST, Outputs
from experiments.settings import Request, plain
from experiments.store import Store
from experiments.validation.files import REPORT, SUMMARY, write_tables
from experiments.validation.question import ValidationQuestion, as_dict, question_of
from experiments.validation.report import write_report
from experiments.validation.told import told
from experiments.validation.validate import Validation, validate
from experiments.whatif.compare_command import print_fitting, set_here
from experiments.whatif.keeping import kept_in_store

NOT_NEEDED = ("out", "store", "processes", "debug")  # they change no figure


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
    return Store(Path(request.settings["store"]).expanduser().absolute())


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
    (folder / MANIFEST).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def command_line(request: Request) -> str:
    """Return the command that makes these results again, fit for a shell."""
    defaults = defaults_of("validate")
    words = [f"{key}={plain(value)}" for key, value in request.settings.items() if key not in NOT_NEEDED and value != defaults[key]]
    words += [f"{key}={plain(value)}" for key, value in set_here(request).items()]
    chosen = [f"{group}={value}" for group, value in (("service", request.service), ("scenario", request.scenario)) if value != defaults[group]]
    folder = ["--config-dir", request.config_dir] if request.config_dir else []
    return shlex.join(["spsim", "validate", *folder, *chosen, *words])
