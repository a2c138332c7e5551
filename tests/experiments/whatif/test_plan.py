"""`spsim plan` from the question to the folder: what may be asked, what is answered on a small service, and in which words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from experiments.errors import UsageError
from experiments.planning import command as plan_command
from experiments.planning.chart import draw_plan
from experiments.planning.plan import COLUMNS, Plan, ask, plan
from experiments.planning.verdicts import ENOUGH, OPEN, SELDOM
from experiments.planning.words import answer, headline, table_text
from experiments.settings import Request
from experiments.whatif.bench import Arm, Bench
from sim import Parameters

pytestmark = pytest.mark.unit
FEW = {"min_replications": 5, "max_replications": 10, "probability": 0.6}  # ten runs can show no more than six in ten
FEWEST = {"min_replications": 5, "max_replications": 5, "probability": 0.4}


@dataclass
class FakeBench:
    """A workbench on which `law(posts, seed)` is the value of the measure of every run."""

    law: Callable[[int, int], float]
    measure: str = "wait_p90"
    weeks: int = 52
    made: int = 0

    def cell(self, arm: Arm, seed: int) -> tuple[Parameters, int]:
        return arm.parameters, seed

    def run(self, cells: Iterable[Any], quiet: bool = False) -> int:
        self.made += len(list(cells))
        return self.made

    def measures(self, arm: Arm, seeds: Sequence[int]) -> pd.DataFrame:
        values = [self.law(arm.parameters.workforce.posts, seed) for seed in seeds]
        return pd.DataFrame({"seed": list(seeds), "measure": self.measure, "group": "all", "value": values})


def on_fake(law: Callable[[int, int], float], **asked: Any) -> Plan:
    """The plan for 12 posts of the default service, measured by `law`."""
    question = ask(Parameters().replace({"workforce.posts": 12}), **({"measure": "wait_p90", "below": 4, "max_replications": 200} | asked))
    return plan(question, FakeBench(law, question.target.measure), quiet=True)


def words(found: Plan) -> str:
    return " ".join(answer(found, 52))


@pytest.mark.scale
def test_the_answer_is_that_of_trying_every_number(classroom, bench):
    """On the small service, in runs of 20 weeks. Both sides use the same seeds, so that luck cannot part them."""
    few = classroom.replace({"workforce.posts": 1})
    question = ask(few, "wait_p90", below=4, high=4, **FEW)
    at = bench()
    found = plan(question, at, quiet=True)
    enough = []
    for step in range(4):
        arm = question.arm(step)
        at.run([at.cell(arm, seed) for seed in range(1, 11)], quiet=True)
        table = at.measures(arm, range(1, 11)).query("measure == 'wait_p90' and group == 'all'")
        met = (table["value"] <= 4).to_numpy()
        verdicts = [question.rule.verdict(int(met[:runs].sum()), runs) for runs in question.rule.looks]
        decided = next((verdict for verdict in verdicts if verdict != OPEN), OPEN)
        enough += [1 + step] if decided == ENOUGH else []
    assert found.value == enough[0] > 1


@pytest.mark.scale
def test_a_second_plan_runs_nothing_and_says_the_same(classroom, bench, ran):
    question = ask(classroom.replace({"workforce.posts": 1}), "wait_p90", below=4, high=4, **FEW)
    first = plan(question, bench(), quiet=True)
    assert first.simulated == len(ran) > 0
    again = plan(question, bench(), quiet=True)
    assert again.simulated == 0
    assert len(ran) == first.simulated
    pd.testing.assert_frame_equal(first.tried, again.tried)


@pytest.mark.scale
def test_the_number_of_processes_does_not_change_the_answer(classroom, bench):
    question = ask(classroom.replace({"workforce.posts": 2}), "wait_p90", below=4, low=2, high=3, **FEWEST)
    one, two = (plan(question, bench(f"with {processes}", 12, processes), quiet=True) for processes in (1, 2))
    pd.testing.assert_frame_equal(one.tried, two.tried)
    assert one.found.step == two.found.step


def test_every_value_is_tried_with_the_same_seeds():
    seen: dict[int, list[int]] = {}

    def law(posts: int, seed: int) -> float:
        seen.setdefault(posts, []).append(seed)
        return 20 - posts

    on_fake(law, seed=7)
    assert len(seen) > 3
    assert all(seeds == list(range(7, 7 + len(seeds))) for seeds in seen.values())


def test_the_answer_comes_first_in_a_sentence():
    found = on_fake(lambda posts, seed: 20 - posts)
    assert found.value == 16
    assert words(found).startswith(
        "In the model, 16 posts are the fewest for nine in ten of those taken on to wait at most 4 weeks in at least 90 of 100 runs: "
        "so it was in 50 of 50 runs (95% interval 90.3 to 100.0 of 100). Today's value is 12, with which it was so in 0 of 25 runs"
    )
    assert "With 15 it was so in 0 of 25 runs" in words(found)


def test_when_today_is_enough_the_fewest_posts_are_still_looked_for():
    found = on_fake(lambda posts, seed: 12 - posts)
    assert found.value == 8
    assert "8 posts are the fewest" in words(found)
    assert "Today's value is 12, which is enough already." in words(found)


def test_when_today_is_enough_another_lever_is_left_alone():
    question = ask(Parameters(), "retention_52", "workforce.turnover", above=0.7)
    fake = FakeBench(lambda posts, seed: 0.8, "retention_52")
    found = plan(question, fake, quiet=True)
    assert (found.value, found.found.status, list(found.tried["value"])) == (question.lever.today, "already", [question.lever.today])
    assert words(found).startswith("In the model, today's model.workforce.turnover=0.24 is enough already to keep the share still with the service")


def test_a_target_out_of_reach_is_said_so_with_the_best():
    found = on_fake(lambda posts, seed: 60 - posts)
    assert found.value is None
    assert found.found.status == "not found"
    assert "no value of model.workforce.posts tried from 6 to 26 is enough" in words(found)
    assert "The best was 26: so it was in 0 of 25 runs" in words(found)
    assert "on average 34 weeks" in words(found)


def test_where_fewer_posts_help_the_most_are_named():
    found = on_fake(lambda posts, seed: 0.5 + (12 - posts) / 100, measure="hours_used", below=None, above=0.53)
    assert found.value == 9
    assert "9 posts are the most to keep the share of diary hours used at 53% or more" in words(found)


def test_a_value_that_luck_leaves_open_is_told_with_the_remedy():
    def law(posts: int, seed: int) -> float:
        return 1.0 if posts > 13 or (posts == 13 and seed % 12) else 9.0  # 13 posts: met in 92 of 100

    found = on_fake(law)
    assert found.value == 14
    assert set(found.tried.set_index("value").loc[[12, 13, 14], "verdict"]) == {SELDOM, OPEN, ENOUGH}
    assert "Not decided: with 13 it was so in 184 of 200 runs" in words(found)
    assert "max_replications=400" in words(found)


def test_values_out_of_order_are_told():
    found = on_fake(lambda posts, seed: 1.0 if posts in (15, 16, 18, 19, 20, 21) else 9.0)
    assert found.value == 15
    assert "More of the lever is not always better here" in words(found)
    assert "every value before the answer was tried" in words(found)


def test_a_real_lever_is_found_to_its_step():
    question = ask(Parameters(), "retention_52", "workforce.turnover", above=0.7, low=0.0, step=0.05)
    assert [round(question.lever.value(step), 10) for step in range(-question.lever.down, 1)] == [0.04, 0.09, 0.14, 0.19, 0.24]
    assert ask(Parameters(), "retention_52", "handover.managed_share", above=0.7).lever.step == 0.02


def test_a_run_without_a_value_does_not_meet_the_target():
    found = on_fake(lambda posts, seed: np.nan if posts < 14 and seed % 2 else 1.0)
    assert found.value == 14


def test_a_measure_without_any_value_is_refused_at_once():
    question = ask(Parameters(), "wait_p90", below=4)
    fake = FakeBench(lambda posts, seed: np.nan)
    with pytest.raises(UsageError, match=r"wait_p90: it has no value in any of 25 runs of 52 weeks"):
        plan(question, fake, quiet=True)
    assert fake.made == 25


def test_the_table_shows_every_value_tried():
    found = on_fake(lambda posts, seed: 20 - posts)
    assert list(found.tried.columns) == list(COLUMNS)
    assert found.tried["value"].is_monotonic_increasing
    text = table_text(found)
    assert all(f"\n{value}" in text for value in found.tried["value"])
    assert "12 (today)" in text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"measure": "wait_90"}, "measure=wait_90: there is no such measure for a plan. Did you mean wait_p90"),
        ({"measure": None}, "measure= is missing"),
        ({"measure": "change_cost_star"}, "It needs runs of its own"),
        ({"below": None}, "neither below= nor above= was given"),
        ({"above": 2}, "below=4 and above=2 were both given"),
        ({"below": float("inf")}, "below=inf is not allowed: the target must be a finite number"),
        ({"below": float("nan")}, "below=nan is not allowed"),
        ({"measure": "retention_52", "below": 70}, "retention_52 is a share, from 0 to 1; write 0.7 for 70%"),
        ({"probability": 1}, "probability=1 is not allowed"),
        ({"probability": 0}, "probability=0 is not allowed"),
        ({"probability": float("nan")}, "probability=nan is not allowed"),
        ({"probability": 0.99}, "probability=0.99 cannot be shown with 95% confidence even if every run meets the target; give max_replications="),
        ({"min_replications": 300}, "min_replications=300 is above max_replications=100"),
        ({"max_replications": 0}, "max_replications=0 is not allowed"),
        ({"lever": "workforce.post"}, "lever=workforce.post: there is no such parameter. Did you mean model.workforce.posts"),
        ({"lever": "model.programme.open_ended"}, "lever=model.programme.open_ended is not a number"),
        ({"lever": "model.community.mix"}, "lever=model.community.mix is not a number"),
        ({"low": 20, "high": 15}, "low=20 is above high=15"),
        ({"low": 23, "high": 30}, "leave out today's value of model.workforce.posts, 22"),
        ({"low": -1}, "low=-1 is not allowed for model.workforce.posts: it must be from 0 to 100000 posts"),
        ({"low": 15.5}, "low=15.5 is not allowed: a value of model.workforce.posts must be a whole number"),
        ({"step": 0}, "step=0 is not allowed"),
        ({"step": 1000}, "step=1000 is not allowed"),
        ({"lever": "workforce.turnover", "high": float("inf")}, "high=inf is not allowed"),
        ({"lever": "community.places_min", "high": 1000}, "it is below places_min = 1000. It is at the end of the range tried: give another high=."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_remedy(asked, told):
    with pytest.raises(UsageError) as refused:
        ask(Parameters(), **({"measure": "wait_p90", "below": 4} | asked))
    assert told in str(refused.value)


def test_usual_care_has_nothing_to_plan():
    with pytest.raises(UsageError, match="scenario=usual_care has no service to plan"):
        ask(Parameters().replace({"programme.enabled": False}), "wait_p90", below=4)


@pytest.fixture
def request_for(classroom: Parameters, tmp_path: Path) -> Callable[..., Request]:
    """A checked request of the command on the small service, in a folder of the test's own."""

    def make(**settings: Any) -> Request:
        asked = dict.fromkeys(plan_command.ASKED) | {"measure": "wait_p90", "below": 4, "lever": "model.workforce.posts"} | FEWEST
        asked |= {"low": 4, "high": 5, "seed": 1, "weeks": 12, "out": str(tmp_path / "answer"), "store": str(tmp_path / "store"), "processes": 1} | settings
        return Request("plan", "classroom", "baseline", {"service": "A small service", "scenario": "As it is"}, classroom, asked)

    return make


def test_the_folder_appears_whole_and_the_same_command_only_prints_it(request_for, tmp_path, capsys, ran, bytes_in):
    plan_command.main(request_for())
    first, runs = capsys.readouterr().out, len(ran)
    folder = tmp_path / "answer"
    assert sorted(path.name for path in folder.iterdir()) == ["answer.json", "manifest.json", "plan.csv", "plan.png", "plan.txt"]
    assert first.startswith("In the model, ")
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert record["runs_simulated"] == runs > 0
    assert record["target"] == {"measure": "wait_p90", "below": 4.0, "probability": 0.4}
    before = bytes_in(folder)
    plan_command.main(request_for())
    assert capsys.readouterr().out == f"These results were there already, from the same command; nothing was run ({folder}).\n\n{first}"
    assert (len(ran), bytes_in(folder)) == (runs, before)


def test_a_folder_of_another_plan_is_refused(request_for, tmp_path, bytes_in):
    plan_command.main(request_for())
    before = bytes_in(tmp_path)
    with pytest.raises(UsageError, match=r"target\.below \(there 4\.0, now 5\.0\)"):
        plan_command.main(request_for(below=5))
    assert bytes_in(tmp_path) == before


def test_the_picture_carries_its_description(tmp_path):
    found = on_fake(lambda posts, seed: 20 - posts)
    described = draw_plan(found, tmp_path / "plan.png")
    with Image.open(tmp_path / "plan.png") as picture:
        assert picture.text["Description"] == described
    assert described.startswith(headline(found))
    assert all(f"{value}: " in described for value in found.tried["value"])


def test_nothing_is_written_when_what_is_asked_is_refused(request_for, tmp_path):
    with pytest.raises(UsageError):
        plan_command.main(request_for(probability=2))
    assert not list(tmp_path.iterdir())


def test_a_stop_keeps_finished_runs_and_says_how_to_go_on(request_for, tmp_path, monkeypatch):
    real = Bench.measures

    def stop(self: Bench, *words: Any) -> pd.DataFrame:
        real(self, *words)
        raise KeyboardInterrupt

    monkeypatch.setattr(Bench, "measures", stop)
    with pytest.raises(KeyboardInterrupt, match="Finished runs are kept in .*store; the same command goes on from them"):
        plan_command.main(request_for())
    assert not (tmp_path / "answer").exists()
    assert not list(tmp_path.glob(".*"))
    assert list((tmp_path / "store").rglob("measures.parquet"))


def test_seeds_beyond_the_largest_are_refused(request_for):
    with pytest.raises(UsageError, match="max_replications=5 the last seed is above 9223372036854775807"):
        plan_command.main(request_for(seed=2**63 - 3))
