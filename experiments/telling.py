"""From a life to its dated sentences: what happened in each week, with routine meetings drawn together.

Events come from the run's log. What the log does not name (which goal, whether a new worker has called)
is read from the diary, by comparing a week with the week before.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from experiments.life import Life
from experiments.story_words import CASES, EXITS, GOAL_NAMES, GROUPS, PLAIN, SETBACKS, counted, forms, listed, number
from sim.people import FOR_GOOD, GOALS, LAPSED, OPEN, PRACTISING, QUEUED

ENGAGED = ("active", "maintenance")
AFTER_EXIT = ("completed", "time_limited", "disengaged")
PLANNED = {"completed", "time_limited"}  # such an exit brings a last Star, whether they meet in that week or not
# Within a week sentences follow this order; those of other kinds come last, in order of occurrence
ORDER = (
    "referred", "setback", "blocked", "recovered", "depressed", "remitted", "uptake", "worker_left", "handover_managed",
    "allocated", "touch", "contact", "star",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What happened from week `first` to week `last` since referral."""

    first: int
    last: int
    text: str


@dataclass
class Teller:
    """Walks through one life week by week. Its fields are what must be remembered between weeks."""

    life: Life
    entries: list[Entry] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)  # workers met in this spell
    routine: list[tuple[int, int, bool]] = field(default_factory=list)  # week, worker, whether the person came
    listed: int = 0
    lost: int | None = None  # week in which the worker was lost, until there is word of a new one
    star: float | None = None
    setback: int = 0
    referred_on: dict[int, int] = field(default_factory=dict)  # service to week

    def tell(self) -> list[Entry]:
        """Return all entries in order."""
        before = None
        by_week = dict(iter(self.life.events.groupby("week")))
        for now in self.life.diary.itertuples(index=False):
            events = by_week.get(now.week)
            rows = list(events.itertuples(index=False)) if events is not None else []
            self.tell_week(now, before, rows)
            before = now
        self.tell_routine()
        return self.entries

    def tell_week(self, now: tuple, before: tuple | None, rows: list[tuple]) -> None:
        """Add the entry of one week, if anything but routine meetings happened."""
        kinds = {row.kind for row in rows}
        said = []
        for row in rows:
            teller = getattr(self, f"on_{row.kind}", None)
            said.append((row.kind, teller(row, now, kinds) if teller else PLAIN.get(row.kind, "")))
        said += self.changes(now, before, kinds)
        said.append(("end", self.ending(now, kinds)))
        if any(sentence for _, sentence in said):
            said += self.routine_of(now.week)
        said.sort(key=lambda one: ORDER.index(one[0]) if one[0] in ORDER else len(ORDER))
        text = " ".join(capital(self.fill(sentence)) for _, sentence in said if sentence)
        if text:
            self.tell_routine()
            self.entries.append(Entry(now.week, now.week, text))

    def fill(self, sentence: str) -> str:
        """Put the words for this person into `sentence`."""
        return sentence.format(**forms(bool(self.life.who["female"])))

    def routine_of(self, week: int) -> list[tuple[str, str]]:
        """Take this week's routine meetings back, to be told with what else happened."""
        own = [one for one in self.routine if one[0] == week]
        self.routine = [one for one in self.routine if one[0] != week]
        return [("contact", f"{{She}} {'meets' if came else 'misses a meeting with'} link worker {self.life.name_of(worker)}.") for _, worker, came in own]

    def tell_routine(self) -> None:
        """Draw the routine meetings since the last entry together in one entry."""
        if not self.routine:
            return
        parts = []
        for worker in dict.fromkeys(worker for _, worker, _ in self.routine):
            came = [attended for _, of, attended in self.routine if of == worker]
            met, missed = sum(came), len(came) - sum(came)
            name, often = f"link worker {self.life.name_of(worker)}", f" {times(met)}" if met > 1 or missed else ""
            lacking = "a meeting" if missed == 1 else counted(missed, "meeting")
            if met:
                parts.append(f"{{she}} meets {name}{often}" + (f" and misses {lacking}" if missed else ""))
            else:
                parts.append(f"{{she}} misses {lacking} with {name}")
        self.entries.append(Entry(self.routine[0][0], self.routine[-1][0], capital(self.fill("; ".join(parts) + "."))))
        self.routine = []

    # What the event log says

    def on_referred(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """The referral, and how the person is then."""
        low = " {She} is in an episode of depression at the time." if now.depressed and "depressed" not in kinds else ""
        return ("{She} is referred to the service." if self.life.served else "{She} is referred, but there is no service: {she} has usual care.") + low

    def on_uptake(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """Taken on, for the first time or again."""
        waited = now.week - self.listed
        wait = f" after {counted(waited, 'week')} on the waiting list" if waited else " in the same week"
        knows = row.worker in self.seen
        self.seen = set()
        name = f"Link worker {self.life.name_of(row.worker)}"
        if "reentered" in kinds:
            return f"{name}{', who knows {them},' if knows else ''} takes {{them}} on again{wait}."
        return f"{name} takes {{them}} on{wait}."

    def on_left_list(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """Left while waiting."""
        return f"{{She}} leaves the waiting list after {counted(now.week - self.listed, 'week')}."

    def on_contact(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """A meeting: told in full when it is the first, brings a Star review or a referral on; else routine."""
        name = f"link worker {self.life.name_of(row.worker)}"
        first, new = not self.seen, row.worker not in self.seen
        self.seen.add(row.worker)
        areas = [self.life.service_areas[s] for s in self.sent_on(now.week)]
        onward = f", who refers {{them}} on to {listed([GROUPS[area] for area in areas])}" if areas else ""
        if first:
            return f"First meeting with {name}{onward}."
        if new:
            return f"First meeting with {f'the new {name}' if row.worker == now.link_worker else f'{name}, who stands in'}{onward}."
        if onward or "star" in kinds:
            return f"{{She}} meets {name}{onward}."
        self.routine.append((now.week, row.worker, True))
        return ""

    def sent_on(self, week: int) -> list[int]:
        """Return the services to which the person is referred on in `week`."""
        events = self.life.events
        services = events.loc[(events["week"] == week) & (events["kind"] == "onward_referral"), "service"].tolist()
        self.referred_on |= dict.fromkeys(services, week)
        return services

    def on_missed_contact(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """A meeting missed: told when it was to be the first."""
        if self.seen:
            self.routine.append((now.week, row.worker, False))
            return ""
        return "{She} does not come to the first meeting."

    def on_star(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """A Star review, beside the one before."""
        return "" if pd.isna(now.star) or kinds & PLANNED else self.star_beside_last(now, "Star review")  # a last Star: told by `ending`

    def star_beside_last(self, now: tuple, name: str) -> str:
        """Say what a Star adds up to, beside the one before."""
        was, self.star = self.star, now.star
        if was is None:
            return f"The Star they fill in adds up to {now.star:.0f} of 40."
        turn = "as before" if now.star == was else f"{'up' if now.star > was else 'down'} from {was:.0f}"
        return f"The {name} adds up to {now.star:.0f}, {turn}."

    def on_placed(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """An activity begun."""
        waited = now.week - self.referred_on.get(row.service, now.week)
        begins = "gets an appointment and starts" if self.life.service_areas[row.service] in CASES else "gets a place and starts at"
        return f"{{She}} {begins} {self.group(row.service, 'the')}" + (f", {counted(waited, 'week')} after being referred on." if waited else ".")

    def on_not_started(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """A place not taken up."""
        offer = "an appointment for" if self.life.service_areas[row.service] in CASES else "a place for {them} at"
        return f"There is {offer} {self.group(row.service, 'the')}, but {{she}} does not go."

    def on_left_activity(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """An activity broken off: closed, missed too often, or the place cut."""
        if self.life.service_closed.get(row.service) == now.week:
            return f"{self.group(row.service, 'the')} closes."
        area = self.life.service_areas[row.service]
        misses = [getattr(now, f"goal_misses_{g}") for g in range(GOALS) if self.area(now, g) == area]
        if max(misses, default=0) >= 2:
            return f"{{She}} misses {self.group(row.service, 'the')} {times(max(misses))} in a row and stops going."
        return f"{{She}} loses {{her}} place at {self.group(row.service, 'the')}."

    def on_finished_activity(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """An activity that has run its course."""
        if row.service < 0:
            return "" if "goal_achieved" in kinds else "The advice has run its course, but the problem is not solved."
        case = self.life.service_areas[row.service] in CASES
        return f"{{She}} finishes {self.group(row.service, 'the')}" + (", with the problem not solved yet." if case else " and goes on by {self}.")

    def on_setback(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """A setback, with what it brings."""
        self.setback = now.week
        size = SETBACKS.get(round(now.severity, 1), "short")
        return f"A {size} setback" + (", with an emergency admission to hospital." if "admission" in kinds else ".")

    def on_recovered(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """The end of a setback."""
        return f"The setback is over after {counted(now.week - self.setback + 1, 'week')}." if now.week > self.setback else ""

    def on_worker_left(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """The worker leaves without a handover."""
        leaves = f"Link worker {self.life.name_of(row.worker)} leaves without a handover"
        if now.link_worker >= 0 and not now.awaiting_call and now.state in ENGAGED:
            return f"{leaves}; somebody new is in touch in the same week."
        self.lost = now.week
        return f"{leaves}; {{she}} has to wait until somebody new is in touch."

    def on_handover_managed(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """A joint meeting."""
        return f"{{Her}} link worker is leaving, and hands {{them}} over to link worker {self.life.name_of(row.worker)} at a joint meeting."

    def on_allocated(self, row: tuple, now: tuple, kinds: set[str]) -> str:
        """A new worker has the person on the list."""
        return f"{{She}} is now on the list of link worker {self.life.name_of(row.worker)}" + (", who has not called yet." if now.awaiting_call else ".")

    # What the diary shows

    def changes(self, now: tuple, before: tuple | None, kinds: set[str]) -> list[tuple[str, str]]:
        """Return what changed since the week before that the log does not name, as `(kind, sentence)`."""
        if before is None:
            return []
        said = [("touch", self.in_touch(now, before, kinds))]
        if "setback" in kinds:
            said.append(("blocked", self.blocked(now, before)))
        said.append(("goals", self.new_goals(now, before)))
        said += [("goal", self.goal_change(goal, now, before, kinds)) for goal in range(GOALS)]
        if now.state == "waiting" and before.state in AFTER_EXIT:
            self.listed = now.week
            said.append(("back", "{She} asks to come back, and joins the waiting list again."))
        return said

    def in_touch(self, now: tuple, before: tuple, kinds: set[str]) -> str:
        """Say that the new worker has called, or the person has phoned: the model keeps only that they are in touch."""
        if self.lost is None or not before.awaiting_call or now.awaiting_call or now.state not in ENGAGED:
            return ""
        silent, self.lost = now.week - self.lost, None
        return f"{counted(silent, 'week').capitalize()} after {{her}} worker left, {{she}} and link worker {self.life.name_of(now.link_worker)} are in touch."

    def blocked(self, now: tuple, before: tuple) -> str:
        """Say which goals a setback's treatment stands in the way of."""
        until = {goal: getattr(now, f"goal_blocked_until_{goal}") for goal in range(GOALS)}
        fresh = [goal for goal, week in until.items() if week > getattr(before, f"goal_blocked_until_{goal}") and now.alive]
        if not fresh:
            return ""
        how = "until the goal is planned anew" if any(until[goal] == FOR_GOOD for goal in fresh) else "for now"
        return f"Its treatment stands in the way of {listed([GOAL_NAMES[self.area(now, goal)] for goal in fresh])} {how}."

    def new_goals(self, now: tuple, before: tuple) -> str:
        """Say which goals take the place of others."""
        fresh = [GOAL_NAMES[self.area(now, goal)] for goal in range(GOALS) if self.area(now, goal) != self.area(before, goal)]
        return f"{{Her}} new goal{'s' if len(fresh) > 1 else ''}: {'; '.join(fresh)}." if fresh else ""

    def goal_change(self, goal: int, now: tuple, before: tuple, kinds: set[str]) -> str:
        """Say what changed in one goal."""
        area = self.area(now, goal)
        name, was, stage = GOAL_NAMES[area], getattr(before, f"goal_stage_{goal}"), getattr(now, f"goal_stage_{goal}")
        if self.area(before, goal) != area:
            return ""  # told by new_goals
        if getattr(now, f"goal_achieved_{goal}") and not getattr(before, f"goal_achieved_{goal}"):
            problem = "money" if area == "money" else "housing"
            return f"The problem with {problem} is solved." if area in CASES else f"{{She}} has reached every small step of {{her}} goal: {name}."
        if stage == PRACTISING and was == LAPSED:
            return f"{{She}} goes back to {name}."
        if stage == PRACTISING and was in (OPEN, QUEUED) and "finished_activity" not in kinds:
            return f"{{She}} makes a start on {{her}} own, without a group: {name}."
        if stage == LAPSED and was == PRACTISING:
            return f"{{She}} lets {{her}} practice lapse: {name}."
        if stage == OPEN and was == QUEUED and now.state in ENGAGED and not kinds & {"not_started", "placed"}:
            closed = self.life.service_closed_in(before, goal, now.week)
            why = "closes before there is a place" if closed else "has no place within the time {she} can wait"
            return f"{self.group(int(getattr(before, f'goal_service_{goal}')), 'the')} {why}; the goal is open again."
        return ""

    def ending(self, now: tuple, kinds: set[str]) -> str:
        """Say how a spell, or the record, ends this week."""
        if "gone" in kinds:
            return "{She} dies or moves away: the record ends."
        if not kinds & set(AFTER_EXIT):
            return ""
        spells = self.life.spells
        reason = str(spells.loc[spells["end_week"] == now.week, "exit_reason"].iloc[-1])
        silent, self.lost = 0 if self.lost is None else now.week - self.lost, None
        waited = f" For {counted(silent, 'week')} no new link worker had been in touch." if silent else ""
        last = "" if pd.isna(now.star) or not kinds & PLANNED else f" {self.star_beside_last(now, 'last Star')}"
        return EXITS[reason] + last + waited

    def area(self, week: tuple, goal: int) -> str:
        """Return the Star area of a goal in a week of the diary."""
        return self.life.area_of(int(getattr(week, f"goal_area_{goal}")))

    def group(self, service: int, article: str = "a") -> str:
        """Return what a service is called: 'a social group', 'the social group'."""
        name = GROUPS[self.life.service_areas[service]]
        return f"the {name[2:]}" if article == "the" and name.startswith("a ") else name


def capital(sentence: str) -> str:
    """Return `sentence` with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def times(count: int) -> str:
    """Return 'once', 'twice' or 'three times'."""
    return {1: "once", 2: "twice"}.get(count, f"{number(count)} times")
