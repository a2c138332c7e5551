"""Progress is a bar on a terminal and a plain line now and then elsewhere."""

import io
import sys

import pytest

from experiments import progress
from experiments.progress import Progress

pytestmark = pytest.mark.unit


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown_on(stream, monkeypatch, steps=10):
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress(steps, "weeks") as counted:
        for _ in range(steps):
            counted.tick()
    return stream.getvalue()


def test_on_a_terminal_there_is_a_bar_that_goes_away(monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BEFORE_BAR", 0)
    shown = shown_on(Terminal(), monkeypatch)
    assert "0/10" in shown and shown.endswith("\r")


def test_elsewhere_a_short_run_says_nothing(monkeypatch):
    assert shown_on(io.StringIO(), monkeypatch) == ""


def test_elsewhere_a_long_run_says_a_plain_line_now_and_then(monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0)
    assert shown_on(io.StringIO(), monkeypatch, steps=3) == "1 of 3 weeks done\n2 of 3 weeks done\n3 of 3 weeks done\n"


def test_elsewhere_a_line_tells_the_time_left_at_the_pace_so_far(monkeypatch):
    clock = iter([0.0, 600.0, 600.0, 600.0, 1200.0, 1200.0, 1200.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    counted = Progress(1_250, "runs")
    counted.tick(250)
    counted.tick(1_000)
    assert said.getvalue() == "250 of 1,250 runs done, about 40 minutes left\n1,250 of 1,250 runs done\n"
