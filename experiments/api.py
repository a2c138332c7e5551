"""What the commands do, from Python: the same keys, the same checks, tables as DataFrames instead of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from experiments import cli
from experiments.errors import UsageError
from experiments.planning.command import ask_of
from experiments.planning.plan import Plan
from experiments.planning.plan import plan as run_plan
from experiments.settings import Request, plain
from experiments.whatif.beside import worked_out
from experiments.whatif.compare import compare as run_comparison
from experiments.whatif.files import tables_of
from experiments.whatif.question import bench_of, own_arm, question_of


@dataclass(frozen=True)
class Compared:
    """What a comparison found: the tables that `spsim compare` writes, as DataFrames of the same names and columns.

    `parts` is None when no scenario makes several changes, `rests_on` when it was not asked for. `weekly` holds every
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
    are those of the command: `service`, `seed`, `weeks`, `replications`, `precision`, `margins`, `rests_on`, `store`, ….
    Raises `UsageError` for what cannot be done as written.

    Runs are made one after the other; `processes=2` makes them in two processes, and then a script must call this
    below `if __name__ == "__main__":`, as whatever starts processes in Python.
    """
    refuse(keys, ("out", "list", "debug"), "compare")
    own = scenarios if isinstance(scenarios, Mapping) else {}
    names = [scenarios] if isinstance(scenarios, str) else [] if own else list(scenarios)
    request = request_of("compare", {"processes": 1, "scenarios": names, "baseline": baseline, **keys}, parameters, config_dir)
    question = question_of(request, [own_arm(name, changes, request) for name, changes in own.items()])
    bench = bench_of(request)
    found = run_comparison(question, bench, quiet)
    beside = worked_out(request, found, bench, quiet)
    tables = {"parts": None, "rests_on": None} | tables_of(found, beside)
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
