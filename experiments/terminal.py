"""Text for a terminal: how wide it is, lines that fit, and things counted in words."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap

NARROWEST = 30
HOUR = 3600.0


def text_width() -> int | None:
    """Return the columns of the terminal, or None when the text goes into a pipe or file and no width is set."""
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS"):
        return None
    return max(NARROWEST, shutil.get_terminal_size().columns)


def wrapped(text: str, indent: str = "", width: int | None = None, hang: int = 2) -> list[str]:
    """Return `text` as lines of at most `width` columns, each after `indent`; later lines stand in by `hang`."""
    if width is None:
        return [indent + text]
    hang = min(hang, width // 3)
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent + " " * hang) or [""]


def unbroken(text: str, indent: str, width: int) -> list[str]:
    """Return `text` as `wrapped` does, but leave words that are too long whole: a path or a command must stay fit to copy."""
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def counted(number: int, thing: str) -> str:
    """Return `1 week`, `2 weeks`, `1,000 weeks`."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def duration(seconds: float) -> str:
    """Return a time in words, in the largest unit of which there are two or more."""
    for unit, size in (("years", 365 * 24 * HOUR), ("days", 24 * HOUR), ("hours", HOUR), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return counted(max(1, round(seconds)), "second")


def print_fitting(text: str) -> None:
    """Print `text`, its lines broken where the terminal is narrower."""
    width = text_width()
    for line in text.splitlines():
        for part in [line] if width is None or len(line) <= width else unbroken(" ".join(line.split()), "  ", width):
            print(part)
