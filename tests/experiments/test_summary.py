"""The summary says in plain words what the files say in numbers."""

import math

import pandas as pd
import pytest
from scipy import stats

from experiments import cli
from experiments.run import TABLES
from experiments.summary import LINES, summary_text
from experiments.tables import interval, join_parquet, possible, schema, summary_over_seeds, write_parquet
from experiments.twins import gains, worth
from sim import Parameters
from sim.summary import valued

pytestmark = pytest.mark.unit


def summary_of(**values):
    rows = [(measure, "all", value, "", math.nan, math.nan, math.nan, 1) for measure, value in values.items()]
    return pd.DataFrame(rows, columns=["measure", "group", "value", "unit", "people", "ci_low", "ci_high", "replications"])


def text(summary, *words):
    return summary_text(cli.read("run", list(words)), summary, "the-folder")


def test_shares_are_percentages_and_money_is_pounds():
    told = text(summary_of(uptake=0.756, cost_service=4_837_218.2, wait_p90=3.04))
    assert "76% of those referred" in told
    assert "£4,837,218" in told
    assert "3.0 weeks" in told
    assert told.splitlines()[0] == "Ways to Wellness, the service as it is: 5 years from opening, seed 1"
    assert "the-folder" in told


def test_a_measure_without_a_value_is_left_out_with_its_heading():
    told = text(summary_of(uptake=0.5, wait_mean=math.nan))
    assert "mean" not in told.lower() and "Workers" not in told


def test_retention_beyond_the_end_of_the_programme_is_not_told():
    assert "6 months" not in text(summary_of(retention_26=0.0), "service=nhs_pcn")
    assert "6 months" in text(summary_of(retention_26=0.7))


def test_wellbeing_and_money_are_added_up_by_hand_over_two_years():
    prices = Parameters().economics
    weekly, twins = (pd.DataFrame({"star_total": [x, *[0] * 51, 2 * x], "cost": [y, *[0] * 51, y + 10]}) for x, y in ((104, 60), (52, 10)))
    told = valued(worth(weekly, twins, prices)).set_index("measure").value
    gained = (1 + 2 / 1.035) * 0.1  # 52 points more for a week is one point-year; the second a year later
    assert told["wellbys_over_usual_care"] == pytest.approx(gained)
    assert told["cost_over_usual_care"] == pytest.approx(50 + 50 / 1.035)
    assert told["net_benefit_over_usual_care"] == pytest.approx(gained * 13_000 * 1.12 - 50 - 50 / 1.035)


def test_the_worth_of_wellbeing_never_stands_without_what_it_rests_on():
    assert "assumed, not measured; at 0.03 it is 30% of this, at 0.2 200%." in " ".join(text(summary_of(wellbys_over_usual_care=5.0), "twin=true").split())


def test_a_few_seeds_show_no_interval():
    few, enough = (text(summary_of(uptake=0.5).assign(ci_low=0.1, ci_high=0.9, replications=n), f"replications={n}") for n in (4, 5))
    assert "(10 to 90)" in enough and "(" not in few.split("Took the service up")[1].split("\n")[0]


def test_a_recorded_gain_comes_with_a_caution_and_with_twins_with_where_the_difference_comes_from():
    gain = summary_of(star_gain_26=3.7)
    alone, beside = (" ".join(text(gain, *words).split()) for words in ((), ("twin=true",)))
    assert "most of it is not the service's" in alone and "before-and-after.md" not in alone
    assert "before-and-after.md" in beside and "twin=true shows" not in beside


def test_several_seeds_are_told_with_their_interval():
    summary = summary_of(uptake=0.75).assign(ci_low=0.70, ci_high=0.80, replications=5)
    told = text(summary, "replications=5", "seed=3")
    assert "75% of those referred (70 to 80)" in told
    assert "mean of 5 seeds (3 to 7)" in " ".join(told.split())


def test_every_measure_that_is_told_exists(quick, only_result):
    quick("weeks=120", "twin=true")
    summary = pd.read_csv(only_result() / "summary.csv")
    known = {*summary["measure"], *(summary["measure"] + ", " + summary["group"])}
    told = {measure for lines in LINES.values() for measure, *_ in lines}
    assert told <= known


def test_the_ends_add_up_to_everybody_who_started(quick, only_result):
    quick("weeks=160")
    summary = pd.read_csv(only_result() / "summary.csv").pivot(index="group", columns="measure", values="value")
    ends = summary[[measure for measure, *_ in LINES["How it ended, of all who started"]]]
    assert (ends.loc["all", ["goals_met", "time_limit", "dropout", "still_open"]] > 0).all()
    started = summary["people_started"] > 0
    assert ends[started].sum(axis=1).to_numpy() == pytest.approx(1)


def test_the_gain_over_usual_care_says_whose_it_is():
    both = pd.concat([summary_of(gain_over_usual_care_52=1.0), summary_of(gain_over_usual_care_52=2.0).assign(group="uptake: yes")])
    told = [line for line in text(both, "twin=true").splitlines() if "points" in line and "care" in line or "took" in line]
    assert [line.split()[-2] for line in told] == ["1.00", "2.00"]
    assert "all referred" in told[0] and "took the service up" in told[1]


@pytest.mark.parametrize("columns", [30, 40, 80, 100])
def test_the_summary_fits_the_terminal(monkeypatch, columns):
    """But for a path, which stays whole."""
    monkeypatch.setenv("COLUMNS", str(columns))
    measures = {measure: 123456.7 for lines in LINES.values() for measure, *_ in lines}
    told = text(summary_of(**measures).assign(ci_low=123450.0, ci_high=123460.0, replications=5), "replications=5", "twin=true")
    assert max(map(len, told.splitlines())) <= columns
    assert all(label in " ".join(told.split()) for lines in LINES.values() for _, label, *_ in lines)


def test_one_is_told_in_the_singular():
    told = text(summary_of(people_started=1.0, people_referred=2.0), "weeks=1")
    assert "1 week from opening" in told and "1 person" in told and "2 people" in told


def test_an_interval_ends_at_what_is_possible_but_a_difference_may_be_negative():
    def cut(measure, unit, values):
        row = summary_over_seeds(pd.DataFrame({"measure": measure, "group": "all", "unit": unit, "value": values, "people": math.nan})).iloc[0]
        return row["ci_low"], row["ci_high"]

    assert cut("uptake", "share of those referred", [0.9, 1.0])[1] == 1
    assert cut("gone", "share of starters", [0.0, 0.1])[0] == 0
    assert cut("waiting_end", "people", [0.0, 40.0])[0] == 0 < 40 < cut("waiting_end", "people", [0.0, 40.0])[1]
    assert cut("cost_over_usual_care", "pounds (2022/23)", [1.0, 40.0])[0] < 0
    assert cut("gain_over_usual_care_52", "points of the sum", [0.1, 1.0])[0] < 0


def test_every_measure_of_a_run_lies_within_what_is_possible(quick, only_result):
    quick("weeks=60", "twin=true", "replications=2", "processes=1")
    for row in pd.read_csv(only_result() / "summary.csv").itertuples():
        least, greatest = possible(row.measure, row.unit)
        for value in (row.value, row.ci_low, row.ci_high):
            assert math.isnan(value) or least <= value <= greatest, row


def test_the_interval_is_that_of_student():
    values = pd.Series([1.0, 2.0, 4.0, 7.0])
    mean, low, high = interval(values)
    wanted = stats.t.interval(0.95, 3, loc=values.mean(), scale=stats.sem(values))
    assert (mean, low, high) == pytest.approx((3.5, *wanted))
    assert math.isnan(interval(pd.Series([1.0]))[1])
    assert math.isnan(interval(pd.Series([math.nan]))[0])


def test_a_measure_missing_in_some_seeds_is_the_mean_of_the_others():
    runs = pd.DataFrame({"measure": "m", "group": "all", "unit": "u", "value": [1.0, math.nan, 3.0], "people": [5.0, 0.0, 7.0]})
    row = summary_over_seeds(runs).iloc[0]
    assert (row["value"], row["replications"], row["people"]) == (2.0, 2, 4.0)


def test_gains_pair_each_person_with_their_twin():
    def people(shift, gone):
        weeks = {f"latent_{week}": [20.0 + shift, 24.0 + 2 * shift, math.nan if gone else 1.0] for week in (26, 52, 104, 156, 208, 260)}
        who = dict.fromkeys(("female", "deprived", "minority", "mental_health"), [True, False, False])
        return pd.DataFrame({**who, "person": [0, 1, 2], "uptake": [True, False, None], "complexity": ["simple", "complex", "complex"], **weeks})

    found = valued(gains(people(1.0, gone=True), people(0.0, gone=True))).set_index(["measure", "group"])["value"]
    assert found["gain_over_usual_care_52", "all"] == pytest.approx(1.5)
    assert found["gain_over_usual_care_52", "uptake: yes"] == pytest.approx(1.0)
    assert found["gain_over_usual_care_52", "complexity: complex"] == pytest.approx(2.0)
    assert found["gain_over_usual_care_52", "sex: women"] == pytest.approx(1.0)
    assert math.isnan(found["gain_over_usual_care_52", "complexity: moderate"])


@pytest.mark.parametrize("table", [*TABLES, "summary"])
def test_an_empty_table_keeps_its_types(table, tmp_path):
    """A column of which a seed has no value must not become untyped, or joining the seeds would fail."""
    empty = pd.DataFrame({name: [] for name in schema(table).names})
    write_parquet(table, empty, tmp_path / "a.parquet")
    join_parquet([tmp_path / "a.parquet"] * 2, tmp_path / "both.parquet")
    assert list(pd.read_parquet(tmp_path / "both.parquet").columns) == schema(table).names


def test_a_table_that_its_dictionary_does_not_know_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="weekly.*extra"):
        write_parquet("weekly", pd.DataFrame({name: [] for name in [*schema("weekly").names, "extra"]}), tmp_path / "a.parquet")
