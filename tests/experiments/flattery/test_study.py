"""The study on a small service: what is compared with what, and what each switch does."""

import re

import numpy as np
import pytest

from experiments.cli import read
from experiments.executors import Workers
from experiments.flattery import care, page, shares, words
from experiments.flattery.lives import live
from experiments.flattery.shares import FLATTERS, OTHERS, SELECTION, SURVIVORS
from experiments.flattery.study import AS_IT_IS, WORLDS, estimate, study
from experiments.report.sentences import times
from experiments.store import Store
from experiments.twins import usual_care
from sim import Parameters
from tests.theory.plain import NO_DROPOUT, NO_EXIT, NO_LIFE, NO_SETBACKS, STEADY_WORKERS

pytestmark = pytest.mark.evidence  # half a minute
SEEDS, WEEKS, FOLLOW = (1, 2), 100, 60


@pytest.fixture(scope="module")
def classroom():
    return read("run", ["service=classroom"]).parameters


@pytest.fixture(scope="module")
def made(classroom, tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("flattery") / "store")
    return store, study(classroom, store, Workers(1), SEEDS, SEEDS, WEEKS, FOLLOW, quiet=True)


@pytest.fixture(scope="module")
def found(made):
    return made[1]


@pytest.fixture(scope="module")
def lives(classroom):
    """One run of the small service, the people studied in it, and their usual care."""
    own = live(classroom, 1, WEEKS, stars=True)
    return own, shares.studied(own, classroom, FOLLOW), live(usual_care(classroom), 1, WEEKS)


def test_the_shares_add_up_to_the_recorded_gain_in_every_run_of_every_world(found):
    for world in (AS_IT_IS, *WORLDS):
        table = found.tables[world, "shares"]
        assert table[[*FLATTERS, *OTHERS, "effect"]].sum(axis=1).to_numpy() == pytest.approx(table["recorded"].to_numpy(), abs=1e-9)


def test_the_same_study_again_makes_nothing(made, classroom, monkeypatch):
    store, found = made
    monkeypatch.setattr("experiments.flattery.pieces.live", None)
    again = study(classroom, store, Workers(1), SEEDS, SEEDS, WEEKS, FOLLOW, quiet=True)
    assert again("recorded") == found("recorded")


def test_without_kindness_rapport_has_no_share_and_nothing_else_moves(found):
    unkind, as_it_is = found.tables["Nobody rates kindly", "shares"], found.tables[AS_IT_IS, "shares"]
    assert (unkind["rapport"] == 0).all() and (as_it_is["rapport"] > 0).all()
    assert unkind[["effect", *OTHERS, "own course"]].equals(as_it_is[["effect", *OTHERS, "own course"]])


def test_without_the_dip_hardly_anything_is_left_of_recovery_and_the_effect_stays(found):
    without, with_dip = (found.tables[world, "shares"] for world in ("Nobody is in an acute dip at referral", AS_IT_IS))
    assert (without["course: dip"] == 0).all() and (with_dip["course: dip"] > 1).all()
    assert without["effect"].to_numpy() == pytest.approx(with_dip["effect"].to_numpy(), abs=0.15)  # but for the ends of the scale


def test_when_everybody_takes_part_selection_has_no_share(found):
    assert (found.tables["Everybody referred takes part", "shares"]["people, never"] == 0).all()
    assert (found.tables["Everybody referred takes part", "shares"][SELECTION] == 0).all()


def test_where_all_have_both_reviews_survivors_have_no_share(classroom):
    """Nobody drops out, leaves, dies, is ill or away: everybody who began has a second review."""
    still = NO_LIFE | NO_SETBACKS | NO_DROPOUT | NO_EXIT | STEADY_WORKERS
    p = classroom.replace(still | {"contact.attend_logit": 10, "workforce.diary_share": 1})
    own, twins = live(p, 1, WEEKS, stars=True), live(usual_care(p), 1, WEEKS)
    who = shares.studied(own, p, FOLLOW)
    assert not who.left.any() and who.reviewed.any() and who.never.any()
    usual = dict.fromkeys(("as it is", *shares.CAUSES), shares.gain(twins, who))
    assert shares.shares(who, 0.0, 0.0, shares.gain(own, who), usual)[SURVIVORS] == 0 and who.died == 0


def bias(**changes):
    """Return how far first Stars lie above the wellbeing they record, and its standard error: people whose areas are far from the ends of the scale."""
    middle = {"star_mean": 3.0, "star_person_sd": 0.0, "star_area_sd": 0.6, "star_mental_health": 0.0, "star_per_condition": 0.0}
    p = Parameters().replace({f"population.{key}": value for key, value in middle.items()} | changes)
    lives = live(p, 7, 40, stars=True)
    first = lives.stars.groupby("person").week.min()
    star = lives.people.set_index("person").star_0.loc[first.index].to_numpy(float)
    above = star - lives.level[first.to_numpy(int), first.index.to_numpy(int)]
    return above.mean(), above.std(ddof=1) / len(above) ** 0.5


def test_without_kindness_a_star_records_what_is_felt_up_to_rounding_and_with_it_more():
    """Rounding errors cancel between people: within 4 standard errors of 0, which chance alone exceeds once in 16,000 seeds; with kindness, beyond."""
    (none, error), (some, error_of_some) = bias(**{"wellbeing.kindness": 0.0}), bias(**{"wellbeing.kindness": 2.0})
    assert abs(none) < 4 * error < 0.2
    assert some > 4 * error_of_some


def test_at_the_first_review_everybody_is_as_under_usual_care(lives):
    own, who, twins = lives
    at = who.first[who.reviewed], who.rows[who.reviewed]
    assert np.array_equal(own.level[at], twins.level[at])


def test_who_never_began_lives_and_uses_care_as_without_the_service(lives, classroom):
    own, who, twins = lives
    rows = who.rows[who.never]
    assert len(rows) and np.array_equal(own.level[:, rows], twins.level[:, rows])
    before, after = (care.use(each, rows, classroom)["cost"] for each in (own, twins))
    assert np.array_equal(before, after)


def test_the_recorded_gain_is_that_of_the_people_table(lives):
    own, who, _ = lives
    people = own.people.set_index("person").loc[who.rows[who.reviewed]]
    assert shares.recorded(own, who) == pytest.approx((people.star_26 - people.star_0).mean())
    assert (who.second - who.first)[who.reviewed].min() >= 1
    stars = own.stars.groupby("person").week.min()
    assert (stars.loc[who.rows[who.reviewed]].to_numpy() == who.first[who.reviewed]).all()


def test_an_interval_is_students(found):
    """Values 1, 2, 3: mean 2, standard error 1/sqrt(3), t of 2 degrees of freedom 4.303."""
    e = estimate([1.0, 2.0, 3.0, np.nan])
    assert (e.mean, e.runs) == (2, 3) and e.high - e.mean == pytest.approx(4.3027 / 3**0.5, abs=1e-4)


def test_t23_is_given_by_seed(found):
    row = found.tables[AS_IT_IS, "care"].loc[1].to_dict()
    told = care.t23(row)
    assert set(told) == {"naive", "selection", "own", "itt"}
    assert 1 + told["naive"] == pytest.approx((1 + told["selection"]) * (1 + told["own"]))


def test_the_page_names_every_source_and_leads_to_its_figures(found, tmp_path):
    page.write(found, tmp_path / "before-and-after.md", tmp_path / "before-and-after")
    text = (tmp_path / "before-and-after.md").read_text(encoding="utf-8")
    assert [source.label for source in (*words.FLATTERS, *words.OTHERS) if source.label not in text or source.term not in text] == []
    assert [world for world in WORLDS if world not in text] == []
    named = re.findall(r'(?:src|srcset)="([^"]+)"', text) + re.findall(r"\]\((before-and-after/[^)]+)\)", text)
    assert len(named) == 6 and all((tmp_path / name).stat().st_size > 500 for name in named)
    assert not re.search(r"\bnan\b|–%|[{}]", text)


def test_the_page_tells_the_effect_on_the_same_people_beside_that_on_all_referred(found):
    first = page.text(found).split("## Where the difference comes from")[0]
    same, effect, recorded = (found(name).mean for name in ("effect, reviewed", "effect", "recorded"))
    assert f"{same:.2f} points" in first and f"{effect:.2f} points" in first
    assert times(recorded / same) in first and times(recorded / effect) in first
