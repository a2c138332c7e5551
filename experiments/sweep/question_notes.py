"""What must be known of a sweep before it starts: points too few for indices, and scenarios that set what is varied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.sweep import designs
from experiments.sweep.indices import least_points

if TYPE_CHECKING:
    from experiments.sweep.question import SweepQuestion


def too_few(question: SweepQuestion) -> str:
    """Why the points are too few for indices, and how many are needed; empty where they are enough."""
    columns = sum(designs.few_values(f) - 1 if designs.has_no_order(f) else 1 for f in question.factors)
    needed = least_points(question.method, columns) if question.method in designs.GIVEN_DATA else 0
    if question.size >= needed:
        return ""
    enough = question.size
    while enough < needed:
        enough *= 2
    count = f"{len(question.factors):,} parameters" if len(question.factors) > 1 else "one parameter"
    return f"points={question.size} is too few for indices of {count} by method={question.method}, which take {needed:,}: points={enough} would do."


def serves(question: SweepQuestion) -> list[str]:
    """Return a note on what points are for that are too few for indices."""
    others = [f"{key}=" for key, given in (("scenarios", question.scenarios), ("target", question.target)) if given]
    few = too_few(question)
    return [f"{few} These serve {' and '.join(others)} alone."] if few else []


def overridden(question: SweepQuestion) -> list[str]:
    """Return a note for each scenario that sets a parameter which the sweep varies: there its own value holds."""
    notes, varied = [], {f.key for f in question.factors}
    for scenario in question.scenarios:
        own = sorted(varied & set(scenario.on(question.service)))
        if own:
            names = ", ".join(key.removeprefix("model.") for key in own)
            notes.append(f"{scenario.name} itself sets {names}: in its runs its own change is made on top of, or in place of, the value drawn.")
    return notes
