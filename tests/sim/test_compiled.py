"""The compiled form of the week is the numpy form: the same numbers, from the same luck, written down in the same order."""

import ast
import copy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba")

from sim import Parameters, SocialPrescribingService, compaction, compiled, model  # noqa: E402
from sim.compiled import tables  # noqa: E402
from sim.compiled.draws import Keys, philox, unit  # noqa: E402
from sim.compiled.motivation import drift  # noqa: E402
from sim.parameters import declarations  # noqa: E402
from sim.streams import Stream, Streams  # noqa: E402
from sim.week import Week  # noqa: E402
from tests.properties.strategies import levers  # noqa: E402
from tests.sim.two_forms import check_same, run_both  # noqa: E402

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
SMALL = {"referrals.first_year": 300, "referrals.later_years": 300, "workforce.posts": 4}
SCENARIOS = ("baseline", "austerity", "turnover_50", "nhs_light", "weighted_caseload", "usual_care", "signposting_only", "warm_handover_complex_first")
ONE, OTHER = Stream("test.compiled.one", "a decision of these tests"), Stream("test.compiled.other", "another one")


def settings_of(scenario):
    """What `scenario` changes, keyed `group.name`."""
    told = yaml.safe_load((ROOT / "configs" / "scenario" / f"{scenario}.yaml").read_text(encoding="utf8"))
    return {f"{group}.{name}": value for group, values in told.get("model", {}).items() for name, value in values.items()}


LONG = pytest.mark.scale  # all loops are compiled first, which takes a minute: `make scale`


@LONG
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_both_forms_leave_the_same_after_a_run_of(scenario):
    plain, fast = run_both(Parameters().replace(SMALL | settings_of(scenario)), seed=11, weeks=150)
    check_same(plain, fast)
    assert plain.people.n > 500
    assert all(getattr(fast.processes, name) is not getattr(plain.processes, name) for name in compiled.COMPILED)


@LONG
def test_both_forms_are_the_same_when_the_tables_grow_beyond_the_horizon_and_runs_take_turns():
    p = Parameters().replace(SMALL | {"community.closure_rate": 3.0, "workforce.turnover": 5.0})
    models = [SocialPrescribingService(p, seed=seed, weeks=4, compiled=form) for seed in (5, 6) for form in (False, True)]
    rows = models[0].people.capacity
    for _ in range(60):
        for each in models:
            each.step()
    assert models[0].people.capacity > rows
    check_same(*models[:2])
    check_same(*models[2:])


@LONG
def test_both_forms_are_the_same_without_noise_events_or_panel():
    quiet = Parameters().replace(SMALL | {"wellbeing.noise_sd": 0.0})
    models = [SocialPrescribingService(quiet, 3, 60, events=False, panel=False, compiled=form) for form in (False, True)]
    for each in models:
        each.run()
    np.testing.assert_array_equal(models[0].people.latent, models[1].people.latent)
    for name, weeks in models[0].measures.rows.items():
        np.testing.assert_allclose(models[1].measures.rows[name], weeks, rtol=1e-9, err_msg=name)
    assert not models[1].events.blocks and models[1].panel is None


@LONG
def test_both_forms_are_the_same_where_rows_are_dropped_on_the_way(monkeypatch):
    monkeypatch.setattr(compaction, "LEAST", 20)
    monkeypatch.setattr(compaction, "SHARE", 0.1)
    plain, fast = run_both(Parameters().replace(SMALL | {"life.gone_rate": 0.3, "life.follow_up_weeks": 60}), seed=2, weeks=120)
    assert plain.people.n < plain.people.ever == fast.people.ever
    check_same(plain, fast)


@LONG
@given(levers(), st.integers(0, 2**32))
@settings(max_examples=12, deadline=None, derandomize=True, database=None)
def test_both_forms_are_the_same_with_any_lever_at_an_extreme(p, seed):
    check_same(*run_both(p, seed, weeks=40))


@given(st.integers(0, 2**64 - 1), st.integers(0, 3000), st.lists(st.integers(0, 2**40), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None, derandomize=True, database=None)
def test_luck_in_a_loop_is_that_of_the_streams_bit_for_bit(seed, week, places):
    streams = Streams(seed)
    key = streams.key(ONE, week)
    expected = [streams.uniform_one(ONE, week, place) for place in places]
    assert [unit(key, place) for place in places] == expected
    small = np.array([place % 5000 for place in places])
    assert [unit(key, place) for place in small] == streams.uniform(ONE, week, small).tolist()


@given(st.integers(0, 2**64 - 1), st.integers(0, 30_000))
@settings(max_examples=30, deadline=None, derandomize=True, database=None)
def test_noise_in_a_loop_is_made_of_the_same_words(seed, week):
    words = Streams(seed).noise_blocks(ONE, week).source.random_raw(40).reshape(10, 4)
    for row, four in enumerate(words):
        assert philox(np.uint64(row + 1), np.uint64(week), np.uint64(seed), np.uint64(ONE.id)) == tuple(four)


@pytest.mark.parametrize("weeks", [(0, 1), (3, 511, 512, 2000), (1500, 2)])
def test_a_process_is_given_the_keys_of_its_streams_in_order(weeks):
    streams, keys = Streams(9), Keys(ONE, OTHER)
    streams.key(OTHER, 700)  # one stream is known further ahead than the other
    for number in weeks:
        week = Week(number, Parameters(), streams, None)
        assert keys.of(week).tolist() == [streams.key(ONE, number), streams.key(OTHER, number)]


def test_parameters_reach_loops_under_their_names():
    p = Parameters().replace({"habit.decay": 0.25, "contact.schedule": "nhs_light", "programme.enabled": False, "workforce.posts": 7})
    record = tables.numbers(p)[0]
    assert (record["habit"]["decay"], record["programme"]["enabled"], record["workforce"]["posts"]) == (0.25, False, 7)
    assert record["contact"]["schedule"] == tables.choice(p.contact, "schedule", "nhs_light") != tables.choice(p.contact, "schedule", "standard")
    for key, _, default in declarations():
        _, group, name = key.split(".")
        if not isinstance(default, (str, tuple)):
            assert record[group][name] == getattr(getattr(p, group), name), key
    assert tables.numbers(p) is tables.numbers(p)
    assert tables.numbers(p.replace({"habit.decay": 0.5}))[0]["habit"]["decay"] == 0.5


@LONG
def test_loops_are_given_the_arrays_in_use_after_a_table_has_grown():
    p = Parameters().replace(SMALL)
    people = SocialPrescribingService(p, weeks=2).people
    assert tables.columns(people) is tables.columns(people)
    before = tables.columns(people)
    people.reserve(people.capacity + 1)
    after = tables.columns(people)
    assert after is not before
    people.motivation[-1], people.motivation_base[-1] = 0.25, 0.75
    drift(after, people.capacity, tables.numbers(p))
    assert people.motivation[-1] == 0.25 + 0.5 * p.motivation.relaxation


@LONG
def test_a_copy_of_a_model_in_mid_run_goes_on_by_itself():
    p = Parameters().replace(SMALL)
    first, plain = (SocialPrescribingService(p, seed=8, weeks=30, compiled=form) for form in (True, False))
    for _ in range(15):
        first.step()
        plain.step()
    second = copy.deepcopy(first)
    second.people.allocated()  # its flat views are to be of its own columns
    for _ in range(15):
        second.step()
    check_same(plain, first)  # which has stood still meanwhile
    for _ in range(15):
        plain.step()
    check_same(plain, second)


def test_without_numba_the_refusal_names_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(compiled.NumbaMissing, match=r"pip install 'spsim\[fast\]'"):
        SocialPrescribingService(Parameters().replace(SMALL), compiled=True)


def test_numba_is_loaded_only_when_asked_for():
    code = "import sys; from sim import SocialPrescribingService as S; S(weeks=1).run(); print('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout == "False\n"


def test_every_compiled_module_has_the_functions_that_the_week_calls():
    called = ast.parse((ROOT / "sim" / "model.py").read_text(encoding="utf8"))
    calls = {node.func.value.attr: node.func.attr for node in ast.walk(called)
             if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("do.")}  # fmt: skip
    forms = compiled.processes(model.PROCESSES)
    assert isinstance(forms, SimpleNamespace) and vars(forms).keys() == vars(model.PROCESSES).keys()
    for name in set(compiled.COMPILED) - {"measures"}:
        assert callable(getattr(getattr(forms, name), calls[name]))


def test_a_change_of_any_module_whose_constants_are_compiled_in_makes_the_code_anew():
    """The mark of the source covers every module of `sim` that a compiled one imports from, but for those that hold no constants."""
    plain = {"table", "week", "records", "compiled", "processes"}
    for path in (ROOT / "sim" / "compiled").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("sim."):
                module = node.module.split(".")[1]
                covered = {name.removesuffix("/__init__") for name in tables.WITH_CONSTANTS}
                assert module in covered | plain, f"{path.name} imports from {node.module}"
