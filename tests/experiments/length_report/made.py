"""Answers made up with known properties, so that what a report says of them is known beforehand."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.length import policies
from sim import Parameters

LENGTHS = ("13", "26", "52", "78", "104", "156", "open")
MODES = ("fixed", "backlog", "equal_spend", "equal_waits")
GROUPS = ("all", "complexity=simple", "complexity=moderate", "complexity=complex")
POLICIES = tuple(policies.POLICIES)
SLOW = dict(zip(GROUPS, (10.0, 3.0, 10.0, 30.0), strict=True))  # weeks in which half of what a programme gives is reached
RUNS, HORIZON = 20, 416
REFERENCE = "104"
GROUPED = ("gain_260", "gain_260_own", "loss_52", "habits_kept", "served", "wait_mean")  # told of every group
NAMES = ["mode", "policy", "length", "seed", "group", "measure", "value"]


def as_weeks(length: str) -> float:
    return 1e6 if length == "open" else float(length)


def gain(weeks: float, group: str) -> float:
    """The made-up gain: it rises to 1.2 Star points, the faster the simpler the needs."""
    return 1.2 * weeks / (weeks + SLOW[group])


def measures(mode: str, length: str, group: str, policy: str = "") -> dict[str, float]:
    """The made-up measures of one mode, length, group and policy, before luck."""
    weeks = min(as_weeks(length), 260.0)
    shift = dict(zip(("", *POLICIES), (0.0, -0.15, 0.0, -0.02, 0.05, -0.3), strict=True))[policy]
    wait = {"fixed": 1.0, "backlog": 5.0 + weeks / 8, "equal_spend": 1.0, "equal_waits": 1.0}[mode] + 10 * shift
    value = gain(as_weeks(length), group) * (0.7 if mode == "backlog" else 1.0) + shift
    return {
        "gain_260": value, "gain_260_own": value - 0.0004 * weeks, "gain_52": 0.8 * value, "gain_260_later": value - wait / 40, "gain_years": 4 * value,
        "gain_planned_exit_52": np.nan if length == "open" else value, "gain_planned_exit_104": np.nan if length == "open" else 0.9 * value,
        "loss_52": 0.3 + 0.1 * value, "loss_104": 0.35 + 0.1 * value, "returned_104": 0.1,
        "dependency": 0.25, "dependency_share": 0.7, "habits_kept": 0.2 + 0.2 * value, "reentered": 0.2 - weeks / 2600,
        "goals_met": weeks / 520, "time_limit": 0.0 if length == "open" else 0.5, "dropout": 0.3, "still_open": 0.1, "served": 1700.0 - 10 * wait,
        "served_all": 8000.0 - 60 * wait, "wait_mean": wait, "wait_p90": 2 * wait, "weeks_waited": 1.2 * wait, "workload": 0.7 + weeks / 600,
        "hours": 20_000 + 120 * weeks, "gain_total": 2400 * value, "spend": 9e6, "weeks_in_service": 0.6 * weeks,
    }  # fmt: skip


@cache
def runs() -> pd.DataFrame:
    """Every measure of every run; luck moves all lengths of a seed together by up to 0.05, and each a little by itself."""
    luck, rows = np.random.default_rng(1), []
    cells = [(mode, "", length) for mode in MODES for length in LENGTHS]
    cells += [(mode, policy, "52" if policy == "reentry_instead_of_length" else REFERENCE) for mode in MODES[:2] for policy in POLICIES]
    common = luck.normal(0, 0.05, RUNS)
    for mode, policy, length in cells:
        for group in GROUPS:
            own = measures(mode, length, group, policy)
            for seed in range(1, RUNS + 1):
                factor = 1 + common[seed - 1] + luck.normal(0, 0.01)
                for measure, value in own.items():
                    if group == "all" or measure in GROUPED:
                        rows.append((mode, policy, length, seed, group, measure, value * factor))
    return pd.DataFrame(rows, columns=NAMES)


def with_interval(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Means over seeds with Student's interval."""
    keys = ["mode", "policy", "length", "group", "measure"]
    each = table.groupby(keys, sort=False).value.agg(["mean", "std", "count"]).reset_index()
    half = stdtrit(each["count"] - 1, 0.975) * each["std"] / np.sqrt(each["count"])
    return each.assign(**{name: each["mean"], "ci_low": each["mean"] - half, "ci_high": each["mean"] + half, "replications": each["count"]})


@cache
def answer() -> SimpleNamespace:
    """A whole answer with all modes, lengths and policies."""
    every = runs()
    lengths = with_interval(every, "value").assign(posts=22, unit="", people=800.0)
    reference = every[(every.policy == "") & (every.length == REFERENCE)].set_index(["mode", "seed", "group", "measure"]).value
    before = reference.reindex(pd.MultiIndex.from_frame(every[["mode", "seed", "group", "measure"]])).to_numpy()
    change = every.assign(value=every.value - before)
    change = change[(change.length != REFERENCE) | (change.policy != "")]
    better = change.groupby(["mode", "policy", "length", "group", "measure"], sort=False).value.agg(lambda v: (v > 0).mean()).reset_index(drop=True)
    differences = with_interval(change, "difference").assign(against=REFERENCE, share_of_runs_better=better)
    needed, marginal = [], []
    for mode in MODES:
        for group in GROUPS:
            gains = {length: measures(mode, length, group)["gain_260"] for length in LENGTHS}
            place = next(i for i, length in enumerate(LENGTHS) if gains[length] >= 0.9 * gains["open"])
            needed.append((mode, group, LENGTHS[place], LENGTHS[max(0, place - 1)], LENGTHS[place], 0.8, gains["open"], RUNS))
            for one, two in zip(LENGTHS, LENGTHS[1:], strict=False):
                ratio = 2400 * (gains[two] - gains[one]) / (120 * (min(as_weeks(two), 260) - min(as_weeks(one), 260)))
                marginal.append((mode, group, one, two, ratio, 0.8 * ratio, 1.2 * ratio, 120.0, ""))
    return SimpleNamespace(
        question=SimpleNamespace(weeks=HORIZON, reference=REFERENCE, title="", seed=1, service=Parameters(), backlog=1000, surge=1.3),
        against=REFERENCE,
        lengths=lengths[["mode", "policy", "length", "posts", "group", "measure", "value", "ci_low", "ci_high", "unit", "people", "replications"]],
        differences=differences[
            ["mode", "policy", "length", "group", "measure", "difference", "ci_low", "ci_high", "against", "share_of_runs_better", "replications"]
        ],
        needed=pd.DataFrame(needed, columns=["mode", "group", "needed", "low", "high", "share_of_bootstrap", "gain_open", "replications"]),
        marginal=pd.DataFrame(marginal, columns=["mode", "group", "from_length", "to_length", "gain_per_hour", "ci_low", "ci_high", "hours", "note"]),
        spells=pd.concat([spells(mode=mode) for mode in MODES[:2]], ignore_index=True),
        notes=("A note that must stand beside the figures.",),
        needed_shares=None,
        runs=every,
        simulated=0,
    )


def spells(lengths=("26", "104", "open"), seeds=4, mode="fixed") -> pd.DataFrame:
    """First spells: a constant weekly hazard of 1% shared by three causes, and the limit."""
    rows = []
    for length in lengths:
        for seed in range(1, seeds + 1):
            there, end = 600.0 + 40 * seed, min(as_weeks(length), HORIZON - 52)
            for week in range(1, int(end) + 1):
                gone = 0.01 * there
                for cause, share in (("lost_other", 0.5), ("lost_setback", 0.2), ("goals_met", 0.25 if week > 52 else 0.0), ("gone", 0.05)):
                    rows.append((mode, "", length, seed, "all", week, cause, round(gone * share)))
                there -= gone
            rows.append((mode, "", length, seed, "all", int(end), "open" if length == "open" else "time_limit", round(there)))
    return pd.DataFrame(rows, columns=["mode", "policy", "length", "seed", "group", "weeks", "cause", "people"])


def small(whole: SimpleNamespace) -> SimpleNamespace:
    """The part of an answer that holds two timed lengths in one mode, and nothing else."""

    def part(table: pd.DataFrame) -> pd.DataFrame:
        rows = table[table["mode"] == MODES[0]]
        return rows[(rows.policy == "") & rows.length.isin(["26", REFERENCE])] if "policy" in rows else rows.iloc[:0]

    changed = {name: part(getattr(whole, name)) for name in ("lengths", "differences", "needed", "marginal")}
    return SimpleNamespace(**{**vars(whole), **changed, "spells": whole.spells.iloc[:0], "runs": None, "notes": ()})
