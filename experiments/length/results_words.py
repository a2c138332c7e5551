"""The sentences of docs/results/length.md that quote figures: each takes its numbers from the tables beside the page, so that none can go stale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.length.command import posts_of
from experiments.length.estimands import AFTER_EXIT, ENOUGH
from experiments.length.figures.shown import mode_name, of_length, order, plain_length
from experiments.length.measures import LATER, OWN, PRIMARY, WAITED
from experiments.length.policies import POLICIES
from experiments.length.question import BACKLOG, EQUAL_SPEND, EQUAL_WAITS, FIXED, OPEN
from experiments.length.report.material import Told
from experiments.length.report.sentences import by_complexity, people_counted
from experiments.length.results_tables import CHANGED, OPEN_ENDED, REFERENCE, SHORT, change_of, kept, number, sides
from experiments.length.robustness import AS_IT_IS, SEEDS
from experiments.length.statistics import needed
from experiments.report.rule import Verdict, verdict
from experiments.report.sentences import listed
from experiments.whatif.measures import MEASURES

MARGIN = MEASURES["gain_over_usual_care_260"].margin  # Star points: the smallest difference that `spsim compare` counts as mattering
NOBODY_BACK = "`programme.reentry` = 0"
BEFORE = {"104": "78"}  # the length tried before the reference


@dataclass(frozen=True)
class Words:
    """The sentences of the page: an answer, and what was found when one number was moved."""

    m: Told
    moved: pd.DataFrame

    def at(self, length: str, measure: str, mode: str = FIXED) -> float:
        """Return the mean of a measure over runs."""
        row = self.m.row(mode, length, measure)
        if row is None:
            raise KeyError(f"{measure} of {length} in {mode} is not in the tables")
        return float(row["value"])

    def told(self, length: str, measure: str, mode: str = FIXED, places: int = 2) -> str:
        """Return it as text."""
        return plain(self.at(length, measure, mode), places)

    def change(self, length: str, measure: str, mode: str = FIXED) -> str:
        """Return a difference from the reference length, with its interval."""
        row = self.m.change(mode, length, measure)
        if row is None:
            raise KeyError(f"the difference of {length} in {measure} in {mode} is not in the tables")
        return number(row["difference"], row["ci_low"], row["ci_high"], 2)

    def side(self, name: str, length: str, measure: str, mode: str = FIXED) -> float:
        """Return the mean of a measure where one number was moved."""
        return float(sides(self.moved, mode)[name]["mean"][length, measure])

    def says(self) -> list[str]:
        """Return what the tables say, a paragraph each."""
        return [
            self.same_posts(), self.coming_back(), self.returns(), self.fading(), self.relationship(), self.last_step(), self.full(), self.waits(),
            self.spend(), self.complexity(), self.policies(),
        ]  # fmt: skip

    def counted(self) -> str:
        """Return who counts, and how many have no primary outcome."""
        return people_counted(self.m)

    def same_posts(self) -> str:
        """Return what lengths keep at the same posts."""
        shares = {length: self.at(length, PRIMARY) / self.at(OPEN, PRIMARY) for length in self.m.lengths if length != OPEN}
        steps = [length for length in self.m.lengths if length in ("78", "104", "156")]
        rises = [
            f"from {plain_length(one)} to {plain_length(two)} by {plain(self.at(two, PRIMARY) - self.at(one, PRIMARY), 2)} points"
            for one, two in zip(steps, steps[1:], strict=False)
        ]
        return (
            "**With posts fixed and an empty start, longer programmes give more at five years, and less and less of it.** Of what no limit gives, "
            f"{listed([f'{plain_length(length)} {verb(length)} {share:.0%}' for length, share in shares.items()])}; the needed length is "
            f"{needed_in(self.m, FIXED)}. The gain rises {listed(rises)}. Hardly anybody of the cohort waits for anybody else's longer stay here, so this "
            "mode flatters length."
        )

    def coming_back(self) -> str:
        """Return what part of the gain is people who come back."""
        pairs = {length: (self.side(AS_IT_IS, length, PRIMARY), self.side(NOBODY_BACK, length, PRIMARY)) for length in (SHORT, REFERENCE, OPEN_ENDED)}
        parts = {length: 1 - without / whole for length, (whole, without) in pairs.items()}
        told = [f"{plain(without, 2)} and not {plain(whole, 2)} points with {of_length(length)}" for length, (whole, without) in pairs.items()]
        return (
            f"**Much of what a programme with a limit gives at five years is given to people who come back: {parts[REFERENCE]:.0%} of the gain with "
            f"{of_length(REFERENCE)}, {parts[SHORT]:.0%} with {of_length(SHORT)}, {parts[OPEN_ENDED]:.0%} with no limit.** Where nobody may come back, the "
            f"gain is {listed(told)} (same posts, {SEEDS} runs). How many come back is assumed (`programme.reentry`, grade D); with fewer, a limit costs more."
        )

    def fading(self) -> str:
        """Return how gains go on fading after the end, and what hides it."""
        lost = self.losses((REFERENCE, OPEN), self.at)
        unhidden = self.losses((SHORT, REFERENCE), lambda length, name: self.side(NOBODY_BACK, length, name))
        usual, without = ([plain(self.side(name, REFERENCE, measure), 2) for measure in EXITS] for name in (AS_IT_IS, NOBODY_BACK))
        return (
            "**After the end gains go on fading, and those who come back hide it.** Of their gain people lose, within one and within two years of discharge, "
            f"{lost} (Star points); what leaned on the relationship is {self.told(REFERENCE, 'dependency')} and {self.told(OPEN, 'dependency')} of it. Where "
            f"nobody may come back they lose {unhidden} ({SEEDS} runs). Gains one and two years after planned exit, {usual[0]} and {usual[1]} with "
            f"{of_length(REFERENCE)}, count those who came back: where nobody may, they are {without[0]} and {without[1]}. After short programmes people lose "
            f"less than what leaned on the relationship ({self.told(SHORT, LOSSES[0])} within a year with {of_length(SHORT)}, where that was "
            f"{self.told(SHORT, 'dependency')}): part of what they took up is still growing."
        )

    def losses(self, lengths: Sequence[str], value: Callable[[str, str], float]) -> str:
        """Return what is lost within one and two years of discharge, by length."""
        return ", ".join(f"with {of_length(length)} {' and '.join(plain(value(length, name), 2) for name in LOSSES)}" for length in lengths)

    def relationship(self) -> str:
        """Return what no limit adds, with and without what leans on the relationship, in each mode."""
        adds = [f"{self.change(OPEN, PRIMARY, mode)}, without that part {self.change(OPEN, OWN, mode)} ({mode_name(mode)})" for mode in self.m.modes]
        lengths = self.m.lengths
        own = {mode: place(lengths, needed(np.array([self.at(length, OWN, mode) for length in lengths]))) for mode in self.m.modes}
        return (
            f"**Part of what no limit adds to {of_length(REFERENCE)} leans on a relationship that still runs.** It adds {listed(adds, '; ')}. By the same rule "
            f"of {ENOUGH:.0%}, applied to the gain without that part, the needed length is {by_mode(own)}."
        )

    def last_step(self) -> str:
        """Return what the step from the longest limit to no limit takes and gives."""
        own = self.m.answer.marginal
        own = own[(own["mode"] == FIXED) & (own.group == "all")].set_index("to_length")
        longest = own.from_length[OPEN]
        more, left = (plain(self.at(OPEN, name) - self.at(longest, name), 2) for name in (PRIMARY, OWN))
        return (
            f"**The step from {plain_length(longest)} to no limit takes places rather than hours.** It adds {own.hours[OPEN]:,.0f} link-worker hours until the "
            f"primary outcome, where the step from {plain_length(BEFORE[REFERENCE])} to {plain_length(REFERENCE)} adds {own.hours[REFERENCE]:,.0f}: contacts "
            f"thin out. Its high gain for each hour hangs on the relationship: of {more} points more, {left} are left without the part that leans on it (same "
            "posts)."
        )

    def full(self) -> str:
        """Return what happens with a waiting list."""
        later = [f"{self.told(length, LATER, BACKLOG)} with {of_length(length)}" for length in ("78", REFERENCE, OPEN)]
        started, waited, load = ([self.told(length, name, BACKLOG, places) for length in (REFERENCE, OPEN)] for name, places in FULL)
        return (
            "**With a waiting list, the primary outcome and those who come later disagree.** The cohort takes the places first, and its needed length is "
            f"{needed_in(self.m, BACKLOG)}. People referred in the third year gain {listed(later)}. With no limit {started[1]} people are taken on in "
            f"{self.m.years} and not {started[0]} as with {of_length(REFERENCE)}, and a person referred spends {waited[1]} weeks on the list and not "
            f"{waited[0]}. A needed length of the cohort alone is no advice for a service that is full: the columns belong together. It is the caseload "
            f"(`workforce.caseload_cap`), not the diary, that keeps people out: workload is {load[1]} with no limit, {load[0]} with {of_length(REFERENCE)}."
        )

    def waits(self) -> str:
        """Return how many posts equal waits take."""
        posts = posts_of(self.m.answer)[EQUAL_WAITS]
        told = [f"{posts[length]} with {of_length(length)}" for length in self.m.lengths]
        off = {length: self.at(length, WAITED, EQUAL_WAITS) / self.at(REFERENCE, WAITED, EQUAL_WAITS) - 1 for length in self.m.lengths}
        least = min(off, key=lambda length: off[length])
        return (
            f"**Equal waits cost posts.** So that the mean wait is no longer than with {of_length(REFERENCE)}, it takes {listed(told)}. Posts are whole, so "
            f"waits are equal only roughly: with {of_length(least)} they are {-off[least]:.0%} shorter, and the gain there has that advantage. The needed "
            f"length is {needed_in(self.m, EQUAL_WAITS)}."
        )

    def spend(self) -> str:
        """Return how many posts equal spend leaves."""
        posts = posts_of(self.m.answer)[EQUAL_SPEND].values()
        spends = [self.at(length, "spend", FIXED) / 1e6 for length in self.m.lengths]
        return (
            f"**Equal spend is nearly equal posts**, {min(posts)} to {max(posts)}: staff are paid by the post, and at the same posts lengths differ by "
            f"{plain(max(spends) - min(spends), 1)} million pounds in {self.m.years}, most of it the health care of people who fare worse after short "
            "programmes. So its column repeats that of the same posts."
        )

    def returns(self) -> str:
        """Return how many come back."""
        shown = ("13", "52", REFERENCE, OPEN)
        soon, ever = (
            listed([f"{100 * self.at(length, name):.0f} with {of_length(length)}" for length in shown]) for name in ("returned_104", "reentered")
        )
        return (
            f"**Of 100 who leave, {soon} are back within two years**, each followed for the same time. By the end of the run, of 100 who started {ever} have "
            "come back: those who leave early have longer to come back in. A planned length is not the time people spend in the service."
        )

    def complexity(self) -> str:
        """Return whether needs decide how long."""
        told = {mode: by_complexity(self.m, mode) for mode in self.m.modes}
        clear = [f"{said.removesuffix('.')} ({mode_name(mode)})." for mode, said in told.items() if said.startswith("People with")]
        rest = "in the other modes" if clear else "in every mode"
        unsure = f"Whether people with complex needs need longer is too uncertain to say {rest}: the ranges in the first table overlap."
        return " ".join(["**Complexity.**", *clear, *([unsure] if len(clear) < len(told) else [])])

    def policies(self) -> str:
        """Return which of the other ways to end differ by enough to matter."""
        matter, small = [], 0
        for mode in self.m.modes:
            for policy in self.m.policies:
                for measure in CHANGED[:2]:
                    row = change_of(self.m, mode, policy, measure)
                    if row is None:
                        continue
                    if verdict(row["ci_low"], row["ci_high"], MARGIN) is Verdict.SMALL:
                        small += 1
                        continue
                    who = "the cohort" if measure == PRIMARY else "those referred in year 3"
                    ends = number(row["difference"], row["ci_low"], row["ci_high"], 2)
                    matter.append(f"“{POLICIES[policy].title}” for {who} ({mode_name(mode)}), {ends}")
        step = self.m.change(FIXED, BEFORE[REFERENCE], PRIMARY)
        assert step is not None
        return (
            f"**Other ways to end.** Of {small + len(matter)} changes of a gain in their table, {small} lie with their whole interval inside ±{MARGIN:g} "
            f"points, the smallest difference that `spsim compare` counts as mattering{rest_of(matter)}. For scale: {plain_length(BEFORE[REFERENCE])} and "
            f"{plain_length(REFERENCE)} differ by {number(*(-step[name] for name in ('difference', 'ci_high', 'ci_low')), 2)} (same posts). A year with an "
            "open door changes length, extension, chance and route of return together: which of them does it was not looked into."
        )

    def robust(self) -> list[str]:
        """Return what stands when one number is moved."""
        by = {mode: sides(self.moved, mode) for mode in (FIXED, BACKLOG)}
        rows = len(by[FIXED])
        short = [side["difference"][SHORT, PRIMARY] for found in by.values() for side in found.values()]
        every = "in every row and in both modes" if max(short) < 0 else f"in {sum(value < 0 for value in short)} of {len(short)} rows of both modes"
        out = [f"That {of_length(SHORT)} give less than {of_length(REFERENCE)} holds {every} (by {plain(-max(short), 2)} to {plain(-min(short), 2)} points)."]
        for mode, found in by.items():
            low, high = (end(zip(map(kept, found.values()), found, strict=True))[1] for end in (min, max))
            out.append(
                f"That {of_length(REFERENCE)} keep {ENOUGH:.0%} of what no limit gives ({mode_name(mode)}) {held(found)}. They keep from "
                f"{kept(found[low]):.0%} ({low}) to {kept(found[high]):.0%} ({high})."
            )
        later = [name for name, side in by[BACKLOG].items() if side["difference"][OPEN_ENDED, LATER] < 0]
        out.append(
            f"That people referred in the third year gain less with no limit than with {of_length(REFERENCE)} where a list waits holds in {len(later)} of "
            f"{rows} rows."
        )
        return out


EXITS, LOSSES = (tuple(f"{name}_{weeks}" for weeks in AFTER_EXIT) for name in ("gain_planned_exit", "loss"))
FULL = (("served_all", 0), (WAITED, 1), ("workload", 2))


def held(found: dict[str, pd.DataFrame]) -> str:
    """Return in which rows the reference length keeps enough of what no limit gives: those that do or those that do not, whichever are fewer."""
    yes = [name for name, side in found.items() if kept(side) >= ENOUGH]
    no = [name for name in found if name not in yes]
    told = f"holds in {len(yes)} of {len(found)} rows"
    if not yes or not no:
        return told
    return f"{told}; where not: {listed(no)}" if len(no) <= len(yes) else f"{told}: {listed(yes)}"


def plain(value: float, places: int) -> str:
    """Return a number with a true minus; what rounds to nothing has none."""
    text = f"{value:,.{places}f}"
    return text.lstrip("-") if not text.strip("-0.,") else text.replace("-", "−")


def verb(length: str) -> str:
    """Return 'keeps' for a length that is one."""
    return "keeps" if plain_length(length).startswith("1 ") else "keep"


def place(lengths: Sequence[str], found: int) -> str:
    """Return the length at a place; empty beyond the last."""
    return lengths[found] if found < len(lengths) else ""


def needed_in(m: Told, mode: str) -> str:
    """Return the needed length of everybody in one mode."""
    one = m.needed(mode)
    return of_length(one.length) if one and one.length else "none of those tried"


def by_mode(found: dict[str, str]) -> str:
    """Return one length a mode in words, modes with the same one together."""
    lengths = sorted({length for length in found.values() if length}, key=order)
    told = [f"{of_length(length)} ({'; '.join(mode_name(mode) for mode, own in found.items() if own == length)})" for length in lengths]
    return listed(told) if told else "none of those tried"


def rest_of(matter: list[str]) -> str:
    """Return the end of a sentence on what is not small."""
    return f". The others: {'; '.join(matter)}" if matter else ""
