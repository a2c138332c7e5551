"""Figures draw what their tables say, and their titles come from the rule."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.report.figures import acceptability, equity, forest, funnel, plane, waterfall, weekly
from experiments.report.figures.rows import ticks_of
from experiments.report.material import Material
from experiments.report.rule import Verdict
from experiments.report.svg import GREY, NAVY, STYLES, Scale
from experiments.whatif import money_tables
from experiments.whatif.equity import PAIRS
from tests.experiments.report.test_sentences import effect

pytestmark = pytest.mark.unit
WEEKS = np.arange(104)


def weeks(lift, runs=12, noise=1.0):
    """A weekly measure in `runs` pairs of runs whose scenario lies `lift` (one number a week) higher, with noise in the difference."""
    luck = np.random.default_rng(7)
    before = 50 + luck.normal(0, 10, (runs, 1)) + np.zeros((runs, len(WEEKS)))
    return weekly.Weeks(weekly.LINES[0], WEEKS, before, before + lift + luck.normal(0, noise, (runs, len(WEEKS))))


def drawn(figure):
    return figure.wide.svg("wide")


def test_lines_that_part_in_week_40_are_said_to_part_then():
    """The lift is 10 standard errors: the week is missed with a chance below 1 in 10^8, and seldom found a week or two early by luck (fixed seed)."""
    assert weeks(np.where(WEEKS >= 40, 3.0, 0.0)).parted() in (38, 39, 40)


def test_lines_that_do_not_part_are_not_said_to():
    """26 weeks of independent luck on one side of zero have a chance far below 1 in 10^9."""
    assert weeks(0.0).parted() is None


def test_a_short_spell_of_difference_is_no_parting():
    assert weeks(np.where((WEEKS >= 40) & (WEEKS < 60), 3.0, 0.0)).parted() is None


def test_the_baseline_is_dashed_grey_and_the_scenario_solid_navy_with_a_band_and_one_run():
    figure = weekly.figure(weeks(5.0), effect("waiting_mean", 4.0, 6.0, 1.0), None, None)
    text = drawn(figure)
    for kind in ("baseline", "scenario", "one run", "band", "band before"):
        assert text.count(STYLES[kind]) == 1, kind
    assert GREY in STYLES["baseline"] and "stroke-dasharray" in STYLES["baseline"]
    assert NAVY in STYLES["scenario"] and "stroke-dasharray" not in STYLES["scenario"]
    assert figure.title == "The waiting list rises by 5.0 people"


def test_the_moment_of_the_change_is_drawn_where_there_is_one_and_said_to_be_the_opening_otherwise():
    clear = effect("waiting_mean", 4.0, 6.0, 1.0)
    opening, later = (weekly.figure(weeks(5.0), clear, None, moment) for moment in (None, (52, "services lost")))
    assert STYLES["moment"] not in drawn(opening) and "changed from opening" in opening.subtitle
    assert STYLES["moment"] in drawn(later) and "services lost, week 52" in later.subtitle


def test_the_time_of_parting_is_told_only_of_a_clear_difference():
    apart = weeks(5.0)
    assert "part from about month" in weekly.figure(apart, effect("waiting_mean", 4.0, 6.0, 1.0), None, None).note
    assert "part from about month" not in weekly.figure(apart, effect("waiting_mean", 4.0, 6.0, 20.0), None, None).note


def test_filling_up_is_shaded_until_the_caseload_is_nearly_what_it_is_at_the_end():
    rising = pd.DataFrame({"scenario": "baseline", "week": WEEKS, "open_caseload": np.minimum(WEEKS, 50)})
    assert weekly.filled_up(rising, "baseline") == 45
    assert weekly.filled_up(rising.assign(open_caseload=50), "baseline") is None


def places(figure):
    return [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn(figure))]


def test_better_is_to_the_right_whichever_way_the_measure_goes():
    falls = [effect("cost_per_person", -60.0, -40.0, 25.0), effect("uptake", -0.06, -0.04, 0.02)]
    cheaper, fewer = places(forest.of_scenario(falls))
    zero = float(re.search(rf'<path d="M([\d.]+) [^"]*" {re.escape(STYLES["zero"])}', drawn(forest.of_scenario(falls))).group(1))
    assert fewer < zero < cheaper


def test_units_are_not_mixed_but_told_in_margins():
    """A cost of two margins and a wait of two margins stand at the same place."""
    both = [effect("cost_per_person", 45.0, 55.0, 25.0), effect("wait_p90", 1.8, 2.2, 1.0, changes=(2.0, 2.1))]
    first, second = places(forest.of_scenario(both))
    assert first == second


def test_what_lies_beyond_the_scale_is_marked_by_an_arrow_and_still_told_in_numbers():
    figure = forest.of_scenario([effect("cost_per_person", 990.0, 1010.0, 25.0), effect("wait_p90", -0.2, 0.2, 1.0)])
    assert len(places(figure)) == 1
    assert "+£1,000 (£990 to £1,010)" in drawn(figure)


def test_single_runs_are_dots_below_twenty_runs_and_a_line_from_there_on():
    few, many = (forest.of_measure([effect(changes=tuple(np.linspace(-5, 9, runs)))]) for runs in (19, 20))
    assert drawn(few).count("h0") == 19 and STYLES["range"] not in drawn(few)
    assert drawn(many).count("h0") == 0 and STYLES["range"] in drawn(many)


def test_the_title_over_scenarios_counts_verdicts():
    some = [effect(low=40.0, high=60.0), effect(low=-1.0, high=1.0), effect(low=-99.0, high=99.0)]
    assert forest.of_measure(some).title == "Cost: 1 of 3 worse"
    assert forest.of_measure(some[1:2] * 2).title == "Cost: all too small to matter"
    assert forest.of_measure(some[1:]).title == "Cost: none of 2 clear"


def test_the_funnel_begins_with_the_uptake_and_its_paired_interval(small):
    told = Material(small[0])
    for arm in told.scenarios:
        found = funnel.stages(told, arm)
        assert [stage.words for stage in found][0] == "take the service up"
        uptake = told.effect(arm, "uptake")
        assert (found[0].before, found[0].after) == pytest.approx((100 * uptake.baseline, 100 * uptake.value))
        assert (found[0].low, found[0].high) == pytest.approx((100 * uptake.low, 100 * uptake.high))


def stage(words, after, half=0.5):
    return funnel.Stage(words, after, after, -half, half)


def test_the_funnel_tells_how_many_are_lost_at_the_largest_step_and_not_that_most_are():
    start, half_year = "take the service up", "with it or done with it after 6 months"
    assert funnel.title_of([stage(start, 79), stage(half_year, 65)], 0.02) == "21 of 100 are lost before they start, the largest step, in both alike"
    later = [stage(start, 79, half=9), stage(half_year, 50)]
    assert funnel.title_of(later, 0.02) == "29 of 100 are lost within 6 months of starting, the largest step; difference uncertain"
    assert {words for words, _ in funnel.STAGES} == set(funnel.LOST)


def test_levels_have_few_figures_and_pounds_are_whole_from_a_hundred_up():
    one = effect(low=-0.2, high=0.6, margin=2.0, baseline=1814.66, value=1814.86)
    assert forest.table("", [one]).rows[0][1:3] == ("£1,815", "£1,815")
    fine = effect("setbacks_per_year", -0.0021, 0.0032, 0.02, baseline=0.6601, value=0.6607)
    assert forest.table("", [fine]).rows[0][1:3] == ("0.6601", "0.6607")


def parts(*shares):
    return pd.DataFrame([{"part": f"part {i}", "share": s, "ci_low": s - 3, "ci_high": s + 3, "replications": 9} for i, s in enumerate(shares)])


def test_a_waterfall_ends_at_the_sum_of_its_parts_and_names_the_largest():
    figure = waterfall.figure(parts(50.0, -20.0), effect(low=27.0, high=33.0, margin=5.0))
    assert figure.table.rows[-1] == ("All changes together", "+£30")
    assert figure.title == "Cost: “part 0” has the largest share"
    ends = [(float(x), float(w)) for x, w in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawn(figure))]
    (first, width), (second, back), (whole, all_of_it) = ends
    assert first == whole and second + back == pytest.approx(first + width, abs=0.2) and all_of_it == pytest.approx(width - back, abs=0.2)


def test_a_waterfall_without_a_clear_part_names_none():
    assert waterfall.figure(parts(1.0, -1.0), effect(margin=5.0)).title == "Cost: no part makes a difference that matters"
    assert waterfall.figure(parts(1.0, -1.0), effect(margin=3.0)).title == "Cost: too uncertain to say which part"
    assert waterfall.figure(parts(1.0), effect()) is None


def draws(costs, wellbys):
    return pd.DataFrame({"cost": costs, "wellbys": wellbys})


def test_the_quarters_of_the_plane_add_up_and_the_fullest_is_named():
    some = draws([10.0, 12.0, 9.0, -5.0], [0.1, 0.2, -0.1, 0.3])
    assert list(plane.shares(some).values()) == [0.5, 0.25, 0.25, 0.0]
    figure = plane_of(some)
    assert figure.title == "More wellbeing, dearer: 50 of 100 plausible settings"
    assert drawn(figure).count("h0") == 4


def plane_of(some, cost=Verdict.CLEAR, wellbys=Verdict.CLEAR):
    axes = (plane.Axis(cost, 25.0), plane.Axis(wellbys, 50 / 14_560))
    return plane.figure(some, "Six posts", "today’s service", "£13,000 a WELLBY", 14_560.0, "2022/23", axes)


@pytest.mark.parametrize(
    ("cost", "wellbys", "title"),
    [
        (Verdict.SMALL, Verdict.SMALL, "Cost and wellbeing change too little to place"),
        (Verdict.UNCERTAIN, Verdict.SMALL, "Cost and wellbeing are too uncertain to place"),
        (Verdict.CLEAR, Verdict.UNCERTAIN, "Dearer: 75 of 100 plausible settings; wellbeing is too uncertain to place"),
        (Verdict.SMALL, Verdict.CLEAR, "More wellbeing: 75 of 100 plausible settings; cost changes too little to place"),
    ],
)
def test_a_plane_does_not_place_what_the_runs_leave_open(cost, wellbys, title):
    assert plane_of(draws([10.0, 12.0, 9.0, -5.0], [0.1, 0.2, -0.1, 0.3]), cost, wellbys).title == title


def test_a_plane_reaches_the_margins_and_so_crosses_its_sloping_line():
    """Without that, draws that all cost a little more and add nothing would fill the plane, and the line would touch its corner only."""
    axis = plane.Axis(Verdict.CLEAR, 25.0)
    low, high = axis.domain(pd.Series([1.0, 2.0]))
    assert low <= -25 and high >= 25
    (line,) = re.findall(r'<path d="([^"]*)" stroke="#801650" stroke-width="2" stroke-dasharray="7 3"', drawn(plane_of(draws([1.0, 2.0], [-1e-5, -2e-5]))))
    assert re.fullmatch(r"M[\d.]+ [\d.]+L[\d.]+ [\d.]+", line)


def test_the_acceptability_curve_shows_the_baseline_and_names_the_option_with_the_highest_mean_net_benefit():
    rows = pd.DataFrame(
        [(name, value, share, net) for name, share, net in (("baseline", 0.2, 0.0), ("a", 0.5, 10.0), ("b", 0.3, 40.0)) for value in (0, 13_000, 30_000)],
        columns=["scenario", "value", "share", "mean_net_benefit"],
    )
    titles, sure = {"baseline": "today’s service", "a": "A", "b": "B"}, {"a": Verdict.CLEAR, "b": Verdict.CLEAR}
    figure = acceptability.figure(rows, titles, "baseline", 13_000, "2019", sure)
    assert figure.title == "“B” is best in 30 of 100 settings"
    assert [row[0] for row in figure.table.rows] == ["today’s service", "A", "B"]
    assert "today’s service" in drawn(figure)
    for told, title in ((Verdict.SMALL, "changes too little"), (Verdict.UNCERTAIN, "is too uncertain")):
        figure = acceptability.figure(rows, titles, "baseline", 13_000, "2019", sure | {"b": told})
        assert figure.title == f"Net benefit {title} to say which is best"


def test_shares_of_settings_are_missing_without_a_warning_where_nobody_was_referred(recwarn):
    nobody = pd.DataFrame({"scenario": "a", "draw": [0, 1], "cost": np.nan, "wellbys": np.nan, "deflator": 1.1})
    table = money_tables.acceptability(nobody, "baseline")
    assert table[["share", "share_above_baseline", "mean_net_benefit"]].loc[table.scenario == "a"].isna().all(axis=None)
    assert not recwarn.list


def gap(pair, before, after, half, people=80.0):
    first, second = PAIRS[pair]
    change = after - before
    return {
        "scenario": "other", "measure": "gain_over_usual_care_52", "pair": pair, "first": first, "second": second,
        "baseline_gap": before, "scenario_gap": after, "change": change, "ci_low": change - half, "ci_high": change + half,
        "replications": 12, "run_low": 0.0, "run_high": 0.0, "people": people, "enough_people": people >= 30,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "half", "title"),
    [
        (-0.5, -0.2, 0.05, "Gap by sex narrows by 0.30 Star points"),
        (-0.2, -0.5, 0.05, "Gap by sex widens by 0.30 Star points"),
        (-0.2, -0.21, 0.05, "Gaps between groups: changes too small to matter"),
        (-0.2, -0.3, 0.25, "Gaps between groups: too uncertain to say"),
    ],
)
def test_the_title_on_gaps_comes_from_the_rule(before, after, half, title):
    figure = equity.figure(pd.DataFrame([gap("women and men", before, after, half)]), "Other", "today’s service", "2 years", 0.1)
    assert figure.title == title


def test_groups_of_few_people_are_not_drawn_and_have_no_figures_in_the_table():
    some = pd.DataFrame([gap("women and men", -0.5, -0.2, 0.05), gap("complex and simple needs", -0.9, -0.1, 0.05, people=29.0)])
    figure = equity.figure(some, "Other", "today’s service", "2 years", 0.1)
    assert "Complex" not in drawn(figure)
    assert figure.table.rows[1][1:4] == ("–", "–", "–") and figure.table.rows[1][-1] == "too few people"
    assert equity.figure(some.iloc[1:], "Other", "today’s service", "2 years", 0.1) is None


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(60, 700))
def test_a_scale_has_three_round_ticks_or_more_at_equal_steps_inside_it(low, length, pixels):
    scale = Scale(low, low + length, 0, pixels)
    ticks, step = ticks_of(scale)
    assert len(ticks) >= 3
    assert low <= ticks[0] and ticks[-1] <= low + length
    assert np.allclose(np.diff(ticks), step, rtol=1e-6)
