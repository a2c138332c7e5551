"""The help texts, made from the declared commands and keys. Imports neither Hydra nor the model."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from experiments.commands import COMMANDS
from experiments.settings import GROUPS, KEYS, plain
from experiments.terminal import text_width, unbroken

CONFIGS = files("configs")
WIDEST = 80


def overall_help() -> str:
    """Return what `spsim --help` prints: every command with a line."""
    width = help_width()
    rows = [(name, command.summary) for name, command in COMMANDS.items()]
    more = "`spsim COMMAND --help` shows the keys of a command and three examples; `spsim describe` all model parameters."
    return "\n".join(
        [
            *unbroken("spsim: a model of a social prescribing service, week by week", "", width),
            "",
            *unbroken("Usage: spsim COMMAND [key=value ...]", "", width),
            "",
            "Commands:",
            *two_columns(rows, width),
            "",
            *unbroken(more, "", width),
        ]
    )


def command_help(name: str) -> str:
    """Return what `spsim NAME --help` prints: keys, choices and three worked examples."""
    command, defaults, width = COMMANDS[name], defaults_of(name), help_width()
    rows = [shown(key, defaults[key]) for key in command.keys]
    rows += [(f"{group}={defaults[group]}", f"{meaning}: {', '.join(options(group))}") for group, meaning in GROUPS.items() if group in command.groups]
    rows += [("model.<group>.<name>=value", "any parameter of the model: `spsim describe`")]
    chosen = [
        ("--config-dir FOLDER", "your own files FOLDER/service/NAME.yaml and FOLDER/scenario/NAME.yaml"),
        ("--cfg job", "print all settings and run nothing"),
    ]
    lines = [*unbroken(f"spsim {name}: {command.summary}", "", width), "", "Keys, with their defaults:", *two_columns(rows, width)]
    lines += ["", "Options:", *two_columns(chosen, width), "", "Examples:"]
    for example, meaning in command.examples:
        lines += [*in_shell(example.format(example=example_file()), width), *unbroken(meaning, "      ", width)]
    if command.notes:
        lines += ["", *unbroken(command.notes, "", width)]
    return "\n".join(lines)


def help_width() -> int:
    """Return the columns help may take: those of the terminal, at most 80."""
    return min(text_width() or WIDEST, WIDEST)


def two_columns(rows: list[tuple[str, str]], width: int) -> list[str]:
    """Return names with their meanings beside them, or below them where the terminal is narrow."""
    first = max(len(name) for name, _ in rows) + 4
    if width - first < WIDEST // 2:
        return [line for name, meaning in rows for line in ("  " + name, *unbroken(meaning, "      ", width))]
    lines = []
    for name, meaning in rows:
        start, *more = unbroken(meaning, "", width - first)
        lines += [f"{'  ' + name:<{first}}{start}", *(" " * first + line for line in more)]
    return lines


def in_shell(command: str, width: int) -> list[str]:
    """Return `command` on lines that fit, each but the last with the sign that it goes on, so that it works when pasted."""
    lines = unbroken(command, "  ", width - 2)
    return [f"{line if i == 0 else '    ' + line.strip()}{' \\' if line is not lines[-1] else ''}" for i, line in enumerate(lines)]


def shown(key: str, default: Any) -> tuple[str, str]:
    """Return a key with its default, and its meaning with what is allowed; of a key with names, the names."""
    if isinstance(default, dict) and default:
        return f"{key}={{}}", f"{KEYS[key].meaning}; there are {', '.join(default)}"
    return f"{key}={plain(default)}", f"{KEYS[key].meaning}; {KEYS[key].rule}"


def example_file() -> Path:
    """Return where the example of a referrals file lies on this machine."""
    return Path(str(CONFIGS / "examples" / "referrals_example.csv"))


def defaults_of(name: str) -> dict[str, Any]:
    """Return the defaults in configs/NAME.yaml: keys, and the file chosen in each group."""
    content = yaml.safe_load((CONFIGS / f"{name}.yaml").read_text(encoding="utf-8"))
    chosen = [entry for entry in content.pop("defaults") if isinstance(entry, dict)]
    return content | {group: value for entry in chosen for group, value in entry.items()}


def options(group: str) -> list[str]:
    """Return the files that ship in a group, by name."""
    return sorted(Path(entry.name).stem for entry in (CONFIGS / group).iterdir() if entry.name.endswith(".yaml"))
