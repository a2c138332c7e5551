"""Which part did it: the difference that a scenario of several changes makes, shared out among them.

A part's share is what adding it changes, averaged over every order in which the parts can be added (Shapley 1953,
Contributions to the Theory of Games 2: 307-317; for taking an outcome apart: Shorrocks 2013, Journal of Economic
Inequality 11: 99-126). Shares are worked out seed by seed and add up to the whole difference of that seed. Beyond
`EXACT` parts each seed samples orders of its own, each with its reverse, so that the interval over seeds
holds what sampling adds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pandas as pd

from experiments.whatif.announce import how_long, runs_missing
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.compare import Comparison
from experiments.whatif.differences import halfwidth, means
from experiments.whatif.measures import HEADLINES
from sim import ParameterError, Parameters

EXACT = 5  # most parts of which every order is averaged
PAIRS = 3  # beyond that: orders sampled for each seed, each taken forwards and backwards
COLUMNS = ("scenario", "part", "measure", "share", "ci_low", "ci_high", "replications")

Part = tuple[str, dict[str, Any]]
Order = tuple[int, ...]
Chosen = frozenset[int]


def parts_of(
    comparison: Comparison, arm: Arm, bench: Bench, measures: Iterable[str] = HEADLINES, seeds: Iterable[int] | None = None, quiet: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Run what is missing and return each part's share of the difference of `arm` from the baseline, with `COLUMNS`.

    `share` is in the measure's unit, the mean over seeds; its 95% interval is Student's t over seeds. By default the
    seeds are those of the comparison. The table is empty for a scenario of fewer than two parts.
    """
    split, measures = Split.of(comparison, arm, bench, seeds), list(measures)
    if len(arm.parts) < 2:
        return pd.DataFrame(columns=list(COLUMNS))
    bench.run(split.cells(), quiet)
    by_seed = np.array([split.shares(seed, measures) for seed in split.seeds])  # seed, part, measure
    rows = []
    for position, (label, _) in enumerate(split.parts):
        of_part = by_seed[:, position]
        mean, half = means(of_part), halfwidth(of_part)
        count = (~np.isnan(of_part)).sum(axis=0)
        rows += [(arm.name, label, *row) for row in zip(measures, mean, mean - half, mean + half, count, strict=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def runs_for(comparison: Comparison, arm: Arm, bench: Bench, seeds: Iterable[int] | None = None) -> int:
    """Return how many runs of the model `parts_of` would make now."""
    return runs_missing(bench, Split.of(comparison, arm, bench, seeds).cells()) if len(arm.parts) > 1 else 0


def announcement(comparison: Comparison, arm: Arm, bench: Bench, seeds: Iterable[int] | None = None, seconds: float | None = None) -> str:
    """Return the sentence to say before `parts_of`: runs, orders, and the time when the `seconds` of a run are known."""
    runs, count = runs_for(comparison, arm, bench, seeds), len(Split.of(comparison, arm, bench, seeds).parts)
    orders = "every order" if count <= EXACT else f"{2 * PAIRS} sampled orders a seed"
    return f"{arm.title}: which of its {count} parts did it ({orders}): {runs:,} runs{how_long(runs, seconds, bench.processes)}."


def note(comparison: Comparison, arm: Arm) -> str:
    """Return a sentence for parts that had to be taken as one, and one for sampled orders; empty when neither is so."""
    taken = whole_parts(comparison.question.baseline.parameters, arm.parts)
    said = [f"{label} count as one part: they cannot be set apart." for label, _ in taken if label not in dict(arm.parts)]
    if len(taken) > EXACT:
        said.append(f"With {len(taken)} parts, shares are averaged over {2 * PAIRS} sampled orders for each seed, not over every order.")
    return " ".join(said)


@dataclass(frozen=True)
class Split:
    """A scenario taken apart: its `parts`, and for each seed the orders in which they are added to the baseline."""

    baseline: Arm
    whole: Arm
    parts: tuple[Part, ...]
    bench: Bench
    seeds: list[int]

    @classmethod
    def of(cls, comparison: Comparison, arm: Arm, bench: Bench, seeds: Iterable[int] | None) -> Split:
        """Return `arm` taken apart; parts that cannot stand apart are one."""
        question = comparison.question
        chosen = question.seeds(comparison.replications[arm.name]) if seeds is None else list(seeds)
        parts = whole_parts(question.baseline.parameters, arm.parts)
        if parts and applied(question.baseline.parameters, parts) != arm.parameters:
            raise ValueError(f"the parts of {arm.name}, all applied to the baseline, must give its parameters")
        return cls(question.baseline, arm, parts, bench, chosen)

    def orders(self, seed: int) -> list[Order]:
        """The orders averaged for `seed`. How the parts are listed does not matter: they are sampled by label."""
        count = len(self.parts)
        if count <= EXACT:
            return list(permutations(range(count)))
        by_label = np.array(sorted(range(count), key=lambda position: self.parts[position][0]))
        luck = np.random.default_rng([count, seed])
        forwards = [tuple(by_label[luck.permutation(count)].tolist()) for _ in range(PAIRS)]
        return [order for one in forwards for order in (one, one[::-1])]

    def cells(self) -> list[Any]:
        """The runs that are needed: for each seed every set of parts that its orders pass through."""
        arms: dict[Chosen, Arm] = {}
        wanted = []
        for seed in self.seeds:
            for chosen in passed_through(self.orders(seed)):
                arms.setdefault(chosen, self.arm(chosen))
                wanted.append(self.bench.cell(arms[chosen], seed))
        return wanted

    def arm(self, chosen: Chosen) -> Arm:
        """The baseline with the `chosen` parts."""
        if not chosen or len(chosen) == len(self.parts):
            return self.whole if chosen else self.baseline
        taken = [self.parts[position] for position in sorted(chosen)]
        name = f"{self.whole.name}: {' + '.join(label for label, _ in taken)}"
        changed = {key for _, changes in taken for key in changes}  # what a part takes back to the service as it is, a posterior may set
        keep = (self.baseline.keep - changed) | (self.whole.keep & changed)
        return Arm(name, "", applied(self.baseline.parameters, taken), keep=frozenset(keep)).beside(self.baseline)

    def shares(self, seed: int, measures: list[str]) -> np.ndarray:
        """The shares (part, measure) of one seed, from finished runs."""

        def value(chosen: Chosen) -> np.ndarray:
            table = self.bench.measures(self.arm(chosen), [seed])
            return table[table.group == "all"].set_index("measure")["value"].reindex(measures).to_numpy(float)

        return shares(self.orders(seed), value)


def shares(orders: list[Order], value: Callable[[Chosen], np.ndarray]) -> np.ndarray:
    """Return the mean change of `value` on adding each part, over `orders`: (part, measure), adding up to the whole change.

    What rounding leaves is given to the largest share, so that a part that changes nothing has exactly 0.
    """
    known = {chosen: value(chosen) for chosen in passed_through(orders)}
    nothing, everything = known[frozenset()], known[frozenset(orders[0])]
    total = np.zeros((len(orders[0]), len(nothing)))
    for order in orders:
        for step, part in enumerate(order):
            total[part] += known[frozenset(order[: step + 1])] - known[frozenset(order[:step])]
    mean = total / len(orders)
    largest, columns = np.argmax(np.abs(mean), axis=0), np.arange(mean.shape[1])
    mean[largest, columns] += (everything - nothing) - mean.sum(axis=0)
    return mean


def passed_through(orders: list[Order]) -> list[Chosen]:
    """Return every set of parts that stands at some step of `orders`, the empty and the full one among them."""
    return list(dict.fromkeys(frozenset(order[:step]) for order in orders for step in range(len(order) + 1)))


def whole_parts(baseline: Parameters, parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return `parts` with those made one that cannot stand apart.

    That is so for two that set a parameter differently, where the order would decide; and for one that is refused alone
    because it needs a value of another: it and the fewest others that mend it become one.
    """
    taken = list(parts)
    while together := differing(taken) or dependent(baseline, taken):
        changes = {key: value for position in together for key, value in taken[position][1].items()}
        one = (" + ".join(taken[position][0] for position in together), changes)
        taken = [one if p == together[0] else part for p, part in enumerate(taken) if p == together[0] or p not in together]
    return tuple(taken)


def differing(parts: list[Part]) -> Order | None:
    """Return the first two parts that set a parameter differently."""
    for (first, (_, one)), (second, (_, other)) in combinations(enumerate(parts), 2):
        if any(one[key] != other[key] for key in one.keys() & other.keys()):
            return first, second
    return None


def dependent(baseline: Parameters, parts: list[Part]) -> Order | None:
    """Return the first parts that stand only together. Values contradict one another only within a group of parameters."""
    of_group: dict[str, dict[int, dict[str, Any]]] = {}
    for position, (_, changes) in enumerate(parts):
        for key, value in changes.items():
            of_group.setdefault(key.rsplit(".", 1)[0], {}).setdefault(position, {})[key] = value
    for changes in of_group.values():
        for chosen in subsets(list(changes)):
            if not stands(baseline, changes, chosen):
                return next(wider for wider in subsets(list(changes)) if set(chosen) < set(wider) and stands(baseline, changes, wider))
    return None


def subsets(positions: list[int]) -> Iterable[Order]:
    """Yield every set of `positions`, small ones first."""
    return (chosen for size in range(len(positions) + 1) for chosen in combinations(positions, size))


def stands(baseline: Parameters, changes: dict[int, dict[str, Any]], chosen: Order) -> bool:
    """Whether the `changes` of the `chosen` parts can be applied without the others'."""
    try:
        applied(baseline, [("", changes[position]) for position in chosen])
    except ParameterError:
        return False
    return True


def applied(baseline: Parameters, parts: Iterable[Part]) -> Parameters:
    """Return the baseline's parameters with `parts`."""
    return baseline.replace({key: value for _, changes in parts for key, value in changes.items()})
