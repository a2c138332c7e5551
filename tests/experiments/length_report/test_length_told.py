"""The short answer and the sentences: what is said of a needed length hangs on its interval alone."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from experiments.length.figures.gain import Needed, briefly
from experiments.length.policies import POLICIES
from experiments.length.report import told
from experiments.length.report.answer import meaning, question
from experiments.length.report.material import Told
from experiments.length.report.sentences import (
    by_complexity,
    compared,
    how_sure,
    in_short,
    people_counted,
    posts,
    readable,
    title_of_gain,
    waited,
    what_mode,
)
from experiments.length.report.trust import of_parameters
from sim import Parameters
from tests.experiments.length_report import made
from tests.experiments.report.test_sentences import BARRED

pytestmark = pytest.mark.unit
NAMES = ["mode", "group", "needed", "low", "high", "share_of_bootstrap", "gain_open", "replications"]


def with_needed(answer, *rows):
    """The answer with other needed lengths: rows of (mode, group, needed, low, high, share)."""
    table = pd.DataFrame([(*row, 1.0, 20) for row in rows], columns=NAMES)
    return Told(SimpleNamespace(**{**vars(answer), "needed": table}))


def test_the_short_answer_fits_eighty_columns_and_names_every_group_and_length(answer):
    text = told(answer)
    assert max(map(len, text.splitlines())) <= 80
    for words in ("Everybody", "Complex needs", "no limit", "3 months", "Equal waits", POLICIES["fixed_limit"].title, "A note that must stand"):
        assert words in text
    assert not BARRED.search(text)


def test_the_short_answer_of_little_is_short_and_makes_nothing_up(answer):
    text = told(made.small(answer))
    assert "No needed length can be told" in text and "nan" not in text and "Needed length:" not in text


def test_a_needed_length_that_half_of_the_samples_do_not_give_is_told_as_its_range(answer):
    (said,) = in_short(with_needed(answer, ("fixed", "all", "52", "26", "104", 0.4), ("backlog", "all", "52", "26", "104", 0.4)))
    assert "too uncertain to say within 6 months to 2 years" in said and "1 year" not in said


def test_a_needed_length_without_gain_is_none(answer):
    m = with_needed(answer, ("fixed", "all", "none", "none", "none", 0.9), ("backlog", "all", "52", "26", "none", 0.9))
    first, second = in_short(m)
    assert "none of the lengths tried gains anything" in first
    assert "6 months to none of those tried" in second
    assert title_of_gain(m, "fixed") == "No length gains anything 5 years after referral"


@pytest.mark.parametrize(
    ("simple", "complex_", "told_of_them"),
    [
        (("26", "13", "52"), ("104", "78", "156"), "need longer"),
        (("26", "13", "78"), ("104", "78", "156"), "too uncertain to say"),
        (("104", "104", "156"), ("52", "26", "78"), "need no longer"),
    ],
)
def test_complexity_is_told_apart_only_where_intervals_do_not_meet(answer, simple, complex_, told_of_them):
    m = with_needed(
        answer, ("fixed", "all", "104", "78", "156", 0.9), ("fixed", "complexity=simple", *simple, 0.9), ("fixed", "complexity=complex", *complex_, 0.9)
    )
    assert told_of_them in by_complexity(m, "fixed")
    apart = "simple" in title_of_gain(m, "fixed")
    assert apart == (told_of_them == "need longer")


def test_a_cell_has_no_interval_where_every_sample_agrees():
    assert briefly(Needed("52", "52", "52", 1.0)) == "1 year"
    assert briefly(Needed("52", "26", "open", 0.7)) == "1 year (6 months to no limit)"
    assert briefly(Needed("", "", "", 1.0)) == "none of those tried"
    assert briefly(None) == "–"


def test_differences_told_are_those_of_other_lengths_with_the_changes_of_single_runs(answer):
    m = Told(answer)
    assert compared(m, "fixed") == ("13", "open")
    effect = m.effect("fixed", "open", "gain_260")
    assert len(effect.changes) == made.RUNS and sum(effect.changes) / made.RUNS == pytest.approx(effect.difference)
    assert m.effect("fixed", made.REFERENCE, "gain_260") is None
    assert m.effect("fixed", "open", "hours") is None  # no measure of a comparison, so no margin and no verdict


def test_without_single_runs_the_sentence_says_nothing_of_them(answer):
    m = replace(Told(answer), answer=SimpleNamespace(**{**vars(answer), "runs": None}))
    assert len(m.effect("fixed", "open", "gain_260").changes) == made.RUNS


@pytest.mark.parametrize(
    ("low", "high", "told_of_it"),
    [
        (2.0, 6.0, "waits 4.0 weeks longer with no limit"), (-6.0, -2.0, "waits 4.0 weeks less"), (-0.4, 0.3, "too small to matter"),
        (-1.0, 3.0, "too uncertain to say"),
    ],
)  # fmt: skip
def test_waits_are_told_by_the_rule_with_the_margin_of_a_comparison(answer, low, high, told_of_it):
    row = {
        "mode": "backlog", "policy": "", "length": "open", "group": "all", "measure": "weeks_waited", "difference": (low + high) / 2, "ci_low": low,
        "ci_high": high, "against": "104", "share_of_runs_better": 0.5, "replications": 20,
    }  # fmt: skip
    m = Told(SimpleNamespace(**{**vars(answer), "differences": pd.DataFrame([row])}))
    assert told_of_it in waited(m, "backlog", "open")
    assert waited(m, "backlog", "13") == ""


def test_a_note_has_the_words_of_its_mode():
    assert readable("equal_spend: posts by length") == "Equal spend: posts by length"
    assert readable("Something else: equal_spend") == "Something else: equal_spend"


def test_posts_are_told_where_lengths_differ_in_them(answer):
    assert posts(Told(answer), "fixed") == ""
    other = answer.lengths.assign(posts=[24 if length == "open" else 22 for length in answer.lengths.length])
    said = posts(Told(SimpleNamespace(**{**vars(answer), "lengths": other})), "fixed")
    assert said.startswith("Link-worker posts: 22 with 3 months") and said.endswith("and 24 with no limit.")


def test_what_intervals_hold_is_told_with_and_without_a_posterior(answer):
    assert "They hold the luck of runs, and no doubt about the model’s numbers" in " ".join(told(answer).split())
    question = SimpleNamespace(**{**vars(answer.question), "in_doubt": ("habit.lapse", "dropout.hazard")})
    fitted = SimpleNamespace(**{**vars(answer), "question": question})
    assert "They hold the luck of runs and doubt about 2 fitted parameters" in " ".join(told(fitted).split())
    assert "Doubt about all of the model’s numbers but habit.lapse and dropout.hazard" in of_parameters(Told(fitted))


def test_few_runs_have_no_interval_and_no_share(answer):
    m = with_needed(answer, *((mode, group, "104", None, None, float("nan")) for mode in made.MODES for group in made.GROUPS))
    (said,) = in_short(m)
    assert "2 years is the shortest programme" in said and "too few for an interval" in said and "95%" not in said
    assert briefly(m.needed("fixed")) == "2 years"
    assert how_sure(m, "fixed") == ""
    assert "95%" not in meaning(m) and title_of_gain(m, "fixed") == "Gain 5 years after referral, by length of programme"
    assert "cannot be told from 20 runs" in by_complexity(m, "fixed")


@pytest.mark.parametrize(
    ("set_", "told_of_it"),
    [
        ({}, "The service opens empty, and keeps the posts it has. At first hardly anybody"),
        ({"referrals.backlog": 60}, "The service opens with 60 people on its list, and keeps"),
        ({"referrals.warm_up_weeks": 52, "referrals.backlog": 60}, "The service has run for a year before, opened with 60 people on its list, and keeps"),
    ],
)
def test_how_the_service_opens_is_told_as_it_was_run(answer, set_, told_of_it):
    question = SimpleNamespace(**{**vars(answer.question), "service": Parameters().replace(set_)})
    m = Told(SimpleNamespace(**{**vars(answer), "question": question}))
    assert what_mode(m, "fixed").startswith(told_of_it)
    assert "empty" not in what_mode(m, "backlog") and "1.3 times the referrals" in what_mode(m, "backlog")


def test_people_without_an_outcome_are_counted(answer):
    said = people_counted(Told(answer))
    assert said == "Of 800 people referred in a run, 800 have that outcome."
    rows = answer.lengths.copy()
    rows.loc[rows.measure == "gain_260", "people"] = 69.5
    rows.loc[rows.measure == "served", "people"] = 80.5
    some = Told(SimpleNamespace(**{**vars(answer), "lengths": rows}))
    assert people_counted(some).startswith("Of 80.5 people referred in a run, 69.5 have that outcome; the other 14% died or moved away before")
    assert people_counted(some) in question(some)


def test_few_runs_are_said_to_be_few(answer):
    few = SimpleNamespace(**{**vars(answer), "lengths": answer.lengths.assign(replications=3)})
    assert "So few runs tell little" in told(few) and "So few runs tell little" not in told(answer)
    assert "So few runs tell little" in question(Told(few)) and "So few runs tell little" not in question(Told(answer))
