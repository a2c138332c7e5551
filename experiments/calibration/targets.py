"""The targets of a calibration: those of a file of published patterns that can be fitted."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.errors import UsageError
from experiments.patterns import PATTERNS
from experiments.validation.ranges import SHARES
from experiments.validation.targets import FIT, Target, chosen, read, shipped


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
    wanted = [target.id for target in known.values() if target.use == FIT] if ids is None else ids
    if not wanted:
        raise UsageError(f"file={path}: no target of it has use=fit; name some, as in targets=[{next(iter(known))}].")
    found = chosen(known, wanted)
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
