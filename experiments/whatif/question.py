"""From a checked request to a question: which arms, how narrow an answer, and where finished runs are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.catalogue import NAME, Scenario, catalogue, find, misfit
from experiments.errors import UsageError
from experiments.help import defaults_of
from experiments.posterior import Posterior, own_keys, posterior_of
from experiments.posterior_notes import notes_on
from experiments.settings import Request, flatten, plain
from experiments.store import Store
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.compare import Question
from experiments.whatif.departures import FEWEST_WEEKS, FIRST
from experiments.whatif.draws import YARDSTICKS
from experiments.whatif.measures import MEASURES
from sim import ParameterError, Parameters

LAST_SEED = 2**63 - 1
SAME_IN_EVERY_SEED = ("model.handover.meeting_hours", "model.handover.managed_share")  # hours are told of, and shares of users set against, one value


def question_of(request: Request, own: Sequence[Arm] = ()) -> Question:
    """Return what `request` asks; `own` are arms made in Python. Raises `UsageError` for what cannot be asked."""
    known = catalogue([request.config_dir] if request.config_dir else [])
    names = [name.replace(" ", "") for name in request.settings["scenarios"]]
    baseline = request.settings["baseline"].replace(" ", "")
    check_names([*names, *(arm.name for arm in own)], baseline)
    posterior, scenarios = posterior_of(request), [find(baseline, known, "baseline"), *(find(name, known) for name in names)]
    against, *others = (arm_of(scenario, known, request) for scenario in scenarios)
    arms = [with_return(arm, against, request.parameters, posterior) for arm in (*others, *own)]
    least, most = runs_asked(request)
    check_continuity(request, posterior)
    furthest = max(most, request.settings["continuity_runs"] if request.settings["continuity"] else 0)
    if request.settings["seed"] + furthest > LAST_SEED:
        raise UsageError(f"seed={request.settings['seed']}: with {furthest} runs the last seed is above {LAST_SEED}, the most allowed.")
    question = Question(
        baseline=against,
        scenarios=tuple(arms),
        weeks=request.settings["weeks"],
        seed=request.settings["seed"],
        least=least,
        most=most,
        precision=request.settings["precision"],
        margins=checked_margins(request.settings["margins"]),
        posterior=posterior,
        notes=tuple(notes_on(posterior, request, most, scenarios, [(arm.name, arm.keep - own_keys(request)) for arm in own])),
    )
    check_rows(question, bench_of(request, posterior), furthest)
    return question


def check_continuity(request: Request, posterior: Posterior | None) -> None:
    """Refuse continuity=true where no departure can be followed for a year, and where the hours of a joint meeting differ from seed to seed."""
    if not request.settings["continuity"]:
        return
    if (weeks := request.settings["weeks"]) < FEWEST_WEEKS:
        raise UsageError(f"continuity=true follows departures from week {FIRST} on for a year, so that weeks={weeks} is too few: {FEWEST_WEEKS} at least.")
    for key in () if posterior is None else posterior.keys:
        if key in SAME_IN_EVERY_SEED and key not in own_keys(request):
            raise UsageError(f"continuity=true needs one value of {key} for all seeds, and posterior= has many: set {key}= too, or leave continuity= out.")


def check_rows(question: Question, bench: Bench, most: int) -> None:
    """Raise `UsageError` when a row of the posterior that the first `most` seeds take contradicts what a side sets itself."""
    if question.posterior is not None:
        for arm in question.arms:
            for seed in question.seeds(min(most, len(question.posterior.draws))):
                bench.drawn(arm, seed)


def bench_of(request: Request, posterior: Posterior | None = None) -> Bench:
    """Return the bench on which the runs of `request` are made, each seed with its row of `posterior`."""
    return Bench(Store(Path(request.settings["store"]).expanduser()), request.settings["weeks"], request.settings["processes"], posterior=posterior)


def with_return(arm: Arm, baseline: Arm, service: Parameters, posterior: Posterior | None = None) -> Arm:
    """Return `arm` with one part more where the baseline changes what `arm` does not: going back to the service as it is, or to the rows of `posterior`."""
    before, after, plain_service = (flatten(parameters.as_dict(), "model") for parameters in (baseline.parameters, arm.parameters, service))
    set_by_parts = {key for _, changes in arm.parts for key in changes}
    free = baseline.keep.intersection(() if posterior is None else posterior.keys) - arm.keep
    back = {key: after[key] for key in after if (before[key] != plain_service[key] or key in free) and key not in set_by_parts}
    return replace(arm, parts=(*arm.parts, (f"Without “{baseline.title}”", back))) if back else arm


def check_names(names: list[str], baseline: str) -> None:
    """Refuse no scenario at all, one named twice, and one that is the baseline."""
    if not names:
        raise UsageError("scenarios= names none. Give one or more, as in scenarios=[warm_handover]; `spsim compare list=true` shows all.")
    for name in names:
        if same(name, baseline):
            raise UsageError(f"scenarios={plain(names)}: {name} is also the baseline; leave it out, or name another baseline=.")
        if sum(same(name, other) for other in names) > 1:
            raise UsageError(f"scenarios={plain(names)}: {name} is named twice; leave one out.")


def same(one: str, other: str) -> bool:
    """Whether two names stand for the same scenario: the order of a combination does not matter."""
    return sorted(one.split("+")) == sorted(other.split("+"))


def arm_of(scenario: Scenario, known: Mapping[str, Scenario], request: Request) -> Arm:
    """Return the side of the comparison that `scenario` makes of the service in `request`."""
    base = request.parameters
    check_fit(scenario, base)
    changes = scenario.on(base)
    parameters = changed(base, scenario.name, changes)
    pieces = [known[name] for name in scenario.name.split("+")] if "+" in scenario.name else []
    parts = [(piece.title, piece.on(base)) for piece in pieces] or [(key.removeprefix("model."), {key: value}) for key, value in changes.items()]
    return Arm(scenario.name, scenario.title, parameters, scenario.description, scenario.why, tuple(parts), keep=own_keys(request) | set(changes))


def check_fit(scenario: Scenario, base: Parameters) -> None:
    """Refuse a scenario whose words would be false of a service with the parameters `base`. One that changes nothing is answered so."""
    if reason := misfit(scenario, base):
        raise UsageError(f"scenario {scenario.name}: {reason}")


def changed(base: Parameters, name: str, changes: Mapping[str, Any]) -> Parameters:
    """Return `base` with the `changes` of scenario `name`, which may not change what wellbeing is worth: its difference would be one of yardsticks."""
    for key in changes:
        if key.removeprefix("model.economics.") in YARDSTICKS:
            raise UsageError(f"scenario {name}: {key} says what things are worth, and must be the same on all sides. Set it on the command line instead.")
    try:
        return base.replace(changes)
    except ParameterError as error:
        raise UsageError(f"scenario {name}: {error}") from error


def own_arm(name: str, changes: Mapping[str, Any], request: Request) -> Arm:
    """Return the side that `changes`, given in Python, make of the service in `request`."""
    if not NAME.fullmatch(name) or not isinstance(changes, Mapping):
        raise UsageError(f"scenario {name!r}: give a name of letters, digits, _ and -, and a mapping of what it sets, {{'model.workforce.posts': 24}}.")
    full = {key if key.startswith("model.") else f"model.{key}": value for key, value in changes.items()}
    parameters = changed(request.parameters, name, full)
    parts = tuple((key, {key: value}) for key, value in full.items())
    return Arm(name, name.replace("_", " "), parameters, parts=parts, keep=own_keys(request) | set(full))


def runs_asked(request: Request) -> tuple[int, int]:
    """Return the least and the most pairs of runs."""
    fixed, bounds = request.settings["replications"], ("min_replications", "max_replications")
    if fixed is not None:
        for key in bounds:
            if request.settings[key] != defaults_of("compare")[key]:
                both = f"{key}={request.settings[key]} and replications={fixed} were both given"
                raise UsageError(f"{both}: replications= makes exactly so many pairs; leave one out.")
        if fixed < 2:
            raise UsageError(f"replications={fixed}: an interval needs 2 pairs of runs at least.")
        return fixed, fixed
    least, most = (request.settings[key] for key in bounds)
    if most < least:
        raise UsageError(f"max_replications={most} is below min_replications={least}: raise the one or lower the other.")
    return least, most


def checked_margins(margins: Mapping[str, Any]) -> dict[str, float]:
    """Return the margins that were set, when each is a positive number."""
    for name, value in margins.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
            raise UsageError(f"margins.{name}={plain(value)} is not allowed: give a number above 0, in {unit_of(name)}.")
    return {name: float(value) for name, value in margins.items()}


def unit_of(measure: str) -> str:
    """Return the unit in which a margin is given: a share is given as a share."""
    return "shares (0.02 is two percentage points)" if MEASURES[measure].is_share else MEASURES[measure].unit
