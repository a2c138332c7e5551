"""The keys of the commands, declared once: meaning, kind and bounds; and `Request`, what a command is given.

Defaults stand in configs/<command>.yaml. Model parameters are declared in `sim.parameters`, not here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from experiments.errors import UsageError

if TYPE_CHECKING:
    from sim.parameters import Parameters

GROUPS = {"service": "the service to start from", "scenario": "what is changed in it"}


@dataclass(frozen=True)
class Key:
    """One key of a command line: what it means and what it may be; an `optional` key may be null."""

    meaning: str
    kind: type
    allowed: tuple[int, int] | None = None
    choices: tuple[Any, ...] | None = None
    optional: bool = False

    @property
    def rule(self) -> str:
        """What is allowed, as the end of a sentence."""
        if self.choices:
            return "one of " + ", ".join(plain(c) for c in self.choices)
        if self.allowed:
            return f"a whole number from {self.allowed[0]} to {self.allowed[1]}"
        return {bool: "true or false", str: "a text that is not empty"}[self.kind]

    def accepts(self, value: Any) -> bool:
        """Whether `value` has the right kind and lies inside the bounds."""
        if value is None:
            return self.optional
        if self.choices:
            return any(value == c and isinstance(value, bool) == isinstance(c, bool) for c in self.choices)
        if self.kind is int:
            low, high = self.allowed or (0, 2**63 - 1)
            return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return isinstance(value, self.kind) and value != ""


SWITCH = ("auto", True, False)
KEYS = {
    "seed": Key("the first seed", int, (0, 2**63 - 1)),
    "replications": Key("number of seeds: seed, seed + 1, and so on", int, (1, 10_000)),
    "weeks": Key("weeks to run", int, (1, 5_200)),
    "out": Key("folder for the results", str, optional=True),
    "processes": Key("processes to use for several seeds; null: one for each core", int, (1, 256), optional=True),
    "events": Key("keep every event; auto: up to 50,000 people", str, choices=SWITCH),
    "panel": Key("keep every person's state each quarter; auto: up to 50,000 people", str, choices=SWITCH),
    "twin": Key("also run usual care for the same people and seed", bool),
    "debug": Key("show the traceback of an error", bool),
    "name": Key("a parameter, a group of parameters, or levers", str, optional=True),
    "person": Key("number of a person", int, (0, 2**63 - 1), optional=True),
    "like": Key("tell of a user with such needs", str, choices=("simple", "moderate", "complex"), optional=True),
}


@dataclass(frozen=True)
class Request:
    """What a command is asked to do: everything checked, nothing run.

    `settings` holds the command's own keys; `set_by` says for each model parameter that was set
    where it was set (`model.workforce.posts` -> `service=nhs_pcn`).
    """

    command: str
    service: str
    scenario: str
    titles: dict[str, str]
    parameters: Parameters
    settings: dict[str, Any]
    set_by: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name results go by: service and scenario."""
        return f"{self.service}-{self.scenario}"

    def __getattr__(self, name: str) -> Any:
        settings = self.__dict__.get("settings", {})
        if name in settings:
            return settings[name]
        raise AttributeError(f"{self.__dict__.get('command')} has no key {name}")


def check_settings(given: dict[str, Any]) -> dict[str, Any]:
    """Return `given` when every value is allowed, or raise `UsageError` with key, value and rule."""
    for name, value in given.items():
        key = KEYS[name]
        if not key.accepts(value):
            raise UsageError(f"{name}={plain(value)} is not allowed: {name} ({key.meaning}) must be {key.rule}.")
    return given


def plain(value: Any) -> str:
    """Return `value` as it is written on a command line."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
