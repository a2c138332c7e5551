"""`spsim compare` of many places: the same people on both sides, what is refused, and a page to forward."""

import pandas as pd
import pytest

from experiments import cli
from experiments.places.compare import arms_of
from experiments.places.piece import results_of

pytestmark = pytest.mark.unit
LINES = (
    "place,referrals.first_year,referrals.later_years,workforce.posts,community.services",
    "North,40,40,1,5", "South,60,60,1,6", "West,30,30,1,4",
)  # fmt: skip
IDEA = "title: Nobody gives notice\ndescription: D\nmodel:\n  workforce:\n    turnover: 0\n"


@pytest.fixture
def compare(spsim, tmp_path):
    (tmp_path / "mine.csv").write_text("\n".join(LINES) + "\n", encoding="utf-8")
    (tmp_path / "own" / "scenario").mkdir(parents=True)
    (tmp_path / "own" / "scenario" / "calm.yaml").write_text(IDEA, encoding="utf-8")
    words = ("--config-dir", "own", "service=nhs_pcn", "places=mine.csv", "weeks=40", "out=found", "store=store", "processes=1")
    return lambda *more: spsim("compare", *words, *more)


def test_both_sides_have_the_same_people_in_each_place(tmp_path, monkeypatch, compare):
    monkeypatch.chdir(tmp_path)
    arms = arms_of(cli.read("compare", ["service=nhs_pcn", "places=mine.csv", "weeks=40", "scenarios=[signposting_only]"]))
    for key, before in arms.asked["baseline"].pieces.items():
        after = arms.asked["signposting_only"].pieces[key]
        assert before.seed == after.seed and before.key != after.key
        one, other = (results_of(piece, usual=False).people for piece in (before, after))
        for trait in ("person", "referred_week", "age", "ltcs", "gone_week", "confidence_baseline"):
            pd.testing.assert_series_equal(one[trait], other[trait])


def test_differences_of_the_whole_are_those_of_its_places(compare, tmp_path):
    answer = compare("scenarios=[calm,signposting_only]")
    assert answer.status == 0, answer.err
    whole, each = (pd.read_csv(tmp_path / "found" / f"{name}.csv") for name in ("differences", "places"))
    row = whole.query("scenario == 'calm' and measure == 'changed_worker' and group == 'all'").iloc[0]
    assert row.difference <= 0 and row.places == 3 and row.replications == 2 and row.ci_low <= row.difference <= row.ci_high
    assert set(each.scenario) == {"calm", "signposting_only"} and set(each.place) == {"North", "South", "West"}
    assert (each.value - each.baseline).tolist() == pytest.approx(each.difference.tolist(), nan_ok=True)
    assert "“Nobody gives notice”" in answer.out and "“Signposting only”" in answer.out and "In brackets" not in answer.out
    page = (tmp_path / "found" / "report.html").read_text(encoding="utf-8")
    assert "What it does to single places" in page and "<svg" in page and "http://" not in page.replace("http://www.w3.org", "")
    again = compare("scenarios=[calm,signposting_only]")
    assert "nothing was run" in again.out


def test_a_scenario_that_changes_nothing_differs_by_nothing(compare, tmp_path):
    (tmp_path / "own" / "scenario" / "same.yaml").write_text("title: Same\ndescription: D\nmodel:\n  workforce:\n    hours: 37.5\n", encoding="utf-8")
    assert compare("scenarios=[same]").status == 0
    whole = pd.read_csv(tmp_path / "found" / "differences.csv")
    assert (whole.difference.dropna() == 0).all() and (whole.halfwidth.dropna() == 0).all()


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("scenarios=[]",), ["scenarios= names none"]),
        (("scenarios=[calm]", "rests_on=true"), ["rests_on=true", "without that; ask it of one service"]),
        (("scenarios=[calm]", "precision=0.1", "qalys=true"), ["qalys=true and precision=0.1"]),
        (("scenarios=[four_fewer_workers]",), ["cannot be asked of the place North"]),
        (("scenarios=[nowhere]",), ["nowhere"]),
    ],
)
def test_what_a_system_cannot_be_asked_is_refused(compare, tmp_path, words, parts):
    answer = compare(*words)
    assert answer.status == 2 and answer.err.count("\n") == 1, answer.err
    for part in parts:
        assert part in answer.err
    assert not (tmp_path / "found").exists()


def test_what_only_a_system_takes_is_refused_of_one_service(spsim):
    answer = spsim("compare", "scenarios=[warm_handover]", "executor=dask")
    assert answer.status == 2 and "executor=dask is for a system of places" in answer.err
