"""What the commands do, from Python: the same keys, the same checks, tables as DataFrames instead of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experiments import cli
from experiments.settings import Request, plain
from experiments.whatif.compare import Comparison
from experiments.whatif.compare import compare as run_comparison
from experiments.whatif.plan import Plan
from experiments.whatif.plan import plan as run_plan
from experiments.whatif.plan_command import ask_of
from experiments.whatif.question import bench_of, own_arm, question_of


def compare(
    scenarios: Sequence[str] | Mapping[str, Mapping[str, Any]],
    baseline: str = "baseline",
    parameters: Mapping[str, Any] | None = None,
    config_dir: str | None = None,
    quiet: bool = True,
    **keys: Any,
) -> Comparison:
    """Compare `scenarios` with `baseline` and return the tables, as `spsim compare` does.

    `scenarios` are names of the catalogue, `a+b` for both, or a mapping from a name of your own to what it sets,
    `{"my_idea": {"model.workforce.posts": 24}}`. `parameters` change the service before the scenarios do. `keys`
    are those of the command: `service`, `seed`, `weeks`, `replications`, `precision`, `margins`, `store`, `processes`, ….

    Returns a `Comparison`: `differences`, `equity`, `runs` and `weekly` are DataFrames. Raises `UsageError` for what
    cannot be done as written. With several processes, call it below `if __name__ == "__main__":` in a script.
    """
    own = scenarios if isinstance(scenarios, Mapping) else {}
    request = request_of("compare", {"scenarios": [] if own else list(scenarios), "baseline": baseline, **keys}, parameters, config_dir)
    question = question_of(request, [own_arm(name, changes, request) for name, changes in own.items()])
    return run_comparison(question, bench_of(request), quiet)


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
    given = {"measure": measure, "below": below, "above": above, "lever": lever, **keys}
    request = request_of("plan", given, parameters, config_dir)
    return run_plan(ask_of(request), bench_of(request), quiet)


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
