"""What must be known beside an answer with a posterior: whose doubt it holds, and where something else wins over it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from experiments.catalogue import Scenario, catalogue, find
from experiments.posterior import Posterior, own_keys
from experiments.relative import Relative
from experiments.settings import COMMAND_LINE, Request, in_words
from experiments.terminal import counted

RELATIVE = " A relative change is worked out on the service’s own value, not on that of a row."


def notes_on(
    posterior: Posterior | None, request: Request, most: int, scenarios: Sequence[Scenario] = (), arms: Sequence[tuple[str, Collection[str]]] = (),
    varied: Collection[str] = (),
) -> list[str]:  # fmt: skip
    """Return the notes on a posterior, none without one.

    `most` is how many seeds there may be, `scenarios` are those that are compared, `arms` name further sides with the full keys that
    they set, and `varied` are the full keys that a sweep varies.
    """
    if posterior is None:
        return []
    own, held = own_keys(request), posterior.keys
    notes = [won_by(request, origin, posterior, own) for origin in dict.fromkeys(request.set_by[key] for key in held if key in own)]
    if both := [key for key in held if key in varied]:
        notes.append(f"{listed(both)}: varied here, so that the values are the sweep’s and not the posterior’s.")
    sides = [(scenario.name, scenario.changes, relative_in(scenario)) for scenario in scenarios] + [(name, keys, ()) for name, keys in arms]
    for name, keys, moved in sides:
        if same := [key for key in held if key in keys]:
            how = RELATIVE if set(same) & set(moved) else ""
            notes.append(f"{listed(same)}: set by {name} itself, to one value for all seeds, so that its runs hold no doubt about it.{how}")
    if alike := posterior.chained():
        notes.append(
            f"{listed(alike)}: neighbouring rows of {posterior.name} are alike, so that neighbouring seeds are no independent draws, and intervals are too "
            "narrow; thin its chain and shuffle it."
        )
    if not posterior.in_doubt({*own, *varied}):
        notes.append(f"posterior={posterior.name} leaves nothing in doubt here: what it holds is the same in every row, or set otherwise.")
    elif most > len(posterior.draws):
        notes.append(f"{posterior.name} has {counted(len(posterior.draws), 'row')}; more seeds take the same rows again.")
    return notes


def won_by(request: Request, origin: str, posterior: Posterior, own: Collection[str]) -> str:
    """Return the note on what the command line or scenario= sets, which wins over the posterior."""
    keys = [key for key in posterior.keys if key in own and request.set_by[key] == origin]
    if origin == COMMAND_LINE:
        return f"{listed(keys)}: set on the command line, which wins over the posterior."
    chosen = find(request.scenario, catalogue([request.config_dir] if request.config_dir else []), "scenario")
    return f"{listed(keys)}: set by {origin}, which wins over the posterior.{RELATIVE if set(keys) & relative_in(chosen) else ''}"


def relative_in(scenario: Scenario) -> set[str]:
    """Return the full keys that `scenario` changes in proportion or by an amount."""
    return {key for key, value in scenario.changes.items() if isinstance(value, Relative)}


def listed(keys: Iterable[str]) -> str:
    """Return parameters by their short names: 'a, b and c'."""
    names = [key.removeprefix("model.") for key in keys]
    return in_words(names) if len(names) > 1 else "".join(names)


def doubt(posterior: Posterior, names: Sequence[str]) -> str:
    """Return 'doubt about 3 parameters (posterior fit.parquet)', of the parameters `names` that differ from row to row."""
    return f"doubt about {counted(len(names), 'parameter')} (posterior {posterior.name})"
