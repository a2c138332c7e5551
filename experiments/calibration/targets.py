"""The targets of a calibration: those of a file of published patterns that can be fitted."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.errors import UsageError
from experiments.patterns import PATTERNS
from experiments.settings import plain
from experiments.validation.targets import FIT, Target, chosen, read, shipped

SHARES = ("T1", "T3", "T7", "T10a", "T10b", "T10c", "T10d", "T11", "T14a", "T15", "T16a", "T16b", "T19a", "T19b")  # patterns that are a `Share`


def is_share(target: Target) -> bool:
    """Whether the pattern of a target is a share, between 0 and 1."""
    return target.id in SHARES


def centre(target: Target) -> float:
    """Return the published value; the middle of the band where there is none inside it."""
    return target.value if target.low < target.value < target.high else (target.low + target.high) / 2


def fitted(path: str | None, ids: Sequence[str] | None) -> tuple[Target, ...]:
    """Return the targets that are fitted, of the file at `path` or of the file that ships: those named by `ids`, or of use fit.

    Raises `UsageError` for a file that cannot be, a target that is not there, and one that has no likelihood.
    """
    known = shipped() if path is None else read(path)
    if ids is not None and not ids:
        raise UsageError("targets= names none; name some, as in targets=[T1,T3,T4], or leave it out for those of use fit.")
    found = chosen(known, [target.id for target in known.values() if target.use == FIT] if ids is None else ids)
    if not found:
        raise UsageError("no target of the file has use=fit; name some, as in targets=[T1,T3,T4].")
    for target in found:
        check(target, known)
    return found


def check(target: Target, known: dict[str, Target]) -> None:
    """Raise `UsageError` for a target that no likelihood can be made of."""
    if target.id not in PATTERNS:
        able = [name for name, other in known.items() if name in PATTERNS and not other.directed]
        raise UsageError(f"{target.id}: one run of the model does not answer this target, so it cannot be fitted. Those that can: {', '.join(able)}.")
    if target.directed:
        raise UsageError(
            f"{target.id} ({target.pattern}) says a direction, not a number with its doubt, so it has no likelihood. "
            "Leave it out, and hold the result against it with `spsim validate`."
        )
    outside = [end for end in (target.low, target.high) if is_share(target) and not 0 <= end <= 1]
    if outside:
        raise UsageError(f"{target.id}: a band that ends at {plain(outside[0])} is impossible: this pattern is a share, between 0 and 1 (20% is 0.2).")
