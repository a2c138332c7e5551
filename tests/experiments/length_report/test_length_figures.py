"""Figures of length: what their titles say follows from the numbers by rule, and marks stand where values are."""

import math
import re

import numpy as np
import pandas as pd
import pytest

from experiments.length.figures import frontier, gain, policies, survival
from experiments.length.figures.shown import HOURS, STAR, decimals_of, in_words, interval, plain_length
from experiments.length.report.body import title_of_policies
from experiments.sweep.figures.marks import Panel
from tests.experiments.length_report import made

pytestmark = pytest.mark.unit


def row(value, half=0.05):
    return {"value": value, "ci_low": value - half, "ci_high": value + half}


def test_times_are_told_in_months_and_years_where_they_fit():
    assert [plain_length(length) for length in made.LENGTHS] == ["3 months", "6 months", "1 year", "18 months", "2 years", "3 years", "no limit"]
    assert in_words(10) == "10 weeks" and in_words(0) == "the start"


def test_values_of_a_table_share_their_decimals_and_ends_of_narrow_intervals_differ():
    assert decimals_of([row(1.2), row(0.3)], STAR) == 2
    assert interval(row(1.2, 0.004), STAR) == "1.20 (1.20 to 1.20)"
    assert interval(row(math.nan), STAR) == "–"
    assert interval({"value": 1.25, "ci_low": math.nan, "ci_high": math.nan}, STAR) == "1.2"


def test_lengths_stand_on_a_straight_scale_and_no_limit_apart():
    at = gain.places(made.LENGTHS, Panel(40, 0, 300, 100))
    assert (at["104"] - at["52"]) == pytest.approx(at["156"] - at["104"])
    assert at["open"] - at["156"] > gain.GAP / 2 and at["open"] <= 340


def test_the_figure_of_gain_marks_the_needed_length_and_tells_every_value():
    every = made.answer().lengths
    plain = every[(every["mode"] == "fixed") & (every.policy == "")]
    rows, own = (plain[plain.measure == measure] for measure in ("gain_260", "gain_260_own"))
    everybody = gain.group("Everybody", rows[rows.group == "all"], own[own.group == "all"], gain.Needed("104", "78", "156", 0.8))
    drawn = gain.figure([everybody], "T", "S", "gain", "N")
    assert drawn.table.rows[0][-1] == "2 years (18 months to 3 years)" and len(drawn.table.rows[0]) == 9
    assert "needed: 2 years (18 months to 3 years)" in drawn.wide.svg("wide")
    assert drawn.table.rows[1][0] == "Everybody, less the relationship" and len(drawn.table.rows[1]) == 9
    assert drawn.wide.svg("wide").count("<circle") == len(made.LENGTHS) + 1 == drawn.narrow.svg("narrow").count("<circle")


def test_the_ratio_of_two_means_has_the_interval_of_a_mean_where_the_lower_is_fixed():
    """With the same hours in every run a ratio is a mean, whose interval is Student's."""
    above = np.array([1.0, 2.0, 4.0])
    assert frontier.run_by_run(above, np.full(3, 2.0)) == pytest.approx(above / 2)


def test_the_interval_of_a_ratio_holds_its_true_value_about_as_often_as_it_says():
    """Of 400 made-up samples of 30 runs, 95% hold 0.5, give or take 4 standard errors of 1.1%: a chance of one in ten thousand to fail."""
    luck = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        below = luck.normal(10, 1, 30)
        _, low, high = frontier.mean(frontier.run_by_run(0.5 * below + luck.normal(0, 1, 30), below))
        held += low <= 0.5 <= high
    assert abs(held / 400 - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 400)


LUCK = np.array([-1.0, 1.0, -0.6, 0.6, 0.0])


def point(length, value, luck, wait=(5.0, 4.0, 6.0), mode="backlog"):
    each = pd.Series(value + luck, index=range(1, 6))
    return frontier.Point(mode, length, frontier.mean(each.to_numpy()), wait, each)


def test_the_frontier_names_a_length_where_it_is_best_in_pairs_though_intervals_overlap():
    """Luck that both share cancels in pairs; luck of each one's own does not, and then nothing is said to be equal."""
    pairs = [point("26", 3.0, LUCK), point("104", 2.5, LUCK + 0.1 * LUCK[::-1])]
    assert pairs[0].gain[1] < pairs[1].gain[2]
    assert frontier.title_of(pairs) == "An hour brings most with 6 months where a list waits"
    apart = [point("26", 3.0, LUCK), point("104", 2.5, LUCK[::-1])]
    assert frontier.title_of(apart) == "Whether an hour brings most with 6 months or 2 years is too uncertain to say where a list waits"


def test_the_interval_of_a_wait_that_dips_below_none_ends_at_the_edge_of_the_frontier():
    sheet = frontier.draw([point("26", 3.0, LUCK, wait=(0.5, -4.0, 5.0)), point("104", 2.5, LUCK, wait=(9.0, 8.0, 10.0))], 700.0)
    across = [float(x) for path in re.findall(r'<path d="([^"]+)"', sheet.svg("wide")) for x in re.findall(r"[ML]([-\d.]+)", path)]
    axis = next(float(x) for x in re.findall(r'<text x="([\d.]+)"[^>]*>0</text>', sheet.svg("wide")))
    assert min(across) == axis


def test_every_point_of_the_frontier_is_in_its_table():
    runs = made.runs()
    found = frontier.points(runs)
    assert len(found) == len(made.MODES) * len(made.LENGTHS) == len(frontier.figure(found, "S").table.rows)
    own = runs[(runs["mode"] == "fixed") & (runs.policy == "") & (runs.length == "52") & (runs.group == "all")].groupby("measure").value.mean()
    first = next(one for one in found if (one.mode, one.length) == ("fixed", "52"))
    assert first.gain[0] == pytest.approx(100 * own.gain_total / own.hours) and first.wait[0] == pytest.approx(own.weeks_waited)


def test_survival_is_drawn_of_a_short_a_usual_and_no_limit():
    assert survival.chosen(made.LENGTHS) == ["26", "104", "open"]
    assert survival.chosen(["52"]) == ["52"] and survival.chosen(["open"]) == ["open"]


def test_the_table_of_survival_adds_up_to_everybody_and_its_causes_to_all():
    found = survival.stays(made.spells(), "fixed", ["26", "104", "open"])
    whole = {plain_length(one.length): one.people for one in found}
    for length, _, _, *counts in survival.table(found).rows:
        assert sum(int(count.replace(",", "")) for count in counts) == whole[length]
    for _, _, *shares in survival.table_of_endings(found).rows:
        assert sum(float(share.rstrip("%")) for share in shares) == pytest.approx(100, abs=0.5)


def test_the_titles_on_survival_give_the_shares_of_each_length():
    found = survival.stays(made.spells(), "fixed", ["26", "104", "open"])
    title = survival.engagement(found, "S").title
    assert re.fullmatch(r"A year after starting, 0% with 6 months, \d\d% with 2 years and \d\d% with no limit are still there", title)
    assert survival.stays(made.spells().iloc[:0], "fixed", ["26"]) == []


def change(low, high):
    return policies.Change((low + high) / 2, low, high, 10)


def test_a_policy_is_better_or_worse_only_outside_the_margin_and_neither_where_no_way_is_better():
    column = policies.Column("Gain", STAR, 1, 0.1, (change(0.2, 0.4), change(-0.3, -0.2), change(-0.05, 0.08), change(-0.2, 0.3), None))
    assert [column.verdict(one) for one in column.changes] == ["better", "worse", "too small to matter", "too uncertain to say", "–"]
    assert policies.Column("Hours", HOURS, 0, None, ()).verdict(change(5, 9)) == "higher"
    assert policies.Column("Wait", STAR, -1, 0.1, ()).verdict(change(0.2, 0.4)) == "worse"


def test_a_policy_without_a_value_says_so_and_is_not_drawn():
    column = policies.Column("Gain", STAR, 1, 0.1, (change(0.2, 0.4), None))
    drawn = policies.figure(["One", "Two"], [column], "T", "S", "the rest")
    assert "no value" in drawn.wide.svg("wide") and drawn.wide.svg("wide").count("<circle") == 1
    assert drawn.table.rows[1] == ("Two", "–")


def test_spells_of_a_length_that_was_not_run_are_left_out():
    some = pd.concat([made.spells(("26",)), made.spells(("open",), mode="backlog")])
    assert [one.length for one in survival.stays(some, "fixed", ["26", "open"])] == ["26"]


@pytest.mark.parametrize(
    ("gains", "waits", "title"),
    [
        ((change(0.2, 0.4), change(-0.5, -0.3)), (None, None), "“Two” gains 0.40 Star points less; 1 more differs clearly"),
        ((change(-0.05, 0.08), None), (change(-9, -7), change(2, 4)), "No policy changes wellbeing enough to matter; with “One” people wait 8.0 weeks less"),
        ((change(-0.2, 0.3), None), (change(-1, 1), None), "No policy changes wellbeing clearly"),
    ],
)
def test_the_title_on_policies_names_what_changes_clearly_wellbeing_first(gains, waits, title):
    columns = policies.Column("Gain", STAR, 1, 0.1, gains), policies.Column("Wait", STAR, -1, 0.5, waits)
    assert title_of_policies(*columns, ["One", "Two"]) == title
