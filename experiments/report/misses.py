"""How the model did against published findings: the list that `make results` writes beside the evidence page, in plain words."""

from __future__ import annotations

import csv
from importlib import resources

HELD_OUT = "hold out"
IN_WORDS = {  # what each finding that nothing was tuned to says, after "the model misses"
    "T7": "how many users improve in at least one area of the Star",
    "T8a": "an effect near zero against controls, 8 to 9 months on",
    "T8b": "that people improve without the service too",
    "T9b": "that more contacts go with more activity",
    "T10a": "how many users meet their link worker less because they are better",
    "T10b": "how many users meet their link worker less because of their health",
    "T10c": "how many users meet their link worker less because of a change of link worker",
    "T10d": "how many users have as much contact as before",
    "T11": "how many users have a change of link worker by about 16 months",
    "T14b": "how emergency admissions rise with the number of conditions",
    "T20a": "that those with more conditions gain less",
    "T20b": "that the most deprived gain more",
    "T20c": "that minority-ethnic users gain less",
    "T21a": "that the gain grows with time",
}


def held_out() -> dict[str, bool]:
    """Return, in plain words, the findings that nothing was tuned to, and whether the default service meets each."""
    return {IN_WORDS[row["id"]]: row["verdict"] == "met" for row in rows() if row["use"] == HELD_OUT}


def rows() -> list[dict[str, str]]:
    """Return every finding that was tried: `id, pattern, use, verdict`, in the order of the evidence page."""
    text = (resources.files("configs") / "evidence" / "found.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
