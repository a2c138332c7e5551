"""`spsim calibrate`: from a question on the command line to a posterior, tables, figures and a report.

The same command again finds its results. Runs are kept in the store, so that a command that was stopped goes on, and one wave more makes only that.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.calibration.calibrate import Calibration, Calibrator
from experiments.calibration.files import POSTERIOR, SUMMARY, write_tables
from experiments.calibration.question import CalibrationQuestion, question_of
from experiments.calibration.report import REPORT, told, write_report
from experiments.command_line import command_line
from experiments.errors import UsageError
from experiments.executors import reach
from experiments.manifest import answer_code, digest, manifest, versions
from experiments.missing import batch_size
from experiments.outputs import Outputs, write_manifest
from experiments.settings import Request
from experiments.sweep.command import rehearsal, store_of, workers_of
from experiments.sweep.forecast import Forecast, consent
from experiments.terminal import counted, print_fitting
from experiments.whatif.announce import say
from experiments.whatif.keeping import kept_in_store


def main(request: Request) -> None:
    """Answer what `request` asks, unless the answer is there already, and print it."""
    question, workers, store = question_of(request), workers_of(request), store_of(request)
    outputs = Outputs.of(request.settings["out"], request.name, what_decides(request, question))
    retry = request.settings["retry"] is not None
    calibrator = Calibrator(question, store, workers, retry=retry)
    if request.settings["dry_run"]:
        print(rehearsal(question, forecast(calibrator), workers))
        return
    if retry and outputs.is_there(SUMMARY):
        raise UsageError(f"out={outputs.folder}: the results are there already; remove the folder, and the same command with retry=failed makes them again.")
    if not outputs.found(SUMMARY):
        reach(workers)
        expected = forecast(calibrator)
        for note in question.notes:
            say(note, quiet=False)
        consent(expected, request.settings["confirm"])
        calibrator.batch = batch_size(expected.seconds, expected.runs, workers.number)
        answer(request, calibrator, outputs)
    print_fitting((outputs.folder / SUMMARY).read_text(encoding="utf-8").rstrip())
    print(f"\nReport to forward: {outputs.folder / REPORT}")
    print(f"For run, compare and sweep: posterior={outputs.folder / POSTERIOR}")
    print(f"Tables: {outputs.folder} (targets.csv, identifiability.csv, runs.parquet; data_dictionary.csv explains them)")


def what_decides(request: Request, question: CalibrationQuestion) -> dict[str, Any]:
    """Return everything that decides the results of a calibration: its hash is taken over this."""
    return {
        "command": request.command,
        **versions(),
        "answer_code": answer_code(),
        "service": request.service,
        "scenario": request.scenario,
        "factors": {f.name: f.as_dict() for f in question.factors},
        "targets": {target.id: [target.kind, target.value, target.low, target.high, target.k, target.n] for target in question.targets},
        "points": question.points,
        "waves": question.waves,
        "replications": question.replications,
        "draws": question.draws,
        "seed": question.seed,
        "weeks": question.weeks,
        "parameters": request.parameters.as_dict(),
    }


def identity(request: Request, question: CalibrationQuestion) -> dict[str, Any]:
    """Return what decides the results, with its hash."""
    decides = what_decides(request, question)
    return {"hash": digest(decides), **decides}


def forecast(calibrator: Calibrator) -> Forecast:
    """Return how much there is to do. One run is made, and not kept, to see how long it takes and whether it has a value for each target."""
    question, runs = calibrator.question, calibrator.ahead()
    seconds = seconds_of_a_run(calibrator) if runs else 0.0
    points = question.waves * question.points + question.checked
    return Forecast(points, question.most_runs, runs, seconds, calibrator.workers.number, at_most=True, what="calibration")


def seconds_of_a_run(calibrator: Calibrator) -> float:
    """Return the mean seconds of a run of the service and one of its usual care. Raises `UsageError` for a target of which it has no value."""
    question, began = calibrator.question, time.perf_counter()
    piece = calibrator.make(question.service, question.seed, question.weeks)
    patterns = piece.made(calibrator.store)["patterns"].set_index("id").value
    for name in question.ids:
        if not patterns[name] == patterns[name]:
            raise UsageError(
                f"{name} ({question.by_id[name].pattern}) has no value in a run of {counted(question.weeks, 'week')}: "
                "raise weeks=, or leave it out of targets=."
            )
    return (time.perf_counter() - began) / 2


def answer(request: Request, calibrator: Calibrator, outputs: Outputs) -> None:
    """Run what is missing and write the results; whatever stops it, finished runs stay in the store."""
    started, clock = datetime.now(UTC), time.monotonic()
    with kept_in_store(request, calibrator.store, outputs):
        calibration = calibrator.answer()
        record = manifest(outputs.decides, request, started, time.monotonic() - clock) | {"runs_simulated": calibration.simulated}
        with outputs.whole() as folder:
            write(folder, request, calibration, record)


def write(folder: Path, request: Request, calibration: Calibration, record: dict[str, Any]) -> None:
    """Write all tables, the report, the short answer and the manifest into `folder`."""
    tables = write_tables(folder, calibration, record)
    write_report(folder / REPORT, calibration, record, tables, command_line(request))
    (folder / SUMMARY).write_text(told(calibration) + "\n", encoding="utf-8")
    write_manifest(folder, record)
