"""What `make bench` says of pairing: the three ways of sharing luck are what they are called."""

import numpy as np
import pytest
from scipy import stats

from benchmarks import pairing
from benchmarks.one_generator import OneGenerator, one_generator
from benchmarks.pairing import PAIRED, SAME_SEED, UNPAIRED
from sim import Parameters, SocialPrescribingService
from sim.people import People
from sim.streams import Streams

pytestmark = pytest.mark.unit
SMALL = {"referrals.first_year": 150, "referrals.later_years": 150, "workforce.posts": 3}
WEEKS = 30


def run(changes=None, seed=1):
    model = SocialPrescribingService(Parameters().replace(SMALL | (changes or {})), seed=seed, weeks=WEEKS)
    model.run()
    return model


@pytest.fixture(scope="module")
def single():
    with one_generator():
        return run(), run(), run({"workforce.posts": 4})


def test_one_generator_gives_the_same_run_for_the_same_seed(single):
    first, again, _ = single
    assert isinstance(first.streams, OneGenerator)
    assert first.results.people.equals(again.results.people) and first.results.weekly.equals(again.results.weekly)


def test_with_one_generator_a_scenario_has_the_same_people_and_other_luck(single):
    """Under common random numbers the setbacks of whoever is not with the service stay as they were; here they do not."""
    (first, _, more), n = single, single[0].people.n
    assert more.people.n == n
    assert [name for name, column in People.columns.items() if column.static and not same(first, more, name, n)] == []
    assert not same(first, more, "gp_visits", n)
    paired = run(), run({"workforce.posts": 4})
    outside = np.flatnonzero((paired[0].people.episode[:n] == 0) & (paired[1].people.episode[:n] == 0))
    assert len(outside) > 5
    assert same(*paired, "setbacks", outside)


def same(one, other, name, rows):
    a, b = (getattr(model.people, name)[:rows] if isinstance(rows, int) else getattr(model.people, name)[rows] for model in (one, other))
    return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def test_every_way_of_drawing_uses_the_one_generator():
    """A way of drawing that is added to the streams later must be given to the one generator too."""
    drawing = {name for name in vars(Streams) if not name.startswith("_")}
    assert drawing - set(vars(OneGenerator)) == {"normal"}  # which rests on `uniform`


def test_the_one_generator_is_put_away_again():
    with one_generator():
        pass
    assert type(run().streams) is Streams


def test_the_ratio_of_variances_comes_with_the_interval_of_f():
    luck = np.random.default_rng(1)
    one, other = luck.normal(0, 1, 20), luck.normal(0, 3, 20)
    found, low, high = pairing.ratio(one, other)
    assert found == pytest.approx(np.var(other, ddof=1) / np.var(one, ddof=1))
    # at its ends, a two-sided F test of that ratio gives 5%
    assert [stats.f.sf(found / low, 19, 19), stats.f.cdf(found / high, 19, 19)] == pytest.approx([0.025, 0.025])


def test_the_interval_of_the_ratio_holds_the_true_one_as_often_as_it_says():
    """A thousand samples of a true ratio of 9, binomial at 99.9%: a right interval fails in one of a thousand tests; the seed is fixed."""
    luck = np.random.default_rng(2)
    held = sum(low <= 9 <= high for _, low, high in (pairing.ratio(luck.normal(0, 1, 20), luck.normal(0, 3, 20)) for _ in range(1000)))
    low, high = stats.binom.ppf([0.0005, 0.9995], 1000, 0.95)
    assert low <= held <= high


def test_the_page_sets_every_way_against_the_paired_one(tmp_path):
    one = np.tile([[-1.0], [1.0]], (10, 3))
    found = {PAIRED: one, SAME_SEED: 2 * one, UNPAIRED: 3 * one}
    page = pairing.page(found, 260)
    assert page.count("4.0×") == page.count("9.0×") == 3
    assert page.count("5×: missed") == page.count("5×: met") == 3
    pairing.draw(found, tmp_path / "pairing.png")
    assert b"4 to 9 times fewer runs" in (tmp_path / "pairing.png").read_bytes()
