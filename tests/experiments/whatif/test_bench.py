"""The workbench runs what is missing and nothing else, in any number of processes, and keeps what it can when something goes wrong."""

import json
from dataclasses import replace

import pytest

from experiments import twins
from experiments.errors import RunError, UsageError
from experiments.whatif import bench as bench_module
from experiments.whatif.cells import WHAT, version_key
from sim import Parameters
from tests.experiments.whatif.jobs import make_but_die_at_seed_2, make_but_die_once_at_seed_2

pytestmark = pytest.mark.unit


def seeds_there(bench, arm, seeds):
    return [seed for seed in seeds if bench.cell(arm, seed).is_in(bench.store)]


def test_repeating_runs_nothing(bench, arm, ran):
    here = bench()
    wanted = [here.cell(arm(), seed) for seed in (1, 2)]
    assert here.run(wanted, quiet=True) == len(ran) == 4  # two runs and their twins
    assert here.run(wanted, quiet=True) == 0
    assert len(ran) == 4


def test_another_scenario_runs_only_itself_when_the_twins_are_shared(bench, arm, ran):
    here = bench()
    here.run([here.cell(arm(), 1)], quiet=True)
    ran.clear()
    more = arm("more", {"workforce.posts": 6})
    assert here.run([here.cell(arm(), 1), here.cell(more, 1)], quiet=True) == 1
    assert ran == [(more.parameters, 1)]


def test_a_scenario_that_changes_usual_care_too_runs_its_own_twin(bench, arm, ran):
    here = bench()
    here.run([here.cell(arm(), 1)], quiet=True)
    ran.clear()
    cuts = arm("cuts", {"community.austerity": True})
    assert here.run([here.cell(cuts, 1)], quiet=True) == 2
    assert ran == [(twins.usual_care(cuts.parameters), 1), (cuts.parameters, 1)]


def test_two_names_for_the_same_parameters_share_their_runs(bench, arm, ran):
    here = bench()
    one, same = arm("one", {"workforce.posts": 6}), arm("another", {"workforce.posts": 6})
    here.run([here.cell(one, 1), here.cell(same, 1)], quiet=True)
    assert len(ran) == 2
    assert set(here.measures(same, [1]).scenario) == {"another"}
    assert here.measures(one, [1]).drop(columns="scenario").equals(here.measures(same, [1]).drop(columns="scenario"))


def test_usual_care_as_a_scenario_is_the_twin(bench, arm, ran):
    here = bench()
    usual = arm("usual_care", {"programme.enabled": False, "workforce.posts": 9})
    here.run([here.cell(arm(), 1), here.cell(usual, 1)], quiet=True)
    assert len(ran) == 2


def test_the_cost_of_changes_takes_one_run_more_and_keeps_the_plain_run_on_the_way(bench, arm, ran):
    here = bench()
    assert here.run([here.cell(arm(), 1, changes=True), here.cell(arm(), 1)], quiet=True) == len(ran) == 3
    assert here.run([here.cell(arm(), 1)], quiet=True) == 0


def test_other_seeds_weeks_or_parameters_are_other_runs(bench, arm):
    here, longer = bench(), bench(weeks=21)
    places = {
        here.store.entry(cell.seed, cell.key)
        for cell in (here.cell(arm(), 1), here.cell(arm(), 2), longer.cell(arm(), 1), here.cell(arm("x", {"workforce.posts": 5}), 1), here.cell(arm(), 1, True))
    }
    assert len(places) == 5


def test_beside_the_runs_stands_what_their_key_means(bench, arm):
    here, more = bench(), arm("more", {"workforce.posts": 6})
    here.run([here.cell(more, 1)], quiet=True)
    cell = here.cell(more, 1)
    told = json.loads((here.store.folder / cell.key / WHAT).read_text(encoding="utf-8"))
    assert Parameters.from_dict(told["parameters"]) == more.parameters
    assert told["weeks"] == here.weeks and "model_code" in told


def test_a_run_that_fails_is_reported_and_the_others_are_finished_and_kept(bench, arm, monkeypatch):
    real = bench_module.make

    def make(cell, store):
        if cell.seed == 2 and cell.parameters.programme.enabled:
            raise ZeroDivisionError("two\nlines")
        real(cell, store)

    here = bench()
    with monkeypatch.context() as patched, pytest.raises(RunError) as told:
        patched.setattr(bench_module, "make", make)
        here.run([here.cell(arm(), seed) for seed in (1, 2, 3)], quiet=True)
    assert "seed 2: ZeroDivisionError: two lines" in str(told.value) and "\n" not in str(told.value)
    assert seeds_there(here, arm(), (1, 2, 3)) == [1, 3]
    assert here.run([here.cell(arm(), seed) for seed in (1, 2, 3)], quiet=True) == 1


def test_a_twin_that_fails_keeps_only_its_own_runs_from_finishing(bench, arm, monkeypatch):
    real = bench_module.make

    def make(cell, store):
        if cell.seed == 2 and not cell.parameters.programme.enabled:
            raise ZeroDivisionError("of a twin")
        real(cell, store)

    here, more = bench(), arm("more", {"workforce.posts": 6})
    with monkeypatch.context() as patched, pytest.raises(RunError, match=r"seed 2: ZeroDivisionError: of a twin.* 3 of 9 runs failed\."):
        patched.setattr(bench_module, "make", make)
        here.run([here.cell(each, seed) for each in (arm(), more) for seed in (1, 2, 3)], quiet=True)
    for each in (arm(), more):
        assert seeds_there(here, each, (1, 2, 3)) == [1, 3]


@pytest.mark.scale
def test_parameters_that_no_run_can_have_are_the_users_mistake(bench, arm):
    here = bench(processes=2)
    impossible = arm("impossible", {"workforce.turnover": 0.0, "workforce.cancel_departure": (0, 3)})
    with pytest.raises(UsageError, match="no worker of post 0 would leave in week 3"):
        here.run([here.cell(each, seed) for each in (arm(), impossible) for seed in (1, 2)], quiet=True)
    assert seeds_there(here, arm(), (1, 2)) == [1, 2]


@pytest.mark.scale
def test_a_worker_that_is_killed_once_is_not_noticed_in_the_results(bench, arm, bytes_in, monkeypatch):
    harmed, unharmed = bench("a/harmed", processes=2), bench("unharmed")
    wanted = [harmed.cell(arm(), seed) for seed in (1, 2, 3)]
    unharmed.run(wanted, quiet=True)
    monkeypatch.setattr(bench_module, "make", make_but_die_once_at_seed_2)
    harmed.run(wanted, quiet=True)
    assert (harmed.store.folder.parent / "marks" / "died").exists()
    harmed.store.clear_drafts()
    assert bytes_in(harmed.store.folder) == bytes_in(unharmed.store.folder)


@pytest.mark.scale
def test_a_run_that_always_kills_its_worker_is_reported_and_the_others_are_finished_and_kept(bench, arm, monkeypatch):
    here = bench(processes=2)
    wanted = [here.cell(arm(), seed) for seed in (1, 2, 3)]
    monkeypatch.setattr(bench_module, "make", make_but_die_at_seed_2)
    with pytest.raises(RunError, match=r"seed 2: the process died while running, twice.*same command runs what is missing"):
        here.run(wanted, quiet=True)
    assert seeds_there(here, arm(), (1, 2, 3)) == [1, 3]


def test_a_source_that_changes_while_running_is_refused(bench, arm):
    """A process that starts later would run the new source and keep its numbers under the old one's name."""
    here = bench()
    before = replace(here.cell(arm(), 1), version="0" * 12)
    assert version_key() != before.version
    with pytest.raises(RunError, match="source of the model was changed"):
        here.run([before], quiet=True)
    assert not before.is_in(here.store)
    assert not (here.store.folder / before.version).exists()


def test_a_finished_run_that_cannot_be_read_is_named_with_the_remedy(bench, arm):
    here = bench()
    here.run([here.cell(arm(), 1)], quiet=True)
    path = here.store.entry(1, here.cell(arm(), 1).key) / "measures.parquet"
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(RunError, match=r"Remove the folder .*seed-1; the same command then runs it again"):
        here.measures(arm(), [1])
