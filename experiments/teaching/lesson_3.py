"""Setbacks and recovery: how often, how deep and how long, with the service and for the same people without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.life import choose
from experiments.teaching.runs import WEEKS, run

SLUG = "3-setbacks-and-recovery"
SEEDS = (1, 2, 3, 4, 5)
QUICK = (1, 2, 3)
AFTER = 52
KINDS = {"minor": 0.3, "moderate": 0.6, "major": 1.0}


@dataclass(frozen=True)
class Setbacks:
    """Setbacks of one run, a row each: how severe, weeks until it is over, wellbeing against the week before in weeks 0 to 52 after."""

    person: np.ndarray
    week: np.ndarray
    severity: np.ndarray
    length: np.ndarray
    course: np.ndarray


def setbacks(seed: int, served: bool = True) -> Setbacks:
    """Return the setbacks of a run that begin a year or more before its end, in people who live that long."""
    one = run({}, seed, served)
    events = one.results.events
    chosen = events[(events.kind == "setback") & (events.week >= 1) & (events.week < WEEKS - AFTER)]
    person, week = chosen.person.to_numpy(int), chosen.week.to_numpy(int)
    gone = one.people.gone_week.to_numpy(float, na_value=np.inf)[person]
    referred = one.people.referred_week.to_numpy(int)[person]
    keep = (gone > week + AFTER) & (referred < week)
    person, week = person[keep], week[keep]
    since = week[:, None] + np.arange(AFTER + 1)
    course = one.level[since, person[:, None]].astype(float) - one.level[week - 1, person][:, None]
    ill = one.severity[since, person[:, None]] > 0
    length = np.where(ill.all(axis=1), AFTER, ill.argmin(axis=1))
    return Setbacks(person, week, one.severity[week, person], length, course)


def every(seeds: Sequence[int], served: bool = True) -> list[Setbacks]:
    """Return the setbacks of several runs."""
    return [setbacks(seed, served) for seed in seeds]


def of_kind(found: list[Setbacks], kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Return lengths and mean course of the setbacks of a kind; one in some two hundred is over within its first week and has none."""
    alike = [np.isclose(one.severity, KINDS[kind]) for one in found]
    lengths = np.concatenate([one.length[which] for one, which in zip(found, alike, strict=True)])
    courses = np.concatenate([one.course[which] for one, which in zip(found, alike, strict=True)])
    return lengths, courses.mean(axis=0)


def counted(seed: int, served: bool = True) -> int:
    """Return how many setbacks there are in a run."""
    return int(run({}, seed, served).people.setbacks.sum())


def met(seed: int) -> float:
    """Return the share of people with a setback at all."""
    return float((run({}, seed).people.setbacks > 0).mean())


def added(seeds: Sequence[int], week: int = 104, had: bool = True) -> float:
    """Return how far above their own usual care people with a setback (none, unless `had`) are `week` weeks after referral, in points of the Star sum."""
    apart = []
    for seed in seeds:
        own, usual = (run({}, seed, served).people for served in (True, False))
        both = (own[f"latent_{week}"] - usual[f"latent_{week}"])[(own.setbacks > 0) == had]
        apart.append(float(both.mean()))
    return float(np.mean(apart))


def figures(seeds: Sequence[int] = SEEDS) -> dict[str, str]:
    """Return the figures of the lesson as they are printed."""
    served = every(seeds)
    named = {"seeds": f"{len(seeds)}", "met": f"{100 * np.mean([met(seed) for seed in seeds]):.0f}", "person": f"{choose(run({}, 1).results, 'complex')}"}
    for kind in KINDS:
        lengths, course = of_kind(served, kind)
        named |= {f"length_{kind}": f"{np.median(lengths):.0f}", f"deepest_{kind}": f"{-course.min():.1f}", f"deepest_week_{kind}": f"{course.argmin()}"}
        named[f"year_{kind}"] = f"{abs(course[AFTER]):.1f}"
    with_it, without = (np.mean([counted(seed, there) for seed in seeds]) for there in (True, False))
    lost, started = (sum(run({}, seed).people.pipe(tell).sum() for seed in seeds) for tell in (lost_to_setback, began))
    return named | {
        "with": f"{with_it:.0f}", "without": f"{without:.0f}", "fewer": f"{100 * (1 - with_it / without):.0f}", "lost": f"{100 * lost / started:.0f}",
        "added": f"{added(seeds):.1f}", "added_none": f"{added(seeds, had=False):.1f}",
    }  # fmt: skip


def lost_to_setback(people):
    """Return who dropped out mostly because of a setback."""
    return people.exit_reason.astype(str) == "lost_setback"


def began(people):
    """Return who started."""
    return people.start_week.notna()


CODE = {
    "Run": '''
import matplotlib.pyplot as plt
from experiments import cli
from experiments.story import choose, tell
from experiments.twins import usual_care
from sim import SocialPrescribingService

classroom = cli.read("run", ["service=classroom"]).parameters
model = SocialPrescribingService(classroom, seed=1)
results = model.run()
print(tell(results, choose(results, "complex")))
''',
    "Investigate": '''
def after_setbacks(parameters, seed, weeks=52):
    """Mean wellbeing after a setback begins, against the week before, by severity."""
    model, level, severity = SocialPrescribingService(parameters, seed=seed), [], []
    while model.week < model.weeks:
        model.step()
        level.append(model.people.latent_sum[: model.people.drawn].copy())
        severity.append(model.people.severity[: model.people.drawn].copy())
    events, people = model.results.events, model.results.people
    referred, gone = people.referred_week, people.gone_week.fillna(model.weeks)
    courses = {}
    for row in events[(events.kind == "setback") & (events.week < model.weeks - weeks)].itertuples():
        if referred[row.person] >= row.week or gone[row.person] <= row.week + weeks:
            continue  # no week before, or no year after
        kind = {0.0: "over within its first week", 0.3: "minor", 0.6: "moderate", 1.0: "major"}[round(float(severity[row.week][row.person]), 1)]
        before = level[row.week - 1][row.person]
        courses.setdefault(kind, []).append([level[row.week + w][row.person] - before for w in range(weeks + 1)])
    return courses


for kind, courses in sorted(after_setbacks(classroom, 1).items()):
    if kind.startswith("over"):
        continue  # how severe it was is not seen at the end of the week
    mean = [sum(week) / len(courses) for week in zip(*courses, strict=True)]
    plt.plot(mean, label=f"{kind} ({len(courses)})")
plt.axhline(0, color="#767676", linestyle="--")
plt.xlabel("weeks since the setback began")
plt.ylabel("Star points against the week before")
plt.legend()
plt.show()
''',
    "Modify": '''
usual = SocialPrescribingService(usual_care(classroom), seed=1).run()
print("setbacks with the service:", results.people.setbacks.sum(), " without it:", usual.people.setbacks.sum())
had = results.people.setbacks > 0
apart = (results.people.latent_104 - usual.people.latent_104)[had]
print(f"people with a setback, two years after referral: {apart.mean():.1f} points above their own usual care")
''',
}
