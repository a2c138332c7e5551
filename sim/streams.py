"""Random numbers: one stream per decision, keyed by seed, decision and week, indexed by person, post or service.

A draw is a pure function of (seed, decision, week, index), so the same person meets the same luck in
two scenarios (common random numbers), more people do not disturb earlier ones, and a longer horizon
leaves earlier weeks as they were. See docs/decisions/0002-random-streams.md.

The key of a (seed, decision, week) is a raw word of Philox (Salmon et al. 2011); within it, index i
gets the i-th output of SplitMix64 (Steele, Lea and Flood 2014) started at that key. Both are exact
integer arithmetic: the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.random import Philox
from scipy.special import ndtri

# constants of arithmetic on arrays are arrays without dimension: numpy takes them in half the time of a number
GOLDEN, MIX_1, MIX_2 = (np.array(word, np.uint64) for word in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
SHIFT_30, SHIFT_27, SHIFT_31, SHIFT_12 = (np.array(bits, np.uint64) for bits in (30, 27, 31, 12))
MASK = 2**64 - 1
TO_UNIT = 2.0**-52  # not -53: a double has no room for 53 bits and a half, and 1.0 could come out
ONE_TO_TWO = np.array(0x3FF0000000000000, np.uint64)  # over 52 random bits, the sign and exponent of a double from 1 to 2
DOWN_TO_UNIT = np.array(1 - TO_UNIT / 2)
ONE = np.array(1, np.uint64)
DRAWS_A_PERSON = {"person": 1, "goal": 3, "person x area": 8, "person x candidate": 8}  # of the streams that belong to people
KEYS_AT_ONCE = 512
MOST_STEPS = 2**22  # beyond, steps are worked out anew: a table would be slower to read, and grow with everybody ever referred
SKIPPED_ROWS = 512  # rows of noise that take as long to draw as to skip
BITS = 32  # fair bits behind one value of noise
BLOCK = 8192  # rows hashed at a time, so that temporaries stay in the processor's cache


class StreamError(ValueError):
    """A stream registered twice, or a seed that is not a whole number of 0 or more."""


@dataclass(frozen=True)
class Stream:
    """One random decision. Making two of the same name is an error: no stream is shared."""

    name: str
    what: str
    index: str = "person"
    id: int = field(init=False)
    registry: ClassVar[dict[str, Stream]] = {}

    def __post_init__(self) -> None:
        digest = hashlib.blake2b(self.name.encode(), digest_size=8).digest()
        object.__setattr__(self, "id", int.from_bytes(digest, "little"))
        if self.name in self.registry or any(s.id == self.id for s in self.registry.values()):
            raise StreamError(f"the stream {self.name!r} is registered already: give each decision its own name.")
        self.registry[self.name] = self


class Streams:
    """All random numbers of one run."""

    def __init__(self, seed: int) -> None:
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
            raise StreamError(f"seed = {seed!r} is not allowed: it must be a whole number from 0 to 2^64 - 1.")
        self.seed = int(seed)
        self._keys: dict[int, np.ndarray] = {}
        self._sources: dict[int, Philox] = {}
        self._dense: dict[int, tuple[Philox, dict]] = {}  # with the state in which nothing has been drawn yet
        self._steps = np.arange(1, 1025, dtype=np.uint64) * GOLDEN

    def uniform(self, stream: Stream, week: int, index: np.ndarray) -> np.ndarray:
        """Return one uniform in (0, 1) for each `index` (whole numbers from 0)."""
        if not index.size:
            return np.empty(index.shape)
        return to_unit(self._steps_of(index) + self.key(stream, week))

    def uniforms(self, streams: tuple[Stream, ...], week: int, index: np.ndarray) -> np.ndarray:
        """Return a row of uniforms for each of `streams`: the same numbers as `uniform`, drawn at one go."""
        if not index.size:
            return np.empty((len(streams), *index.shape))
        keys = np.array([self.key(stream, week) for stream in streams])
        return to_unit(self._steps_of(index) + keys[:, None])

    def uniform_all(self, stream: Stream, week: int, n: int) -> np.ndarray:
        """Return uniforms for the indices 0 to n-1; the same numbers as `uniform` gives them."""
        self._reserve(n)
        return to_unit(self._steps[:n] + self.key(stream, week))

    def uniform_one(self, stream: Stream, week: int, index: int = 0) -> float:
        """Return the uniform that `uniform` gives one `index`, without the cost of arrays."""
        z = (int(self.key(stream, week)) + (index + 1) * int(GOLDEN)) & MASK
        z = (z ^ (z >> 30)) * int(MIX_1) & MASK
        z = (z ^ (z >> 27)) * int(MIX_2) & MASK
        return (((z ^ (z >> 31)) >> 12) + 0.5) * TO_UNIT

    def normal(self, stream: Stream, week: int, index: np.ndarray) -> np.ndarray:
        """Return one standard normal for each `index`."""
        return ndtri(self.uniform(stream, week, index))

    def noise_blocks(self, stream: Stream, week: int, numbers: np.ndarray | None = None) -> NoiseSource:
        """Return a source of noise whose successive rows belong to indices 0, 1, 2, …, or to `numbers` (rising).

        For noise that everybody gets every week: cheaper than hashing, and as independent of what
        comes after.
        """
        if stream.id not in self._dense:
            source = Philox(key=np.array([self.seed, stream.id], np.uint64))
            self._dense[stream.id] = source, source.state
        source, fresh = self._dense[stream.id]
        fresh["state"]["counter"] = np.array([0, 0, 1, week], np.uint64)
        source.state = fresh
        return NoiseSource(source, numbers)

    def _steps_of(self, index: np.ndarray) -> np.ndarray:
        """Return how far along its stream each `index` lies."""
        if index.ndim > 1:  # several draws a person: too far along to be worth a table
            return (index.astype(np.uint64) + ONE) * GOLDEN
        try:
            return self._steps[index]
        except IndexError:
            if index.max() >= MOST_STEPS:
                return (index.astype(np.uint64) + ONE) * GOLDEN
            self._reserve(int(index.max()) + 1)
            return self._steps[index]

    def _reserve(self, n: int) -> None:
        if n > self._steps.size:
            self._steps = np.arange(1, max(n, 2 * self._steps.size) + 1, dtype=np.uint64) * GOLDEN

    def key(self, stream: Stream, week: int) -> np.uint64:
        """Return the state from which SplitMix64 starts for `stream` in `week`."""
        return self.keys(stream, week)[week]

    def keys(self, stream: Stream, week: int) -> np.ndarray:
        """Return the keys of `stream` for all weeks up to `week` and some more."""
        keys = self._keys.get(stream.id)
        while keys is None or week >= keys.size:
            if keys is None:
                self._sources[stream.id] = Philox(key=np.array([self.seed, stream.id], np.uint64))
                keys = np.empty(0, np.uint64)
            keys = np.concatenate((keys, self._sources[stream.id].random_raw(KEYS_AT_ONCE)))
            self._keys[stream.id] = keys
        return keys


class NoiseSource:
    """Noise of mean 0 and variance 1: the number of ones among 32 random bits, standardised.

    A binomial of 32 fair bits is close to normal (excess kurtosis -1/16, steps of 0.35 SD), exact on
    every machine and several times cheaper than normals; see docs/decisions/0002-random-streams.md.
    """

    def __init__(self, source: Philox, numbers: np.ndarray | None = None) -> None:
        self.source, self.numbers = source, numbers
        self.row = self.drawn = 0  # of `numbers`: the next row, and the next number that the source would draw

    def rows(self, count: int, width: int, sd: float) -> np.ndarray:
        """Return the next `count` rows of `width` (even; 8 with `numbers`) values with standard deviation `sd`, as float32."""
        words = self.source.random_raw(count * width // 2) if self.numbers is None else self.words_of_next(count)
        bits = words.view(np.uint32)
        noise = np.bitwise_count(bits).astype(np.float32)
        noise -= np.float32(BITS / 2)
        noise *= np.float32(sd / np.sqrt(BITS / 4))
        return noise.reshape(count, width)

    def words_of_next(self, count: int) -> np.ndarray:
        """Return the random words of the next `count` of `numbers`, four a number: one step of Philox's counter.

        Long gaps between the numbers are skipped; what is drawn in short ones is thrown away.
        """
        numbers = self.numbers[self.row : self.row + count]
        self.row += count
        after_gap = (np.diff(numbers) > SKIPPED_ROWS).nonzero()[0] + 1
        parts = []
        for near in np.split(numbers, after_gap):
            self.source.advance(int(near[0]) - self.drawn)
            self.drawn = int(near[-1]) + 1
            drawn = self.source.random_raw(4 * (self.drawn - int(near[0]))).reshape(-1, 4)
            parts.append(drawn.take(near - near[0], axis=0))
        return np.concatenate(parts)


def logistic(logit: np.ndarray) -> np.ndarray:
    """Return the probability of each log-odds; a few ulps from, and several times faster than, scipy's."""
    return 1 / (1 + np.exp(-logit))


def to_unit(z: np.ndarray) -> np.ndarray:
    """Return the uniforms of SplitMix64's states `z`, which are used up."""
    if z.size <= BLOCK:
        return finish(z)
    flat = z.reshape(-1)
    for start in range(0, flat.size, BLOCK):
        finish(flat[start : start + BLOCK])
    return z.view(np.float64)


def finish(z: np.ndarray) -> np.ndarray:
    """Turn SplitMix64's states `z`, in place, into uniforms in (0, 1), and return them."""
    t = z >> SHIFT_30
    z ^= t
    z *= MIX_1
    np.right_shift(z, SHIFT_27, out=t)
    z ^= t
    z *= MIX_2
    np.right_shift(z, SHIFT_31, out=t)
    z ^= t
    z >>= SHIFT_12
    z |= ONE_TO_TWO
    u = z.view(np.float64)
    u -= DOWN_TO_UNIT  # exact: (52 bits + 1/2) TO_UNIT
    return u
