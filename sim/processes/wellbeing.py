"""Step 11: latent wellbeing moves towards its target (docs/odd.md, section 7.11).

Reads   people: star_baseline, dip, severity, depressed, goals, trust, peers.
Writes  people: latent, latent_sum, dip.
Draws   wellbeing.noise, by person and area, for everybody.
"""

from __future__ import annotations

import numpy as np

from sim.people import FAMILY, GOALS, IS_CASE_AREA, POSITIVE, RESOLVED, People
from sim.streams import NoiseSource, Stream
from sim.week import Week

NOISE = Stream("wellbeing.noise", "weekly noise of latent wellbeing", index="person x area")

BLOCK = 4096  # people at a time, so that their areas stay in the processor's cache
FIRST_AREA = np.arange(BLOCK).repeat(GOALS) * 8  # where the areas of a goal's person begin


def feel(people: People, week: Week) -> None:
    """Move the eight latent areas of everybody towards their targets, with noise, and clip them to 1-5.

    w += a (target - w) + noise. The target adds up baseline, the common loss (dip, setback,
    depression) and gains in single areas; each part is scaled by `a` and added in place.
    """
    q = week.p.wellbeing
    source = week.noise_blocks(NOISE) if q.noise_sd > 0 else None
    people.dip[: people.n] *= np.float32(0.5 ** (1 / week.p.population.dip_half_life_weeks))
    for start in range(0, people.n, BLOCK):
        feel_block(people, slice(start, min(start + BLOCK, people.n)), source, week)


def feel_block(people: People, rows: slice, source: NoiseSource | None, week: Week) -> None:
    """Do one block of people."""
    q = week.p.wellbeing
    latent = people.latent[rows]
    loss = common_loss(people, rows, week).repeat(8).reshape(-1, 8)  # faster than to broadcast over so few columns
    change = people.star_baseline[rows] - loss
    change -= latent
    change *= np.float32(q.adjustment)
    if source is not None:
        change += source.rows(len(latent), 8, q.noise_sd)
    trust, peers = people.trust[rows].astype(np.float32), people.peers[rows]
    change[:, POSITIVE] += np.float32(q.adjustment * q.trust_positive) * trust
    change[:, FAMILY] += np.float32(q.adjustment) * (np.float32(q.trust_family) * trust + np.float32(q.peer_family) * peers)
    add_goals(people, rows, change.reshape(-1), week)
    latent += change
    latent.clip(1, 5, out=latent)
    people.latent_sum[rows] = np.einsum("ij->i", latent)


def common_loss(people: People, rows: slice, week: Week) -> np.ndarray:
    """Return what dip, setback and depression take from the target of every area."""
    loss = people.dip[rows] + np.float32(week.p.setbacks.wellbeing_loss) * people.severity[rows]
    loss += np.float32(week.p.mood.wellbeing_loss) * people.depressed[rows]
    loss /= 8
    return loss


def add_goals(people: People, rows: slice, change: np.ndarray, week: Week) -> None:
    """Add the gains of goals to `change` (flat, 8 areas a person): habits and progress, or resolved cases."""
    q = week.p.wellbeing
    habit, progress = people.goal_habit[rows].reshape(-1), people.goal_progress[rows].reshape(-1)
    goals = ((habit > 0) | (progress > 0)).nonzero()[0]
    area = people.goal_area[rows].reshape(-1).take(goals)
    gain = (q.goal_effect * (q.habit_weight * habit + (1 - q.habit_weight) * progress)).take(goals)
    case = IS_CASE_AREA.take(area).nonzero()[0]
    gain[case] = q.case_effect * (people.goal_stage[rows].reshape(-1)[goals[case]] == RESOLVED)
    gain *= np.float32(q.adjustment)
    np.add.at(change, FIRST_AREA.take(goals) + area, gain)
