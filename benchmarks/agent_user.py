"""A person referred as a plain Mesa agent, with goals as plain objects: the rules of four weekly processes.

Setbacks, contact, participation, and wellbeing with drop-out, at their default policies (`sim/processes`
has the same rules on columns). Luck comes from the model's own `random`. Only for `make bench`.
"""

from __future__ import annotations

from math import exp, log

import mesa

from sim.parameters import WEEKS_PER_MONTH
from sim.people import (
    ACTIVE,
    ATTENDING,
    DISENGAGED,
    FAMILY,
    FOR_GOOD,
    LAPSED,
    LIFESTYLE,
    MAINTENANCE,
    OPEN,
    POSITIVE,
    PRACTISING,
    QUEUED,
    RESOLVED,
    SELF_CARE,
    SUPPORTIVE,
    UNSUPPORTIVE,
)  # fmt: skip
from sim.processes.participation import CONTACT_HELPS_WEEKS, FULL
from sim.processes.setback import SERIOUS, SEVERITIES

TRAITS = ("setback_hazard", "fading", "willpower", "environment", "household", "isolated", "minority", "habit_rate", "star_baseline")
STATE = (
    "state", "confidence", "motivation", "trust", "trust_ceiling", "trust_stored", "severity", "setback_left", "setbacks", "admissions", "depressed",
    "dip", "latent", "latent_sum", "peers", "met", "interval", "due_week", "not_before_week", "last_contact_week", "covered_week", "spell_start",
    "awaiting_call", "handover_due", "contacts", "next_review", "review_areas", "sessions_due", "attendances", "activity_completions",
    "goals_achieved", "lapses_in_maintenance",
)  # fmt: skip
GOAL = ("stage", "progress", "habit", "since", "barriers", "blocked_until", "misses", "due", "attended", "peers", "achieved")


def chance(logit: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + exp(-logit))


class Goal:
    """One goal of a person; `adapted` and `course` are those of the service attended, if any."""

    __slots__ = ("adapted", "area", "course", "is_case", *GOAL)

    def advance_case(self, user: ServiceUser, progress: float, week: int) -> None:
        """Move a case on; a full one is resolved with a chance, else it reopens from the start."""
        self.progress += progress
        if self.progress < FULL:
            return
        p = user.model.p
        if self.stage == ATTENDING:
            self.peers *= p.activity.peer_kept
        self.since = week
        if user.random.random() < p.habit.case_resolved:
            self.stage, self.progress, self.achieved = RESOLVED, 1.0, True
            user.goals_achieved += 1
        else:
            self.stage, self.progress = OPEN, 0.0

    def firm_up(self, user: ServiceUser, step: float, mini_goals: int) -> None:
        """Strengthen habit and progress after a success."""
        self.habit += user.habit_rate * (1 - self.habit)
        self.progress = min(1.0, self.progress + step / mini_goals)
        if self.progress >= FULL and not self.achieved:
            self.achieved = True
            user.goals_achieved += 1

    def move_to(self, stage: int, week: int) -> None:
        """Begin another stage."""
        self.stage, self.since = stage, week


class ServiceUser(mesa.Agent):
    """A person referred, whatever their state."""

    __slots__ = ("goals", "link_worker", "number", *TRAITS, *STATE)

    def is_engaged(self) -> bool:
        """Return whether the person is active or in maintenance."""
        return self.state == ACTIVE or self.state == MAINTENANCE

    # Setbacks

    def risk_setback(self, week: int) -> None:
        """Let a setback begin, if none is running."""
        if self.setback_left:
            return
        q = self.model.p.setbacks
        hazard = self.setback_hazard * (q.confidence_base - q.confidence_slope * self.confidence) / WEEKS_PER_MONTH
        if self.random.random() < 1 - exp(-hazard):
            self.begin_setback(week)

    def begin_setback(self, week: int) -> None:
        """Draw how bad it is and how long it lasts, and undo what it undoes."""
        q, luck = self.model.p.setbacks, self.random.random()
        kind = 0 if luck < q.minor_share else 1 if luck < 1 - q.major_share else 2
        median = (q.weeks_minor, q.weeks_moderate, q.weeks_major)[kind]
        self.severity = severity = float(SEVERITIES[kind])
        self.setback_left = max(1, round(self.random.lognormvariate(log(median), q.weeks_sigma)))
        self.setbacks += 1
        self.admissions += self.random.random() < (q.admission_minor, q.admission_moderate, q.admission_major)[kind]
        self.motivation = max(0.0, self.motivation - q.motivation_lost * severity)
        self.confidence = max(0.0, self.confidence - q.confidence_lost * severity)
        for goal in self.goals:
            if goal.stage != RESOLVED:
                goal.progress *= 1 - q.progress_lost * severity
            if severity >= SERIOUS and goal.area in (LIFESTYLE, SELF_CARE) and self.random.random() < q.block_probability:
                self.block(goal, week)
        if self.is_engaged():
            self.reach_out_or_stay_away(week)

    def block(self, goal: Goal, week: int) -> None:
        """Let a treatment block a goal for a while, or for good."""
        q = self.model.p.setbacks
        if self.random.random() >= q.block_for_good:
            goal.blocked_until = max(goal.blocked_until, week + self.setback_left + q.block_extra_weeks)
            return
        goal.blocked_until = FOR_GOOD
        if goal.stage == ATTENDING:
            goal.peers *= self.model.p.activity.peer_kept
        if goal.stage in (ATTENDING, QUEUED):
            goal.stage = OPEN

    def reach_out_or_stay_away(self, week: int) -> None:
        """Ask for a meeting, or stay away until well again."""
        p = self.model.p
        if self.random.random() < p.contact.ask_base + p.contact.ask_trust * self.trust:
            self.due_week = min(self.due_week, week + 1)
            self.not_before_week = min(self.not_before_week, week + 1)
        elif self.met:
            weeks = min(self.setback_left + p.contact.setback_return_weeks, p.wellbeing.review_weeks)
            self.not_before_week = max(self.not_before_week, week + weeks)

    def recover(self) -> None:
        """Count a week off a running setback."""
        if self.setback_left:
            self.setback_left -= 1
            if self.setback_left == 0:
                self.severity = 0.0

    # Contact

    def plan_contact(self, week: int) -> None:
        """Set the interval wanted, and find or be found by a new worker."""
        p, intervals = self.model.p, self.model.intervals
        interval = intervals[min(week - self.spell_start, len(intervals) - 1)]
        if self.state == MAINTENANCE:
            interval = max(interval, p.contact.maintenance_interval)
        self.interval = max(interval / 2, min(interval, 2)) if self.severity > 0 else interval
        if self.awaiting_call and self.link_worker is not None:
            random, q = self.random.random, p.handover
            found = random() < q.call_per_week or random() < q.phone_per_week * self.confidence**2
            if found or (self.covered_week == week and random() < q.call_within_week):
                self.awaiting_call, self.handover_due, self.due_week = False, True, week

    def is_due(self, week: int) -> bool:
        """Return whether a meeting is due."""
        if self.awaiting_call or self.not_before_week > week:
            return False
        return not self.met or self.due_week <= week or week - self.last_contact_week >= self.interval

    def priority(self, week: int) -> float:
        """Return how pressing the meeting is."""
        q = self.model.p.contact
        lateness = (week - self.last_contact_week) / self.interval
        return lateness + q.priority_first * (not self.met) + q.priority_handover * self.handover_due + q.priority_setback * self.severity

    def meeting_hours(self) -> float:
        """Return the diary time of the meeting."""
        q = self.model.p.contact
        hours = q.first_hours if not self.met else q.check_in_hours if self.state == MAINTENANCE else q.follow_up_hours
        return hours + q.setback_hours * (self.severity > 0) + q.instrumental_hours * (self.open_case() is not None)

    def open_case(self) -> Goal | None:
        """Return the first case not yet resolved."""
        return next((goal for goal in self.goals if goal.is_case and goal.stage != RESOLVED), None)

    def meet(self, quality: float, week: int) -> bool:
        """Come to the meeting or miss it; return which."""
        q, low = self.model.p.contact, self.depressed or self.severity > 0
        logit = q.attend_logit + (self.confidence - 0.45) + (self.motivation - 0.5)
        logit -= q.attend_setback * self.severity + q.attend_depressed * self.depressed + q.attend_first * (not self.met)
        if self.random.random() >= chance(logit):
            self.not_before_week = week + q.rebook_weeks
            return False
        share = min(1.0, q.trust_gain * quality * (q.emotional_factor if low else 1))
        self.trust += share * max(0.0, self.trust_ceiling - self.trust)
        self.confidence += (q.confidence_gain + q.emotional_confidence * low) * (1 - self.confidence)
        self.motivation += min(1.0, q.motivation_gain * quality) * (1 - self.motivation)
        self.get_support(week)
        if week - self.spell_start >= self.next_review * self.model.p.wellbeing.review_weeks:
            self.review(week)
        self.met, self.handover_due = True, False
        self.last_contact_week, self.due_week = week, FOR_GOOD
        self.contacts += 1
        return True

    def get_support(self, week: int) -> None:
        """Get help with a case, replan a blocked goal, restart a lapsed one: the first of each."""
        q, random = self.model.p.contact, self.random.random
        case = self.open_case()
        if case is not None:
            case.advance_case(self, q.instrumental_progress, week)
        blocked = next((goal for goal in self.goals if goal.blocked_until == FOR_GOOD), None)
        if blocked is not None and random() < q.replan_probability:
            blocked.blocked_until = week
        lapsed = next((goal for goal in self.goals if goal.stage == LAPSED), None)
        if lapsed is not None and random() < q.restart_factor * self.motivation:
            lapsed.move_to(PRACTISING, week)

    def review(self, week: int) -> None:
        """Fill in a Star with the worker."""
        q, gauss = self.model.p.wellbeing, self.random.gauss
        kind = q.kindness * self.trust / 8
        self.review_areas = [min(max(round(level + kind + gauss(0, q.review_noise_sd)), 1), 5) for level in self.latent]
        self.next_review = 1 + ((week - self.spell_start) // q.review_weeks if self.met else 0)

    # Participation

    def take_part(self, week: int) -> None:
        """Go to sessions, practise, firm up or lose habits, lapse and restart."""
        p = self.model.p
        success = gave_up = False
        for goal in self.goals:
            stage, habit = goal.stage, goal.habit
            goal.habit = habit * (1 - p.habit.decay)
            if stage == ATTENDING:
                if goal.blocked_until <= week and self.attend(goal, habit, week):
                    success = True
                if goal.stage == ATTENDING:
                    gave_up = self.finish_activity(goal, week) or gave_up
            elif stage == PRACTISING and goal.blocked_until <= week and self.practises(habit):
                goal.habit, success = habit, True
                goal.firm_up(self, 1.0, p.habit.mini_goals)
        if success:
            q = p.habit
            self.motivation += q.success_motivation * (1 - self.motivation)
            if self.household == SUPPORTIVE:
                self.motivation += q.household_motivation * (1 - self.motivation)
            self.confidence += q.success_confidence * (1 - self.confidence)
        if gave_up:
            self.motivation = max(0.0, self.motivation - p.activity.lapse_motivation)
        first, second, third = self.goals
        self.peers = max(first.peers, second.peers, third.peers)
        self.lapse_or_restart(ATTENDING in (first.stage, second.stage, third.stage), week)

    def attend(self, goal: Goal, habit: float, week: int) -> bool:
        """Go to this week's session or miss it; return which."""
        p = self.model.p
        q = p.activity
        logit = q.attend_logit + (self.confidence - 0.45) + q.attend_motivation * (self.motivation - 0.5)
        logit -= q.attend_setback * self.severity + q.attend_depressed * self.depressed + q.attend_barrier * goal.barriers
        logit += q.attend_habit * habit + q.attend_peers * (goal.peers - 0.3)
        goal.due += 1
        self.sessions_due += 1
        if goal.since != week and self.random.random() >= chance(logit):
            goal.misses += 1
            return False
        goal.misses = 0
        goal.attended += 1
        self.attendances += 1
        goal.peers += min(1.0, q.peer_gain * (q.peer_isolated if self.isolated else 1.0)) * (1 - goal.peers)
        if goal.is_case:
            goal.advance_case(self, p.habit.case_progress, week)
            if goal.stage != ATTENDING:
                self.count_completion(goal)
        else:
            goal.habit = habit
            misfit = goal.area == LIFESTYLE and self.minority and not goal.adapted
            goal.firm_up(self, q.unadapted_progress if misfit else 1.0, p.habit.mini_goals)
        return True

    def practises(self, habit: float) -> bool:
        """Return whether the person practises alone this week."""
        q, a = self.model.p.habit, self.model.p.activity
        logit = q.practice_logit + a.attend_motivation * (self.motivation - 0.5) - q.practice_setback * self.severity
        return self.random.random() < chance(logit + q.practice_habit * habit - a.attend_depressed * self.depressed)

    def finish_activity(self, goal: Goal, week: int) -> bool:
        """End an activity: by misses in a row, at its end, or with a firm habit; return whether it was given up."""
        p = self.model.p
        q, weeks = p.activity, week - goal.since + 1
        gave_up = goal.misses >= q.misses_to_leave
        if goal.is_case:
            ended = at_mark = weeks >= p.community.advice_weeks
        else:
            at_mark = weeks == p.community.course_weeks
            if goal.course:
                ended = weeks >= p.community.course_weeks
            else:
                ended = goal.habit > q.open_group_habit and self.random.random() < q.open_group_leave
        if gave_up or ended or at_mark:
            if at_mark and not gave_up:
                self.count_completion(goal)
            if gave_up or ended:
                goal.peers *= q.peer_kept
                goal.move_to(OPEN if goal.is_case else LAPSED if gave_up else PRACTISING, week)
                if gave_up and not goal.is_case and self.state == MAINTENANCE:
                    self.lapses_in_maintenance += 1
        return gave_up

    def count_completion(self, goal: Goal) -> None:
        """Count an activity kept up."""
        self.activity_completions += goal.due > 0 and goal.attended >= self.model.p.activity.completed_share * goal.due

    def lapse_or_restart(self, grouped: bool, week: int) -> None:
        """Let self-practice lapse, and lapsed goals melt or be taken up again."""
        q, random = self.model.p.habit, self.random.random
        motivation_lost = 0.0
        engaged = self.is_engaged()
        fading = 0.0 if engaged or grouped else q.fading_alone * self.fading
        for goal in self.goals:
            if goal.stage == PRACTISING:
                if random() < 1 - exp(-self.lapse_hazard(goal, fading, grouped, engaged, week)):
                    goal.move_to(LAPSED, week)
                    goal.progress *= 1 - q.lapsed_progress
                    motivation_lost = q.lapse_motivation
                    self.lapses_in_maintenance += self.state == MAINTENANCE
            elif goal.stage == LAPSED:
                goal.progress *= 1 - q.lapsed_progress
        self.motivation = max(0.0, self.motivation - motivation_lost)
        for goal in self.goals:
            if goal.stage == LAPSED and goal.since < week and goal.blocked_until <= week and random() < q.restart_alone * self.motivation * exp(-fading):
                goal.move_to(PRACTISING, week)

    def lapse_hazard(self, goal: Goal, fading: float, grouped: bool, engaged: bool, week: int) -> float:
        """Return the weekly hazard that self-practice lapses."""
        q = self.model.p.habit
        hazard = q.lapse / WEEKS_PER_MONTH * exp(fading - q.lapse_habit * goal.habit - q.lapse_environment * self.environment)
        hazard *= 1.4 - q.lapse_willpower * self.willpower
        if self.severity > 0:
            hazard *= q.lapse_setback
        if grouped or (engaged and self.met and week - self.last_contact_week <= CONTACT_HELPS_WEEKS):
            hazard *= q.lapse_supported
        return hazard * q.lapse_unsupportive if self.household == UNSUPPORTIVE else hazard

    # Wellbeing and drop-out

    def feel(self) -> None:
        """Move the eight latent areas towards their targets."""
        p, gauss = self.model.p, self.random.gauss
        q = p.wellbeing
        self.dip *= self.model.dip_kept
        loss = (self.dip + p.setbacks.wellbeing_loss * self.severity + p.mood.wellbeing_loss * self.depressed) / 8
        target = [level - loss for level in self.star_baseline]
        target[POSITIVE] += q.trust_positive * self.trust
        target[FAMILY] += q.trust_family * self.trust + q.peer_family * self.peers
        for goal in self.goals:
            if not goal.is_case:
                target[goal.area] += q.goal_effect * (q.habit_weight * goal.habit + (1 - q.habit_weight) * goal.progress)
            elif goal.stage == RESOLVED:
                target[goal.area] += q.case_effect
        share, sd = q.adjustment, q.noise_sd
        self.latent = [min(max(level + share * (wanted - level) + gauss(0.0, sd), 1.0), 5.0) for level, wanted in zip(self.latent, target, strict=True)]
        self.latent_sum = sum(self.latent)

    def risk_drop_out(self, week: int) -> None:
        """Let an engaged person drop out."""
        q = self.model.p.dropout
        late = (week - self.last_contact_week) / self.interval - 1.5 if self.met else (week - self.spell_start) / 2 - 1.5
        logs = q.lateness * min(max(late, 0.0), 4.0) + q.early * exp((self.spell_start - week) / 5) + q.depressed * self.depressed
        logs -= q.trust * self.trust + q.confidence * (self.confidence - 0.45)
        first, second, third = self.goals
        logs -= q.progress * (first.progress + second.progress + third.progress) / 3
        hazard = q.hazard * exp(logs + q.awaiting_call * self.awaiting_call + q.setback * self.severity)
        if self.state == MAINTENANCE:
            hazard *= q.maintenance_factor
        if self.random.random() < 1 - exp(-hazard):
            self.leave()

    def leave(self) -> None:
        """Drop out: contacts stop, the queue place is given up, trust is stored."""
        if self.link_worker is not None:
            del self.link_worker.caseload[self.number]
        for goal in self.goals:
            if goal.stage == QUEUED:
                goal.stage = OPEN
        self.state, self.link_worker = DISENGAGED, None
        self.trust_stored, self.trust = self.trust, 0.0
        self.awaiting_call = self.handover_due = False
        self.due_week = FOR_GOOD
