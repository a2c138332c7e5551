"""`spsim run`: one scenario and its seeds, to a folder of results and a short summary.

Finished seeds are kept when a run stops early, and the same command goes on from them; the results
folder appears whole at the end. The same command again finds its results and only prints them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from experiments.command_line import refuse_for_one
from experiments.compiling import check_compiled
from experiments.errors import RunError, UsageError, one_line
from experiments.executors import Workers
from experiments.manifest import manifest, what_decides
from experiments.outputs import Outputs, write_manifest
from experiments.posterior import Posterior, own_keys, posterior_of, set_by, told_of, with_posterior
from experiments.posterior_notes import doubt, notes_on
from experiments.replications import run_seeds
from experiments.run import TABLES, Job
from experiments.settings import Request
from experiments.size import check_memory
from experiments.summary import headline, summary_text
from experiments.tables import full_dictionary, join_parquet, summary_over_seeds
from sim import ParameterError
from sim.parameters import Workforce


def main(request: Request) -> None:
    """Run what `request` asks, unless its results are there already, and print the summary."""
    check_compiled(request)
    if request.is_system:
        from experiments.places import command

        command.main(request)
        return
    check_single(request)
    posterior = posterior_of(request)
    decides = what_decides(request) | {"posterior": told_of(posterior)}
    outputs = Outputs.of(request.settings["out"], request.name, decides)
    jobs = jobs_of(request, posterior)
    if not outputs.found():
        try:
            run_and_write(request, jobs, outputs)
        except RunError as error:
            if not done_meanwhile(outputs, error):
                raise
            print(f"Another process with the same command finished first; these are its results ({outputs.folder}).\n")
    summary = pd.read_csv(outputs.folder / "summary.csv")
    notes = notes_on(posterior, request, request.settings["replications"])
    print(summary_text(request, summary, outputs.folder, doubt_in_words(request, posterior), notes))


def check_single(request: Request) -> None:
    """Refuse what only a system of places takes, and a run that the memory here cannot hold."""
    refuse_for_one(request, ("people", "executor", "address", "cluster", "store", "dry_run", "confirm"))
    at_once = min(Workers(request.settings["processes"]).number, request.settings["replications"])
    records = request.settings["events"] is True or request.settings["panel"] is True
    try:
        check_memory(request.parameters, request.settings["weeks"], at_once, records)
    except UsageError as error:
        raise UsageError(f"not started: {error}") from error


def run_and_write(request: Request, jobs: list[Job], outputs: Outputs) -> None:
    """Run what is missing and write the results."""
    started, clock = datetime.now(UTC), time.monotonic()
    outputs.open()
    run_what_is_missing(request, jobs, outputs)
    write_results(request, jobs, outputs, started, clock)


def done_meanwhile(outputs: Outputs, error: RunError) -> bool:
    """Whether another process wrote the results of this very run while it was under way; raise `RunError` when they are of another."""
    try:
        there = outputs.is_there()
    except UsageError as taken:
        raise RunError(f"{one_line(taken)} It was not there when this run began.") from error
    if there:
        outputs.close()
    return there


def doubt_in_words(request: Request, posterior: Posterior | None) -> str:
    """Return 'doubt about 3 parameters (posterior fit.parquet)', empty when no parameter differs from seed to seed."""
    names = () if posterior is None else posterior.in_doubt(own_keys(request))
    return doubt(posterior, names) if names else ""


def jobs_of(request: Request, posterior: Posterior | None = None) -> list[Job]:
    """Return one job a seed, each with its row of the posterior, if there is one. Raises `UsageError` where the row contradicts what is set."""
    settings = request.settings
    if settings["twin"] and not request.parameters.programme.enabled:
        raise UsageError(f"twin=true compares with usual care, which scenario={request.scenario} already is.")
    switch = {"auto": None, True: True, False: False}
    first, last = settings["seed"], settings["seed"] + settings["replications"] - 1
    if last >= 2**63:
        raise UsageError(f"seed={first}: with replications={settings['replications']} the last seed is above {2**63 - 1}, the most allowed.")
    keep, how = own_keys(request), (settings["weeks"], switch[settings["events"]], switch[settings["panel"]], settings["twin"], settings["compiled"])
    try:
        return [Job(with_posterior(request.parameters, posterior, seed, keep), request.scenario, seed, *how) for seed in range(first, last + 1)]
    except ParameterError as error:
        raise UsageError(str(error)) from error


def run_what_is_missing(request: Request, jobs: list[Job], outputs: Outputs) -> None:
    """Run the jobs that are not finished yet; when that stops early, say what is kept and how to go on."""
    seeds = [job.seed for job in jobs]
    there = set(outputs.seeds.finished(seeds))
    with kept_on_failure(outputs, seeds):
        run_seeds([job for job in jobs if job.seed not in there], outputs, request.settings["processes"])


@contextmanager
def kept_on_failure(outputs: Outputs, seeds: list[int]) -> Iterator[None]:
    """Add to whatever stops a run what is kept of it and how to go on."""
    try:
        yield
    except KeyboardInterrupt as stopped:  # or `Terminated`, which is one
        raise type(stopped)(f"Stopped. {how_to_go_on(outputs, seeds)}") from None
    except ParameterError as error:  # the same command can never succeed: nothing of it is worth keeping
        outputs.close()
        raise UsageError(str(error)) from error
    except OSError as error:
        raise RunError(f"results cannot be written to {outputs.folder}: {error.strerror or error}. {how_to_go_on(outputs, seeds)}") from error
    except Exception as error:
        what = one_line(error) if isinstance(error, RunError) else f"{type(error).__name__}: {one_line(error)} (debug=true shows where)."
        raise RunError(f"{what} {how_to_go_on(outputs, seeds)}") from error


def how_to_go_on(outputs: Outputs, seeds: list[int]) -> str:
    """Return the sentence on what is kept, and remove what was only begun."""
    outputs.seeds.clear_drafts()
    done = len(outputs.seeds.finished(seeds))
    if not done:
        return "Nothing was finished, and nothing is kept."
    seeds_are = "1 seed is" if len(seeds) == 1 else f"{len(seeds)} seeds are"
    return f"{done} of {seeds_are} finished and kept in {outputs.partial}; the same command goes on from there."


def write_results(request: Request, jobs: list[Job], outputs: Outputs, started: datetime, clock: float) -> None:
    """Join the finished seeds into the results folder, which appears whole."""
    seeds = [job.seed for job in jobs]
    with kept_on_failure(outputs, seeds), outputs.whole() as folder:
        write_tables(request, jobs, outputs, folder)
        record = manifest(outputs.decides, request, started, time.monotonic() - clock)
        record["set_by"] = record["set_by"] | set_by(outputs.decides["posterior"], own_keys(request))
        write_manifest(folder, record)
    outputs.close()


def write_tables(request: Request, jobs: list[Job], outputs: Outputs, folder: Path) -> None:
    """Write all tables, the summary, the data dictionary and the picture into `folder`."""
    parts = [outputs.seeds.entry(job.seed) for job in jobs]
    for name in TABLES:
        if (parts[0] / f"{name}.parquet").exists():
            join_parquet([part / f"{name}.parquet" for part in parts], folder / f"{name}.parquet")
    join_parquet([part / "summary.parquet" for part in parts], folder / "runs.parquet")
    runs = pd.read_parquet(folder / "runs.parquet")
    summary_over_seeds(runs[runs["scenario"] == request.scenario]).to_csv(folder / "summary.csv", index=False)
    full_dictionary().to_csv(folder / "data_dictionary.csv", index=False)
    draw(request, jobs[0].parameters.workforce, parts[0], folder)


def draw(request: Request, workforce: Workforce, first: Path, folder: Path) -> None:
    """Draw the picture of the first seed, run with this `workforce`, and write down the words that stand in for it."""
    from experiments.plots import NEEDED, overview

    cap = workforce.caseload_cap if workforce.caseload_weighting == "heads" else None
    title = headline(replace(request, settings=request.settings | {"replications": 1}))
    words = overview({name: pd.read_parquet(first / f"{name}.parquet") for name in NEEDED}, folder / "overview.png", cap=cap, headline=title)
    (folder / "overview.txt").write_text(words + "\n", encoding="utf-8")
