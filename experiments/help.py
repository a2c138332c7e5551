"""The help texts, made from the declared commands and keys. Imports neither Hydra nor the model."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from experiments.commands import COMMANDS
from experiments.settings import GROUPS, KEYS, plain

CONFIGS = files("configs")


def overall_help() -> str:
    """Return what `spsim --help` prints: every command with a line."""
    width = max(map(len, COMMANDS))
    listed = [f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            "spsim: a model of a social prescribing service, week by week",
            "",
            "Usage: spsim COMMAND [key=value ...]",
            "",
            "Commands:",
            *listed,
            "",
            "`spsim COMMAND --help` shows the keys of a command and three examples; `spsim describe` all model parameters.",
        ]
    )


def command_help(name: str) -> str:
    """Return what `spsim NAME --help` prints: keys, choices and three worked examples."""
    command, defaults = COMMANDS[name], defaults_of(name)
    rows = [(f"{key}={plain(defaults[key])}", f"{KEYS[key].meaning}; {KEYS[key].rule}") for key in command.keys]
    rows += [(f"{group}={defaults[group]}", f"{meaning}: {', '.join(options(group))}") for group, meaning in GROUPS.items()]
    rows += [("model.<group>.<name>=value", "any parameter of the model: `spsim describe`")]
    width = max(len(key) for key, _ in rows)
    lines = [
        f"spsim {name}: {command.summary}",
        "",
        "Keys, with their defaults:",
        *(f"  {key:<{width}}  {meaning}" for key, meaning in rows),
        "",
        "Options:",
        "  --config-dir FOLDER  your own files FOLDER/service/NAME.yaml and FOLDER/scenario/NAME.yaml",
        "  --cfg job            print all settings and run nothing",
        "",
        "Examples:",
    ]
    for example, meaning in command.examples:
        lines += [f"  {example}", f"      {meaning}"]
    if command.notes:
        lines += ["", command.notes.format(example=CONFIGS / "examples" / "referrals_example.csv")]
    return "\n".join(lines)


def defaults_of(name: str) -> dict[str, Any]:
    """Return the defaults in configs/NAME.yaml: keys, and the file chosen in each group."""
    content = yaml.safe_load((CONFIGS / f"{name}.yaml").read_text(encoding="utf-8"))
    chosen = [entry for entry in content.pop("defaults") if isinstance(entry, dict)]
    return content | {group: value for entry in chosen for group, value in entry.items()}


def options(group: str) -> list[str]:
    """Return the files that ship in a group, by name."""
    return sorted(Path(entry.name).stem for entry in (CONFIGS / group).iterdir() if entry.name.endswith(".yaml"))
