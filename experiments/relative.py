"""Changes in a settings file: values set (`model`), added to what is there (`add`), or multiplied (`times`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from experiments.errors import UsageError
from experiments.settings import flatten, plain

SECTIONS = ("model", "add", "times")


@dataclass(frozen=True)
class Relative:
    """A change from whatever value is there: `times` it, plus `add`."""

    add: float = 0
    times: float = 1

    def on(self, key: str, value: Any) -> Any:
        """Return the changed `value` of parameter `key`; whole numbers stay whole. Raises `UsageError` for what is not a number."""
        if isinstance(value, (list, tuple)):
            return [self.on(key, part) for part in value]
        if isinstance(value, (bool, str)) or value is None:
            raise UsageError(f"{key} cannot be changed by {self}: it is not a number. Set it under `model`.")
        changed = value * self.times + self.add
        return round(changed) if isinstance(value, int) and (self.times != 1 or changed == int(changed)) else changed

    def __str__(self) -> str:
        return f"×{self.times:g}" if self.times != 1 else f"{self.add:+g}"


def changes_in(content: Mapping[str, Any], origin: str) -> dict[str, Any]:
    """Return `{full key: value or Relative}` of the sections of a file; `origin` names it in errors."""
    changes: dict[str, Any] = {}
    for section in SECTIONS:
        tree = content.get(section) or {}
        if not isinstance(tree, Mapping):
            raise UsageError(f"{section} = {plain(tree)} in {origin} is not allowed: below it stand groups of parameters.")
        for key, value in flatten(tree, "model").items():
            if key in changes:
                raise UsageError(f"{key} in {origin} is changed under more than one of {', '.join(SECTIONS)}; keep one.")
            changes[key] = value if section == "model" else relative(section, key, value, origin)
    return changes


def relative(section: str, key: str, value: Any, origin: str) -> Relative:
    """Return the relative change that `value` under `add` or `times` stands for."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e12:
        raise UsageError(f"{key} = {plain(value)} under {section} in {origin} is not allowed: give a number.")
    return Relative(add=value) if section == "add" else Relative(times=value)


def resolved(changes: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `changes` with each relative one worked out on the value in `values`, by full key."""
    return {key: value.on(key, values[key]) if isinstance(value, Relative) else value for key, value in changes.items()}
