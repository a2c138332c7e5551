"""The keys of the commands, declared once: meaning, kind and bounds; what a settings file may hold; and `Request`, what a command is given.

Defaults stand in configs/<command>.yaml. Model parameters are declared in `sim.parameters`, not here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from experiments.errors import UsageError

if TYPE_CHECKING:
    from sim.parameters import Parameters

GROUPS = {"service": "the service to start from", "scenario": "what is changed in it"}
FILE_KEYS = {  # what a file of a group may hold
    "service": ("title", "description", "places", "model"),
    "scenario": ("title", "description", "why", "direction", "model", "add", "times"),
}
COMMAND_LINE = "the command line"  # where `Request.set_by` says that a value was set
COUNTS = "model.referrals.counts"  # the one parameter that may be given as the path of a file


RULES = {
    bool: "true or false",
    str: "a text that is not empty",
    list: "a list of names, as in [one,two]",
    dict: "given by name, as in margins.wait_p90=0.5",
    float: "a number",
}


@dataclass(frozen=True)
class Key:
    """One key of a command line: what it means and what it may be; an `optional` key may be null."""

    meaning: str
    kind: type
    allowed: tuple[float, float] | None = None
    choices: tuple[Any, ...] | None = None
    optional: bool = False
    null_in: tuple[str, ...] = ()  # commands in which null is a value of it
    numbers: bool = False  # of a list: whether whole numbers may stand among the names
    or_number: bool = False  # of a text: whether it may be a whole number from 1 on instead

    @property
    def rule(self) -> str:
        """What is allowed, as the end of a sentence."""
        if self.choices:
            return "one of " + ", ".join(plain(c) for c in self.choices)
        if self.or_number:
            return "the path of a file, or a whole number from 1 on"
        if self.allowed:
            kind = "a whole number" if self.kind is int else "a number"
            return f"{kind} from {self.allowed[0]} to {self.allowed[1]}"
        return "a list of whole numbers and names, as in [26,52,open]" if self.numbers else RULES[self.kind]

    def accepts(self, value: Any, command: str) -> bool:
        """Whether `value` has the right kind and lies inside the bounds."""
        if value is None:
            return self.optional or command in self.null_in
        if self.choices:
            return any(value == c and isinstance(value, bool) == isinstance(c, bool) for c in self.choices)
        if self.kind is list:
            return isinstance(value, list) and all(self.names(part) for part in value)
        if self.kind is dict:
            return isinstance(value, dict)
        if self.kind is float:
            low, high = self.allowed or (float("-inf"), float("inf"))
            return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
        if self.kind is int:
            low, high = self.allowed or (0, 2**63 - 1)
            return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        if self.or_number and isinstance(value, int):
            return not isinstance(value, bool) and value >= 1
        return isinstance(value, self.kind) and value != ""

    def names(self, part: Any) -> bool:
        """Whether `part` may stand in a list."""
        if self.numbers and isinstance(part, int) and not isinstance(part, bool):
            return True
        return isinstance(part, str) and bool(part.strip())


CLUSTER = ("kind", "queue", "account", "walltime", "memory", "cores", "job_extra", "prologue", "interface", "log_directory", "python")  # cluster.NAME=
SWITCH = ("auto", True, False)
KEYS = {
    "seed": Key("the first seed", int, (0, 2**63 - 1)),
    "replications": Key("number of seeds: seed, seed + 1, and so on", int, (1, 10_000), null_in=("compare",)),
    "weeks": Key("weeks to run", int, (1, 5_200)),
    "out": Key("folder for the results", str, optional=True),
    "processes": Key("processes to use for several seeds; null: one for each core", int, (1, 256), optional=True),
    "events": Key("keep every event; auto: up to 50,000 people", str, choices=SWITCH),
    "panel": Key("keep every person's state each quarter; auto: up to 50,000 people", str, choices=SWITCH),
    "places": Key("a CSV file, one row a place, or how many of the places of a system to run; null: all of them", str, optional=True, or_number=True),
    "people": Key("of a system of places: also keep one row for each person, as a data set in parts", bool),
    "compiled": Key("the compiled form of the week: several times as fast and the same but for rounding; needs pip install 'spsim[fast]'", bool),
    "twin": Key("also run usual care for the same people and seed", bool),
    "debug": Key("show the traceback of an error", bool),
    "name": Key("a parameter, a group of parameters, or levers", str, optional=True),
    "person": Key("number of a person", int, (0, 2**63 - 1), optional=True),
    "scenarios": Key("what to compare; a+b makes the changes of both", list),
    "baseline": Key("the scenario the others are compared with", str),
    "list": Key("show the scenarios there are, and run nothing", bool),
    "precision": Key("half-width of a 95% interval that is narrow enough, as a share of the difference", float, (0.001, 10)),
    "margins": Key("smallest difference that matters, by measure; an interval of half that to each side is narrow enough too", dict),
    "min_replications": Key("runs to make at least; in a comparison, pairs of runs", int, (2, 10_000)),
    "max_replications": Key("runs to make at most; in a comparison, pairs of runs", int, (2, 10_000)),
    "measure": Key("the measure that must meet the target", str, optional=True),
    "below": Key("the most that measure may be, in its own unit", float, optional=True),
    "above": Key("the least that measure may be, in its own unit", float, optional=True),
    "lever": Key("the parameter to change", str),
    "probability": Key("share of runs that must meet the target", float),
    "low": Key("lowest value of the lever to try; null: a range around today's value", float, optional=True),
    "high": Key("highest value of the lever to try; null: a range around today's value", float, optional=True),
    "step": Key("distance between values tried; null: 1 for whole numbers, else a round step", float, optional=True),
    "posterior": Key("file of a fit by spsim calibrate: each seed takes the values of one of its rows", str, optional=True),
    "store": Key("folder of finished runs, for all comparisons to share", str),
    "rests_on": Key("find assumptions that would turn a conclusion round (many runs); thorough: of weak ones too", str, choices=(False, True, "thorough")),
    "most_runs": Key("runs of the model to spend on rests_on at most", int, (10, 1_000_000)),
    "uncertain": Key("what is drawn anew in each draw for the money figures", str, choices=("prices", "everything")),
    "continuity": Key("also tell what one departure costs, by stage, confidence and handover: each is lived again (many runs)", bool),
    "continuity_runs": Key("runs of each side in which continuity=true does that, each as much work as 20 or so; intervals need 5", int, (1, 1_000)),
    "draws": Key("sets of parameters to draw; null, in a comparison: 1,000 of prices, or 100 of everything", int, (10, 100_000), optional=True),
    "qalys": Key("also tell QALYs, by an assumed mapping", bool),
    "method": Key(
        "how points are chosen and what is drawn from them", str, optional=True,
        choices=("morris", "sobol", "fast", "pawn", "delta", "lhs", "grid", "oat", "screen-then-sobol"),
    ),
    "parameters": Key("what is varied: names, group:NAME, doubts, levers or all", list),
    "bounds": Key("lowest and highest value of a parameter, as in bounds.workforce.posts=[10,30]", dict),
    "points": Key("size of the design: points, trajectories, base samples or values a parameter; null: usual for the method", int, (2, 10**9), optional=True),
    "measures": Key("what is looked at; null: the headline measures", list, optional=True),
    "target": Key("a measure to meet (with below= or above=): shows which parameters tell runs that miss it", str, optional=True),
    "targets": Key("ids of the published targets; null: all that the command looks at by itself", list, optional=True),
    "file": Key("a file of targets of your own, with the columns of configs/evidence/targets.csv; null: that one", str, optional=True),
    "waves": Key("waves of runs, each where the ones before leave room", int, (1, 20)),
    "by_group": Key("indices of parameter groups instead of parameters", bool),
    "second_order": Key("Sobol: also the interactions of pairs (nearly twice the runs)", bool),
    "trajectories": Key("screen-then-sobol: Morris trajectories of the screening", int, (2, 10_000)),
    "survivors": Key("screen-then-sobol: parameters to go on with at most", int, (2, 100)),
    "executor": Key(
        "where runs are made: processes of this machine, dask, or slurm (any job queue of dask-jobqueue)", str, choices=("processes", "dask", "slurm")
    ),
    "address": Key("address of a running Dask scheduler, tcp://host:8786; null: start workers here", str, optional=True),
    "cluster": Key("what a job of the cluster asks for, as in cluster.queue=short", dict),
    "dry_run": Key("tell runs, time and job script, and run nothing", bool),
    "confirm": Key("go on without asking, however long it takes", bool),
    "retry": Key("failed: run again what failed before", str, choices=("failed",), optional=True),
    "lengths": Key("planned lengths of the programme in weeks, and open for no limit", list, numbers=True),
    "modes": Key("how posts and referrals are set: fixed, backlog, equal_spend, equal_waits", list),
    "policies": Key("other ways to end a programme, run beside the lengths; [] for none", list),
    "backlog": Key("people on the waiting list at the start, in the mode backlog; null: a year of referrals", int, (0, 1_000_000), optional=True),
    "surge": Key("times the service's referrals, in the mode backlog", float, (0.01, 100)),
    "port": Key("port the page listens at", int, (1, 65_535)),
    "host": Key("address the page listens at; anything but the loopback address lets others in", str),
    "hosts": Key("names the page goes by besides this machine's, as behind a proxy: [whatif.example.org]", list),
    "browser": Key("open the page in a browser", bool),
    "format": Key("the film beside the HTML file", str, choices=("gif", "mp4", "html")),
    "every": Key("weeks from one picture of the film to the next", int, (1, 520)),
    "rate": Key("pictures a second", float, (0.2, 30)),
    "like": Key("tell of a user with such needs", str, choices=("simple", "moderate", "complex"), optional=True),
}


@dataclass(frozen=True)
class Request:
    """What a command is asked to do: everything checked, nothing run.

    `settings` holds the command's own keys; `set_by` says for each model parameter that was set
    where it was set (`model.workforce.posts` -> `service=nhs_pcn`); `config_dir` is the folder of the user's own files.
    `layers` are what service, scenario and command line set, in this order; `places` is what the service's file says of its places,
    when it is a system of many.
    """

    command: str
    service: str
    scenario: str
    titles: dict[str, str]
    parameters: Parameters
    settings: dict[str, Any]
    set_by: dict[str, str] = field(default_factory=dict)
    config_dir: str | None = None
    layers: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    places: Mapping[str, Any] | None = None

    @property
    def is_system(self) -> bool:
        """Whether it is about a system of many places."""
        return self.places is not None or self.settings.get("places") is not None

    @property
    def name(self) -> str:
        """The name results go by: service and scenario."""
        return f"{self.service}-{self.scenario}"

    def __getattr__(self, name: str) -> Any:
        settings = self.__dict__.get("settings", {})
        if name in settings:
            return settings[name]
        raise AttributeError(f"{self.__dict__.get('command')} has no key {name}")


def check_settings(command: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return `given` when `command` allows every value, or raise `UsageError` with key, value and rule."""
    for name, value in given.items():
        key = KEYS[name]
        if not key.accepts(value, command):
            raise UsageError(f"{name}={plain(value)} is not allowed: {name} ({key.meaning}) must be {key.rule}.")
    return given


def flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the leaves of nested dicts, keyed by their dotted path below `prefix`."""
    leaves = {}
    for key, value in tree.items():
        path = f"{prefix}.{key}" if prefix else str(key)
        leaves.update(flatten(value, path) if isinstance(value, dict) and value else {path: value})
    return leaves


def in_words(words: Sequence[str]) -> str:
    """Return `a, b and c`; a single word as it is."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def plain(value: Any) -> str:
    """Return `value` as it is written on a command line."""
    if value is None:
        return "null"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(plain(part) for part in value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
