"""The command that makes results again, as a report and its reader need it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Any

from experiments.commands import COMMANDS
from experiments.errors import UsageError
from experiments.help import defaults_of
from experiments.settings import COMMAND_LINE, Request, flatten, plain

NOT_NEEDED = ("out", "store", "processes", "executor", "address", "cluster", "dry_run", "confirm", "retry", "debug", "list")  # they change no figure


def command_line(request: Request) -> str:
    """Return the command, fit for a shell: every key that differs from configs/<command>.yaml, and what was set of the model."""
    defaults = defaults_of(request.command)
    told = {key: value for key, value in request.settings.items() if key not in NOT_NEEDED and value != defaults[key]}
    words = [f"{key}={plain(value)}" for key, value in told.items() if not isinstance(value, dict)]
    words += [f"{key}.{name}={plain(value)}" for key, by_name in told.items() if isinstance(by_name, dict) for name, value in by_name.items()]
    words += [f"{key}={plain(value)}" for key, value in set_here(request).items()]
    groups = COMMANDS[request.command].groups
    chosen = [f"{group}={getattr(request, group)}" for group in groups if getattr(request, group) != defaults[group]]
    folder = ["--config-dir", request.config_dir] if request.config_dir else []
    return shlex.join(["spsim", request.command, *folder, *chosen, *words])


def otherwise(request: Request, keys: Iterable[str]) -> list[str]:
    """Return, as typed, those of `keys` that are otherwise than in configs/<command>.yaml."""
    usual = {key: {} if isinstance(value, dict) else value for key, value in defaults_of(request.command).items()}
    return [f"{key}={plain(request.settings[key])}" for key in keys if request.settings[key] != usual[key]]


def refuse_for_one(request: Request, keys: Iterable[str]) -> None:
    """Raise `UsageError` for those of `keys` that are set and that only a system of places takes."""
    for word in otherwise(request, keys):
        raise UsageError(f"{word} is for a system of places, and service={request.service} is one; leave it out.")


def set_here(request: Request) -> dict[str, Any]:
    """Return the parameters set on the command line, by full key."""
    values = flatten(request.parameters.as_dict(), "model")
    return {key: values[key] for key, origin in request.set_by.items() if origin == COMMAND_LINE}
