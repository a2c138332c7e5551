"""docs/results/length.md: how long the default service's programme needs to be, from real runs (`make length`).

The runs are taken from the store, or made (about twenty minutes on two cores). What the figures say in words stands in the page itself, outside
the part that is written here.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from experiments import cli
from experiments.executors import Workers
from experiments.length.answer import Answer
from experiments.length.command import posts_of
from experiments.length.engine import Engine
from experiments.length.figures.shown import mode_name, plain_length
from experiments.length.measures import LATER, OWN, PRIMARY, WAITED
from experiments.length.policies import POLICIES
from experiments.length.question import BACKLOG, FIXED, LengthQuestion, question_of
from experiments.length.report.answer import figure
from experiments.length.report.material import Told
from experiments.length.report.sentences import readable
from experiments.length.robustness import AS_IT_IS, LENGTHS, robustness
from experiments.length.statistics import NONE
from experiments.report.figures.figure import Figure
from experiments.sensitivity_page import markdown
from experiments.store import Store

COMMAND = "spsim length"
PAGE, FOLDER = Path("docs/results/length.md"), Path("docs/results/length")
BLOCK = re.compile(r"(<!-- length -->\n).*?(<!-- end -->)", re.DOTALL)
DRAWN = (FIXED, BACKLOG)
ROBUST = "robustness"
DIGITS = "%.4g"
NEEDED = "shortest that reaches 90% of the open-ended programme's gain; range of 95% of bootstrap answers; share that gives the answer"
BRACKETS = (
    "In brackets: 95% interval over runs, which is luck alone. Gains are points of the Wellbeing Star sum (8 to 40) over the same people's usual care."
)
Decimals = int


def found(store: Store, workers: Workers) -> Answer:
    """Return the answer of `COMMAND`, its runs from `store` where they are there."""
    return Engine(asked(), store, workers).answer()


def asked() -> LengthQuestion:
    """Return the question of `COMMAND`."""
    command, *words = shlex.split(COMMAND)[1:]
    return question_of(cli.read(command, words))


def page_of(answer: Answer, moved: pd.DataFrame) -> str:
    """Return the part of the page that is written by this module, in Markdown."""
    m = Told(answer)
    lines = ["```sh", COMMAND, "```", "", f"{m.runs} runs of {m.years} for each length, mode and policy, the same seeds throughout. {BRACKETS}", ""]
    lines += [f"**Needed length** ({NEEDED})", ""]
    lines += [*markdown(needed(m)), ""]
    for mode, drawn in figures(m).items():
        lines += [f"![{drawn.alt.removesuffix(' Table follows.')}](length/gain_{mode}.svg)", ""]
    for mode in m.modes:
        lines += [f"**{mode_name(mode).capitalize()}**, everybody", "", *markdown(by_length(m, mode)), ""]
    lines += [f"**After the programme**, {mode_name(FIXED)}", "", *markdown(after(m, FIXED)), ""]
    lines += ["**Marginal gain per worker-hour**, everybody: Star points at 260 weeks for each further hour, from one length to the next", ""]
    lines += [*markdown(per_hour(answer)), "", "**Other ways to end**: change against 104 weeks in the same mode", "", *markdown(other_ways(m)), ""]
    lines += ["**One assumption moved at a time**, to the ends of its plausible range: gain at 260 weeks against 104 weeks, in four runs", ""]
    lines += [*markdown(robust(moved)), "", *(f"- {readable(note)}" for note in answer.notes), ""]
    return "\n".join(lines)


def number(value: float, low: float, high: float, places: Decimals) -> str:
    """Return a value with its interval; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    ends = f" ({low:,.{places}f} to {high:,.{places}f})" if math.isfinite(low) else ""
    return f"{value:,.{places}f}{ends}".replace("-", "−")


def cell(m: Told, mode: str, length: str, measure: str, places: Decimals, group: str = "all", policy: str = "") -> str:
    """Return one mean with its interval."""
    row = m.row(mode, length, measure, group, policy)
    return "–" if row is None else number(row["value"], row["ci_low"], row["ci_high"], places)


def needed(m: Told) -> pd.DataFrame:
    """Return the needed lengths by group and mode, in words."""
    rows = []
    for group, words in m.groups.items():
        told = [m.needed(mode, group) for mode in m.modes]
        rows.append((words, *(in_words(one) for one in told)))
    return pd.DataFrame(rows, columns=["", *(mode_name(mode) for mode in m.modes)])


def in_words(one: object) -> str:
    """Return a needed length with its range and share."""
    if one is None or not one.length:
        return "none of those tried"
    return f"{plain_length(one.length)} ({plain_length(one.low)} to {plain_length(one.high)}; {one.share:.0%})"


def by_length(m: Told, mode: str) -> pd.DataFrame:
    """Return the main outcomes of each length in one mode."""
    posts = posts_of(m.answer)[mode]
    told: dict[str, Callable[[str], str]] = {
        "posts": lambda length: str(posts[length]),
        "gain at 5 years": lambda length: cell(m, mode, length, PRIMARY, 2),
        "less what leans on the relationship": lambda length: cell(m, mode, length, OWN, 2),
        "gain of those referred in year 3": lambda length: cell(m, mode, length, LATER, 2),
        "started, whole run": lambda length: cell(m, mode, length, "served_all", 0),
        "weeks waited": lambda length: cell(m, mode, length, WAITED, 1),
        "workload": lambda length: cell(m, mode, length, "workload", 2),
        "spend, million pounds": lambda length: in_millions(m, mode, length),
    }
    return pd.DataFrame([(plain_length(length), *(tell(length) for tell in told.values())) for length in m.lengths], columns=["length", *told])


def in_millions(m: Told, mode: str, length: str) -> str:
    """Return the spend of a length."""
    row = m.row(mode, length, "spend")
    return "–" if row is None else f"{row['value'] / 1e6:,.1f}"


def after(m: Told, mode: str) -> pd.DataFrame:
    """Return what is told of the time after an exit."""
    told: dict[str, tuple[str, Decimals]] = {
        "gain 1 year after planned exit": ("gain_planned_exit_52", 2), "2 years after": ("gain_planned_exit_104", 2),
        "fall in the year after discharge": ("loss_52", 2), "of it the relationship": ("dependency", 2),
        "strong habits kept, share": ("habits_kept", 2), "came back, share": ("reentered", 2),
    }  # fmt: skip
    rows = [(plain_length(length), *(cell(m, mode, length, *one) for one in told.values())) for length in m.lengths]
    return pd.DataFrame(rows, columns=["length", *told])


def per_hour(answer: Answer) -> pd.DataFrame:
    """Return marginal gains of everybody, one column a mode."""
    own = answer.marginal[answer.marginal.group == "all"]
    rows = []
    for (short, long), part in own.groupby(["from_length", "to_length"], sort=False):
        told = [in_hours(row) for row in part.itertuples()]
        rows.append((f"{plain_length(short)} to {plain_length(long)}", *told))
    return pd.DataFrame(rows, columns=["", *(mode_name(mode) for mode in dict.fromkeys(own["mode"]))])


def in_hours(row: object) -> str:
    """Return a gain per hour, with what must be known of it."""
    note = f"; {row.note}" if row.note and math.isfinite(row.gain_per_hour) else row.note
    return f"{number(row.gain_per_hour, row.ci_low, row.ci_high, 3)}{note}" if math.isfinite(row.gain_per_hour) else note


def other_ways(m: Told) -> pd.DataFrame:
    """Return what each policy changes, in both modes."""
    rows = []
    for mode in m.modes:
        for policy in m.policies:
            own = m.rows(mode, PRIMARY, policy)
            if own.empty:
                continue
            changes = [m.change(mode, own.length.iloc[0], measure, policy=policy) for measure in (PRIMARY, LATER, "served_all", WAITED)]
            told = [number(c["difference"], c["ci_low"], c["ci_high"], places) if c else "–" for c, places in zip(changes, (2, 2, 0, 1), strict=True)]
            rows.append((mode_name(mode), POLICIES[policy].title, *told))
    return pd.DataFrame(rows, columns=["mode", "policy", "gain at 5 years", "of those referred in year 3", "started, whole run", "weeks waited"])


def robust(moved: pd.DataFrame) -> pd.DataFrame:
    """Return the differences of the shortest and the open-ended length against the reference, by what was moved."""
    short, open_ended = (plain_length(length) for length in (LENGTHS[0], LENGTHS[-1]))
    told = {short: (PRIMARY, LENGTHS[0]), open_ended: (PRIMARY, LENGTHS[-1]), f"{open_ended}, referred in year 3": (LATER, LENGTHS[-1])}
    rows = []
    for (name, value), part in moved.groupby(["parameter", "value"], sort=False):
        cells: list[str] = []
        for mode in DRAWN:
            by = part[part["mode"] == mode].set_index(["measure", "length"])
            cells += [number(*by.loc[key, ["difference", "ci_low", "ci_high"]], 2) for key in told.values()]
            cells.append(plain_length(by.needed.iloc[0]) if by.needed.iloc[0] != NONE else NONE)
        rows.append((name if name == AS_IT_IS else f"`{name}` = {value}", *cells))
    heads = [f"{mode_name(mode)}: {what}" for mode in DRAWN for what in (*told, "needed of these")]
    return pd.DataFrame(rows, columns=["", *heads])


def figures(m: Told) -> dict[str, Figure]:
    """Return the figures that the page shows, by mode."""
    return {mode: figure(m, mode) for mode in DRAWN if mode in m.modes}


def write(answer: Answer, moved: pd.DataFrame, page: Path = PAGE, folder: Path = FOLDER) -> None:
    """Renew the page, its figures and its small tables."""
    folder.mkdir(parents=True, exist_ok=True)
    for mode, drawn in figures(Told(answer)).items():
        (folder / f"gain_{mode}.svg").write_text(drawn.wide.file(), encoding="utf-8")
    for name in small(answer):
        table = getattr(answer, name)
        own = table[table.group == "all"].drop(columns=["group", "unit"]) if name == "lengths" else table  # spsim length writes the rest
        own.to_csv(folder / f"{name}.csv", index=False, float_format=DIGITS)
    moved.to_csv(folder / f"{ROBUST}.csv", index=False, float_format=DIGITS)
    text = page.read_text(encoding="utf-8")
    page.write_text(BLOCK.sub(lambda old: f"{old[1]}{page_of(answer, moved)}{old[2]}", text), encoding="utf-8")


def small(answer: Answer) -> Sequence[str]:
    """Return the tables that stand beside the page."""
    return ("lengths", "needed", "needed_shares", "marginal")


def main() -> None:
    """Make what is missing of the runs, and renew the page."""
    store, workers = Store(Path("outputs/store").absolute()), Workers()
    answer = found(store, workers)
    write(answer, robustness(answer.question, store, workers))
    print(f"written: {PAGE} and {FOLDER}")


if __name__ == "__main__":
    main()
