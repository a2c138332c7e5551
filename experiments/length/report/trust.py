"""The end of the report: the assumed numbers that it rests on, what is left out, and how it was made."""

from __future__ import annotations

from typing import Any

from experiments.length.report.material import Told
from experiments.length.report.sentences import range_of
from experiments.report import html
from experiments.report.figures.figure import Table
from experiments.report.made import how_made
from experiments.report.misses import held_out
from experiments.report.sentences import capital, in_the_model, listed
from experiments.report.sentences import counted as number
from sim.parameters import declarations

ASSUMED = "D"
RESTS_ON = {  # what the answer hangs on, and the parameters that stand for it
    "What people take up and keep by themselves": ("activity.self_start", "habit.restart_alone", "habit.practice_logit"),
    "How habits lapse and fade": ("habit.lapse", "habit.lapse_habit", "habit.lapse_supported", "habit.fading_alone", "habit.decay", "habit.lapsed_progress"),
    "What the relationship is worth while it lasts": (
        "wellbeing.trust_positive", "wellbeing.trust_family", "contact.trust_gain", "contact.trust_decay", "habit.days_median",
    ),
    "Leaning on the worker, and when people are ready to leave": (
        "programme.dependency_slowing", "programme.maintenance_progress", "programme.maintenance_habit", "programme.completion", "dropout.hazard",
        "dropout.trust",
    ),
    "The end of the programme, and coming back": (
        "programme.discretion", "programme.extension_weeks", "programme.tell_limit_share", "programme.untold_motivation", "programme.reentry",
        "programme.reentry_trust_same",
    ),
    "What goals reached are worth": ("wellbeing.goal_effect", "wellbeing.habit_weight", "wellbeing.adjustment"),
}  # fmt: skip
LEFT_OUT = (
    "That any length is right for a real service: effects rest on assumed sizes, above all what a relationship is worth, how fast habits fade, and how readily "
    "people take up goals without the service.",
    "Lengths, posts or referrals between those tried, and anything beyond the weeks run.",
    "The limit alone: shorter programmes also thin out contacts sooner, and end with goals met sooner, as the model has it: whole programmes are compared.",
    "People who left at different times, as if leaving had made the difference: who stays long differs from who leaves early.",
    "Worth for money: spend is told so that modes can be read; spsim compare weighs cost and worth.",
    "Friends, carers and neighbours; staff morale beyond workload; the cost and time of changing a service over.",
)


def rests_on(m: Told) -> str:
    """Return the assumed numbers that the answer hangs on, with value, range and grade."""
    used = m.record.get("parameters") or {}
    declared = {key.removeprefix("model."): (what, default) for key, what, default in declarations()}
    tables, lines, every = "", [], []
    for topic, names in RESTS_ON.items():
        rows = []
        for name in names:
            what, default = declared[name]
            group, _, short = name.partition(".")
            span = f" ({what.plausible[0]:g} to {what.plausible[1]:g})" if what.plausible else ""
            value = f"{shown(used.get(group, {}).get(short, default))}{span} {what.unit}"
            rows.append((capital(what.meaning.rstrip(".")), value, what.grade, name))
        tables += html.table(Table(topic, ("Number", "Value (plausible range)", "Grade", "Parameter"), tuple(rows)))
        grades = [row[2] for row in rows]
        every += grades
        lines.append(f"{topic}: {len(rows)} numbers, {'all' if set(grades) == {ASSUMED} else grades.count(ASSUMED)} assumed.")
    said = (
        f"The answer rests on what the model assumes about habits, relationships and leaving. Of {len(every)} numbers that bear on length most directly, "
        f"{every.count(ASSUMED)} are assumed (grade {ASSUMED}) and not measured; spsim sweep tells how far results move with them."
    )
    head = "Tables: each number with its value, range and grade of evidence, from A, measured here, to D, assumed"
    known = held_out()
    missed = [finding for finding, met in known.items() if not met]
    wrong = in_the_model(len(known) - len(missed), len(known), missed)
    inner = html.paragraph(said) + html.items(lines) + html.folded(head, tables, "long")
    inner += html.element("h3", "Where the model is known to be wrong") + html.paragraph(wrong)
    return html.section("rests", "What it rests on", inner)


def shown(value: Any) -> str:
    """Return the value of a parameter as it is read."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def cannot(m: Told) -> str:
    """Return what is left out."""
    return html.section("cannot", "What it cannot tell", html.items([LEFT_OUT[0], of_parameters(m), *LEFT_OUT[1:]]))


def of_parameters(m: Told) -> str:
    """Return which doubt about parameters the intervals hold, and which not."""
    if not m.in_doubt:
        return "Doubt about the model’s numbers: intervals hold the luck of runs only; the same question with other values shows what they make of it."
    return f"Doubt about all of the model’s numbers but {listed(list(m.in_doubt))}: these differ from one run to the next, as fitted."


def made(m: Told) -> str:
    """Return how the report was made: the command, sizes, versions, and the full record."""
    record = m.record
    seeds = record.get("seeds") or {}
    rows = [
        ("Command", m.command),
        ("Service", m.service),
        ("Lengths", range_of(m.lengths)),
        ("Runs of each length and mode", number(m.runs, "run")),
        ("Weeks of each run", f"{m.answer.question.weeks}"),
        ("First seed", seeds.get("first", "") if isinstance(seeds, dict) else ""),
    ]
    return how_made(rows, record, m.tables, "Tables beside this report, explained in data_dictionary.csv:")
