"""The page on validation, its list of findings and the reasons for misses belong together."""

import re

import pandas as pd
import pytest

from experiments import cli
from experiments.validation import page
from experiments.validation.judge import COLUMNS, MET, NO_REASON, judge
from experiments.validation.page import FOUND, PAGE, kept
from experiments.validation.question import question_of
from experiments.validation.targets import EDGE, reasons, shared, shipped
from experiments.validation.validate import Validation
from sim.parameters import declarations

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def asked():
    return question_of(cli.read("validate", []))


def test_the_page_says_what_the_list_that_ships_says(asked):
    assert PAGE.read_text(encoding="utf-8") == page.page(kept(), asked.weeks)


def test_the_page_has_every_target_with_its_source_and_the_default_command_makes_it(asked):
    assert list(kept().id) == list(shipped()) == [target.id for target in asked.targets]
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| T\d", line)]
    assert len(lines) == len(shipped())
    assert all(target.source in line for target in shipped().values() for line in lines if line.startswith(f"| {target.id} |"))


def test_every_verdict_follows_from_the_mean_and_the_band():
    for row in kept().itertuples():
        target = shipped()[row.id]
        if not target.directed:
            assert (row.verdict == MET) == target.right(row.mean), row.id


def test_every_miss_has_a_reason_and_stands_before_every_hit():
    table = kept()
    assert all(row.reason and row.reason != NO_REASON for row in table.itertuples() if row.verdict != MET)
    order = [row.verdict == MET for row in page.failures_first(table).itertuples() if row.use == "hold out"]
    assert order == sorted(order) and not all(order)


def test_what_is_met_only_just_has_a_reason_too():
    table = kept()
    assert {"T8a", "T15", "T24"} <= set(table.id[table.near_edge])
    assert all(row.reason for row in table.itertuples() if row.near_edge)


def test_reasons_name_parameters_that_there_are():
    known = {key.removeprefix("model.") for key, _, _ in declarations()}
    groups = {key.split(".")[0] for key in known}
    for name, reason in [*reasons().items(), *reasons(EDGE).items(), *shared().items()]:
        named = {word for word in re.findall(r"\b([a-z]+\.[a-z_0-9]+)\b", reason) if word.split(".")[0] in groups}
        assert named <= known, name


def test_what_is_kept_is_read_back_as_it_was(asked, tmp_path, monkeypatch):
    runs = pd.DataFrame([("T7", "", 1, 0.97), ("T7", "", 2, 0.99), ("T10b", "", 1, 0.03), ("T10b", "", 2, 0.04)], columns=["id", "part", "seed", "value"])
    found = Validation(asked, judge([shipped()["T7"], shipped()["T10b"]], runs), runs)
    page.keep(found).to_csv(tmp_path / "found.csv", index=False)
    monkeypatch.setattr(page, "FOUND", tmp_path / "found.csv")
    pd.testing.assert_frame_equal(kept()[list(COLUMNS)], found.table.round(6), check_dtype=False, check_exact=False, atol=1e-5)
    text = page.page(kept(), asked.weeks)
    assert "T10b is no independent test" in text and "Without it: 0 of 1 met, 1 missed" in text
    assert "the model meets 0 and misses 2" in text and "**missed**" in text and "(5 of 24: 0.07 to 0.42)" in text


def test_the_list_ships_with_the_package():
    assert FOUND.parent.name == "evidence" and FOUND.is_file()
