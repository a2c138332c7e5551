"""The scenario catalogue: the files of configs/scenario/ and of a user's own folder, read as data.

A file holds `title`, `description`, `why` and under `model`, `add` and `times` only what differs from the baseline. Where the words are
true only of services in which a value goes up, or down, `direction` says so; `unfit` tells whether a scenario can be asked of a service.
`find` also makes combinations, `a+b`. Nothing in a file is run or looked up elsewhere, and Hydra is not needed to read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments.errors import UsageError, one_line
from experiments.referral_counts import read_counts
from experiments.relative import SECTIONS, Relative, changes_in, resolved
from experiments.settings import COUNTS, FILE_KEYS, flatten, in_words, plain
from experiments.terminal import text_width, wrapped
from sim.parameters import ParameterError, Parameters, declarations, nearest
from sim.parameters.declaration import check, written

GROUP = "scenario"
BASELINE = "baseline"
POSTS = "model.workforce.posts"
LARGEST = 100_000  # bytes of a scenario file
DEEPEST = 8  # levels of a scenario file; four are needed: file, model, group, list
NAME = re.compile(r"[A-Za-z0-9_-]+")
DIRECTIONS = ("up", "down")
PURE = ("probability", "share")  # units of numbers that are told without one
TEXT_COLUMNS = 40  # fewest columns beside the names for a listing in columns


@dataclass(frozen=True)
class Scenario:
    """What differs from the baseline: `changes` by full key (`model.workforce.posts`), set or relative, and why it is plausible.

    `directions` says of numbers that are set whether they must go up or down for the title and the description to be true.
    """

    name: str
    title: str
    description: str
    why: str
    changes: Mapping[str, Any]
    directions: Mapping[str, str] = field(default_factory=dict)

    def on(self, parameters: Parameters) -> dict[str, Any]:
        """Return the values it sets, by full key, in a service with `parameters`."""
        return resolved(self.changes, flatten(parameters.as_dict(), "model"))


def catalogue(folders: Iterable[str | Path] = ()) -> dict[str, Scenario]:
    """Return every scenario by name, the baseline first: those that ship, then those in FOLDER/scenario/ of `folders`.

    Raises `UsageError` for a folder that is not there and for a file that is no scenario, naming file and key.
    """
    known: dict[str, Scenario] = {}
    for path in [*scenario_files(Path(str(files("configs")))), *own_files(folders)]:
        if path.stem in known:
            raise UsageError(f"{path}: there is a scenario of this name already; give the file another name.")
        known[path.stem] = read_scenario(path)
    return {BASELINE: known[BASELINE], **known}


def find(name: str, known: Mapping[str, Scenario], key: str = "scenarios") -> Scenario:
    """Return the scenario `name`, or for `a+b` one with the changes of both.

    Raises `UsageError`, which names the `key` of the command line, for a name that is not known (with the nearest), and for parts that set a
    parameter differently.
    """
    parts = [part.strip() for part in name.split("+")]
    for part in parts:
        if part not in known:
            hint = f"{nearest(part, list(known))} `spsim compare list=true` shows all; a file of your own would be FOLDER/{GROUP}/{part or 'NAME'}.yaml."
            raise UsageError(f"{key}={name}: there is no scenario {part or 'without a name'}.{hint}")
        if parts.count(part) > 1:
            raise UsageError(f"{key}={name}: {part} is named twice; leave one out.")
    return combined([known[part] for part in parts])


def combined(parts: list[Scenario]) -> Scenario:
    """Return one scenario with the changes of all `parts`; refuse parts that set a parameter differently."""
    name, setter, changes = "+".join(part.name for part in parts), {}, {}
    for part in parts:
        for key, value in part.changes.items():
            if key in changes and changes[key] != value:
                clash = f"{setter[key]} changes {key} {by(changes[key])} and {part.name} {by(value)}"
                raise UsageError(f"{name}: {clash}; leave one of them out, or write a scenario of your own that decides.")
            setter[key], changes[key] = part.name, value
    return Scenario(
        name=name,
        title=" + ".join(part.title for part in parts),
        description=" ".join(part.description for part in parts if part.description),
        why=" ".join(part.why for part in parts if part.why),
        changes=changes,
        directions={key: direction for part in parts for key, direction in part.directions.items()},
    )


def unfit(scenario: Scenario, parameters: Parameters) -> str | None:
    """Return why `scenario` cannot be asked of a service with `parameters`, for its user; None when it can.

    It cannot where its words would be false (see `misfit`) and where it changes nothing; the baseline, which has no changes, always can.
    """
    if reason := misfit(scenario, parameters):
        return reason
    before, after = flatten(parameters.as_dict(), "model"), flatten(parameters.replace(scenario.on(parameters)).as_dict(), "model")
    if not scenario.changes or before != after:
        return None
    already = in_words([f"{key} = {with_unit(key, before[key])}" for key in scenario.changes])
    return f"“{scenario.title}” changes nothing in this service: it has {already} already. Choose another change, or another service."


def misfit(scenario: Scenario, parameters: Parameters) -> str | None:
    """Return why `scenario` is not meant for a service with `parameters`: a value that is not allowed, or that goes against its direction."""
    before, after = flatten(parameters.as_dict(), "model"), scenario.on(parameters)
    start = f"“{scenario.title}” cannot be asked of this service"
    for key, direction in scenario.directions.items():
        down = direction == "down"
        if (after[key] > before[key]) if down else (after[key] < before[key]):
            meant = f"{'more' if down else 'less'} than {with_unit(key, after[key])}"
            return f"{start}, which has {key} = {with_unit(key, before[key])}: it is meant where that is {meant}. {remedy(key)}"
    try:
        parameters.replace(after)
    except ParameterError as error:
        key = str(error).split(" ", 1)[0].split("[")[0]
        has = f", which has {key} = {with_unit(key, before[key])}" if key in after else ""
        return f"{start}{has}: {error} {remedy(key)}"
    if isinstance(scenario.changes.get(POSTS), Relative) and before[POSTS] > after[POSTS] == 0:
        return f"{start}, which has {POSTS} = {with_unit(POSTS, before[POSTS])}: none would be left. {remedy(POSTS)}"
    return None


def remedy(key: str) -> str:
    """Return what to do about a scenario that does not fit."""
    return f"Set a value of your own instead, {key}=…, or choose another service."


def with_unit(key: str, value: Any) -> str:
    """Return a value as it may be typed, with its unit when it is a number of something."""
    unit = next(declared.unit for known, declared, _ in declarations() if known == key)
    return f"{shown(value)} {unit}" if is_number(value) and unit not in PURE else shown(value)


def is_number(value: Any) -> bool:
    """Whether `value` is a number; a switch is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def own_files(folders: Iterable[str | Path]) -> Iterator[Path]:
    """Yield the scenario files of the user's `folders`."""
    for folder in map(Path, folders):
        if not folder.is_dir():
            raise UsageError(f"--config-dir {folder}: there is no such folder.")
        yield from scenario_files(folder)


def scenario_files(folder: Path) -> list[Path]:
    """Return the files FOLDER/scenario/NAME.yaml, by name; there may be none."""
    found = sorted(path for path in (folder / GROUP).glob("*.yaml") if path.is_file())
    for path in found:
        if not NAME.fullmatch(path.stem):
            raise UsageError(f"{path}: a scenario goes by the name of its file; use letters, digits, _ and - only.")
    return found


def read_scenario(path: Path) -> Scenario:
    """Return the scenario in the file `path`; raise `UsageError` naming file and key for what it may not hold."""
    content = content_of(path)
    for key, value in content.items():
        if key not in FILE_KEYS[GROUP]:
            raise UsageError(f"{key} in {path}: a scenario file holds {in_words(FILE_KEYS[GROUP])}.")
        if key not in SECTIONS and isinstance(value, (dict, list)):
            raise UsageError(f"{key} in {path} must be a text.")
    texts = {key: " ".join(str(content.get(key) or "").split()) for key in ("title", "description", "why")}
    changes = changes_of(content, path)
    return Scenario(path.stem, texts["title"] or path.stem, texts["description"], texts["why"], changes, directions_of(content, changes, str(path)))


def content_of(path: Path) -> dict[str, Any]:
    """Return what stands in the YAML file `path`: plain values only, nothing repeated, filled in or built from it."""
    text = text_of(path)
    try:
        check_shape(text, path)
        content = OmegaConf.to_container(OmegaConf.create(text))
    except UsageError:
        raise
    except (yaml.YAMLError, OmegaConfBaseException, ValueError) as error:
        raise UsageError(f"{path} is not valid YAML: {one_line(error)}") from error
    if not isinstance(content, dict) or re.search(r"^#\s*@package", text, re.MULTILINE):
        raise UsageError(f"{path}: the file must hold {in_words(FILE_KEYS[GROUP])}, and no `# @package` line.")
    return content


def check_shape(text: str, path: Path) -> None:
    """Refuse what would make a small file slow or huge to read: repeated parts (`*`), and lists within lists within lists."""
    depth = 0
    for event in yaml.parse(text):
        if isinstance(event, yaml.AliasEvent):
            raise UsageError(f"{path}: a scenario file holds plain values; write out what each * stands for.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise UsageError(f"{path}: brackets or indented lines are nested {depth} deep; below model stand groups, and below them values.")


def text_of(path: Path) -> str:
    """Return the text of a file of reasonable size."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise UsageError(f"{path} has more than {LARGEST:,} bytes, the most allowed for a scenario: it holds only what differs from the baseline.")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not a text file in UTF-8.") from None


def changes_of(content: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return `{full key: value or Relative}` of what the file changes, each value checked; raise `UsageError` otherwise.

    Values that are out of bounds or contradict one another only with a certain preset are found when that preset's
    parameters are made.
    """
    known = {key: (declared, default) for key, declared, default in declarations()}
    changes = {}
    for key, value in changes_in(content, str(path)).items():
        if key not in known:
            raise UsageError(f"{key} = {plain(value)} in {path} is not a parameter.{nearest(key, list(known))} `spsim describe` lists all.")
        if isinstance(value, Relative):
            value.on(key, known[key][1])
            changes[key] = value
            continue
        try:
            changes[key] = check(key, *known[key], read_counts(value) if key == COUNTS and isinstance(value, str) else value)
        except UsageError as error:
            raise UsageError(f"{key}: {error} Set in {path}.") from error
        except ParameterError as error:
            raise UsageError(f"{error} Set in {path}.") from error
    return changes


def directions_of(content: Mapping[str, Any], changes: Mapping[str, Any], origin: str) -> dict[str, str]:
    """Return `{full key: up or down}` of the numbers that are set; `origin` names the file in errors."""
    direction = content.get("direction")
    if direction is None:
        return {}
    if direction not in DIRECTIONS:
        raise UsageError(f"direction = {plain(direction)} in {origin} is not allowed: it must be {' or '.join(DIRECTIONS)}.")
    if not (numbers := [key for key, value in changes.items() if is_number(value)]):
        raise UsageError(f"direction = {direction} in {origin}: no number is set under model that could go {direction}; leave it out.")
    return dict.fromkeys(numbers, direction)


def listing(known: Mapping[str, Scenario], baseline: Parameters | None = None) -> str:
    """Return the catalogue for a terminal: name, title, and each change with the value in `baseline` (default: the default service)."""
    width, baseline = text_width(), baseline or Parameters()
    values = baseline.as_dict()
    names, titles = (max(len(getattr(s, part)) for s in known.values()) + 2 for part in ("name", "title"))
    lines = []
    for scenario in known.values():
        changes = unfit(scenario, baseline) or "; ".join(told(key, value, values) for key, value in scenario.on(baseline).items()) or "nothing changed"
        if width is None:
            lines.append(f"{scenario.name:<{names}}{scenario.title:<{titles}}{changes}")
        elif width - names < TEXT_COLUMNS:
            lines += [scenario.name, *wrapped(scenario.title, "  ", width), *wrapped(changes, "    ", width)]
        else:
            first, *more = wrapped(scenario.title, " " * names, width, hang=0)
            lines += [scenario.name + first[len(scenario.name) :], *more, *wrapped(changes, " " * (names + 2), width)]
    return "\n".join(lines)


def told(key: str, value: Any, values: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a change as it would be typed, with the value of the baseline."""
    _, group, name = key.split(".")
    return f"{key}={shown(value)} (baseline {shown(values[group][name])})"


def by(value: Any) -> str:
    """Return `to 3` or `by +2`."""
    return f"{'by' if isinstance(value, Relative) else 'to'} {shown(value)}"


def shown(value: Any) -> str:
    """Return a value as it may be typed on the command line."""
    if isinstance(value, Relative):
        return str(value)
    return f"{value:g}" if isinstance(value, float) else written(value).strip("'")
