"""Parameters of meetings with the link worker: how often, how long, and what they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.parameters.declaration import SHARE, WTW, Group, declare


@dataclass(frozen=True, kw_only=True)
class Contact(Group):
    """Meetings with the link worker: how often, how long, and what they give."""

    group: ClassVar[str] = "contact"

    schedule: str = declare(
        "standard", unit="choice", choices=("standard", "intensive", "nhs_light", "signposting"), grade="D",
        source=f"assumed; intensity falls as goals are met ({WTW})",
        meaning=(
            "Standard intervals; intensive (halved); NHS-light (6-12 contacts in about three months); signposting "
            "(one short contact, one referral, no relationship)."
        ),
    )
    interval_weeks: tuple[int, ...] = declare(
        (2, 4, 6, 9), unit="weeks", allowed=(1, 104), grade="D",
        source="assumed: fortnightly, monthly, then two- to three-monthly; 15-25 contacts in two years",
        meaning="Weeks wanted between contacts in each phase of the programme.",
    )
    interval_until: tuple[int, ...] = declare(
        (10, 26, 52), unit="weeks", allowed=(1, 520), grade="D",
        source="assumed",
        meaning=(
            "Week of the programme at which each phase but the last ends; shrinks with programmes under 104 weeks."
        ),
    )
    maintenance_interval: int = declare(
        10, unit="weeks", allowed=(1, 104), plausible=(8, 16), grade="D",
        source=f"assumed; an occasional check-in ({WTW}, P29)",
        meaning="Weeks wanted between contacts at the maintenance point.",
    )
    ask_base: float = declare(
        0.15, unit="probability", allowed=SHARE, plausible=(0.1, 0.5), grade="D",
        source="assumed",
        meaning="Chance that a user without trust asks for a meeting at a setback.",
    )
    ask_trust: float = declare(
        0.2, unit="probability per trust", allowed=SHARE, plausible=(0.2, 0.5), grade="D",
        source="assumed",
        meaning="Rise of that chance with trust.",
    )
    setback_return_weeks: int = declare(
        12, unit="weeks", allowed=(0, 104), plausible=(2, 12), grade="D",
        source=(
            f"tuned; five of 24 less engaged because of a health problem ({WTW}); lung function after an "
            "exacerbation was not back by 91 days in 7% (Seemungal et al. 2000)"
        ),
        meaning=(
            "Weeks after a setback until those who did not ask for a meeting at its onset come to routine meetings "
            "again."
        ),
    )
    first_hours: float = declare(
        2.0, unit="hours", allowed=(0, 20), plausible=(1.5, 2.5), grade="C",
        source=f"'an hour, an hour-and-a-half' ({WTW}, P29), with preparation and notes",
        meaning="Diary time of a first meeting.",
    )
    follow_up_hours: float = declare(
        1.0, unit="hours", allowed=(0, 20), plausible=(0.8, 1.5), grade="D",
        source="assumed",
        meaning="Diary time of a follow-up meeting.",
    )
    check_in_hours: float = declare(
        0.5, unit="hours", allowed=(0, 20), plausible=(0.25, 0.75), grade="D",
        source="assumed",
        meaning="Diary time of a check-in in maintenance, after exit, or of a signposting contact.",
    )
    setback_hours: float = declare(
        0.5, unit="hours", allowed=(0, 20), plausible=(0.25, 1.0), grade="D",
        source="assumed",
        meaning="Extra diary time in a setback.",
    )
    accompaniment_hours: float = declare(
        2.0, unit="hours", allowed=(0, 20), plausible=(1.5, 3), grade="D",
        source="assumed",
        meaning="Diary time of going along to a first session.",
    )
    instrumental_hours: float = declare(
        0.4, unit="hours", allowed=(0, 20), plausible=(0.2, 0.8), grade="D",
        source=f"assumed; help with benefit forms ({WTW})",
        meaning="Extra diary time of instrumental support.",
    )
    gap_hours: float = declare(
        0.5, unit="hours", allowed=(0, 20), plausible=(0.25, 1.0), grade="D",
        source="assumed; filling the gap of withdrawn services (Wildman et al. 2019 HSCC)",
        meaning="Extra diary time where no fitting service exists.",
    )
    accompaniment_share: float = declare(
        0.25, unit="share", allowed=SHARE, plausible=(0.1, 0.5), grade="D",
        source=f"assumed; offered 'if necessary' ({WTW})",
        meaning="Share of first sessions to which the worker goes along, hours permitting.",
    )
    personalised: bool = declare(
        True, unit="switch", grade="A",
        source=WTW,
        meaning="Goals follow the person's needs; if not, everybody gets lifestyle goals.",
    )
    unpersonalised_motivation: float = declare(
        0.1, unit="motivation", allowed=SHARE, plausible=(0.05, 0.2), grade="D",
        source="assumed",
        meaning="Motivation lost when goals are not personal.",
    )
    unpersonalised_logit: float = declare(
        0.5, unit="log-odds", allowed=(0, 10), plausible=(0.2, 1.0), grade="D",
        source="assumed",
        meaning="Log-odds of starting an activity lost when goals are not personal.",
    )
    check_ins_after_exit: bool = declare(
        False, unit="switch", grade="D",
        source=f"a policy: somebody to 'check in' with ({WTW})",
        meaning="Whether former users who phone at a setback get a short contact.",
    )
    phone_after_exit: float = declare(
        0.3, unit="probability", allowed=SHARE, plausible=(0.1, 0.5), grade="D",
        source="assumed",
        meaning=(
            "Chance that a fully confident former user phones at a setback; falls with the square root of "
            "confidence."
        ),
    )
    priority_first: float = declare(
        1.5, unit="intervals", allowed=(0, 20), plausible=(1, 2), grade="D",
        source="assumed",
        meaning="Head start of a first meeting when hours are short.",
    )
    priority_handover: float = declare(
        1.0, unit="intervals", allowed=(0, 20), plausible=(0.5, 2), grade="D",
        source="assumed",
        meaning="Head start of a first meeting after a change of worker.",
    )
    priority_setback: float = declare(
        0.5, unit="intervals per severity", allowed=(0, 20), plausible=(0, 1), grade="D",
        source="assumed",
        meaning="Head start in a setback.",
    )
    rebook_weeks: int = declare(
        2, unit="weeks", allowed=(1, 52), plausible=(1, 4), grade="D",
        source="assumed",
        meaning="Weeks until a missed meeting is held again.",
    )
    attend_logit: float = declare(
        2.4, unit="log-odds", allowed=(-10, 10), plausible=(1.8, 3.0), grade="C",
        source="derived from missed general-practice appointments (McQueenie et al. 2019)",
        meaning="Log-odds of attending, at confidence 0.45 and motivation 0.5.",
    )
    attend_setback: float = declare(
        1.6, unit="log-odds per severity", allowed=(0, 10), plausible=(0.8, 2.5), grade="D",
        source=f"assumed; a health problem reduced engagement for 5 of 24 ({WTW})",
        meaning="Fall of those log-odds in a setback.",
    )
    attend_depressed: float = declare(
        0.5, unit="log-odds", allowed=(0, 10), plausible=(0.2, 1.0), grade="C",
        source="McQueenie et al. 2019: more missed with mental-health conditions",
        meaning="Fall of those log-odds while depressed.",
    )
    attend_first: float = declare(
        0.4, unit="log-odds", allowed=(0, 10), plausible=(0.0, 0.8), grade="D",
        source="assumed",
        meaning="Fall of those log-odds at a first meeting.",
    )
    trust_gain: float = declare(
        0.2, unit="share per contact", allowed=SHARE, plausible=(0.11, 0.3), grade="D",
        source="assumed: half-life to rebuild trust two to six contacts",
        meaning="Share of the way to the ceiling that trust rises at a contact of quality 1.",
    )
    trust_decay: float = declare(
        0.004, unit="share per week", allowed=SHARE, plausible=(0.0, 0.01), grade="D",
        source="assumed",
        meaning="Weekly loss of trust without a contact.",
    )
    confidence_gain: float = declare(
        0.02, unit="share per contact", allowed=SHARE, plausible=(0.005, 0.04), grade="D",
        source=f"direction: {WTW}",
        meaning="Share of the way to 1 that confidence rises at a contact.",
    )
    motivation_gain: float = declare(
        0.04, unit="share per contact", allowed=SHARE, plausible=(0.01, 0.08), grade="D",
        source=f"direction: {WTW}",
        meaning="Share of the way to 1 that motivation rises at a contact of quality 1.",
    )
    quality_workload: float = declare(
        0.2, unit="share", allowed=SHARE, plausible=(0.0, 0.4), grade="D",
        source="assumed; variable contact under limited capacity (Morris et al. 2022)",
        meaning="Quality lost as workload goes from one to two.",
    )
    emotional_factor: float = declare(
        1.3, unit="ratio", allowed=(1, 5), plausible=(1.0, 1.6), grade="D",
        source="assumed; emotional support named in Wildman et al. 2019",
        meaning="Factor on the trust gained at a contact while depressed or in a setback.",
    )
    emotional_confidence: float = declare(
        0.02, unit="share per contact", allowed=SHARE, plausible=(0.0, 0.05), grade="D",
        source="assumed",
        meaning="Confidence gained besides at such a contact, as share of the way to 1.",
    )
    instrumental_progress: float = declare(
        0.15, unit="progress per contact", allowed=SHARE, plausible=(0.05, 0.3), grade="D",
        source="assumed",
        meaning="Progress of a case goal at a contact with instrumental support.",
    )
    replan_probability: float = declare(
        0.05, unit="probability per contact", allowed=SHARE, plausible=(0.02, 0.2), grade="D",
        source="assumed",
        meaning="Chance that a goal blocked for good is replanned at a contact.",
    )
    restart_factor: float = declare(
        0.35, unit="probability per motivation", allowed=SHARE, plausible=(0.2, 0.6), grade="D",
        source="assumed",
        meaning="Chance, times motivation, that a lapsed goal is restarted at a contact.",
    )

    def check_together(self) -> None:
        if len(self.interval_weeks) != len(self.interval_until) + 1:
            self.refuse("interval_weeks", f"there must be one interval more than interval_until has phases ({len(self.interval_until)}).")
        if list(self.interval_until) != sorted(set(self.interval_until)):
            self.refuse("interval_until", "the weeks must rise.")
