"""One leaver: one departure is cancelled and all luck stays the same, so that whatever differs is due to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.teaching.runs import WEEKS, Run, run

SLUG = "2-one-leaver"
SEEDS = (1, 2, 3, 4, 5, 6, 7, 8)
QUICK = (1, 2)
FROM, YEAR = 52, 52  # weeks: the departures looked at begin a year after opening, and a year follows
FEWEST = 3  # people hit, for a departure to be looked at
LOW = 0.5  # confidence below which a person counts as unconfident here
MARKS = (4, 26, 52)


@dataclass(frozen=True)
class Departure:
    """One departure: the post, the week, and how many weeks later somebody new starts; who is hit, and what the year after cost them."""

    post: int
    week: int
    refilled: int
    hit: np.ndarray
    lost: np.ndarray  # (weeks since, people hit): wellbeing below that of the same people had the worker stayed
    confidence: np.ndarray
    waited: np.ndarray  # weeks of the year that each waited for the first contact with the new worker


def first_departure(seed: int) -> tuple[int, int, int, np.ndarray]:
    """Return post, week, week of refilling and the people hit of the first departure that is looked at."""
    results = run({}, seed).results
    workers, events = results.link_workers, results.events
    for row in workers[workers.left_week.between(FROM, WEEKS - YEAR - 1)].sort_values("left_week").itertuples():
        there = (events.kind == "worker_left") & (events.week == row.left_week) & (events.worker == row.worker)
        hit = events[there].person.to_numpy(int)
        next_one = workers[(workers.post == row.post) & (workers.started_week >= row.left_week)].started_week
        if len(hit) >= FEWEST and len(next_one):
            return int(row.post), int(row.left_week), int(next_one.min()), hit
    raise ValueError(f"seed {seed}: no departure that hits {FEWEST} people or more; leave the seed out")


def departure(seed: int) -> Departure:
    """Return the first departure of a run against the same run in which that worker stays."""
    post, week, next_one, hit = first_departure(seed)
    was, stayed = run({}, seed), run({"workforce.cancel_departure": (post, week)}, seed)
    year = slice(week, week + YEAR + 1)
    return Departure(post, week, next_one - week, hit, below(was, stayed, year, hit), was.confidence[week, hit], was.awaiting[year, hit].sum(axis=0))


def below(was: Run, stayed: Run, weeks: slice, hit: np.ndarray) -> np.ndarray:
    """Return how far wellbeing is below that of the same people had the worker stayed."""
    return (stayed.level[weeks] - was.level[weeks])[:, hit].astype(float)


def slowest(one: Departure) -> int:
    """Return the number of the person who waited longest for the new worker."""
    return int(one.hit[one.waited.argmax()])


def course(seeds: Sequence[int]) -> np.ndarray:
    """Return the mean loss of all people hit, by weeks since the departure."""
    return np.concatenate([departure(seed).lost for seed in seeds], axis=1).mean(axis=1)


def waiting(seeds: Sequence[int]) -> tuple[float, float]:
    """Return the mean weeks that the unconfident and the confident wait for a new worker whom they have not met, over all departures of the runs."""
    confidence, waited = [], []
    for seed in seeds:
        one = run({}, seed)
        events = one.results.events
        for row in events[(events.kind == "handover_unmanaged") & (events.week < WEEKS - YEAR)].itertuples():
            confidence.append(one.confidence[row.week, row.person])
            spell = one.awaiting[row.week :, row.person]
            waited.append(len(spell) if spell.all() else int(spell.argmin()))
    unconfident, weeks = np.array(confidence) < LOW, np.array(waited, float)
    return float(weeks[unconfident].mean()), float(weeks[~unconfident].mean())


def figures(seeds: Sequence[int] = SEEDS) -> dict[str, str]:
    """Return the figures of the lesson as they are printed."""
    each, lost = [departure(seed) for seed in seeds], course(seeds)
    refilled = round(float(np.median([one.refilled for one in each])))
    low, high = waiting(seeds)
    return {
        "post": f"{each[0].post}",
        "post_shown": f"{each[0].post + 1}",
        "week": f"{each[0].week}",
        "hit_seed_1": f"{len(each[0].hit)}",
        "persons_seed_1": ", ".join(str(person) for person in sorted(each[0].hit)),
        "refilled_seed_1": f"{each[0].refilled}",
        "slowest_seed_1": f"{slowest(each[0])}",
        "slowest_weeks": f"{each[0].waited.max()}",
        "hit": f"{sum(len(one.hit) for one in each)}",
        "seeds": f"{len(seeds)}",
        "refilled": f"{refilled}",
        "worst_week": f"{lost.argmax()}",
        "lost_refilled": f"{lost[refilled]:.2f}",
        "lost_worst": f"{lost.max():.2f}",
        "wait_unconfident": f"{low:.0f}",
        "wait_confident": f"{high:.0f}",
        **{f"lost_{mark}": f"{lost[mark]:.2f}" for mark in MARKS},
    }


CODE = {
    "Run": '''
import matplotlib.pyplot as plt
from experiments import cli
from sim import SocialPrescribingService

classroom = cli.read("run", ["service=classroom"]).parameters


def weekly_wellbeing(cancel=()):
    """Run seed 1; return the finished model and everybody's wellbeing in each week."""
    parameters = classroom.replace({"workforce.cancel_departure": cancel})
    model, weeks = SocialPrescribingService(parameters, seed=1), []
    while model.week < model.weeks:
        model.step()
        weeks.append(model.people.latent_sum[: model.people.drawn].copy())
    return model, weeks


model, was = weekly_wellbeing()
model.results.link_workers[["worker", "post", "started_week", "left_week"]]
''',
    "Investigate": '''
leaver = model.results.link_workers.dropna(subset="left_week").sort_values("left_week").query("left_week >= 52").iloc[0]
post, week = int(leaver.post), int(leaver.left_week)
events = model.results.events
hit = events[(events.kind == "worker_left") & (events.week == week)].person.to_numpy(int)
_, stayed = weekly_wellbeing(cancel=(post, week))

since = range(0, 53)
loss = [float((was[week + w][hit] - stayed[week + w][hit]).mean()) for w in since]
plt.plot(since, loss, color="#12436D")
plt.axhline(0, color="#767676", linestyle="--")
plt.xlabel("weeks since the link worker left")
plt.ylabel("Star points against the same people,\\nhad the worker stayed")
plt.title(f"{len(hit)} people, one departure, seed 1")
plt.show()
''',
    "Modify": '''
from experiments.story import tell

print(tell(model.results, int(hit[0])))
''',
}
