"""A user's referral counts: read as they stand, or refused with file and line."""

import resource
import time
from importlib.resources import files

import pytest

from experiments.errors import UsageError
from experiments.referral_counts import MOST_WEEKS, read_counts

pytestmark = pytest.mark.unit

BAD = {
    "": ("line 1", "empty"),
    "\n": ("line 1", "week,referrals"),
    "week;referrals\n0;3\n": ("line 1", "week;referrals"),
    "0,3\n1,4\n": ("line 1", "week,referrals"),
    "week,referrals\n": ("line 2", "no weeks"),
    "week,referrals\n0,3\n2,4\n": ("line 3", "week 1 is missing"),
    "week,referrals\n1,3\n": ("line 2", "weeks count from 0"),
    "week,referrals\n2,3\n": ("line 2", "week 0 is missing"),
    "week,referrals\n0,3\n\n1,4\n": ("line 3", "the line is empty"),
    "week,referrals\n\n  \n0,3\n": ("line 2", "the line is empty"),
    '"week","referrals"\n0,"3\n4"\n': ("line 3", "referrals"),
    "week,referrals\n0,3\n0,4\n": ("line 3", "once, in order"),
    "week,referrals\n0,3\n1,4\n0,5\n": ("line 4", "once, in order"),
    "week,referrals\n0,-3\n": ("line 2", "referrals = '-3'"),
    "week,referrals\n0,2.5\n": ("line 2", "referrals = '2.5'"),
    "week,referrals\n0,many\n": ("line 2", "referrals = 'many'"),
    "week,referrals\n0,NaN\n": ("line 2", "referrals = 'NaN'"),
    "week,referrals\n0,\n": ("line 2", "referrals = ''"),
    "week,referrals\n0,٣\n": ("line 2", "referrals = '٣'"),
    "week,referrals\nfirst,3\n": ("line 2", "week = 'first'"),
    "week,referrals\n0\n": ("line 2", "has 1 value."),
    "week,referrals\n0,3,4\n": ("line 2", "3 values"),
    "week,referrals\n0,1000001\n": ("line 2", "1,000,000"),
    "week,referrals\n0," + "9" * 5000 + "\n": ("line 2", "too long"),
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my.csv"


@pytest.mark.parametrize("content", BAD)
def test_a_mistake_names_file_line_and_what_is_wrong(path, content):
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        read_counts(str(path))
    for part in (str(path), *BAD[content]):
        assert part in str(refused.value)
    assert len(str(refused.value)) < 400


def test_counts_are_read_in_order_whatever_the_line_ends_and_spaces(path):
    path.write_bytes("\ufeffWeek, Referrals\r\n0, 3\r\n1,0\r\n2,12\r\n".encode())
    assert read_counts(str(path)) == [3, 0, 12]


def test_empty_lines_at_the_end_are_accepted(path):
    path.write_text("week,referrals\n0,3\n1,4\n\n  \n\n")
    assert read_counts(str(path)) == [3, 4]


def test_a_file_of_as_many_weeks_as_are_allowed_may_end_in_empty_lines(path):
    path.write_text("week,referrals\n" + "".join(f"{week},1\n" for week in range(MOST_WEEKS)) + "\n\n")
    assert len(read_counts(str(path))) == MOST_WEEKS


def test_a_file_that_is_not_there_is_named(path):
    with pytest.raises(UsageError, match=r"my\.csv cannot be read"):
        read_counts(str(path))


def test_a_file_that_is_no_text_is_refused(path):
    path.write_bytes(b"PK\x03\x04\xff\xfe\x00\x00")
    with pytest.raises(UsageError, match="not a text file"):
        read_counts(str(path))


def test_ten_million_rows_are_given_up_early_and_not_loaded(path):
    block = "".join(f"{week},3\n" for week in range(10_000))
    with path.open("w") as file:
        file.write("week,referrals\n")
        for _ in range(1000):
            file.write(block)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(UsageError, match=f"line {MOST_WEEKS + 2}.*more than 5,200 weeks"):
        read_counts(str(path))
    assert time.monotonic() - started < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


def test_the_example_that_ships_is_five_years_long_and_near_the_published_flow():
    counts = read_counts(str(files("configs") / "examples" / "referrals_example.csv"))
    assert len(counts) == 260
    assert sum(counts[:52]) == pytest.approx(1100, rel=0.1)
    assert sum(counts) == pytest.approx(1100 + 4 * 1565, rel=0.1)


def test_counts_from_a_file_are_those_of_the_run(quick, only_result, path):
    import pandas as pd

    given = [3, 0, 5, 1] * 5
    path.write_text("week,referrals\n" + "".join(f"{week},{count}\n" for week, count in enumerate(given)))
    answer = quick("model.referrals.counts=my.csv")
    assert answer.status == 0, answer.err
    assert pd.read_parquet(only_result() / "weekly.parquet")["referrals"].tolist() == given[:12]


def test_a_mistake_in_the_file_is_told_with_the_key_that_named_it(quick, path):
    path.write_text("week,referrals\n0,x\n")
    answer = quick("model.referrals.counts=my.csv")
    assert answer.status == 2
    assert answer.err == "spsim: model.referrals.counts: my.csv, line 2: referrals = 'x' is not a whole number of 0 or more.\n"


def test_too_few_weeks_for_the_run_are_refused(quick, path, tmp_path):
    path.write_text("week,referrals\n0,3\n1,4\n")
    answer = quick("model.referrals.counts=my.csv")
    assert answer.status == 2
    assert "model.referrals.counts: my.csv has 2 weeks, and the run has 12" in answer.err
    path.write_text("week,referrals\n0,3\n")
    assert "has 1 week, and" in quick("model.referrals.counts=my.csv").err
    assert [p.name for p in tmp_path.iterdir()] == ["my.csv"]
