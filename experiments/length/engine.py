"""Makes the runs of a question of length and puts the answer together; what it finds does not depend on what was there before, nor on the workers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from experiments.errors import RunError
from experiments.executors import Workers
from experiments.length.answer import Answer
from experiments.length.measures import MEASURES, SPEND, WAITED
from experiments.length.pieces import OUTCOMES, SPELLS, piece_of
from experiments.length.question import EQUAL_SPEND, EQUAL_WAITS, OPEN, SOLVED, WITH_POLICIES, Arm, LengthQuestion
from experiments.length.solving import SEEDS, Solved, solve
from experiments.length.statistics import differences_table, lengths_table, marginal_table, needed_tables
from experiments.missing import carry_out, failure_of, forget_failures, missing, models_run
from experiments.pieces import Piece
from experiments.settings import in_words
from experiments.store import Store

SIDE = ["mode", "policy", "length", "posts", "seed"]
ROUNDS = 5  # of trying posts for each length and mode: a guess for the forecast


@dataclass
class Engine:
    """Where the runs of a question are kept, which workers make them, and how many go into a task."""

    question: LengthQuestion
    store: Store
    workers: Workers
    batch: int = 1
    quiet: bool = False
    simulated: int = field(default=0, init=False)

    def answer(self) -> Answer:
        """Make what is missing and return the answer."""
        solved = solve(self.question, self.means)
        arms = self.question.arms(solved.posts)
        self.make(arms, self.question.seeds)
        runs, spells = self.tables(arms, OUTCOMES), self.tables(arms, SPELLS)
        needed, shares = needed_tables(runs, self.question.lengths)
        lengths, differences = lengths_table(runs), differences_table(runs, self.question.reference)
        return Answer(
            question=self.question,
            lengths=lengths,
            differences=differences,
            needed=needed,
            marginal=marginal_table(runs, self.question.lengths),
            spells=spells[["mode", "policy", "length", "seed", "group", "weeks", "cause", "people"]],
            notes=(*solved.notes, *notes(self.question, solved, lengths)),
            needed_shares=shares,
            runs=runs[["mode", "policy", "length", "seed", "group", "measure", "value"]],
            simulated=self.simulated,
        )

    def pieces(self, arms: list[Arm], seeds: list[int]) -> list[Piece]:
        """Return the pieces of `arms`, seed by seed, so that those which share usual care follow one another."""
        return [piece_of(self.question.parameters_of(arm, seed), seed, self.question.weeks) for seed in seeds for arm in arms]

    def make(self, arms: list[Arm], seeds: list[int]) -> None:
        """Make what is missing of `arms`. Raises `RunError` when a run fails; what is finished is kept, and what failed is made again next time."""
        pieces = self.pieces(arms, seeds)
        forget_failures(pieces, self.store)
        self.simulated += models_run(*missing(pieces, self.store), self.store)
        carry_out(pieces, self.store, self.workers, self.batch, self.quiet)
        failed = [(piece.seed, why) for piece in pieces if not piece.is_in(self.store) and (why := failure_of(piece, self.store) or "usual care failed")]
        if failed:
            raise RunError(f"seed {failed[0][0]}: {failed[0][1]} {len(failed)} of {len(pieces)} runs have no result. All others are finished and kept.")

    def ahead(self) -> tuple[int, int]:
        """Return how many runs of the model are missing with the posts of today, and about how many more finding posts may take."""
        question = self.question
        known = [arm for arm in question.arms({}) if arm.mode not in SOLVED or arm.length == question.reference]
        solved = sum(mode in SOLVED for mode in question.modes) * (len(question.lengths) - 1)
        runs = models_run(*missing(self.pieces(known, question.seeds), self.store), self.store)
        return runs, solved * (min(SEEDS, question.replications) * ROUNDS + question.replications) if runs else 0

    def means(self, arms: list[Arm]) -> list[dict[str, float]]:
        """Make `arms` in the first seeds, and return the means of what posts are solved for."""
        seeds = self.question.seeds[:SEEDS]
        self.make(arms, seeds)
        out = []
        for arm in arms:
            told = pd.concat([piece.table(self.store, OUTCOMES) for piece in self.pieces([arm], seeds)])
            own = told[told.group == "all"].groupby("measure").value.mean()
            out.append({name: float(own[name]) for name in (SPEND, WAITED)})
        return out

    def tables(self, arms: list[Arm], name: str) -> pd.DataFrame:
        """Return the table `name` of every run of `arms`, one below the other, each with what was run."""
        parts = []
        for arm in arms:
            for seed in self.question.seeds:
                part = self.pieces([arm], [seed])[0].table(self.store, name)
                parts.append(part.assign(mode=arm.mode, policy=arm.policy, length=arm.length, posts=arm.posts, seed=seed))
        table = pd.concat(parts, ignore_index=True)
        return table[[*SIDE, *(column for column in table if column not in SIDE)]]


def notes(question: LengthQuestion, solved: Solved, lengths: pd.DataFrame) -> list[str]:
    """Return what must be known beside the figures: what is left between lengths where posts were solved, and what has no answer."""
    out = []
    for mode, measure, words in ((EQUAL_SPEND, SPEND, "spend differs"), (EQUAL_WAITS, WAITED, "waits differ")):
        if mode not in question.modes:
            continue
        own = lengths[(lengths["mode"] == mode) & (lengths.policy == "") & (lengths.group == "all") & (lengths.measure == measure)].set_index("length").value
        posts = ", ".join(f"{length} weeks {solved.posts[mode, length]}".replace(f"{OPEN} weeks", OPEN) for length in question.lengths)
        off = own / own[question.reference] - 1
        if np.isfinite(off).all():
            left = f"over all runs {words} from {question.reference} weeks by {off.min():+.1%} to {off.max():+.1%}".replace("-", "−")
        else:
            left = f"over all runs it is {own.min():.2g} to {own.max():.2g} {MEASURES[measure].unit}"
        out.append(f"{mode}: posts by length are {posts}; {left}.")
    if question.policies and not set(question.modes) & set(WITH_POLICIES):
        out.append(f"No policy was run: they are run in the modes {in_words(WITH_POLICIES)}.")
    if OPEN not in question.lengths:
        out.append(f"There is no needed length without the open-ended programme: add {OPEN} to lengths=.")
    return out
