"""The people referred: their columns, and the words for their states.

Every person is a row, in order of number. The number stands in all tables and indexes all random draws; it is
the row too until a long run drops the rows of those who are followed no further (sim/compaction.py).
"""

from __future__ import annotations

import numpy as np

from sim.archive import Archive, ArchivedError, Shelf
from sim.table import Column, Table

AREAS = (
    "lifestyle", "looking after yourself", "managing symptoms", "work, volunteering and other activities",
    "money", "where you live", "family and friends", "feeling positive",
)  # fmt: skip
LIFESTYLE, SELF_CARE, SYMPTOMS, WORK, MONEY, HOUSING, FAMILY, POSITIVE = range(8)
IS_CASE_AREA = np.array([a in (MONEY, HOUSING) for a in range(8)])

STATES = ("active", "maintenance", "waiting", "declined", "left_list", "completed", "time_limited", "disengaged", "usual_care", "gone")
ACTIVE, MAINTENANCE, WAITING, DECLINED, LEFT_LIST, COMPLETED, TIME_LIMITED, DISENGAGED, USUAL_CARE, GONE = range(10)
LAST_ENGAGED = MAINTENANCE  # engaged states come first, so that one comparison finds them
EXIT_REASONS = ("declined", "not_reached", "left_list", "goals_met", "time_limit", "lost_worker_change", "lost_setback", "lost_other", "gone")
NOT_YET = -1  # exit reason, weeks and workers that are not there (yet)
COMPLEXITIES = ("simple", "moderate", "complex")
SIMPLE, MODERATE, COMPLEX = range(3)
HOUSEHOLDS = ("unsupportive", "neutral", "supportive")
UNSUPPORTIVE, NEUTRAL, SUPPORTIVE = range(3)
NEIGHBOURHOODS = 10
MOST_CONDITIONS = 10
SERIOUS = 0.6  # severity from which a setback is serious: moderate or major

GOALS = 3
STAGES = ("open", "queued", "attending", "practising", "lapsed", "resolved")
OPEN, QUEUED, ATTENDING, PRACTISING, LAPSED, RESOLVED = range(6)
FOR_GOOD = 32_000  # a week that never comes: a goal blocked until it is replanned

LATENT_WEEKS = (26, 39, 52, 78, 104, 156, 208, 260)
STAR_WEEKS = (0, 26, 52, 78, 104)
EXIT_WEEKS = (0, 26, 52, 104)


def trait(dtype: str, meaning: str, unit: str = "", **more: object) -> Column:
    """Return a column that is set when the person is made and never changes."""
    return Column(dtype, meaning, unit, writers="traits", static=True, **more)


class People(Table):
    """Everybody referred, in order of referral. `drawn` rows have their traits; `n` have arrived; others were dropped."""

    # Traits
    number = trait("i4", "number of the person, in order of referral: the index of all random draws", "number", fill=NOT_YET)
    age = trait("i1", "age at referral", "years")
    female = trait("?", "woman")
    mental_health = trait("?", "has a mental-health condition")
    complexity = trait("i1", "simple: at most 2 conditions and no mental-health one; complex: 4 or more and one", levels=COMPLEXITIES)
    deprived = trait("?", "lives in a most-deprived area")
    minority = trait("?", "minority-ethnic or with a language need")
    employed = trait("?", "in work")
    isolated = trait("?", "socially isolated at referral")
    household = trait("i1", "household and change", levels=HOUSEHOLDS)
    insecure_housing = trait("?", "in insecure housing")
    transport = trait("?", "has an easy way to travel")
    needs_women_only = trait("?", "exercise needs a women-only session")
    burden = trait("?", "heavy psychological burden")
    neighbourhood = trait("i1", "neighbourhood, along a line of ten")
    environment = trait("f4", "the neighbourhood's score for food, green space and safety", "0-1")
    confidence_baseline = trait("f8", "confidence at referral, to which it returns", "0-1")
    willpower = trait("f8", "self-regulation", "0-1")
    habit_rate = trait("f4", "share of the way to a full habit gained by a week's practice", "0-1")
    motivation_base = trait("f8", "set point of motivation, when well", "0-1")
    fading = Column("f4", "complexity that speeds fading alone: 0.5 clip(conditions - 2, 0, 5) + 0.5 with a mental-health condition", writers="traits, setback")
    star_baseline = Column("f4", "usual level of each Star area", "points", width=8, writers="traits, allocation")
    dip_at_referral = trait("f4", "acute dip in which the person is referred", "points of the sum")
    knows_limit = trait("?", "knows of the programme's time limit")
    goal_area = Column("i1", "Star area of each goal", width=GOALS, writers="traits, allocation")

    # Life and health
    referred_week = Column("i2", "week of referral", "week", NOT_YET, writers="referral")
    alive = Column("?", "living in the area, and followed", writers="referral, setback")
    ltcs = Column("i1", "long-term conditions", writers="traits, setback")
    setback_hazard = Column("f4", "monthly setback hazard before the factor of confidence", "per month", writers="traits, setback")
    gone_at = Column("f8", "moment of death or moving away", "week", np.inf, writers="traits, referral, setback")
    new_condition_at = Column("f8", "moment of the next new condition", "week", np.inf, writers="traits, referral, setback")
    followed_until = Column("i2", "last week in which the person was followed", "week", NOT_YET, missing=NOT_YET, writers="compaction")
    gone_week = Column("i2", "week of death or moving away", "week", NOT_YET, missing=NOT_YET, writers="setback")
    severity = Column("f4", "severity of the running setback, 0 when none", "0-1", writers="setback, measures")
    setback_left = Column("i2", "weeks the setback still runs", "weeks", writers="setback, measures")
    setback_week = Column("i2", "week of the latest setback's onset", "week", -1000, writers="setback")
    setbacks = Column("i2", "setbacks so far", "count", writers="setback")
    admissions = Column("i2", "emergency admissions so far", "count", writers="setback")
    depressed = Column("?", "in an episode of depression", writers="traits, setback")
    remission_week = Column("i2", "week in which the latest remission began", "week", -1000, writers="setback")
    relapse_week = Column("i2", "week of the latest mood relapse", "week", -1000, writers="setback")
    gp_visits = Column("i4", "general-practice visits so far", "count", writers="measures")

    # Mind and wellbeing
    confidence = Column("f8", "confidence", "0-1", writers="traits, setback, contact, participation, motivation, engagement")
    motivation = Column("f8", "motivation", "0-1", writers="traits, allocation, setback, contact, placement, participation, motivation, engagement")
    dip = Column("f4", "acute dip left", "points of the sum", writers="traits, wellbeing")
    latent = Column("f4", "latent level of each Star area", "points", width=8, writers="traits, wellbeing")
    latent_sum = Column("f4", "latent Star sum", "points of the sum", writers="traits, wellbeing")
    peers = Column("f4", "peer support: the largest over the person's groups", "0-1", writers="participation")
    latent_start = Column("f4", "latent Star sum at the end of the week of referral", "points", np.nan, writers="measures")
    latent_at = Column("f4", "latent Star sum so many weeks after referral", "points", np.nan, width=len(LATENT_WEEKS), writers="measures")
    weeks_above_baseline = Column("i2", "weeks with a latent sum above that of referral", "weeks", writers="measures")

    # Goals: three slots
    goal_stage = Column(
        "i1", "stage of each goal", width=GOALS, levels=STAGES,
        writers="funding, setback, allocation, onward_referral, placement, participation, goals, episodes",
    )
    goal_progress = Column("f4", "progress of each goal", "0-1", width=GOALS, writers="setback, allocation, participation, goals")
    goal_habit = Column("f4", "habit strength of each goal", "0-1", width=GOALS, writers="participation, allocation")
    goal_service = Column(
        "i4", "service queued for or attended", fill=NOT_YET, missing=NOT_YET, width=GOALS,
        writers="funding, setback, allocation, onward_referral, placement, participation, goals, episodes",
    )
    goal_since = Column("i2", "week in which the stage began", "week", width=GOALS, writers="funding, onward_referral, placement, participation, goals")
    goal_barriers = Column("i1", "barriers between the person and the service", "count", width=GOALS, writers="onward_referral")
    goal_blocked_until = Column("i2", "week in which a treatment or condition stops blocking the goal", "week", width=GOALS, writers="setback, contact")
    goal_misses = Column("i1", "sessions missed in a row", "count", width=GOALS, writers="placement, participation")
    goal_due = Column("i2", "sessions due in this activity", "count", width=GOALS, writers="placement, participation")
    goal_attended = Column("i2", "sessions attended in this activity", "count", width=GOALS, writers="placement, participation")
    goal_peers = Column("f4", "peer support in this group", "0-1", width=GOALS, writers="funding, setback, allocation, participation, goals")
    goal_achieved = Column("?", "reached full progress at some time", width=GOALS, writers="allocation, participation, goals")

    # The service
    state = Column("i1", "state", fill=WAITING, levels=STATES, writers="referral, allocation, engagement, setback, episodes")
    listed_week = Column("i2", "week of joining the waiting list", "week", NOT_YET, writers="referral, engagement")
    calls = Column("i1", "calls so far while on the list", "count", writers="allocation, engagement")
    link_worker = Column("i4", "present link worker", fill=NOT_YET, missing=NOT_YET, writers="allocation, workforce, episodes")
    last_worker = Column("i4", "link worker at the latest exit", fill=NOT_YET, missing=NOT_YET, writers="episodes")
    trust = Column("f8", "trust in the present link worker", "0-1", writers="allocation, workforce, contact, episodes")
    trust_ceiling = Column("f4", "ceiling of trust", "0-1", 1.0, writers="workforce")
    trust_stored = Column("f4", "trust at the latest exit", "0-1", writers="episodes")
    episode = Column("i2", "spells so far", "count", writers="allocation")
    spell_start = Column("i2", "week in which the present spell began", "week", NOT_YET, writers="allocation")
    limit_week = Column("i4", "week in which the time limit falls", "week", 2**30, writers="allocation, engagement")
    met = Column("?", "has met a link worker in this spell", writers="allocation, contact")
    last_contact_week = Column("i2", "week of the latest attended contact (or start)", "week", -1000, writers="allocation, contact")
    interval = Column("f8", "weeks wanted between contacts, as of this week's contacts", "weeks", 1, writers="contact")
    due_week = Column(
        "i2", "week from which a contact is due whatever the interval", "week", FOR_GOOD,
        writers="setback, workforce, allocation, contact, episodes",
    )
    not_before_week = Column("i2", "week before which no meeting is held (a missed one is rebooked)", "week", writers="setback, allocation, contact")
    awaiting_call = Column("?", "waits for a new worker's call after an unmanaged change", writers="workforce, allocation, contact, episodes")
    handover_due = Column("?", "first meeting after a change of worker is due", writers="workforce, allocation, contact, episodes")
    handover_rank = Column("i2", "place among those offered a joint meeting", "rank", NOT_YET, missing=NOT_YET, writers="workforce, allocation, episodes")
    covered_week = Column("i2", "week in which the present worker took the person on", "week", NOT_YET, writers="allocation")
    change_week = Column("i2", "week of the latest change of worker", "week", -1000, writers="workforce, allocation")
    unmanaged_changes = Column("i2", "unmanaged changes so far", "count", writers="workforce")
    lapses_in_maintenance = Column("i2", "lapses since maintenance began", "count", writers="allocation, participation, engagement")
    extensions_spell = Column("i2", "extensions of this spell", "count", writers="engagement, allocation")
    contacts_spell = Column("i2", "contacts in this spell", "count", writers="contact, allocation")
    changes_spell = Column("i2", "changes of worker in this spell", "count", writers="workforce, allocation")
    next_review = Column("i2", "number of the next Star review", "count", writers="allocation, star")
    review_areas = Column("i1", "areas at the latest Star review", "points", width=8, writers="star")

    # What is told of the person at the end
    uptake = Column("i1", "accepted (1), did not (0), or still waiting (-1), first spell", fill=NOT_YET, missing=NOT_YET, writers="allocation")
    start_week = Column("i2", "week of acceptance, first spell", "week", NOT_YET, missing=NOT_YET, writers="allocation")
    end_week = Column("i2", "week of exit, first spell", "week", NOT_YET, missing=NOT_YET, writers="episodes, allocation, setback")
    exit_reason = Column("i1", "reason of exit, first spell", fill=NOT_YET, missing=NOT_YET, levels=EXIT_REASONS, writers="episodes, allocation, setback")
    exit_state = Column("i1", "state at the latest exit", fill=NOT_YET, missing=NOT_YET, levels=STATES, writers="episodes")
    first_contact_week = Column("i2", "week of the first attended contact", "week", NOT_YET, missing=NOT_YET, writers="contact")
    weeks_in_service = Column("i2", "weeks engaged, all spells", "weeks", writers="measures")
    contacts = Column("i2", "attended contacts", "count", writers="contact")
    worker_changes = Column("i2", "changes of link worker", "count", writers="workforce, allocation")
    worker_changes_managed = Column("i2", "managed changes of link worker", "count", writers="allocation")
    first_change_week = Column("i2", "week of the first change of worker", "week", NOT_YET, missing=NOT_YET, writers="workforce, allocation")
    onward_referrals = Column("i2", "onward referrals", "count", writers="onward_referral")
    activity_starts = Column("i2", "activities started", "count", writers="placement")
    activity_not_started = Column("i2", "activities offered a place in and not started", "count", writers="placement")
    activity_completions = Column("i2", "activities kept up (12 weeks or the course, 75% attended)", "count", writers="participation")
    attendances = Column("i2", "sessions attended", "count", writers="participation")
    sessions_due = Column("i2", "sessions due", "count", writers="participation")
    extensions = Column("i2", "extensions, all spells", "count", writers="engagement")
    reentries = Column("i2", "returns to the service", "count", writers="allocation")
    goals_achieved = Column("i2", "goals achieved or resolved", "count", writers="participation, goals")
    star_at = Column("f4", "recorded Star sum at the review of so many weeks", "points", np.nan, width=len(STAR_WEEKS), writers="star")
    star_areas_improved_26 = Column("i1", "areas better at the 26-week review than at the first", "count", NOT_YET, missing=NOT_YET, writers="star")
    star_area_reversals_104 = Column("i2", "falls of an area between successive reviews up to 104 weeks", "count", writers="star")
    star_exit = Column("f4", "recorded Star sum at a planned exit, first spell", "points", np.nan, writers="engagement")
    latent_exit_at = Column("f4", "latent Star sum so many weeks after the first exit", "points", np.nan, width=len(EXIT_WEEKS), writers="measures")
    reliance = Column("f4", "share of the gain that is the relationship, at the first exit or the end", "0-1", np.nan, writers="episodes")
    dropout_share_change = Column("f4", "share of the drop-out hazard due to a change of worker", "0-1", np.nan, writers="engagement")
    dropout_share_setback = Column("f4", "share of the drop-out hazard due to a setback", "0-1", np.nan, writers="engagement")

    def __init__(self, capacity: int, archive: Shelf | None = None) -> None:
        super().__init__(capacity)
        self.drawn = 0
        self.first_of_week = [0]  # row of the first person of each week, and of the next to come
        self.archive = Archive(archive)
        self.dropped = np.zeros(len(STATES), np.int64)  # people whose rows were dropped, by their last state

    def allocated(self) -> None:
        """Keep flat views of the goal columns: goal k of person i is at 3 i + k."""
        self._flat = {name: getattr(self, name).reshape(-1) for name in self.columns if name.startswith("goal_")}

    @property
    def ever(self) -> int:
        """How many people were referred so far."""
        return self.n + int(self.dropped.sum())

    def numbers(self) -> np.ndarray | None:
        """Return the number of each row, or None while every row is its own number."""
        return self.number[: self.drawn].astype(np.int64) if self.dropped.any() else None

    def by_state(self) -> np.ndarray:
        """Return how many of all people ever referred are in each state."""
        return np.bincount(self.state[: self.n], minlength=len(STATES)) + self.dropped

    def drop(self, rows: np.ndarray) -> np.ndarray:
        """Drop `rows` of people who are in the archive, and return the new row of each old one, -1 for those dropped."""
        stays = np.ones(self.drawn, bool)
        stays[rows] = False
        self.dropped += np.bincount(self.state[rows], minlength=len(STATES))
        self.keep(stays.nonzero()[0])
        before = np.concatenate(([0], stays.cumsum()))
        self.first_of_week = before[self.first_of_week].tolist()
        self.n, self.drawn = self.n - len(rows), self.drawn - len(rows)
        return np.where(stays, before[:-1], NOT_YET)

    def row_of(self, number: int) -> int:
        """Return the row of person `number`, or raise `ArchivedError` when there is none to write to."""
        row = int(self.number[: self.drawn].searchsorted(number))
        if row == self.drawn or self.number[row] != number or self.followed_until[row] >= 0:
            raise ArchivedError(f"person {number} is followed no further and was archived: nothing can be written of them.")
        return row

    def read(self, name: str, number: int) -> object:
        """Return what column `name` says of person `number`, from the archive for those followed no further."""
        try:
            return super().read(name, number)
        except ArchivedError:
            return self.archive.read(name, number)

    def engaged(self) -> np.ndarray:
        """Return the rows of those active or in maintenance."""
        return (self.state[: self.n] <= LAST_ENGAGED).nonzero()[0]

    def waiting(self) -> np.ndarray:
        """Return the rows of those on the waiting list."""
        return (self.state[: self.n] == WAITING).nonzero()[0]

    def is_engaged(self, rows: np.ndarray) -> np.ndarray:
        """Return whether each of `rows` is active or in maintenance."""
        return self.state[rows] <= LAST_ENGAGED

    def flat(self, name: str) -> np.ndarray:
        """Return a goal column as a view in which goal k of person i is at 3 i + k (spare rows included)."""
        return self._flat[name]

    def goals_in(self, stage: int) -> np.ndarray:
        """Return the flat numbers of the goals in `stage`, of everybody arrived."""
        return (self._flat["goal_stage"][: GOALS * self.n] == stage).nonzero()[0]

    def unblocked_goals_in(self, stage: int, week: int) -> np.ndarray:
        """Return the flat numbers of the goals in `stage` that nothing blocks in `week`, of everybody arrived."""
        stages, until = self._flat["goal_stage"][: GOALS * self.n], self._flat["goal_blocked_until"][: GOALS * self.n]
        return ((stages == stage) & (until <= week)).nonzero()[0]


def is_case(people: People, goals: np.ndarray) -> np.ndarray:
    """Return whether each flat goal is a case goal (money, where you live)."""
    return IS_CASE_AREA[people.flat("goal_area")[goals]]
