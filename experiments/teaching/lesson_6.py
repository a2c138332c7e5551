"""Luck, sensitivity and uncertainty: a fifth post over ten seeds, paired and unpaired, and with one assumed number at the ends of its range."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from experiments.teaching.runs import mean, numbers, run
from sim.parameters import declarations

SLUG = "6-luck-and-doubt"
SEEDS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
QUICK = (1, 2, 3, 4)
ENDS_SEEDS = 5  # the first so many, at the ends of the range: each takes four runs
ASSUMED = "dropout.hazard"
BEFORE, AFTER = 4, 5  # posts
WEEK = 52
LEVEL = 0.95


def rise(seed: int, posts: int, also: dict | None = None) -> float:
    """Return everybody's mean rise of wellbeing in the year after referral, in points of the Star sum: `star_gain_latent_52` of a summary."""
    people = run({"workforce.posts": posts} | (also or {}), seed).people
    return mean(numbers(people[f"latent_{WEEK}"]) - numbers(people.latent_0))


def sides(seeds: Sequence[int], also: dict | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the rise by seed with four posts and with five."""
    before, after = (np.array([rise(seed, posts, also) for seed in seeds]) for posts in (BEFORE, AFTER))
    return before, after


def paired(before: np.ndarray, after: np.ndarray) -> tuple[float, float, float]:
    """Return the mean difference, seed by seed, with its 95% interval."""
    difference = after - before
    half = stats.t.ppf((1 + LEVEL) / 2, len(difference) - 1) * difference.std(ddof=1) / np.sqrt(len(difference))
    return float(difference.mean()), float(difference.mean() - half), float(difference.mean() + half)


def unpaired(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """Return the 95% interval of the difference as if the seeds of the two sides had nothing to do with each other (Welch)."""
    interval = stats.ttest_ind(after, before, equal_var=False).confidence_interval(LEVEL)
    return float(interval.low), float(interval.high)


def ends() -> tuple[float, float]:
    """Return the ends of the plausible range of the assumed number."""
    declared = {name: declared for name, declared, _ in declarations()}[f"model.{ASSUMED}"]
    return declared.plausible


def figures(seeds: Sequence[int] = SEEDS) -> dict[str, str]:
    """Return the figures of the lesson as they are printed."""
    before, after = sides(seeds)
    difference, low, high = paired(before, after)
    apart = unpaired(before, after)
    named = {
        "seeds": f"{len(seeds)}", "lowest": f"{before.min():.1f}", "highest": f"{before.max():.1f}", "spread": f"{before.max() - before.min():.1f}",
        "difference": f"{difference:.2f}", "paired_low": f"{low:.2f}", "paired_high": f"{high:.2f}", "better": f"{(after > before).sum()}",
        "unpaired_low": minus(f"{apart[0]:.2f}"), "unpaired_high": f"{apart[1]:.2f}",
        "ends_seeds": f"{min(ENDS_SEEDS, len(seeds))}", "wrong": f"{100 * np.mean(after[:, None] <= before[None, :]):.0f}",
    }  # fmt: skip
    for name, value in zip(("low", "high"), ends(), strict=True):
        at = paired(*sides(seeds[:ENDS_SEEDS], {ASSUMED: value}))
        shown = [minus(f"{number:.2f}") for number in at]
        named |= {f"end_{name}": f"{value:g}", **dict(zip((f"at_{name}", f"at_{name}_from", f"at_{name}_to"), shown, strict=True))}
    return named


def minus(number: str) -> str:
    """Return a number with a proper minus sign."""
    return number.replace("-", "−")


CODE = {
    "Run": '''
import matplotlib.pyplot as plt
from experiments import cli, compare
from sim import SocialPrescribingService

SEEDS = range(1, 11)
classroom = cli.read("run", ["service=classroom"]).parameters


def rise(seed, **changes):
    """Everybody's mean rise of wellbeing in the year after referral."""
    parameters = classroom.replace({name.replace("__", "."): value for name, value in changes.items()})
    people = SocialPrescribingService(parameters, seed=seed, events=False, panel=False).run().people
    return (people.latent_52 - people.latent_0).mean()


four = [rise(seed) for seed in SEEDS]
five = [rise(seed, workforce__posts=5) for seed in SEEDS]
''',
    "Investigate": '''
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
left.plot([0] * len(four), four, "o", color="#767676")
left.plot([1] * len(five), five, "o", color="#12436D")
left.set_xticks([0, 1], ["4 posts", "5 posts"])
left.set_title("Unpaired: two clouds")
for before, after in zip(four, five, strict=True):
    right.plot([0, 1], [before, after], marker="o", color="#12436D")
right.set_xticks([0, 1], ["4 posts", "5 posts"])
right.set_title("Paired: the same people, joined")
left.set_ylabel("rise in the year after referral, Star points")
plt.show()
''',
    "Modify": '''
hazard = 0.02  # many drop out; then try 0.006, the other end of what is plausible
found = compare(
    {"five_posts": {"model.workforce.posts": 5}}, service="classroom", replications=min(5, len(SEEDS)), store="outputs/teaching",
    parameters={"model.dropout.hazard": hazard},
).differences
found[(found.measure == "gain_over_usual_care_52") & (found.group == "all")]
''',
}
