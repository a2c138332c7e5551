"""The generated tables of docs/stress-abs.md, docs/trace.md and docs/assumptions.md: `make docs`. A test holds the pages to this module."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

from experiments.assumption_tables import assumptions, leading_assumptions
from experiments.catalogue import catalogue
from experiments.help import defaults_of
from experiments.measure_definitions import DEFINED
from experiments.odd_tables import USES, expected, renew
from experiments.pages import rows_beside, table
from experiments.validation.judge import MET, near_edge, number
from experiments.validation.targets import rows_of, shared, shipped
from experiments.verification import CHECKS, TRANSITIONS
from experiments.whatif.measures import MEASURES
from sim.parameters import GRADES, declarations
from sim.people import EXIT_REASONS, STATES

ROOT = Path(__file__).resolve().parents[1]
PAGES = {name: ROOT / "docs" / f"{name}.md" for name in ("stress-abs", "trace", "assumptions")}
RECIPE = re.compile(r"^([a-z-]+):[^\n]*?##([^\n]*)\n((?:\t[^\n]*\n)+)", re.MULTILINE)  # of the Makefile: target, help, commands
RESULT_PAGE = re.compile(r"\bresults(?:/|\" / \")([\w-]+\.md)\b")  # a page of docs/results, as modules write its path


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
def targets() -> list[dict[str, str]]:
    """Return the rows of the evidence targets."""
    return rows_of("targets.csv")


def studies() -> str:
    """Return the studies and records that figures were taken from: who was studied, how many, and when."""
    return table(("study", "what was studied", "size", "dates"), [tuple(row.values()) for row in rows_of("studies.csv")])


def by_use(*uses: str) -> str:
    """Return the targets with one of `uses`: what is expected, what the model gave when last evaluated, and what a target is not independent of."""
    found, leaning = {row["id"]: row for row in rows_of("found.csv")}, shared()
    rows = []
    for t in targets():
        if t["use"] in uses:
            told = in_model(t["id"], found.get(t["id"]))
            rows.append((t["id"], t["pattern"], expected(t), told[0], USES[t["use"]], told[1], leaning.get(t["id"], ""), t["source"]))
    return table(("id", "pattern", "expected", "model (95% interval)", "use", "verdict", "not independent", "source"), rows)


def in_model(name: str, row: dict[str, str] | None) -> tuple[str, str]:
    """Return of target `name` the model's mean over seeds with its interval, and the verdict, with what is met only just marked."""
    if row is None or not row["mean"]:
        return "", "not evaluated"
    figures = [float(row[column]) for column in ("mean", "ci_low", "ci_high")]
    mean, low, high = map(number, figures)
    edge = ", near the edge" if row["verdict"] == MET and near_edge(shipped()[name], *figures) else ""
    return f"{mean} ({low} to {high})", row["verdict"] + edge


def identifiability() -> str:
    """Return for each fitted parameter what the targets tell of it."""
    told = []
    for row in rows_beside(ROOT / "docs" / "results" / "calibration" / "identifiability.csv"):
        median, low, high = (f"{float(row[name]):.2g}".replace("-", "−") for name in ("posterior_median", "ci_low", "ci_high"))
        gone, moved = f"{max(0.0, float(row['shrinkage'])):.0%}", f"{float(row['shift']):+.1f}".replace("-", "−")
        told.append((f"`{row['parameter']}`", row["grade"], row["in_service"], f"{median} ({low} to {high})", gone, moved, row["verdict"]))
    return table(("parameter", "grade", "default", "posterior median (95% interval)", "variance gone", "mean moved", "verdict"), told)


def outputs() -> str:
    """Return every measure that comparisons tell: unit, of whom, when, and by which formula."""
    rows = [(f"`{name}`", m.words, "share" if m.is_share else m.unit, *DEFINED[name]) for name, m in MEASURES.items()]
    return table(("measure", "what it is", "unit", "of whom", "when", "formula"), rows)


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


def version() -> str:
    """Return name, version and licence as the package declares them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"`{project['name']}` version {project['version']}, {project['license']} licence."


def result_pages() -> str:
    """Return each page of results with the command that makes it anew, and how long that takes as far as the Makefile says."""
    rows = [(f"[{page}](results/{page})", f"`make {target}`", words) for page, (target, words) in sorted(commands().items())]
    return table(("page", "command", "what it does"), rows)


def commands() -> dict[str, tuple[str, str]]:
    """Return by page of docs/results the target of the Makefile whose modules write it, with the target's help."""
    found = {}
    for target, words, recipe in RECIPE.findall((ROOT / "Makefile").read_text(encoding="utf-8")):
        for module in re.findall(r"-m ((?:experiments|benchmarks)[\w.]*)", recipe):
            path = ROOT / module.replace(".", "/")
            source = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
            found |= {page: (target, words.strip()) for page in RESULT_PAGE.findall(source.read_text(encoding="utf-8"))}
    return {page: told for page, told in found.items() if (ROOT / "docs" / "results" / page).exists()}


MAKERS = {
    "stress-abs": {
        "outputs": outputs, "scenarios": scenarios, "states": states, "studies": studies, "sources": sources, "replications": replications,
        "software": software, "version": version, "result pages": result_pages,
    },
    "trace": {
        "grades": grades, "fitted": lambda: by_use("fit", "input"), "held out": lambda: by_use("hold out"), "checks": checks,
        "identifiability": identifiability,
    },
    "assumptions": {"leading": leading_assumptions, "assumptions": assumptions},
}  # fmt: skip


def main() -> None:
    """Fill the pages."""
    for name, path in PAGES.items():
        renew(path, lambda block, name=name: MAKERS[name][block]())


if __name__ == "__main__":
    main()
