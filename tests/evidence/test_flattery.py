"""The didactic pair on the default service: a gain of the published size is reported, and most of it is not the service's (T6, T8, T23)."""

import pytest

from experiments.executors import Workers
from experiments.flattery.care import ALL, STAYERS
from experiments.flattery.shares import FLATTERS, OTHERS, ROUNDING
from experiments.flattery.study import study
from experiments.store import Store
from sim import Parameters

pytestmark = pytest.mark.evidence


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return study(Parameters(), Store(tmp_path_factory.mktemp("flattery")), Workers(), seeds=(1, 2, 3), worlds={}, quiet=True)


def test_the_reported_gain_lies_in_the_published_band_and_less_than_half_of_it_is_the_services(found):
    assert 2.8 <= found("recorded").mean <= 4.2
    assert 0 < found("effect").high < found("recorded").low / 2


def test_every_source_of_flattery_flatters(found):
    assert [name for name in (*FLATTERS, *OTHERS) if name != ROUNDING and found(name).low <= 0] == []


def test_of_the_same_people_the_reported_gain_is_more_than_twice_what_the_service_adds(found):
    assert 0 < found("effect, reviewed").high < found("recorded").low / 2


def test_users_who_stay_seem_to_cost_as_much_less_as_published_and_do_so_without_any_service(found):
    naive, without = (found(f"hospital, {STAYERS}: {name}", kind="care", scale=100).mean for name in ("naive", "selection"))
    assert -45 <= naive <= -11 and without < -11
    assert found(f"hospital, {ALL}: itt", kind="care", scale=100).low > -5
