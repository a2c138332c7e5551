"""Random streams: pure functions of seed, decision, week and number; and they look like luck."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim import Parameters
from sim.records import EventLog
from sim.streams import DRAWS_A_PERSON, MIX_1, MIX_2, MOST_STEPS, SKIPPED_ROWS, Stream, StreamError, Streams, finish
from sim.week import Week

pytestmark = pytest.mark.unit

ONE, OTHER = Stream("test.one", "a decision of these tests"), Stream("test.other", "another one")
N = 100_000


def test_a_second_stream_of_the_same_name_is_refused():
    with pytest.raises(StreamError, match="test.one"):
        Stream("test.one", "the same name again")


def test_streams_of_the_model_have_names_and_numbers_of_their_own():
    import sim.model  # noqa: F401 - it registers the streams of every process

    assert len(Stream.registry) > 50
    assert all(name == stream.name for name, stream in Stream.registry.items())
    assert len({stream.id for stream in Stream.registry.values()}) == len(Stream.registry)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, True, "1", None])
def test_seeds_that_are_not_whole_numbers_from_zero_are_refused(seed):
    with pytest.raises(StreamError, match="seed"):
        Streams(seed)


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_largest_and_smallest_seeds_work(seed):
    u = Streams(seed).uniform_all(ONE, 0, 1000)
    assert ((u > 0) & (u < 1)).all()
    assert len(np.unique(u)) == 1000


def test_a_draw_depends_on_the_number_alone_not_on_the_order_or_company():
    streams = Streams(3)
    everybody = streams.uniform_all(ONE, 7, 5000)
    some = np.random.default_rng(0).permutation(5000)[:700]
    assert (streams.uniform(ONE, 7, some) == everybody[some]).all()
    assert (Streams(3).uniform(ONE, 7, some[::-1]) == everybody[some[::-1]]).all()
    assert (streams.uniform(ONE, 7, some.reshape(70, 10)) == everybody[some].reshape(70, 10)).all()
    assert (streams.uniform_all(ONE, 7, 20) == everybody[:20]).all()


def test_a_draw_does_not_depend_on_what_was_drawn_before():
    late = Streams(4)
    for week in (0, 900, 3):
        late.uniform_all(OTHER, week, 50_000)
    for week in (0, 511, 512, 1500):  # across blocks of keys, in any order
        assert (late.uniform_all(ONE, week, 100) == Streams(4).uniform_all(ONE, week, 100)).all()
    assert (late.uniform_all(ONE, 1, 100) == Streams(4).uniform_all(ONE, 1, 100)).all()


def test_nobody_draws_nothing():
    assert Streams(1).uniform(ONE, 0, np.empty(0, np.int64)).shape == (0,)
    assert Streams(1).uniform_all(ONE, 0, 0).shape == (0,)


def test_normals_are_the_uniforms_seen_through_the_normal_law():
    streams, rows = Streams(5), np.arange(N)
    normal = streams.normal(ONE, 2, rows)
    assert np.isfinite(normal).all()
    assert np.allclose(stats.norm.cdf(normal), streams.uniform(ONE, 2, rows), atol=1e-12)


def test_several_decisions_at_one_go_are_the_same_numbers():
    streams, rows = Streams(5), np.array([4, 2000, 7, 7])
    together = streams.uniforms((ONE, OTHER), 3, rows)
    assert (together == np.array([streams.uniform(ONE, 3, rows), streams.uniform(OTHER, 3, rows)])).all()


@pytest.mark.parametrize("first", [0, 1020, 5_000_000])
def test_several_draws_a_person_are_those_of_the_same_numbers_in_a_row_and_need_no_table(first):
    """Person and draw make one number; a table up to the largest would be many times the size of the people."""
    streams, flat = Streams(4), np.arange(first, first + 24)
    table = streams._steps.size
    square = streams.uniform(ONE, 3, flat.reshape(3, 8))
    assert streams._steps.size == table
    assert square.ravel().tolist() == [streams.uniform_one(ONE, 3, int(number)) for number in flat]
    assert (first > table) or (square.ravel() == streams.uniform(ONE, 3, flat)).all()


def test_noise_belongs_to_its_place_whatever_the_blocks():
    """More people add to the end; the sizes of the blocks drawn, and other weeks drawn before, do not matter."""
    whole = Streams(6).noise_blocks(ONE, 5).rows(1000, 8, 0.06)
    streams = Streams(6)
    for sizes in ((1, 999), (333, 333, 334), (1000,), (250, 7)):
        streams.noise_blocks(ONE, 4).rows(3, 8, 0.06)
        source, start = streams.noise_blocks(ONE, 5), 0
        for size in sizes:
            assert (source.rows(size, 8, 0.06) == whole[start : start + size]).all()
            start += size


def test_noise_of_some_people_is_theirs_whoever_stands_between_them():
    """Near ones, a long gap that is skipped, and one where drawing begins late; in blocks of any size."""
    whole = Streams(6).noise_blocks(ONE, 5).rows(9000, 8, 0.06)
    numbers = np.concatenate(([700, 703], np.arange(2500, 3000, 3), [3000 + SKIPPED_ROWS, 3001 + 2 * SKIPPED_ROWS, 8999])).astype(np.int32)
    for first in (1, 2, 100, len(numbers) - 1):
        source = Streams(6).noise_blocks(ONE, 5, numbers)
        parts = [source.rows(size, 8, 0.06) for size in (first, len(numbers) - first)]
        assert (np.concatenate(parts) == whole[numbers]).all()


def test_a_week_draws_by_the_person_of_a_row():
    """People 2 and 7 are left, in rows 0 and 1: what they and their goals draw is what they drew in rows 2 and 7; posts and services keep theirs."""
    streams, numbers = Streams(5), np.array([2, 7, -1], np.int32)
    before, after = (Week(9, Parameters(), streams, EventLog(True), numbers=own) for own in (None, numbers))
    rows, goals, areas = np.array([1, 0, 1]), np.array([0, 5, 3]), np.array([[0, 7], [8, 15]])
    moved = {"person": np.array([7, 2, 7]), "goal": np.array([6, 23, 21]), "person x area": np.array([[16, 23], [56, 63]]), "post": rows}
    for kind, index in (("person", rows), ("goal", goals), ("person x area", areas), ("post", rows)):
        stream = next(s for s in Stream.registry.values() if s.index == kind)
        assert (after.uniform(stream, index) == before.uniform(stream, moved[kind])).all()
        assert (after.normal(stream, index) == before.normal(stream, moved[kind])).all()
        assert (after.uniforms((stream, stream), index) == before.uniforms((stream, stream), moved[kind])).all()
    assert (after.uniform_all(ONE, 2) == before.uniform(ONE, np.array([2, 7]))).all()
    after.record("gone", rows)
    assert after.events.arrays()["person"].tolist() == [7, 2, 7]


def test_a_far_index_draws_without_a_table_of_all_before_it():
    streams, far = Streams(5), np.array([3, MOST_STEPS + 5, 2**31 + 1])
    assert streams.uniform(ONE, 3, far).tolist() == [streams.uniform_one(ONE, 3, int(number)) for number in far]
    assert streams._steps.size <= 2 * MOST_STEPS


def test_every_stream_says_what_counts_its_draws():
    known = {*DRAWS_A_PERSON, "week", "post", "service", "opening", "neighbourhood"}
    assert {stream.index for stream in Stream.registry.values() if not stream.name.startswith("test.")} <= known


def test_noise_has_the_spread_asked_for_and_the_law_of_32_fair_bits():
    """Chi-square against the exact binomial law: error rate 0.001."""
    noise = Streams(7).noise_blocks(ONE, 0).rows(N, 8, 2.0).ravel()
    ones = np.rint(noise / 2.0 * np.sqrt(32 / 4) + 16).astype(int)
    law = stats.binom(32, 0.5).pmf(np.arange(33))
    seen = np.bincount(ones, minlength=33)
    common = law * len(ones) > 20
    expected = np.append(law[common], law[~common].sum()) * len(ones)
    assert stats.chisquare(np.append(seen[common], seen[~common].sum()), expected).pvalue > 0.001


def test_noise_is_independent_between_weeks_decisions_seeds_areas_and_people():
    """Correlations of 800,000 pairs; 99.9% each, error rate 0.005."""
    base = Streams(8).noise_blocks(ONE, 0).rows(N, 8, 1.0)
    others = [Streams(seed).noise_blocks(stream, week).rows(N, 8, 1.0) for seed, stream, week in ((8, ONE, 1), (8, OTHER, 0), (9, ONE, 0))]
    for one, two in [*((base, other) for other in others), (base[:, 1:], base[:, :-1]), (base[1:], base[:-1])]:
        assert abs(np.corrcoef(one.ravel(), two.ravel())[0, 1]) < 3.29 / np.sqrt(one.size)


def pairs(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return two long series of draws that should have nothing to do with one another."""
    streams = Streams(11)
    base = streams.uniform_all(ONE, 10, N)
    if name == "adjacent people":
        return base[:-1], base[1:]
    if name == "a week apart":
        return base, streams.uniform_all(ONE, 11, N)
    if name == "two decisions":
        return base, streams.uniform_all(OTHER, 10, N)
    if name == "adjacent seeds":
        return base, Streams(12).uniform_all(ONE, 10, N)
    if name == "eight apart":  # person x area indices
        return base[:-8], base[8:]
    by_week = np.array([streams.uniform_all(ONE, week, 40) for week in range(2500)])  # one person's weeks
    return by_week[:-1].ravel(), by_week[1:].ravel()


@pytest.mark.parametrize("name", ["adjacent people", "a week apart", "two decisions", "adjacent seeds", "eight apart", "one person's weeks"])
def test_draws_look_uniform_and_independent(name):
    """Chi-square of 20 x 20 cells against equal counts, and correlation: 99.9% each, error rate 0.002 a pair."""
    one, two = pairs(name)
    assert (one > 0).all()
    assert (one < 1).all()
    cells = np.histogram2d(one, two, bins=20, range=((0, 1), (0, 1)))[0]
    assert stats.chisquare(cells.ravel()).pvalue > 0.001
    assert abs(np.corrcoef(one, two)[0, 1]) < 3.29 / np.sqrt(len(one))


def test_draws_are_uniform_to_fine_detail():
    """Kolmogorov-Smirnov over 500,000 draws, and chi-square of their last eight bits: error rate 0.002."""
    u = np.concatenate([Streams(13).uniform_all(ONE, week, 1000) for week in range(500)])
    assert stats.kstest(u, "uniform").pvalue > 0.001
    low_bits = np.floor(u * 2**52).astype(np.uint64) & np.uint64(255)
    assert stats.chisquare(np.bincount(low_bits.astype(int), minlength=256)).pvalue > 0.001


def state_before(word: int) -> int:
    """Return the state that SplitMix64 turns into `word`: its steps undone in reverse order."""

    def unshift(x: int, bits: int) -> int:
        y = x
        for _ in range(64 // bits + 1):
            y = x ^ (y >> bits)
        return y

    z = unshift(word, 31) * pow(int(MIX_2), -1, 2**64) % 2**64
    return unshift(unshift(z, 27) * pow(int(MIX_1), -1, 2**64) % 2**64, 30)


def test_no_draw_can_be_zero_or_one():
    """The smallest and the largest 64-bit word give draws strictly inside (0, 1), whose normals are finite."""
    least, most = finish(np.array([state_before(0), state_before(2**64 - 1)], np.uint64))
    assert 0 < least < 1e-15
    assert 1 - 1e-15 < most < 1
    assert np.isfinite(stats.norm.ppf([least, most])).all()


def test_weeks_do_not_share_draws():
    """A shift of one week's numbers into another's would make the same people's luck come round again."""
    streams = Streams(14)
    weeks = np.array([streams.uniform_all(ONE, week, 2000) for week in range(100)])
    assert len(np.unique(weeks)) == weeks.size


def test_a_single_draw_is_the_one_that_arrays_give():
    streams, stream = Streams(5), next(iter(Stream.registry.values()))
    for week, index in ((0, 0), (259, 0), (700, 12345)):
        assert streams.uniform_one(stream, week, index) == streams.uniform(stream, week, np.array([index]))[0]
