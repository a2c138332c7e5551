"""Weekly referral counts from a user's CSV file. Every mistake is refused with file and line.

The form: a first line `week,referrals`, then one line a week from week 0 on, none left out, each a
whole number of 0 or more; empty lines may follow. The file is read line by line and given up at the first mistake, so a file
that is far too long costs nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from experiments.errors import UsageError
from experiments.terminal import counted

HEADER = ["week", "referrals"]
MOST_WEEKS = 5_200
MOST_REFERRALS = 1_000_000
LONGEST_LINE = 1_000


def read_counts(path: str) -> list[int]:
    """Return the referrals of each week, week 0 first; raise `UsageError` naming file and line."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(lines(file, path))
            check_header(next(reader, None), path)
            counts = [count_of(row, week, f"{path}, line {number}") for week, (row, number) in enumerate(filled(reader, path))]
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not a text file in UTF-8; save it as CSV.") from None
    except csv.Error as error:
        raise UsageError(f"{path} is not a CSV file: {error}.") from None
    if not counts:
        raise UsageError(f"{path}, line 2: there are no weeks below the header.")
    return counts


def lines(file: Iterator[str], path: str) -> Iterator[str]:
    """Yield the lines of `file`; refuse one that is no line of two numbers, or one week too many."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise UsageError(f"{path}, line {number}: the line is too long for a week and a number of referrals.")
        if number > MOST_WEEKS + 1 and line.strip():
            raise UsageError(f"{path}, line {number}: there are more than {MOST_WEEKS:,} weeks, the most allowed.")
        yield line


def filled(reader: Any, path: str) -> Iterator[tuple[list[str], int]]:
    """Yield each row that `reader` still has, with its line; empty lines are allowed at the end only."""
    empty = None
    for row in reader:
        if not any(cell.strip() for cell in row) and len(row) < 2:
            empty = empty or reader.line_num
        elif empty:
            raise UsageError(f"{path}, line {empty}: the line is empty; every week has a line, {','.join(HEADER)}.")
        else:
            yield row, reader.line_num


def check_header(row: list[str] | None, path: str) -> None:
    """Raise `UsageError` when the first line is not the header."""
    if row is None:
        raise UsageError(f"{path}, line 1: the file is empty; the first line must be {','.join(HEADER)}.")
    if [cell.strip().lower() for cell in row] != HEADER:
        raise UsageError(f"{path}, line 1: the first line must be {','.join(HEADER)}, and is {','.join(row)[:60]!r}.")


def count_of(row: list[str], week: int, at: str) -> int:
    """Return the referrals in `row`, which must be that of `week`; `at` is its file and line."""
    if len(row) != len(HEADER):
        raise UsageError(f"{at}: a line has a week and its referrals, and this has {counted(len(row), 'value')}.")
    given = whole(row[0], "week", at)
    if given < week:
        raise UsageError(f"{at}: week {given} stands here after week {week - 1}; each week must come once, in order.")
    if given == 1 and week == 0:
        raise UsageError(f"{at}: the first week is numbered 1; weeks count from 0, the week of opening.")
    if given > week:
        raise UsageError(f"{at}: week {week} is missing; week {given} stands here. A week without referrals is written {week},0.")
    count = whole(row[1], "referrals", at)
    if count > MOST_REFERRALS:
        raise UsageError(f"{at}: referrals = {count} is above {MOST_REFERRALS:,}, the most allowed in a week.")
    return count


def whole(cell: str, column: str, at: str) -> int:
    """Return `cell` as a whole number of 0 or more."""
    text = cell.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise UsageError(f"{at}: {column} = {text[:40]!r} is not a whole number of 0 or more.")
    return int(text)
