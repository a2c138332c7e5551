"""A posterior with many places: whose it may be, what wins over it, and luck told from doubt."""

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.errors import UsageError
from experiments.places.compare import arms_of
from experiments.places.question import origins, question_of, told
from experiments.posterior import write

pytestmark = pytest.mark.unit
HEAD = "place,referrals.first_year,referrals.later_years,workforce.posts,community.services"
ROWS = [f"P{number},{30 + number},30,1,5" for number in range(6)]


@pytest.fixture
def asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draws = pd.DataFrame({"workforce.turnover": [0.1, 0.2, 0.3], "dropout.hazard": [0.01, 0.02, 0.03]})
    write("fit.parquet", draws, {"service": "nhs_pcn"})
    (tmp_path / "mine.csv").write_text("\n".join([HEAD, *ROWS]) + "\n", encoding="utf-8")
    (tmp_path / "more.csv").write_text("\n".join([HEAD + ",workforce.turnover", *(row + ",0.24" for row in ROWS)]) + "\n", encoding="utf-8")
    return lambda *words: question_of(cli.read("run", ["posterior=fit.parquet", "weeks=20", *words]))


def turnover(piece):
    return piece.parameters.workforce.turnover


def test_a_board_takes_the_posterior_of_the_service_its_places_are_like_and_its_own_values_win(asked):
    (first, *_), board = asked("service=icb", "places=6").pieces.values(), asked("service=icb", "places=6", "seed=2")
    other = next(iter(board.pieces.values()))
    assert turnover(first) == turnover(other)  # drawn for the place
    assert (first.parameters.dropout.hazard, other.parameters.dropout.hazard) == (0.02, 0.03)  # rows 1 and 2
    with pytest.raises(UsageError, match="fitted to service=nhs_pcn"):
        asked("places=mine.csv")


def test_places_are_run_again_with_the_same_row_and_other_luck(asked):
    question = asked("service=nhs_pcn", "places=mine.csv", "replications=2")
    first = {name: piece for (name, seed), piece in question.pieces.items() if seed == 1}
    assert len(question.again) == 6
    for (name, _), piece in question.again.items():
        assert piece.parameters == first[name].parameters and piece.seed != first[name].seed
    assert {turnover(piece) for piece in question.pieces.values()} == {0.2, 0.3}


def test_a_column_that_holds_the_services_own_value_is_another_question(asked):
    one, other = (asked("service=nhs_pcn", f"places={name}.csv") for name in ("mine", "more"))
    assert [p.parameters for p in one.system.places] == [p.parameters for p in other.system.places]
    assert told(one) != told(other)
    assert {turnover(piece) for piece in one.pieces.values()} == {0.2} and {turnover(piece) for piece in other.pieces.values()} == {0.24}


def test_the_manifest_tells_places_posterior_and_command_line_apart(asked):
    question = asked("service=nhs_pcn", "places=more.csv", "model.workforce.posts=2")
    said = origins(question, {"model.workforce.posts": "the command line"})
    assert said["model.workforce.turnover"] == "places=more.csv" and said["model.workforce.posts"] == "the command line"
    assert said["model.dropout.hazard"].startswith("posterior=fit.parquet")


def test_a_comparison_makes_more_runs_where_the_doubt_is_shared(asked):
    words = ["service=nhs_pcn", "places=mine.csv", "weeks=20", "scenarios=[signposting_only]"]
    assert len(arms_of(cli.read("compare", words)).asked["baseline"].seeds) == 2
    with_doubt = arms_of(cli.read("compare", [*words, "posterior=fit.parquet"]))
    assert len(with_doubt.asked["baseline"].seeds) == 10
    assert np.all([arm.posterior is not None for arm in with_doubt.asked.values()])
