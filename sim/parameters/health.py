"""Parameters of setbacks and of mood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.parameters.declaration import SHARE, Group, declare


@dataclass(frozen=True, kw_only=True)
class Setbacks(Group):
    """Health setbacks: how often, how bad, how long, and what they undo."""

    group: ClassVar[str] = "setbacks"

    hazard_first: float = declare(
        0.014, unit="per month", allowed=(0, 5), plausible=(0.005, 0.02), distribution="loguniform", grade="C",
        source=(
            "derived, and tuned to 24% with an emergency admission a year (BMC HSR 2021): COPD (Muellerova et al. "
            "2014), falls and admissions (Payne et al. 2013), about 35% a year at four conditions"
        ),
        meaning=(
            "Monthly hazard of a setback with one condition; 0 with hazard_per_condition 0 switches setbacks off."
        ),
    )
    hazard_per_condition: float = declare(
        0.0112, unit="per month per condition", allowed=(0, 1), plausible=(0.004, 0.016), distribution="loguniform",
        grade="C",
        source="derived, and tuned as hazard_first: Payne et al. 2013, odds ratio 5.9 at four or more conditions",
        meaning="Rise of that hazard with each further condition.",
    )
    mental_health_factor: float = declare(
        1.4, unit="hazard ratio", allowed=(0, 10), plausible=(1.1, 1.8), grade="C",
        source="Payne et al. 2013 (direction); Naylor et al. 2012",
        meaning="Factor with a mental-health condition.",
    )
    deprived_factor: float = declare(
        1.2, unit="hazard ratio", allowed=(0, 10), plausible=(1.0, 1.5), grade="C",
        source="Payne et al. 2013 (direction)",
        meaning="Factor in a most-deprived area.",
    )
    confidence_base: float = declare(
        1.15, unit="hazard ratio", allowed=(0, 5), plausible=(1.05, 1.25), grade="B",
        source="Barker et al. 2018: emergency admissions 0.62 in the most activated",
        meaning="Factor at confidence 0.",
    )
    confidence_slope: float = declare(
        0.3, unit="hazard ratio per confidence", allowed=(0, 1), plausible=(0.0, 0.5), grade="B",
        source="Barker et al. 2018 (association)",
        meaning="Fall of that factor as confidence goes from 0 to 1.",
    )
    minor_share: float = declare(
        0.60, unit="share", allowed=SHARE, plausible=(0.5, 0.7), grade="D",
        source="assumed",
        meaning="Share of setbacks that are minor (severity 0.3).",
    )
    major_share: float = declare(
        0.10, unit="share", allowed=SHARE, plausible=(0.05, 0.2), grade="D",
        source="assumed",
        meaning="Share of setbacks that are major (severity 1.0); the rest are moderate (0.6).",
    )
    weeks_minor: float = declare(
        4.0, unit="weeks", allowed=(1, 200), plausible=(2, 5), grade="B",
        source="Seemungal et al. 2000: symptoms median 7 days, lung function 35 days",
        meaning="Median length of a minor setback.",
    )
    weeks_moderate: float = declare(
        10.0, unit="weeks", allowed=(1, 200), plausible=(5, 12), grade="D",
        source="assumed",
        meaning="Median length of a moderate setback.",
    )
    weeks_major: float = declare(
        20.0, unit="weeks", allowed=(1, 200), plausible=(12, 30), grade="D",
        source="assumed",
        meaning="Median length of a major setback.",
    )
    weeks_sigma: float = declare(
        0.5, unit="log-SD", allowed=(0, 2), plausible=(0.3, 0.8), grade="D",
        source="assumed",
        meaning="Log-standard deviation of those lengths.",
    )
    admission_minor: float = declare(
        0.15, unit="probability", allowed=SHARE, plausible=(0.08, 0.25), grade="C",
        source="tuned to 24% with an emergency admission a year (BMC HSR 2021)",
        meaning="Chance that a minor setback brings an emergency admission.",
    )
    admission_moderate: float = declare(
        0.60, unit="probability", allowed=SHARE, plausible=(0.4, 0.8), grade="C",
        source="as admission_minor",
        meaning="Chance that a moderate setback brings an emergency admission.",
    )
    admission_major: float = declare(
        1.0, unit="probability", allowed=SHARE, plausible=(0.9, 1.0), grade="D",
        source="assumed",
        meaning="Chance that a major setback brings an emergency admission.",
    )
    progress_lost: float = declare(
        0.2, unit="share per severity", allowed=SHARE, plausible=(0.05, 0.5), grade="D",
        source="direction: 'all just been swept away' (Wildman et al. 2019, P2)",
        meaning="Share of progress lost at onset, per unit of severity.",
    )
    motivation_lost: float = declare(
        0.15, unit="motivation per severity", allowed=SHARE, plausible=(0.05, 0.25), grade="D",
        source="direction: Wildman et al. 2019 (P2)",
        meaning="Motivation lost at onset, per unit of severity.",
    )
    confidence_lost: float = declare(
        0.06, unit="confidence per severity", allowed=SHARE, plausible=(0.02, 0.12), grade="D",
        source="direction: Wildman et al. 2019 (P2)",
        meaning="Confidence lost at onset, per unit of severity.",
    )
    block_probability: float = declare(
        0.35, unit="probability", allowed=SHARE, plausible=(0.2, 0.5), grade="D",
        source="direction: Warfarin against green vegetables, clots against the gym (Wildman et al. 2019, P23)",
        meaning="Chance that a moderate or major setback blocks each lifestyle or self-care goal.",
    )
    block_extra_weeks: int = declare(
        8, unit="weeks", allowed=(0, 200), plausible=(4, 12), grade="D",
        source="assumed",
        meaning="Weeks a goal stays blocked after the setback ends.",
    )
    block_for_good: float = declare(
        0.1, unit="probability", allowed=SHARE, plausible=(0.05, 0.2), grade="D",
        source="assumed",
        meaning="Chance that a blocked goal stays blocked until it is replanned at a contact.",
    )
    wellbeing_loss: float = declare(
        3.0, unit="points of the sum", allowed=(0, 20), plausible=(2, 4), grade="D",
        source="assumed",
        meaning="Wellbeing target lost during a setback of severity 1.",
    )

    def check_together(self) -> None:
        if self.minor_share + self.major_share > 1:
            self.refuse("major_share", f"with minor_share = {self.minor_share:g} the shares add up to more than 1.")


@dataclass(frozen=True, kw_only=True)
class Mood(Group):
    """Episodes of depression among people with a mental-health condition."""

    group: ClassVar[str] = "mood"

    relapse_early: float = declare(
        0.091, unit="per month", allowed=(0, 10), plausible=(0.07, 0.11), grade="B",
        source="Ali et al. 2017: 53% relapse within 12 months, 79% of it in the first six",
        meaning="Hazard of relapse in the first 26 weeks of remission.",
    )
    relapse_late: float = declare(
        0.035, unit="per month", allowed=(0, 10), plausible=(0.02, 0.05), grade="B",
        source="Ali et al. 2017",
        meaning="Hazard of relapse after 26 weeks of remission.",
    )
    recovery: float = declare(
        0.055, unit="probability per week", allowed=SHARE, plausible=(0.035, 0.08), grade="D",
        source="assumed: mean episode about four months",
        meaning="Weekly chance that an episode ends.",
    )
    trust_factor: float = declare(
        0.3, unit="ratio per trust", allowed=(0, 5), plausible=(0.0, 0.6), grade="D",
        source="assumed; alliance and outcome, Flueckiger et al. 2018 (r = 0.28)",
        meaning="Rise of recovery with trust in the link worker, while engaged.",
    )
    depressed_at_referral: float = declare(
        0.5, unit="share", allowed=SHARE, plausible=(0.35, 0.65), grade="D",
        source="assumed: above the long-run share, as people are referred when low",
        meaning="Share of people with a mental-health condition who are depressed at referral.",
    )
    wellbeing_loss: float = declare(
        1.4, unit="points of the sum", allowed=(0, 20), plausible=(0.8, 2.0), grade="D",
        source="assumed",
        meaning="Wellbeing target lost while depressed.",
    )
