"""docs/results/before-and-after.md: what an uncontrolled study would report of the default service, and what is so. `make before-and-after`.

The runs are taken from the store, or made (10 to 15 minutes on two cores); the same command goes on where it stopped.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from experiments.executors import Workers
from experiments.flattery import figures
from experiments.flattery.care import ALL, STAYERS
from experiments.flattery.figures import CARE, HOSPITAL, percent, told
from experiments.flattery.shares import COURSE
from experiments.flattery.study import AS_IT_IS, SAME_RISK, WORLDS, Estimate, Study, estimate, study
from experiments.flattery.words import CAUSES, FLATTERS, OTHERS, Source
from experiments.pages import begin, draw, picture
from experiments.report.figures.figure import Figure, Table
from experiments.report.numbers import show
from experiments.report.sentences import times
from experiments.store import Store
from sim import Parameters
from sim.economics import staff_cost
from sim.parameters import WEEKS_PER_YEAR

PAGE, FOLDER = Path("docs/results/before-and-after.md"), Path("docs/results/before-and-after")
STORE = Path("outputs/store")
TEMPLATE = (Path(__file__).parent / "page.md").read_text(encoding="utf-8")
EXACT = "%.6g"


def text(found: Study) -> str:
    """Return the page, in Markdown."""
    drawn = figures_of(found)
    words = numbers(found) | sentences(found)
    words |= {f"{name}_figure": picture(name, figure, FOLDER.name) for name, figure in drawn.items()}
    words |= {f"{name}_table": markdown(figure.table) for name, figure in drawn.items()}
    return TEMPLATE.format(worlds_table=markdown(worlds(found)), flatters=sources(found, FLATTERS), others=sources(found, OTHERS), **words)


def figures_of(found: Study) -> dict[str, Figure]:
    """Return the figures of the page by the name of their files."""
    return {"waterfall": figures.waterfall(found), "costs": figures.costs(found)}


def numbers(found: Study) -> dict[str, str]:
    """Return the numbers that the page quotes in its sentences."""

    def mean(name: str, decimals: int = 1) -> str:
        return show(found(name).mean, decimals, False)

    def share(name: str, users: str) -> str:
        percent = found(f"{HOSPITAL}, {users}: {name}", kind="care", scale=100).mean
        return f"{show(abs(percent), 0)}% {'lower' if percent < 0 else 'higher'}"

    quoted = {
        "recorded": mean("recorded"), "usual": mean(COURSE), "effect": mean("effect", 2), "added": mean("effect, reviewed", 2),
        "times_same": times(found("recorded").mean / found("effect, reviewed").mean), "times_all": times(found("recorded").mean / found("effect").mean),
        "usual_all": mean("usual care, all", 2), "usual_same": mean(COURSE, 2), "gone": show(100 * found("share gone").mean, 1),
        "effect_26": told(found("effect at 26 weeks")), "effect_39": told(found("effect at 39 weeks")),
        "standardised_39": told(found("standardised effect at 39 weeks")), "effect_reviewed": told(found("effect, reviewed")),
        "effect_left": told(found("effect, left")), "whole_run": told(found("recorded, whole run")), "seeds": str(found.seeds),
        "years": show(found.weeks / 52, 0), "last": str(found.weeks - found.follow), "follow": str(found.follow),
        "other_seeds": str(found("recorded", next(iter(WORLDS))).runs),
    }  # fmt: skip
    people = {name: found(f"people, {name}").mean for name in ("reviewed", "left", "never")}
    quoted |= {name: show(100 * count / sum(people.values()), 0) for name, count in people.items()}
    quoted |= {f"course_{name.partition(': ')[2]}": mean(name, 2) for name in CAUSES}
    quoted |= {f"{name}_stay": share(name, STAYERS) for name in ("naive", "selection", "own")}
    return quoted | {f"{name}_all": percent(found, CARE, ALL, name) for name in ("naive", "selection", "own", "itt")}


def sentences(found: Study) -> dict[str, str]:
    """Return the sentences that depend on how the figures lie."""

    def care(name: str, users: str = ALL, measure: str = CARE, world: str = AS_IT_IS) -> Estimate:
        return found(f"{measure}, {users}: {name}", world, "care", 100)

    together = list(WORLDS)[-1]
    apart = estimate((found.tables[together, "shares"]["recorded"] - found.tables[together, "shares"]["effect"]).to_numpy())
    difference = found("cost, took part: all usual care", kind="care").mean - found("cost, took part: all", kind="care").mean
    return {
        "apart": told(apart), "same_risk": told(care("selection", STAYERS, HOSPITAL, *SAME_RISK), 0, "%"),
        "all_risk": told(care("selection", STAYERS, HOSPITAL), 0, "%"), "traits": traits(found), "pounds": show(difference, 0),
        "took_part": told(care("naive", measure=HOSPITAL), 1, "%"), "took_part_before": told(care("selection", measure=HOSPITAL), 1, "%"),
        "first_half": first_half(care("naive")),
        "second_half": "is met" if care("own").low <= 0 <= care("own").high else "is missed: small as it is, its interval leaves zero out",
        "staff": show(staff_a_person(Parameters()), -1),
    }  # fmt: skip


def first_half(naive: Estimate) -> str:
    """Return whether the unadjusted comparison has the sign that target T23 wants."""
    if naive.high < 0:
        return "is met in its sign"
    return "is missed" if naive.low > 0 else "stays open, since the interval holds zero"


def staff_a_person(p: Parameters) -> float:
    """Return about what link workers cost for each person referred, in pounds, when all posts are filled."""
    posts = np.array(float(p.workforce.posts))
    return float(staff_cost(posts, posts, p.workforce.hours, p.economics)) * WEEKS_PER_YEAR / p.referrals.later_years


def traits(found: Study) -> str:
    """Return how those who took part and the others differ to begin with, in words."""

    def of(trait: str, side: str, scale: float = 1.0) -> float:
        return found(f"{trait}, {ALL}: {side}", kind="care", scale=scale).mean

    confidence = (of("confidence_baseline", side) for side in ("users", "others"))
    ill = (of("mental_health", side, 100) for side in ("users", "others"))
    return "confidence {:.2f} against {:.2f}, a mental-health condition in {:.0f}% against {:.0f}%".format(*confidence, *ill)


def sources(found: Study, which: tuple[Source, ...]) -> str:
    """Return the list of what each source is."""
    return "\n".join(f"- **{s.label}** (*{s.term}*; {show(found.share(s.name).mean, 0)}% of the reported gain). {s.meaning}" for s in which)


def worlds(found: Study) -> Table:
    """Return what is reported and what is so with each source switched off by its parameter, paired by seed with the service as it is."""
    rows = [(f"**{AS_IT_IS}**", told(found("recorded")), "", told(found("usual care, all")), told(found("effect")))]
    for world in WORLDS:
        row = (told(found("recorded", world)), told(found.change("recorded", world)), told(found("usual care, all", world)), told(found("effect", world)))
        rows.append((world, *row))
    head = ("switched off", "reported gain", "change of it, same seeds", "gain under usual care, all referred", "what the service adds, all referred")
    return Table("", head, tuple(rows))


def markdown(table: Table) -> str:
    """Return a table in Markdown, numbers to the right."""
    lines = [f"| {' | '.join(table.head)} |", f"| --- | {' | '.join('---:' for _ in table.head[1:])} |"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in table.rows])


def write(found: Study, page: Path = PAGE, folder: Path = FOLDER) -> None:
    """Write the page, its figures and its tables by seed."""
    draw(figures_of(found), folder)
    for kind in ("shares", "care"):
        found.every(kind).to_csv(folder / f"{kind}.csv", index=False, float_format=EXACT)
    page.write_text(text(found), encoding="utf-8")


def main() -> None:
    """Make what is missing and write the page."""
    begin(__doc__)
    write(study(Parameters(), Store(STORE.absolute()), Workers()))
    print(f"written: {PAGE} and {FOLDER}")


if __name__ == "__main__":
    main()
