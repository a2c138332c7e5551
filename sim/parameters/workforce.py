"""Parameters of the waiting list, the link workers and the handover of a leaver's users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.parameters.declaration import SHARE, WTW, Group, declare


@dataclass(frozen=True, kw_only=True)
class Allocation(Group):
    """The waiting list: in what order people are called, whether they are reached and say yes."""

    group: ClassVar[str] = "allocation"

    list_order: str = declare(
        "referral", unit="choice", choices=("referral", "complexity"), grade="D",
        source="assumed",
        meaning="Order in which people on the list are called: as referred, or complex people first.",
    )
    call_hours: float = declare(
        0.25, unit="hours", allowed=(0, 5), plausible=(0.1, 0.5), grade="D",
        source="assumed; the first call named in Pescheny et al. 2018",
        meaning="Diary time of one call to a person on the list.",
    )
    reached_probability: float = declare(
        0.7, unit="probability", allowed=SHARE, plausible=(0.5, 0.85), grade="D",
        source="assumed",
        meaning="Chance that a call reaches the person.",
    )
    call_tries: int = declare(
        3, unit="calls", allowed=(1, 50), plausible=(2, 5), grade="D",
        source="assumed",
        meaning="Calls, one a week at most, after which a person counts as not reached.",
    )
    accept_logit: float = declare(
        1.30, unit="log-odds", allowed=(-10, 10), plausible=(0.8, 1.8), grade="C",
        source="tuned: 76% of those referred engage (Ways to Wellness news 2018, 2020)",
        meaning="Log-odds that a person reached at once, with confidence 0.45, accepts.",
    )
    accept_per_week_waited: float = declare(
        0.06, unit="log-odds per week", allowed=(0, 2), plausible=(0.0, 0.12), grade="D",
        source="assumed",
        meaning="Fall of those log-odds with each week waited, up to ten.",
    )
    leave_list: float = declare(
        0.01, unit="probability per week", allowed=SHARE, plausible=(0.0, 0.03), grade="D",
        source="assumed",
        meaning="Weekly chance that a person leaves the waiting list.",
    )


@dataclass(frozen=True, kw_only=True)
class Workforce(Group):
    """Link workers: posts, hours, caseloads, turnover, vacancies and sickness."""

    group: ClassVar[str] = "workforce"

    posts: int = declare(
        22, unit="posts", allowed=(0, 100_000), plausible=(15, 26), grade="A",
        source=(
            "15 (2015-16), 20 and 24 link workers seen in studies of Ways to Wellness (Wildman et al. 2019 HSCC; "
            "Pollard et al. 2023; JECH A42)"
        ),
        meaning="Number of link-worker posts.",
    )
    hours: float = declare(
        37.5, unit="hours per week", allowed=(0, 168), plausible=(35, 40), grade="D",
        source="assumed: a full-time week",
        meaning="Contract hours of a post.",
    )
    diary_share: float = declare(
        0.72, unit="share", allowed=SHARE, plausible=(0.5, 0.75), grade="D",
        source="tuned: a workload near one once the service is full",
        meaning="Share of contract hours that can be spent with users; the rest is travel, notes, meetings, leave.",
    )
    caseload_cap: int = declare(
        110, unit="users", allowed=(1, 100_000), plausible=(80, 140), grade="C",
        source="derived by Little's law: 83 to 106 open users per link worker",
        meaning="Open caseload up to which a fully productive worker accepts new users.",
    )
    caseload_weighting: str = declare(
        "heads", unit="choice", choices=("heads", "complexity"), grade="D",
        source="assumed",
        meaning="Whether the cap counts heads or weights users by complexity.",
    )
    weight_simple: float = declare(
        0.6, unit="users", allowed=(0.1, 10), plausible=(0.4, 0.8), grade="D",
        source="assumed",
        meaning="Weight of a simple user in a weighted caseload.",
    )
    weight_moderate: float = declare(
        1.0, unit="users", allowed=(0.1, 10), plausible=(0.8, 1.2), grade="D",
        source="assumed",
        meaning="Weight of a moderate user in a weighted caseload.",
    )
    weight_complex: float = declare(
        1.6, unit="users", allowed=(0.1, 10), plausible=(1.3, 2.0), grade="D",
        source="assumed",
        meaning="Weight of a complex user in a weighted caseload.",
    )
    intake_per_week: int = declare(
        4, unit="users per week", allowed=(1, 1000), plausible=(2, 6), grade="D",
        source="assumed",
        meaning="New users a fully productive worker accepts in a week.",
    )
    turnover: float = declare(
        0.24, unit="leavers per post per year", allowed=(0, 10), plausible=(0.15, 0.35), distribution="loguniform",
        grade="D",
        source=(
            "no link-worker figure; voluntary sector 18-22% (People Count 2004-14), 29% think of leaving (NALW "
            "2020)"
        ),
        meaning="Hazard of giving notice, at a workload of one and with no gaps to fill.",
    )
    turnover_workload: float = declare(
        0.8, unit="log-hazard", allowed=(0, 5), plausible=(0.0, 1.8), grade="D",
        source="direction: Tierney et al. 2025",
        meaning="Rise of that log-hazard with workload above one.",
    )
    turnover_gaps: float = declare(
        0.5, unit="log-hazard", allowed=(0, 5), plausible=(0.0, 1.0), grade="D",
        source="direction: link workers stressed by filling gaps (Wildman et al. 2019 HSCC)",
        meaning="Rise of that log-hazard with the share of contacts spent filling gaps.",
    )
    notice_weeks: int = declare(
        6, unit="weeks", allowed=(0, 52), plausible=(4, 12), grade="D",
        source="assumed",
        meaning="Weeks from notice to the last day; no new users in between.",
    )
    vacancy_weeks: float = declare(
        10.0, unit="weeks", allowed=(1, 520), plausible=(5, 20), grade="D",
        source="assumed: 35 days to fill (voluntary sector, 2014) plus the start lag",
        meaning="Mean weeks a post stands empty, from the last day; whole weeks, at least one, so a mean below two comes out longer.",
    )
    ramp_weeks: int = declare(
        17, unit="weeks", allowed=(1, 260), plausible=(8, 35), grade="D",
        source="assumed",
        meaning="Weeks in which a new worker's productivity rises to 100%.",
    )
    ramp_start: float = declare(
        0.3, unit="share", allowed=(0.01, 1), plausible=(0.1, 0.6), grade="D",
        source="assumed",
        meaning="Productivity of a worker in the first week.",
    )
    experience_weeks: int = declare(
        26, unit="weeks", allowed=(1, 260), plausible=(13, 52), grade="D",
        source="assumed; link workers must be well networked (Wildman et al. 2019 HSCC)",
        meaning="Weeks until contact quality and knowledge of services are full.",
    )
    experience_start: float = declare(
        0.7, unit="share", allowed=SHARE, plausible=(0.5, 0.9), grade="D",
        source="assumed",
        meaning="Contact quality of a worker in the first week.",
    )
    skill_sd: float = declare(
        0.15, unit="log-SD", allowed=(0, 2), plausible=(0.05, 0.3), grade="D",
        source="assumed",
        meaning="Log-standard deviation of skill between workers.",
    )
    sickness: float = declare(
        0.02, unit="probability per week", allowed=SHARE, plausible=(0.01, 0.03), grade="C",
        source="derived: 8.4 days a year, about 3.7% (voluntary sector, 2014)",
        meaning="Weekly chance that a sickness starts, at a workload of one or less.",
    )
    sickness_weeks: float = declare(
        2.0, unit="weeks", allowed=(1, 104), plausible=(1.2, 4), grade="D",
        source="assumed",
        meaning="Mean length of a sickness (geometric).",
    )
    sickness_workload: float = declare(
        0.5, unit="log-hazard", allowed=(0, 5), plausible=(0.0, 1.0), grade="D",
        source="assumed",
        meaning="Rise of the log of that chance with workload above one.",
    )
    cover_after_weeks: int = declare(
        4, unit="weeks", allowed=(0, 520), plausible=(2, 8), grade="D",
        source="assumed",
        meaning="Weeks of sickness after which colleagues' spare hours see the latest users.",
    )
    workload_smoothing: float = declare(
        0.1, unit="share per week", allowed=(0.001, 1), plausible=(0.05, 0.3), grade="D",
        source="assumed",
        meaning="Weight of this week in the smoothed workload (hours wanted over hours there).",
    )
    opening_weeks_in_post: int = declare(
        52, unit="weeks", allowed=(0, 1000), plausible=(0, 104), grade="D",
        source="assumed",
        meaning="Weeks in post of every worker at opening.",
    )
    cancel_departure: tuple[int, ...] = declare(
        (), unit="post and week", allowed=(0, 1_000_000), grade="D",
        source="a counterfactual, not a quantity",
        meaning="Departures to cancel, the same luck otherwise: pairs of `post` and `left_week` as in link_workers.parquet of the run with the same seed.",
    )

    def check_together(self) -> None:
        if len(self.cancel_departure) % 2:
            self.refuse("cancel_departure", "give pairs of post and left_week, for example [1,71].")
        if any(post >= self.posts for post in self.cancel_departure[::2]):
            self.refuse("cancel_departure", f"posts are numbered from 0 to {self.posts - 1}.")


@dataclass(frozen=True, kw_only=True)
class Handover(Group):
    """What happens to a leaver's users."""

    group: ClassVar[str] = "handover"

    managed_share: float = declare(
        0.3, unit="share", allowed=SHARE, plausible=(0.1, 0.6), grade="D",
        source=f"assumed; managed and unmanaged changes in {WTW} (P4, P29)",
        meaning="Share of a leaver's users offered a joint meeting during the notice, diaries permitting.",
    )
    order: str = declare(
        "random", unit="choice", choices=("random", "complex_first", "low_confidence_first"), grade="D",
        source="assumed",
        meaning="Who is offered the joint meetings first.",
    )
    meeting_hours: float = declare(
        1.1, unit="hours", allowed=(0.05, 10), plausible=(0.8, 1.5), grade="D",
        source="assumed",
        meaning="Diary time of a joint meeting, for each of the two workers.",
    )
    trust_kept_managed: float = declare(
        0.7, unit="share", allowed=SHARE, plausible=(0.4, 0.9), grade="D",
        source="assumed; range from the evidence table",
        meaning="Share of trust kept at a managed change.",
    )
    trust_kept_unmanaged: float = declare(
        0.35, unit="share", allowed=SHARE, plausible=(0.1, 0.7), grade="D",
        source="assumed; range from the evidence table",
        meaning="Share of trust kept at an unmanaged change.",
    )
    ceiling_factor: float = declare(
        0.9, unit="ratio", allowed=SHARE, plausible=(0.8, 1.0), grade="D",
        source=f"assumed; 'pushed to one side' after a second change ({WTW}, P4)",
        meaning="Factor on the ceiling of trust at each unmanaged change after the first.",
    )
    call_per_week: float = declare(
        0.08, unit="probability per week", allowed=SHARE, plausible=(0.04, 0.3), grade="D",
        source="assumed: about eight to twelve weeks to a first contact",
        meaning="Weekly chance that the new worker calls after an unmanaged change.",
    )
    call_within_week: float = declare(
        0.0, unit="share", allowed=SHARE, plausible=(0, 1), grade="D",
        source="a policy",
        meaning="Share of unmanaged changes after which the new worker calls in the first week.",
    )
    phone_per_week: float = declare(
        0.15, unit="probability per week", allowed=SHARE, plausible=(0.05, 0.3), grade="D",
        source=f"assumed; 'a bit cheeky if I phoned up' ({WTW}, P4)",
        meaning=(
            "Weekly chance that a fully confident user phones the new worker; falls with the square of confidence."
        ),
    )
    managed_due_weeks: int = declare(
        2, unit="weeks", allowed=(0, 52), plausible=(1, 4), grade="D",
        source="assumed",
        meaning="Weeks within which the first meeting after a managed change is due.",
    )
    receiver_weeks: int = declare(
        3, unit="weeks", allowed=(0, 104), plausible=(2, 8), grade="D",
        source="assumed",
        meaning="Weeks in post before a worker receives a leaver's users.",
    )
    receiver_cap_factor: float = declare(
        1.15, unit="ratio", allowed=(1, 5), plausible=(1.0, 1.3), grade="D",
        source="assumed",
        meaning="Stretch of the caseload cap for receiving a leaver's users.",
    )
