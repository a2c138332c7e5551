"""The errors a user meets, and their exit statuses."""

from __future__ import annotations


class UsageError(ValueError):
    """What was asked for cannot be done as written: exit status 2, nothing run or written."""


class RunError(RuntimeError):
    """Something failed while running: exit status 1, whatever was finished is kept."""


class WorkerDied(RunError):
    """A process died at a job, also when it did that job alone."""


class Terminated(KeyboardInterrupt):
    """The system asked the process to end (SIGTERM): stopped like Ctrl-C, exit status 143."""


def one_line(error: BaseException) -> str:
    """Return the message of `error` on one line, never empty."""
    text = " ".join(str(error).split())
    return text or type(error).__name__
