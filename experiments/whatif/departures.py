"""What one departure costs on each side of a comparison, exactly: departures cancelled one by one, as `experiments.continuity` has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from experiments.continuity.pieces import FIRST, WORLDS, YEAR
from experiments.continuity.study import Study, what_is_there
from experiments.continuity.tables import COLUMNS as ESTIMATES
from experiments.continuity.words import Told
from experiments.executors import Workers
from experiments.missing import carry_out, forget_failures, timing_of
from experiments.whatif.announce import how_long, say
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.compare import Question
from sim.parameters import WEEKS_PER_YEAR

COLUMNS = ("scenario", *ESTIMATES)
FEWEST_WEEKS = FIRST + YEAR  # of a run, for a departure to be looked at


@dataclass(frozen=True)
class Departures:
    """What was found by side, the baseline first; None for a side on which nobody left."""

    sides: Mapping[str, Told | None]

    @cached_property
    def table(self) -> pd.DataFrame:
        """Every estimate, with `COLUMNS`."""
        tables = [told.table.assign(scenario=name) for name, told in self.sides.items() if told is not None]
        return pd.concat(tables, ignore_index=True)[list(COLUMNS)] if tables else pd.DataFrame(columns=list(COLUMNS))


def departures(question: Question, bench: Bench, runs: int, quiet: bool = False) -> Departures:
    """Run what is missing, saying first how much that is, and return what a departure costs in the first `runs` seeds of each side that differs.

    Raises `RunError` when a run fails; the same command then runs it again.
    """
    asked = studies(question, bench, runs)
    pieces = [piece for study in asked.values() for piece in study.every()]
    forget_failures(pieces, bench.store)
    if work := sum(runs_of(study, bench) for study in asked.values()):
        say(announcement(len(asked), runs, work, seconds_a_run(question, bench), bench.processes), quiet)
    carry_out(pieces, bench.store, Workers(bench.processes), quiet=quiet)
    bench.counter.append(work)
    found = {name: what_is_there(study, bench.store) for name, study in asked.items()}
    return Departures({name: None if each is None else Told.of(each) for name, each in found.items()})


def studies(question: Question, bench: Bench, runs: int) -> dict[str, Study]:
    """Return the study of each side that has workers and is not the baseline under another name; with a posterior each seed has its row."""
    return {
        arm.name: study_of(arm, question, bench, runs)
        for arm in question.arms
        if arm.parameters.programme.enabled and (arm is question.baseline or not question.same(arm))
    }


def study_of(arm: Arm, question: Question, bench: Bench, runs: int) -> Study:
    """Return the study of one side: every departure of its runs, nothing assumed otherwise."""
    seeds = question.seeds(runs)
    drawn = {} if bench.posterior is None else {seed: bench.drawn(arm, seed).parameters for seed in seeds}
    return Study(arm.parameters, seeds, question.weeks, whole_seeds=seeds, tried_seeds=(), assumed={}, by_seed=drawn)


def runs_of(study: Study, bench: Bench) -> int:
    """Return about how many runs of the model the missing pieces of `study` come to."""
    return round(sum(weeks_of(study, piece.maker, piece.parameters.workforce) for piece in study.every() if not piece.is_in(bench.store)) / study.weeks)


def weeks_of(study: Study, maker: str, workforce: object) -> float:
    """Return about how many weeks of the model a piece takes: a departure is lived once a world, and once to see whom it hits."""
    kind = maker.rpartition(":")[2]
    if kind != "departures":
        return study.weeks * {"repeated": 2, "totals": 1}[kind]
    count = workforce.posts * workforce.turnover * (study.last - study.first) / WEEKS_PER_YEAR
    return 2 * study.last + count * (len(WORLDS) * (workforce.notice_weeks + YEAR) + workforce.notice_weeks)


def seconds_a_run(question: Question, bench: Bench) -> float | None:
    """Return the seconds that the first run of the baseline took, None where that is not known."""
    return timing_of(bench.cell(question.baseline, question.seed), bench.store).get("seconds")


def announcement(sides: int, runs: int, work: int, seconds: float | None, processes: int | None) -> str:
    """Return the sentence to say before `departures`."""
    where = "the baseline" if sides == 1 else f"{sides} sides"
    time = how_long(work, seconds, processes)
    return f"What one departure costs: {runs} run{'' if runs == 1 else 's'} of {where}, each departure lived again: as much work as about {work:,} runs{time}."
