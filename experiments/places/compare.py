"""`spsim compare` of a system of many places: every place under every scenario, with the same people and luck, and the differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.catalogue import BASELINE, Scenario, catalogue, find, listing
from experiments.command_line import command_line, otherwise
from experiments.errors import UsageError
from experiments.manifest import answer_code, compiled_by, versions
from experiments.outputs import Outputs
from experiments.pieces import Piece
from experiments.places.answering import answering
from experiments.places.compare_words import TOLD, Compared, page, text
from experiments.places.differences import overall, table, values
from experiments.places.files import table_of
from experiments.places.piece import TALLIES
from experiments.places.question import Asked, told
from experiments.places.system import System, notes_on, system_of
from experiments.posterior import own_keys, posterior_of, told_of
from experiments.settings import Request, in_words
from experiments.store import Store
from experiments.sweep.command import store_of
from experiments.terminal import print_fitting
from experiments.whatif.measures import margins_with
from experiments.whatif.question import check_names, checked_margins
from sim.summary import QUANTILE

TEXT, REPORT = "summary.txt", "report.html"
RUNS = 2  # of every place, where replications= does not say: enough for an interval, since places are many
ROWS = 10  # of a posterior: all places share the row of a seed, so that only seeds tell what its doubt does
NOT_TAKEN = ("rests_on", "continuity", "uncertain", "draws", "qalys", "precision", "min_replications", "max_replications", "most_runs", "continuity_runs")


@dataclass(frozen=True)
class Arms:
    """A system under the baseline, first, and each scenario, by name, with titles."""

    asked: Mapping[str, Asked]
    titles: Mapping[str, str]

    @cached_property
    def pieces(self) -> dict[tuple[str, int], Piece]:
        """All runs of places, each by the name of place and scenario, and seed."""
        return {(f"{place}, {name}", seed): piece for name, arm in self.asked.items() for (place, seed), piece in arm.pieces.items()}

    @cached_property
    def baseline(self) -> str:
        """The name of the baseline."""
        return next(iter(self.asked))


def main(request: Request) -> None:
    """Answer what `request` asks of a system, unless the answer is there already, and print it."""
    folders = [request.config_dir] if request.config_dir else []
    if request.settings["list"]:
        print(listing(catalogue(folders), request.parameters))
        return
    arms, store = arms_of(request), store_of(request)
    first = arms.asked[arms.baseline]
    outputs = Outputs.of(request.settings["out"], request.service, deciding(request, arms))
    if not outputs.found(TEXT):
        notes = notes_on(first.system)
        with answering(request, first, arms.pieces, outputs, store, notes) as folder:
            write(folder, request, arms, store, notes)
    print_fitting((outputs.folder / TEXT).read_text(encoding="utf-8").rstrip())
    print(f"\nReport to forward: {outputs.folder / REPORT}")
    print(f"Tables: {outputs.folder} (differences.csv, places.csv)")


def arms_of(request: Request) -> Arms:
    """Return the sides of the comparison; raise `UsageError` for what a system cannot be asked."""
    settings = request.settings
    if others := otherwise(request, NOT_TAKEN):
        told = f"{in_words(others)}: a system of places is compared without that; ask it of one service."
        raise UsageError(f"{told} replications= says how often each place is run.")
    checked_margins(settings["margins"])
    known = catalogue([request.config_dir] if request.config_dir else [])
    names = settings["scenarios"]
    check_names(names, settings["baseline"])
    sides: list[Scenario] = [find(settings["baseline"], known, "baseline"), *(find(name, known) for name in names)]
    system, first, count = system_of(request), settings["seed"], settings["replications"]
    posterior, keep = posterior_of(request), own_keys(request)
    seeds = tuple(range(first, first + (count or (RUNS if posterior is None else ROWS))))
    asked = {}
    for side in sides:
        changed = frozenset(keep | set(side.changes))
        how = {"posterior": posterior, "keep": changed, "compiled": settings["compiled"]}
        asked[side.name] = Asked(changed_system(system, side), seeds, settings["weeks"], **how)
    return Arms(asked, {side.name: side.title for side in sides})


def changed_system(system: System, scenario: Scenario) -> System:
    """Return the places under `scenario`; the baseline that changes nothing leaves them as they are."""
    return system if scenario.name == BASELINE and not scenario.changes else system.under(scenario)


def deciding(request: Request, arms: Arms) -> dict[str, Any]:
    """Return everything that decides the results: their hash is taken over this."""
    first = arms.asked[arms.baseline]
    return {
        "command": request.command, **versions(), "answer_code": answer_code(), "service": request.service, "seeds": list(first.seeds),
        "weeks": first.weeks, "compiled": compiled_by(request),
        "margins": request.settings["margins"], "posterior": told_of(first.posterior), "places": len(first.system.places),
        "sides": {name: {"title": arms.titles[name], "hash": told(arm)} for name, arm in arms.asked.items()},
    }  # fmt: skip


def tallies_of(arm: Asked, store: Store) -> tuple[list[tuple[str, str]], np.ndarray]:
    """Return the (measure, group) of every tally, and (places, runs, tallies, 3) of totals, what they are over, and people."""
    keys, places, pieces = [], [], arm.pieces
    for place in arm.system.places:
        runs = []
        for seed in arm.seeds:
            frame = table_of(pieces[place.name, seed], store, TALLIES)
            frame = frame[frame.measure != QUANTILE]
            keys = list(zip(frame["measure"].tolist(), frame["group"].tolist(), strict=True))
            runs.append(frame[["total", "per", "people"]].to_numpy(float))
        places.append(runs)
    return keys, np.array(places)


def compared(arms: Arms, store: Store, limits: Mapping[str, float]) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, pd.DataFrame]]:
    """Return the differences of the system, those of each place in the headline measures, and by scenario those of the system in each run."""
    keys, before = tallies_of(arms.asked[arms.baseline], store)
    names = [place.name for place in arms.asked[arms.baseline].system.places]
    whole, each, by_seed = [], [], {}
    for name, arm in list(arms.asked.items())[1:]:
        _, after = tallies_of(arm, store)
        whole.append(table(name, keys, before, after, limits, shared=arm.posterior is not None))
        runs = {}
        for position, (measure, group) in enumerate(keys):
            if group != "all" or measure not in TOLD:
                continue
            sides = before[:, :, position], after[:, :, position]
            first, second = (values(side) for side in sides)
            columns = {"scenario": name, "place": names, "measure": measure, "baseline": first, "value": second, "difference": second - first}
            each.append(pd.DataFrame(columns))
            runs[measure] = np.subtract(*(overall(side) for side in reversed(sides)))
        by_seed[name] = pd.DataFrame(runs)
    return pd.concat(whole, ignore_index=True), pd.concat(each, ignore_index=True), by_seed


def write(folder: Path, request: Request, arms: Arms, store: Store, notes: list[str]) -> None:
    """Write the tables, the words and the report into `folder`."""
    limits = margins_with(request.settings["margins"])
    differences, places, by_seed = compared(arms, store, limits)
    differences.to_csv(folder / "differences.csv", index=False)
    places.to_csv(folder / "places.csv", index=False)
    posterior, service = arms.asked[arms.baseline].posterior, request.titles["service"]
    found = Compared(arms.titles, differences, places, by_seed, request.settings["weeks"], limits, posterior.name if posterior else "")
    (folder / TEXT).write_text("\n".join(text(found, service, notes)) + "\n", encoding="utf-8")
    (folder / REPORT).write_text(page(found, service, notes, command_line(request)), encoding="utf-8")
