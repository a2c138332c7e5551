"""What the modules that remake a page of docs share: tables, the part of a page that is theirs, and figures beside it.

`begin(__doc__)` comes first in the `main` of those that run the model, so that `--help` tells what would be run and does not run it.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from experiments.report.figures.figure import Figure

WHITE = "background:white"  # a page may be read on a dark ground
SIGNIFICANT = "%.4g"  # digits of the tables beside a page


def begin(does: str, words: Sequence[str] | None = None) -> None:
    """Return when no arguments were given; else print what the module `does` and end, with status 0 after a call for help and 2 otherwise.

    `words` are the arguments, by default those of the process.
    """
    given = list(sys.argv[1:] if words is None else words)
    if not given:
        return
    if set(given) <= {"-h", "--help"}:
        print(f"{does.strip()}\n\nIt takes no arguments: without any it begins.")
        raise SystemExit(0)
    print(f"{' '.join(given)}: this takes no arguments and was not begun; leave them out.\n\n{does.strip()}", file=sys.stderr)
    raise SystemExit(2)


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def markdown(frame: pd.DataFrame) -> list[str]:
    """Return a table as lines of Markdown."""
    return table(frame.columns, frame.itertuples(index=False)).splitlines()


def rows_beside(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file that lies beside a page."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def marked(name: str) -> re.Pattern[str]:
    """Return the pattern of the part of a page between `<!-- name -->` and `<!-- end -->`, with the marks as its groups."""
    return re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(page: str, block: re.Pattern[str], text: str) -> str:
    """Return `page` with `text` between the marks of `block`."""
    return block.sub(lambda old: f"{old[1]}{text}{old[2]}", page)


def picture(name: str, figure: Figure, folder: str) -> str:
    """Return a figure for a page in Markdown: finding, drawing (a narrow one for small screens), and below it what was measured and how it is drawn."""
    shown = f'<img alt="{figure.alt}" src="{folder}/{name}.svg">'
    narrow = f'<source media="(max-width: 600px)" srcset="{folder}/{name}_narrow.svg">'
    return f"**{figure.title}.** {figure.subtitle}.\n\n<picture>{narrow}{shown}</picture>\n\n{figure.note}"


def draw(figures: Mapping[str, Figure], folder: Path) -> None:
    """Write the drawings that `picture` shows, on white, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        (folder / f"{name}.svg").write_text(figure.wide.file("wide", WHITE), encoding="utf-8")
        (folder / f"{name}_narrow.svg").write_text(figure.narrow.file("narrow", WHITE), encoding="utf-8")
