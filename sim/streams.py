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
from numpy.random import Generator, Philox
from scipy.special import ndtri

GOLDEN, MIX_1, MIX_2 = (np.uint64(word) for word in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
SHIFT_30, SHIFT_27, SHIFT_31, SHIFT_11 = (np.uint64(bits) for bits in (30, 27, 31, 11))
TO_UNIT = 2.0**-53
KEYS_AT_ONCE = 512
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
        self._steps = np.arange(1, 1025, dtype=np.uint64) * GOLDEN

    def uniform(self, stream: Stream, week: int, index: np.ndarray) -> np.ndarray:
        """Return one uniform in (0, 1) for each `index` (whole numbers from 0)."""
        if index.size == 0:
            return np.empty(index.shape)
        self._reserve(int(index.max()) + 1)
        return self._hash(self._steps[index], self._key(stream, week))

    def uniform_all(self, stream: Stream, week: int, n: int) -> np.ndarray:
        """Return uniforms for the indices 0 to n-1; the same numbers as `uniform` gives them."""
        self._reserve(n)
        return self._hash(self._steps[:n].copy(), self._key(stream, week))

    def normal(self, stream: Stream, week: int, index: np.ndarray) -> np.ndarray:
        """Return one standard normal for each `index`."""
        return ndtri(self.uniform(stream, week, index))

    def dense_normals(self, stream: Stream, week: int) -> Generator:
        """Return a generator whose successive standard normals belong to indices 0, 1, 2, …

        For decisions that everybody takes every week: cheaper than hashing, and as independent of
        what comes after.
        """
        key = np.array([self.seed, stream.id], np.uint64)
        return Generator(Philox(key=key, counter=np.array([0, 0, 1, week], np.uint64)))

    def _reserve(self, n: int) -> None:
        if n > self._steps.size:
            self._steps = np.arange(1, max(n, 2 * self._steps.size) + 1, dtype=np.uint64) * GOLDEN

    def _key(self, stream: Stream, week: int) -> np.uint64:
        keys = self._keys.get(stream.id)
        while keys is None or week >= keys.size:
            if keys is None:
                self._sources[stream.id] = Philox(key=np.array([self.seed, stream.id], np.uint64))
                keys = np.empty(0, np.uint64)
            keys = np.concatenate((keys, self._sources[stream.id].random_raw(KEYS_AT_ONCE)))
            self._keys[stream.id] = keys
        return keys[week]

    @staticmethod
    def _hash(z: np.ndarray, key: np.uint64) -> np.ndarray:
        """Finish SplitMix64 on `z` (steps from the key), in place, and return uniforms in (0, 1)."""
        flat, out = z.reshape(-1), np.empty(z.shape)
        flat_out = out.reshape(-1)
        spare = np.empty(min(BLOCK, flat.size), np.uint64)
        for start in range(0, flat.size, BLOCK):
            part = flat[start : start + BLOCK]
            t = spare[: part.size]
            part += key
            np.right_shift(part, SHIFT_30, out=t)
            part ^= t
            part *= MIX_1
            np.right_shift(part, SHIFT_27, out=t)
            part ^= t
            part *= MIX_2
            np.right_shift(part, SHIFT_31, out=t)
            part ^= t
            part >>= SHIFT_11
            result = flat_out[start : start + BLOCK]
            np.add(part, 0.5, out=result)
            result *= TO_UNIT
        return out
