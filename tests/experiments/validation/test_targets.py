"""The published targets that ship with the package, and files of the user's own."""

import csv
from importlib import resources

import pytest

from experiments.errors import UsageError
from experiments.validation import targets
from experiments.validation.ranges import RANGES, SHARES
from experiments.validation.targets import ANSWERED, COLUMNS, EDGE, FIT, HELD_OUT, INPUT, chosen, parsed, read, shared, shipped

pytestmark = pytest.mark.unit
FOLDER = resources.files("configs") / "evidence"
HEAD = ",".join(COLUMNS)
GOOD = "T7,Any-area improvement,,band,0.86,0.78,0.92,,,hold out,Ours"


def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((FOLDER / name).read_text(encoding="utf-8").splitlines()))


def test_every_target_has_a_source_a_use_and_a_band_that_holds_its_value():
    for target in shipped().values():
        assert target.source and target.statistic, target.id
        assert target.low < target.high, target.id
        assert target.directed or target.right(target.value), target.id


def test_the_model_has_a_statistic_for_every_target_that_ships_and_for_no_other():
    assert len(shipped()) == 34
    assert set(shipped()) == set(ANSWERED)


def test_values_were_adjusted_to_seven_of_the_t_numbers_six_fitted_and_one_input_that_says_so():
    fitted = {name.rstrip("abcd") for name, target in shipped().items() if target.use == FIT}
    assert fitted == {"T1", "T3", "T4", "T6", "T15", "T16"}
    assert {name for name, target in shipped().items() if target.use == INPUT and "made to come out" in shared().get(name, "")} == {"T14a"}


def test_what_held_out_targets_share_with_fitted_ones_or_with_the_model_is_named():
    """T10b is the five people of T15; two directions are built in by values that have the same source."""
    assert {name for name in shared() if shipped()[name].use == HELD_OUT} == {"T8b", "T10b", "T14b"}
    t10b, t15 = shipped()["T10b"], shipped()["T15"]
    assert (t10b.k, t10b.n, t10b.source) == (t15.k, t15.n, t15.source) and "T15" in shared()["T10b"]


def test_the_interview_as_a_whole_is_held_out_while_one_share_like_it_is_fitted():
    """T15 counts setbacks as T10b does: to fit both would be to fit the same five people twice."""
    assert {shipped()[name].use for name in ("T10a", "T10b", "T10c", "T10d")} == {"hold out"}


@pytest.mark.parametrize(
    ("target", "words"), [("T10a", ("decreasing as situation improves",)), ("T10c", ("new", "changed", "change of link worker")), ("T10d", ("same level",))]
)
def test_the_counts_of_the_interview_are_those_of_table_1(target, words):
    """T10b is left out: the text of the paper counts 5 of 24, two of them outside the rows at hand."""
    seen = [row["involvement"] for row in rows_of("table1.csv") if row["months_in_programme"]]
    assert (shipped()[target].k, shipped()[target].n) == (sum(any(word in said for word in words) for said in seen), len(seen))


def test_table_1_has_its_first_twenty_rows_and_the_mean_of_four_conditions_the_model_starts_from():
    rows = rows_of("table1.csv")
    assert [int(row["id"]) for row in rows] == list(range(1, 21))
    assert sum(int(row["wtw_conditions"]) + int(row["other_conditions"]) for row in rows) / 20 == pytest.approx(4.05)


def test_the_exact_interval_is_that_of_clopper_and_pearson():
    """5 of 24 and 6 of 17 as in published tables; the ends of 0 of 10 are 0 and 1 - 0.025^(1/10)."""
    assert shipped()["T10b"].exact == pytest.approx((0.0713, 0.4215), abs=5e-4)
    assert shipped()["T10a"].exact == pytest.approx((0.1421, 0.6167), abs=5e-4)
    none = parsed(f"{HEAD}\nT7,p,,binomial,,,,0,10,hold out,Ours\n", "x")["T7"]
    assert none.exact == pytest.approx((0, 1 - 0.025 ** (1 / 10)))
    assert (none.low, none.high) == none.exact  # where no band is declared, the exact interval is the band


def test_a_mean_on_the_edge_of_a_band_is_inside_and_on_the_bound_of_a_sign_is_not():
    band, sign = shipped()["T4"], shipped()["T20b"]
    assert band.right(17) and band.right(22) and not band.right(16.99) and not band.right(22.01)
    assert sign.right(1e-9) and not sign.right(0)


def test_targets_of_your_own_are_read_as_those_that_ship(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text((FOLDER / "targets.csv").read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert read(str(file)) == shipped()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,value\nT7,1\n", "the columns must be"),
        (f"{','.join(reversed(COLUMNS))}\n", "another order"),
        (f"{HEAD},more\n{GOOD},1\n", "more is missing or not a column"),
        (f"{HEAD}\n", "there is no target"),
        (f"{HEAD}\n{GOOD}\n{GOOD}\n", "stands twice"),
        (f"{HEAD}\nT7,too,few\n", "row 2 does not have 11 fields"),
        (f"{HEAD}\n{GOOD},one more\n", "row 2 does not have 11 fields"),
        (f"{HEAD}\nT99,p,,band,1,0,2,,,hold out,Ours\n", "the model has no statistic for this id"),
        (f"{HEAD}\nT7,p,,band,0.9,0.95,0.8,,,hold out,Ours\n", "low must be below high"),
        (f"{HEAD}\nT7,p,,band,0.9,0.8,,,,hold out,Ours\n", "needs both low and high"),
        (f"{HEAD}\nT7,p,,sign,1,0,1,,,hold out,Ours\n", "needs one of low and high"),
        (f"{HEAD}\nT7,p,,binomial,0.5,0.3,0.7,12,10,hold out,Ours\n", "k = 12 of n = 10 cannot be"),
        (f"{HEAD}\nT7,p,,binomial,0.5,0.3,0.7,5,,hold out,Ours\n", "give k and n"),
        (f"{HEAD}\nT7,p,,binomial,0.5,0.3,0.7,,,hold out,Ours\n", "needs the counts"),
        (f"{HEAD}\nT7,p,,binomial,0.5,0.3,0.7,1.5,10,hold out,Ours\n", "k is '1.5'"),
        (f"{HEAD}\nT7,p,,band,0.9,nan,0.8,,,hold out,Ours\n", "low is 'nan'"),
        (f"{HEAD}\nT7,p,,interval,0.9,0.8,1,,,hold out,Ours\n", "kind is 'interval'"),
        (f"{HEAD}\nT7,p,,band,0.9,0.8,1,,,held out,Ours\n", "use is 'held out'"),
        (f"{HEAD}\nT7,p,,band,0.9,0.8,1,,,hold out,\n", "the source is missing"),
        (f"{HEAD}\nT1,p,,band,,1.05,1.2,,,fit,Ours\n", "low is 1.05, which cannot be: this pattern is a share"),
        (f"{HEAD}\nT6,p,,band,,45,60,,,fit,Ours\n", "low is 45, which cannot be: this pattern lies between -32 and 32"),
        (f"{HEAD}\nT2a,p,,band,,-5,60,,,fit,Ours\n", "this pattern is never below 0"),
        (f"{HEAD}\nT15,p,,binomial,,0.7,0.9,5,24,fit,Ours\n", "5 of 24 is 0.208, outside its own band from 0.7 to 0.9"),
        (f"{HEAD}\nT15,p,,binomial,0.9,,,5,24,fit,Ours\n", "value is 0.9, but 5 of 24 is 0.208"),
        (f"{HEAD}\nT1,p,,band,0.9,0.72,0.8,,,fit,Ours\n", "value is 0.9, outside its own band from 0.72 to 0.8"),
        (f"{HEAD}\nT4,p,,binomial,,,,5,24,fit,Ours\n", "kind is binomial, and this pattern is no share of people"),
        (f"{HEAD}\nT4,p,,band,21,17,22,5,24,fit,Ours\n", "leave k and n empty"),
        (f"{HEAD}\nT9b,p,,ratio,1,1,,,,hold out,Ours\n", "nothing lies beyond the bound 1"),
        (f"{HEAD}\nT15,p,,binomial,,,,{10**20},{10**23},fit,Ours\n", "may be 1,000,000,000 at most"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_what_is_wrong(tmp_path, text, said):
    file = tmp_path / "mine.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="file=.*mine.csv") as told:
        read(str(file))
    assert said in str(told.value)


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read as a CSV file"):
        read(str(file))
    with pytest.raises(UsageError, match="there is no such file"):
        read(str(tmp_path / "other.csv"))


def test_targets_are_chosen_in_the_order_of_the_file_and_an_unknown_one_is_refused_with_the_nearest():
    assert [target.id for target in chosen(shipped(), ["T7", "T1", "T7"])] == ["T1", "T7"]
    with pytest.raises(UsageError, match="Did you mean T10"):
        chosen(shipped(), ["T10"])


def test_reasons_are_of_targets_that_ship():
    assert set(targets.reasons()) | set(targets.reasons(EDGE)) <= set(shipped())


def test_only_shares_have_counts_and_ranges_are_of_targets_that_ship():
    assert {name for name, target in shipped().items() if target.k is not None} <= set(SHARES) <= set(RANGES) <= set(ANSWERED)
