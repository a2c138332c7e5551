"""The tables of money: quadrants of the plane, acceptability by the value of a WELLBY, and the summary. Pure functions of tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.whatif.differences import RANGE, halfwidth
from sim import economics
from sim.parameters.economics import Economics

VALUES = tuple(range(0, 30_001, 500))  # pounds a WELLBY, 2019 prices
QUADRANTS = ("costs more, adds wellbeing", "costs more, adds none", "costs no more, adds wellbeing", "costs no more, adds none")
POUNDS = f"pounds ({economics.PRICE_YEAR})"
PERSON = "per person referred, discounted"
TOTAL = "in all, discounted"
VALUE_UNIT = f"pounds ({economics.WELLBY_PRICE_YEAR} prices) per WELLBY"
AMOUNTS = ("cost_service", "cost_places", "cost_care", "cost", "wellbys")
COLUMNS = ["scenario", "measure", "estimate", "ci_low", "ci_high", "unit"]


def plane(draws: pd.DataFrame) -> pd.DataFrame:
    """Return the share of draws of each scenario in each quadrant of cost and WELLBYs."""
    rows = []
    for name, frame in draws.groupby("scenario", sort=False):
        dearer, better = frame.cost > 0, frame.wellbys > 0
        shares = ((dearer & better).mean(), (dearer & ~better).mean(), (~dearer & better).mean(), (~dearer & ~better).mean())
        rows += [(name, quadrant, share) for quadrant, share in zip(QUADRANTS, shares, strict=True)]
    return pd.DataFrame(rows, columns=["scenario", "quadrant", "share"])


def acceptability(draws: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Return, by option and value of a WELLBY, in which share of draws it is best, in which it beats the baseline, and its mean net benefit.

    `share`: highest net benefit of all options, the baseline among them; options that are equal share a draw.
    `share_above_baseline` is missing for the baseline, whose net benefit is 0, and shares are where nobody was referred. Decide by the
    mean, not by a share.
    """
    by_option = {name: frame.sort_values("draw") for name, frame in draws.groupby("scenario", sort=False)}
    cost, wellbys, deflator = (np.stack([frame[column] for frame in by_option.values()]) for column in ("cost", "wellbys", "deflator"))
    rows = []
    for value in VALUES:
        net = np.vstack([np.zeros(cost.shape[1]), wellbys * deflator * value - cost])
        best, above = net == net.max(axis=0), np.where(np.isnan(net), np.nan, net > 0).mean(axis=1)
        share = np.divide(best, best.sum(axis=0), out=np.full(net.shape, np.nan), where=best.any(axis=0)).mean(axis=1)
        above[0] = np.nan
        rows += list(zip([baseline, *by_option], [value] * len(net), share, above, net.mean(axis=1), strict=True))
    table = pd.DataFrame(rows, columns=["scenario", "value", "share", "share_above_baseline", "mean_net_benefit"])
    order = {name: position for position, name in enumerate([baseline, *by_option])}
    return table.sort_values("scenario", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def summary(scenario: str, by_seed: pd.DataFrame, draws: pd.DataFrame, prices: Economics, qalys: bool) -> pd.DataFrame:
    """Return the figures of one scenario: over seeds with 95% intervals, then ratios and break-even values, then over draws."""
    amounts = with_worth(by_seed, prices, qalys)
    mean, half = amounts.mean(), halfwidth(amounts.to_numpy())
    rows = [(scenario, name, mean[name], mean[name] - h, mean[name] + h, unit_of(name)) for name, h in zip(amounts, half, strict=True)]
    sure = {name: abs(mean[name]) > h for name, h in zip(amounts, half, strict=True)}
    if sure["cost"] and sure["wellbys"]:  # a ratio of two amounts of either sign says nothing
        rows += [(scenario, name, value, np.nan, np.nan, unit) for name, value, unit in ratios(mean, prices)]
    for name in ("cost", "wellbys", "net_benefit"):
        low, high = np.quantile(draws[name], RANGE)
        rows.append((scenario, f"{name}_draws", draws[name].mean(), low, high, unit_of(name)))
    return pd.DataFrame(rows, columns=COLUMNS)


def with_worth(by_seed: pd.DataFrame, prices: Economics, qalys: bool) -> pd.DataFrame:
    """Return the amounts of each seed with net benefit at the declared value of a WELLBY, and with QALYs when asked for."""
    out = pd.DataFrame(index=by_seed.index)
    for end in ("", "_total"):
        out[[f"{name}{end}" for name in AMOUNTS]] = by_seed[[f"{name}{end}" for name in AMOUNTS]]
        if qalys:
            out[f"qalys{end}"] = economics.qalys(by_seed[f"wellbys{end}"], prices)
        out[f"net_benefit{end}"] = economics.wellby_worth(by_seed[f"wellbys{end}"], prices) - by_seed[f"cost{end}"]
    return out


def unit_of(name: str) -> str:
    """Return the unit of an amount."""
    kind = name.removesuffix("_total")
    what = {"wellbys": "WELLBYs", "qalys": "QALYs (assumed exchange)"}.get(kind, POUNDS)
    return f"{what} {PERSON if kind == name else TOTAL}"


def ratios(mean: pd.Series, prices: Economics) -> list[tuple[str, float, str]]:
    """Return `(measure, value, unit)` of break-even values, and of cost per WELLBY where such a ratio means something.

    A scenario that costs no more and adds wellbeing, or costs more and adds none, has no ratio, and no value of a WELLBY
    of 0 or more changes the sign of its net benefit. One that costs less and loses wellbeing has a saving for each WELLBY lost.
    """
    cost, wellbys = mean["cost"], mean["wellbys"]
    needed = economics.break_even(cost, economics.wellby_worth(wellbys, prices))
    out = [
        ("break_even_wellby_value", economics.break_even(cost, wellbys * prices.deflator), VALUE_UNIT),
        ("break_even_satisfaction_per_star", needed * prices.satisfaction_per_star, "life-satisfaction points per Star point"),
    ]
    if cost > 0 and wellbys > 0:
        out.append(("cost_per_wellby", cost / wellbys, f"{POUNDS} per WELLBY"))
    if cost < 0 and wellbys < 0:
        out.append(("saving_per_wellby_lost", cost / wellbys, f"{POUNDS} per WELLBY"))
    return out
