"""`spsim length` from words to files, on a small service."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import experiments
from experiments.__main__ import main
from experiments.length.files import COLUMNS, PARQUET

pytestmark = pytest.mark.unit
ASKED = (
    "length", "service=classroom", "lengths=[26,open]", "modes=[backlog]", "policies=[fixed_limit]", "replications=2", "weeks=364", "processes=1", "backlog=20",
)  # fmt: skip
FILES = {f"{name}.{'parquet' if name in PARQUET else 'csv'}" for name in COLUMNS} | {"data_dictionary.csv", "manifest.json", "summary.txt", "report.html"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a small question, its store beside them."""
    place = tmp_path_factory.mktemp("length")
    assert main([*ASKED, f"out={place / 'found'}", f"store={place / 'store'}"]) == 0
    return place / "found"


@pytest.mark.scale
def test_all_files_are_there_and_every_column_is_described(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == FILES
    dictionary = pd.read_csv(folder / "data_dictionary.csv")
    for name in COLUMNS:
        table = pd.read_parquet(folder / f"{name}.parquet") if name in PARQUET else pd.read_csv(folder / f"{name}.csv")
        assert list(table.columns) == dictionary.column[dictionary.table == name].tolist()
        assert len(table)
    measures = pd.read_csv(folder / "lengths.csv").measure
    assert set(measures) == set(dictionary.column[dictionary.table == "measure"])


@pytest.mark.scale
def test_a_programme_without_limit_serves_fewer_and_lets_more_wait_at_the_same_posts(folder: Path) -> None:
    """Two fixed seeds. 48 fit in this service: 26 weeks leave room for all who accept, and without limit those taken on first stay."""
    found = pd.read_csv(folder / "lengths.csv").query("group == 'all' and policy.isna()").pivot(index="length", columns="measure", values="value")
    assert found.served_all["open"] < found.served_all["26"]
    assert found.weeks_waited["open"] > found.weeks_waited["26"]
    assert found.weeks_in_service["open"] > found.weeks_in_service["26"]


@pytest.mark.scale
def test_the_summary_fits_a_terminal_and_says_that_it_speaks_of_the_model(folder: Path) -> None:
    told = (folder / "summary.txt").read_text(encoding="utf-8")
    assert max(map(len, told.splitlines())) <= 80
    assert "in the model" in told


@pytest.mark.scale
def test_the_manifest_holds_what_decides_and_the_posts_of_every_length(folder: Path) -> None:
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (record["lengths"], record["reference"], record["surge"], record["backlog"]) == (["26", "open"], "26", 1.3, 20)
    assert record["posts"] == {"backlog": {"26": 4, "open": 4}}
    assert record["policies"] == {"fixed_limit": {"programme.discretion": "0.0", "programme.max_extensions": "0"}}


@pytest.mark.scale
def test_the_same_again_finds_its_results_and_elsewhere_takes_all_runs_from_the_store_to_the_same_bytes(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = f"store={folder.parent / 'store'}"
    assert main([*ASKED, f"out={folder}", store]) == 0
    assert "nothing was run" in capsys.readouterr().out
    assert main([*ASKED, f"out={tmp_path / 'again'}", store]) == 0
    assert json.loads((tmp_path / "again" / "manifest.json").read_text(encoding="utf-8"))["runs_simulated"] == 0
    for name in FILES - {"manifest.json", "report.html"}:  # which tell times
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes(), name


@pytest.mark.scale
def test_from_python_the_same_tables_come_back(folder: Path) -> None:
    keys: dict[str, Any] = {"modes": ["backlog"], "policies": ["fixed_limit"], "replications": 2, "weeks": 364, "backlog": 20}
    found = experiments.length([26, "open"], service="classroom", store=str(folder.parent / "store"), **keys)
    assert found.simulated == 0
    pd.testing.assert_frame_equal(found.needed, pd.read_csv(folder / "needed.csv"))
    pd.testing.assert_frame_equal(found.runs, pd.read_parquet(folder / "runs.parquet"))


def test_a_dry_run_tells_how_much_there_is_to_do_and_writes_nothing(spsim: Callable[..., Any], tmp_path: Path) -> None:
    answer = spsim(*ASKED, "dry_run=true")
    assert answer.status == 0
    assert "3 lengths and policies" in answer.out
    assert "8 runs of the model" in answer.out  # 3 sides and usual care, in 2 seeds
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_ends_with_status_2_and_leaves_nothing(spsim: Callable[..., Any], tmp_path: Path) -> None:
    answer = spsim("length", "lengths=[26,27,often]")
    assert (answer.status, answer.out) == (2, "")
    assert "often is no length" in answer.err
    assert list(tmp_path.iterdir()) == []
