"""What the modules that remake a page of docs/results share: they take no arguments, and their figures lie beside the page in two widths.

`begin(__doc__)` comes first in each `main`, so that `--help` tells what would be run and does not run it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from experiments.report.figures.figure import Figure

WHITE = "background:white"  # a page may be read on a dark ground


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
