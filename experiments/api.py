"""What the commands do, from Python: the same keys, the same checks, tables as DataFrames instead of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from experiments import cli
from experiments.errors import UsageError
from experiments.length.answer import Answer
from experiments.length.command import engine_of
from experiments.length.question import question_of as length_question
from experiments.planning.command import ask_of
from experiments.planning.plan import Plan
from experiments.planning.plan import plan as run_plan
from experiments.settings import Request, plain
from experiments.sweep.command import store_of as sweep_store
from experiments.sweep.command import workers_of
from experiments.sweep.files import design_of
from experiments.sweep.files import tables_of as sweep_tables
from experiments.sweep.question import question_of as sweep_question
from experiments.sweep.sweep import Sweeper
from experiments.validation.command import store_of as validation_store
from experiments.validation.command import workers_of as validation_workers
from experiments.validation.question import question_of as validation_question
from experiments.validation.validate import validate as run_validation
from experiments.whatif.beside import worked_out
from experiments.whatif.compare import compare as run_comparison
from experiments.whatif.files import tables_of
from experiments.whatif.question import bench_of, own_arm, question_of


@dataclass(frozen=True)
class Compared:
    """What a comparison found: the tables that `spsim compare` writes, as DataFrames of the same names and columns.

    `parts` is None when no scenario makes several changes, `rests_on` and `continuity` when they were not asked for. `weekly` holds every
    week of every run. `replications` says how many pairs of runs each scenario's figures rest on, `simulated` how many runs
    of the model were made this time.
    """

    differences: pd.DataFrame
    equity: pd.DataFrame
    gaps: pd.DataFrame
    measures: pd.DataFrame
    weekly_bands: pd.DataFrame
    money: pd.DataFrame
    money_draws: pd.DataFrame
    acceptability: pd.DataFrame
    parts: pd.DataFrame | None
    rests_on: pd.DataFrame | None
    continuity: pd.DataFrame | None
    runs: pd.DataFrame
    weekly: pd.DataFrame
    replications: dict[str, int]
    simulated: int


def compare(
    scenarios: str | Sequence[str] | Mapping[str, Mapping[str, Any]],
    baseline: str = "baseline",
    parameters: Mapping[str, Any] | None = None,
    config_dir: str | None = None,
    quiet: bool = True,
    **keys: Any,
) -> Compared:
    """Compare `scenarios` with `baseline` and return the tables, as `spsim compare` does.

    `scenarios` are names of the catalogue, `a+b` for both, or a mapping from a name of your own to what it sets,
    `{"my_idea": {"model.workforce.posts": 24}}`. `parameters` change the service before the scenarios do. `keys`
    are those of the command: `service`, `seed`, `weeks`, `replications`, `precision`, `margins`, `posterior`, `rests_on`, `store`, ….
    Raises `UsageError` for what cannot be done as written.

    Runs are made one after the other; `processes=2` makes them in two processes, and then a script must call this
    below `if __name__ == "__main__":`, as whatever starts processes in Python.
    """
    refuse(keys, ("out", "list", "debug"), "compare")
    own = scenarios if isinstance(scenarios, Mapping) else {}
    names = [scenarios] if isinstance(scenarios, str) else [] if own else list(scenarios)
    request = request_of("compare", {"processes": 1, "scenarios": names, "baseline": baseline, **keys}, parameters, config_dir)
    question = question_of(request, [own_arm(name, changes, request) for name, changes in own.items()])
    bench = bench_of(request, question.posterior)
    found = run_comparison(question, bench, quiet)
    beside = worked_out(request, found, bench, quiet)
    tables = {"parts": None, "rests_on": None, "continuity": None} | tables_of(found, beside)
    return Compared(**tables, runs=found.runs, weekly=found.weekly, replications=found.replications, simulated=bench.made)


def plan(
    measure: str,
    below: float | None = None,
    above: float | None = None,
    lever: str = "model.workforce.posts",
    parameters: Mapping[str, Any] | None = None,
    config_dir: str | None = None,
    quiet: bool = True,
    **keys: Any,
) -> Plan:
    """Find the smallest change of `lever` with which `measure` is at most `below`, or at least `above`, as `spsim plan` does.

    `keys` are those of the command: `probability`, `low`, `high`, `step`, `service`, `scenario`, `weeks`, `store`, ….
    Returns a `Plan`: `value` is the answer or None, `tried` a DataFrame with a row for each value tried.
    """
    refuse(keys, ("out", "debug"), "plan")
    given = {"processes": 1, "measure": measure, "below": below, "above": above, "lever": lever, **keys}
    request = request_of("plan", given, parameters, config_dir)
    return run_plan(ask_of(request), bench_of(request), quiet)


@dataclass(frozen=True)
class Tables:
    """What a sweep found: the tables that `spsim sweep` writes, as DataFrames of the same names and columns.

    `screening` is None but for the method of two steps, `boxes` without a target, `information` and `options` without scenarios.
    `notes` are what must be known beside the numbers; `simulated` counts the runs made this time.
    """

    design: pd.DataFrame
    runs: pd.DataFrame
    indices: pd.DataFrame
    noise: pd.DataFrame
    convergence: pd.DataFrame
    screening: pd.DataFrame | None
    boxes: pd.DataFrame | None
    information: pd.DataFrame | None
    options: pd.DataFrame | None
    notes: tuple[str, ...]
    simulated: int


def sweep(
    method: str,
    parameters: str | Sequence[str],
    bounds: Mapping[str, Sequence[Any]] | None = None,
    service_parameters: Mapping[str, Any] | None = None,
    config_dir: str | None = None,
    quiet: bool = True,
    **keys: Any,
) -> Tables:
    """Vary `parameters` by `method` and return the tables, as `spsim sweep` does.

    `parameters` are short names, `group:NAME`, `doubts`, `levers` or `all`; `bounds` gives `[low, high]` by short name;
    `service_parameters` change the service that is swept. `keys` are those of the command: `points`, `replications`,
    `measures`, `scenarios`, `target`, `posterior`, `service`, `store`, …. Runs are made one after the other unless `processes=` or
    `executor=` says otherwise (see `compare`). Raises `UsageError` for what cannot be done as written.
    """
    refuse(keys, ("out", "debug", "dry_run", "confirm", "retry"), "sweep")
    limits = {f"bounds.{key.removeprefix('model.')}": list(value) for key, value in (bounds or {}).items()}
    own = {} if keys.get("executor", "processes") != "processes" else {"processes": 1}
    given = {**own, "method": method, "parameters": [parameters] if isinstance(parameters, str) else list(parameters), **limits, **keys}
    request = request_of("sweep", given, service_parameters, config_dir)
    question = sweep_question(request)
    found = Sweeper(question, sweep_store(request), workers_of(request), quiet=quiet).answer()
    tables = {"screening": None, "boxes": None, "information": None, "options": None} | sweep_tables(found)
    runs = pd.concat([step.runs for step in found.steps], ignore_index=True)
    notes = (*found.notes, *(note for step in found.steps for note in step.notes))
    return Tables(design=design_of(found), runs=runs, **tables, notes=notes, simulated=found.simulated)


@dataclass(frozen=True)
class Fitted:
    """What a calibration found: the posterior, a row a draw, and the tables that `spsim calibrate` writes, as DataFrames.

    `about` is what a file of the posterior says of itself: `experiments.posterior.write(path, found.posterior, found.about)` writes one. `notes` are what
    must be known beside the numbers; `simulated` counts the runs made this time.
    """

    posterior: pd.DataFrame
    targets: pd.DataFrame
    identifiability: pd.DataFrame
    emulator: pd.DataFrame
    waves: pd.DataFrame
    design: pd.DataFrame
    runs: pd.DataFrame
    about: Mapping[str, Any]
    notes: tuple[str, ...]
    simulated: int


def calibrate(
    parameters: str | Sequence[str],
    targets: Sequence[str] | None = None,
    bounds: Mapping[str, Sequence[Any]] | None = None,
    service_parameters: Mapping[str, Any] | None = None,
    config_dir: str | None = None,
    quiet: bool = True,
    **keys: Any,
) -> Fitted:
    """Fit `parameters` to published `targets` and return the posterior with its tables, as `spsim calibrate` does.

    `parameters` and `bounds` are those of `sweep`; `targets` are ids, by default those of use fit; `service_parameters` change the service
    that is fitted. `keys` are those of the command: `file`, `points`, `waves`, `draws`, `store`, …. Runs are made one after the other unless
    `processes=` or `executor=` says otherwise (see `compare`). Raises `UsageError` for what cannot be done as written.
    """
    refuse(keys, ("out", "debug", "dry_run", "confirm", "retry"), "calibrate")
    limits = {f"bounds.{key.removeprefix('model.')}": list(value) for key, value in (bounds or {}).items()}
    own = {} if keys.get("executor", "processes") != "processes" else {"processes": 1}
    chosen = [parameters] if isinstance(parameters, str) else list(parameters)
    given = {**own, "parameters": chosen, "targets": None if targets is None else list(targets), **limits, **keys}
    return fitted(request_of("calibrate", given, service_parameters, config_dir), quiet)


def fitted(request: Request, quiet: bool) -> Fitted:
    """Return what the calibration that `request` asks for finds."""
    from experiments.calibration import command, files, fit
    from experiments.calibration.calibrate import Calibrator

    question = command.question_of(request)
    found = Calibrator(question, sweep_store(request), workers_of(request), quiet=quiet).answer()
    about = files.about(found, command.identity(request, question))
    tables = files.tables_of(found) | {"design": files.design_of(found), "runs": files.runs_of(found)}
    return Fitted(found.draws, **tables, about=about, notes=tuple(fit.notes_of(found)), simulated=found.simulated)


def length(
    lengths: Sequence[int | str],
    parameters: Mapping[str, Any] | None = None,
    config_dir: str | None = None,
    quiet: bool = True,
    **keys: Any,
) -> Answer:
    """Run programmes of different `lengths` and return the tables, as `spsim length` does.

    `lengths` are weeks, and "open" for no limit; `parameters` change the service. `keys` are those of the command: `modes`, `policies`,
    `backlog`, `surge`, `replications`, `service`, `store`, …. Returns an `Answer`, whose tables are those that the command writes (docs/length.md
    says what they mean). Runs are made one after the other unless `processes=` says otherwise (see `compare`). Raises `UsageError` for what
    cannot be done as written.
    """
    refuse(keys, ("out", "debug", "dry_run", "confirm"), "length")
    request = request_of("length", {"processes": 1, "lengths": list(lengths), **keys}, parameters, config_dir)
    return engine_of(request, length_question(request), quiet).answer()


@dataclass(frozen=True)
class Validated:
    """What a validation found: `table` and `runs` as `spsim validate` writes them, and the pieces of work `made` this time."""

    table: pd.DataFrame
    runs: pd.DataFrame
    made: int


def validate(
    targets: str | Sequence[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    config_dir: str | None = None,
    quiet: bool = True,
    **keys: Any,
) -> Validated:
    """Hold the model against published findings and return the tables, as `spsim validate` does.

    `targets` are ids, None for all; `parameters` change the service. `keys` are those of the command: `file`, `replications`, `posterior`,
    `service`, `store`, …. Runs are made one after the other unless `processes=` says otherwise (see `compare`).
    Raises `UsageError` for what cannot be done as written.
    """
    refuse(keys, ("out", "debug"), "validate")
    given = {"processes": 1, **keys} | ({} if targets is None else {"targets": [targets] if isinstance(targets, str) else list(targets)})
    request = request_of("validate", given, parameters, config_dir)
    found = run_validation(validation_question(request), validation_store(request), validation_workers(request), quiet)
    return Validated(found.table, found.runs, found.made)


def refuse(keys: Mapping[str, Any], without_effect: tuple[str, ...], name: str) -> None:
    """Raise `UsageError` for keys of a command that say where its files go, or how it prints."""
    for key in without_effect:
        if key in keys:
            raise UsageError(f"{key}= has no effect in experiments.{name}(...), which writes no files; leave it out, or use the command.")


def request_of(command: str, keys: Mapping[str, Any], parameters: Mapping[str, Any] | None, config_dir: str | None) -> Request:
    """Return the checked request that `keys` and `parameters` stand for, as if typed."""
    given = {**keys, **{key if key.startswith("model.") else f"model.{key}": value for key, value in (parameters or {}).items()}}
    return cli.read(command, [f"{key}={typed(value)}" for key, value in given.items()], config_dir)


def typed(value: Any) -> str:
    """Return `value` as it is typed for Hydra: texts in quotes, lists in brackets, mappings in braces."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{typed(part)}" for key, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(typed(part) for part in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return plain(value)
