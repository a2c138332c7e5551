"""The published findings that the model is held against: their file, read and checked."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from scipy.special import betaincinv

from experiments.errors import UsageError
from experiments.patterns import PATTERNS
from experiments.validation.ranges import check_band, check_counts, check_kind
from experiments.validation.studies import STUDIES
from sim.parameters import nearest

COLUMNS = ("id", "pattern", "statistic", "kind", "value", "low", "high", "k", "n", "use", "source")
BAND, BINOMIAL, RATIO, SIGN = KINDS = ("band", "binomial", "ratio", "sign")
FIT, INPUT, HELD_OUT = USES = ("fit", "input", "hold out")
ANSWERED = (*PATTERNS, *STUDIES)  # the targets that the model has a statistic for
TWO_ENDS = (BAND, BINOMIAL)
MISS, EDGE = "miss", "edge"  # what a reason is of
MOST_BYTES = 1_000_000
MOST_PEOPLE = 10**9  # of a study
EVIDENCE = resources.files("configs") / "evidence"


@dataclass(frozen=True)
class Target:
    """One published finding. An end of the band that is not given is infinite; `k` of `n` are the counts behind a share, or None."""

    id: str
    pattern: str
    statistic: str
    kind: str
    value: float
    low: float
    high: float
    k: int | None
    n: int | None
    use: str
    source: str

    @property
    def directed(self) -> bool:
        """Whether it gives a direction, or a bound on one side, and no band."""
        return self.kind not in TWO_ENDS

    @property
    def bound(self) -> float:
        """The one end of a target that has a direction."""
        return self.low if math.isfinite(self.low) else self.high

    def right(self, value: float) -> bool:
        """Whether `value` lies in the band, or beyond the bound on the right side; on a bound that is a sign or a ratio, it does not."""
        if self.directed:
            return value > self.low if math.isfinite(self.low) else value < self.high
        return self.low <= value <= self.high

    @property
    def exact(self) -> tuple[float, float] | None:
        """The exact 95% interval (Clopper and Pearson) of the share `k` of `n`; None without counts."""
        if self.k is None or not self.n:
            return None
        low = 0.0 if self.k == 0 else float(betaincinv(self.k, self.n - self.k + 1, 0.025))
        high = 1.0 if self.k == self.n else float(betaincinv(self.k + 1, self.n - self.k, 0.975))
        return low, high


def shipped() -> dict[str, Target]:
    """Return the targets that come with the package, by id, in the order of their file."""
    return parsed((EVIDENCE / "targets.csv").read_text(encoding="utf-8"), "configs/evidence/targets.csv")


def reasons(of: str = MISS) -> dict[str, str]:
    """Return why the default service misses a target, or with `EDGE` why it meets one only just, as far as known, by id."""
    return {row["id"]: row["reason"] for row in rows_of("reasons.csv") if row["of"] == of}


def shared() -> dict[str, str]:
    """Return what a shipped target shares with the fitted ones or with the values of parameters, by id, so that it is no independent test."""
    return {row["id"]: f"{row['how']}: {row['what']}" for row in rows_of("shared.csv")}


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of the evidence."""
    return list(csv.DictReader((EVIDENCE / name).read_text(encoding="utf-8").splitlines()))


def read(path: str) -> dict[str, Target]:
    """Return the targets in a file of the user's own, by id. Raises `UsageError`, which names file, row and remedy."""
    file = Path(path).expanduser()
    if file.is_dir():
        raise UsageError(f"file={path}: it is a folder; name the CSV file of targets in it.")
    if not file.is_file():
        raise UsageError(f"file={path}: there is no such file.")
    if file.stat().st_size > MOST_BYTES:
        raise UsageError(f"file={path}: it has {file.stat().st_size:,} bytes, and {MOST_BYTES:,} is the most that is read.")
    try:
        return parsed(file.read_text(encoding="utf-8-sig"), path)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise UsageError(f"file={path}: this cannot be read as a CSV file in UTF-8.") from None
    except UsageError as error:
        raise UsageError(f"file={path}: {error}") from error


def chosen(known: dict[str, Target], wanted: Iterable[str] | None) -> tuple[Target, ...]:
    """Return the targets `wanted`, all of `known` for None. Raises `UsageError` for an id that is not there."""
    if wanted is None:
        return tuple(known.values())
    wanted = list(dict.fromkeys(wanted))
    if not wanted:
        raise UsageError(f"targets=[]: name at least one, or leave it out for all. There are: {', '.join(known)}.")
    for name in wanted:
        if name not in known:
            raise UsageError(f"targets={name}: there is no such target.{nearest(name, list(known))} There are: {', '.join(known)}.")
    return tuple(target for name, target in known.items() if name in wanted)


def parsed(text: str, name: str) -> dict[str, Target]:
    """Return the targets in the `text` of a CSV file. Raises `UsageError` for other columns, and for a row that cannot be."""
    reader = csv.DictReader(text.splitlines(keepends=True))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        given, needed = list(reader.fieldnames or ()), ", ".join(COLUMNS)
        wrong = [column for column in COLUMNS if column not in given] or [column for column in given if column not in COLUMNS]
        what = f"{', '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} missing or not a column of it" if wrong else "they stand in another order"
        raise UsageError(f"the columns must be {needed}, as in configs/evidence/targets.csv: {what}.")
    found: dict[str, Target] = {}
    for place, row in enumerate(reader, start=2):
        if None in row or None in row.values():
            raise UsageError(f"row {place} does not have {len(COLUMNS)} fields; put a text with commas in quotes.")
        target = target_of({key: value.strip() for key, value in row.items()})
        if target.id in found:
            raise UsageError(f"{target.id} stands twice.")
        found[target.id] = target
    if not found:
        raise UsageError("there is no target in it.")
    return found


def target_of(row: dict[str, str]) -> Target:
    """Return the target of one row, checked."""
    name = row["id"]
    if name not in ANSWERED:
        known = ", ".join(ANSWERED)
        raise UsageError(f"{name or 'a row without id'}: the model has no statistic for this id.{nearest(name, list(ANSWERED))} It has: {known}.")
    for key, allowed in (("kind", KINDS), ("use", USES)):
        if row[key] not in allowed:
            raise UsageError(f"{name}: {key} is {row[key]!r} and must be one of {', '.join(allowed)}.")
    for key in ("pattern", "source"):
        if not row[key]:
            raise UsageError(f"{name}: the {key} is missing.")
    value, low, high = (number(name, key, row[key]) for key in ("value", "low", "high"))
    k, n = (count(name, key, row[key]) for key in ("k", "n"))
    if (k is None) != (n is None):
        raise UsageError(f"{name}: give k and n, or neither.")
    if k is not None and not 0 <= k <= n:
        raise UsageError(f"{name}: k = {k} of n = {n} cannot be: k is the number of those n of whom it is true.")
    check_kind(name, row["kind"] == BINOMIAL)
    if row["kind"] == BINOMIAL and not n:
        raise UsageError(f"{name}: a binomial target needs the counts k and n, n at least 1.")
    given = [not math.isnan(end) for end in (low, high)]
    if row["kind"] == BINOMIAL and not any(given):
        low, high = Target(name, "", "", BINOMIAL, value, low, high, k, n, "", "").exact
        given = [True, True]
    if row["kind"] in TWO_ENDS and not all(given):
        raise UsageError(f"{name}: a {row['kind']} needs both low and high.")
    if row["kind"] not in TWO_ENDS and sum(given) != 1:
        raise UsageError(f"{name}: a {row['kind']} needs one of low and high, the bound beyond which it is met.")
    if all(given) and low >= high:
        raise UsageError(f"{name}: the band from {low:g} to {high:g} holds nothing; low must be below high.")
    ends = (-math.inf if math.isnan(low) else low, math.inf if math.isnan(high) else high)
    figure = value if row["kind"] in TWO_ENDS else math.nan  # else the value is a sign, or the bound
    check_counts(name, figure, k, n)
    check_band(name, figure, *ends, k, n)
    return Target(name, row["pattern"], row["statistic"], row["kind"], value, *ends, k, n, row["use"], row["source"])


def number(name: str, key: str, text: str) -> float:
    """Return a number of a row, not a number where it is empty."""
    if not text:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"{name}: {key} is {text!r} and must be a number, or empty.")
    return value


def count(name: str, key: str, text: str) -> int | None:
    """Return a count of a row, None where it is empty."""
    if not text:
        return None
    if not text.isdecimal():
        raise UsageError(f"{name}: {key} is {text!r} and must be a whole number of 0 or more, or empty.")
    if len(text) > len(str(MOST_PEOPLE)) or int(text) > MOST_PEOPLE:
        raise UsageError(f"{name}: {key} is {text} and may be {MOST_PEOPLE:,} at most.")
    return int(text)
