"""Before and after: the rise that a before-and-after study reports, beside what the same people gain without the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.teaching.runs import numbers, run

SLUG = "5-before-and-after"
SEEDS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
QUICK = (1, 2, 3)
HALF_YEAR = 26


@dataclass(frozen=True)
class Study:
    """One run as a study sees it and as it is, in points of the Star sum over half a year.

    `recorded`: rise between the first Star and that of half a year, of those with both; `own`: rise of the same people's wellbeing as the model
    knows it; `twins`: the same without the service. `added`: the service's effect in those with both Stars, in others who began, and over all referred.
    """

    reviewed: int
    referred: int
    recorded: float
    own: float
    twins: float
    added: float
    added_others: float
    added_all: float


def study(seed: int) -> Study:
    """Return the study of one run."""
    one, usual = run({}, seed), run({}, seed, served=False)
    own, twins = (numbers(each.people[f"latent_{HALF_YEAR}"]) - numbers(each.people.latent_0) for each in (one, usual))
    star = numbers(one.people[f"star_{HALF_YEAR}"]) - numbers(one.people.star_0)
    there = ~np.isnan(own) & ~np.isnan(twins)
    both, others = there & ~np.isnan(star), there & np.isnan(star) & one.started
    effect = own - twins
    return Study(
        int(both.sum()), int(there.sum()), star[both].mean(), own[both].mean(), twins[both].mean(),
        effect[both].mean(), effect[others].mean(), effect[there].mean(),
    )  # fmt: skip


def average(seeds: Sequence[int], name: str) -> float:
    """Return a figure of the study, averaged over runs."""
    return float(np.mean([getattr(study(seed), name) for seed in seeds]))


def figures(seeds: Sequence[int] = SEEDS) -> dict[str, str]:
    """Return the figures of the lesson as they are printed."""
    named = {name: f"{average(seeds, name):.1f}" for name in ("recorded", "own", "twins", "added", "added_others", "added_all")}
    counts = {name: f"{average(seeds, name):.0f}" for name in ("reviewed", "referred")}
    kind, missing = (average(seeds, one) - average(seeds, other) for one, other in (("recorded", "own"), ("added", "added_all")))
    shares = {"kind": f"{kind:.1f}", "missing": f"{missing:.1f}", "of_ten": f"{10 * average(seeds, 'added_all') / average(seeds, 'recorded'):.1f}"}
    return named | counts | shares | {"seeds": f"{len(seeds)}"}


CODE = {
    "Run": '''
import matplotlib.pyplot as plt
from experiments import cli
from experiments.twins import usual_care
from sim import SocialPrescribingService

SEEDS = range(1, 6)
classroom = cli.read("run", ["service=classroom"]).parameters


def people(parameters, seed):
    return SocialPrescribingService(parameters, seed=seed, events=False, panel=False).run().people


first = people(classroom, 1)
both = first.star_0.notna() & first.star_26.notna()
print(f"{both.sum()} of {len(first)} have both Stars; they rise by {(first.star_26 - first.star_0)[both].mean():.1f} points")
''',
    "Investigate": '''
bars = {"recorded, both Stars": [], "their usual care": [], "added to them": [], "added, all referred": []}
for seed in SEEDS:
    own, usual = people(classroom, seed), people(usual_care(classroom), seed)
    both = own.star_0.notna() & own.star_26.notna()
    effect = own.latent_26 - usual.latent_26
    bars["recorded, both Stars"].append((own.star_26 - own.star_0)[both].mean())
    bars["their usual care"].append((usual.latent_26 - usual.latent_0)[both].mean())
    bars["added to them"].append(effect[both].mean())
    bars["added, all referred"].append(effect.mean())
plt.bar(list(bars), [sum(values) / len(values) for values in bars.values()], color="#12436D")
plt.ylabel("points of the Star sum, half a year")
plt.title(f"Mean of {len(SEEDS)} runs")
plt.show()
''',
    "Modify": '''
no_dip = classroom.replace({"population.dip_mean": 0.0})  # nobody is referred at a low point
own, usual = people(no_dip, 1), people(usual_care(no_dip), 1)
both = own.star_0.notna() & own.star_26.notna()
print(f"recorded {(own.star_26 - own.star_0)[both].mean():.1f}, their usual care {(usual.latent_26 - usual.latent_0)[both].mean():.1f}")
''',
}
