"""The posterior on the emulators: emcee's ensembles on the unit cube, where the declared distributions are flat.

Foreman-Mackey, Hogg, Lang and Goodman 2013, Publications of the Astronomical Society of the Pacific 125: 306-312.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from experiments.calibration.emulator import Emulator
from experiments.calibration.likelihoods import Term
from experiments.calibration.waves import emulated, snapped, sobol
from experiments.sweep.factors import Factor

ENSEMBLES, WALKERS, WALKERS_EACH = 2, 64, 8  # walkers at least, and for each parameter
BURN_IN, STEPS, MOST_STEPS = 150, 300, 3000
LOOKED_AT = 2**13  # points of the prior among which walkers begin
MIXED, INDEPENDENT = 1.02, 4.0  # R-hat at most, and effective draws for each draw wanted, for the chains to be stopped


@dataclass(frozen=True)
class Chains:
    """A sample of the posterior: `unit` (draws, parameters) on the unit cube, in no order; how well the chains it comes from had mixed.

    `rhat` is the largest potential scale reduction over parameters and `effective` the least effective number of draws in the chains; `accepted` the
    share of accepted moves, `steps` those of each walker after the burn-in. `pool` is all of the chains, thinned.
    """

    unit: np.ndarray
    pool: np.ndarray
    rhat: float
    effective: float
    accepted: float
    steps: int


def log_likelihood(factors: Sequence[Factor], terms: Sequence[Term], emulators: Mapping[str, Emulator]) -> Callable[[np.ndarray], np.ndarray]:
    """Return the log-likelihood as a function of (points, parameters) positions on the unit cube."""

    def at(unit: np.ndarray) -> np.ndarray:
        places = snapped(factors, unit)
        return sum(term.log_likelihood(*emulated(term, places, emulators)) for term in terms)

    return at


def sample(likelihood: Callable[[np.ndarray], np.ndarray], parameters: int, draws: int, seed: int, allowed: Callable[[np.ndarray], bool]) -> Chains:
    """Return `draws` draws of the posterior under a flat prior on the unit cube, those that `allowed` refuses left out; the same for the same `seed`."""
    import emcee

    def log_probability(unit: np.ndarray) -> np.ndarray:
        inside = ((unit > 0) & (unit < 1)).all(axis=1)
        found = np.full(len(unit), -np.inf)
        if inside.any():
            found[inside] = likelihood(unit[inside])
        return found

    walkers = max(WALKERS, WALKERS_EACH * parameters)
    rng = np.random.default_rng([seed, draws])
    chains, accepted, steps = [], [], 0
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        starts = beginnings(likelihood, parameters, ENSEMBLES * walkers, seed, rng)
        samplers = []
        for number in range(ENSEMBLES):
            sampler = emcee.EnsembleSampler(walkers, parameters, log_probability, vectorize=True, moves=moves(emcee))
            state = np.random.RandomState(int(rng.integers(2**32))).get_state()
            begun = emcee.State(starts[number::ENSEMBLES], random_state=state)
            samplers.append((sampler, sampler.run_mcmc(begun, BURN_IN, skip_initial_state_check=True, store=False)))
        while steps < MOST_STEPS:
            samplers = [(sampler, sampler.run_mcmc(state, STEPS, skip_initial_state_check=True)) for sampler, state in samplers]
            steps += STEPS
            chains = [sampler.get_chain() for sampler, _ in samplers]
            rhat, effective = scale_reduction(chains), effective_draws(chains)
            if rhat <= MIXED and effective >= INDEPENDENT * draws:
                break
        accepted = [float(np.mean(sampler.acceptance_fraction)) for sampler, _ in samplers]
    every = max(1, int(sum(chain.shape[0] * chain.shape[1] for chain in chains) / max(1.0, effective) / 2))
    pool = np.concatenate([chain.reshape(-1, parameters) for chain in (chain[::every] for chain in chains)])
    pool = pool[rng.permutation(len(pool))]
    return Chains(chosen(pool, draws, allowed, rng), pool, rhat, effective, float(np.mean(accepted)), steps)


def moves(emcee) -> list[tuple[object, float]]:
    """Return how walkers move: along differences of two others, with leaps between separate hills."""
    return [(emcee.moves.DEMove(), 0.7), (emcee.moves.DEMove(gamma0=1.0), 0.1), (emcee.moves.StretchMove(), 0.2)]


def beginnings(likelihood: Callable[[np.ndarray], np.ndarray], parameters: int, count: int, seed: int, rng: np.random.Generator) -> np.ndarray:
    """Return where walkers begin: points of the prior drawn by their likelihood, a little apart."""
    unit = sobol(parameters, LOOKED_AT, seed + 2)
    found = np.concatenate([likelihood(part) for part in np.array_split(unit, 8)])
    weights = np.exp(found - found.max())
    places = np.searchsorted(np.cumsum(weights) / weights.sum(), (np.arange(count) + rng.random()) / count).clip(0, len(unit) - 1)
    return np.clip(unit[rng.permutation(places)] + rng.normal(0, 0.01, (count, parameters)), 1e-6, 1 - 1e-6)


def scale_reduction(chains: Sequence[np.ndarray]) -> float:
    """Return the largest potential scale reduction (R-hat) over parameters, from both halves of the chains of all ensembles, (steps, walkers, parameters)."""
    half = chains[0].shape[0] // 2
    parts = np.stack([part.reshape(-1, part.shape[2]) for chain in chains for part in (chain[:half], chain[-half:])])
    within, between = parts.var(axis=1, ddof=1).mean(axis=0), parts.mean(axis=1).var(axis=0, ddof=1)
    return float(np.sqrt(1 + between / np.where(within > 0, within, np.inf)).max())


def effective_draws(chains: Sequence[np.ndarray]) -> float:
    """Return the least effective number of draws over parameters: all draws over their autocorrelation time."""
    from emcee.autocorr import integrated_time

    logger = logging.getLogger("emcee.autocorr")
    before, logger.disabled = logger.disabled, True  # says in its words what the report says in its own
    try:
        times = [integrated_time(chain, quiet=True) for chain in chains]
    finally:
        logger.disabled = before
    return float(min(sum(chain.shape[0] * chain.shape[1] / max(1.0, time[place]) for chain, time in zip(chains, times, strict=True))
                     for place in range(chains[0].shape[2])))  # fmt: skip


def chosen(pool: np.ndarray, draws: int, allowed: Callable[[np.ndarray], bool], rng: np.random.Generator) -> np.ndarray:
    """Return the first `draws` rows of `pool` that are allowed, from its beginning again where it is too short."""
    found = [row for row in pool[: 2 * draws] if allowed(row)]
    if len(found) < draws:
        found = [row for row in pool if allowed(row)]
    if not found:
        return np.empty((0, pool.shape[1]))
    return np.array(found)[np.arange(draws) % len(found)]
