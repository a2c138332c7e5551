"""The middle of a report: who gains, what it costs and is worth, when it shows, the way through the service, and what did it."""

from __future__ import annotations

import math

from experiments.report import html
from experiments.report.figures import acceptability, equity, forest, funnel, plane, waterfall, weekly
from experiments.report.figures.figure import Figure, Table
from experiments.report.material import Material
from experiments.report.numbers import of, unit
from experiments.report.rule import Effect, Verdict, verdict
from experiments.report.sentences import by_group, capital, lasting, listed, money, named, probability, told_as
from experiments.report.words import AFTER
from experiments.whatif.bench import Arm
from experiments.whatif.compare import FEWEST_PEOPLE
from experiments.whatif.equity import CALLED
from experiments.whatif.measures import HEADLINES

CHANCE = 0.05  # of a 95% interval to miss


def who(m: Material) -> str:
    """Return who gains and who loses: for each scenario the widest change of a gap, its figure, and tables of all groups."""
    gaps = m.gaps
    if not len(gaps):
        return ""
    margins = m.comparison.question.all_margins
    pairs = gaps.groupby("measure", sort=False).enough_people.sum()
    measure = m.wellbeing if pairs.get(m.wellbeing, 0) else pairs.idxmax()

    def make(arm: Arm) -> tuple[list[str], list[Figure]]:
        own = gaps[(gaps.scenario == arm.name) & (gaps.measure == measure)]
        drawn = equity.figure(own, arm.title, m.against, m.years, margins.get(measure))
        if drawn is None:
            return [f"Too few people in the groups for a verdict: fewer than {FEWEST_PEOPLE} in at least one group of each pair."], []
        return [widest(m, arm, measure)], [drawn]

    looked = int(gaps.enough_people.sum())
    missed = f"about {looked * CHANCE:.0f} of their intervals" if looked * CHANCE >= 1 else "less than one of their intervals"
    luck = f"{looked} gaps were looked at in all; by luck alone {missed} would miss. " if looked else ""
    caution = f"{luck}Figures with fewer than {FEWEST_PEOPLE} people behind them are left out."
    told = m.each(make, lambda arm: html.folded("Tables: all groups, all gaps", tables_of(m, arm), "long"))
    return html.section("who", "Who gains, who loses", told + html.paragraph(caution, class_="note"))


def widest(m: Material, arm: Arm, measure: str) -> str:
    """Return the sentence on the pair of groups whose gap changes most, of those with enough people."""
    own = m.gaps[(m.gaps.scenario == arm.name) & (m.gaps.measure == measure) & m.gaps.enough_people]
    row = own.loc[own.change.abs().idxmax()]
    groups = [m.rows[arm.name, measure, row[side]] for side in ("first", "second")]
    differences = (groups[0]["difference"], groups[1]["difference"])
    margin = m.comparison.question.all_margins.get(measure)
    told = by_group(CALLED[row["first"]], CALLED[row["second"]], differences, (row.change, row.ci_low, row.ci_high), measure, margin)
    return f"The gap in {named(measure)} that changes most: {told[0].lower()}{told[1:]}"


def tables_of(m: Material, arm: Arm) -> str:
    """Return the tables of one scenario: every group and every gap of every headline measure of people."""
    margins = m.comparison.question.all_margins
    rows = []
    for row in m.by_group[m.by_group.scenario == arm.name].to_dict("records"):
        kind, declared = unit(row["measure"]), of(row["measure"])
        effect = Effect(
            arm.title, row["measure"], row["baseline_mean"], row["scenario_mean"], row["difference"], row["ci_low"], row["ci_high"], (),
            margins.get(row["measure"]),
        )  # fmt: skip
        told = told_as(effect) if row["enough_people"] and math.isfinite(effect.low) else "too few people or runs"
        spread = f"{kind.number(row['run_low'], effect.decimals)} to {kind.number(row['run_high'], effect.decimals)}"
        shown = (effect.signed, spread) if row["enough_people"] else ("–", "–")
        rows.append((capital(declared.words), row["group"], *shown, kind.axis, f"{row['people']:,.0f}", told))
    head = ("Measure", "Group", "Difference (95% interval)", "Nine in ten single runs", "Unit", "People", "Verdict")
    inner = html.table(Table(f"By group: differences of “{arm.title}” from {m.against}", head, tuple(rows)))
    gaps = m.gaps[m.gaps.scenario == arm.name]
    for measure in dict.fromkeys(gaps.measure):
        inner += html.table(equity.table(gaps[gaps.measure == measure], arm.title, m.against, margins.get(measure)))
    return inner


def costs(m: Material) -> str:
    """Return what it costs and is worth, when that was worked out and somebody was referred in every run."""
    if m.money is None or m.money.draws[["cost", "wellbys"]].isna().any(axis=None):
        return ""
    found = m.money
    economics = m.comparison.question.baseline.parameters.economics
    prices, margins = found.price_year, m.comparison.question.all_margins
    told = {arm.name: verdict_on(m, arm, "net_benefit", margins.get("net_benefit_per_person")) for arm in m.scenarios}
    value, worth = f"£{found.wellby_value:,.0f} a WELLBY (2019 prices)", found.wellby_value * economics.deflator

    def make(arm: Arm) -> tuple[list[str], list[Figure]]:
        cost, net = found.figure(arm.name, "cost"), found.figure(arm.name, "net_benefit")
        axes = axes_of(m, arm, worth)
        interval, margin = (net.estimate, net.ci_low, net.ci_high), margins.get("net_benefit_per_person")
        said = [money(cost.estimate, axes[0].verdict is Verdict.SMALL, economics.satisfaction_per_star, found.wellby_value, interval, margin, prices)]
        rows = found.acceptability[found.acceptability.scenario == arm.name]
        if told[arm.name] is Verdict.CLEAR:  # else a share of settings would read as sure what the runs leave open
            said += [probability(float(acceptability.at(rows, found.wellby_value).share_above_baseline), found.wellby_value)]
        said += [by_luck_open(names)] if (names := found.left_open_by_luck(arm.name)) else []
        said += settles(m, arm)
        own = found.draws[found.draws.scenario == arm.name]
        if (own[["cost", "wellbys"]] == 0).all(axis=None):
            return said, []
        return said, [plane.figure(own, arm.title, m.against, value, worth, prices, axes)]

    titles = {found.baseline: m.against, **{arm.name: arm.title for arm in m.scenarios}}
    curve = html.figure(acceptability.figure(found.acceptability, titles, found.baseline, found.wellby_value, "2019", told))
    what = (
        f"Per person referred, discounted, in pounds of {prices}: link workers, community places and health care. A freed hour is not cash. "
        "A WELLBY is one point of life satisfaction, on the scale of 0 to 10, for one person and one year. "
        f"The intervals in the sentences {over_runs(m)}; the clouds and the curve are {found.count:,} plausible settings of "
        f"{'all parameters in doubt' if found.uncertain == 'everything' else 'the prices and exchange rates'}."
    )
    return html.section("money", "What it costs, and what it is worth", html.paragraph(what) + m.each(make) + curve)


def over_runs(m: Material) -> str:
    """Return what the intervals over runs hold, as the end of a clause."""
    return "are of the average over luck and the fitted parameters, over runs" if m.comparison.question.in_doubt else "are luck over runs"


def axes_of(m: Material, arm: Arm, worth: float) -> tuple[plane.Axis, plane.Axis]:
    """Return the axes of cost and of WELLBYs, with `worth` in pounds: the margin of WELLBYs is worth that of net benefit."""
    margins = m.comparison.question.all_margins
    net, cost = margins.get("net_benefit_per_person", 0.0), margins.get("cost_per_person", 0.0)
    wellbys = net / worth if worth > 0 else 0.0
    return plane.Axis(verdict_on(m, arm, "cost", cost), cost), plane.Axis(verdict_on(m, arm, "wellbys", wellbys), wellbys)


def verdict_on(m: Material, arm: Arm, amount: str, margin: float | None) -> Verdict:
    """Return what the runs tell of an amount of money or of WELLBYs."""
    row = m.money.figure(arm.name, amount)
    return verdict(row.ci_low, row.ci_high, margin)


def by_luck_open(names: list[str]) -> str:
    """Return the sentence on amounts whose sign the runs leave open."""
    words = {"cost": "the cost", "wellbys": "wellbeing", "net_benefit": "net benefit"}
    return f"Luck over the runs leaves open whether {listed([words[name] for name in names])} would rise or fall, whatever the settings."


def settles(m: Material, arm: Arm) -> list[str]:
    """Return the sentence on the one exchange rate that decides whether it pays: its break-even value."""
    rows = m.money.summary[(m.money.summary.scenario == arm.name) & (m.money.summary.measure == "break_even_satisfaction_per_star")]
    if rows.empty or not math.isfinite(rows.estimate.iloc[0]):
        return []
    return [f"The assumption that settles it: net benefit changes sign where one Star point is worth {rows.estimate.iloc[0]:.2g} life-satisfaction points."]


def when(m: Material) -> str:
    """Return when it shows and whether it lasts: weekly lines, and wellbeing by time since referral."""
    baseline = m.comparison.question.baseline.name
    table = m.comparison.weekly
    filling = weekly.filled_up(table, baseline)

    def make(arm: Arm) -> tuple[list[str], list[Figure]]:
        seeds = m.comparison.question.seeds(m.comparison.replications[arm.name])
        figures = []
        for line in weekly.LINES:
            effect = m.effect(arm, line.measure)
            if effect is not None and m.comparison.weekly.week.nunique() > 1:
                figures.append(weekly.figure(weekly.weeks_of(line, table, baseline, arm.name, seeds), effect, filling, m.moment(arm)))
        return [said for said in [lasts(m, arm)] if said], figures

    return html.section("when", "When it shows, and whether it lasts", m.each(make))


def lasts(m: Material, arm: Arm) -> str:
    """Return how much of the difference at one year remains at the latest time, or an empty text."""
    for weeks in (156, 104):
        early, late = m.effect(arm, f"gain_at_52_of_those_seen_{weeks}"), m.effect(arm, f"gain_over_usual_care_{weeks}")
        if early and late:
            return lasting(early, late, AFTER[52], AFTER[weeks]) or ""
    return ""


def service(m: Material) -> str:
    """Return the way of people through the service."""
    return html.section("service", "The way through the service", m.each(lambda arm: ([], [figure] if (figure := funnel.figure(m, arm)) else [])))


def side_by_side(m: Material) -> str:
    """Return each headline measure over all scenarios, folded behind its finding; nothing for one scenario."""
    if len(m.scenarios) < 2:
        return ""
    effects = [[e for arm in m.scenarios if (e := m.effect(arm, measure))] for measure in HEADLINES]
    figures = [forest.of_measure(found) for found in effects if found]
    return html.section("side", "Scenarios side by side", "".join(html.folded(figure.title, html.figure(figure), "one") for figure in figures))


def parts(m: Material) -> str:
    """Return which part did it, for scenarios that change several things: the headline differences that are clear, the largest in margins first."""
    if m.parts is None or not len(m.parts):
        return ""

    def make(arm: Arm) -> tuple[list[str], list[Figure]]:
        own = m.parts[m.parts.scenario == arm.name]
        clear = [e for e in m.headlines(arm) if e.verdict is Verdict.CLEAR and e.margin and e.measure in set(own.measure)]
        largest = sorted(clear, key=lambda e: -abs(e.difference / e.margin))[:3]
        drawn = (waterfall.figure(own[own.measure == e.measure], e) for e in largest)
        said = [] if largest or not len(own) else ["No headline difference of this scenario is clear, so there is nothing to share out."]
        return said, [figure for figure in drawn if figure]

    return html.section("parts", "What did it", m.each(make) + "".join(html.paragraph(note, class_="note") for note in m.notes))
