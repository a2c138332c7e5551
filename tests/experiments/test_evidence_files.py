"""The evidence that ships with the package."""

import csv
from importlib import resources

import pytest

from experiments import evidence
from experiments.patterns import PATTERNS

pytestmark = pytest.mark.unit

FOLDER = resources.files("configs") / "evidence"


def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((FOLDER / name).read_text(encoding="utf-8").splitlines()))


def test_every_target_has_a_source_a_use_and_a_band_that_holds_its_value():
    for row in rows_of("targets.csv"):
        assert row["source"] and row["statistic"], row["id"]
        assert row["use"] in ("fit", "input", "hold out"), row["id"]
    for target in evidence.targets().values():
        assert target.low < target.high, target.id
        assert target.met(target.value), target.id


def test_every_pattern_computed_is_a_target():
    assert set(PATTERNS) <= set(evidence.targets())


@pytest.mark.parametrize(
    ("target", "words"), [("T10a", ("decreasing as situation improves",)), ("T10c", ("new", "changed", "change of link worker")), ("T10d", ("same level",))]
)
def test_the_counts_of_the_interview_are_those_of_table_1(target, words):
    """T10b is left out: the text of the paper counts 5 of 24, two of them outside the rows at hand."""
    seen = [row["involvement"] for row in rows_of("table1.csv") if row["months_in_programme"]]
    counts = {row["id"]: (int(row["k"]), int(row["n"])) for row in rows_of("targets.csv") if row["id"] == target}
    assert counts[target] == (sum(any(word in said for word in words) for said in seen), len(seen))


def test_table_1_has_its_first_twenty_rows_and_the_mean_of_four_conditions_the_model_starts_from():
    rows = rows_of("table1.csv")
    assert [int(row["id"]) for row in rows] == list(range(1, 21))
    assert sum(int(row["wtw_conditions"]) + int(row["other_conditions"]) for row in rows) / 20 == pytest.approx(4.05)


def test_a_mean_on_the_edge_of_the_band_is_met_and_one_beyond_is_missed():
    target = evidence.targets()["T4"]
    assert target.met(17) and target.met(22)
    assert not target.met(16.99) and not target.met(22.01)


def test_a_missed_target_stays_on_the_page_as_missed():
    measured = evidence.pd.DataFrame({"T7": [0.97, 0.99], "T1": [0.75, 0.77]})
    lines = evidence.page(evidence.judge(measured), seeds=2).splitlines()
    assert any(line.startswith("| T7 |") and "**missed**" in line and "hold out" in line for line in lines)
    assert any(line.startswith("| T1 |") and "| met |" in line for line in lines)
