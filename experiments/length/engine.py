"""Makes the runs of a question of length and puts the answer together; what it finds does not depend on what was there before, nor on the workers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from experiments.errors import RunError
from experiments.executors import Workers
from experiments.length.answer import Answer
from experiments.length.figures.shown import of_length
from experiments.length.measures import MEASURES, SPEND, WAITED
from experiments.length.pieces import OUTCOMES, SPELLS, piece_of
from experiments.length.policies import POLICIES
from experiments.length.question import EQUAL_SPEND, EQUAL_WAITS, OPEN, SOLVED, WITH_POLICIES, Arm, LengthQuestion
from experiments.length.solving import SEEDS, solve
from experiments.length.statistics import differences_table, lengths_table, marginal_table, needed_tables
from experiments.missing import carry_out, failure_of, forget_failures, missing, models_run
from experiments.pieces import Piece
from experiments.settings import in_words
from experiments.store import Store

SIDE = ["mode", "policy", "length", "posts", "seed"]
ROUNDS = 5  # of trying posts for each length and mode in the first seeds, before two in all of them: a guess for the forecast


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
            notes=(*solved.notes, *notes(self.question, lengths)),
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
        return runs, solved * (min(SEEDS, question.replications) * ROUNDS + 2 * question.replications) if runs else 0

    def means(self, arms: list[Arm], number: int) -> list[dict[str, float]]:
        """Make `arms` in the first `number` seeds, and return the means of what posts are solved for."""
        seeds = self.question.seeds[:number]
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


def notes(question: LengthQuestion, lengths: pd.DataFrame) -> list[str]:
    """Return what must be known beside the figures: what is left between lengths where posts were solved, and what has no answer or no row."""
    out = [left_over(question, lengths, mode, *told) for mode, told in LEFT_OVER.items() if mode in question.modes]
    for policy in question.policies:
        if not question.changes_something(policy):
            out.append(f"“{POLICIES[policy].title}” is the service as it is, with which the others are compared: it has no row of its own.")
    if question.policies and not set(question.modes) & set(WITH_POLICIES):
        out.append(f"No policy was run: they are run in the modes {in_words(WITH_POLICIES)}.")
    if OPEN not in question.lengths:
        out.append(f"There is no needed length without the open-ended programme: add {OPEN} to lengths=.")
    return out


LEFT_OVER = {EQUAL_SPEND: (SPEND, "mean spend"), EQUAL_WAITS: (WAITED, "the mean wait")}
APART = 0.05  # share from which it is said of a length that it is not quite equal


def left_over(question: LengthQuestion, lengths: pd.DataFrame, mode: str, measure: str, words: str) -> str:
    """Return the posts of each length in a mode in which they were solved, and how far what is to be equal is from that of the reference length."""
    rows = lengths[(lengths["mode"] == mode) & (lengths.policy == "") & (lengths.group == "all") & (lengths.measure == measure)].set_index("length")
    posts = ", ".join(f"{rows.posts[length]} with {of_length(length)}" for length in question.lengths)
    own, against = rows.value, of_length(question.reference)
    off = own / own[question.reference] - 1
    if not np.isfinite(off).all():
        return f"{mode}: posts are {posts}; over all runs {words} is {own.min():.2g} to {own.max():.2g} {MEASURES[measure].unit}."
    far = [f"{percent(off[length])} with {of_length(length)}" for length in question.lengths if abs(off[length]) > APART]
    said = f"{mode}: posts are {posts}; over all runs {words} differs from that with {against} by {percent(off.min())} to {percent(off.max())}"
    return f"{said}. Posts are whole, so it is not quite equal: {', '.join(far)}." if far else f"{said}."


def percent(share: float) -> str:
    """Return a change in percent, with its sign."""
    return f"{share:+.1%}".replace("-", "−").replace("+0.0%", "0.0%").replace("−0.0%", "0.0%")
