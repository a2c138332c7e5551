"""From the command line a cancelled departure must be one that would have come: anything else would only look like an answer."""

import pandas as pd
import pytest

pytestmark = pytest.mark.unit
RESTLESS = ("weeks=40", "model.workforce.turnover=4", "model.workforce.notice_weeks=2")


@pytest.fixture
def leaver(quick, tmp_path):
    """The first worker who leaves in a run without anything cancelled, and the weeks in which anybody leaves that post."""
    answer = quick(*RESTLESS, "out=as-it-was")
    assert answer.status == 0, answer.err
    workers = pd.read_parquet(tmp_path / "as-it-was" / "link_workers.parquet")
    first = workers[workers["left_week"].notna()].sort_values("left_week").iloc[0]
    return first, sorted(workers.loc[workers["post"] == first.post, "left_week"].dropna().astype(int))


def files(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def cancel(post, week):
    return f"model.workforce.cancel_departure=[{int(post)},{int(week)}]"


def test_a_real_departure_is_cancelled_and_the_worker_stays(quick, leaver, tmp_path):
    first, _ = leaver
    answer = quick(*RESTLESS, cancel(first.post, first.left_week), "out=stayed")
    assert answer.status == 0, answer.err
    workers = pd.read_parquet(tmp_path / "stayed" / "link_workers.parquet")
    same = workers[(workers["post"] == first.post) & (workers["started_week"] == first.started_week)].iloc[0]
    assert pd.isna(same.left_week) or same.left_week > first.left_week


@pytest.mark.scale
@pytest.mark.parametrize("more", [(), ("replications=2", "processes=2"), ("twin=true",)], ids=["one seed", "two processes", "twins"])
def test_a_departure_that_never_comes_up_is_refused_with_the_weeks_of_those_that_do(quick, leaver, tmp_path, more):
    first, weeks = leaver
    before, wrong = files(tmp_path), next(week for week in range(5, 40) if week not in weeks)
    answer = quick(*RESTLESS, cancel(first.post, wrong), *more)
    assert answer.status == 2
    assert f"no worker of post {first.post} would leave in week {wrong}" in answer.err
    if not more:
        assert f"left in weeks {', '.join(map(str, weeks))}" in answer.err
    assert "debug=true" not in answer.err
    assert answer.out == ""
    assert files(tmp_path) == before


def test_one_wrong_departure_beside_a_real_one_is_refused(quick, leaver):
    first, weeks = leaver
    answer = quick(*RESTLESS, f"model.workforce.cancel_departure=[{first.post},{weeks[0]},{first.post},1]")
    assert answer.status == 2
    assert "would leave in week 1 " in answer.err


def test_a_post_that_nobody_leaves_says_so(quick):
    answer = quick("model.workforce.turnover=0", cancel(0, 5))
    assert answer.status == 2
    assert "nobody left it" in answer.err


def test_a_post_that_does_not_exist_is_refused_at_once(quick, tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.run.SocialPrescribingService", None)  # nothing may be run
    answer = quick(cancel(4, 10))
    assert answer.status == 2
    assert "cancel_departure" in answer.err
    assert "numbered from 0 to 3" in answer.err
    assert list(tmp_path.iterdir()) == []
