"""Functions with known indices on the unit cube, designs without a model, and outputs with a seed's noise."""

from types import SimpleNamespace

import numpy as np

from experiments.sweep.designs import Design, make

G = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])  # Saltelli et al. 2010: importance falls with a
SQUARED = 7.0**2 / 8
QUARTIC = 0.1 * np.pi**4


def design(method: str, factors: int, size: int, seed: int = 0, groups=(), second_order: bool = False) -> Design:
    """A design of `factors` numbers x1, x2, ..."""
    names = [SimpleNamespace(name=f"x{number + 1}", levels=(), default=0.5) for number in range(factors)]
    return make(method, names, size, seed, groups, second_order)


def ishigami(unit: np.ndarray) -> np.ndarray:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on [-pi, pi]; only the first three columns count."""
    x = np.pi * (2 * unit - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices() -> dict[str, list[float]]:
    """Ishigami and Homma 1990: V1 = (1 + b pi^4/5)^2/2, V2 = a^2/8, V13 = b^2 pi^8 (1/18 - 1/50)."""
    one, two, pair = (1 + QUARTIC / 5) ** 2 / 2, SQUARED, QUARTIC**2 * (1 / 18 - 1 / 50)
    total = one + two + pair
    return {
        "variance": [total],
        "S1": [one / total, two / total, 0.0],
        "ST": [(one + pair) / total, two / total, pair / total],
        "S2": [0.0, pair / total, 0.0],
    }


def sobol_g(unit: np.ndarray) -> np.ndarray:
    """The product of (|4 x - 2| + a) / (1 + a)."""
    return ((np.abs(4 * unit - 2) + G) / (1 + G)).prod(axis=1)


def sobol_g_indices() -> dict[str, np.ndarray]:
    """V_i = 1/3 / (1 + a_i)^2; the variance is prod(1 + V_i) - 1; VT_i = V_i prod of the others' (1 + V_j)."""
    parts = 1 / 3 / (1 + G) ** 2
    total = (1 + parts).prod() - 1
    return {"S1": parts / total, "ST": parts * (1 + parts).prod() / (1 + parts) / total}


def noisy(means: np.ndarray, replications: int, common: float, own: float, seed: int) -> np.ndarray:
    """A two-way layout, (points, replications): means, plus a normal of sd `common` for each seed and one of sd `own` for each run."""
    rng = np.random.default_rng(seed)
    return means[:, None] + rng.normal(0, common, (1, replications)) + rng.normal(0, own, (len(means), replications))


def of(table, index: str, column: str = "estimate", measure: str = "y") -> np.ndarray:
    """One index of one measure as an array, in the order of the parameters."""
    return table[(table["index"] == index) & (table.measure == measure)][column].to_numpy()


def holds(table, index: str, truth) -> np.ndarray:
    """Whether each interval holds the truth."""
    return (of(table, index, "ci_low") <= truth) & (truth <= of(table, index, "ci_high"))
