"""`spsim sweep`: from a question on the command line to tables, figures and a report.

The same command again finds its results. With more points or replications it makes only what is missing; into a
folder named by `out=` that holds a smaller sweep, a larger one is written in its place when it holds all of its points.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.command_line import command_line
from experiments.errors import RunError, UsageError
from experiments.executors import Workers, job_script, reach
from experiments.manifest import answer_code, manifest, versions
from experiments.missing import batch_size
from experiments.outputs import MANIFEST, Outputs, what_differs, write_manifest
from experiments.posterior import set_by, told_of
from experiments.report.sentences import capital
from experiments.settings import Request
from experiments.store import Store
from experiments.sweep import designs
from experiments.sweep.files import OPTIONAL, RUNS, SUMMARY, write_tables
from experiments.sweep.forecast import Forecast, consent, forecast
from experiments.sweep.question import TWO_STEPS, SweepQuestion, question_of
from experiments.sweep.question_notes import serves
from experiments.sweep.report import REPORT, told, write_report
from experiments.sweep.runs import FAILED
from experiments.sweep.sweep import Sweep, Sweeper
from experiments.terminal import print_fitting
from experiments.whatif.announce import say
from experiments.whatif.keeping import kept_in_store

GROWS = ("points", "replications", "trajectories")  # a sweep that differs in these alone may hold the smaller one


def main(request: Request) -> None:
    """Answer what `request` asks, unless the answer is there already, and print it."""
    question, workers, store = question_of(request), workers_of(request), store_of(request)
    decides = what_decides(request, question)
    outputs = Outputs.of(request.settings["out"], f"{question.method}-{request.name}", decides)
    retry = request.settings["retry"] is not None
    sweeper = Sweeper(question, store, workers, retry=retry)
    if request.settings["dry_run"]:
        print(rehearsal(question, forecast(sweeper), workers))
        return
    grown = smaller_one(outputs, question)
    again = retry and not grown and outputs.is_there(SUMMARY) and has_failures(outputs)
    if again or grown or not outputs.found(SUMMARY):
        reach(workers)
        expected = forecast(sweeper)
        for note in serves(question):
            say(note, quiet=False)
        consent(expected, request.settings["confirm"])
        open_store(store, request.settings["store"])
        sweeper.batch = batch_size(expected.seconds, expected.runs, workers.number)
        answer(request, sweeper, outputs, again or grown)
    print_fitting((outputs.folder / SUMMARY).read_text(encoding="utf-8").rstrip())
    print(f"\nReport to forward: {outputs.folder / REPORT}")
    print(f"Tables: {outputs.folder} (indices.csv, noise.csv, runs.parquet; data_dictionary.csv explains them)")


def workers_of(request: Request) -> Workers:
    """Return where the runs of `request` are made."""
    settings = request.settings
    return Workers(settings["processes"], settings["executor"], settings["address"], settings["cluster"])


def store_of(request: Request) -> Store:
    """Return the store, by its absolute path: workers elsewhere must find the same folder."""
    return Store.at(request.settings["store"])


def open_store(store: Store, told: str) -> None:
    """See that the store can be written to, before anything is run; raise `UsageError` when it cannot."""
    try:
        store.open("finished runs")
    except RunError as error:
        why = str(error).removeprefix(f"finished runs cannot be written to {store.folder}: ")
        raise UsageError(f"store={told}: finished runs cannot be kept there: {why} Name a folder that can be written to.") from error


def what_decides(request: Request, question: SweepQuestion) -> dict[str, Any]:
    """Return everything that decides the results of a sweep: its hash is taken over this."""
    limit = None if question.target is None else {"measure": question.target.measure, "below" if question.target.at_most else "above": question.target.limit}
    two = question.method == TWO_STEPS
    return {
        "command": request.command,
        **versions(),
        "answer_code": answer_code(),
        "service": request.service,
        "scenario": request.scenario,
        "method": question.method,
        "points": question.size,
        "replications": question.replications,
        "trajectories": question.trajectories if two else None,
        "survivors": question.survivors if two else None,
        "by_group": question.by_group,
        "second_order": question.second_order,
        "factors": {f.name: f.as_dict() for f in question.factors},
        "measures": list(question.measures),
        "scenarios": {s.name: {key: str(value) for key, value in s.changes.items()} for s in question.scenarios},
        "target": limit,
        "seed": question.seed,
        "weeks": question.weeks,
        "posterior": told_of(question.posterior),
        "parameters": request.parameters.as_dict(),
    }


def smaller_one(outputs: Outputs, question: SweepQuestion) -> bool:
    """Whether the folder named by `out=` holds a smaller sweep that this one continues; refuse one whose points this one does not hold."""
    try:
        found = json.loads((outputs.folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(found, dict) or found.get("hash") == outputs.hash:
        return False
    ours = json.loads(json.dumps(outputs.decides))
    if [key for key in ours if key not in GROWS and found.get(key) != ours[key]]:
        return False  # another sweep: `Outputs` refuses it, with what differs
    why = not_held(found, ours, question.method)
    if why:
        raise UsageError(
            f"out={outputs.folder}: the folder holds the results of a sweep that this one does not continue: {why}. "
            f"Name another folder.{what_differs(found, outputs.decides)}"
        )
    say(f"{outputs.folder} holds a smaller sweep, all of whose runs this one takes over.", quiet=False)
    return True


def not_held(found: dict[str, Any], ours: dict[str, Any], method: str) -> str:
    """Return why a sweep does not hold all runs of the one in the manifest `found`, or an empty text."""
    if method == TWO_STEPS and any(found[key] != ours[key] for key in ("replications", "trajectories")):
        return "with other trajectories or replications its screening may keep other parameters"
    if found["replications"] > ours["replications"]:
        return "it would have fewer replications"
    return designs.holds(designs.SOBOL if method == TWO_STEPS else method, found["points"], ours["points"])


def has_failures(outputs: Outputs) -> bool:
    """Whether the results that are there hold runs that failed."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        status = pq.read_table(outputs.folder / RUNS, columns=["status"])["status"]
    except (OSError, ValueError):
        raise UsageError(f"out={outputs.folder}: {RUNS} is missing or damaged; remove the folder, and the same command makes it again.") from None
    failed = bool(pc.any(pc.equal(status, FAILED)).as_py())
    say("No run of this sweep had failed.", quiet=failed)
    return failed


def rehearsal(question: SweepQuestion, expected: Forecast, workers: Workers) -> str:
    """Return what a dry run tells: how much there is to do, and the job script where there is one."""
    lines = [expected.told(), *question.notes]
    lines += [capital(expected.beyond_reason)] * bool(expected.beyond_reason)
    if workers.executor == "slurm":
        lines += ["", "The script that would be submitted, once for each job of the queue:", "", job_script(workers).rstrip()]
    return "\n".join([*lines, "", "Nothing was run."])


def answer(request: Request, sweeper: Sweeper, outputs: Outputs, replaces: bool) -> None:
    """Run what is missing and write the results; whatever stops it, finished runs stay in the store."""
    started, clock = datetime.now(UTC), time.monotonic()
    with kept_in_store(request, sweeper.store, outputs):
        sweep = sweeper.answer()
        record = manifest(outputs.decides, request, started, time.monotonic() - clock) | {"runs_simulated": sweep.simulated}
        record["set_by"] = record["set_by"] | set_by(outputs.decides["posterior"], {*sweeper.question.keep, *(f.key for f in sweeper.question.factors)})
        with outputs.whole(replaces, OPTIONAL) as folder:
            write(folder, request, sweep, record)


def write(folder: Path, request: Request, sweep: Sweep, record: dict[str, Any]) -> None:
    """Write all tables, the report, the short answer and the manifest into `folder`."""
    tables = write_tables(folder, sweep)
    write_report(folder / REPORT, sweep, record, tables, command_line(request))
    (folder / SUMMARY).write_text(told(sweep) + "\n", encoding="utf-8")
    write_manifest(folder, record)
