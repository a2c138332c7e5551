"""What `spsim length` is asked, checked: lengths, modes, policies, and the parameters that each of them stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from experiments.errors import UsageError
from experiments.length.estimands import COHORT_WEEKS, OUTCOME_WEEKS, REFERENCE
from experiments.length.policies import POLICIES, under
from experiments.settings import Request, plain
from experiments.whatif.question import LAST_SEED
from sim import ParameterError, Parameters
from sim.parameters import WEEKS_PER_YEAR, nearest
from sim.parameters.declaration import Declaration
from sim.programme import FULL_LENGTH

OPEN = "open"
FIXED, BACKLOG, EQUAL_SPEND, EQUAL_WAITS = "fixed", "backlog", "equal_spend", "equal_waits"
MODES = (FIXED, BACKLOG, EQUAL_SPEND, EQUAL_WAITS)
WITH_POLICIES = (FIXED, BACKLOG)
SOLVED = (EQUAL_SPEND, EQUAL_WAITS)


@dataclass(frozen=True)
class Arm:
    """One thing that is run: a mode, a policy (empty for a plain length), a length as text, and posts where they are not the service's."""

    mode: str
    policy: str
    length: str
    posts: int


@dataclass(frozen=True)
class LengthQuestion:
    """What is asked. `lengths` are texts in rising order, `open` last; `backlog` people wait at the start of that mode and `surge` multiplies its referrals."""

    service: Parameters
    lengths: tuple[str, ...]
    modes: tuple[str, ...] = MODES
    policies: tuple[str, ...] = ()
    replications: int = 10
    seed: int = 1
    weeks: int = 416
    backlog: int = 0
    surge: float = 1.3
    title: str = ""

    @property
    def seeds(self) -> list[int]:
        """The seeds, the same for everything that is run."""
        return list(range(self.seed, self.seed + self.replications))

    @property
    def reference(self) -> str:
        """The length that others are compared with: two years, else the service's own, else the longest with a limit."""
        own = str(self.service.programme.length_weeks)
        timed = [length for length in self.lengths if length != OPEN]
        return next((length for length in (str(REFERENCE), own) if length in timed), timed[-1])

    def service_of(self, seed: int) -> Parameters:
        """Return the service of the run with `seed`, before length, mode and policy change it."""
        return self.service

    def parameters_of(self, arm: Arm, seed: int) -> Parameters:
        """Return the parameters of one run of `arm`."""
        service = self.service_of(seed).replace({"workforce.posts": arm.posts} | length_set(arm.length))
        if arm.mode == BACKLOG:
            service = with_backlog(service, self.backlog, self.surge)
        return under(arm.policy, service)

    def arms(self, posts: dict[tuple[str, str], int]) -> list[Arm]:
        """Return all that is run: the lengths of every mode, then the policies; `posts` by mode and length where they were solved."""
        own = self.service.workforce.posts
        plain_ = [Arm(mode, "", length, posts.get((mode, length), own)) for mode in self.modes for length in self.lengths]
        told = [policy for policy in self.policies if self.changes_something(policy)]
        return plain_ + [Arm(mode, policy, self.length_of(policy), own) for mode in self.modes if mode in WITH_POLICIES for policy in told]

    def changes_something(self, policy: str) -> bool:
        """Whether a policy is anything else than the service at the reference length, with which it would be compared."""
        compared = self.service.replace(length_set(self.reference))
        return under(policy, compared) != compared

    def length_of(self, policy: str) -> str:
        """Return the length that a policy goes with: its own, or the reference."""
        return str(POLICIES[policy].sets.get("programme.length_weeks", self.reference))


def length_set(length: str) -> dict[str, Any]:
    """Return what a length sets in the programme; rules that move with the length are in an open-ended one as in the full programme."""
    return {"programme.open_ended": length == OPEN, "programme.length_weeks": FULL_LENGTH if length == OPEN else int(length)}


def with_backlog(service: Parameters, backlog: int, surge: float) -> Parameters:
    """Return `service` with a waiting list at the start and `surge` times the referrals."""
    flow = service.referrals
    counts = tuple(round(surge * count) for count in flow.counts)
    return service.replace(
        {
            "referrals.backlog": flow.backlog + backlog,
            "referrals.first_year": surge * flow.first_year,
            "referrals.later_years": surge * flow.later_years,
            "referrals.counts": counts,
        }
    )


def question_of(request: Request) -> LengthQuestion:
    """Return what `request` asks. Raises `UsageError` for what cannot be asked."""
    settings, service = request.settings, request.parameters
    if not service.programme.enabled:
        raise UsageError("scenario=usual_care has no programme whose length could be asked for; choose another scenario.")
    backlog = settings["backlog"]
    question = LengthQuestion(
        service=service,
        lengths=checked_lengths(settings["lengths"]),
        modes=checked("modes", settings["modes"], MODES),
        policies=checked("policies", settings["policies"], tuple(POLICIES), may_be_none=True),
        replications=settings["replications"],
        seed=settings["seed"],
        weeks=settings["weeks"],
        backlog=year_of_referrals(service) if backlog is None else backlog,
        surge=float(settings["surge"]),
        title=request.titles["service"],
    )
    check(question)
    return question


def check(question: LengthQuestion) -> None:
    """Raise `UsageError` for what does not go together."""
    least = COHORT_WEEKS + OUTCOME_WEEKS
    if question.weeks < least:
        raise UsageError(
            f"weeks={question.weeks} is too short: people referred in the first {COHORT_WEEKS} weeks are followed for {OUTCOME_WEEKS} weeks after "
            f"referral; give weeks={least} or more."
        )
    for length in question.lengths:
        if length != OPEN and int(length) >= question.weeks:
            raise UsageError(
                f"lengths={plain(list(question.lengths))}: nobody reaches the end of a programme of {length} weeks in weeks={question.weeks}; "
                f"give {OPEN} for no limit, lengths below {question.weeks}, or more weeks."
            )
    if question.replications < 2:
        raise UsageError(f"replications={question.replications}: an interval needs 2 runs at least.")
    if question.seed + question.replications > LAST_SEED:
        raise UsageError(f"seed={question.seed}: with {question.replications} runs the last seed is above {LAST_SEED}, the most allowed.")
    try:
        for arm in question.arms({}):
            question.parameters_of(arm, question.seed)
    except ParameterError as error:
        raise UsageError(str(error)) from error


def checked_lengths(given: Sequence[Any]) -> tuple[str, ...]:
    """Return the lengths as text, in rising order and `open` last; refuse what is none, one named twice, and fewer than two."""
    most = length_bounds()[1]
    texts = [str(length).strip() for length in given]
    for text in texts:
        if text != OPEN and not (text.isdigit() and 1 <= int(text) <= most):
            raise UsageError(f"lengths={plain(texts)}: {text} is no length. Give whole numbers of weeks from 1 to {most}, or {OPEN} for no limit.")
    lengths = [text if text == OPEN else str(int(text)) for text in texts]
    for length in lengths:
        if lengths.count(length) > 1:
            raise UsageError(f"lengths={plain(texts)}: {length} is named twice; leave one out.")
    if len(lengths) < 2 or lengths == [OPEN]:
        raise UsageError(f"lengths={plain(texts)}: give two lengths or more, as in lengths=[26,104,{OPEN}].")
    return tuple(sorted(lengths, key=order))


def length_bounds() -> tuple[int, int]:
    """Return the shortest and longest length that the model allows, in weeks."""
    return declared("programme", "length_weeks").allowed


def declared(group: str, name: str) -> Declaration:
    """Return the declaration of one parameter."""
    from sim.parameters import declarations

    return next(about for key, about, _ in declarations() if key == f"model.{group}.{name}")


def order(length: str) -> tuple[bool, int]:
    """Return what lengths are sorted by: `open` is the longest."""
    return (length == OPEN, 0 if length == OPEN else int(length))


def checked(key: str, given: Sequence[str], known: Sequence[str], may_be_none: bool = False) -> tuple[str, ...]:
    """Return the names `given` for `key` in the order of `known`; refuse what is not among them, one named twice, and none unless that is allowed."""
    for name in given:
        if name not in known:
            raise UsageError(f"{key}={plain(list(given))}: there is no {name}.{nearest(name, list(known))} Known: {', '.join(known)}.")
        if list(given).count(name) > 1:
            raise UsageError(f"{key}={plain(list(given))}: {name} is named twice; leave one out.")
    if not given and not may_be_none:
        raise UsageError(f"{key}= names none. Give one or more of {', '.join(known)}.")
    return tuple(name for name in known if name in given)


def year_of_referrals(service: Parameters) -> int:
    """Return how many people are referred in a year, by the user's counts or after the first: the list at the start unless another is given."""
    counts = service.referrals.counts
    return round(WEEKS_PER_YEAR * sum(counts) / len(counts) if counts else service.referrals.later_years)
