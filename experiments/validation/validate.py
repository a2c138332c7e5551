"""From a question to an answer: make what is missing in the store, read what was found, and judge it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from experiments.errors import RunError
from experiments.executors import Workers
from experiments.missing import carry_out, failure_of, forget_failures
from experiments.store import Store
from experiments.validation.judge import WHOLE, judge
from experiments.validation.question import ValidationQuestion

RUN_COLUMNS = ("id", "part", "seed", "value", "k", "n")


@dataclass(frozen=True)
class Validation:
    """What a validation found: `table` has a row a target, `runs` a row a target, part and seed. `made` pieces were made this time."""

    question: ValidationQuestion
    table: pd.DataFrame
    runs: pd.DataFrame
    made: int = 0


def validate(question: ValidationQuestion, store: Store, workers: Workers, quiet: bool = False) -> Validation:
    """Answer `question`. Raises `RunError` when a run fails; what is finished stays in `store`."""
    pieces = list(question.pieces())
    forget_failures(pieces, store)
    made = carry_out(pieces, store, workers, quiet=quiet)
    failed = [(piece, why) for piece in pieces if (why := failure_of(piece, store)) is not None]
    if failed:
        piece, why = failed[0]
        raise RunError(f"{len(failed)} of {len(pieces)} pieces of work failed; the first, with seed {piece.seed}: {why}")
    wanted, tables = {target.id for target in question.targets}, []
    for piece in pieces:
        found = piece.table(store, "patterns")
        found = found[found.id.isin(wanted)]
        tables.append(found.assign(part=found.get("part", WHOLE), seed=piece.seed)[list(RUN_COLUMNS)])
    runs = pd.concat(tables, ignore_index=True)
    order = {target.id: place for place, target in enumerate(question.targets)}
    runs = runs.sort_values("id", key=lambda ids: ids.map(order), kind="stable", ignore_index=True)
    return Validation(question, judge(question.targets, runs, question.is_default), runs, made)
