"""Targets that need runs of their own."""

import numpy as np
import pandas as pd
import pytest

from experiments.cli import read
from experiments.pieces import Piece
from experiments.validation import studies
from experiments.validation.question import ValidationQuestion
from experiments.validation.studies import STUDIES
from experiments.validation.targets import shipped

pytestmark = pytest.mark.unit
WEEKS = 60


@pytest.fixture(scope="module")
def classroom():
    return read("run", ["service=classroom"]).parameters


def made(name, parameters, weeks=WEEKS, seed=1):
    maker = STUDIES[name]
    table = getattr(studies, maker.rpartition(":")[2])(Piece(maker, parameters, seed, weeks), None)["patterns"]
    return table[table.id == name].set_index("part").value


@pytest.mark.parametrize("name", [name for name in STUDIES if name != "T24"])
def test_a_run_of_half_a_year_gives_no_value_where_there_can_be_none_and_no_error(classroom, name):
    assert made(name, classroom, 26).isna().all() or name == "T27"


def test_studies_of_one_module_are_pieces_of_their_own(classroom):
    asked = ValidationQuestion(tuple(shipped().values()), classroom, (1, 2), WEEKS)
    keys = [(piece.key, piece.seed) for piece in asked.pieces()]
    assert len(keys) == len(set(keys)) == 2 * (1 + len(set(STUDIES.values())))


def test_only_the_pieces_of_the_targets_asked_for_are_made(classroom):
    asked = ValidationQuestion((shipped()["T27"],), classroom, (1,), WEEKS)
    assert [piece.maker for piece in asked.pieces()] == [STUDIES["T27"]]


def test_programmes_of_the_same_length_do_not_differ(classroom, monkeypatch):
    monkeypatch.setattr(studies, "SHORT", studies.LONG)
    assert made("T21b", classroom, 110)[""] == 0


def test_the_light_programme_counts_nobody_without_a_service_and_all_when_contacts_are_many(classroom):
    assert made("T9a", classroom.replace({"programme.enabled": False}))[""] == 0
    eager = classroom.replace({"allocation.reached_probability": 1.0, "allocation.accept_logit": 10.0, "contact.attend_logit": 10.0, "workforce.posts": 12})
    assert made("T9a", eager)[""] > 0.9


def test_cuts_that_cut_nothing_and_close_nothing_change_nothing(classroom):
    path = {"community.austerity_cut": 0.0, "community.austerity_closure_rate": classroom.community.closure_rate, "community.austerity_weeks": 110}
    assert (made("T24", classroom.replace(path)).abs() == 0).all()


def test_deep_cuts_lengthen_waits_and_reduce_starts(classroom):
    """One seed of a small service, cuts of nine in ten places."""
    found = made("T24", classroom.replace({"community.austerity_cut": 0.9, "community.austerity_weeks": 150}))
    assert found["activity starts down"] > 0.3
    assert found[""] == found.drop("").min()


def leavers(**columns):
    frame = pd.DataFrame({"person": [0, 1, 2, 3], **columns})
    for name in ("first_change_week", "end_week"):
        frame[name] = frame[name].astype("Int32")
    return frame


def test_drop_out_after_a_change_is_within_26_weeks_of_it_and_in_the_spell_it_hit():
    people = leavers(
        first_change_week=[10, 10, 10, 90], end_week=[35, 36, 5, 95], exit_reason=["lost_other", "lost_other", "lost_other", "lost_other"]
    )  # the third had left before (and come back), the fourth is not followed for half a year
    share = studies.dropped_out(people, 100)
    assert (share.k, share.n) == (1, 2)
    people["exit_reason"] = "goals_met"
    assert studies.dropped_out(people, 100).k == 0


def test_the_gain_lost_after_a_limit_is_read_four_quarters_apart_against_usual_care():
    class Results:
        people = pd.DataFrame({"person": [0, 1, 2], "referred_week": 0, "end_week": [104, 100, 104], "exit_reason": ["time_limit", "time_limit", "x"]})
        panel = pd.DataFrame({"person": [0, 0, 1], "quarter": [8, 12, 8], "latent": [30.0, 28.0, 30.0]})

    care = pd.DataFrame({"person": [0, 0, 1], "quarter": [8, 12, 8], "latent": [25.0, 26.0, 25.0]})
    lost = studies.loss_after_limit(Results, care)
    assert list(lost.index) == [0]  # the second is not followed for a year, the third left for another reason
    assert lost[0] == pytest.approx((30 - 25) - (28 - 26))


def test_means_are_of_what_is_known():
    assert studies.mean([1.0, np.nan, 3.0]) == 2 and np.isnan(studies.mean([]))
