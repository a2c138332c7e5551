"""What is checked of the implementation, by the domains of TECH-VER (Büyükkaramikli et al. 2019): each check with the tests that make it.

docs/trace.md shows the table, and a test sees that every test named here is there.
"""

from __future__ import annotations

from dataclasses import dataclass

ENGAGED = ("active", "maintenance")
ENDED = ("completed", "time_limited", "disengaged")
TRANSITIONS = frozenset(  # of states from the end of one week to the end of the next, where something changes
    {("waiting", to) for to in ("active", "maintenance", "declined", "left_list", *ENDED, "gone")}
    | {("active", to) for to in ("maintenance", *ENDED, "gone")}
    | {("maintenance", to) for to in ("active", *ENDED, "gone")}
    | {(state, to) for state in ENDED for to in ("waiting", *ENGAGED, "declined", "left_list", "gone")}
    | {(state, "gone") for state in ("declined", "left_list", "usual_care")}
    | {("waiting", state) for state in ENDED}  # back to what it was, when a return is declined
)


@dataclass(frozen=True)
class Check:
    """One check: its domain, what is claimed, and the files of tests that hold it."""

    domain: str
    claim: str
    tests: tuple[str, ...]


CHECKS = (
    Check(
        "input", "Every default lies inside its plausible range, that inside what is allowed; source and grade are there.", ("tests/sim/test_parameters.py",)
    ),
    Check("input", "Every parameter changes an output, or is listed as one that cannot in such a run.", ("tests/verification/test_every_parameter.py",)),
    Check("input", "Sampled traits and durations have the stated means and shares.", ("tests/sim/test_traits.py", "tests/sim/test_setback.py")),
    Check("input", "A bad value ends with status 2 and nothing written.", ("tests/experiments/test_command_line.py",)),
    Check(
        "events and states",
        "People, caseloads, hours, places and goals add up in every week, for any allowed parameters.",
        ("tests/properties/test_every_week.py",),
    ),
    Check("events and states", "No referrals, posts, turnover, drop-out or places: none of what follows from them.", ("tests/verification/test_without.py",)),
    Check(
        "events and states",
        "States follow one another only as listed; events replay to the final states.",
        ("tests/verification/test_transitions.py", "tests/properties/test_tables.py"),
    ),
    Check(
        "events and states",
        "Caseload, service queue, survival, tenure and wellbeing follow their closed forms.",
        (
            "tests/theory/test_caseload.py",
            "tests/theory/test_service_queue.py",
            "tests/theory/test_survival.py",
            "tests/theory/test_workforce.py",
            "tests/theory/test_wellbeing.py",
        ),
    ),
    Check(
        "events and states",
        "Plain loops over people agree with the columns, on habit and on wellbeing.",
        ("tests/theory/test_wellbeing.py", "tests/sim/test_participation.py"),
    ),
    Check(
        "results",
        "Prices of nothing cost nothing, doubled prices twice as much; they change nothing else.",
        ("tests/sim/test_economics.py", "tests/experiments/test_money.py"),
    ),
    Check("results", "Discounting agrees with a sum by hand; a rate of nothing is a plain sum.", ("tests/sim/test_economics.py",)),
    Check("results", "Tables agree with one another, and groups add up to the whole.", ("tests/sim/test_results.py", "tests/sim/test_summary.py")),
    Check(
        "uncertainty",
        "The same seed gives the same bytes in any number of processes; a scenario differs from itself by exactly nothing.",
        ("tests/experiments/test_run_command.py", "tests/theory/test_no_difference.py"),
    ),
    Check(
        "uncertainty",
        "Draws stay inside their bounds; a doubt of no width is the base case; intervals cover as often as they say.",
        ("tests/experiments/test_draws.py", "tests/theory/test_paired_interval.py"),
    ),
    Check(
        "uncertainty",
        "Calibration finds what was put in: twenty known sets of parameters, data simulated from each, the whole way to the posterior.",
        ("tests/evidence/test_recovery.py",),
    ),
    Check("other", "Each lever moves its main measure in the expected direction, paired by seed.", ("tests/sim/test_policies.py",)),
)
