"""What the terminal and the boxes of a report tell of a scenario: only what has enough people behind it, and never an empty answer."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.report import opening
from experiments.report.effects import SAME, Told
from experiments.report.material import Material
from experiments.report.told import headline_lines, told
from experiments.whatif.measures import HEADLINES
from tests.experiments.report.test_sentences import effect

pytestmark = pytest.mark.unit
YEAR, TWO_YEARS = "gain_over_usual_care_52", "gain_over_usual_care_104"


def with_values(comparison, measures, **values):
    """The comparison with other values in the rows of `measures`."""
    effects = comparison.effects.copy()
    effects.loc[effects.measure.isin(measures), list(values)] = list(values.values())
    return replace(comparison, effects=effects)


def lines(comparison, place=0):
    return "\n".join(headline_lines(Told(comparison), comparison.question.scenarios[place], width=400))


def test_a_headline_with_too_few_people_behind_it_has_no_verdict_and_is_named(small):
    """Of 4 runs together, 7 people a run are 28 and 8 are 32."""
    comparison, _ = small
    assert "\n  Wellbeing at a year" in lines(with_values(comparison, [YEAR], people=8))
    few = with_values(comparison, [YEAR], people=7)
    said = "Too few people, under 30 in all runs together: wellbeing at a year."
    assert said in lines(few) and "\n  Wellbeing at a year" not in lines(few)
    assert "wellbeing at a year" not in lines(few).split("Not as narrow")[-1]
    box = opening.box(Material(few), few.question.scenarios[0])
    assert said in box and "wellbeing a year after referral" not in box


def test_a_headline_without_a_value_is_named_apart_from_those_with_too_few_people(small):
    none = with_values(with_values(small[0], [YEAR], people=7), [TWO_YEARS], difference=np.nan)
    assert "No value in runs of 120 weeks: wellbeing at 2 years.\n" in lines(none)
    assert "in all runs together: wellbeing at a year." in lines(none)


def test_a_scenario_of_which_nothing_is_known_says_so(small):
    nothing = with_values(small[0], HEADLINES, difference=np.nan)
    week = replace(nothing, question=replace(nothing.question, weeks=1))
    assert lines(week).split("\n")[1] == "  Nothing can be told yet."
    assert "runs of a week, in the model" in told(Told(week), "A small service")
    assert opening.short([]) == "nothing can be told yet."
    assert "<p>Nothing can be told yet.</p>" in opening.box(Material(week), week.question.scenarios[0])


def test_a_scenario_that_is_the_baseline_changes_nothing_in_terminal_and_report(small):
    comparison, _ = small
    changing, *_, same = comparison.question.scenarios
    assert lines(comparison, 2).split("\n")[1:] == [f"  {SAME}"]
    assert SAME not in lines(comparison)
    assert opening.in_line(Material(comparison), same) == SAME != opening.in_line(Material(comparison), changing)
    assert Material(comparison).each(lambda arm: ([arm.name], [])).count("<h3>") == 2


def test_the_box_begins_with_a_headline_where_there_is_one(small):
    """Without wellbeing at a year and at 2 years, wellbeing at half a year is known, but no headline."""
    early = with_values(small[0], [YEAR, TWO_YEARS], difference=np.nan)
    assert Material(early).wellbeing == "gain_over_usual_care_26"
    box = opening.box(Material(early), early.question.scenarios[0])
    assert "half a year after referral" not in box and "cost by" in box


def test_the_short_answer_has_amounts_for_the_two_largest_differences_in_their_margins():
    largest = effect("wait_p90", -9.0, -7.0, 1.0)
    second = effect("uptake", 0.07, 0.09, 0.02)
    third = effect("retention_52", 0.03, 0.05, 0.02)
    said = opening.short([third, second, largest])
    assert said == "clearly better on staying for a year, uptake (up 8.0 percentage points) and the longest waits (down 8.0 weeks)."
