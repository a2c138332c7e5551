"""Step 3: life, setbacks and mood (docs/odd.md, section 7.3).

Reads   people: traits, confidence, trust, state.
Writes  people: alive, state, gone_week, ltcs, setback and mood columns, goal progress and blocks,
        confidence, motivation, due_week, not_before_week.
Draws   the streams below, by person (blocks: by goal). At risk of a setback only when none is running.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from sim.episodes import REASON, leave
from sim.parameters import WEEKS_PER_MONTH, WEEKS_PER_YEAR
from sim.people import ATTENDING, FOR_GOOD, GOALS, GONE, LIFESTYLE, MOST_CONDITIONS, NOT_YET, OPEN, QUEUED, RESOLVED, SELF_CARE, SERIOUS, WAITING, People
from sim.records import Log
from sim.streams import Stream
from sim.traits import fading, setback_hazard
from sim.week import Week

ONSET = Stream("setback.onset", "onset of a setback")
SEVERITY = Stream("setback.severity", "severity of a setback")
DURATION = Stream("setback.duration", "length of a setback")
ADMISSION = Stream("setback.admission", "emergency admission")
BLOCK = Stream("setback.block", "a treatment or condition blocks a goal", index="goal")
BLOCK_FOR_GOOD = Stream("setback.block_for_good", "a block lasts until replanned", index="goal")
ASK = Stream("setback.ask", "asks for a meeting at a setback")
MOOD = Stream("mood.change", "relapse or recovery of mood")
NEXT_CONDITION = Stream("life.next_condition", "time to the next new condition")

SEVERITIES = np.array([0.3, 0.6, 1.0])
EARLY_REMISSION_WEEKS = 26


def strike(people: People, week: Week, episodes: Log) -> None:
    """Let life go on, setbacks begin and moods change."""
    new_conditions(people, week)
    go(people, week, episodes)
    begin_setbacks(people, week)
    change_moods(people, week)


def new_conditions(people: People, week: Week) -> None:
    """Give a further condition to those whose time has come, and redraw the time to the next."""
    rows = (people.new_condition_at[: people.n] < week.number + 1).nonzero()[0]
    if not len(rows):
        return
    rate = week.p.life.new_condition_rate / WEEKS_PER_YEAR
    people.new_condition_at[rows] = week.number + 1 - np.log(week.uniform(NEXT_CONDITION, rows)) / rate
    before = people.ltcs[rows]
    people.ltcs[rows] = np.minimum(before + 1, MOST_CONDITIONS)
    # an exponential time left shrinks in proportion to the rise of its hazard
    harder = rows[(before >= 4) & (before < MOST_CONDITIONS)]
    people.gone_at[harder] = week.number + (people.gone_at[harder] - week.number) / week.p.life.gone_per_condition
    people.setback_hazard[rows] = setback_hazard(people, rows, week.p)
    people.fading[rows] = fading(people.ltcs[rows], people.mental_health[rows])


def go(people: People, week: Week, episodes: Log) -> None:
    """End all processes of those who die or move away this week."""
    rows = ((people.gone_at[: people.n] < week.number + 1) & people.alive[: people.n]).nonzero()[0]
    if not len(rows):
        return
    served = rows[people.is_engaged(rows)]
    week.count("gone", len(rows))
    leave(people, served, GONE, np.full(len(served), REASON["gone"]), week, episodes)
    never = rows[(people.state[rows] == WAITING) & (people.episode[rows] == 0)]
    people.exit_reason[never] = REASON["gone"]
    people.end_week[never] = week.number
    people.state[rows] = GONE
    people.gone_week[rows] = week.number
    stop(people, rows)
    week.record("gone", rows)


def stop(people: People, rows: np.ndarray) -> None:
    """Let nothing happen any more to `rows`, whose spells are over: they draw, change and count no further."""
    people.alive[rows] = False
    people.gone_at[rows] = people.new_condition_at[rows] = np.inf
    people.setback_hazard[rows] = people.severity[rows] = people.setback_left[rows] = 0
    people.depressed[rows] = False
    people.goal_stage[rows] = OPEN
    people.goal_blocked_until[rows] = FOR_GOOD
    people.goal_service[rows] = NOT_YET


def begin_setbacks(people: People, week: Week) -> None:
    """Begin setbacks among those without one, with what they undo."""
    q, n = week.p.setbacks, people.n
    hazard = people.confidence[:n] * (-q.confidence_slope / WEEKS_PER_MONTH)
    hazard += q.confidence_base / WEEKS_PER_MONTH
    hazard *= people.setback_hazard[:n]
    luck = week.uniform_all(ONSET, n)
    near = (luck < hazard).nonzero()[0]  # a probability is at most its hazard: the rest need no closer look
    rows = near[(luck[near] < -np.expm1(-hazard[near])) & (people.setback_left[near] == 0)]
    if not len(rows):
        return
    luck, length_luck, admission_luck, ask_luck = week.uniforms((SEVERITY, DURATION, ADMISSION, ASK), rows)
    kind = np.array([q.minor_share, 1 - q.major_share]).searchsorted(luck, side="right")
    severity = SEVERITIES[kind]
    median = np.array([q.weeks_minor, q.weeks_moderate, q.weeks_major])[kind]
    length = np.rint(median * np.exp(q.weeks_sigma * ndtri(length_luck))).clip(1, 30_000)
    people.severity[rows] = severity
    people.setback_left[rows] = length
    people.setback_week[rows] = week.number
    people.setbacks[rows] += 1
    admitted = rows[admission_luck < np.array([q.admission_minor, q.admission_moderate, q.admission_major])[kind]]
    people.admissions[admitted] += 1
    kept = np.where(people.goal_stage.take(rows, axis=0) == RESOLVED, 1, (1 - q.progress_lost * severity)[:, None])  # a case resolved stays so
    people.goal_progress[rows] = people.goal_progress.take(rows, axis=0) * kept
    people.motivation[rows] = np.maximum(0, people.motivation[rows] - q.motivation_lost * severity)
    people.confidence[rows] = np.maximum(0, people.confidence[rows] - q.confidence_lost * severity)
    block_goals(people, rows[severity >= SERIOUS], week)
    reach_out_or_stay_away(people, rows, ask_luck, week)
    week.count("setbacks", len(rows))
    week.count("admissions", len(admitted))
    week.record("setback", rows, people.link_worker[rows])
    week.record("admission", admitted, people.link_worker[admitted])


def reach_out_or_stay_away(people: People, rows: np.ndarray, luck: np.ndarray, week: Week) -> None:
    """Let users newly in a setback ask for a meeting; those who do not stay away until they are well again.

    Routine meetings of those who stay away wait for the end of the setback and some weeks more, at most
    until the next review would be due; a first meeting does not wait.
    """
    q = week.p.contact
    engaged = people.is_engaged(rows)
    rows, luck = rows[engaged], luck[engaged]
    asks = luck < q.ask_base + q.ask_trust * people.trust[rows]
    asking = rows[asks]
    people.due_week[asking] = np.minimum(people.due_week[asking], week.number + 1)
    people.not_before_week[asking] = np.minimum(people.not_before_week[asking], week.number + 1)
    away = rows[~asks & people.met[rows]]
    weeks = np.minimum(people.setback_left[away].astype(int) + q.setback_return_weeks, week.p.wellbeing.review_weeks)
    people.not_before_week[away] = np.maximum(people.not_before_week[away], week.number + weeks)


def block_goals(people: People, rows: np.ndarray, week: Week) -> None:
    """Let a serious setback's treatment block lifestyle and self-care goals for a while or for good."""
    if not len(rows):
        return
    q = week.p.setbacks
    area = people.goal_area.take(rows, axis=0)
    at, slot = ((area == LIFESTYLE) | (area == SELF_CARE)).nonzero()
    goals = rows[at] * GOALS + slot
    block_luck, for_good_luck = week.uniforms((BLOCK, BLOCK_FOR_GOOD), goals)
    hit = block_luck < q.block_probability
    goals, for_good = goals[hit], for_good_luck[hit] < q.block_for_good
    if not len(goals):
        return
    blocked, stage = people.flat("goal_blocked_until"), people.flat("goal_stage")
    until = np.minimum(FOR_GOOD - 1, week.number + people.setback_left[goals // GOALS].astype(int) + q.block_extra_weeks)
    blocked[goals] = np.where(for_good, FOR_GOOD, np.maximum(blocked[goals], until))
    goals = goals[for_good]
    attending, queued = goals[stage[goals] == ATTENDING], goals[stage[goals] == QUEUED]
    people.flat("goal_peers")[attending] *= np.float64(week.p.activity.peer_kept)
    for given_up in (attending, queued):
        stage[given_up] = OPEN
        people.flat("goal_service")[given_up] = NOT_YET


def change_moods(people: People, week: Week) -> None:
    """Begin and end episodes of depression among those with a mental-health condition."""
    q, n = week.p.mood, people.n
    p_early, p_late = (-np.expm1(-rate / WEEKS_PER_MONTH) for rate in (q.relapse_early, q.relapse_late))
    luck = week.uniform_all(MOOD, n)
    most = max(p_early, p_late, q.recovery * (1 + q.trust_factor))
    rows = ((luck < most) & people.mental_health[:n]).nonzero()[0]
    rows = rows[people.alive[rows]]
    depressed = people.depressed[rows]
    early = week.number - people.remission_week[rows] <= EARLY_REMISSION_WEEKS
    # trust is 0 outside the service, so the factor holds for all
    recovery = np.minimum(1, q.recovery * (1 + q.trust_factor * people.trust[rows]))
    chance = np.where(depressed, recovery, np.where(early, p_early, p_late))
    changed = luck[rows] < chance
    relapsed, remitted = rows[changed & ~depressed], rows[changed & depressed]
    people.depressed[relapsed] = True
    people.relapse_week[relapsed] = week.number
    people.depressed[remitted] = False
    people.remission_week[remitted] = week.number
    week.record("depressed", relapsed)
    week.record("remitted", remitted)
