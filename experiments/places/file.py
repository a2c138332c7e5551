"""A user's own places: a CSV file, one row a place, with a name and parameters as columns. Every row that is wrong is named."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.errors import UsageError
from experiments.places.draws import MOST_PLACES, full
from experiments.settings import in_words
from experiments.terminal import counted
from sim.parameters import ParameterError, declarations, nearest
from sim.parameters.declaration import check

NAME = "place"
NEEDED = (NAME, "referrals.first_year", "referrals.later_years", "workforce.posts", "community.services")  # what makes the size of a place
LARGEST = 50_000_000  # bytes
MOST_TOLD = 20  # mistakes that are listed; the others are counted
LONGEST_NAME = 80
SWITCHES = {"true": True, "false": False}


@dataclass(frozen=True)
class Row:
    """One row of the file: the line it stands on, the name of the place, and what it sets, by full key."""

    line: int
    name: str
    values: dict[str, Any]


def read_places(path: str | Path) -> list[Row]:
    """Return the places in the CSV file `path`; raise `UsageError` that names every column and row that is wrong."""
    reader = csv.reader(io.StringIO(text_of(Path(path))))
    try:
        table = [(reader.line_num, line) for line in reader]
    except csv.Error as error:
        raise UsageError(f"{path}, line {reader.line_num}: this is no table of cells with commas between them ({error}).") from error
    if not table:
        raise UsageError(f"{path} is empty: the first line must name the columns, {', '.join(NEEDED)} and any parameters.")
    header = [name.strip() for name in table[0][1]]
    known = columns_of(header, path)
    lines = [(number, line) for number, line in table[1:] if any(cell.strip() for cell in line)]
    if not lines:
        raise UsageError(f"{path} names columns and no place: give one row for each.")
    if len(lines) > MOST_PLACES:
        raise UsageError(f"{path} has {len(lines):,} places; at most {MOST_PLACES:,} are allowed.")
    rows, wrong = [], []
    for number, line in lines:
        try:
            rows.append(row_of(number, line, header, known))
        except UsageError as error:
            wrong += str(error).split("\n")
    first = {}
    for row in rows:
        if row.name in first:
            wrong.append(f"line {row.line}: the place {row.name} stands on line {first[row.name]} already; each place has one row")
        first.setdefault(row.name, row.line)
    if wrong:
        more = f"; and {counted(len(wrong) - MOST_TOLD, 'mistake')} more" if len(wrong) > MOST_TOLD else ""
        raise UsageError(f"{path} has {counted(len(wrong), 'mistake')}: {'; '.join(wrong[:MOST_TOLD])}{more}.")
    return rows


def text_of(path: Path) -> str:
    """Return the text of a file of reasonable size."""
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path} has more than {LARGEST:,} bytes, the most allowed for a file of places.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not a text file in UTF-8.") from None


def columns_of(header: list[str], path: str | Path) -> dict[str, tuple[Any, Any]]:
    """Return `{full key: (declaration, default)}` of the columns but the name; refuse what is missing, repeated or no parameter."""
    declared = {key: (declaration, default) for key, declaration, default in declarations()}
    if len(header) == 1 and ";" in header[0]:
        raise UsageError(f"{path} has semicolons between its columns: save it with commas.")
    if "" in header:
        raise UsageError(f"{path}: column {header.index('') + 1} has no name in the first line; name it, or take the comma away.")
    twice = [name for name, count in Counter(full(name) if name != NAME else NAME for name in header).items() if count > 1]
    if twice:
        raise UsageError(f"{path} has the column {twice[0].removeprefix('model.')} more than once; keep one.")
    if missing := [name for name in NEEDED if name not in header and full(name) not in header]:
        raise UsageError(
            f"{path} lacks the column{'s' if len(missing) > 1 else ''} {in_words(missing)}. A file of places has {in_words(list(NEEDED))}, and any other "
            "parameter in which the places differ."
        )
    known = {}
    for name in header:
        if name == NAME:
            continue
        key = full(name)
        if key not in declared:
            raise UsageError(f"{path}: the column {name} is not a parameter.{nearest(key, list(declared))} `spsim describe` lists all.")
        if isinstance(declared[key][1], tuple):
            raise UsageError(f"{path}: the column {name} holds a list, which a file of places cannot; set it for all places, {key}=.")
        known[key] = declared[key]
    return known


def row_of(number: int, line: list[str], header: list[str], known: dict[str, tuple[Any, Any]]) -> Row:
    """Return the place on one line; raise `UsageError` with a line for each mistake in it."""
    if len(line) != len(header):
        raise UsageError(f"line {number}: it has {counted(len(line), 'cell')} and the first line {len(header)}")
    cells = dict(zip(header, (cell.strip() for cell in line), strict=True))
    name, wrong, values = cells.pop(NAME), [], {}
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        wrong.append(f"line {number}: a place needs a name of 1 to {LONGEST_NAME} letters, and {name[:LONGEST_NAME]!r} is none")
    for column, cell in cells.items():
        key = full(column)
        if not cell:
            wrong.append(f"line {number} ({name}): {column} is empty")
            continue
        try:
            values[key] = check(key, *known[key], typed(cell))
        except ParameterError as error:
            wrong.append(f"line {number} ({name}): {str(error).rstrip('.')}")
    if wrong:
        raise UsageError("\n".join(wrong))
    return Row(number, name, values)


def typed(cell: str) -> Any:
    """Return what a cell holds: a number, a switch or a word."""
    for kind in (int, float):
        try:
            return kind(cell) if "_" not in cell else cell
        except ValueError:
            continue
    return SWITCHES.get(cell.lower(), cell)
