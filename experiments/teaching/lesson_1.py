"""It fills up: a steady flow of people into a service of fixed size. Three posts, and nobody leaves: nothing changes from opening to end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from experiments.teaching.runs import WEEKS, classroom, mean, numbers, run

SLUG = "1-it-fills-up"
SEEDS = (1, 2, 3, 4, 5)
QUICK = (1, 2)
YEAR = 52
TIGHT = {"workforce.posts": 3, "workforce.turnover": 0.0}
ROOMY = {"workforce.posts": 5, "workforce.turnover": 0.0}


def room() -> int:
    """Return how many users fit, at the cap."""
    workforce = classroom(TIGHT).workforce
    return workforce.posts * workforce.caseload_cap


def full_from(seed: int) -> int:
    """Return the first week at whose end no more users fit, counted from 0 as in the tables: so many weeks went by before it."""
    return int(np.argmax(run(TIGHT, seed).results.weekly.open_caseload.to_numpy() >= room()))


def waits(changes: dict, seed: int, first: int, last: int) -> float:
    """Return the mean wait, in weeks, of those referred in weeks `first` to `last` who started."""
    people = run(changes, seed).people
    return mean(numbers(people.wait_weeks)[people.referred_week.between(first, last).to_numpy()])


def printed(changes: dict, seed: int, weeks: int = WEEKS) -> float:
    """Return the mean wait that `spsim run` prints for a run of so many weeks: of those taken on by its end."""
    people = run(changes, seed).people
    return mean(numbers(people.wait_weeks)[people.start_week.lt(weeks).fillna(False).to_numpy(bool)])


def figures(seeds: Sequence[int] = SEEDS) -> dict[str, str]:
    """Return the figures of the lesson as they are printed."""
    full = [full_from(seed) for seed in seeds]
    stay = [run(TIGHT, seed).results.summary["months_in_service"] for seed in seeds]
    named = {
        "room": f"{room()}",
        "full_seed_1": f"{full_from(1)}",
        "full_watched_seed_1": f"{full_from(1) + 1}",  # the live view counts weeks from 1
        "full_first": f"{min(full)}",
        "full_last": f"{max(full)}",
        "stay_months": f"{np.mean(stay):.0f}",
        "stay_weeks": f"{np.mean(stay) * 52 / 12:.0f}",
        "seeds": f"{len(seeds)}",
    }
    for name, changes in (("tight", TIGHT), ("roomy", ROOMY)):
        for when, first, last in (("first_year", 0, 51), ("second_half", 130, 233)):
            named[f"wait_{name}_{when}"] = f"{np.mean([waits(changes, seed, first, last) for seed in seeds]):.1f}"
        for when, weeks in (("one_year", YEAR), ("five_years", WEEKS)):
            named[f"printed_{name}_{when}"] = f"{np.mean([printed(changes, seed, weeks) for seed in seeds]):.1f}"
    return named


CODE = {
    "Run": '''
import matplotlib.pyplot as plt
from experiments import cli
from sim import SocialPrescribingService

SEEDS = range(1, 6)
classroom = cli.read("run", ["service=classroom"]).parameters


def run(seed, **changes):
    """One run of the classroom; a change is written workforce__posts=3."""
    parameters = classroom.replace({name.replace("__", "."): value for name, value in changes.items()})
    model = SocialPrescribingService(parameters, seed=seed)
    model.run()
    return model.results


results = run(1, workforce__posts=3, workforce__turnover=0.0)
results.weekly[["week", "referrals", "open_caseload", "waiting"]].iloc[::13]
''',
    "Investigate": '''
figure, axes = plt.subplots(2, 1, sharex=True, figsize=(8, 5))
for seed in SEEDS:
    weekly = run(seed, workforce__posts=3, workforce__turnover=0.0).weekly
    axes[0].plot(weekly.week, weekly.open_caseload, color="#12436D", alpha=0.6)
    axes[1].plot(weekly.week, weekly.waiting, color="#801650", alpha=0.6)
axes[0].set_ylabel("people with a link worker")
axes[1].set_ylabel("people waiting")
axes[1].set_xlabel("weeks since opening")
axes[0].set_title(f"{len(SEEDS)} runs, 3 posts, nobody leaves")
plt.show()
''',
    "Modify": '''
posts = 5  # try 4, 5, 6
for seed in SEEDS:
    people = run(seed, workforce__posts=posts, workforce__turnover=0.0).people
    late = people[people.referred_week >= 130]
    print(f"seed {seed}: mean wait of those referred after week 130: {late.wait_weeks.mean():.1f} weeks")
''',
}
