"""Parameters of community activities, practice and habits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.parameters.declaration import SHARE, WTW, Group, declare


@dataclass(frozen=True, kw_only=True)
class Activity(Group):
    """Onward referral, starting and attending community activities, and peer support there."""

    group: ClassVar[str] = "activity"

    offer_probability: float = declare(
        0.35, unit="probability per contact", allowed=SHARE, plausible=(0.25, 0.65), grade="D",
        source="assumed; onward referrals per user not found",
        meaning="Chance that an open goal leads to an onward referral at a contact.",
    )
    queue_limit_weeks: int = declare(
        10, unit="weeks", allowed=(1, 520), plausible=(6, 16), grade="D",
        source="assumed",
        meaning="Weeks in a service's queue after which the goal reopens.",
    )
    shortest_wait_weeks: int = declare(
        2, unit="weeks", allowed=(0, 52), plausible=(1, 3), grade="D",
        source="assumed",
        meaning="Fewest weeks from onward referral to a first session.",
    )
    start_logit: float = declare(
        1.20, unit="log-odds", allowed=(-10, 10), plausible=(0.3, 1.4), grade="B",
        source="tuned: Pavey et al. 2012, 66% (57-75) start",
        meaning="Log-odds of starting, unaccompanied, without barriers, at confidence 0.45.",
    )
    start_accompanied: float = declare(
        0.75, unit="log-odds", allowed=(0, 10), plausible=(0.3, 1.2), grade="D",
        source=f"assumed: about +15 percentage points; direction {WTW} (P2)",
        meaning="Rise of those log-odds when the worker goes along.",
    )
    start_barrier: float = declare(
        0.9, unit="log-odds per barrier", allowed=(0, 10), plausible=(0.5, 1.4), grade="D",
        source=f"assumed: about -20 percentage points; six barriers named in {WTW}",
        meaning="Fall of those log-odds with each barrier.",
    )
    start_depressed: float = declare(
        0.65, unit="log-odds", allowed=(0, 10), plausible=(0.3, 1.2), grade="D",
        source=f"assumed: about -15 percentage points; direction {WTW} (P10)",
        meaning="Fall of those log-odds while depressed.",
    )
    start_setback: float = declare(
        1.5, unit="log-odds per severity", allowed=(0, 10), plausible=(0.8, 2.5), grade="D",
        source="assumed",
        meaning="Fall of those log-odds in a setback.",
    )
    start_per_week_queued: float = declare(
        0.03, unit="log-odds per week", allowed=(0, 2), plausible=(0.0, 0.08), grade="D",
        source="assumed",
        meaning="Fall of those log-odds with each week in the queue.",
    )
    not_started_motivation: float = declare(
        0.03, unit="motivation", allowed=SHARE, plausible=(0.0, 0.06), grade="D",
        source="assumed",
        meaning="Motivation lost by not starting.",
    )
    self_start: float = declare(
        0.002, unit="probability per week", allowed=SHARE, plausible=(0, 0.01), grade="D",
        source="assumed; it moves every effect",
        meaning=(
            "Weekly chance, at motivation 0.5, that anybody takes up an open habit goal alone, service or not; 0 "
            "switches it off."
        ),
    )
    attend_logit: float = declare(
        0.25, unit="log-odds", allowed=(-10, 10), plausible=(-0.3, 0.6), grade="B",
        source="tuned: Pavey et al. 2012, 49% (40-59) adhere",
        meaning="Log-odds of attending a session, at confidence 0.45, motivation 0.5 and peer support 0.3.",
    )
    attend_motivation: float = declare(
        2.0, unit="log-odds per motivation", allowed=(0, 20), plausible=(1, 3), grade="D",
        source="assumed",
        meaning="Rise with motivation of the log-odds of a session or a week's self-practice.",
    )
    attend_setback: float = declare(
        2.5, unit="log-odds per severity", allowed=(0, 20), plausible=(1.5, 3.5), grade="D",
        source="assumed",
        meaning="Fall of the log-odds of attending in a setback.",
    )
    attend_depressed: float = declare(
        0.8, unit="log-odds", allowed=(0, 20), plausible=(0.4, 1.2), grade="D",
        source=f"direction: {WTW} (P10)",
        meaning="Fall while depressed of the log-odds of a session or a week's self-practice.",
    )
    attend_barrier: float = declare(
        0.5, unit="log-odds per barrier", allowed=(0, 20), plausible=(0.2, 0.9), grade="D",
        source="assumed",
        meaning="Fall of the log-odds of attending with each barrier.",
    )
    attend_habit: float = declare(
        1.2, unit="log-odds per habit strength", allowed=(0, 20), plausible=(0.6, 1.8), grade="D",
        source="assumed",
        meaning="Rise of the log-odds of attending with habit strength.",
    )
    attend_peers: float = declare(
        0.8, unit="log-odds per peer support", allowed=(0, 20), plausible=(0.3, 1.3), grade="D",
        source=f"direction: 'they will keep saying, Are you coming' ({WTW}, P7); Ball et al. 2017",
        meaning="Rise of the log-odds of attending with peer support.",
    )
    peer_gain: float = declare(
        0.04, unit="share per session", allowed=SHARE, plausible=(0.02, 0.08), grade="D",
        source="assumed",
        meaning="Share of the way to 1 that peer support rises with a session.",
    )
    peer_isolated: float = declare(
        1.5, unit="ratio", allowed=(0, 10), plausible=(1.0, 2.0), grade="D",
        source=f"direction: {WTW}, isolated users",
        meaning="Factor on that gain for the isolated.",
    )
    peer_kept: float = declare(
        0.3, unit="share", allowed=SHARE, plausible=(0.1, 0.6), grade="D",
        source="assumed",
        meaning="Peer support kept on leaving a group or at its closure.",
    )
    misses_to_leave: int = declare(
        3, unit="sessions", allowed=(1, 52), plausible=(2, 4), grade="D",
        source="assumed",
        meaning="Missed sessions in a row that end an activity.",
    )
    lapse_motivation: float = declare(
        0.05, unit="motivation", allowed=SHARE, plausible=(0.02, 0.1), grade="D",
        source="assumed",
        meaning="Motivation lost when missed sessions end an activity.",
    )
    open_group_leave: float = declare(
        0.03, unit="probability per week", allowed=SHARE, plausible=(0.01, 0.06), grade="D",
        source="assumed; Ball et al. 2017: three quarters stay in walking groups a year",
        meaning="Weekly chance of leaving an open group once the habit is firm.",
    )
    open_group_habit: float = declare(
        0.8, unit="habit strength", allowed=SHARE, plausible=(0.7, 0.9), grade="D",
        source="assumed",
        meaning="Habit strength from which that chance applies.",
    )
    unadapted_progress: float = declare(
        0.5, unit="ratio", allowed=SHARE, plausible=(0.3, 0.8), grade="D",
        source=f"direction: 'food we wouldn't have eaten' ({WTW}, P15)",
        meaning="Factor on progress where advice does not fit the culture.",
    )
    completed_share: float = declare(
        0.75, unit="share", allowed=SHARE, plausible=(0.6, 0.9), grade="B",
        source="definition of adherence as in Pavey et al. 2012",
        meaning="Share of sessions that counts as completing an activity.",
    )


@dataclass(frozen=True, kw_only=True)
class Habit(Group):
    """Practice, habit strength, mini-goals, lapses and restarts."""

    group: ClassVar[str] = "habit"

    days_median: float = declare(
        66.0, unit="days", allowed=(18, 254), plausible=(50, 100), grade="B",
        source="Lally et al. 2010: median 66 days to 95% of the plateau",
        meaning="Median days of practice to 95% of a full habit.",
    )
    days_sigma: float = declare(
        0.65, unit="log-SD", allowed=(0, 2), plausible=(0.5, 0.8), grade="B",
        source="Lally et al. 2010: range 18-254 days",
        meaning="Log-standard deviation of those days between people.",
    )
    decay: float = declare(
        0.03, unit="share per week", allowed=SHARE, plausible=(0.01, 0.06), grade="D",
        source="assumed; a missed day does not matter (Lally et al. 2010)",
        meaning="Habit strength lost in a week without practice.",
    )
    mini_goals: int = declare(
        18, unit="successes", allowed=(1, 1000), plausible=(12, 30), grade="D",
        source=f"assumed; 'mini-goals' ({WTW}, P8)",
        meaning="Successes, each a mini-goal, that make up a goal.",
    )
    success_motivation: float = declare(
        0.03, unit="share per week", allowed=SHARE, plausible=(0.01, 0.06), grade="D",
        source=f"direction: success motivates ({WTW})",
        meaning="Share of the way to 1 that motivation rises in a week with a success.",
    )
    success_confidence: float = declare(
        0.012, unit="share per week", allowed=SHARE, plausible=(0.004, 0.03), grade="D",
        source="direction: mastery builds self-efficacy",
        meaning="Share of the way to 1 that confidence rises in a week with a success.",
    )
    household_motivation: float = declare(
        0.02, unit="share per week", allowed=SHARE, plausible=(0.0, 0.04), grade="D",
        source=f"direction: validation by family ({WTW})",
        meaning="Further rise of motivation in such a week in a supportive household.",
    )
    case_progress: float = declare(
        0.2, unit="progress per session", allowed=SHARE, plausible=(0.1, 0.3), grade="D",
        source="assumed",
        meaning="Progress of a case goal (money, where you live) at an advice session.",
    )
    case_resolved: float = declare(
        0.6, unit="probability", allowed=SHARE, plausible=(0.4, 0.8), grade="D",
        source="assumed",
        meaning="Chance that a full case is resolved; else the goal reopens.",
    )
    practice_logit: float = declare(
        0.8, unit="log-odds", allowed=(-10, 10), plausible=(0.3, 1.3), grade="D",
        source="assumed",
        meaning="Log-odds of a week's self-practice at motivation 0.5 without habit.",
    )
    practice_setback: float = declare(
        2.0, unit="log-odds per severity", allowed=(0, 20), plausible=(1, 3), grade="D",
        source="assumed",
        meaning="Fall of those log-odds in a setback.",
    )
    practice_habit: float = declare(
        1.5, unit="log-odds per habit strength", allowed=(0, 20), plausible=(0.8, 2.2), grade="D",
        source="assumed",
        meaning="Rise of those log-odds with habit strength.",
    )
    lapse: float = declare(
        0.09, unit="per month", allowed=(0, 20), plausible=(0.05, 0.13), grade="B",
        source="exercise programmes: half drop out in six months, 0.109 a month",
        meaning="Hazard that self-practice lapses, without habit; 0 switches lapses off.",
    )
    lapse_habit: float = declare(
        2.0, unit="log-hazard per habit strength", allowed=(0, 20), plausible=(1, 3), grade="D",
        source="assumed",
        meaning="Fall of that log-hazard with habit strength.",
    )
    lapse_setback: float = declare(
        1.5, unit="hazard ratio", allowed=(0, 20), plausible=(1.0, 2.5), grade="D",
        source="assumed",
        meaning="Factor in a setback.",
    )
    lapse_supported: float = declare(
        0.7, unit="hazard ratio", allowed=(0, 1), plausible=(0.5, 1.0), grade="D",
        source="assumed",
        meaning="Factor with a contact this month or a group.",
    )
    lapse_unsupportive: float = declare(
        1.5, unit="hazard ratio", allowed=(1, 20), plausible=(1.0, 2.0), grade="D",
        source=f"direction: a smoking home ({WTW}, P4)",
        meaning="Factor in an unsupportive household.",
    )
    lapse_willpower: float = declare(
        0.8, unit="hazard ratio per willpower", allowed=(0, 1.4), plausible=(0.0, 1.2), grade="D",
        source=f"direction: willpower ({WTW})",
        meaning="Fall of the factor 1.4 as willpower goes from 0 to 1.",
    )
    lapse_environment: float = declare(
        0.3, unit="log-hazard per score", allowed=(0, 5), plausible=(0.0, 0.6), grade="D",
        source=f"direction: environment makes better choices easier ({WTW})",
        meaning="Fall of the log-hazard as the neighbourhood's score goes from 0 to 1.",
    )
    fading_alone: float = declare(
        0.5, unit="log-hazard", allowed=(0, 5), plausible=(0.0, 1.0), grade="D",
        source="assumed; it decides how long gains last",
        meaning=(
            "Rise of the log-hazard per unit of complexity while not engaged and in no group, and fall of the "
            "log-chance to restart alone."
        ),
    )
    lapse_motivation: float = declare(
        0.08, unit="motivation", allowed=SHARE, plausible=(0.04, 0.15), grade="D",
        source="assumed",
        meaning="Motivation lost at a lapse of self-practice.",
    )
    lapsed_progress: float = declare(
        0.02, unit="share per week", allowed=SHARE, plausible=(0.0, 0.05), grade="D",
        source="assumed",
        meaning="Progress lost each week while lapsed.",
    )
    restart_alone: float = declare(
        0.04, unit="probability per week per motivation", allowed=SHARE, plausible=(0.01, 0.08), grade="D",
        source="assumed",
        meaning="Weekly chance, times motivation, to restart a lapsed goal alone.",
    )
