"""The sentences of a report on length. All is plain text: whoever writes it into a page escapes it."""

from __future__ import annotations

import re

from experiments.length.estimands import ENOUGH, OUTCOME_WEEKS
from experiments.length.figures import shown
from experiments.length.figures.gain import span
from experiments.length.figures.shown import MODES, OPEN_LENGTH, PRIMARY, STAR, WEEKS, in_words, interval, mode_name, of_length, order, plain_length
from experiments.length.question import BACKLOG, FIXED
from experiments.length.report.material import Told
from experiments.report.numbers import between, show
from experiments.report.rule import Verdict, verdict
from experiments.report.sentences import answer, capital, listed, single_runs
from experiments.whatif.measures import MEASURES

KEPT = f"{100 * ENOUGH:.0f}%"
WHEN = f"{in_words(OUTCOME_WEEKS)} after referral"
UNSURE = 0.5  # share of bootstrap samples below which a needed length is told as its range
COMPLEX, SIMPLE = "complexity=complex", "complexity=simple"


def how_sure(m: Told, mode: str) -> str:
    """Return how many bootstrap samples give the needed length of each group; empty where that is not known."""
    found = [(words, needed) for group, words in m.groups.items() if (needed := m.needed(mode, group)) and needed.length and needed.ranged]
    if not found:
        return ""
    told = listed([f"{plain_length(needed.length)} for {words.lower()} in {round(100 * needed.share)}" for words, needed in found])
    return f"How sure: when runs are drawn again 100 times, the needed length comes out as {told}."


def in_short(m: Told) -> list[str]:
    """Return what is needed at the same posts, with and without a waiting list, in a sentence each, or in one where it is the same."""
    modes = tuple(dict.fromkeys((m.modes[0], m.hard)))
    first, last = (m.needed(mode) for mode in (modes[0], modes[-1]))
    if len(modes) > 1 and (first is None or last is None or (first.length, first.low, first.high) == (last.length, last.low, last.high)):
        return [overall(m, modes)]
    return [overall(m, (mode,)) for mode in modes]


def overall(m: Told, modes: tuple[str, ...]) -> str:
    """Return what is needed in some modes with the same answer, in a sentence."""
    needed, where = m.needed(modes[0]), listed([mode_name(mode) for mode in modes], "; ") if len(modes) == 1 else alike(modes)
    if needed is None:
        return f"No needed length can be told: it is measured by the programme without a limit, which was not run ({where})."
    if not needed.length:
        return f"In the model, none of the lengths tried gains anything over usual care {WHEN} ({where})."
    if not needed.ranged:
        sure = f"{m.runs} runs are too few for an interval"
    else:
        sure = f"the same in every sample of the {m.runs} runs" if needed.low == needed.high == needed.length else f"95% interval {span(needed)}"
    if needed.ranged and needed.share < UNSURE and needed.low != needed.high:
        return (
            f"In the model, which programme keeps {KEPT} of what no time limit gives {WHEN} is too uncertain to say within {span(needed)} "
            f"({where}; 95% interval)."
        )
    if needed.length == OPEN_LENGTH:
        return f"In the model, every time limit tried keeps less than {KEPT} of what no limit gives {WHEN} ({where}; {sure})."
    return f"In the model, {of_length(needed.length)} is the shortest programme that keeps {KEPT} of what no time limit gives {WHEN} ({where}; {sure})."


def alike(modes: tuple[str, ...]) -> str:
    """Return two modes with the same answer in words."""
    return "same posts, with and without a waiting list" if set(modes) == {"fixed", "backlog"} else listed([mode_name(mode) for mode in modes])


def by_complexity(m: Told, mode: str) -> str:
    """Return whether people with complex needs need longer than people with simple needs; empty where that is not known."""
    simple, complex_ = (m.needed(mode, group) for group in (SIMPLE, COMPLEX))
    if simple is None or complex_ is None or not simple.length or not complex_.length:
        return ""
    pair = f"{plain_length(simple.length)} for people with simple needs, {plain_length(complex_.length)} for people with complex needs"
    if not (simple.ranged and complex_.ranged):
        return f"Whether people with complex needs need longer cannot be told from {m.runs} runs: {pair}."
    if simple.low and simple.high and complex_.low and complex_.high:
        if order(simple.high) < order(complex_.low):
            return f"People with complex needs need longer: {pair}."
        if order(complex_.high) < order(simple.low):
            return f"People with complex needs need no longer: {pair}."
    return f"Whether people with complex needs need longer is too uncertain to say: {pair}, with intervals that overlap."


def title_of_gain(m: Told, mode: str) -> str:
    """Return the finding of the figure of gain, from the needed lengths."""
    simple, everybody, complex_ = (m.needed(mode, group) for group in (SIMPLE, "all", COMPLEX))
    if everybody is None or not everybody.ranged:
        return f"Gain {WHEN}, by length of programme"
    if not everybody.length:
        return f"No length gains anything {WHEN}"
    if simple and complex_ and simple.high and complex_.low and simple.length and complex_.length and order(simple.high) < order(complex_.low):
        return f"Needed: {plain_length(simple.length)} with simple needs, {plain_length(complex_.length)} with complex needs"
    if everybody.low != everybody.high and everybody.share < UNSURE:
        return f"{capital(span(everybody))} keeps {KEPT} of what no limit gives"
    if everybody.length == OPEN_LENGTH:
        return f"Every time limit tried keeps less than {KEPT} of what no limit gives"
    verb = "keeps" if order(everybody.length) <= 52 else "keep"
    return f"{capital(plain_length(everybody.length))} {verb} {KEPT} of what no limit gives"


def effects(m: Told, mode: str, measure: str, lengths: tuple[str, ...], group: str = "all") -> list[str]:
    """Return what each of `lengths` changes, with its interval and the range of single runs."""
    found = [m.effect(mode, length, measure, group) for length in lengths if length != m.against]
    return [f"{answer(effect)} {single_runs(effect)}" for effect in found if effect is not None]


def compared(m: Told, mode: str) -> tuple[str, ...]:
    """Return the lengths that the answer tells of one by one: the needed one, the shortest, and no limit, of those there are."""
    needed = m.needed(mode)
    wanted = dict.fromkeys([*([needed.length] if needed and needed.length else []), m.lengths[0], m.lengths[-1]])
    return tuple(length for length in wanted if length != m.against)


def own_part(m: Told, mode: str) -> str:
    """Return what no limit and the length compared with gain without the part that leans on the relationship itself; empty where not known."""
    if OPEN_LENGTH not in m.lengths or m.against == OPEN_LENGTH:
        return ""
    whole, own, before = (m.row(mode, *key) for key in ((OPEN_LENGTH, PRIMARY), (OPEN_LENGTH, f"{PRIMARY}_own"), (m.against, f"{PRIMARY}_own")))
    if whole is None or own is None or before is None:
        return ""
    told = f"Some are still with the service {WHEN}, most of all without a limit, where {interval(whole, STAR)} Star points are gained"
    return (
        f"{told}. Without the part that leans on the relationship itself, that is {interval(own, STAR)}, "
        f"against {interval(before, STAR)} with {of_length(m.against)}."
    )


def range_of(lengths: tuple[str, ...]) -> str:
    """Return lengths as a list."""
    return listed([plain_length(length) for length in lengths])


def waited(m: Told, mode: str, length: str) -> str:
    """Return how much longer everybody waits with a length than with the one compared with; empty where that is not known.

    The margin is that of the mean wait in a comparison, `experiments.whatif.measures`.
    """
    row = m.change(mode, length, "weeks_waited")
    if row is None:
        return ""
    margin, runs = MEASURES["wait_mean"].margin, f"{row['replications']} paired runs"
    difference, low, high = (row[name] for name in ("difference", "ci_low", "ci_high"))
    pair = f"with {of_length(length)} than with {of_length(m.against)}"
    match verdict(low, high, margin):
        case Verdict.CLEAR:
            ends = sorted((abs(low), abs(high)))
            decimals = shown.decimals_of([row | {"value": difference}], WEEKS)
            told, between_ = WEEKS.amount(abs(difference), decimals), between(WEEKS, *ends, decimals)
            return f"In the model, each person referred waits {told} {'longer' if difference > 0 else 'less'} {pair} (95% interval {between_}; {runs})."
        case Verdict.SMALL:
            return f"Any difference in waits {pair.replace(' than with ', ' and ')} is too small to matter: inside ±{WEEKS.amount(margin or 0)} ({runs})."
        case _:
            decimals = WEEKS.places(low, high)
            return f"Whether people wait longer {pair} is too uncertain to say: {between(WEEKS, low, high, decimals)} weeks more (95% interval; {runs})."


def posts(m: Told, mode: str) -> str:
    """Return how many posts each length has in a mode in which they differ; empty where they do not."""
    rows = [(length, row["posts"]) for length in m.lengths if (row := m.row(mode, length, PRIMARY))]
    if len({count for _, count in rows}) < 2:
        return ""
    return f"Link-worker posts: {listed([f'{count:,} with {of_length(length)}' for length, count in rows])}."


def people_counted(m: Told) -> str:
    """Return how many people are referred and how many of them have a primary outcome, mean over runs; empty where that is not known."""
    referred, outcome = (m.row(m.modes[0], m.against, name) for name in ("served", PRIMARY))
    if referred is None or outcome is None:
        return ""
    everybody, known = referred["people"], outcome["people"]
    decimals = 0 if everybody >= 100 else 1
    told = f"Of {show(everybody, decimals)} people referred in a run, {show(known, decimals)} have that outcome"
    if known == everybody:
        return f"{told}."
    return f"{told}; the other {show(100 * (1 - known / everybody), 0)}% died or moved away before, with the programme or under usual care."


def what_mode(m: Told, mode: str) -> str:
    """Return what a mode means, in the words of the parameters that it was run with."""
    question = m.answer.question
    flow = question.service.referrals
    before = f"The service has run for {in_words(flow.warm_up_weeks)} before, " if flow.warm_up_weeks else "The service opens "
    list_ = flow.backlog + (question.backlog if mode == BACKLOG else 0)
    with_list = f"with {list_:,} people on its list" if list_ else "empty"
    opening = f"{before}{'opened ' if flow.warm_up_weeks else ''}{with_list}"
    if mode == FIXED:
        at_first = " At first hardly anybody is kept out by anybody’s longer stay." if not (flow.warm_up_weeks or list_) else ""
        return f"{opening}, and keeps the posts it has.{at_first}"
    if mode == BACKLOG:
        return f"{opening}, {question.surge:g} times the referrals, and the posts it has: a longer stay of one is a longer wait of another."
    return MODES[mode][1] if mode in MODES else ""


def readable(note: str) -> str:
    """Return a note of the engine with the words of modes in the place of their names."""
    for mode in shown.MODES:
        note = re.sub(rf"^{mode}: ", f"{capital(mode_name(mode))}: ", note)
    return note
