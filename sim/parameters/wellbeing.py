"""Parameters of motivation, wellbeing and drop-out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.parameters.declaration import SHARE, WTW, Group, declare


@dataclass(frozen=True, kw_only=True)
class Motivation(Group):
    """Where motivation and confidence settle."""

    group: ClassVar[str] = "motivation"

    relaxation: float = declare(
        0.05, unit="share per week", allowed=SHARE, plausible=(0.02, 0.1), grade="D",
        source="assumed",
        meaning="Share of the way to its set point that motivation moves in a week.",
    )
    set_point: float = declare(
        0.5, unit="motivation", allowed=SHARE, plausible=(0.4, 0.6), grade="D",
        source="assumed",
        meaning="Motivation's set point at willpower 0.5.",
    )
    willpower: float = declare(
        0.2, unit="motivation per willpower", allowed=SHARE, plausible=(0.1, 0.4), grade="D",
        source=f"direction: willpower ({WTW})",
        meaning="Rise of the set point with self-regulation.",
    )
    unsupportive: float = declare(
        0.05, unit="motivation", allowed=SHARE, plausible=(0.0, 0.1), grade="D",
        source=f"direction: {WTW} (P4)",
        meaning="Fall of the set point in an unsupportive household.",
    )
    depressed: float = declare(
        0.12, unit="motivation", allowed=SHARE, plausible=(0.05, 0.2), grade="D",
        source=f"direction: {WTW} (P10)",
        meaning="Fall of the set point while depressed.",
    )
    setback: float = declare(
        0.15, unit="motivation per severity", allowed=SHARE, plausible=(0.05, 0.25), grade="D",
        source=f"direction: {WTW} (P2)",
        meaning="Fall of the set point in a setback.",
    )
    burden: float = declare(
        0.05, unit="motivation", allowed=SHARE, plausible=(0.0, 0.1), grade="D",
        source=f"direction: {WTW} (P27)",
        meaning="Fall of the set point with a heavy psychological burden.",
    )
    confidence_relaxation: float = declare(
        0.01, unit="share per week", allowed=SHARE, plausible=(0.003, 0.02), grade="D",
        source="assumed",
        meaning="Share of the way to its baseline that confidence moves in a week.",
    )


@dataclass(frozen=True, kw_only=True)
class Wellbeing(Group):
    """The latent Wellbeing Star and its recorded reviews."""

    group: ClassVar[str] = "wellbeing"

    adjustment: float = declare(
        0.12, unit="share per week", allowed=SHARE, plausible=(0.06, 0.25), grade="D",
        source="assumed",
        meaning="Share of the way to its target that latent wellbeing moves in a week.",
    )
    noise_sd: float = declare(
        0.06, unit="points per area", allowed=(0, 2), plausible=(0.03, 0.12), grade="D",
        source="assumed",
        meaning="Weekly noise of latent wellbeing, per area; 0 switches it off.",
    )
    goal_effect: float = declare(
        1.05, unit="points", allowed=(0, 5), plausible=(0.7, 1.4), grade="D",
        source="tuned: Star gain of 3.4 points in six-month completers (Ways to Wellness 2020)",
        meaning="Gain in its area of a habit goal with full habit and progress.",
    )
    habit_weight: float = declare(
        0.6, unit="share", allowed=SHARE, plausible=(0.4, 0.8), grade="D",
        source="assumed",
        meaning="Share of that gain that rests on habit; the rest on progress.",
    )
    case_effect: float = declare(
        1.0, unit="points", allowed=(0, 5), plausible=(0.5, 1.5), grade="D",
        source="assumed",
        meaning="Gain in its area of a resolved case goal.",
    )
    trust_positive: float = declare(
        0.48, unit="points per trust", allowed=(0, 5), plausible=(0.2, 0.7), grade="D",
        source="assumed; alliance and outcome, Flueckiger et al. 2018",
        meaning="Gain on feeling positive with full trust, while engaged.",
    )
    trust_family: float = declare(
        0.32, unit="points per trust", allowed=(0, 5), plausible=(0.1, 0.5), grade="D",
        source=f"assumed; 'I look at him as like a pal' ({WTW}, P19)",
        meaning="Gain on family and friends with full trust, while engaged.",
    )
    peer_family: float = declare(
        0.25, unit="points per peer support", allowed=(0, 5), plausible=(0.1, 0.5), grade="D",
        source=f"direction: friends made in groups ({WTW})",
        meaning="Gain on family and friends with full peer support.",
    )
    kindness: float = declare(
        1.0, unit="points of the sum per trust", allowed=(0, 10), plausible=(0.0, 2.0), grade="D",
        source="assumed: people rate kindly in front of a worker they like",
        meaning="How much a recorded Star exceeds the latent sum at full trust.",
    )
    review_noise_sd: float = declare(
        0.15, unit="points per area", allowed=(0, 2), plausible=(0.1, 0.3), grade="D",
        source="assumed; good inter-rater reliability (Triangle 2020)",
        meaning="Noise of a recorded Star, per area.",
    )
    review_weeks: int = declare(
        26, unit="weeks", allowed=(1, 260), plausible=(20, 30), grade="A",
        source=f"every six months ({WTW})",
        meaning="Weeks between Star reviews.",
    )


@dataclass(frozen=True, kw_only=True)
class Dropout(Group):
    """Leaving the service without a plan."""

    group: ClassVar[str] = "dropout"

    hazard: float = declare(
        0.007, unit="per week", allowed=(0, 10), plausible=(0.006, 0.02), distribution="loguniform", grade="C",
        source=(
            "tuned: 70-88% have a six-month Star (Ways to Wellness 2020), mean stay 17-22 months (Bridges 2022; "
            "Triangle 2022)"
        ),
        meaning=(
            "Weekly hazard at zero trust, confidence 0.45, no progress and late in the programme; 0 switches "
            "drop-out off."
        ),
    )
    trust: float = declare(
        1.4, unit="log-hazard per trust", allowed=(0, 10), plausible=(0.7, 2.0), grade="D",
        source="assumed: odds ratio about 2 (1.3-3) low against high alliance",
        meaning="Fall of the log-hazard with trust.",
    )
    confidence: float = declare(
        0.5, unit="log-hazard per confidence", allowed=(0, 10), plausible=(0.0, 1.0), grade="D",
        source="assumed",
        meaning="Fall of the log-hazard with confidence.",
    )
    depressed: float = declare(
        0.5, unit="log-hazard", allowed=(0, 10), plausible=(0.0, 1.0), grade="D",
        source="direction: Tobi et al. 2017",
        meaning="Rise of the log-hazard while depressed.",
    )
    setback: float = declare(
        0.7, unit="log-hazard per severity", allowed=(0, 10), plausible=(0.3, 1.2), grade="D",
        source=f"direction: {WTW}",
        meaning="Rise of the log-hazard in a setback.",
    )
    lateness: float = declare(
        0.55, unit="log-hazard per interval", allowed=(0, 10), plausible=(0.2, 0.9), grade="D",
        source="assumed",
        meaning="Rise of the log-hazard with lateness of the next contact, in intervals beyond 1.5 and at most 4.",
    )
    awaiting_call: float = declare(
        1.0, unit="log-hazard", allowed=(0, 10), plausible=(0.5, 2.0), grade="D",
        source=f"direction: let down when the new worker did not phone ({WTW}, P4)",
        meaning="Rise of the log-hazard while waiting for a new worker's call.",
    )
    early: float = declare(
        1.5, unit="log-hazard", allowed=(0, 10), plausible=(0.5, 2.5), grade="D",
        source="direction: Kiely et al. 2024, 80% at one month",
        meaning="Rise of the log-hazard at the start; it fades as exp(-week/5).",
    )
    progress: float = declare(
        0.6, unit="log-hazard per progress", allowed=(0, 10), plausible=(0.0, 1.2), grade="D",
        source="assumed",
        meaning="Fall of the log-hazard with mean progress of goals.",
    )
    maintenance_factor: float = declare(
        0.5, unit="hazard ratio", allowed=SHARE, plausible=(0.2, 0.8), grade="D",
        source=f"direction: change harmless at maintenance ({WTW}, P29)",
        meaning="Factor on the hazard in maintenance.",
    )
