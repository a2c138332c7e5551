"""Parameters of the service: list, link workers, handovers, contacts and the programme's length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.parameters.declaration import Group, declare

SHARE = (0.0, 1.0)
WTW = "Wildman et al. 2019"


@dataclass(frozen=True, kw_only=True)
class Allocation(Group):
    """The waiting list: in what order people are called, whether they are reached and say yes."""

    group: ClassVar[str] = "allocation"

    list_order: str = declare("referral", unit="choice", choices=("referral", "complexity"), grade="D", source="assumed", meaning="Order in which people on the list are called: as referred, or complex people first.")
    call_hours: float = declare(0.25, unit="hours", allowed=(0, 5), plausible=(0.1, 0.5), grade="D", source="assumed; the first call named in Pescheny et al. 2018", meaning="Diary time of one call to a person on the list.")
    reached_probability: float = declare(0.7, unit="probability", allowed=SHARE, plausible=(0.5, 0.85), grade="D", source="assumed", meaning="Chance that a call reaches the person.")
    call_tries: int = declare(3, unit="calls", allowed=(1, 50), plausible=(2, 5), grade="D", source="assumed", meaning="Calls, one a week at most, after which a person counts as not reached.")
    accept_logit: float = declare(1.30, unit="log-odds", allowed=(-10, 10), plausible=(0.8, 1.8), grade="C", source="tuned: 76% of those referred engage (Ways to Wellness news 2018, 2020)", meaning="Log-odds that a person reached at once, with confidence 0.45, accepts.")
    accept_per_week_waited: float = declare(0.06, unit="log-odds per week", allowed=(0, 2), plausible=(0.0, 0.12), grade="D", source="assumed", meaning="Fall of those log-odds with each week waited, up to ten.")
    leave_list: float = declare(0.01, unit="probability per week", allowed=SHARE, plausible=(0.0, 0.03), grade="D", source="assumed", meaning="Weekly chance that a person leaves the waiting list.")


@dataclass(frozen=True, kw_only=True)
class Workforce(Group):
    """Link workers: posts, hours, caseloads, turnover, vacancies and sickness."""

    group: ClassVar[str] = "workforce"

    posts: int = declare(22, unit="posts", allowed=(1, 100_000), plausible=(15, 26), grade="A", source="15 (2015-16), 20 and 24 link workers seen in studies of Ways to Wellness (Wildman et al. 2019 HSCC; Pollard et al. 2023; JECH A42)", meaning="Number of link-worker posts.")
    hours: float = declare(37.5, unit="hours per week", allowed=(0, 168), plausible=(35, 40), grade="D", source="assumed: a full-time week", meaning="Contract hours of a post.")
    diary_share: float = declare(0.62, unit="share", allowed=SHARE, plausible=(0.5, 0.75), grade="D", source="assumed", meaning="Share of contract hours that can be spent with users; the rest is travel, notes, meetings, leave.")
    caseload_cap: int = declare(110, unit="users", allowed=(1, 100_000), plausible=(80, 140), grade="C", source="derived by Little's law: 83 to 106 open users per link worker", meaning="Open caseload up to which a fully productive worker accepts new users.")
    caseload_weighting: str = declare("heads", unit="choice", choices=("heads", "complexity"), grade="D", source="assumed", meaning="Whether the cap counts heads or weights users by complexity.")
    weight_simple: float = declare(0.6, unit="users", allowed=(0.1, 10), plausible=(0.4, 0.8), grade="D", source="assumed", meaning="Weight of a simple user in a weighted caseload.")
    weight_moderate: float = declare(1.0, unit="users", allowed=(0.1, 10), plausible=(0.8, 1.2), grade="D", source="assumed", meaning="Weight of a moderate user in a weighted caseload.")
    weight_complex: float = declare(1.6, unit="users", allowed=(0.1, 10), plausible=(1.3, 2.0), grade="D", source="assumed", meaning="Weight of a complex user in a weighted caseload.")
    intake_per_week: int = declare(4, unit="users per week", allowed=(1, 1000), plausible=(2, 6), grade="D", source="assumed", meaning="New users a fully productive worker accepts in a week.")
    turnover: float = declare(0.24, unit="leavers per post per year", allowed=(0, 10), plausible=(0.15, 0.35), distribution="loguniform", grade="D", source="no link-worker figure; voluntary sector 18-22% (People Count 2004-14), 29% think of leaving (NALW 2020)", meaning="Hazard of giving notice, at a workload of one and with no gaps to fill.")
    turnover_workload: float = declare(0.8, unit="log-hazard", allowed=(0, 5), plausible=(0.0, 1.8), grade="D", source="direction: Tierney et al. 2025", meaning="Rise of that log-hazard with workload above one.")
    turnover_gaps: float = declare(0.5, unit="log-hazard", allowed=(0, 5), plausible=(0.0, 1.0), grade="D", source="direction: link workers stressed by filling gaps (Wildman et al. 2019 HSCC)", meaning="Rise of that log-hazard with the share of contacts spent filling gaps.")
    notice_weeks: int = declare(6, unit="weeks", allowed=(0, 52), plausible=(4, 12), grade="D", source="assumed", meaning="Weeks from notice to the last day; no new users in between.")
    vacancy_weeks: float = declare(10.0, unit="weeks", allowed=(1, 520), plausible=(5, 20), grade="D", source="assumed: 35 days to fill (voluntary sector, 2014) plus the start lag", meaning="Mean weeks a post stands empty, from the last day.")
    ramp_weeks: int = declare(17, unit="weeks", allowed=(1, 260), plausible=(8, 35), grade="D", source="assumed", meaning="Weeks in which a new worker's productivity rises to 100%.")
    ramp_start: float = declare(0.3, unit="share", allowed=(0.01, 1), plausible=(0.1, 0.6), grade="D", source="assumed", meaning="Productivity of a worker in the first week.")
    experience_weeks: int = declare(26, unit="weeks", allowed=(1, 260), plausible=(13, 52), grade="D", source="assumed; link workers must be well networked (Wildman et al. 2019 HSCC)", meaning="Weeks until contact quality and knowledge of services are full.")
    experience_start: float = declare(0.7, unit="share", allowed=SHARE, plausible=(0.5, 0.9), grade="D", source="assumed", meaning="Contact quality of a worker in the first week.")
    skill_sd: float = declare(0.15, unit="log-SD", allowed=(0, 2), plausible=(0.05, 0.3), grade="D", source="assumed", meaning="Log-standard deviation of skill between workers.")
    sickness: float = declare(0.02, unit="probability per week", allowed=SHARE, plausible=(0.01, 0.03), grade="C", source="derived: 8.4 days a year, about 3.7% (voluntary sector, 2014)", meaning="Weekly chance that a sickness starts, at a workload of one or less.")
    sickness_weeks: float = declare(2.0, unit="weeks", allowed=(1, 104), plausible=(1.2, 4), grade="D", source="assumed", meaning="Mean length of a sickness (geometric).")
    sickness_workload: float = declare(0.5, unit="log-hazard", allowed=(0, 5), plausible=(0.0, 1.0), grade="D", source="assumed", meaning="Rise of the log of that chance with workload above one.")
    cover_after_weeks: int = declare(4, unit="weeks", allowed=(0, 520), plausible=(2, 8), grade="D", source="assumed", meaning="Weeks of sickness after which colleagues' spare hours see the latest users.")
    workload_smoothing: float = declare(0.1, unit="share per week", allowed=(0.001, 1), plausible=(0.05, 0.3), grade="D", source="assumed", meaning="Weight of this week in the smoothed workload (hours wanted over hours there).")
    opening_weeks_in_post: int = declare(52, unit="weeks", allowed=(0, 1000), plausible=(0, 104), grade="D", source="assumed", meaning="Weeks in post of every worker at opening.")
    cancel_departure: tuple[int, ...] = declare((), unit="post and week", allowed=(0, 1_000_000), grade="D", source="a counterfactual, not a quantity", meaning="Pairs of post and last-day week whose departure is cancelled: the same luck, the leaver stays.")

    def check_together(self) -> None:
        if len(self.cancel_departure) % 2:
            self.refuse("cancel_departure", "give pairs of post and week, for example [7,112].")


@dataclass(frozen=True, kw_only=True)
class Handover(Group):
    """What happens to a leaver's users."""

    group: ClassVar[str] = "handover"

    managed_share: float = declare(0.3, unit="share", allowed=SHARE, plausible=(0.1, 0.6), grade="D", source=f"assumed; managed and unmanaged changes in {WTW} (P4, P29)", meaning="Share of a leaver's users offered a joint meeting during the notice, diaries permitting.")
    order: str = declare("random", unit="choice", choices=("random", "complex_first", "low_confidence_first"), grade="D", source="assumed", meaning="Who is offered the joint meetings first.")
    meeting_hours: float = declare(1.1, unit="hours", allowed=(0.05, 10), plausible=(0.8, 1.5), grade="D", source="assumed", meaning="Diary time of a joint meeting, for each of the two workers.")
    trust_kept_managed: float = declare(0.7, unit="share", allowed=SHARE, plausible=(0.4, 0.9), grade="D", source="assumed; range from the evidence table", meaning="Share of trust kept at a managed change.")
    trust_kept_unmanaged: float = declare(0.35, unit="share", allowed=SHARE, plausible=(0.1, 0.7), grade="D", source="assumed; range from the evidence table", meaning="Share of trust kept at an unmanaged change.")
    ceiling_factor: float = declare(0.9, unit="ratio", allowed=SHARE, plausible=(0.8, 1.0), grade="D", source=f"assumed; 'pushed to one side' after a second change ({WTW}, P4)", meaning="Factor on the ceiling of trust at each unmanaged change after the first.")
    call_per_week: float = declare(0.08, unit="probability per week", allowed=SHARE, plausible=(0.04, 0.3), grade="D", source="assumed: about eight to twelve weeks to a first contact", meaning="Weekly chance that the new worker calls after an unmanaged change.")
    call_within_week: float = declare(0.0, unit="share", allowed=SHARE, plausible=(0, 1), grade="D", source="a policy", meaning="Share of unmanaged changes after which the new worker calls in the first week.")
    phone_per_week: float = declare(0.15, unit="probability per week", allowed=SHARE, plausible=(0.05, 0.3), grade="D", source=f"assumed; 'a bit cheeky if I phoned up' ({WTW}, P4)", meaning="Weekly chance that a fully confident user phones the new worker; falls with the square of confidence.")
    managed_due_weeks: int = declare(2, unit="weeks", allowed=(0, 52), plausible=(1, 4), grade="D", source="assumed", meaning="Weeks within which the first meeting after a managed change is due.")
    receiver_weeks: int = declare(3, unit="weeks", allowed=(0, 104), plausible=(2, 8), grade="D", source="assumed", meaning="Weeks in post before a worker receives a leaver's users.")
    receiver_cap_factor: float = declare(1.15, unit="ratio", allowed=(1, 5), plausible=(1.0, 1.3), grade="D", source="assumed", meaning="Stretch of the caseload cap for receiving a leaver's users.")


@dataclass(frozen=True, kw_only=True)
class Contact(Group):
    """Meetings with the link worker: how often, how long, and what they give."""

    group: ClassVar[str] = "contact"

    schedule: str = declare("standard", unit="choice", choices=("standard", "intensive", "nhs_light", "signposting"), grade="D", source=f"assumed; intensity falls as goals are met ({WTW})", meaning="Standard intervals; intensive (halved); NHS-light (6-12 contacts in about three months); signposting (one short contact, one referral, no relationship).")
    interval_weeks: tuple[int, ...] = declare((2, 4, 6, 9), unit="weeks", allowed=(1, 104), grade="D", source="assumed: fortnightly, monthly, then two- to three-monthly; 15-25 contacts in two years", meaning="Weeks wanted between contacts in each phase of the programme.")
    interval_until: tuple[int, ...] = declare((10, 26, 52), unit="weeks", allowed=(1, 520), grade="D", source="assumed", meaning="Week of the programme at which each phase but the last ends; shrinks with programmes under 104 weeks.")
    maintenance_interval: int = declare(10, unit="weeks", allowed=(1, 104), plausible=(8, 16), grade="D", source=f"assumed; an occasional check-in ({WTW}, P29)", meaning="Weeks wanted between contacts at the maintenance point.")
    ask_base: float = declare(0.3, unit="probability", allowed=SHARE, plausible=(0.1, 0.5), grade="D", source="assumed", meaning="Chance that a user without trust asks for a meeting at a setback.")
    ask_trust: float = declare(0.4, unit="probability per trust", allowed=SHARE, plausible=(0.2, 0.5), grade="D", source="assumed", meaning="Rise of that chance with trust.")
    first_hours: float = declare(2.0, unit="hours", allowed=(0, 20), plausible=(1.5, 2.5), grade="C", source=f"'an hour, an hour-and-a-half' ({WTW}, P29), with preparation and notes", meaning="Diary time of a first meeting.")
    follow_up_hours: float = declare(1.1, unit="hours", allowed=(0, 20), plausible=(0.8, 1.5), grade="D", source="assumed", meaning="Diary time of a follow-up meeting.")
    check_in_hours: float = declare(0.5, unit="hours", allowed=(0, 20), plausible=(0.25, 0.75), grade="D", source="assumed", meaning="Diary time of a check-in in maintenance, after exit, or of a signposting contact.")
    setback_hours: float = declare(0.5, unit="hours", allowed=(0, 20), plausible=(0.25, 1.0), grade="D", source="assumed", meaning="Extra diary time in a setback.")
    accompaniment_hours: float = declare(2.0, unit="hours", allowed=(0, 20), plausible=(1.5, 3), grade="D", source="assumed", meaning="Diary time of going along to a first session.")
    instrumental_hours: float = declare(0.4, unit="hours", allowed=(0, 20), plausible=(0.2, 0.8), grade="D", source=f"assumed; help with benefit forms ({WTW})", meaning="Extra diary time of instrumental support.")
    gap_hours: float = declare(0.5, unit="hours", allowed=(0, 20), plausible=(0.25, 1.0), grade="D", source="assumed; filling the gap of withdrawn services (Wildman et al. 2019 HSCC)", meaning="Extra diary time where no fitting service exists.")
    accompaniment_share: float = declare(0.25, unit="share", allowed=SHARE, plausible=(0.1, 0.5), grade="D", source=f"assumed; offered 'if necessary' ({WTW})", meaning="Share of first sessions to which the worker goes along, hours permitting.")
    personalised: bool = declare(True, unit="switch", grade="A", source=WTW, meaning="Goals follow the person's needs; if not, everybody gets lifestyle goals.")
    unpersonalised_motivation: float = declare(0.1, unit="motivation", allowed=SHARE, plausible=(0.05, 0.2), grade="D", source="assumed", meaning="Motivation lost when goals are not personal.")
    unpersonalised_logit: float = declare(0.5, unit="log-odds", allowed=(0, 10), plausible=(0.2, 1.0), grade="D", source="assumed", meaning="Log-odds of starting an activity lost when goals are not personal.")
    check_ins_after_exit: bool = declare(False, unit="switch", grade="D", source=f"a policy: somebody to 'check in' with ({WTW})", meaning="Whether former users who phone at a setback get a short contact.")
    phone_after_exit: float = declare(0.3, unit="probability", allowed=SHARE, plausible=(0.1, 0.5), grade="D", source="assumed", meaning="Chance that a fully confident former user phones at a setback; falls with the square root of confidence.")
    priority_first: float = declare(1.5, unit="intervals", allowed=(0, 20), plausible=(1, 2), grade="D", source="assumed", meaning="Head start of a first meeting when hours are short.")
    priority_handover: float = declare(1.0, unit="intervals", allowed=(0, 20), plausible=(0.5, 2), grade="D", source="assumed", meaning="Head start of a first meeting after a change of worker.")
    priority_setback: float = declare(0.5, unit="intervals per severity", allowed=(0, 20), plausible=(0, 1), grade="D", source="assumed", meaning="Head start in a setback.")
    rebook_weeks: int = declare(2, unit="weeks", allowed=(1, 52), plausible=(1, 4), grade="D", source="assumed", meaning="Weeks until a missed meeting is held again.")
    attend_logit: float = declare(2.4, unit="log-odds", allowed=(-10, 10), plausible=(1.8, 3.0), grade="C", source="derived from missed general-practice appointments (McQueenie et al. 2019)", meaning="Log-odds of attending, at confidence 0.45 and motivation 0.5.")
    attend_setback: float = declare(1.6, unit="log-odds per severity", allowed=(0, 10), plausible=(0.8, 2.5), grade="D", source=f"assumed; a health problem reduced engagement for 5 of 24 ({WTW})", meaning="Fall of those log-odds in a setback.")
    attend_depressed: float = declare(0.5, unit="log-odds", allowed=(0, 10), plausible=(0.2, 1.0), grade="C", source="McQueenie et al. 2019: more missed with mental-health conditions", meaning="Fall of those log-odds while depressed.")
    attend_first: float = declare(0.4, unit="log-odds", allowed=(0, 10), plausible=(0.0, 0.8), grade="D", source="assumed", meaning="Fall of those log-odds at a first meeting.")
    trust_gain: float = declare(0.2, unit="share per contact", allowed=SHARE, plausible=(0.11, 0.3), grade="D", source="assumed: half-life to rebuild trust two to six contacts", meaning="Share of the way to the ceiling that trust rises at a contact of quality 1.")
    trust_decay: float = declare(0.004, unit="share per week", allowed=SHARE, plausible=(0.0, 0.01), grade="D", source="assumed", meaning="Weekly loss of trust without a contact.")
    confidence_gain: float = declare(0.02, unit="share per contact", allowed=SHARE, plausible=(0.005, 0.04), grade="D", source=f"direction: {WTW}", meaning="Share of the way to 1 that confidence rises at a contact.")
    motivation_gain: float = declare(0.04, unit="share per contact", allowed=SHARE, plausible=(0.01, 0.08), grade="D", source=f"direction: {WTW}", meaning="Share of the way to 1 that motivation rises at a contact of quality 1.")
    quality_workload: float = declare(0.2, unit="share", allowed=SHARE, plausible=(0.0, 0.4), grade="D", source="assumed; variable contact under limited capacity (Morris et al. 2022)", meaning="Quality lost as workload goes from one to two.")
    emotional_factor: float = declare(1.3, unit="ratio", allowed=(1, 5), plausible=(1.0, 1.6), grade="D", source="assumed; emotional support named in Wildman et al. 2019", meaning="Factor on the trust gained at a contact while depressed or in a setback.")
    emotional_confidence: float = declare(0.02, unit="share per contact", allowed=SHARE, plausible=(0.0, 0.05), grade="D", source="assumed", meaning="Confidence gained besides at such a contact, as share of the way to 1.")
    instrumental_progress: float = declare(0.15, unit="progress per contact", allowed=SHARE, plausible=(0.05, 0.3), grade="D", source="assumed", meaning="Progress of a case goal at a contact with instrumental support.")
    replan_probability: float = declare(0.05, unit="probability per contact", allowed=SHARE, plausible=(0.02, 0.2), grade="D", source="assumed", meaning="Chance that a goal blocked for good is replanned at a contact.")
    restart_factor: float = declare(0.35, unit="probability per motivation", allowed=SHARE, plausible=(0.2, 0.6), grade="D", source="assumed", meaning="Chance, times motivation, that a lapsed goal is restarted at a contact.")

    def check_together(self) -> None:
        if len(self.interval_weeks) != len(self.interval_until) + 1:
            self.refuse("interval_weeks", f"there must be one interval more than interval_until has phases ({len(self.interval_until)}).")
        if list(self.interval_until) != sorted(set(self.interval_until)):
            self.refuse("interval_until", "the weeks must rise.")


@dataclass(frozen=True, kw_only=True)
class Programme(Group):
    """The programme: how long, who may stay longer, who comes back, and whether it exists."""

    group: ClassVar[str] = "programme"

    enabled: bool = declare(True, unit="switch", grade="A", source=WTW, meaning="Whether the service exists; off gives everybody usual care.")
    length_weeks: int = declare(104, unit="weeks", allowed=(1, 5200), plausible=(13, 156), grade="A", source=f"up to two years ({WTW})", meaning="Planned length of the programme.")
    open_ended: bool = declare(False, unit="switch", grade="A", source=f"a policy: long-term support wished by some ({WTW}, P16)", meaning="Whether the programme has no time limit; other rules stay as for length_weeks.")
    discretion: float = declare(0.45, unit="probability", allowed=SHARE, plausible=(0.1, 0.8), grade="D", source=f"assumed; longer at the link worker's discretion ({WTW})", meaning="Chance that an active user with need is extended at the limit; 0 means no discretion.")
    extension_weeks: int = declare(26, unit="weeks", allowed=(1, 520), plausible=(13, 52), grade="D", source="assumed", meaning="Length of an extension.")
    max_extensions: int = declare(2, unit="extensions", allowed=(0, 50), plausible=(1, 4), grade="D", source="assumed", meaning="Most extensions of one spell.")
    reentry: float = declare(0.15, unit="probability", allowed=SHARE, plausible=(0.03, 0.3), grade="D", source=f"assumed; 'a second bite of the cherry' ({WTW}, P18)", meaning="Chance that a former user comes back after a setback or mood relapse; 0 means no re-entry.")
    reentry_route: str = declare("list", unit="choice", choices=("list", "direct"), grade="D", source="assumed", meaning="Whether those who come back queue like others or go to the head of the list.")
    reentry_trust_same: float = declare(0.6, unit="share", allowed=SHARE, plausible=(0.3, 0.9), grade="D", source="assumed", meaning="Share of the stored trust with which a user comes back to the same worker.")
    reentry_trust_other: float = declare(0.2, unit="share", allowed=SHARE, plausible=(0.0, 0.4), grade="D", source="assumed", meaning="Share of the stored trust with which a user comes back to another worker.")
    tell_limit_share: float = declare(0.5, unit="share", allowed=SHARE, plausible=(0.2, 0.9), grade="D", source=f"awareness of the limit varied ({WTW})", meaning="Share of users who know of the time limit.")
    untold_confidence: float = declare(0.05, unit="confidence", allowed=SHARE, plausible=(0.0, 0.1), grade="D", source="assumed", meaning="Confidence lost at a time limit that comes as a surprise.")
    untold_motivation: float = declare(0.15, unit="motivation", allowed=SHARE, plausible=(0.0, 0.3), grade="D", source="assumed", meaning="Motivation lost at a time limit that comes as a surprise.")
    maintenance_progress: float = declare(0.6, unit="progress", allowed=SHARE, plausible=(0.5, 0.8), grade="D", source=f"assumed; 'maintenance point' ({WTW}, P8)", meaning="Progress that two goals must have passed for maintenance.")
    maintenance_habit: float = declare(0.5, unit="habit strength", allowed=SHARE, plausible=(0.4, 0.7), grade="D", source="assumed", meaning="Habit strength that one goal must have passed for maintenance.")
    maintenance_from_week: int = declare(20, unit="weeks", allowed=(0, 520), plausible=(12, 30), grade="D", source="assumed", meaning="Week of the programme from which maintenance is possible (at most 0.4 of its length).")
    dependency_slowing: float = declare(0.5, unit="share", allowed=SHARE, plausible=(0.0, 1.0), grade="D", source=f"assumed; possible dependency ({WTW})", meaning="How far leaning on the worker, trust x (1 - confidence), slows the way to maintenance.")
    reactivation_lapses: int = declare(2, unit="lapses", allowed=(1, 50), plausible=(1, 3), grade="D", source="assumed", meaning="Lapses in maintenance that bring a user back to active.")
    completion: float = declare(0.012, unit="probability per week", allowed=SHARE, plausible=(0.004, 0.02), grade="D", source="tuned: mean stay 17-22 months (Bridges 2022; Triangle 2022)", meaning="Weekly chance that a user in maintenance completes with goals met.")
    completion_from_week: int = declare(52, unit="weeks", allowed=(0, 520), plausible=(26, 78), grade="D", source="assumed", meaning="Week of the programme from which completion is possible (at most half its length).")
