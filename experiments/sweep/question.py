"""What a sweep is asked, checked, and the runs that answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from experiments.catalogue import Scenario, catalogue, find
from experiments.errors import UsageError
from experiments.help import defaults_of
from experiments.planning.question import MEASURED, Target, target_of
from experiments.posterior import Posterior, own_keys, posterior_of
from experiments.posterior_notes import doubt, notes_on
from experiments.progress import Progress
from experiments.settings import COMMAND_LINE, Request, plain
from experiments.sweep import designs
from experiments.sweep.designs import Design
from experiments.sweep.factors import Factor, chosen
from experiments.sweep.question_notes import overridden, serves, too_few
from experiments.sweep.runs import Run
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.cells import Cell
from experiments.whatif.question import LAST_SEED, changed, check_fit, check_names
from sim import ParameterError, Parameters
from sim.parameters import nearest

TWO_STEPS = "screen-then-sobol"
METHODS = (*designs.METHODS, TWO_STEPS)
USUAL = (
    "uptake", "wait_p90", "retention_52", "dropout", "changed_worker", "setbacks_per_year", "gain_over_usual_care_52",
    "gain_over_usual_care_104", "cost_per_person", "net_benefit_over_usual_care",
)  # fmt: skip
NET_BENEFIT = "net_benefit_per_person"


@dataclass(frozen=True)
class Step:
    """One design and its runs: `points` holds the value of every factor at every point, by short key, in the order of the design."""

    design: Design
    factors: tuple[Factor, ...]
    first: int = 0  # the number of its first point: the second step of two counts on

    @cached_property
    def points(self) -> pd.DataFrame:
        """The table of points: `point` and a column for each factor."""
        columns = {f.name: [f.value(u) for u in self.design.unit[:, place]] for place, f in enumerate(self.factors)}
        return pd.DataFrame({"point": range(self.first, self.first + len(self.design.unit)), **columns})

    def values_at(self, row: int) -> dict[str, Any]:
        """Return what the point in `row` sets, by full key."""
        return {f.key: f.value(u) for f, u in zip(self.factors, self.design.unit[row], strict=True)}


@dataclass(frozen=True)
class SweepQuestion:
    """What is asked. `size` is what `points=` says, `trajectories` and `survivors` belong to the method of two steps."""

    service: Parameters
    method: str
    factors: tuple[Factor, ...]
    size: int
    replications: int
    measures: tuple[str, ...]
    scenarios: tuple[Scenario, ...] = ()
    target: Target | None = None
    by_group: bool = False
    second_order: bool = False
    trajectories: int = 10
    survivors: int = 8
    seed: int = 1
    weeks: int = 260
    notes: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict, compare=False)
    posterior: Posterior | None = None
    keep: frozenset[str] = frozenset()  # full keys that scenario= and the command line set

    @property
    def seeds(self) -> list[int]:
        """The seeds: the same at every point."""
        return list(range(self.seed, self.seed + self.replications))

    @property
    def sides(self) -> tuple[str, ...]:
        """The names of what is run at each point: one without a name, or the baseline and the scenarios."""
        return ("baseline", *(s.name for s in self.scenarios)) if self.scenarios else ("",)

    @property
    def kept(self) -> tuple[str, ...]:
        """The measures that the table of runs holds: those asked for, and what a decision or a target needs."""
        more = ([NET_BENEFIT] if self.scenarios else []) + ([self.target.measure] if self.target else [])
        return tuple(dict.fromkeys([*self.measures, *more]))

    @property
    def groups(self) -> tuple[str, ...]:
        """A group for each factor, when the indices are those of groups."""
        return tuple(f.group for f in self.factors) if self.by_group else ()

    def most_points(self) -> int:
        """Return how many points there are, at most where the first of two steps decides."""
        if self.method != TWO_STEPS:
            return designs.rows(self.method, self.factors, self.size, self.groups, self.second_order)
        return designs.rows(designs.MORRIS, self.factors, self.trajectories) + self.points_of_second_step()

    def points_of_second_step(self) -> int:
        """Return how many points the second of two steps has at most."""
        return designs.rows(designs.SOBOL, self.factors[: self.survivors], self.size, (), self.second_order)

    def rows_of_second_step(self) -> int:
        """Return how many rows the second of two steps has at most."""
        return self.points_of_second_step() * len(self.sides) * self.replications

    def most_runs(self) -> int:
        """Return how many rows the table of runs has, at most."""
        return self.most_points() * len(self.sides) * self.replications

    def step(self, method: str, factors: Sequence[Factor], size: int, first: int = 0) -> Step:
        """Return a design of `factors` with its points."""
        groups = tuple(f.group for f in factors) if self.by_group else ()
        return Step(designs.make(method, factors, size, self.seed, groups, self.second_order and method == designs.SOBOL), tuple(factors), first)

    def runs_of(self, step: Step, bench: Bench) -> list[Run]:
        """Return the runs of `step`, point by point; each point has all sides and the same seeds."""
        runs, count = [], len(step.design.unit)
        with Progress(count, "points laid out") as progress:
            for row in progress.over(range(count)):
                for name, arm in self.arms(step.values_at(row)).items():
                    runs += [Run(step.first + row, name, seed, cell_of(bench, arm, seed)) for seed in self.seeds]
        return runs

    def arms(self, values: Mapping[str, Any]) -> dict[str, Arm | str]:
        """Return what is run at a point that sets `values`: by side, an arm, or why there can be none."""
        try:
            base = self.service.replace(values)
        except ParameterError as error:
            return dict.fromkeys(self.sides, str(error))
        keep = self.keep | set(values)
        first = Arm(self.sides[0], self.sides[0], base, keep=keep)
        arms: dict[str, Arm | str] = {self.sides[0]: first}
        for scenario in self.scenarios:
            try:
                parameters = changed(base, scenario.name, scenario.on(base))
                arms[scenario.name] = Arm(scenario.name, scenario.title, parameters, keep=keep | set(scenario.changes)).beside(first)
            except (ParameterError, UsageError) as error:
                arms[scenario.name] = str(error)
        return arms


def cell_of(bench: Bench, arm: Arm | str, seed: int) -> Cell | str:
    """Return the run of `arm` with `seed`, or why there can be none."""
    try:
        return arm if isinstance(arm, str) else bench.cell(arm, seed)
    except UsageError as error:  # a row of the posterior contradicts the point
        return str(error)


def question_of(request: Request) -> SweepQuestion:
    """Return what `request` asks. Raises `UsageError` for what cannot be asked."""
    settings, method = request.settings, request.settings["method"]
    if method is None:
        raise UsageError(f"method= is missing: it is one of {', '.join(METHODS)}.")
    if settings["seed"] + settings["replications"] > LAST_SEED:
        raise UsageError(f"seed={settings['seed']}: with {settings['replications']} runs the last seed is above {LAST_SEED}, the most allowed.")
    if not request.parameters.programme.enabled:
        raise UsageError("scenario=usual_care has no service to sweep; choose another scenario.")
    factors, notes = chosen(settings["parameters"], request.parameters, settings["bounds"])
    question = SweepQuestion(
        service=request.parameters,
        method=method,
        factors=factors,
        size=settings["points"] or designs.SIZES[designs.SOBOL if method == TWO_STEPS else method],
        replications=settings["replications"],
        measures=checked_measures(settings["measures"]),
        scenarios=scenarios_of(request),
        target=target(settings),
        by_group=settings["by_group"],
        second_order=settings["second_order"],
        trajectories=settings["trajectories"],
        survivors=settings["survivors"],
        seed=settings["seed"],
        weeks=settings["weeks"],
        notes=notes,
        titles=request.titles,
        posterior=posterior_of(request),
        keep=own_keys(request),
    )
    check(question)
    return replace(question, notes=(*of_posterior(request, question), *serves(question), *notes, *set_and_varied(request, factors), *overridden(question)))


def check(question: SweepQuestion) -> None:
    """Raise `UsageError` for keys that do not go together, and for a size that the method cannot have."""
    if question.by_group and question.method not in designs.BY_GROUP:
        raise UsageError(f"by_group=true works with method={' or '.join(designs.BY_GROUP)}, not with {question.method}.")
    if question.second_order and question.method not in (designs.SOBOL, TWO_STEPS):
        raise UsageError(f"second_order=true works with method=sobol, not with {question.method}.")
    usual = defaults_of("sweep")
    for key in ("trajectories", "survivors"):
        given = getattr(question, key)
        if question.method != TWO_STEPS and given != usual[key]:
            raise UsageError(f"{key}={given} belongs to method={TWO_STEPS}; the size of a design of {question.method} is points=.")
    if question.method == TWO_STEPS:
        designs.check(designs.MORRIS, question.factors, question.trajectories, ())
        designs.check(designs.SOBOL, question.factors, question.size, ())
    else:
        designs.check(question.method, question.factors, question.size, question.groups)
    if (few := too_few(question)) and not question.scenarios and question.target is None:
        raise UsageError(f"{few} Or vary fewer parameters, or use method=morris.")
    if question.scenarios and question.method not in (*designs.GIVEN_DATA, designs.SOBOL):
        raise UsageError(
            f"scenarios= with method={question.method}: what knowing more is worth needs points spread by the declared distributions; "
            "use method=lhs, sobol, pawn or delta."
        )


def scenarios_of(request: Request) -> tuple[Scenario, ...]:
    """Return the scenarios between which a decision is to be made."""
    names = [name.replace(" ", "") for name in request.settings["scenarios"]]
    if not names:
        return ()
    known = catalogue([request.config_dir] if request.config_dir else [])
    check_names(names, "baseline")
    found = tuple(find(name, known) for name in names)
    for scenario in found:
        check_fit(scenario, request.parameters)
        changed(request.parameters, scenario.name, scenario.on(request.parameters))
    return found


def of_posterior(request: Request, question: SweepQuestion) -> list[str]:
    """Return what must be known of the posterior, if there is one: first that seeds differ by more than luck."""
    posterior, varied = question.posterior, {f.key for f in question.factors}
    names = () if posterior is None else posterior.in_doubt(question.keep | varied)
    first = [f"Each seed has its own row: what is told of luck holds {doubt(posterior, names)} as well as luck."] if names else []
    return first + notes_on(posterior, request, question.replications, question.scenarios, varied=varied)


def set_and_varied(request: Request, factors: Sequence[Factor]) -> list[str]:
    """Return a note for each parameter that was set on the command line and is varied all the same."""
    own = [f for f in factors if request.set_by.get(f.key) == COMMAND_LINE]
    return [f"{f.name} was set to {plain(f.default)} and is varied all the same, over its range; give bounds.{f.name}= for another range." for f in own]


def checked_measures(names: Sequence[str] | None) -> tuple[str, ...]:
    """Return the measures asked for, or the usual ones."""
    if names is None:
        return USUAL
    if not names:
        raise UsageError("measures= names none: leave it out for the usual ones, or name some, as in measures=[retention_52,wait_p90].")
    for name in names:
        if name not in MEASURED:
            raise UsageError(f"measures={plain(list(names))}: there is no measure {name}.{nearest(name, list(MEASURED))} There are: {', '.join(MEASURED)}.")
    return tuple(dict.fromkeys(names))


def target(settings: Mapping[str, Any]) -> Target | None:
    """Return the target that separates runs, when one was given."""
    if settings["target"] is None:
        for key in ("below", "above"):
            if settings[key] is not None:
                raise UsageError(f"{key}={plain(settings[key])}: say of which measure, as in target=retention_52 above=0.6.")
        return None
    return target_of(settings["target"], settings["below"], settings["above"], "target", "a sweep")


def outputs_by_measure(question: SweepQuestion, runs: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return each measure as (points, replications), and with scenarios each difference from the baseline, `scenario: measure`."""
    points, count = runs.point.nunique(), len(question.seeds)
    by_side = {side: runs[runs.scenario == side] for side in question.sides}
    shaped = {side: {name: part[name].to_numpy(float).reshape(points, count) for name in question.kept} for side, part in by_side.items()}
    base = shaped[question.sides[0]]
    found = {name: base[name] for name in question.measures if name != NET_BENEFIT or not question.scenarios}
    for scenario in question.scenarios:
        names = dict.fromkeys([*question.measures, NET_BENEFIT])
        found |= {f"{scenario.name}: {name}": shaped[scenario.name][name] - base[name] for name in names}
    return found
