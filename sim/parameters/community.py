"""Parameters of the community groups and services, and of austerity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.parameters.declaration import SHARE, Group, declare


@dataclass(frozen=True, kw_only=True)
class Community(Group):
    """Community services: number, mix, places, barriers, openings and closures."""

    group: ClassVar[str] = "community"

    services: int = declare(
        40, unit="services", allowed=(0, 1_000_000), plausible=(20, 80), grade="D",
        source="assumed; Newcastle had about 1,000 charities and 3,000 groups (Newcastle CVS 2015)",
        meaning="Number of services users are referred on to, at opening.",
    )
    mix: tuple[int, ...] = declare(
        (9, 6, 6, 3, 4, 3, 5, 4), unit="weights", allowed=(0, 1_000_000), grade="D",
        source="assumed",
        meaning="Weights of the eight Star areas among services, in the Star's order.",
    )
    places_min: int = declare(
        10, unit="places", allowed=(1, 100_000), plausible=(6, 12), grade="D",
        source="assumed",
        meaning="Fewest places of a service.",
    )
    places_max: int = declare(
        28, unit="places", allowed=(1, 100_000), plausible=(18, 40), grade="D",
        source="assumed",
        meaning="Most places of a service.",
    )
    evening_share: float = declare(
        0.25, unit="share", allowed=SHARE, plausible=(0.1, 0.5), grade="D",
        source="assumed; unsuitable scheduling named in Wildman et al. 2019",
        meaning="Share of services held in the evening.",
    )
    older_share: float = declare(
        0.40, unit="share", allowed=SHARE, plausible=(0.2, 0.6), grade="D",
        source="assumed; activities aimed at older people, Wildman et al. 2019",
        meaning="Share of services aimed at older people.",
    )
    adapted_share: float = declare(
        0.45, unit="share", allowed=SHARE, plausible=(0.25, 0.7), grade="D",
        source="assumed; language and culture, Wildman et al. 2019 (P15)",
        meaning="Share of services that are culturally adapted.",
    )
    women_only_share: float = declare(
        0.15, unit="share", allowed=SHARE, plausible=(0.05, 0.3), grade="D",
        source="assumed; Wildman et al. 2019",
        meaning="Share of services that offer women-only sessions.",
    )
    unsafe_share: float = declare(
        0.10, unit="share", allowed=SHARE, plausible=(0.05, 0.2), grade="D",
        source="assumed; unsafe areas named in Wildman et al. 2019",
        meaning="Share of services in a place felt to be unsafe.",
    )
    course_share: float = declare(
        0.40, unit="share", allowed=SHARE, plausible=(0.2, 0.6), grade="D",
        source="assumed",
        meaning="Share of services that run as courses of fixed length rather than open groups.",
    )
    course_weeks: int = declare(
        12, unit="weeks", allowed=(1, 104), plausible=(8, 16), grade="D",
        source="assumed",
        meaning="Length of a course.",
    )
    advice_weeks: int = declare(
        10, unit="weeks", allowed=(1, 104), plausible=(4, 16), grade="D",
        source="assumed",
        meaning="Longest spell with an advice service (money, where you live).",
    )
    travel_limit: int = declare(
        4, unit="neighbourhoods", allowed=(0, 10), plausible=(2, 5), grade="D",
        source="assumed; lengthy and costly travel, Wildman et al. 2019",
        meaning="Neighbourhoods apart beyond which travel without transport is a barrier.",
    )
    closure_rate: float = declare(
        0.04, unit="per service per year", allowed=(0, 10), plausible=(0.02, 0.10), distribution="loguniform",
        grade="C",
        source="charity register 2016-18: 2.3-2.8% a year; Newcastle CVS 2012: nearly a fifth might close",
        meaning="Yearly hazard that a service closes; openings balance it. 0 switches both off.",
    )
    knowledge: float = declare(
        2.4, unit="services", allowed=(0, 7), plausible=(1.4, 4), grade="D",
        source="assumed; 'a finger on the pulse' (Wildman et al. 2019, P8)",
        meaning="Candidate services an experienced worker knows for a goal, beyond the first.",
    )
    austerity: bool = declare(
        False, unit="switch", grade="A",
        source="TUC 2019: Newcastle council spend -28% over eight years",
        meaning="Whether cuts are under way: places, closures and advice.",
    )
    austerity_from_week: int = declare(
        0, unit="week", allowed=(0, 100_000), plausible=(0, 260), grade="D",
        source="assumed",
        meaning="Week in which the cuts begin.",
    )
    austerity_cut: float = declare(
        0.28, unit="share", allowed=SHARE, plausible=(0.1, 0.5), grade="A",
        source="TUC 2019: -28% over 2010/11-2018/19",
        meaning="Share of places lost at the end of the path, which is a straight line.",
    )
    austerity_weeks: int = declare(
        416, unit="weeks", allowed=(1, 5200), plausible=(104, 520), grade="A",
        source="TUC 2019: eight years",
        meaning="Length of the path of cuts.",
    )
    austerity_closure_rate: float = declare(
        0.10, unit="per service per year", allowed=(0, 10), plausible=(0.06, 0.2), grade="C",
        source="Newcastle CVS 2012; half of groups lost funding (2015)",
        meaning="Yearly closure hazard under austerity.",
    )
    austerity_advice_factor: float = declare(
        1.5, unit="ratio", allowed=(1, 10), plausible=(1.2, 2), grade="D",
        source="assumed; withdrawal of welfare and housing advice (Wildman et al. 2019 HSCC)",
        meaning="Factor on the cut of places of advice services.",
    )
    sudden_loss_share: float = declare(
        0.0, unit="share", allowed=SHARE, plausible=(0, 0.5), grade="D",
        source="a scenario",
        meaning="Share of open services that close in one week; 0 switches it off.",
    )
    sudden_loss_week: int = declare(
        104, unit="week", allowed=(0, 100_000), plausible=(26, 208), grade="D",
        source="a scenario",
        meaning="Week of the sudden loss.",
    )

    def check_together(self) -> None:
        if self.places_max < self.places_min:
            self.refuse("places_max", f"it is below places_min = {self.places_min}.")
        if len(self.mix) != 8:
            self.refuse("mix", f"there must be eight weights, one for each Star area; {len(self.mix)} were given.")
        if not sum(self.mix):
            self.refuse("mix", "at least one weight must be above 0.")
