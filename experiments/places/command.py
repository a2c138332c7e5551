"""`spsim run` of a system of many places: run what is missing, put the places together, and say how much they differ and why.

Finished places are kept in the store, so that the same command goes on where it stopped and a comparison finds them there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from experiments.manifest import answer_code, what_decides
from experiments.outputs import Outputs
from experiments.places.answering import answering
from experiments.places.chart import draw
from experiments.places.files import dictionary, places_table, rows_of, run_table, runs_of, summary_of, table_of, write_people
from experiments.places.league import league
from experiments.places.merge import Merged
from experiments.places.piece import SPREAD, TALLIES, WEEKLY
from experiments.places.question import Asked, question_of, told
from experiments.places.system import notes_on
from experiments.places.words import TEXT, rehearsal, text
from experiments.places.work import ahead
from experiments.posterior import told_of
from experiments.posterior_notes import notes_on as notes_on_posterior
from experiments.settings import Request
from experiments.store import Store
from experiments.sweep.command import store_of, workers_of
from experiments.tables import write_parquet
from experiments.terminal import print_fitting


def main(request: Request) -> None:
    """Run what `request` asks, unless its results are there already, and print the summary."""
    asked, store = question_of(request), store_of(request)
    notes = [*notes_on(asked.system), *notes_on_posterior(asked.posterior, request, len(asked.seeds))]
    if request.settings["dry_run"]:
        workers = workers_of(request)
        print(rehearsal(ahead(asked.pieces | asked.again, store, workers), workers, notes))
        return
    outputs = Outputs.of(request.settings["out"], request.name, deciding(request, asked))
    if not outputs.found(TEXT):
        with answering(request, asked, asked.pieces | asked.again, outputs, store, notes) as folder:
            write(folder, request, asked, store, notes)
    print_fitting((outputs.folder / TEXT).read_text(encoding="utf-8").rstrip())
    print(f"\nResults: {outputs.folder} (summary.csv, league.csv, league.png, places.csv; data_dictionary.csv explains them)")


def deciding(request: Request, asked: Asked) -> dict[str, Any]:
    """Return everything that decides the results: their hash is taken over this."""
    own = {"posterior": told_of(asked.posterior), "places": {"count": len(asked.system.places), "hash": told(asked)}}
    return what_decides(request) | own | {"people": bool(asked.people), "answer_code": answer_code()}


def put_together(asked: Asked, store: Store) -> tuple[dict[int, Merged], pd.DataFrame]:
    """Return the whole system of each seed, put together place by place, and the measures of each place (see `files.runs_of`)."""
    wholes, rows = {seed: Merged() for seed in asked.seeds}, []
    for (place, seed), piece in asked.pieces.items():
        tables = {name: table_of(piece, store, name) for name in (TALLIES, WEEKLY, SPREAD)}
        wholes[seed].add(tables)
        rows += rows_of(place, seed, tables[TALLIES])
    return wholes, run_table(rows)


def write(folder: Path, request: Request, asked: Asked, store: Store, notes: list[str]) -> None:
    """Write all tables, the picture and the words into `folder`."""
    wholes, by_place = put_together(asked, store)
    summary, runs = summary_of(wholes, request.scenario)
    summary.to_csv(folder / "summary.csv", index=False)
    write_parquet("summary", runs, folder / "runs.parquet")
    weekly = [whole.weekly.assign(seed=seed, scenario=request.scenario) for seed, whole in wholes.items()]
    weekly = [frame[["seed", "scenario", *(name for name in frame if name not in ("seed", "scenario"))]] for frame in weekly]
    write_parquet("weekly", pd.concat(weekly, ignore_index=True), folder / "weekly.parquet")
    wholes[asked.seeds[0]].quantiles.to_csv(folder / "quantiles.csv", index=False)
    places_table(asked.system, by_place).to_csv(folder / "places.csv", index=False)
    first = by_place[by_place.seed == asked.seeds[0]]
    table = league(pd.concat([first, runs_of(asked.again, store)], ignore_index=True) if asked.again else by_place)
    table.to_csv(folder / "league.csv", index=False)
    words = draw(table, first, request.titles["service"], folder / "league.png")
    (folder / "league.txt").write_text(words + "\n", encoding="utf-8")
    if asked.people:
        write_people(asked.pieces, store, folder / "people")
    dictionary(asked.system, bool(asked.people)).to_csv(folder / "data_dictionary.csv", index=False)
    (folder / TEXT).write_text(text(request, asked, summary, table, notes) + "\n", encoding="utf-8")
