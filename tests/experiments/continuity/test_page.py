"""The page and its tables, from a study small enough to run here: everything on it comes from the runs, and runs are made once."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.continuity.effects import FEWEST_RUNS, Estimate
from experiments.continuity.figure import CELLS, KINDS, figure, lost
from experiments.continuity.page import PICTURE, TABLE, TRIED, write
from experiments.continuity.page_words import OfPage
from experiments.continuity.shown import ranged, together
from experiments.continuity.study import ASSUMED, DECLARED, Study, find, what_is_there
from experiments.continuity.tables import COLUMNS, table_of, tried, with_interval
from experiments.continuity.words import Counts
from experiments.errors import RunError
from experiments.executors import Workers
from experiments.store import Store
from sim import Parameters
from tests.experiments.continuity.conftest import SMALL

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # a study of its own: `make scale`
STUDY = Study(
    Parameters().replace(SMALL), seeds=(3, 4), weeks=90, most=2, first=20, whole_seeds=(3, 4), tried_seeds=(3,), tried_most=1,
    assumed={"handover.call_per_week": "low"},
)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("continuity") / "store")


@pytest.fixture(scope="module")
def found(store):
    return find(STUDY, store, Workers(1), quiet=True)


@pytest.fixture(scope="module")
def table(found):
    """The estimates, with the intervals of two runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.continuity.tables.FEWEST_RUNS", 2)
        return table_of(found)


def test_the_same_study_again_runs_nothing_and_finds_the_same(found, store, monkeypatch):
    monkeypatch.setattr("experiments.pieces.function", None)  # nothing may be made
    again = find(STUDY, store, Workers(1), quiet=True)
    pd.testing.assert_frame_equal(again.people, found.people)
    pd.testing.assert_frame_equal(again.totals, found.totals)


def test_every_assumption_is_tried_at_both_ends_and_all_at_once():
    services = Study().services_tried()
    assert len(services) == 2 * len(ASSUMED) + 2
    ends = services["all where it costs most"]
    for name, end in ASSUMED.items():
        group, _, own = name.partition(".")
        low, high = DECLARED[name].plausible
        assert getattr(getattr(ends, group), own) == (low if end == "low" else high)


def test_the_table_has_each_estimand_once_and_an_interval_around_each_value(table):
    assert tuple(table.columns) == COLUMNS
    assert not table.duplicated(["estimand", "contrast", "group", "unit"]).any()
    known = table[table.ci_low.notna()]
    assert len(known) > 50
    means = known[~known.group.str.contains("/|hour")]
    assert (means.ci_low <= means.value + 1e-9).all() and (means.value <= means.ci_high + 1e-9).all()


def test_the_table_counts_people_departures_and_runs(found, table):
    row = table[(table.estimand == "weeks_52") & (table.contrast == "as_is - stayed") & (table.group == "all")].iloc[0]
    own = found.people[found.people.world == "as_is"]
    assert (row.people, row.departures, row.replications) == (len(own), own.groupby(["seed", "departure"]).ngroups, 2)


def test_fewer_than_five_runs_give_no_interval(found):
    e = Estimate(1.0, 0.9, 1.1, people=500, departures=20, runs=FEWEST_RUNS)
    assert with_interval(e) == e and np.isnan(with_interval(replace(e, runs=FEWEST_RUNS - 1)).low)
    assert tried(found).filter(regex="_(low|high)$").isna().all(axis=None)


def test_a_group_of_few_is_not_told(table):
    assert (table[table.group != "all"].people >= 100).all()


def test_the_figure_tells_every_group_that_is_large_enough_with_each_kind_of_handover(found, monkeypatch):
    monkeypatch.setattr("experiments.continuity.tables.FEWEST", 5)
    few = table_of(found)
    told = lost(few)
    assert set(told) <= set(CELLS) and all(set(kinds) == set(KINDS) for kinds in told.values())
    drawn = figure(found.study, few)
    assert len(drawn.table.rows) == len(told) and drawn.wide.svg("wide").count("<circle") == len(told) * len(KINDS)
    assert re.search(r"costs [−\d.]+ weeks; with a joint meeting [−\d.]+$", drawn.title)


@pytest.fixture(scope="module")
def written(found, tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.continuity.tables.FEWEST", 5)
        write(OfPage(found.study, table_of(found), Counts.of(found), tried(found)), folder / "page.md", folder / "tables")
    return folder


def test_the_page_has_every_section_and_no_number_that_is_none(written):
    page = (written / "page.md").read_text(encoding="utf-8")
    assert {path.name for path in (written / "tables").iterdir()} == {TABLE, TRIED, f"{PICTURE}.svg", f"{PICTURE}_narrow.svg"}
    assert not re.search(r"\bnan\b|None|\{|\b(significant|proves|optimal|will)\b", page)
    for section in ("The answer", "Repeated changes", "What a joint meeting buys an hour", "Everybody else", "Against the evidence", "What it cannot tell"):
        assert f"## {section}\n" in page
    assert "10.1176/appi.ps.201900169" in page and "T12" in page
    assert "| `handover.call_per_week` | 0.08 | 0.04 to 0.3 | D |" in page


def test_the_page_says_the_numbers_of_its_table(written, found):
    page, told = (written / "page.md").read_text(encoding="utf-8"), pd.read_csv(written / "tables" / TABLE)
    row = told[(told.estimand == "weeks_52") & (told.contrast == "as_is - stayed") & (told.group == "all")].iloc[0]
    assert f"costs the person it hits {ranged(-row.value, -row.ci_high, -row.ci_low)} weeks with the service" in page


def test_the_page_says_which_departures_count_and_how_many_runs_each_part_rests_on(written):
    page = " ".join((written / "page.md").read_text(encoding="utf-8").split())
    assert "departures in weeks 20 to 38" in page and "For each departure in weeks 20 to 38 of a run" in page
    assert "told of the first 2 of these seeds, other assumptions of 1" in page


def test_the_drawing_stands_on_white_with_its_words_below(written):
    page = (written / "page.md").read_text(encoding="utf-8")
    assert "background:white" in (written / "tables" / f"{PICTURE}.svg").read_text(encoding="utf-8")
    assert re.search(r"</picture>\n\nDots: means.*joint meeting.*green", page)


def test_a_finding_that_turns_is_told_with_the_number_of_the_table():
    assert "a little longer" in together(pd.DataFrame({"weeks_lost": [-0.131, 9.53]}))
    assert "−0.13 weeks" in together(pd.DataFrame({"weeks_lost": [-0.131, 9.53]}))
    assert "The direction holds at both" in together(pd.DataFrame({"weeks_lost": [0.4, 9.5]}))


def test_an_interval_is_told_with_two_figures():
    assert ranged(-2.434, -2.98, -1.88) == "−2.4 (−3.0 to −1.9)"
    assert ranged(-0.1123, -0.16, -0.06) == "−0.11 (−0.16 to −0.06)"


def test_no_two_pieces_of_a_study_are_taken_for_one_another():
    pieces = set(STUDY.every())
    assert len({(piece.key, piece.seed) for piece in pieces}) == len(pieces)


def test_without_an_interval_the_value_stands_alone():
    assert ranged(1.234, float("nan"), float("nan")) == "1.2"


def test_a_service_that_nobody_leaves_has_nothing_to_tell(tmp_path):
    still = Study(Parameters().replace(SMALL | {"workforce.turnover": 0.0}), (1,), 80, first=20, whole_seeds=(), tried_seeds=(), assumed={})
    store = Store(tmp_path / "store")
    with pytest.raises(RunError, match="no link worker left in weeks 20 to 28"):
        find(still, store, Workers(1), quiet=True)
    assert what_is_there(still, store) is None


def test_without_assumptions_there_is_still_something_to_tell(store, found):
    """Its departures are those of the study before, so that nothing is run."""
    alone = replace(STUDY, tried_seeds=(), assumed={})
    there = what_is_there(alone, store)
    assert there.people.equals(found.people) and not there.tried


def test_seeds_take_the_parameters_that_are_theirs():
    other = STUDY.parameters.replace({"handover.trust_kept_managed": 0.9})
    study = replace(STUDY, by_seed={4: other})
    assert study.departures(3) == STUDY.departures(3) and study.departures(4).parameters == other == study.repeated(4).parameters
    assert study.totals(4, 1.0).parameters.handover.trust_kept_managed == 0.9
