"""The compiled form of the week from the command line: the same results, named in the manifest, and refused where it is not there."""

import json

import pandas as pd
import pytest

from experiments import compiling

pytestmark = pytest.mark.unit


@pytest.mark.scale  # all loops are compiled first, which takes a minute
def test_a_compiled_run_gives_the_same_tables_and_says_so_in_its_manifest(quick, tmp_path):
    assert quick("out=plain").status == 0
    answer = quick("out=fast", "compiled=true")
    assert answer.status == 0, answer.err
    plain, fast = (json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("plain", "fast"))
    assert plain["compiled"] is None and fast["compiled"].startswith("numba ") and plain["hash"] != fast["hash"]
    for table in ("weekly", "people", "events", "panel", "episodes"):
        pd.testing.assert_frame_equal(*(pd.read_parquet(tmp_path / name / f"{table}.parquet") for name in ("plain", "fast")), rtol=1e-9)


@pytest.mark.scale
def test_compiling_beforehand_runs_a_small_service(capsys):
    compiling.compile_now()
    assert "Compiling the week's loops" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("run", "service=classroom"), ("run", "service=icb"), ("compare", "service=icb", "scenarios=[warm_handover]")])
def test_without_numba_nothing_is_run_and_the_remedy_is_named(spsim, monkeypatch, tmp_path, words):
    monkeypatch.setattr(compiling, "find_spec", lambda name: None)
    answer = spsim(*words, "compiled=true")
    assert answer.status == 1 and "pip install 'spsim[fast]'" in answer.err
    assert not list(tmp_path.iterdir())
