"""The command that makes a sweep again, for its report."""

from __future__ import annotations

import shlex

from experiments.help import defaults_of
from experiments.settings import Request, plain
from experiments.whatif.compare_command import set_here

NOT_NEEDED = ("out", "store", "processes", "executor", "address", "cluster", "dry_run", "confirm", "retry", "debug")  # they change no figure


def command_line(request: Request) -> str:
    """Return the command, fit for a shell: every key that differs from configs/sweep.yaml, bounds, and what was set of the model."""
    defaults, settings = defaults_of("sweep"), request.settings
    words = [f"{key}={plain(value)}" for key, value in settings.items() if key not in ("bounds", *NOT_NEEDED) and value != defaults[key]]
    words += [f"bounds.{name}={plain(value)}" for name, value in settings["bounds"].items()]
    words += [f"{key}={plain(value)}" for key, value in set_here(request).items()]
    chosen = [f"{group}={value}" for group, value in (("service", request.service), ("scenario", request.scenario)) if value != defaults[group]]
    folder = ["--config-dir", request.config_dir] if request.config_dir else []
    return shlex.join(["spsim", "sweep", *folder, *chosen, *words])
