"""docs/results/length.md: how long the default service's programme needs to be, from real runs (`make length`).

The runs are taken from the store, or made (about 25 minutes on two cores). Tables, and sentences that quote them, are written from the files
beside the page, so that page and files cannot differ; words that quote no figure stand in the page itself, outside the part that is written here.
"""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pandas as pd

from experiments import cli
from experiments.executors import Workers
from experiments.length.answer import Answer
from experiments.length.engine import Engine, notes
from experiments.length.figures.shown import mode_name
from experiments.length.measures import OWN
from experiments.length.question import BACKLOG, FIXED, LengthQuestion, question_of
from experiments.length.report.answer import figure
from experiments.length.report.body import figures_of_stays, what_an_hour_brings
from experiments.length.report.material import Told
from experiments.length.report.sentences import readable
from experiments.length.results_tables import CHANGED, REFERENCE, after, by_length, needed, other_ways, per_hour, robust
from experiments.length.results_words import Words
from experiments.length.robustness import SEEDS, robustness
from experiments.pages import WHITE, begin, markdown, marked, renewed
from experiments.report.figures.figure import Figure
from experiments.store import Store

COMMAND = "spsim length"
PAGE, FOLDER = Path("docs/results/length.md"), Path("docs/results/length")
BLOCK = marked("length")
TABLES = ("lengths", "differences", "needed", "needed_shares", "marginal")
ROBUST = "robustness"
DIGITS = "%.6g"
TEXTS = dict.fromkeys(("policy", "length", "against", "needed", "low", "high", "from_length", "to_length", "note", "value"), str)
BRACKETS = (
    "In brackets: 95% interval over runs, which is luck alone. Gains are points of the Wellbeing Star sum (8 to 40) over the same people's usual care."
)
HEADS = {
    "needed": "Needed length** (shortest that reaches 90% of the open-ended programme's gain; range of 95% of bootstrap answers; share that gives the answer)",
    "hour": "Marginal gain per worker-hour**, everybody: Star points at 260 weeks for each further hour spent until then, from one length to the next",
    "ways": f"Other ways to end**: change against {REFERENCE} weeks in the same mode",
    "moved": f"One assumption moved at a time**, gain at 260 weeks and differences from {REFERENCE} weeks, in {SEEDS} runs",
}


def found(store: Store, workers: Workers) -> Answer:
    """Return the answer of `COMMAND`, its runs from `store` where they are there."""
    return Engine(asked(), store, workers).answer()


def asked() -> LengthQuestion:
    """Return the question of `COMMAND`."""
    command, *words = shlex.split(COMMAND)[1:]
    return question_of(cli.read(command, words))


def kept_tables(folder: Path) -> tuple[Answer, pd.DataFrame]:
    """Return the answer that the files beside the page hold, without single runs, and what was found when one number was moved."""
    tables = {name: read(folder, name) for name in TABLES}
    moved = read(folder, ROBUST)
    question = asked()
    return Answer(question, **tables, spells=pd.DataFrame(), notes=tuple(notes(question, tables["lengths"]))), moved


def read(folder: Path, name: str) -> pd.DataFrame:
    """Return one of the tables beside the page."""
    path = folder / f"{name}.csv"
    texts = {column: kind for column, kind in TEXTS.items() if column != "value" or name == ROBUST}
    table = pd.read_csv(path, dtype=texts)
    return table.fillna({column: "" for column in texts if column in table})


def page_of(answer: Answer, moved: pd.DataFrame, drawn: dict[str, Figure]) -> str:
    """Return the part of the page that is written by this module, in Markdown; `drawn` are its figures by name."""
    parts = [line for name, one in drawn.items() for line in picture(name, one)]
    tables, said = tables_of(answer, moved), words_of(answer, moved)
    first = tables.pop("needed")
    lines = [*said.pop("run"), "", *first, "", *parts]
    for table in tables.values():
        lines += [*table, ""]
    for head, paragraphs in said.items():
        lines += ["", f"## {head}", "", *(f"- {paragraph}" for paragraph in paragraphs)]
    return "\n".join([*lines, ""])


def tables_of(answer: Answer, moved: pd.DataFrame) -> dict[str, list[str]]:
    """Return the tables of the page by name, each with its head, in lines of Markdown."""
    m = Told(answer)
    frames = {"needed": (HEADS["needed"], needed(m))}
    frames |= {mode: (f"{mode_name(mode).capitalize()}**, everybody", by_length(m, mode)) for mode in m.modes}
    frames["after"] = (f"After the programme**, {mode_name(FIXED)}", after(m, FIXED))
    frames |= {"hour": (HEADS["hour"], per_hour(answer)), "ways": (HEADS["ways"], other_ways(m))}
    frames |= {f"moved_{mode}": (f"{HEADS['moved']}: {mode_name(mode)}", robust(moved, mode)) for mode in (FIXED, BACKLOG)}
    return {name: [f"**{head}", "", *markdown(frame)] for name, (head, frame) in frames.items()}


def words_of(answer: Answer, moved: pd.DataFrame) -> dict[str, list[str]]:
    """Return the sentences that quote figures, by the heading they stand under; `run` opens the page."""
    m = Told(answer)
    words = Words(m, moved)
    opening = f"{m.runs} runs of {m.years} for each length, mode and policy, the same seeds throughout. {words.counted()} {BRACKETS}"
    return {
        "run": ["```sh", COMMAND, "```", "", opening],
        "Posts, and what is left between lengths": [readable(note) for note in answer.notes],
        "What it says": words.says(),
        "What is robust": words.robust(),
    }


def picture(name: str, drawn: Figure) -> list[str]:
    """Return a figure with its finding, what is drawn, and how it is read."""
    alt = drawn.alt.removesuffix(" Table follows.")
    return [f"**{drawn.title}.** {drawn.subtitle}.", "", f"![{alt}](length/{name}.svg)", "", f"*{drawn.note}*", ""]


def figures(m: Told) -> dict[str, Figure]:
    """Return the figures of the page by name."""
    drawn = {f"gain_{mode}": figure(m, mode) for mode in (FIXED, BACKLOG)} | {"an_hour": what_an_hour_brings(m)}
    return drawn | dict(zip(("who_stays", "how_it_ends"), figures_of_stays(m, FIXED), strict=True))


def write(answer: Answer, moved: pd.DataFrame, page: Path = PAGE, folder: Path = FOLDER) -> None:
    """Renew the page, its figures and the tables beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = figures(Told(answer))
    for name, one in drawn.items():
        (folder / f"{name}.svg").write_text(one.wide.file("wide", WHITE), encoding="utf-8")
    quoted = replace(answer, differences=answer.differences[(answer.differences.group == "all") & answer.differences.measure.isin({*CHANGED, OWN})])
    for name in TABLES:
        getattr(quoted, name).to_csv(folder / f"{name}.csv", index=False, float_format=DIGITS)
    moved.to_csv(folder / f"{ROBUST}.csv", index=False, float_format=DIGITS)
    text = page.read_text(encoding="utf-8")
    page.write_text(renewed(text, BLOCK, page_of(*kept_tables(folder), drawn)), encoding="utf-8")


def main() -> None:
    """Make what is missing of the runs, and renew the page."""
    begin(__doc__)
    store, workers = Store(Path("outputs/store").absolute()), Workers()
    answer = found(store, workers)
    write(answer, robustness(answer.question, store, workers))
    print(f"written: {PAGE} and {FOLDER}")


if __name__ == "__main__":
    main()
