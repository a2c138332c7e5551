"""A model whose luck comes from one generator, one number after the other: what a simulation with one seed usually does.

The people are the same in two scenarios, for they are drawn before the first week. From the first week in which one
scenario draws a number more than the other, everybody's luck differs: the seed is the same, and the luck is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np

from sim.streams import TO_UNIT, NoiseSource, Stream, Streams


class OneGenerator(Streams):
    """All random numbers of one run from one generator, in the order in which they are asked for."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.generator = np.random.Generator(np.random.PCG64(seed))

    def draws(self, shape: tuple[int, ...]) -> np.ndarray:
        """Return the next uniforms, in (0, 1)."""
        return (self.generator.integers(0, 2**52, shape) + 0.5) * TO_UNIT

    def uniform(self, stream: Stream, week: int, index: np.ndarray) -> np.ndarray:
        """Return the next uniforms, one for each `index`."""
        return self.draws(index.shape)

    def uniforms(self, streams: tuple[Stream, ...], week: int, index: np.ndarray) -> np.ndarray:
        """Return the next uniforms, a row for each of `streams`."""
        return self.draws((len(streams), *index.shape))

    def uniform_all(self, stream: Stream, week: int, n: int) -> np.ndarray:
        """Return the next `n` uniforms."""
        return self.draws((n,))

    def uniform_one(self, stream: Stream, week: int, index: int = 0) -> float:
        """Return the next uniform."""
        return float(self.draws((1,))[0])

    def noise_blocks(self, stream: Stream, week: int, numbers: np.ndarray | None = None) -> NoiseSource:
        """Return a source of noise that goes on with the same generator."""
        return NoiseSource(self.generator.bit_generator)

    def key(self, stream: Stream, week: int) -> np.uint64:
        raise NotImplementedError("a way of drawing that does not use the one generator")

    def keys(self, stream: Stream, week: int) -> np.ndarray:
        raise NotImplementedError("a way of drawing that does not use the one generator")


@contextmanager
def one_generator() -> Iterator[None]:
    """Let models made in the block draw from one generator each."""
    with patch("sim.model.Streams", OneGenerator):
        yield
