"""What is asked of a validation: which targets, of which service, with which seeds; and the pieces that answer it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from experiments.errors import UsageError
from experiments.help import defaults_of
from experiments.patterns import PATTERNS
from experiments.pieces import Piece
from experiments.posterior import Posterior, own_keys, posterior_of, with_posterior
from experiments.settings import Request
from experiments.validation.pieces import piece_of
from experiments.validation.studies import STUDIES
from experiments.validation.targets import Target, chosen, read, shipped
from experiments.whatif.question import LAST_SEED
from sim import ParameterError, Parameters


@dataclass(frozen=True)
class ValidationQuestion:
    """Targets, the service by its parameters and titles, seeds and weeks. With a posterior each seed takes its row, but for the keys in `keep`."""

    targets: tuple[Target, ...]
    parameters: Parameters
    seeds: tuple[int, ...]
    weeks: int
    posterior: Posterior | None = field(default=None, compare=False)
    keep: frozenset[str] = frozenset()
    titles: dict[str, str] = field(default_factory=dict, compare=False)
    own_targets: bool = False  # from a file of the user's own
    is_default: bool = False  # the default service as it is, of which the reasons for misses are known

    def pieces(self) -> Iterator[Piece]:
        """Yield every piece that answers it, seed by seed."""
        wanted = [target.id for target in self.targets]
        studies = dict.fromkeys(STUDIES[name] for name in wanted if name in STUDIES)
        for seed in self.seeds:
            parameters = with_posterior(self.parameters, self.posterior, seed, self.keep)
            if any(name in PATTERNS for name in wanted):
                yield piece_of(parameters, seed, self.weeks)
            for maker in studies:
                yield Piece(maker, parameters, seed, self.weeks, (("study", maker.rpartition(":")[2]),))  # all studies share one module


def question_of(request: Request) -> ValidationQuestion:
    """Return what `request` asks; raise `UsageError` for what cannot be done as written."""
    settings = request.settings
    if not request.parameters.programme.enabled:
        raise UsageError("scenario=usual_care has no service to hold against published findings; choose another scenario.")
    known = read(settings["file"]) if settings["file"] else shipped()
    first, count = settings["seed"], settings["replications"]
    if first + count - 1 > LAST_SEED:
        raise UsageError(f"seed={first} with replications={count} goes beyond {LAST_SEED}, the last seed there is; give a smaller one.")
    posterior, keep = posterior_of(request), own_keys(request)
    asked = ValidationQuestion(
        targets=chosen(known, settings["targets"]),
        parameters=request.parameters,
        seeds=tuple(range(first, first + count)),
        weeks=settings["weeks"],
        posterior=posterior,
        keep=keep,
        titles=request.titles,
        own_targets=settings["file"] is not None,
        is_default=request.service == defaults_of("validate")["service"] and not keep and posterior is None,
    )
    try:
        for _ in asked.pieces():
            pass
    except ParameterError as error:
        raise UsageError(str(error)) from error
    return asked


def as_dict(question: ValidationQuestion) -> dict[str, Any]:
    """Return what a manifest says of the question, beside service and parameters."""
    return {
        "targets": {target.id: {name: str(value) for name, value in vars(target).items() if name != "id"} for target in question.targets},
        "seed": question.seeds[0],
        "replications": len(question.seeds),
        "weeks": question.weeks,
        "posterior": None if question.posterior is None else question.posterior.as_dict(),
    }
