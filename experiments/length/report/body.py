"""The middle of the report: who waits longer, what an hour brings, who stays and how it ends, what lasts, and other ways to end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from experiments.length.estimands import AFTER_EXIT, COHORT_WEEKS, OUTCOME_WEEKS
from experiments.length.figures import frontier, policies, survival
from experiments.length.figures.shown import HOURS, PLAIN, PRIMARY, SHARE, STAR, WEEKS, decimals_of, in_words, interval, mode_name, of_length, plain_length
from experiments.length.policies import POLICIES
from experiments.length.report import sentences
from experiments.length.report.material import Told, policy_title
from experiments.report import html
from experiments.report.figures.figure import Figure, Table
from experiments.report.numbers import Unit
from experiments.report.rule import Verdict
from experiments.report.sentences import answer, capital, counted, single_runs
from experiments.whatif.measures import MEASURES

COUNT = Unit(1.0, "", "people")
Columns = tuple[tuple[str, str, Unit], ...]  # measure, column head, unit
WAITS: Columns = (
    ("weeks_waited", "Weeks waited, each person referred", WEEKS), ("wait_mean", "Mean wait of those who started, weeks", WEEKS),
    ("wait_p90", "Nine in ten started within, weeks", WEEKS), ("served", f"Started, referred in the first {in_words(COHORT_WEEKS)}", COUNT),
    ("served_all", "People served in all", COUNT),
    (f"{PRIMARY}_later", "Gain of people referred later, Star points", STAR), ("workload", "Workload, 1 is a full diary", PLAIN),
    ("hours", f"Hours spent on people until {in_words(OUTCOME_WEEKS)} after referral", HOURS), ("hours_unmet", "Diary hours wanted and not given", HOURS),
)  # fmt: skip
LASTS: Columns = (
    *((f"gain_planned_exit_{weeks}", f"Gain {in_words(weeks)} after planned exit", STAR) for weeks in AFTER_EXIT),
    *((f"loss_{weeks}", f"Lost within {in_words(weeks)} of discharge", STAR) for weeks in AFTER_EXIT),
    ("dependency", "What leaned on the relationship at discharge", STAR),
)  # fmt: skip
ENDS: Columns = (
    ("goals_met", "Left with goals met", SHARE), ("dropout", "Dropped out", SHARE),
    (f"returned_{AFTER_EXIT[-1]}", f"Came back within {in_words(AFTER_EXIT[-1])} of leaving", SHARE), ("habits_kept", "Strong habits", SHARE),
    ("weeks_in_service", "Weeks in the service", PLAIN),
)  # fmt: skip
CAPTION_OF_WAITS = "Waits and people served by length of programme"
CAPTION_OF_WHAT_IS_KEPT = "What is kept, Star points above usual care"
CAPTION_OF_ENDS = "How people stand at the end of the runs, of those who started"
PER = 100  # hours


def by_length(m: Told, mode: str, columns: Columns, caption: str, group: str = "all") -> Table:
    """Return a table of a group with a row a length and a column a measure, those without any value left out."""
    shown = [column for column in columns if any(m.row(mode, length, column[0], group) for length in m.lengths)]
    values = {length: [m.row(mode, length, name, group) for name, _, _ in shown] for length in m.lengths}
    decimals = [decimals_of([own[place] for own in values.values() if own[place]], kind) for place, (_, _, kind) in enumerate(shown)]
    rows = []
    for length, own in values.items():
        told = zip(own, shown, decimals, strict=True)
        rows.append((plain_length(length), *("–" if row is None else interval(row, kind, places) for row, (_, _, kind), places in told)))
    heads = (f"{head}{', %' if kind is SHARE else ''}" for _, head, kind in shown)
    who = "" if group == "all" else f", {m.groups[group].lower()}"
    return Table(f"{caption}, {mode_name(mode)}{who} (95% interval)", ("Programme", *heads), tuple(rows))


def by_group(m: Told, columns: Columns, caption: str, told: Sequence[tuple[str, str]]) -> str:
    """Return the tables of `columns` for every mode and group but those (mode, group) that are `told` already."""
    tables = [by_length(m, mode, columns, caption, group) for mode in m.modes for group in m.groups if (mode, group) not in told]
    return "".join(html.table(table) for table in tables if len(table.head) > 1)


def waits(m: Told) -> str:
    """Return who waits longer where a list waits, what that does to people referred later, and what an hour brings against waits."""
    mode, others = m.hard, tuple(length for length in (m.lengths[0], m.lengths[-1]) if length != m.against)
    said = [text for length in others if (text := sentences.waited(m, mode, length))]
    said += [*sentences.effects(m, mode, "served_all", others), *later(m, mode)]
    what = "" if mode == "backlog" else "This was run without a waiting list at the start: modes=[backlog] would show what a list makes of it."
    tables = {name: tables_of_waits(m, name) for name in dict.fromkeys((mode, *m.modes))}
    others_ = "".join(own for name, own in tables.items() if name != mode)
    points = frontier.points(m.answer.runs) if m.answer.runs is not None else []
    drawn = html.figure(what_an_hour_brings(m)) if points else ""
    inner = html.paragraph(what) + html.items(said, class_="say") + drawn + tables[mode]
    inner += html.folded("Tables: the other modes", others_, "long") if others_ else ""
    groups = by_group(m, WAITS, CAPTION_OF_WAITS, [(name, "all") for name in tables])
    inner += html.folded("Tables: by complexity, in each mode", groups, "long") if groups else ""
    return html.section("waits", "Who waits longer for it, and what an hour brings", inner)


def what_an_hour_brings(m: Told) -> Figure:
    """Return the figure of gain for an hour against waits."""
    subtitle = (
        f"Gain {in_words(OUTCOME_WEEKS)} after referral added up over everybody referred in the first {in_words(COHORT_WEEKS)}, for {PER} link-worker hours "
        f"spent on them until then; {counted(m.runs, 'run')} of {m.years}"
    )
    return frontier.figure(frontier.points(m.answer.runs), subtitle)


def tables_of_waits(m: Told, mode: str) -> str:
    """Return the tables of one mode: waits and people served by length, and what each further stretch brings for an hour."""
    tables = (by_length(m, mode, WAITS, CAPTION_OF_WAITS), marginal(m, mode))
    return "".join(html.table(table) for table in tables if table is not None)


def later(m: Told, mode: str) -> list[str]:
    """Return the sentence on people referred after the cohort, who bear its longer stays."""
    row, before = (m.row(mode, length, f"{PRIMARY}_later") for length in (m.lengths[-1], m.against))
    if row is None or before is None or m.lengths[-1] == m.against:
        return []
    return [
        f"People referred later, on whom longer stays before them fall, gain {interval(before, STAR)} Star points with {of_length(m.against)} and "
        f"{interval(row, STAR)} with {of_length(m.lengths[-1])} ({mode_name(mode)})."
    ]


def marginal(m: Told, mode: str) -> Table | None:
    """Return what each further stretch brings for an hour in one mode, a row a stretch and a column a group; None where it was not worked out."""
    own = m.answer.marginal
    own = own[own["mode"] == mode]
    if own.empty:
        return None
    known = own.assign(value=PER * own.gain_per_hour, ci_low=PER * own.ci_low, ci_high=PER * own.ci_high)
    decimals = decimals_of(known.to_dict("records"), STAR)
    rows = []
    for (short, long), step in known.groupby(["from_length", "to_length"], sort=False):
        by = {row["group"]: row for row in step.to_dict("records")}
        cells = (for_an_hour(by[group], decimals) if group in by else "–" for group in m.groups)
        rows.append((f"{plain_length(str(short))} to {plain_length(str(long))}", *cells))
    caption = f"What a longer programme brings for each {PER} further hours, Star points added up over people, {mode_name(mode)} (95% interval)"
    return Table(caption, ("From, to", *m.groups.values()), tuple(rows))


def for_an_hour(row: dict[str, Any], decimals: int) -> str:
    """Return what a stretch brings for an hour with its interval, and which of gain and hours fell; or why it is not told."""
    note = row["note"].removeprefix("not told: ") if isinstance(row.get("note"), str) else ""
    told = interval(row, STAR, decimals)
    return note or told if told == "–" else f"{told}; {note}" if note else told


def staying(m: Told) -> str:
    """Return who stays, and how first spells end."""
    drawn = "".join(html.figure(figure) for figure in figures_of_stays(m, m.modes[0]))
    return html.section("staying", "Who stays, and how it ends", drawn) if drawn else ""


def figures_of_stays(m: Told, mode: str) -> tuple[Figure, ...]:
    """Return the figures of who is still there and of how first spells end in one mode; none where spells are not known."""
    spells = m.answer.spells
    if spells is None or spells.empty:
        return ()
    lengths = survival.chosen([length for length in m.lengths if ((spells["mode"] == mode) & (spells.length == length)).any()])
    found = survival.stays(spells, mode, lengths)
    subtitle = f"First spells of people who started, referred in the first {in_words(COHORT_WEEKS)}; {mode_name(mode)}; {counted(m.runs, 'run')} of {m.years}"
    return (survival.engagement(found, subtitle), survival.endings(found, subtitle)) if found else ()


def lasts(m: Told) -> str:
    """Return what is kept after the end, by length."""
    mode = m.modes[0]
    kept, ended = by_length(m, mode, LASTS, CAPTION_OF_WHAT_IS_KEPT), by_length(m, mode, ENDS, CAPTION_OF_ENDS)
    tables = "".join(html.table(table) for table in (kept, ended) if len(table.head) > 1)
    if not tables:
        return ""
    caution = (
        "These figures are of people who started, or were discharged, which the length itself changes: they describe those people, and differences between "
        "lengths are not effects on the same ones. With no limit there is no planned exit. People who came back count as they are: where many do, they hide "
        "part of what the others lose."
    )
    said = html.items([text for text in [leaned(m, mode)] if text], class_="say")
    rest = by_group(m, LASTS, CAPTION_OF_WHAT_IS_KEPT, [(mode, "all")]) + by_group(m, ENDS, CAPTION_OF_ENDS, [(mode, "all")])
    folded = html.folded("Tables: by complexity, in each mode", rest, "long") if rest else ""
    return html.section("lasts", "What lasts after the end", said + tables + html.paragraph(caution, class_="note") + folded)


def leaned(m: Told, mode: str) -> str:
    """Return how much of the loss after discharge leaned on the relationship, at the length compared with."""
    loss, part, share = (m.row(mode, m.against, name) for name in ("loss_52", "dependency", "dependency_share"))
    if loss is None or part is None:
        return ""
    start, ends = f"With {of_length(m.against)}", interval(loss, STAR)
    if loss["ci_low"] > 0:
        told = f"{start}, people lose {ends} Star points of their gain in the year after discharge"
    elif loss["ci_high"] < 0:
        told = f"{start}, gains go on growing in the year after discharge (a loss of {ends} Star points)"
    else:
        told = f"{start}, whether gains fall in the year after discharge is too uncertain to say (a loss of {ends} Star points)"
    rest = f"; {interval(part, STAR)} leaned on the relationship at discharge, and ends with it"
    more = "" if share is None or not share["ci_low"] > 1 else ": more than all of the loss, so the rest went on growing, by habits or by coming back"
    return f"{told}{rest}{more}."


def other_ways(m: Told) -> str:
    """Return what the policies change: a figure a mode, and each in sentences."""
    if not m.policies:
        return ""
    named = [(policy_title(name), POLICIES[name].why) for name in m.policies if name in POLICIES]
    inner = "".join(html.wrap("p", f"{html.element('strong', title)}. {html.element('span', why)}") for title, why in named)
    for mode in m.modes:
        lengths = {name: own.length.iloc[0] for name in m.policies if len(own := m.rows(mode, PRIMARY, name))}
        if not any(m.change(mode, length, PRIMARY, policy=name) for name, length in lengths.items()):
            continue
        names = list(lengths)
        effects = [effect for name in names if (effect := m.effect(mode, lengths[name], PRIMARY, policy=name))]
        columns = [column(m, mode, lengths, *wanted) for wanted in COLUMNS]
        title = title_of_policies(*columns[:2], [policy_title(name) for name in names])
        subtitle = f"Difference from {of_length(m.against)} as the service has it; {mode_name(mode)}; {counted(m.runs, 'run')} of {m.years}"
        against = f"{of_length(m.against)}, as the service has it"
        inner += html.element("h3", capital(mode_name(mode)))
        inner += html.figure(policies.figure([policy_title(name) for name in names], columns, title, subtitle, against))
        inner += html.folded("In words", html.items([f"{answer(effect)} {single_runs(effect)}" for effect in effects], class_="say"), "long")
    return html.section("policies", "Other answers to when it ends", inner)


COLUMNS = (
    (PRIMARY, f"Wellbeing {in_words(OUTCOME_WEEKS)} after referral", STAR, 1, MEASURES[f"gain_over_usual_care_{OUTCOME_WEEKS}"].margin),
    ("weeks_waited", "Weeks waited, each person referred", WEEKS, -1, MEASURES["wait_mean"].margin),
    ("hours", f"Link-worker hours within {in_words(OUTCOME_WEEKS)}", HOURS, 0, None),
)


def column(m: Told, mode: str, lengths: dict[str, str], measure: str, words: str, kind: Unit, better: int, margin: float | None) -> policies.Column:
    """Return what each policy changes in one measure."""
    rows = [m.change(mode, length, measure, policy=name) for name, length in lengths.items()]
    changes = [None if row is None else policies.Change(row["difference"], row["ci_low"], row["ci_high"], int(row["replications"])) for row in rows]
    return policies.Column(words, kind, better, margin, tuple(changes))


def title_of_policies(gains: policies.Column, waits_: policies.Column, names: list[str]) -> str:
    """Return the finding: which policy clearly gains or loses most, or that none does, and which clearly changes waits most."""
    clear = clearly(gains, names)
    if clear:
        name, change = clear[0]
        by = STAR.number(abs(change.difference), STAR.places(change.difference))
        rest = f"; {len(clear) - 1} more differ{'s' * (len(clear) == 2)} clearly" if len(clear) > 1 else ""
        return f"“{name}” gains {by} Star points {'more' if change.difference > 0 else 'less'}{rest}"
    small = all(gains.verdict(change) == Verdict.SMALL for change in gains.changes if change)
    none = f"No policy changes wellbeing {'enough to matter' if small else 'clearly'}"
    longest = clearly(waits_, names)
    if not longest:
        return none
    name, change = longest[0]
    by = WEEKS.number(abs(change.difference), WEEKS.places(change.difference))
    return f"{none}; with “{name}” people wait {by} weeks {'longer' if change.difference > 0 else 'less'}"


def clearly(column: policies.Column, names: list[str]) -> list[tuple[str, policies.Change]]:
    """Return the policies that are clearly better or worse in one measure, the furthest from zero first."""
    told = [(name, change) for name, change in zip(names, column.changes, strict=True) if change and column.verdict(change) in ("better", "worse")]
    return sorted(told, key=lambda pair: -abs(pair[1].difference))
