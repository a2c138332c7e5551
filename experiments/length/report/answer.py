"""The top of the report: what was asked, what is needed by group and mode, and the answer of each mode in sentences."""

from __future__ import annotations

from experiments.length.estimands import COHORT_WEEKS, ENOUGH, OUTCOME_WEEKS
from experiments.length.figures import gain
from experiments.length.figures.shown import PRIMARY, in_words, mode_name, of_length
from experiments.length.report import sentences
from experiments.length.report.material import Told
from experiments.report import html
from experiments.report.figures.figure import Figure, Table
from experiments.report.sentences import capital, counted

ENOUGH_RUNS = 10  # below, the report says that there are few
OPEN_MODES = 2  # modes whose answer stands open; the others are folded
BANDS = (
    f"Bands: 95% interval of the mean over runs. Dashed and hollow: less what leans on a relationship that still lasts. Dotted: the needed length, the "
    f"shortest that keeps {100 * ENOUGH:.0f}% of what no limit gives; bar on the axis: its 95% interval over the luck of runs, among the lengths tried."
)


def title(m: Told) -> str:
    """Return the title: the question."""
    return f"How long does the programme need to be? {capital(m.service)}"


def question(m: Told) -> str:
    """Return the header: what was tried, on whom, for how long, and what counts."""
    tried = sentences.range_of(m.lengths).replace("no limit", "without a limit")
    lead = (
        f"The same people, with the same luck, go through programmes of {tried}. All who are referred in the first {in_words(COHORT_WEEKS)} count, whether "
        f"or not they ever start; what counts is their wellbeing {in_words(OUTCOME_WEEKS)} after referral, against the same people under usual care. "
        f"{sentences.people_counted(m)}"
    )
    note = f"{counted(m.runs, 'run')} of {m.years} for each length and mode; differences are against {of_length(m.against)}, run by run."
    if m.runs < ENOUGH_RUNS:
        note += f" So few runs tell little, and an answer that all of them give may be luck: {ENOUGH_RUNS} or more are wanted (replications=)."
    return html.paragraph("How long programmes need to be, simulated", class_="kicker") + html.element("h1", title(m)) + html.paragraph(lead, class_="lead") + (
        html.paragraph(note, class_="note")
    )


def answers(m: Told, contents: str) -> str:
    """Return the answer: in short, needed lengths in a table, the `contents` of the rest, then each mode in sentences with its figure."""
    short = sentences.in_short(m) + [said for said in [sentences.by_complexity(m, m.modes[0])] if said]
    table = html.table(needed(m), "glance") + html.paragraph(meaning(m), class_="note") if needed_lengths(m) else ""
    notes = "".join(html.paragraph(sentences.readable(note), class_="note") for note in m.answer.notes)
    inner = html.items(short, class_="short") + table + notes + contents
    for place, mode in enumerate(m.modes):
        inner += of_mode(m, mode, folded=place >= OPEN_MODES)
    return html.section("answer", "The answer", inner)


def meaning(m: Told) -> str:
    """Return what a needed length is, and is not."""
    what = f"A needed length is the shortest of those tried whose mean gain is at least {sentences.KEPT} of that without a limit, in the same mode."
    if not any(one.ranged for one in needed_lengths(m)):
        return f"{what} {counted(m.runs, 'run')} are too few to say between which lengths it lies."
    return f"{what} In brackets: the range that holds 95% of the answers when runs are drawn again. It holds {m.luck}."


def needed_lengths(m: Told) -> list[gain.Needed]:
    """Return the needed lengths that are known, of every mode and group."""
    return [one for mode in m.modes for group in m.groups if (one := m.needed(mode, group))]


def needed(m: Told) -> Table:
    """Return the needed lengths by group and mode."""
    rows = [(words, *(gain.briefly(m.needed(mode, group)) for mode in m.modes)) for group, words in m.groups.items()]
    interval = " (95% interval)" if any(one.ranged for one in needed_lengths(m)) else ""
    return Table(f"Needed length{interval}", ("People", *(capital(mode_name(mode)) for mode in m.modes)), tuple(rows))


def of_mode(m: Told, mode: str, folded: bool) -> str:
    """Return the answer of one mode: its box and the figure of gain."""
    said = sentences.effects(m, mode, PRIMARY, sentences.compared(m, mode))
    said += [text for text in (sentences.own_part(m, mode), sentences.how_sure(m, mode), sentences.posts(m, mode)) if text]
    what = html.paragraph(sentences.what_mode(m, mode))
    drawn = html.figure(figure(m, mode)) if m.rows(mode, PRIMARY).value.notna().any() else ""
    if folded:
        return html.folded(sentences.title_of_gain(m, mode), what + html.items(said, class_="say") + drawn, "one", capital(mode_name(mode)))
    return html.wrap("div", html.element("h3", capital(mode_name(mode))) + what + html.items(said, class_="say"), class_="answer") + drawn


def figure(m: Told, mode: str) -> Figure:
    """Return the figure of gain by length and group in one mode."""
    whole, own = m.rows(mode, PRIMARY), m.rows(mode, f"{PRIMARY}_own")
    groups = [gain.group(words, whole[whole.group == name], own[own.group == name], m.needed(mode, name)) for name, words in m.groups.items()]
    words = f"wellbeing {in_words(OUTCOME_WEEKS)} after referral, above usual care"
    subtitle = f"{capital(words)}, everybody referred in the first {in_words(COHORT_WEEKS)}; {mode_name(mode)}; {counted(m.runs, 'run')} of {m.years}"
    return gain.figure(groups, sentences.title_of_gain(m, mode), subtitle, words, BANDS)
