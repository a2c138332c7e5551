"""What scenarios cost against the baseline and what the wellbeing they add is worth, with doubt about prices or about everything.

Costs, Star points and WELLBYs come from the weekly tables, discounted to the first week. Amounts are in pounds of
2022/23; the value of a WELLBY is asked for in 2019 prices and brought forward. Two kinds of spread are kept apart:
an interval over seeds is luck, a range over draws is doubt about parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from experiments.errors import UsageError
from experiments.whatif.announce import how_long, runs_missing, say, seconds_a_run
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.compare import Comparison, Question
from experiments.whatif.draws import EVERYTHING, KINDS, PRICES, Drawer, left_out, plausible
from experiments.whatif.money_tables import acceptability, plane, summary
from sim import Parameters, economics
from sim.parameters import WEEKS_PER_YEAR, nearest

DRAWS = {PRICES: 1000, EVERYTHING: 100}  # unless another number is asked for
QUANTITIES = ("posts", "posts_filled", "places", "gp_visits", "admissions", "star_total")
Weeks = dict[str, np.ndarray]  # each quantity, week by week


@dataclass(frozen=True)
class Money:
    """What scenarios cost and are worth, against `baseline`. Amounts a person are per person referred, discounted.

    `draws`: `scenario, draw, cost, wellbys, net_benefit, wellby_value, deflator`, a row a scenario and draw of
    parameters. `plane`: `scenario, quadrant, share` of draws. `acceptability`: `scenario, value, share,
    share_above_baseline, mean_net_benefit` by pounds a WELLBY (2019 prices), the baseline among the options.
    `summary`: `scenario, measure, estimate, ci_low, ci_high, unit`; 95% intervals over seeds, but those of measures that
    end in `_draws` hold 90% of the draws. `drawn` names the parameters that were drawn, `left_out` why others were not.
    `wellby_value` is the declared value, `wellby_range` its plausible range, both in 2019 prices.
    """

    baseline: str
    uncertain: str
    count: int
    wellby_value: float
    wellby_range: tuple[float, float]
    draws: pd.DataFrame
    plane: pd.DataFrame
    acceptability: pd.DataFrame
    summary: pd.DataFrame
    drawn: tuple[str, ...]
    left_out: dict[str, str]
    simulated: int
    price_year: str = economics.PRICE_YEAR

    def figure(self, scenario: str, measure: str) -> pd.Series:
        """Return the row of `summary` for one scenario and measure."""
        return self.summary.query("scenario == @scenario and measure == @measure").iloc[0]

    def left_open_by_luck(self, scenario: str) -> list[str]:
        """Return which of cost, WELLBYs and net benefit may have either sign by the interval over seeds, whatever the draws say."""
        rows = [(name, self.figure(scenario, name)) for name in ("cost", "wellbys", "net_benefit")]
        return [name for name, row in rows if not (row.ci_low > 0 or row.ci_high < 0 or row.ci_low == row.ci_high)]


def money(
    comparison: Comparison, bench: Bench, draws: int | None = None, uncertain: str = PRICES, seed: int = 1, qalys: bool = False, quiet: bool = False
) -> Money:
    """Return the money of a finished comparison.

    `uncertain="prices"` draws the parameters of money that finished runs can be counted anew with; nothing is run.
    `uncertain="everything"` draws every parameter in doubt and makes a run for each draw and arm, and its usual care.
    Such draws are not fitted to evidence as the base case is, so that their mean may differ from it. With a posterior, draw `n` takes
    the parameters that this holds from the row of the comparison's seed `n`, and only the others are drawn.
    `draws` is their number (None: 1,000 of prices, 100 of everything), `seed` that of the draws.
    """
    check(draws, uncertain)
    draws = draws or DRAWS[uncertain]
    question = comparison.question
    drawer = drawer_of(comparison, bench, uncertain, seed)
    simulated = 0
    runs = {key: weeks_of(frame) for key, frame in comparison.weekly.groupby(["scenario", "seed"], sort=False)}
    if uncertain == EVERYTHING:
        simulated = make_runs(comparison, bench, drawer, draws, quiet)
        drawn = pd.DataFrame(rows_of_new_runs(comparison, bench, drawer, draws))
    else:
        drawn = pd.DataFrame(rows_of_finished_runs(comparison, runs, drawer, draws))
    prices = question.baseline.parameters.economics
    by_seed = {arm.name: increments(comparison, bench, runs, arm.name) for arm in question.scenarios}
    return Money(
        baseline=question.baseline.name,
        uncertain=uncertain,
        count=draws,
        wellby_value=prices.wellby_value,
        wellby_range=plausible()["model.economics.wellby_value"][0].plausible,
        draws=drawn,
        plane=plane(drawn),
        acceptability=acceptability(drawn, question.baseline.name),
        summary=pd.concat([summary(name, frame, drawn[drawn.scenario == name], prices, qalys) for name, frame in by_seed.items()], ignore_index=True),
        drawn=drawer.keys,
        left_out=left_out(question.baseline.parameters, uncertain, fitted(question)),
        simulated=simulated,
    )


def fitted(question: Question) -> frozenset[str]:
    """Return the full keys that the posterior of a comparison sets on any side."""
    held = () if question.posterior is None else question.posterior.keys
    return frozenset(key for key in held if any(key not in arm.keep for arm in question.arms))


def drawer_of(comparison: Comparison, bench: Bench, uncertain: str, seed: int) -> Drawer:
    """Return what draws the parameters of all sides of a comparison."""
    question = comparison.question

    def rows(draw: int) -> dict[str, Parameters]:
        return {arm.name: bench.drawn(arm, question.seed + draw).parameters for arm in question.arms}

    arms = {arm.name: arm.parameters for arm in question.arms}
    return Drawer(question.baseline.parameters, arms, uncertain, seed, fitted(question), rows)


def check(draws: int | None, uncertain: str) -> None:
    """Raise `UsageError` for settings that cannot be meant."""
    if uncertain not in KINDS:
        raise UsageError(f"uncertain={uncertain} is not allowed: it must be {' or '.join(KINDS)}.{nearest(str(uncertain), list(KINDS))}")
    if draws is None:
        return
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 1:
        raise UsageError(f"draws={draws} is not allowed: it must be a whole number of 1 or more.")


def weeks_of(weekly: pd.DataFrame) -> Weeks:
    """Return the quantities of one run that cost money or are worth it, and its referrals in all."""
    return {name: weekly[name].to_numpy(float) for name in QUANTITIES} | {"referrals": float(weekly.referrals.sum())}


def priced(weeks: Weeks, parameters: Parameters) -> dict[str, float]:
    """Return discounted pounds by part and in all, and discounted WELLBYs, of a run."""
    prices = parameters.economics
    by_week = {
        "cost_service": economics.staff_cost(weeks["posts"], weeks["posts_filled"], parameters.workforce.hours, prices),
        "cost_places": economics.place_cost(weeks["places"], prices),
        "cost_care": economics.care_cost(weeks["gp_visits"], weeks["admissions"], prices),
    }
    parts = {name: economics.discounted(amounts, prices.discount_rate) for name, amounts in by_week.items()}
    star_years = economics.discounted(weeks["star_total"] / WEEKS_PER_YEAR, prices.wellbeing_discount_rate)
    return parts | {"cost": sum(parts.values()), "wellbys": economics.wellbys(star_years, prices)}


def increments(comparison: Comparison, bench: Bench, runs: dict[tuple[str, int], Weeks], scenario: str) -> pd.DataFrame:
    """Return scenario less baseline, one row a seed: each amount per person referred, and in all with `_total` behind its name."""
    question, rows = comparison.question, []
    arms = {arm.name: arm for arm in question.arms}
    for seed in question.seeds(comparison.replications[scenario]):
        row: dict[str, float] = {"seed": seed}
        sides = (scenario, question.baseline.name)
        after, before = (per_person_and_total(runs[name, seed], bench.drawn(arms[name], seed).parameters) for name in sides)
        rows.append(row | {name: after[name] - before[name] for name in after})
    return pd.DataFrame(rows).set_index("seed")


def per_person_and_total(weeks: Weeks, parameters: Parameters) -> dict[str, float]:
    """Return the amounts of a run per person referred, and in all with `_total` behind the name; `nan` per person without referrals."""
    amounts, people = priced(weeks, parameters), weeks["referrals"]
    return {name: amount / people if people else np.nan for name, amount in amounts.items()} | {f"{name}_total": a for name, a in amounts.items()}


def rows_of_finished_runs(comparison: Comparison, runs: dict[tuple[str, int], Weeks], drawer: Drawer, draws: int) -> Iterator[dict[str, object]]:
    """Yield a row of `draws` for each draw and scenario: the mean run of the seeds of the scenario, counted anew with the prices of the draw."""
    question = comparison.question
    base = question.baseline.name
    means = {}
    for arm in question.scenarios:
        seeds = question.seeds(comparison.replications[arm.name])
        means[arm.name] = [mean_run([runs[side, seed] for seed in seeds]) for side in (base, arm.name)]
    for draw in range(draws):
        parameters = drawer(draw)
        for name, (before, after) in means.items():
            yield drawn_row(name, draw, priced(before, parameters[base]), priced(after, parameters[name]), parameters[base])


def mean_run(runs: list[Weeks]) -> Weeks:
    """Return the mean of several runs, per person referred. All that is counted in money is linear, so it can be counted on the mean."""
    return {name: np.mean([run[name] / run["referrals"] if run["referrals"] else run[name] * np.nan for run in runs], axis=0) for name in QUANTITIES}


def make_runs(comparison: Comparison, bench: Bench, drawer: Drawer, draws: int, quiet: bool) -> int:
    """Make the runs of all draws that are missing and return how many it took; says first how many and how long."""
    cells = [bench.cell(arm, seed) for arms, seed in new_runs(comparison, drawer, draws) for arm in arms]
    missing = runs_missing(bench, cells)
    if missing:
        time = how_long(missing, seconds_a_run(bench, cells), bench.processes)
        say(f"Doubt about everything: {draws} draws of {len(drawer.keys)} parameters, {missing} more runs of the model{time}.", quiet)
    bench.run(cells, quiet)
    return missing


def new_runs(comparison: Comparison, drawer: Drawer, draws: int) -> Iterator[tuple[list[Arm], int]]:
    """Yield the baseline and the scenarios with the parameters of each draw, and the seed of its luck: draw `n` has the comparison's seed `n`."""
    question = comparison.question
    for draw in range(draws):
        parameters = drawer(draw)
        drawn = [replace(arm, parameters=parameters[arm.name]) for arm in question.arms]
        yield [arm.beside(drawn[0]) for arm in drawn], question.seed + draw


def rows_of_new_runs(comparison: Comparison, bench: Bench, drawer: Drawer, draws: int) -> Iterator[dict[str, object]]:
    """Yield a row of `draws` for each draw and scenario, from the runs made for that draw."""
    for draw, ((base, *others), seed) in enumerate(new_runs(comparison, drawer, draws)):
        before = of_new_run(bench, base, seed)
        for arm in others:
            yield drawn_row(arm.name, draw, before, of_new_run(bench, arm, seed), base.parameters)


def of_new_run(bench: Bench, arm: Arm, seed: int) -> dict[str, float]:
    """Return the amounts of one finished run of `arm`, per person referred and in all."""
    return per_person_and_total(weeks_of(bench.weekly(arm, [seed])), arm.parameters)


def drawn_row(scenario: str, draw: int, before: dict[str, float], after: dict[str, float], base: Parameters) -> dict[str, object]:
    """Return a row of `draws`: scenario less baseline, with the value of a WELLBY (2019 prices) and the deflator of the draw."""
    cost, wellbys, prices = after["cost"] - before["cost"], after["wellbys"] - before["wellbys"], base.economics
    return {
        "scenario": scenario,
        "draw": draw,
        "cost": cost,
        "wellbys": wellbys,
        "net_benefit": economics.wellby_worth(wellbys, prices) - cost,
        "wellby_value": prices.wellby_value,
        "deflator": prices.deflator,
    }
