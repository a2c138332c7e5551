"""The list of commands: what `spsim --help` shows, and where each command lives. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One command: a line for the list, the module whose `main(request)` does it, its keys, examples and notes."""

    summary: str
    module: str
    keys: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]
    notes: str = ""
    bare_word: str | None = None  # the key that a word without "=" stands for


COMMANDS = {
    "run": Command(
        summary="run one scenario, with one or more seeds; print a summary and write tables and a picture",
        module="experiments.run_command",
        keys=("seed", "replications", "weeks", "out", "processes", "events", "panel", "twin", "debug"),
        examples=(
            ("spsim run", "the default service for five years"),
            ("spsim run service=nhs_pcn replications=20 model.workforce.posts=4", "one worker more, twenty seeds"),
            ("""spsim run twin=true "model.referrals.counts='{example}'\"""", "weekly referrals from a file, beside the same people's usual care"),
        ),
        notes="A referrals file has the columns week,referrals. The one in the last example ships with spsim: copy it and put in your own.",
    ),
    "describe": Command(
        summary="list parameters and levers: value, unit, range, evidence grade and source",
        module="experiments.describe",
        keys=("name", "debug"),
        examples=(
            ("spsim describe", "all parameters, by group"),
            ("spsim describe workforce.turnover", "all about one (a group's name, or `levers`, works too)"),
            ("spsim describe workforce service=nhs_pcn", "the values of another service"),
        ),
        bare_word="name",
    ),
    "story": Command(
        summary="the life course of one user, week by week, in plain words and as a picture",
        module="experiments.story",
        keys=("person", "like", "seed", "weeks", "out", "debug"),
        examples=(
            ("spsim story like=complex", "a user with complex needs and an eventful life"),
            ("spsim story person=17 seed=3", "the user with that number in that run"),
            ("spsim story service=classroom like=simple model.workforce.turnover=1", "a small service that often loses workers"),
        ),
    ),
}
