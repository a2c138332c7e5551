"""Parameters of who is referred, how many, and what life does to them whatever the service does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.parameters.declaration import SHARE, Group, declare


@dataclass(frozen=True, kw_only=True)
class Referrals(Group):
    """How many people are referred each week."""

    group: ClassVar[str] = "referrals"

    first_year: float = declare(
        1100.0, unit="people per year", allowed=(0, 10_000_000), plausible=(990, 1210), distribution="normal",
        grade="A",
        source="NIHR SPHR PHPES news: more than 1,100 referrals April 2015 to March 2016",
        meaning="Mean number of people referred in weeks 0-51; weekly counts are Poisson.",
    )
    later_years: float = declare(
        1565.0, unit="people per year", allowed=(0, 10_000_000), plausible=(1410, 1720), distribution="normal",
        grade="C",
        source="Ways to Wellness news: 4,700 referrals by July 2018 and 7,000 by January 2020",
        meaning="Mean number of people referred per year from week 52 on.",
    )
    warm_up_weeks: int = declare(
        0, unit="weeks", allowed=(0, 2600), plausible=(0, 208), grade="D",
        source="a choice of the question asked; Ways to Wellness opened empty in April 2015",
        meaning=(
            "Weeks the service runs before those asked for, so that it does not start empty; the summary leaves "
            "them and the people referred in them out."
        ),
    )
    backlog: int = declare(
        0, unit="people", allowed=(0, 1_000_000), plausible=(0, 500), grade="A",
        source="the user's own records",
        meaning="People on the waiting list at the start, referred in the first week that is asked for, besides those of that week.",
    )
    counts: tuple[int, ...] = declare(
        (), unit="people per week", allowed=(0, 1_000_000), grade="A",
        source="the user's own records",
        meaning=(
            "Referrals of each week, the first after any warm-up first; when given, they replace the Poisson flow. "
            "On the command line: a CSV file."
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Population(Group):
    """Who the referred people are."""

    group: ClassVar[str] = "population"

    age_alpha: float = declare(
        2.2, unit="shape", allowed=(0.1, 50), plausible=(1.6, 3.0), grade="C",
        source="Wildman et al. 2019: users aged 40-74; Moffatt et al. 2017: mean age 62",
        meaning="First shape of the beta distribution of age between 40 and 74.",
    )
    age_beta: float = declare(
        1.2, unit="shape", allowed=(0.1, 50), plausible=(0.9, 1.8), grade="C",
        source="Wildman et al. 2019; Moffatt et al. 2017: mean age 62",
        meaning="Second shape of the beta distribution of age between 40 and 74.",
    )
    female_share: float = declare(
        0.47, unit="share", allowed=SHARE, plausible=(0.40, 0.60), grade="A",
        source="Wildman et al. 2019: 11 of 24 women; first wave 14 of 30 (Moffatt et al. 2017)",
        meaning="Share of referred people who are women.",
    )
    extra_conditions: float = declare(
        3.0, unit="conditions", allowed=(0, 9), plausible=(2.4, 3.6), grade="A",
        source="Wildman et al. 2019, Table 1: mean 4.05 conditions",
        meaning="Mean of the Poisson number of long-term conditions beyond the first; at most 10 in all.",
    )
    mental_health_logit: float = declare(
        0.78, unit="log-odds", allowed=(-10, 10), plausible=(0.2, 1.4), grade="A",
        source="Wildman et al. 2019: 16 of 24 with mental health or isolation problems",
        meaning="Log-odds of a mental-health condition at four long-term conditions.",
    )
    mental_health_per_condition: float = declare(
        0.35, unit="log-odds per condition", allowed=(-2, 2), plausible=(0.2, 0.5), grade="B",
        source="Barnett et al. 2012: odds ratio 1.95 with one to 6.74 with five or more conditions",
        meaning="Rise of those log-odds with each further condition.",
    )
    employed_share: float = declare(
        0.13, unit="share", allowed=SHARE, plausible=(0.05, 0.25), grade="C",
        source="Wildman et al. 2019, Table 1: 2 of 20 employed",
        meaning="Share in work among people under 66.",
    )
    employed_share_66: float = declare(
        0.02, unit="share", allowed=SHARE, plausible=(0.0, 0.08), grade="D",
        source="assumed: past pension age",
        meaning="Share in work among people of 66 and over.",
    )
    minority_share: float = declare(
        0.18, unit="share", allowed=SHARE, plausible=(0.10, 0.25), grade="A",
        source="Moffatt et al. 2017: 5 of 30; Wildman and Wildman 2021: 82% White",
        meaning="Share of minority-ethnic people or people with a language need.",
    )
    deprived_share: float = declare(
        0.70, unit="share", allowed=SHARE, plausible=(0.5, 0.9), grade="C",
        source="Wildman et al. 2019: among the 40 most deprived areas of England",
        meaning="Share living in a most-deprived area.",
    )
    isolated_share: float = declare(
        0.45, unit="share", allowed=SHARE, plausible=(0.3, 0.6), grade="C",
        source="Wildman et al. 2019: isolation widely reported; 16 of 24 with mental health or isolation problems",
        meaning="Share socially isolated at referral.",
    )
    transport_share: float = declare(
        0.60, unit="share", allowed=SHARE, plausible=(0.4, 0.8), grade="D",
        source="assumed: inner city; lengthy and costly travel named by users",
        meaning="Share with a car or an easy way to travel.",
    )
    supportive_share: float = declare(
        0.35, unit="share", allowed=SHARE, plausible=(0.2, 0.5), grade="D",
        source="assumed; direction from Wildman et al. 2019",
        meaning="Share whose household supports change.",
    )
    unsupportive_share: float = declare(
        0.30, unit="share", allowed=SHARE, plausible=(0.15, 0.45), grade="D",
        source="assumed; smoking home and family diet in Wildman et al. 2019 (P4, P15)",
        meaning="Share whose household pulls against change.",
    )
    insecure_housing_share: float = declare(
        0.06, unit="share", allowed=SHARE, plausible=(0.02, 0.12), grade="D",
        source="assumed; homelessness named by users in Wildman et al. 2019",
        meaning="Share in insecure housing.",
    )
    confidence_mean: float = declare(
        0.55, unit="confidence", allowed=(0.2, 0.95), plausible=(0.45, 0.65), grade="D",
        source="assumed; low confidence widely reported in Wildman et al. 2019",
        meaning="Mean baseline confidence of people with neither a mental-health condition nor isolation.",
    )
    confidence_mental_health: float = declare(
        0.13, unit="confidence", allowed=(0, 0.15), plausible=(0.05, 0.15), grade="D",
        source="assumed; direction from Wildman et al. 2019",
        meaning="Baseline confidence lost with a mental-health condition.",
    )
    confidence_isolated: float = declare(
        0.06, unit="confidence", allowed=(0, 0.1), plausible=(0.0, 0.1), grade="D",
        source="assumed; direction from Wildman et al. 2019",
        meaning="Baseline confidence lost when isolated.",
    )
    confidence_concentration: float = declare(
        6.0, unit="concentration", allowed=(0.5, 200), plausible=(4, 10), grade="D",
        source="assumed",
        meaning="Concentration (sum of the beta shapes) of baseline confidence.",
    )
    willpower_shape: float = declare(
        4.0, unit="shape", allowed=(0.1, 200), plausible=(2, 8), grade="D",
        source="assumed; willpower named by nearly all users in Wildman et al. 2019",
        meaning="Both shapes of the beta distribution of self-regulation.",
    )
    burden_logit: float = declare(
        -2.0, unit="log-odds", allowed=(-10, 10), plausible=(-2.8, -1.2), grade="D",
        source="assumed; psychological burden in Wildman et al. 2019 (P27)",
        meaning="Log-odds of a heavy psychological burden at one condition.",
    )
    burden_per_condition: float = declare(
        0.3, unit="log-odds per condition", allowed=(-2, 2), plausible=(0.1, 0.5), grade="D",
        source="assumed",
        meaning="Rise of those log-odds with each further condition.",
    )
    burden_mental_health: float = declare(
        0.8, unit="log-odds", allowed=(-5, 5), plausible=(0.3, 1.3), grade="D",
        source="assumed",
        meaning="Rise of those log-odds with a mental-health condition.",
    )
    women_only_need: float = declare(
        0.40, unit="share", allowed=SHARE, plausible=(0.2, 0.6), grade="D",
        source="assumed; lack of women-only sessions named in Wildman et al. 2019",
        meaning="Share of minority women for whom exercise needs a women-only session.",
    )
    star_mean: float = declare(
        3.7, unit="points per area", allowed=(1, 5), plausible=(3.3, 3.9), grade="C",
        source="Ways to Wellness 2020: +3.4 points is +11%, so about 31 of 40 before",
        meaning="Mean usual level of a Wellbeing Star area, before the dip that leads to referral.",
    )
    star_person_sd: float = declare(
        0.66, unit="points per area", allowed=(0, 2), plausible=(0.4, 0.8), grade="D",
        source="assumed",
        meaning="Standard deviation between people of their usual level.",
    )
    star_area_sd: float = declare(
        0.7, unit="points per area", allowed=(0, 2), plausible=(0.5, 0.9), grade="D",
        source="assumed",
        meaning="Standard deviation between areas of one person.",
    )
    star_per_condition: float = declare(
        0.10, unit="points per condition", allowed=(0, 0.5), plausible=(0.05, 0.15), grade="D",
        source="assumed",
        meaning="Usual level lost per area with each condition above four.",
    )
    star_mental_health: float = declare(
        0.30, unit="points per area", allowed=(0, 1), plausible=(0.15, 0.45), grade="D",
        source="assumed",
        meaning="Usual level lost per area with a mental-health condition, centred on the population's share.",
    )
    dip_mean: float = declare(
        2.6, unit="points of the sum", allowed=(0, 20), plausible=(1.5, 3.5), grade="D",
        source="assumed; regression to the mean, SPRING_NE (Moffatt et al. 2023) found no clinically meaningful gain",
        meaning="Mean of the exponential acute dip in which people are referred.",
    )
    dip_half_life_weeks: float = declare(
        12.0, unit="weeks", allowed=(1, 200), plausible=(8, 20), grade="D",
        source="assumed",
        meaning="Weeks in which the acute dip halves, with or without the service.",
    )
    goal_lean_lifestyle: float = declare(
        0.8, unit="points", allowed=(0, 5), plausible=(0.4, 1.2), grade="C",
        source="Triangle 2022: most movement in 'Your lifestyle'",
        meaning="Leaning of goals towards lifestyle.",
    )
    goal_lean_selfcare: float = declare(
        0.6, unit="points", allowed=(0, 5), plausible=(0.3, 0.9), grade="D",
        source="assumed",
        meaning="Leaning of goals towards looking after yourself.",
    )
    goal_lean_symptoms: float = declare(
        0.7, unit="points", allowed=(0, 5), plausible=(0.3, 1.0), grade="D",
        source="assumed",
        meaning="Leaning of goals towards managing symptoms.",
    )
    goal_noise: float = declare(
        0.5, unit="points", allowed=(0, 5), plausible=(0.3, 0.8), grade="D",
        source="assumed",
        meaning="Standard deviation of what else decides between goal areas.",
    )

    def check_together(self) -> None:
        if self.supportive_share + self.unsupportive_share > 1:
            self.refuse("unsupportive_share", f"with supportive_share = {self.supportive_share:g} the shares of households add up to more than 1.")


@dataclass(frozen=True, kw_only=True)
class Life(Group):
    """What happens to people with the same luck in every scenario."""

    group: ClassVar[str] = "life"

    gone_rate: float = declare(
        0.03, unit="per person per year", allowed=(0, 5), plausible=(0.01, 0.06), grade="D",
        source="assumed: deaths and moves at ages 40-74",
        meaning="Yearly hazard of dying or moving away at four or fewer conditions; 0 switches it off.",
    )
    gone_per_condition: float = declare(
        1.15, unit="hazard ratio", allowed=(1, 3), plausible=(1.05, 1.3), grade="D",
        source="assumed",
        meaning="Factor on that hazard for each condition above four.",
    )
    new_condition_rate: float = declare(
        0.05, unit="per person per year", allowed=(0, 5), plausible=(0, 0.1), grade="D",
        source="assumed; Stafford et al. 2018 on earlier onset in deprived areas",
        meaning="Yearly hazard of a further long-term condition; 0 switches it off.",
    )
    follow_up_weeks: int = declare(
        0, unit="weeks", allowed=(0, 30_000), plausible=(0, 520), grade="D",
        source="a choice of the question asked; nobody is lost sight of unless it is set",
        meaning=(
            "Weeks since referral after which people who are neither with the service nor waiting, and hold or await no "
            "community place, are followed no further; 0 follows everybody to the end."
        ),
    )
