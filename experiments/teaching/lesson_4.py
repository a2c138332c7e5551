"""How long a programme? Three lengths, first where there is room for everybody, then with a waiting list and fewer posts.

Every figure is what `spsim run twin=true` prints, so that a class can compare its own runs with the answers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from experiments.teaching.runs import gain, mean, numbers, run

SLUG = "4-how-long-a-programme"
SEEDS = (1, 2, 3, 4, 5)
QUICK = (1, 2)
LENGTHS = (13, 52, 104)
QUEUE = {"workforce.posts": 3, "referrals.backlog": 40}
SETTINGS = {
    "slack": {"workforce.posts": 6}, "queue": QUEUE, "post": QUEUE | {"workforce.posts": 4}, "stay": QUEUE | {"programme.discretion": 0.8}, "as it is": {},
}  # fmt: skip
TRIED = (("post", 104), ("stay", 52))  # the two lines of *Modify*: one more post, and more people who may stay longer
TOLD = (*((setting, length) for setting in ("slack", "queue") for length in LENGTHS), *TRIED)  # of the classroom as it is only the direction is told


def changes(setting: str, length: int) -> dict:
    """Return what a setting and a length change in the classroom."""
    return SETTINGS[setting] | {"programme.length_weeks": length}


def added(setting: str, length: int, seeds: Sequence[int], week: int = 104) -> float:
    """Return what the service adds over everybody referred, `week` weeks after referral, in points of the Star sum."""
    return float(np.mean([gain(changes(setting, length), seed, week) for seed in seeds]))


def added_to_users(setting: str, length: int, seeds: Sequence[int]) -> float:
    """Return what it adds, two years after referral, to those who started."""
    return float(np.mean([gain(changes(setting, length), seed, 104, run(changes(setting, length), seed).started) for seed in seeds]))


def got_in(setting: str, length: int, seeds: Sequence[int]) -> float:
    """Return the share of people referred who took the service up, of those referred long enough before the end."""
    return float(np.mean([run(changes(setting, length), seed).results.summary["uptake"] for seed in seeds]))


def wait(setting: str, length: int, seeds: Sequence[int]) -> float:
    """Return the mean wait of those who started, in weeks."""
    return float(np.mean([mean(numbers(run(changes(setting, length), seed).people.wait_weeks)) for seed in seeds]))


def figures(seeds: Sequence[int] = SEEDS) -> dict[str, str]:
    """Return the figures of the lesson as they are printed."""
    named = {"seeds": f"{len(seeds)}"}
    for setting, length in TOLD:
        at = f"{setting}_{length}"
        named |= {
            f"users_{at}": f"{added_to_users(setting, length, seeds):.1f}",
            f"started_{at}": f"{100 * got_in(setting, length, seeds):.0f}",
            f"wait_{at}": f"{wait(setting, length, seeds):.0f}",
            f"one_year_{at}": f"{added(setting, length, seeds, 52):.1f}",
            f"two_years_{at}": f"{added(setting, length, seeds):.1f}",
        }
    return named


CODE = {
    "Run": '''
import matplotlib.pyplot as plt
from experiments import cli
from experiments.twins import usual_care
from sim import SocialPrescribingService

SEEDS = range(1, 4)
classroom = cli.read("run", ["service=classroom"]).parameters


def run(parameters, seed):
    return SocialPrescribingService(parameters, seed=seed, events=False, panel=False).run()


def what_it_adds(changes, lengths=(13, 52, 104)):
    """By length: points above usual care a year on, share who took the service up, and mean wait, over SEEDS."""
    usual = {seed: run(usual_care(classroom.replace(changes)), seed) for seed in SEEDS}
    told = {}
    for length in lengths:
        own = {seed: run(classroom.replace(changes | {"programme.length_weeks": length}), seed) for seed in SEEDS}
        told[length] = (
            sum((own[seed].people.latent_52 - usual[seed].people.latent_52).mean() for seed in SEEDS) / len(SEEDS),
            sum(own[seed].summary["uptake"] for seed in SEEDS) / len(SEEDS),
            sum(own[seed].summary["wait_mean"] for seed in SEEDS) / len(SEEDS),
        )
    return told


slack = what_it_adds({"workforce.posts": 6})
slack
''',
    "Investigate": '''
queue = what_it_adds({"workforce.posts": 3, "referrals.backlog": 40})
for name, told in (("room for everybody", slack), ("a waiting list", queue)):
    plt.plot(list(told), [values[0] for values in told.values()], marker="o", label=name)
plt.xticks(list(slack))
plt.ylim(bottom=0)
plt.xlabel("planned length of the programme, weeks")
plt.ylabel("Star points above usual care,\\na year after referral, everybody")
plt.legend()
plt.show()
for length, (_, started, wait) in queue.items():
    print(f"{length} weeks: {100 * started:.0f} in 100 take the service up, after {wait:.0f} weeks on average")
''',
    "Modify": '''
what_it_adds({"workforce.posts": 4, "referrals.backlog": 40}, lengths=(26, 104))
''',
}
