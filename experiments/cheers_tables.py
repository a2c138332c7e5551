"""The generated tables of docs/cheers.md, made from the declarations and the code: `python -m experiments.cheers_tables`.

A test holds the page to this module.
"""

from __future__ import annotations

from pathlib import Path

from experiments.describe import shown, span
from experiments.odd_tables import renew, with_blocks
from experiments.pages import table
from experiments.whatif.compare import Question
from experiments.whatif.draws import EVERYTHING, KINDS, PRICES, RATES, drawn, left_out
from experiments.whatif.money_tables import VALUES
from sim import Parameters
from sim.economics import PRICE_YEAR, WELLBY_PRICE_YEAR
from sim.parameters import WEEKS_PER_YEAR, declarations

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cheers.md"
RESOURCES = (  # what is counted in a run, and the parameters that price it
    ("link workers: filled posts, in proportion to hours", ("worker_cost",)),
    ("all posts, filled or vacant: management, premises, systems", ("overhead",)),
    ("community places of open services, occupied or not", ("place_month",)),
    ("general-practice visits", ("gp_cost",)),
    ("emergency-department attendances, so many an emergency admission", ("ae_per_admission", "ae_cost")),
    ("emergency admissions", ("admission_cost",)),
)
ECONOMICS = {key.rsplit(".", 1)[1]: (key, declared, default) for key, declared, default in declarations() if key.startswith("model.economics.")}


def horizon() -> str:
    """Return the time horizon in words."""
    weeks = Question.weeks
    return f"{weeks} weeks ({weeks / WEEKS_PER_YEAR:g} years) from the opening of the service; `weeks=` sets another."


def rates() -> str:
    """Return the discount rates in words."""
    money, wellbeing = (ECONOMICS[key.rsplit(".", 1)[1]] for key in RATES)
    return (
        f"Costs {money[2]:.1%} a year (`discount_rate`; to be tried: {span(money[1].plausible)}), "
        f"wellbeing {wellbeing[2]:.1%} a year (`wellbeing_discount_rate`; to be tried: {span(wellbeing[1].plausible)})."
    )


def price_year() -> str:
    """Return currency and price years in words."""
    value, deflator = ECONOMICS["wellby_value"], ECONOMICS["deflator"]
    return (
        f"Pounds sterling of {PRICE_YEAR}, all amounts alike. The value of a WELLBY is published in {WELLBY_PRICE_YEAR} prices, £{value[2]:,.0f} "
        f"({value[1].plausible[0]:,} to {value[1].plausible[1]:,}), and brought forward by {deflator[2]:g}: "
        f"£{value[2] * deflator[2]:,.0f} in {PRICE_YEAR} prices. "
        f"The values of a WELLBY along an acceptability curve, £{VALUES[0]} to £{VALUES[-1]:,}, are in {WELLBY_PRICE_YEAR} prices too."
    )


def prices() -> str:
    """Return what is counted in a run with its unit cost."""
    rows = []
    for what, names in RESOURCES:
        costs = [ECONOMICS[name] for name in names]
        rows.append((what, "; ".join(f"{shown(default)} {declared.unit}" for _, declared, default in costs), "; ".join(d.source for _, d, _ in costs)))
    return table(("counted", f"unit cost, pounds of {PRICE_YEAR}", "source"), rows)


def study_parameters() -> str:
    """Return every parameter of money: value, distribution, source, and which kind of doubt draws it."""
    kinds = {kind: drawn(Parameters(), kind) for kind in KINDS}
    rows = []
    for name, (key, declared, default) in ECONOMICS.items():
        by = " and ".join(kind for kind in KINDS if key in kinds[kind]) or "not drawn"
        spread = f"{declared.distribution}, {span(declared.plausible)}"
        rows.append((f"`{name}`", shown(default), declared.unit, spread, by, declared.grade, declared.source))
    return table(("parameter", "value", "unit", "distribution", "drawn by", "grade", "source"), rows)


def not_drawn() -> str:
    """Return the parameters that have a plausible range and are not drawn, with the reason."""
    reasons: dict[str, list[str]] = {}
    for kind in (EVERYTHING, PRICES):
        for key, why in left_out(Parameters(), kind).items():
            names = reasons.setdefault(why, [])
            names += [] if key in names else [key]
    return table(("parameters", "why not"), [(", ".join(f"`{key.removeprefix('model.')}`" for key in keys), why) for why, keys in reasons.items()])


MAKERS = {
    "time horizon": horizon, "discount rates": rates, "price year": price_year, "prices": prices, "study parameters": study_parameters, "not drawn": not_drawn,
}  # fmt: skip


def filled(page: str) -> str:
    """Return `page` with every generated block made anew."""
    return with_blocks(page, build)


def build(name: str) -> str:
    """Return block `name`. Raises `KeyError` when there is none of that name."""
    return MAKERS[name]()


def main() -> None:
    """Fill the page."""
    renew(PAGE, build)


if __name__ == "__main__":
    main()
