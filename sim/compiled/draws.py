"""Random numbers inside compiled loops: bit for bit those of `sim.streams.Streams`."""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from sim import streams
from sim.streams import Stream
from sim.week import Week

# whole numbers without sign stay so only among themselves: beside a signed one numba would turn them into floats
ONE = np.uint64(1)
GOLDEN, MIX_1, MIX_2 = np.uint64(streams.GOLDEN), np.uint64(streams.MIX_1), np.uint64(streams.MIX_2)
SHIFT_30, SHIFT_27, SHIFT_31, SHIFT_12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
TO_UNIT = streams.TO_UNIT
PHILOX_A, PHILOX_C, BUMP = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157), np.uint64(0xBB67AE8584CAA73B)  # Salmon et al. 2011


@njit(cache=True)
def unit(key: np.uint64, index: int) -> float:
    """Return the uniform in (0, 1) that `Streams.uniform` gives `index` in the stream and week of `key`."""
    z = key + (np.uint64(index) + ONE) * GOLDEN
    z = (z ^ (z >> SHIFT_30)) * MIX_1
    z = (z ^ (z >> SHIFT_27)) * MIX_2
    z ^= z >> SHIFT_31
    return (np.float64(np.int64(z >> SHIFT_12)) + 0.5) * TO_UNIT  # exact: 52 bits and a half


@intrinsic
def high_word(typing_context, a, b):
    """Return the upper 64 bits of the product of two whole numbers of 64 bits: one instruction, for which numba has no name."""

    def make(context, builder, signature, given):
        """Return the instructions."""
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(given[0], wide), builder.zext(given[1], wide))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), make


@njit(cache=True)
def philox(counter: np.uint64, week: np.uint64, seed: np.uint64, stream: np.uint64) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the four raw words that `Streams.noise_blocks` gives in `week` for `counter` 1, 2, 3, …: Philox 4x64 of ten rounds."""
    a, b, c, d = counter, np.uint64(0), ONE, week
    for _ in range(10):
        high_a, high_c = high_word(PHILOX_A, a), high_word(PHILOX_C, c)
        a, b, c, d = high_c ^ b ^ seed, PHILOX_C * c, high_a ^ d ^ stream, PHILOX_A * a
        seed += GOLDEN
        stream += BUMP
    return a, b, c, d


class Keys:
    """The keys of the streams of one process, for `unit`, in one array a week."""

    def __init__(self, *streams: Stream) -> None:
        self.streams = streams

    def of(self, week: Week) -> np.ndarray:
        """Return this week's key of each stream, in the order given at the start."""
        kept = vars(week.streams).setdefault("in_loops", {})  # with the run, as several may take turns
        table = kept.get(self)
        if table is None or week.number >= len(table):
            keys = [week.streams.keys(stream, week.number) for stream in self.streams]
            weeks = min(len(known) for known in keys)
            table = kept[self] = np.stack([known[:weeks] for known in keys], axis=1)
        return table[week.number]


def keys(week: Week, *streams: Stream) -> tuple[np.uint64, ...]:
    """Return this week's key of each of `streams`, for `unit`."""
    return tuple(week.streams.key(stream, week.number) for stream in streams)
