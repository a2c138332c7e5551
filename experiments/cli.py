"""From words on the command line to a checked `Request`. The only module that knows Hydra.

Hydra composes the files in configs/ (and a folder of the user's own, `--config-dir`) with the words
given. What it would answer to a mistake is for programmers, so keys and choices are checked first.
A service or scenario file holds `title`, `description`, in a scenario `why`, and under `model` only what
differs from the defaults; the command line comes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_module
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments.catalogue import NAME, Scenario, directions_of, misfit
from experiments.commands import COMMANDS
from experiments.errors import UsageError, one_line
from experiments.referral_counts import read_counts
from experiments.relative import Relative, changes_in
from experiments.settings import CLUSTER, COMMAND_LINE, COUNTS, FILE_KEYS, KEYS, Request, check_settings, flatten, in_words, plain
from experiments.terminal import counted
from experiments.whatif.measures import margins_with
from sim.parameters import ParameterError, Parameters, declarations

BASELINE = "baseline"
BY_NAME = ("margins", "bounds", "cluster")  # keys that hold a value for each of several names
UNSET = "???"  # OmegaConf's sign for a value that is not given
ALIKE = 0.6  # least likeness (0 to 1) of the last part of two names for one to be offered in place of the other


def read(command: str, words: list[str], config_dir: str | None = None) -> Request:
    """Return what `words` ask of `command`; raise `UsageError` when they cannot be done as written."""
    overrides = parse(command, words)
    store_parameters()
    store_margins()
    with initialize_config_module("configs", version_base="1.3"):
        check_choices(command, overrides, config_dir)
        check_keys(command, overrides)
        composed, choices = composition(command, words, config_dir)
    settings = {key: composed.get(key) for key in COMMANDS[command].keys}
    alike, places = places_of(composed["service"], f"service={choices['service']}", config_dir)
    if places is not None and "places" not in COMMANDS[command].keys:
        raise UsageError(
            f"service={choices['service']} is a system of many places, which `spsim {command}` does not take; `spsim run` and `spsim compare` do. "
            "One place of it: its parameters and own_seed are in places.csv of a run."
        )
    layers = [*alike, *layers_of(composed, choices)]
    many = places is not None or settings.get("places") is not None
    parameters, set_by = parameters_of([layer for layer in layers if not (many and layer[0].startswith("scenario="))])  # places take the scenario one by one
    if many:
        set_by = {key: origin for origin, layer in layers for key in layer}
    else:
        check_direction(composed.get("scenario"), layers, set_by)
    for key, value in settings.items():
        if KEYS[key].kind is list and isinstance(value, str):  # a single name may stand without brackets
            settings[key] = [value]
        elif key in BY_NAME:
            if not isinstance(value, dict):
                raise UsageError(f"{key}={plain(value)} is not allowed: {KEYS[key].meaning}; write {key}.NAME=value.")
            settings[key] = {name: given for name, given in flatten(value).items() if given not in (UNSET, None)}
    check_settings(command, settings)
    parameters = with_counts(parameters, settings.get("weeks"), layers)
    return Request(
        command=command,
        service=choices["service"],
        scenario=choices.get("scenario", BASELINE),
        titles={group: str(composed[group].get("title", choices[group])) for group in choices},
        parameters=parameters,
        settings=settings,
        set_by=set_by,
        config_dir=config_dir,
        layers=tuple(layers),
        places=places,
    )


def as_yaml(request: Request) -> str:
    """Return everything `request` will use as YAML: what `--cfg job` prints."""
    places = {} if request.places is None else {"places_of_the_service": request.places}
    shown = {"service": request.service, "scenario": request.scenario, **request.settings, **places, "model": request.parameters.as_dict()}
    return OmegaConf.to_yaml(OmegaConf.create(shown))


def parse(command: str, words: list[str]) -> list[Override]:
    """Return `words` as Hydra overrides; raise `UsageError` for what is not a plain key=value of `command`."""
    overrides = []
    for word in words:
        check_form(command, word)
        try:
            overrides += OverridesParser.create().parse_overrides([word])
        except HydraException:
            raise UsageError(f"{word}: the value cannot be read; put it in quotes, as in \"key='a value'\".") from None
    for override in overrides:
        if override.is_sweep_override():
            raise UsageError(f"{override.input_line}: give one value. Several seeds: replications=.")
    return overrides


def check_form(command: str, word: str) -> None:
    """Raise `UsageError` for an unknown option, a word without "=", and Hydra's +key, ++key and ~key."""
    if word.startswith("-"):
        raise UsageError(f"{word} is not an option. Options: --help, --cfg job, --config-dir FOLDER.")
    key = word.lstrip("+~").split("=")[0]
    if word.startswith(("+", "~")):
        check_key(command, key, word)
        raise UsageError(f"{word}: keys cannot be added or taken away; write {key}=value.")
    if "=" not in word:
        raise UsageError(f"{word}: write key=value.{did_you_mean(word, known_keys(command))}")


def store_parameters() -> None:
    """Give Hydra the name of every model parameter, so that the command line can set it, and its bounds in a sweep."""
    tree: dict[str, dict[str, str]] = {}
    for key in parameter_keys():
        _, group, name = key.split(".")
        tree.setdefault(group, {})[name] = UNSET
    for file, over in (("parameters", "model"), ("bounds", "bounds")):
        ConfigStore.instance().store(name=file, node={over: tree}, package="_global_")


def store_margins() -> None:
    """Give Hydra the name of every measure that has a margin, so that the command line can set it."""
    ConfigStore.instance().store(name="margins", node={"margins": dict.fromkeys(margin_names(), UNSET)}, package="_global_")


def margin_names() -> list[str]:
    """Return the measures of a comparison that have a margin."""
    return list(margins_with({}))


def search_path(config_dir: str | None) -> list[str]:
    """Return the override that adds the user's own folder, when there is one."""
    if config_dir is None:
        return []
    folder = Path(config_dir)
    if not folder.is_dir():
        raise UsageError(f"--config-dir {config_dir}: there is no such folder.")
    quoted = str(folder.resolve()).replace("'", "\\'")
    return [f"hydra.searchpath=['file://{quoted}']"]


def check_choices(command: str, overrides: list[Override], config_dir: str | None) -> None:
    """Raise `UsageError` when a service or scenario is named that does not exist."""
    for override in overrides:
        group = override.key_or_group
        if group not in COMMANDS[command].groups:
            continue
        loader = GlobalHydra.instance().config_loader()
        known = loader.get_group_options(group, config_name=command, overrides=search_path(config_dir))
        if config_dir and shipped(group, override.value()) and Path(config_dir, group, f"{override.value()}.yaml").exists():
            raise UsageError(f"{group}={override.value()}: a {group} of this name ships with spsim; give the file in {config_dir} another name.")
        if override.value() not in known:
            given = plain(override.value())
            where = f" (its file would be {config_dir}/{group}/{given}.yaml)" if config_dir else ""
            raise UsageError(f"{group}={given}: there is no such {group}{where}. There are: {', '.join(sorted(known))}.{did_you_mean(given, known)}")


def shipped(group: str, name: str) -> bool:
    """Whether a service or scenario of that name comes with the package."""
    return (files("configs") / group / f"{name}.yaml").is_file()


def check_keys(command: str, overrides: list[Override]) -> None:
    """Raise `UsageError` for a key that `command` does not have, with the nearest it has."""
    for override in overrides:
        key, value = override.key_or_group, override.value()
        paths = [f"{key}.{inner}" for inner in flatten(value)] if isinstance(value, dict) and key.split(".")[0] in ("model", *BY_NAME) else [key]
        for path in paths:
            check_key(command, path, override.input_line)


def check_key(command: str, key: str, word: str) -> None:
    """Raise `UsageError` when `key`, given in `word`, is neither a key of `command` nor a model parameter."""
    own, groups = COMMANDS[command].keys, COMMANDS[command].groups
    if key in own or key in groups or key in parameter_keys():
        return
    if key.startswith("margins.") and "margins" in own:
        name = key.removeprefix("margins.")
        if name not in margin_names():
            raise UsageError(f"{word}: {name} is not a measure with a margin.{did_you_mean(name, margin_names())} There are: {', '.join(margin_names())}.")
        return
    if key.startswith("bounds.") and "bounds" in own:
        if f"model.{key.removeprefix('bounds.')}" not in parameter_keys():
            short = [known.removeprefix("model.") for known in parameter_keys()]
            raise UsageError(f"{word}: there is no such parameter.{did_you_mean(key.removeprefix('bounds.'), short)} `spsim describe` lists all.")
        return
    if key.startswith("cluster.") and "cluster" in own:
        name = key.removeprefix("cluster.")
        if name not in CLUSTER:
            raise UsageError(f"{word}: a cluster has no {name}.{did_you_mean(name, CLUSTER)} There are: {', '.join(CLUSTER)}.")
        return
    if key == "scenario" and "scenarios" in own and "scenario" not in groups:
        raise UsageError(f"{word}: `spsim {command}` takes scenarios=[one,two] and compares them with baseline=.")
    if key in {k.rsplit(".", 1)[0] for k in parameter_keys()}:
        raise UsageError(f"{word}: {key} is a group of parameters; name one of them. `spsim describe {key.removeprefix('model.')}` lists them.")
    if key.startswith("model."):
        raise UsageError(f"{word}: {key} is not a parameter.{did_you_mean(key, parameter_keys())} `spsim describe` lists all.")
    keys = ", ".join((*groups, *own))
    raise UsageError(f"{word}: `spsim {command}` has no key {key}.{did_you_mean(key, known_keys(command))} Keys: {keys} and model.<group>.<name>.")


def composition(command: str, words: list[str], config_dir: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Return Hydra's composition as plain dicts, and the file chosen in each group."""
    with plain_errors():
        composed = compose(command, overrides=[*search_path(config_dir), *words], return_hydra_config=True)
        choices = {group: composed.hydra.runtime.choices[group] for group in COMMANDS[command].groups}
        bare = OmegaConf.masked_copy(composed, [key for key in composed if key != "hydra"])
        return OmegaConf.to_container(bare, resolve=True), choices


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what Hydra and OmegaConf raise into a `UsageError` of one line."""
    try:
        yield
    except (HydraException, OmegaConfBaseException) as error:
        raise UsageError(one_line(error)) from error
    except Exception as error:  # a YAML file that cannot be parsed raises errors of its own
        if type(error).__module__.startswith("yaml"):
            raise UsageError(f"a settings file is not valid YAML: {one_line(error)}") from error
        raise


def layers_of(composed: dict[str, Any], choices: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """Return `(where set, {full key: value})`: service, scenario, command line. Unknown keys in a file are refused."""
    layers = []
    for group, chosen in choices.items():
        origin = f"{group}={chosen}"
        content = composed.get(group)
        if not isinstance(content, dict):
            raise UsageError(f"{origin}: the file must hold {in_words(FILE_KEYS[group])}, and no `# @package` line.")
        check_file(content, group, origin)
        layers.append((origin, changes_in(content, origin)))
    layers.append((COMMAND_LINE, {key: value for key, value in flatten(composed["model"], "model").items() if value != UNSET}))
    return layers


def places_of(content: Any, origin: str, config_dir: str | None, above: tuple[str, ...] = ()) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, Any] | None]:
    """Return the layers of the services that the places of a service file are `like`, and what it says of its places, None when it is one place.

    A system may be like another: it then has that one's places but for what it says itself.
    """
    places = content.get("places") if isinstance(content, dict) else None
    if places is None:
        return [], None
    like = places.get("like") if isinstance(places, dict) else None
    if like is None:
        return [], places
    if not isinstance(like, str) or f"service={like}" in (*above, origin):
        raise UsageError(f"places.like = {plain(like)} in {origin} is not allowed: name another service.")
    other = service_file(like, origin, config_dir)
    layers, theirs = places_of(other, f"service={like}", config_dir, (*above, origin))
    return [*layers, (f"service={like}", changes_in(other, f"service={like}"))], (theirs or {}) | places


def service_file(name: str, origin: str, config_dir: str | None) -> dict[str, Any]:
    """Return what stands in the file of the service `name`, which the places of `origin` are like."""
    folders = [files("configs"), *([Path(config_dir)] if config_dir else [])]
    found = [folder / "service" / f"{name}.yaml" for folder in folders if NAME.fullmatch(name) and (folder / "service" / f"{name}.yaml").is_file()]
    if not found:
        raise UsageError(f"places.like = {name} in {origin}: there is no such service.")
    with plain_errors():
        content = OmegaConf.to_container(OmegaConf.create(found[0].read_text(encoding="utf-8")), resolve=True)
    check_file(content, "service", f"service={name}")
    return content


def check_file(content: dict[str, Any], group: str, origin: str) -> None:
    """Refuse what a file of `group` may not hold; `origin` names it."""
    for key in content:
        if key not in FILE_KEYS[group]:
            raise UsageError(f"{key} in {origin}: a {group} file holds {in_words(FILE_KEYS[group])}.")


def parameters_of(layers: list[tuple[str, dict[str, Any]]]) -> tuple[Parameters, dict[str, str]]:
    """Return the parameters that `layers` make and where each change was set; the last layer wins."""
    values, origins = {}, {}
    before = parameter_keys()
    for origin, layer in layers:
        for key, value in layer.items():
            if key not in parameter_keys():
                raise UsageError(f"{key} = {plain(value)} in {origin} is not a parameter.{did_you_mean(key, parameter_keys())} `spsim describe` lists all.")
            values[key] = value.on(key, values.get(key, before[key])) if isinstance(value, Relative) else value
            origins[key] = origin
    if isinstance(values.get(COUNTS), str):
        values[COUNTS] = counts_from(values[COUNTS], origins[COUNTS])
    try:
        return Parameters().replace(values), origins
    except ParameterError as error:
        key = str(error).split(" ", 1)[0].split("[")[0]
        raise UsageError(f"{error}{set_in(origins.get(key))}") from error


def check_direction(content: dict[str, Any] | None, layers: list[tuple[str, dict[str, Any]]], set_by: dict[str, str]) -> None:
    """Refuse the scenario with this `content` where a number goes against its direction; what the command line sets is the user's own affair."""
    origin, changes = layers[-2]
    if not content or not (directions := directions_of(content, changes, origin)):
        return
    left = {key: changes[key] for key in directions if set_by[key] == origin}
    scenario = Scenario(origin, str(content.get("title", origin)), "", "", left, {key: directions[key] for key in left})
    if reason := misfit(scenario, parameters_of([layer for layer in layers if layer[0] != origin])[0]):
        raise UsageError(f"{origin}: {reason}")


def set_in(origin: str | None) -> str:
    """Return ' Set in ORIGIN.', or nothing for the command line."""
    return f" Set in {origin}." if origin and origin != COMMAND_LINE else ""


def counts_from(path: str, origin: str) -> list[int]:
    """Return the referral counts in the file `path`; every mistake is told with the key that named it."""
    if not path.strip():
        raise UsageError(f"{COUNTS}= names no file: give the path of a CSV file with the columns week,referrals, or leave it out.{set_in(origin)}")
    try:
        return read_counts(path)
    except UsageError as error:
        raise UsageError(f"{COUNTS}: {error}{set_in(origin)}") from error


def with_counts(parameters: Parameters, weeks: int | None, layers: list[tuple[str, dict[str, Any]]]) -> Parameters:
    """Return `parameters` when referral counts, if given, cover `weeks`; raise `UsageError` otherwise."""
    counts = parameters.referrals.counts
    if not counts or weeks is None or len(counts) >= weeks:
        return parameters
    given = [layer[COUNTS] for _, layer in layers if COUNTS in layer][-1]
    name = given if isinstance(given, str) else "the list given"
    raise UsageError(f"{COUNTS}: {name} has {counted(len(counts), 'week')}, and the run has {weeks}. Add the missing weeks, or run weeks={len(counts)}.")


@cache
def parameter_keys() -> dict[str, Any]:
    """Return the full key of every model parameter, with its default."""
    return {key: default for key, _, default in declarations()}


def known_keys(command: str) -> list[str]:
    """Return every key that `command` takes."""
    return [*COMMANDS[command].groups, *COMMANDS[command].keys, *parameter_keys()]


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return ' Did you mean X?' with the nearest of `known`: alike in its last part first, then as a whole; nothing when none is near."""
    wanted = last_part(given)

    def likeness(name: str) -> float:
        return SequenceMatcher(None, wanted, last_part(name)).ratio() + SequenceMatcher(None, given, name).ratio() / 2

    near = [name for name in known if SequenceMatcher(None, wanted, last_part(name)).ratio() >= ALIKE or (wanted and last_part(name).startswith(wanted))]
    return f" Did you mean {max(near, key=likeness)}?" if near else ""


def last_part(name: str) -> str:
    """Return what follows the last dot of `name`."""
    return name.rsplit(".", 1)[-1]
