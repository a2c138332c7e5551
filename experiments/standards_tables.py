"""The generated tables of docs/stress-abs.md, docs/trace.md and docs/assumptions.md: `make docs`. A test holds the pages to this module."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

from experiments.catalogue import catalogue
from experiments.describe import shown, span
from experiments.help import defaults_of
from experiments.odd_tables import TARGETS, USES, expected, renew, table
from experiments.verification import CHECKS, TRANSITIONS
from experiments.whatif.draws import EVERYTHING, left_out
from experiments.whatif.measures import MEASURES
from sim import Parameters
from sim.parameters import GRADES, declarations
from sim.people import EXIT_REASONS, STATES

ROOT = Path(__file__).resolve().parents[1]
PAGES = {name: ROOT / "docs" / f"{name}.md" for name in ("stress-abs", "trace", "assumptions")}
FOUND = ROOT / "configs" / "evidence" / "found.csv"
SCREENING = ROOT / "docs" / "results" / "sensitivity" / "screening.csv"
MUCH, SOME = 0.5, 0.1  # shares of the leading parameter's effect from which an assumption is said to matter much, or somewhat
SETTLED_BY = {  # what would settle the assumptions of a group
    "referrals": "the service's own records",
    "population": "a baseline questionnaire of people referred, whether they start or not",
    "life": "death registrations and moves among people referred, from GP records",
    "setbacks": "GP and hospital records of people referred: admissions, new problems and their length",
    "mood": "repeated PHQ-9 scores of people referred",
    "allocation": "the service's referral log: calls, answers and refusals by date",
    "workforce": "the provider's personnel and diary records: notices, vacancies, sickness, hours with users",
    "handover": "the service's case notes after a worker has left: who was called, when, and who came",
    "contact": "diaries and case notes: length and spacing of contacts; a trust scale (such as WAI-S) at the reviews",
    "programme": "exit records: reason, date, extension and return; interviews after the end",
    "community": "a census of local groups: places, times, closures, who may come",
    "activity": "attendance lists of the groups that people are referred to",
    "habit": "an automaticity scale (SRBAI) at the reviews and a year after exit",
    "motivation": "repeated short scales of motivation and confidence",
    "wellbeing": "Star reviews beside an independent wellbeing scale, in users and in people like them without the service",
    "dropout": "the service's caseload records: date and circumstances of the last contact",
    "economics": "local tariffs; for the worth of a Star point, both scales asked of the same people",
}


@cache
def screening() -> dict[str, dict[str, str]]:
    """Return the row of each parameter in the screening of the default service."""
    with SCREENING.open(encoding="utf-8", newline="") as file:
        return {row["parameter"]: row for row in csv.DictReader(file)}


def how_much(key: str) -> str:
    """Return how much a parameter matters in the screening: the measure it moves most, against the parameter that leads there."""
    row = screening().get(key)
    if row is None:
        why = left_out(Parameters(), EVERYTHING).get(f"model.{key}")
        return f"not swept: {why}" if why else "not swept"
    score, words = float(row["score"]), MEASURES[row["measure"]].words
    if score < SOME:
        return "little"
    return f"{'**much**' if score >= MUCH else 'somewhat'}: {score:.0%} of the leading effect on {words}"


def assumptions() -> str:
    """Return every grade-D parameter by group: value, range, why it is so, how much it matters, and what would settle it."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for key, declared, default in declarations():
        if declared.grade == "D":
            short = key.removeprefix("model.")
            rows.setdefault(short.split(".")[0], []).append(
                (f"`{short}`", f"{shown(default)} {declared.unit}", span(declared.plausible) if declared.plausible else "", declared.source, how_much(short))
            )
    parts = []
    for group, members in rows.items():
        parts += [
            f"### {group}",
            "",
            f"Would be settled by {SETTLED_BY[group]}.",
            "",
            table(("parameter", "value", "range tried", "why", "how much it matters"), members),
            "",
        ]
    return "\n".join(parts).rstrip()


def leading_assumptions(most: int = 12) -> str:
    """Return the grade-D parameters with the largest effects in the screening, in order."""
    grades = {key.removeprefix("model."): (declared, default) for key, declared, default in declarations() if declared.grade == "D"}
    rows = [row for row in screening().values() if row["parameter"] in grades][:most]
    told = []
    for row in rows:
        declared, default = grades[row["parameter"]]
        told.append(
            (
                f"`{row['parameter']}`",
                f"{shown(default)} ({span(declared.plausible)})",
                declared.meaning,
                how_much(row["parameter"]),
                SETTLED_BY[row["parameter"].split(".")[0]],
            )
        )
    return table(("parameter", "value (range)", "meaning", "how much it matters", "what would settle it"), told)


def grades() -> str:
    """Return how many parameters of each group have which grade of evidence."""
    counts = Counter((key.split(".")[1], declared.grade) for key, declared, _ in declarations())
    groups = list(dict.fromkeys(group for group, _ in counts))
    rows = [(f"`{group}`", *(counts[group, grade] or "" for grade in GRADES)) for group in groups]
    rows.append(("all", *(sum(n for (_, g), n in counts.items() if g == grade) for grade in GRADES)))
    return table(("group", *(f"grade {grade}" for grade in GRADES)), rows)


def sources() -> str:
    """Return each source of a measured value (grades A to C) and of a target, with what it is used for."""
    used: dict[str, list[str]] = {}
    for key, declared, _ in declarations():
        if declared.grade != "D":
            used.setdefault(declared.source, []).append(f"`{key.removeprefix('model.')}`")
    for row in targets():
        used.setdefault(row["source"], []).append(row["id"])
    return table(("source", "used for"), [(source, brief(names)) for source, names in sorted(used.items(), key=lambda item: item[0].lower())])


def brief(names: list[str], most: int = 6) -> str:
    """Return the first of many names, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


@cache
def targets() -> tuple[dict[str, str], ...]:
    """Return the rows of the evidence targets."""
    with TARGETS.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def verdicts() -> dict[str, str]:
    """Return by target whether the default service met it when it was last evaluated."""
    with FOUND.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["verdict"] for row in csv.DictReader(file)}


def by_use(*uses: str) -> str:
    """Return the targets with one of `uses`: what is expected, and whether the model meets it."""
    found = verdicts()
    rows = [(t["id"], t["pattern"], expected(t), USES[t["use"]], found.get(t["id"], "not evaluated"), t["source"]) for t in targets() if t["use"] in uses]
    return table(("id", "pattern", "expected", "use", "verdict", "source"), rows)


def outputs() -> str:
    """Return every measure that comparisons tell, with its unit."""
    return table(("measure", "what it is", "unit"), [(f"`{name}`", m.words, "share" if m.is_share else m.unit) for name, m in MEASURES.items()])


def scenarios() -> str:
    """Return every scenario that ships: why it is asked and which parameters it changes."""
    rows = []
    for name, scenario in catalogue().items():
        changes = "; ".join(f"`{key.removeprefix('model.')}` {value}" for key, value in scenario.changes.items()) or "nothing"
        rows.append((f"`{name}`", scenario.title, scenario.why or scenario.description, changes))
    return table(("scenario", "title", "why", "changes"), rows)


def states() -> str:
    """Return the states of a service user and how they follow one another."""
    rows = [(f"`{state}`", ", ".join(f"`{to}`" for to in STATES if (state, to) in TRANSITIONS) or "none") for state in STATES]
    return table(("state", "may become"), rows) + "\n\nReasons of an exit, kept apart: " + ", ".join(f"`{reason}`" for reason in EXIT_REASONS) + "."


def replications() -> str:
    """Return how many runs the commands make unless told otherwise."""
    run, compare, plan, sweep = (defaults_of(name) for name in ("run", "compare", "plan", "sweep"))
    return (
        f"`spsim run`: {run['replications']}. `spsim compare`: from {compare['min_replications']} to {compare['max_replications']} pairs, until every "
        f"headline difference has an interval of at most {compare['precision']:.0%} of itself to each side, or of half the margin. "
        f"`spsim plan`: {plan['min_replications']} to {plan['max_replications']} runs a value. `spsim sweep`: {sweep['replications']} seeds a point."
    )


def software() -> str:
    """Return the versions of Python and of the libraries that the results were made with: those of constraints.txt."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if "==" in line)
    pinned = {name.lower(): version for name, version in pins.items()}
    names = [re.match(r"[\w.-]+", needed)[0] for needed in project["dependencies"]]
    return f"Python {project['requires-python']}; " + ", ".join(f"{name} {pinned[name.lower()]}" for name in names) + "."


def checks() -> str:
    """Return the automated checks of the implementation, and the tests that make them."""
    return table(("domain", "check", "tests"), [(c.domain, c.claim, ", ".join(f"`{test}`" for test in c.tests)) for c in CHECKS])


MAKERS = {
    "stress-abs": {"outputs": outputs, "scenarios": scenarios, "states": states, "sources": sources, "replications": replications, "software": software},
    "trace": {"grades": grades, "fitted": lambda: by_use("fit", "input"), "held out": lambda: by_use("hold out"), "checks": checks},
    "assumptions": {"leading": leading_assumptions, "assumptions": assumptions},
}


def main() -> None:
    """Fill the pages."""
    for name, path in PAGES.items():
        renew(path, lambda block, name=name: MAKERS[name][block]())


if __name__ == "__main__":
    main()
