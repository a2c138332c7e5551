"""The compiled form of the week, as commands ask for it: whether it is there, and compiling it before anything is timed."""

from __future__ import annotations

from importlib.util import find_spec

from experiments.errors import RunError
from experiments.run import Job, run_model
from experiments.settings import Request
from experiments.whatif.announce import say
from sim import Parameters

FEW = {"referrals.first_year": 300.0, "workforce.posts": 4, "community.services": 8, "workforce.turnover": 5.0}  # so that most loops are met
WEEKS = 30


def check_compiled(request: Request) -> None:
    """Raise `RunError` with the remedy where the compiled form is asked for and not there."""
    if request.settings["compiled"] and find_spec("numba") is None:
        raise RunError("compiled=true cannot start: it needs more packages, pip install 'spsim[fast]'; or leave it out.")


def compile_now(quiet: bool = False) -> None:
    """Compile the week's loops; they are kept beside the code or in the user's cache, so that this takes time once only."""
    say("Compiling the week's loops: a minute or two the first time, a second after that.", quiet)
    run_model(Job(Parameters().replace(FEW), "", 1, WEEKS, events=False, panel=False, compiled=True))
