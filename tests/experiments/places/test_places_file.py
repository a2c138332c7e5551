"""A user's file of places: what it may hold, and every row that is wrong is named."""

import csv
from pathlib import Path

import pytest

from experiments.errors import UsageError
from experiments.help import CONFIGS
from experiments.places.draws import MOST_PLACES
from experiments.places.file import MOST_TOLD, NEEDED, read_places

pytestmark = pytest.mark.unit
HEAD = ",".join(NEEDED)


@pytest.fixture
def file(tmp_path):
    def write(*lines, head=HEAD, name="places.csv"):
        path = tmp_path / name
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def refusal(path):
    with pytest.raises(UsageError) as caught:
        read_places(path)
    return str(caught.value)


def test_a_row_becomes_a_place_with_its_values_by_full_key(file):
    (row,) = read_places(file("Hill Top,400,420.5,2,9"))
    assert (row.line, row.name) == (2, "Hill Top")
    assert row.values == {
        "model.referrals.first_year": 400.0, "model.referrals.later_years": 420.5, "model.workforce.posts": 2, "model.community.services": 9,
    }  # fmt: skip


def test_columns_go_by_short_or_full_names_and_hold_switches_and_words(file):
    head = f"{HEAD.replace('workforce.posts', 'model.workforce.posts')},programme.open_ended,handover.order"
    (row,) = read_places(file("A,1,2,3,4,true,complex_first", head=head))
    assert row.values["model.programme.open_ended"] is True and row.values["model.handover.order"] == "complex_first"


def test_blank_lines_and_a_byte_order_mark_are_no_mistake(tmp_path):
    path = tmp_path / "bom.csv"
    path.write_bytes(f"\ufeff{HEAD}\r\n\r\nA,1,2,3,4\r\n,,,,\r\n".encode())
    assert [row.name for row in read_places(path)] == ["A"]


def test_the_example_that_ships_is_such_a_file_and_its_names_are_no_real_places():
    path = Path(str(CONFIGS / "examples" / "places_example.csv"))
    rows = read_places(path)
    with path.open(encoding="utf-8") as lines:
        assert len(rows) == len(list(csv.reader(lines))) - 1 >= 5
    assert "made up" in (path.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("head", "lines", "parts"),
    [
        ("place,referrals.later_years", ["A,1"], ["lacks the columns referrals.first_year, workforce.posts and community.services"]),
        (f"{HEAD},workforce.posts", ["A,1,2,3,4,5"], ["has the column workforce.posts more than once"]),
        (f"{HEAD},model.workforce.posts", ["A,1,2,3,4,5"], ["has the column workforce.posts more than once"]),
        (f"{HEAD},workforce.turnovr", ["A,1,2,3,4,0.2"], ["the column workforce.turnovr is not a parameter", "Did you mean model.workforce.turnover"]),
        (f"{HEAD},community.mix", ["A,1,2,3,4,1"], ["community.mix holds a list", "set it for all places"]),
        (HEAD.replace(",", ";"), ["A;1;2;3;4"], ["has semicolons between its columns"]),
        (f"{HEAD},", ["A,1,2,3,4,"], ["column 6 has no name in the first line"]),
        (HEAD, ['"A\nB",1,2,3,4', "C,1,2,x,4"], ["line 4 (C): model.workforce.posts = 'x'"]),
        (HEAD, ["A,1,2,1_0,4"], ["line 2 (A): model.workforce.posts = '1_0'"]),
        (HEAD, ["A" * 140_000 + ",1,2,3,4"], ["line 2: this is no table of cells with commas between them"]),
        (HEAD, [], ["names columns and no place"]),
        (HEAD, ["A,1,2,3"], ["line 2: it has 4 cells and the first line 5"]),
        (HEAD, ["A,1,2,3,4", "A,1,2,3,4"], ["line 3: the place A stands on line 2 already"]),
        (HEAD, [",1,2,3,4"], ["line 2: a place needs a name"]),
        (HEAD, ["A,1,2,three,4"], ["line 2 (A): model.workforce.posts = 'three' is not allowed: it must be a whole number"]),
        (HEAD, ["A,1,2,-1,4"], ["line 2 (A): model.workforce.posts = -1 posts is not allowed. Allowed: 0 to 100000 posts"]),
        (HEAD, ["A,1,,3,4"], ["line 2 (A): referrals.later_years is empty"]),
        (HEAD, ["A,1,nan,3,4"], ["line 2 (A): model.referrals.later_years = nan"]),
        (f"{HEAD},handover.order", ["A,1,2,3,4,complex"], ["line 2 (A): model.handover.order = 'complex'", "complex_first"]),
    ],
)
def test_a_mistake_is_named_with_its_line_and_place(file, head, lines, parts):
    said = refusal(file(*lines, head=head))
    for part in parts:
        assert part in said


def test_every_bad_row_is_named_and_the_many_are_counted(file):
    said = refusal(file("A,1,2,x,4", "B,1,2,3,4", "C,-1,2,y,4"))
    assert "has 3 mistakes" in said and "line 2 (A)" in said and said.count("line 4 (C)") == 2 and "(B)" not in said
    said = refusal(file(*[f"P{number},1,2,x,4" for number in range(MOST_TOLD + 5)]))
    assert f"has {MOST_TOLD + 5} mistakes" in said and "and 5 mistakes more" in said


def test_a_file_that_is_none_or_too_long_is_refused(tmp_path, file):
    assert "cannot be read" in refusal(tmp_path / "nowhere.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    assert "not a text file in UTF-8" in refusal(tmp_path / "binary.csv")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    assert "is empty" in refusal(tmp_path / "empty.csv")
    assert f"at most {MOST_PLACES:,}" in refusal(file(*[f"P{number},1,2,3,4" for number in range(MOST_PLACES + 1)]))
