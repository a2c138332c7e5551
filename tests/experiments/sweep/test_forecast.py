"""Before a sweep starts: how many runs it takes, counted rightly; what is beyond reason is refused, what is long asked for."""

import io
import json
import sys

import pytest

from experiments.errors import UsageError
from experiments.executors import Workers
from experiments.store import Store
from experiments.sweep import designs
from experiments.sweep import forecast as forecast_module
from experiments.sweep.forecast import Forecast, consent, forecast
from experiments.sweep.sweep import Sweeper

pytestmark = pytest.mark.unit
HOURS_2, YEARS = 7200.0, 3e9
ONE = Workers(1)


@pytest.fixture
def timed(monkeypatch):
    """The run that is timed is not made: a run takes 0.5 seconds."""
    monkeypatch.setattr(forecast_module, "seconds_of_a_run", lambda question: 0.5)


@pytest.fixture
def terminal(monkeypatch):
    """`terminal("y")`: a user at a terminal who answers that."""

    class Typed(io.StringIO):
        def isatty(self):
            return True

    def sit(answer):
        said = Typed()
        monkeypatch.setattr(sys, "stdin", Typed(answer + "\n"))
        monkeypatch.setattr(sys, "stderr", said)
        return said

    return sit


def expected(rows=100, runs=200, seconds=0.5, workers=1):
    return Forecast(rows // 2, rows, runs, seconds, workers, False)


@pytest.mark.scale
@pytest.mark.parametrize(
    ("method", "words", "more"),
    [
        ("morris", (), {}),
        ("lhs", (), {"size": 8}),
        ("oat", ("population.female_share", "workforce.diary_share"), {}),  # the one has usual care of its own, the other shares it
        ("grid", ("programme.enabled", "workforce.diary_share"), {}),  # usual care is itself a point
        ("grid", ("community.places_min", "community.places_max"), {"bounds": {"community.places_min": [6, 12], "community.places_max": [8, 20]}}),
    ],
)
def test_the_runs_forecast_are_those_that_are_made(question, tmp_path, ran, timed, method, words, more):
    asked, store = question(method, *words, **more), Store(tmp_path / "store")
    told = forecast(Sweeper(asked, store, ONE))
    assert not ran and not store.folder.exists()
    found = Sweeper(asked, store, ONE, quiet=True).answer()
    assert told.runs == len(ran) and told.rows == len(found.last.runs) and told.points == len(found.last.step.points)
    assert forecast(Sweeper(asked, store, ONE)).runs == 0 and "all runs are there already" in forecast(Sweeper(asked, store, ONE)).told()


@pytest.mark.scale
def test_what_is_there_already_is_not_counted_and_what_failed_only_when_it_is_to_be_made_again(question, tmp_path, ran, timed, monkeypatch):
    store = Store(tmp_path / "store")
    Sweeper(question("morris", size=2), store, ONE, quiet=True).answer()
    ran.clear()
    larger = question("morris", size=3)
    told = forecast(Sweeper(larger, store, ONE))
    with monkeypatch.context() as broken:
        from experiments.whatif import cells

        real, broken_seed = cells.run_model, 2
        broken.setattr(cells, "run_model", lambda job: 1 / 0 if job.seed == broken_seed else real(job))
        Sweeper(larger, store, ONE, quiet=True).answer()
    assert told.runs == 4 * 2 and len(ran) == 4
    assert forecast(Sweeper(larger, store, ONE)).runs == 0 and forecast(Sweeper(larger, store, ONE, retry=True)).runs == 4
    ran.clear()
    found = Sweeper(larger, store, ONE, quiet=True, retry=True).answer()
    assert len(ran) == 4 and found.last.failed == 0 and found.simulated == 4


def test_a_forecast_of_a_design_beyond_reason_never_makes_it(question, tmp_path, timed, monkeypatch):
    monkeypatch.setattr(designs, "make", lambda *_: pytest.fail("the design was made"))
    told = forecast(Sweeper(question("sobol", size=2**20), Store(tmp_path / "store"), ONE))
    assert told.rows == 2**20 * 5 * 2 and told.runs == 2 * told.rows and told.seconds == 0.5


def test_of_two_steps_the_most_that_it_can_be_is_told(question, tmp_path, timed):
    asked = question("screen-then-sobol", size=16, trajectories=4, survivors=2)
    told = forecast(Sweeper(asked, Store(tmp_path / "store"), ONE))
    assert told.points == 4 * 4 + 16 * 4 and told.at_most and told.told().startswith("At most 80 points")


@pytest.mark.scale
def test_of_two_steps_of_which_the_first_is_done_the_runs_missing_are_told_to_the_run(question, tmp_path, ran, timed):
    asked, store = question("screen-then-sobol", size=16, trajectories=4, survivors=2), Store(tmp_path / "store")
    Sweeper(question("morris", size=4), store, ONE, quiet=True).answer()
    ran.clear()
    told = forecast(Sweeper(asked, store, ONE, quiet=True))
    Sweeper(asked, store, ONE, quiet=True).answer()
    assert not told.at_most and told.runs == len(ran) > 0
    done = forecast(Sweeper(asked, store, ONE, quiet=True))
    assert done.runs == 0 and not done.at_most and "all runs are there already" in done.told()


def test_the_time_is_that_of_all_runs_shared_among_the_workers():
    assert expected(runs=1000, seconds=2.0, workers=4).time == 500
    assert "about 8 minutes with 4 workers" in expected(runs=1000, seconds=2.0, workers=4).told()


def test_a_sweep_beyond_reason_is_refused_unless_confirmed_also_at_a_terminal(terminal):
    terminal("y")
    for beyond in (expected(rows=10**7), expected(seconds=YEARS / 200)):
        with pytest.raises(UsageError, match=r"would take about .*: add confirm=true if you mean it, or ask for less"):
            consent(beyond, False)
        consent(beyond, True)
    assert "Go on?" not in sys.stderr.getvalue()


@pytest.mark.parametrize("answer", ["n", "", "no", "perhaps", "Yes, but not now"])
def test_above_an_hour_a_user_at_a_terminal_is_asked_and_anything_but_yes_stops(terminal, answer):
    said = terminal(answer)
    with pytest.raises(UsageError, match="nothing was run. Add confirm=true"):
        consent(expected(seconds=HOURS_2 / 200), False)
    assert "about 2 hours" in said.getvalue() and said.getvalue().endswith("Go on? [y/N] ")


@pytest.mark.parametrize("answer", ["y", "Y", "yes", " Yes "])
def test_above_an_hour_yes_goes_on(terminal, answer):
    said = terminal(answer)
    consent(expected(seconds=HOURS_2 / 200), False)
    assert "Go on?" in said.getvalue()


def test_nobody_is_asked_below_an_hour_when_confirmed_or_without_a_terminal(terminal, monkeypatch, capsys):
    said = terminal("n")
    consent(expected(seconds=3000 / 200), False)
    consent(expected(seconds=HOURS_2 / 200), True)
    assert "Go on?" not in said.getvalue()
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    consent(expected(seconds=HOURS_2 / 200), False)
    monkeypatch.setattr(sys, "stdin", None)
    consent(expected(seconds=HOURS_2 / 200), False)


def test_a_short_sweep_is_not_announced_and_a_longer_one_is(capsys):
    consent(expected(seconds=0.001), False)
    assert capsys.readouterr().err == ""
    consent(expected(seconds=1.0), False)
    assert capsys.readouterr().err.startswith("50 points, 100 rows of points and seeds; 200 runs of the model to make")


def test_ten_million_runs_are_refused_at_once_and_nothing_is_written(sweep, tmp_path, monkeypatch):
    monkeypatch.setattr(designs, "make", lambda *_: pytest.fail("the design was made"))
    answer = sweep("method=lhs", "parameters=[workforce.turnover]", "points=5000000", "out=x")
    assert answer.status == 2 and answer.out == "" and list(tmp_path.iterdir()) == []
    assert "10,000,000 rows and would take about" in answer.err and "confirm=true" in answer.err


def test_a_dry_run_tells_and_runs_nothing(sweep, tmp_path, ran):
    answer = sweep("method=morris", "parameters=[workforce.turnover,workforce.vacancy_weeks]", "points=4", "out=x", "dry_run=true")
    assert answer.status == 0 and not ran and list(tmp_path.iterdir()) == []
    assert answer.out.startswith("12 points, 24 rows of points and seeds;") and answer.out.endswith("Nothing was run.\n")


def test_a_dry_run_of_ten_million_runs_tells_how_long(sweep, tmp_path):
    answer = sweep("method=lhs", "parameters=[workforce.turnover]", "points=5000000", "dry_run=true")
    assert answer.status == 0 and "10,000,000 rows" in answer.out and "with 1 worker" in answer.out and list(tmp_path.iterdir()) == []


def test_a_grid_that_no_computer_holds_is_refused_in_one_line(sweep, tmp_path):
    for words in (("points=20",), ("points=20", "dry_run=true", "confirm=true")):
        answer = sweep("method=grid", "parameters=all", *words)
        assert answer.status == 2 and answer.err.count("\n") == 1 and "has more than 1,000,000,000 points" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_says_how_many_runs_were_made(sweep, tmp_path):
    sweep("method=oat", "parameters=[workforce.diary_share]", "points=2", "replications=1", "out=x")
    assert json.loads((tmp_path / "x" / "manifest.json").read_text())["runs_simulated"] == 3 + 1, "three points and the usual care that they share"


def test_of_a_large_sweep_the_size_is_told_before_it_is_looked_up(question, tmp_path, timed, monkeypatch, capsys):
    asked = question("lhs", size=1024)
    monkeypatch.setattr(Sweeper, "ahead", lambda self: pytest.fail("looked up") if "looking up" not in capsys.readouterr().err else (1, True))
    assert forecast(Sweeper(asked, Store(tmp_path / "store"), ONE)).rows == 2048
