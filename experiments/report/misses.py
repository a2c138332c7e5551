"""How the model did against published findings: the list that `make results` writes beside the page on validation, in plain words."""

from __future__ import annotations

from experiments.validation.targets import HELD_OUT, rows_of, shared

IN_WORDS = {  # what each finding that was held out says, after "the model misses"
    "T7": "how many users improve in at least one area of the Star",
    "T8a": "an effect near zero against controls, 8 to 9 months on",
    "T8b": "that people improve without the service too",
    "T9a": "how many have three contacts within nine months in a light programme",
    "T9b": "that more contacts go with more activity",
    "T10a": "how many users meet their link worker less because they are better",
    "T10b": "how many users meet their link worker less because of their health",
    "T10c": "how many users meet their link worker less because of a change of link worker",
    "T10d": "how many users have as much contact as before",
    "T11": "how many users have a change of link worker by about 16 months",
    "T12": "that a change of link worker costs twice as many contacts before maintenance as in it",
    "T14b": "how emergency admissions rise with the number of conditions",
    "T20a": "that those with more conditions gain less",
    "T20b": "that the most deprived gain more",
    "T20c": "that minority-ethnic users gain less",
    "T21a": "that the gain grows with time",
    "T21b": "that a programme of two years does more than one of three months",
    "T23": "that care looks much cheaper only against people who did not take part",
    "T24": "what austerity does to waits, starts, hours and engagement together",
    "T26a": "that a fixed end costs complex users more",
    "T26b": "that coming back reduces that loss",
    "T27": "that a handover left to the user loses more people than an active one",
}


def held_out() -> dict[str, bool]:
    """Return, in plain words, the findings that are a test of the model, and whether the default service clearly meets each.

    Those were held out and neither share their data with a fitted one nor are built in (configs/evidence/shared.csv).
    """
    dependent = shared()
    return {IN_WORDS[row["id"]]: row["verdict"] == "met" for row in rows() if row["use"] == HELD_OUT and row["id"] not in dependent}


def rows() -> list[dict[str, str]]:
    """Return every finding that was tried, in the order of the targets: `id, pattern, use, verdict` and what the model gave."""
    return rows_of("found.csv")
