"""The week's processes a second time, as loops that numba compiles: optional, and equal to the numpy form.

The numpy form in `sim.processes` is the definition of the model; a test holds the two equal. Each
module here bears the name of the one it stands for and has its public function, with the same
signature. numba is imported when `processes` is called, not before. See docs/decisions/0011-compiled-steps.md.
"""

from __future__ import annotations

from importlib import import_module

from sim.processes import Processes

COMPILED = (
    "funding", "setback", "workforce", "allocation", "contact", "onward_referral", "placement", "participation", "motivation", "wellbeing", "engagement",
    "measures",
)  # fmt: skip


class NumbaMissing(ImportError):
    """Compiled steps were asked for where numba is not installed."""


def processes(numpy_form: Processes) -> Processes:
    """Return the modules of `numpy_form`, by name, with the compiled ones in the place of those there are.

    Raises `NumbaMissing` without numba.
    """
    try:
        import_module("numba")
    except ImportError as error:
        raise NumbaMissing("compiled=True needs numba, which is not installed: pip install 'spsim[fast]', or leave compiled out.") from error
    return Processes(**(vars(numpy_form) | {name: import_module(f"sim.compiled.{name}") for name in COMPILED}))
