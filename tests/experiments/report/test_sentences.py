"""One rule chooses the sentence, its numbers never say otherwise, and the words are those that can be kept to."""

import math
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from experiments.report import sentences
from experiments.report.numbers import unit
from experiments.report.rule import Effect, Verdict, verdict
from experiments.report.words import SHORT
from experiments.whatif.measures import HEADLINES, LOWER, MEASURES

pytestmark = pytest.mark.unit
BARRED = re.compile(r"\b(significan\w*|proves?|proven|shows? that|saves?|saving|will|forecast\w*|optim\w*|no effect|likely|unlikely)\b", re.IGNORECASE)
reals = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)
margins = st.none() | st.floats(1e-3, 1e5)


def effect(measure="cost_per_person", low=-1.0, high=3.0, margin=25.0, changes=(1.0, -2.0, 4.0), **more):
    middle = (low + high) / 2
    return Effect("Six posts", measure, more.pop("baseline", 10.0), more.pop("value", 10.0 + middle), middle, low, high, tuple(changes), margin, **more)


intervals = st.tuples(reals, reals).map(sorted)
effects = st.builds(
    lambda measure, ends, margin, changes: effect(measure, *ends, margin, changes),
    st.sampled_from(sorted(MEASURES)), intervals, margins, st.lists(reals, min_size=2, max_size=40),
)  # fmt: skip


@given(intervals, margins)
def test_inside_the_margin_is_small_clear_of_zero_is_clear_and_the_rest_is_uncertain(ends, margin):
    low, high = ends
    if (margin is not None and max(abs(low), abs(high)) <= margin) or low == high == 0:
        expected = Verdict.SMALL
    elif low * high > 0:
        expected = Verdict.CLEAR
    else:
        expected = Verdict.UNCERTAIN
    assert verdict(low, high, margin) is expected


def test_an_interval_inside_the_margin_is_small_even_when_it_is_clear_of_zero():
    assert verdict(0.5, 0.9, 1.0) is Verdict.SMALL
    assert verdict(0.5, 1.1, 1.0) is Verdict.CLEAR
    assert verdict(-0.5, 1.1, 1.0) is Verdict.UNCERTAIN


@pytest.mark.parametrize("ends", [(math.nan, math.nan), (math.nan, 1.0), (-math.inf, math.inf)])
def test_without_an_interval_the_answer_is_uncertain(ends):
    assert verdict(*ends, 10.0) is Verdict.UNCERTAIN
    assert "Too uncertain to say" in sentences.answer(effect(low=math.nan, high=math.nan, changes=(2.0,)))


@given(effects)
def test_the_sentence_is_that_of_the_verdict_and_of_no_other(one):
    said = sentences.answer(one)
    begins = {
        Verdict.SMALL: "too small to matter" in said or "gives the same as" in said,
        Verdict.CLEAR: said.startswith("In the model, ") and (" raises " in said or " lowers " in said),
        Verdict.UNCERTAIN: said.startswith("Too uncertain to say"),
    }
    assert [which for which, true in begins.items() if true] == [one.verdict]


def numbers(text):
    return [float(found.replace("−", "-").replace("£", "").replace(",", "")) for found in re.findall(r"−?£?\d[\d,]*\.?\d*", text)]


@given(effects)
def test_the_numbers_of_a_clear_difference_are_clear_of_zero_too(one):
    """A bound near zero is told so finely that it does not read as zero, and no side of zero is mixed up."""
    assume(one.verdict is Verdict.CLEAR)
    shown = numbers(one.signed.removeprefix("+"))
    assert len(shown) == 3 and all(shown)
    assert len({math.copysign(1, number) for number in shown}) == 1
    assert shown[1] <= shown[2]


@given(effects)
def test_what_is_raised_has_risen_and_better_is_the_way_the_measure_says(one):
    assume(one.verdict is Verdict.CLEAR)
    assert (" raises " in sentences.difference(one)) == (one.difference > 0)
    wanted = MEASURES[one.measure].better
    word = sentences.told_as(one)
    if wanted is None:
        assert word == ("higher" if one.difference > 0 else "lower")
    else:
        assert word == ("better" if (one.difference < 0) == (wanted == LOWER) else "worse")
        assert f"{wanted.capitalize()} is better." in sentences.difference(one)


@given(effects)
def test_no_sentence_uses_a_word_that_claims_too_much(one):
    for said in (sentences.answer(one), sentences.single_runs(one), sentences.finding(one), sentences.told_as(one)):
        assert not BARRED.search(said), said
        assert "nan" not in said and "inf" not in said.replace("infl", "").replace("inform", "")


def test_shares_are_told_in_percentage_points_with_two_figures():
    said = sentences.answer(effect("retention_52", 0.0311, 0.0519, 0.02))
    assert "by 4.2 percentage points" in said and "95% interval 3.1 to 5.2" in said


def test_pounds_carry_their_sign_and_thousands_are_apart():
    assert unit("cost_service").amount(-441_908.0) == "−£440,000"
    assert unit("cost_per_person").amount(55.02) == "£55 a person referred"


def test_the_range_of_single_runs_is_nine_in_ten_from_twenty_runs_on_and_else_lowest_to_highest():
    few = sentences.single_runs(effect(changes=tuple(map(float, range(1, 20)))))
    assert "the 19 runs gave £1 to £19 a person referred, lowest to highest" in few
    many = sentences.single_runs(effect(changes=tuple(map(float, range(1, 22)))))
    assert "nine in ten gave £2 to £20 a person referred" in many


def test_single_runs_that_favour_the_scenario_are_counted_the_way_that_is_better():
    changes = (-3.0, -1.0, 2.0)
    assert "2 of 3 favoured “Six posts”" in sentences.single_runs(effect("cost_per_person", changes=changes))
    assert "1 of 3 favoured “Six posts”" in sentences.single_runs(effect("people_started", changes=changes))
    assert "1 of 3 were higher" in sentences.single_runs(effect("months_in_service", changes=changes))


def test_runs_that_are_the_same_are_counted_beside_those_that_are_better_and_worse():
    ties = sentences.single_runs(effect("people_started", changes=(0.0,) * 12 + (1.0,) * 8))
    assert ties.endswith("8 of 20 favoured “Six posts”, 12 were the same, none was worse.")
    assert sentences.favoured(effect("people_started", changes=(0.0, 1.0, -1.0, -2.0))) == "1 of 4 favoured “Six posts”, 1 was the same, 2 were worse"
    assert sentences.favoured(effect("months_in_service", changes=(0.0, 1.0, -1.0))) == "1 of 3 were higher, 1 was the same, 1 was lower"


def test_all_single_runs_gave_the_same_only_where_the_lowest_is_the_highest():
    """Of 44 runs of which two differ, the 5th and the 95th percentile are both nothing."""
    few = sentences.single_runs(effect(changes=(0.0,) * 42 + (-3.0, 12.0), years="a year"))
    assert few == "Single runs of a year: 42 of 44 did not differ; the others gave −£3 to £12 a person referred."
    one = sentences.single_runs(effect(changes=(7.0,) * 29 + (12.0,)))
    assert one == "Single runs: 29 of 30 gave the same difference, £7.0 a person referred; the other gave £12 a person referred."
    assert sentences.single_runs(effect(changes=(7.0,) * 30)) == "Single runs all gave the same difference, £7.0 a person referred."


@given(st.integers(3, 500), st.floats(1.0, 1e4), st.floats(0.1, 1e3))
def test_more_runs_are_those_that_bring_the_half_width_to_what_is_asked(runs, half, margin):
    """m = n((half-width / target)² − 1), with half the margin as target where the difference is nothing."""
    one = effect(low=-half, high=half, margin=margin, changes=(1.0,) * runs)
    exact = runs * ((half / (margin / 2)) ** 2 - 1)
    told = sentences.more_runs(one)
    assert (told is None) == (exact <= 0)
    if told:
        assert told == pytest.approx(math.ceil(exact), rel=0.06)


def test_a_gap_is_judged_by_its_own_interval_and_not_by_those_of_the_groups():
    said = sentences.by_group("women", "men", (0.4, 0.1), (0.3, -0.1, 0.7), "gain_over_usual_care_52", 0.1)
    assert said.startswith("Women gain 0.40 and men gain 0.10 points")
    assert "the gap changes by 0.30 (95% interval −0.10 to 0.70): too uncertain to say" in said
    assert "too uncertain" not in sentences.by_group("women", "men", (0.4, 0.1), (0.3, 0.2, 0.4), "gain_over_usual_care_52", 0.1)
    assert "too small to matter" in sentences.by_group("women", "men", (0.02, 0.01), (0.01, -0.01, 0.03), "gain_over_usual_care_52", 0.1)


def test_money_says_cost_worth_interval_verdict_and_price_year():
    said = sentences.money(55.0, False, 0.1, 13_000, (-38.0, -48.0, -27.0), 25.0, "2022/23")
    assert said.startswith("It costs £55 more per person referred. If one Star point is worth 0.1 life-satisfaction points, each valued at £13,000 a year")
    assert said.endswith("net benefit is −£38 (−£48 to −£27), 2022/23 prices.")
    assert "too small to matter, inside the ±£50" in sentences.money(55.0, False, 0.1, 13_000, (-38.0, -48.0, -27.0), 50.0, "2022/23")


def test_a_share_of_settings_is_not_called_a_chance():
    assert sentences.probability(0.62, 13_000).endswith("a share of settings, not the chance that it pays in your area.")


def test_people_of_a_hundred_have_one_denominator():
    assert sentences.people(effect("uptake", 0.05, 0.13, 0.02, baseline=0.62, value=0.71)) == "Of every 100 people referred, 71 start instead of 62."
    assert sentences.people(effect("uptake", baseline=0.752, value=0.754)) == "Of every 100 people referred, about 75 start either way."


def test_what_remains_is_told_only_of_a_difference_that_was_clear():
    early, late = (effect(f"gain_over_usual_care_{weeks}", low, high, 0.1) for weeks, low, high in ((52, 0.4, 0.6), (156, 0.2, 0.3)))
    assert sentences.lasting(early, late, "a year", "3 years") == "Of the difference in wellbeing a year after referral, 5 tenths remain after 3 years."
    assert sentences.lasting(effect("gain_over_usual_care_52", -0.4, 0.6, 0.1), late, "a year", "3 years") is None


def test_every_headline_measure_has_a_short_name_and_titles_have_at_most_ten_words():
    assert set(HEADLINES) <= set(SHORT)
    for measure in HEADLINES:
        margin = MEASURES[measure].margin
        for low, high in ((2 * margin, 3 * margin), (-margin / 2, margin / 2), (-3 * margin, 3 * margin)):
            assert len(sentences.finding(effect(measure, low, high, margin)).split()) <= 10
