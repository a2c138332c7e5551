"""What a page asks: a service, scenarios, changes of levers, seeds and weeks; in its address, in a file, and as a question to compare.

What comes from an address or a file is data: every key must be that of a parameter, and every value is checked by its declaration.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import yaml

from experiments.catalogue import BASELINE, catalogue, find, misfit, read_scenario
from experiments.cli import read
from experiments.errors import UsageError
from experiments.manifest import package_version
from experiments.settings import Request, plain
from experiments.whatif.compare import Question
from experiments.whatif.question import arm_of, own_arm, question_of
from sim import ParameterError, Parameters
from sim.parameters import WEEKS_PER_YEAR, declarations, nearest
from sim.parameters.declaration import check

SERVICES = ("ways_to_wellness", "nhs_pcn", "classroom")
OWN, OWN_TITLE = "my_change", "Your change"
DECLARED = {key: (declared, default) for key, declared, default in declarations()}
MOST_SCENARIOS, MOST_SEEDS, MOST_WEEKS, MOST_PEOPLE = 4, 60, 520, 20_000
LONGEST_ADDRESS, MOST_FIELDS = 8_000, 100  # characters and keys of an address
FEWEST_SEEDS = 2
VIEWS = ("view", "from")  # which view of the page, and from which question
TRACKERS = ("utm_", "fbclid", "gclid", "mc_", "_hs")  # that mail and other programs add to links
PRESETS: dict[str, Request] = {}
READING = threading.Lock()
NUMBERS = {"seed": (0, 2**31 - 1), "replications": (FEWEST_SEEDS, MOST_SEEDS), "weeks": (WEEKS_PER_YEAR, MOST_WEEKS)}


@dataclass(frozen=True)
class Asked:
    """What one page asks. `changes` are values by full key, made to the service in a scenario of one's own; `made_with` is the version of a link."""

    service: str = "ways_to_wellness"
    scenarios: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 1
    replications: int = 5
    weeks: int = 260
    made_with: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.service not in SERVICES:
            raise UsageError(f"service={self.service}: there is no such service; choose {', '.join(SERVICES)}.")
        if len(self.scenarios) + bool(self.changes) > MOST_SCENARIOS:
            raise UsageError(f"The page compares at most {MOST_SCENARIOS} changes at once; leave some out, or use `spsim compare`.")
        for name, (low, high) in NUMBERS.items():
            if not low <= getattr(self, name) <= high:
                raise UsageError(f"{name}={getattr(self, name)} is not allowed on this page: it must be from {low:,} to {high:,}.")

    @property
    def nothing(self) -> bool:
        """Whether nothing differs from the service as it is."""
        return not self.scenarios and not self.changes

    def request(self) -> Request:
        """Return the checked request that `spsim compare` would make of it."""
        preset = preset_of(self.service)
        asked = {"scenarios": list(self.scenarios), "seed": self.seed, "replications": self.replications, "weeks": self.weeks}
        return replace(preset, settings=preset.settings | asked)

    def question(self) -> tuple[Request, Question]:
        """Return request and question. Raises `UsageError` for what cannot be asked, and for runs too large for a page."""
        request = self.request()
        if self.nothing:
            baseline = arm_of(find(BASELINE, known := catalogue()), known, request)
            check_size(baseline.parameters, self.weeks)
            return request, Question(baseline, (), self.weeks, self.seed, self.replications, self.replications, change_seeds=0)
        own = [replace(own_arm(OWN, self.changes, request), title=OWN_TITLE)] if self.changes else []
        question = replace(question_of(request, own), change_seeds=0)  # twice the runs otherwise
        for arm in question.arms:
            check_size(arm.parameters, self.weeks)
        return request, question

    def address(self) -> str:
        """Return the query of an address that opens the same page: only what differs from a page just opened, and the version."""
        empty, fields = Asked(), {}
        for name in ("service", "seed", "replications", "weeks"):
            if getattr(self, name) != getattr(empty, name):
                fields[name] = getattr(self, name)
        if self.scenarios:
            fields["scenarios"] = ",".join(self.scenarios)
        fields |= {key: plain(value) for key, value in sorted(self.changes.items())}
        return "?" + urlencode(fields | {"v": version()}) if fields else ""

    def as_yaml(self) -> str:
        """Return the changes of levers as a scenario file for `spsim compare --config-dir FOLDER scenarios=[NAME]` (FOLDER/scenario/NAME.yaml)."""
        tree: dict[str, dict[str, Any]] = {}
        for key, value in sorted(self.changes.items()):
            _, group, name = key.split(".")
            tree.setdefault(group, {})[name] = list(value) if isinstance(value, tuple) else value
        head = {"title": OWN_TITLE, "description": f"Made on the what-if page, from the service {self.service}."}
        return yaml.safe_dump(head | ({"model": tree} if tree else {}), sort_keys=False, allow_unicode=True)


def preset_of(service: str) -> Request:
    """Return the request to compare with a preset as it is: read once, since that takes long and only one thread may do it at a time."""
    with READING:
        if service not in PRESETS:
            PRESETS[service] = read("compare", [f"service={service}"])
        return PRESETS[service]


def version() -> str:
    """Return the version of the package, or an empty text when it is not installed."""
    return package_version("spsim") or ""


def check_size(parameters: Parameters, weeks: int, most: int = MOST_PEOPLE) -> None:
    """Raise `UsageError` for a service of more than `most` people, or of none."""
    q = parameters.referrals
    years = (q.warm_up_weeks + weeks) / WEEKS_PER_YEAR
    people = sum(q.counts) if q.counts else q.first_year * min(years, 1) + q.later_years * max(years - 1, 0)
    people += q.backlog
    if not people:
        raise UsageError("Nobody would be referred, so that there is nothing to see: raise model.referrals.first_year or model.referrals.later_years.")
    if people > most:
        raise UsageError(f"About {people:,.0f} people would be referred; this page takes at most {most:,}. The command line has no such limit.")


def from_address(query: str) -> Asked:
    """Return what the address of a page asks. Raises `UsageError` for a key or value that is not known."""
    if len(query) > LONGEST_ADDRESS:
        raise UsageError(f"The address has {len(query):,} characters; at most {LONGEST_ADDRESS:,} are read.")
    try:
        fields = dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise UsageError(f"The address has too many parts; at most {MOST_FIELDS} are read.") from None
    given: dict[str, Any] = {"changes": {}}
    for name, text in fields.items():
        if name == "v":
            given["made_with"] = text[:20]
        elif name == "service":
            given[name] = text
        elif name == "scenarios":
            given[name] = tuple(part for part in text.split(",") if part)
        elif name in NUMBERS:
            given[name] = whole_number(name, text)
        elif name not in VIEWS and not name.startswith(TRACKERS):
            given["changes"][name] = value_of(name, read_value(text))
    return Asked(**given)


def whole_number(name: str, text: str) -> int:
    """Return the number that `text` writes, or raise `UsageError`."""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise UsageError(f"{name}={text[:40]} is not allowed: give a whole number.")
    return int(text)


def read_value(text: str) -> Any:
    """Return the number, switch or list that `text` writes; a text where it is none of these."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, (bool, int, float, list)) else text


def value_of(key: str, value: Any) -> Any:
    """Return the checked `value` of the parameter with this full `key`. Raises `UsageError` when there is none such or it is not allowed."""
    if key not in DECLARED:
        raise UsageError(f"{key[:80]} is not a parameter.{nearest(key[:80], list(DECLARED))}")
    try:
        return check(key, *DECLARED[key], value)
    except ParameterError as error:
        raise UsageError(str(error)) from error


def from_file(path: Path, name: str, service: str) -> dict[str, Any]:
    """Return what a scenario file that was sent in changes, by full key, in the service of the page; `name` is what its sender calls it.

    It is read as data by the reader of the catalogue: no more than `LARGEST` bytes, plain values, known parameters. What is relative
    (`add`, `times`) is worked out on the service. Raises `UsageError`, in which the file goes by its sender's name.
    """
    try:
        scenario, parameters = read_scenario(path), Asked(service=service).request().parameters
        if (why := misfit(scenario, parameters)) is not None:
            raise UsageError(why)
        return scenario.on(parameters)
    except UsageError as error:
        raise UsageError(str(error).replace(str(path), name[:80])) from None
