"""`spsim length`: from a question on the command line to tables, figures and a report.

The same command again finds its results; with more lengths, policies or replications it makes only the runs that are missing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.command_line import command_line
from experiments.executors import Workers
from experiments.length.answer import Answer
from experiments.length.engine import Engine
from experiments.length.files import SUMMARY, write_tables
from experiments.length.policies import POLICIES
from experiments.length.question import LengthQuestion, question_of
from experiments.length.report import REPORT, told, write_report
from experiments.manifest import answer_code, manifest, versions
from experiments.missing import batch_size
from experiments.outputs import Outputs, write_manifest
from experiments.settings import Request
from experiments.store import Store
from experiments.sweep.forecast import REFUSED_AFTER, consent, seconds_of_a_run
from experiments.terminal import counted, duration, print_fitting
from experiments.whatif.keeping import kept_in_store

PANEL = 1.7  # times the time of a bare run: courses of people are kept and set against usual care


def main(request: Request) -> None:
    """Answer what `request` asks, unless the answer is there already, and print it."""
    question = question_of(request)
    engine = engine_of(request, question)
    outputs = Outputs.of(request.settings["out"], request.name, what_decides(request, question))
    if request.settings["dry_run"]:
        print(f"{forecast(engine).told()}\n\nNothing was run.")
        return
    if not outputs.found(SUMMARY):
        expected = forecast(engine)
        consent(expected, request.settings["confirm"])
        engine.batch = batch_size(expected.seconds, expected.runs, expected.workers)
        answer(request, engine, outputs)
    print_fitting((outputs.folder / SUMMARY).read_text(encoding="utf-8").rstrip())
    print(f"\nReport to forward: {outputs.folder / REPORT}")
    print(f"Tables: {outputs.folder} (lengths.csv, needed.csv, differences.csv; data_dictionary.csv explains them)")


def engine_of(request: Request, question: LengthQuestion, quiet: bool = False) -> Engine:
    """Return what makes the runs of `question`; the store by its absolute path."""
    store = Store.at(request.settings["store"])
    return Engine(question, store, Workers(request.settings["processes"]), quiet=quiet)


@dataclass(frozen=True)
class Forecast:
    """How much there is to do: `sides` (lengths and policies in their modes), `runs` of the model missing, `more` to find posts, and seconds of a run."""

    sides: int
    replications: int
    runs: int
    more: int
    seconds: float
    workers: int

    @property
    def time(self) -> float:
        """Seconds that the whole takes."""
        return (self.runs + self.more) * self.seconds / self.workers

    @property
    def beyond_reason(self) -> str:
        """Why it is refused unless it is confirmed, or an empty text."""
        if self.time <= REFUSED_AFTER:
            return ""
        return f"this would take about {duration(self.time)}: add confirm=true if you mean it, or ask for less."

    def told(self) -> str:
        """Return what there is to do, in a sentence."""
        asked = f"{counted(self.sides, 'length')} and policies over all modes, {counted(self.replications, 'run')} of each"
        if not self.runs:
            return f"{asked}: all runs are there already."
        more = f", and about {self.more:,} to find posts" if self.more else ""
        return f"{asked}; {counted(self.runs, 'run')} of the model to make{more}: about {duration(self.time)} with {counted(self.workers, 'worker')}."


def forecast(engine: Engine) -> Forecast:
    """Return how much there is to do; one run is made, and not kept, to see how long it takes."""
    question, (runs, more) = engine.question, engine.ahead()
    seconds = PANEL * seconds_of_a_run(question) if runs else 0.0
    return Forecast(len(question.arms({})), question.replications, runs, more, seconds, engine.workers.number)


def what_decides(request: Request, question: LengthQuestion) -> dict[str, Any]:
    """Return everything that decides the results: its hash is taken over this."""
    return {
        "command": request.command,
        **versions(),
        "answer_code": answer_code(),
        "service": request.service,
        "scenario": request.scenario,
        "lengths": list(question.lengths),
        "reference": question.reference,
        "modes": list(question.modes),
        "policies": {name: {key: str(value) for key, value in POLICIES[name].sets.items()} for name in question.policies},
        "backlog": question.backlog,
        "surge": question.surge,
        "replications": question.replications,
        "seed": question.seed,
        "weeks": question.weeks,
        "parameters": request.parameters.as_dict(),
    }


def answer(request: Request, engine: Engine, outputs: Outputs) -> None:
    """Run what is missing and write the results; whatever stops it, finished runs stay in the store."""
    started, clock = datetime.now(UTC), time.monotonic()
    with kept_in_store(request, engine.store, outputs):
        found = engine.answer()
        record = manifest(outputs.decides, request, started, time.monotonic() - clock)
        record |= {"posts": posts_of(found), "runs_simulated": found.simulated}
        with outputs.whole() as folder:
            write(folder, request, found, record)


def write(folder: Path, request: Request, found: Answer, record: dict[str, Any]) -> None:
    """Write all tables, the report, the short answer and the manifest into `folder`."""
    tables = write_tables(folder, found)
    write_report(folder / REPORT, found, record, tables, command_line(request))
    (folder / SUMMARY).write_text(told(found) + "\n", encoding="utf-8")
    write_manifest(folder, record)


def posts_of(found: Answer) -> dict[str, dict[str, int]]:
    """Return the posts of every length by mode."""
    own = found.lengths[found.lengths.policy == ""].drop_duplicates(["mode", "length"])
    return {mode: {row.length: int(row.posts) for row in rows.itertuples()} for mode, rows in own.groupby("mode", sort=False)}
