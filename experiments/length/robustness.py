"""Whether the order of lengths stands when one assumed number is moved to an end of its plausible range: a few runs of each.

Not a sensitivity analysis (`spsim sweep` is one): the numbers that most plausibly decide how long programmes need to be, one at a time.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from experiments.executors import Workers
from experiments.length.engine import Engine
from experiments.length.estimands import AFTER_EXIT
from experiments.length.measures import LATER, OWN, PRIMARY, WAITED
from experiments.length.question import BACKLOG, FIXED, LengthQuestion, declared
from experiments.store import Store

MOVED = ("programme.reentry", "programme.completion", "activity.self_start", "habit.fading_alone")
BESIDES = {"programme.reentry": (0.0,)}  # beyond the plausible range: nobody comes back
LENGTHS = ("26", "104", "open")
SEEDS = 4
AS_IT_IS = "as the service has it"
AFTER = tuple(f"{name}_{weeks}" for name in ("gain_planned_exit", "loss") for weeks in AFTER_EXIT)
TOLD = (PRIMARY, OWN, LATER, WAITED, *AFTER)


def sides(question: LengthQuestion) -> dict[tuple[str, str], LengthQuestion]:
    """Return what is asked, by parameter and value: the service as it is, then each parameter at the values that are tried."""
    plain = replace(question, lengths=LENGTHS, modes=(FIXED, BACKLOG), policies=(), replications=SEEDS)
    out = {(AS_IT_IS, ""): plain}
    for name in MOVED:
        for value in (*BESIDES.get(name, ()), *declared(*name.split(".")).plausible):
            service = question.service.replace({name: type(get(question, name))(value)})
            out[name, f"{value:g}"] = replace(plain, service=service)
    return out


def get(question: LengthQuestion, name: str) -> float:
    """Return the value that the service has."""
    group, _, key = name.partition(".")
    return getattr(getattr(question.service, group), key)


def robustness(question: LengthQuestion, store: Store, workers: Workers, quiet: bool = False) -> pd.DataFrame:
    """Return `parameter, value, mode, length, measure, mean, difference, ci_low, ci_high, needed`.

    Differences are against the reference length in the same mode, paired by seed.
    """
    rows = []
    for (name, value), asked in sides(question).items():
        found = Engine(asked, store, workers, quiet=quiet).answer()
        needed = found.needed[found.needed.group == "all"].set_index("mode").needed
        means = found.lengths[found.lengths.group == "all"].set_index(["mode", "length", "measure"]).value
        changes = found.differences[found.differences.group == "all"].set_index(["mode", "length", "measure"])
        for mode in asked.modes:
            for length in asked.lengths:
                for measure in TOLD:
                    key = (mode, length, measure)
                    change = tuple(changes.loc[key, ["difference", "ci_low", "ci_high"]]) if key in changes.index else (0.0, 0.0, 0.0)
                    rows.append((name, value, *key, means[key], *change, needed[mode]))
    columns = ["parameter", "value", "mode", "length", "measure", "mean", "difference", "ci_low", "ci_high", "needed"]
    return pd.DataFrame(rows, columns=columns)
