"""The tables handed out, as pandas DataFrames, and the headline measures. The only pandas in `sim`.

Weeks are counted from opening (week 0). Missing is missing: never 0, never -1.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim import economics, summary
from sim.compaction import everybody
from sim.dictionary import TABLES
from sim.episodes import reliance, write_spell
from sim.measures import WEEKLY
from sim.people import AREAS, COMPLEXITIES, EXIT_REASONS, EXIT_WEEKS, IS_CASE_AREA, LAST_ENGAGED, LATENT_WEEKS, STAR_WEEKS, STATES, UNSUPPORTIVE, People
from sim.records import EVENTS, episode_log
from sim.week import Week

if TYPE_CHECKING:
    from sim.model import SocialPrescribingService



class Results:
    """Everything a run tells, as of the week it was asked."""

    def __init__(self, model: SocialPrescribingService) -> None:
        self.model = model

    @property
    def warm_up_weeks(self) -> int:
        """Weeks before those asked for; the summary leaves them out."""
        return self.model.parameters.referrals.warm_up_weeks

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """One row a week: stocks at its end, flows during it."""
        rows = self.model.measures.rows
        weekly = {name: np.array(values, float).astype("i8" if WEEKLY[name].is_whole else "f8") for name, values in rows.items()}
        weekly["week"] = np.arange(len(rows["referrals"]), dtype="i4")
        prices = self.model.parameters.economics
        weekly["cost_staff"] = economics.staff_cost(weekly["posts"], weekly["posts_filled"], self.model.parameters.workforce.hours, prices)
        weekly["cost_places"] = economics.place_cost(weekly["places"], prices)
        weekly["cost_care"] = economics.care_cost(weekly["gp_visits"], weekly["admissions"], prices)
        weekly["cost"] = weekly["cost_staff"] + weekly["cost_places"] + weekly["cost_care"]
        return pd.DataFrame({name: weekly[name] for name in TABLES["weekly"]})

    @cached_property
    def people(self) -> pd.DataFrame:
        """One row a person ever referred."""
        p = everybody(self.model.people)
        n = p.n
        columns = {"person": np.arange(n, dtype="i4")}
        columns |= {name: getattr(p, name)[:n] for name in TABLES["people"] if name in People.columns and People.columns[name].width is None}
        columns["complexity"] = level(p.complexity[:n], COMPLEXITIES)
        columns["state"] = level(p.state[:n], STATES)
        columns["exit_reason"] = level(p.exit_reason[:n], EXIT_REASONS)
        columns["household_unsupportive"] = p.household[:n] == UNSUPPORTIVE
        columns["uptake"] = pd.array(p.uptake[:n] == 1, dtype="boolean")
        columns["uptake"][p.uptake[:n] < 0] = pd.NA
        columns["wait_weeks"] = np.where(p.start_week[:n] >= 0, p.start_week[:n] - p.referred_week[:n], -1)
        columns["habit_mean"] = habit_mean(p)
        columns["trust_last"] = np.where(p.episode[:n] > 0, np.where(p.state[:n] <= LAST_ENGAGED, p.trust[:n], p.trust_stored[:n]), np.nan)
        columns["reliance"] = self.reliance(p)
        columns["latent_0"] = p.latent_start[:n].astype("f8")
        for stem, marks, values in (("star", STAR_WEEKS, p.star_at), ("latent", LATENT_WEEKS, p.latent_at), ("latent_exit", EXIT_WEEKS, p.latent_exit_at)):
            for position, mark in enumerate(marks):
                columns["latent_exit" if (stem, mark) == ("latent_exit", 0) else f"{stem}_{mark}"] = values[:n, position].astype("f8")
        frame = pd.DataFrame(columns)[list(TABLES["people"])]
        # a count of reversals needs two reviews
        frame["star_area_reversals_104"] = frame.star_area_reversals_104.where(frame.star_26.notna() | (frame.star_area_reversals_104 > 0), -1)
        return tidy(frame, "people")

    def reliance(self, told: People) -> np.ndarray:
        """Return reliance at the first exit, or now for those still in their first spell."""
        p, out = self.model.people, told.reliance[: told.n].astype("f8")
        rows = p.engaged()
        rows = rows[p.episode[rows] == 1]
        out[p.number[rows]] = reliance(p, rows, self.week_now())
        return out

    def week_now(self) -> Week:
        """Return a `Week` for reading: the number and the parameters in force."""
        return Week(self.model.week, self.model.parameters, self.model.streams, self.model.events)

    @cached_property
    def episodes(self) -> pd.DataFrame:
        """One row a spell in the service, those still open included."""
        p, open_spells = self.model.people, episode_log()
        write_spell(p, p.engaged(), -1, -1, open_spells)
        closed, running = self.model.episodes.arrays(), open_spells.arrays()
        frame = pd.DataFrame({name: np.concatenate((closed[name], running[name])) for name in closed})
        frame = frame.sort_values(["person", "episode"], kind="stable", ignore_index=True)
        frame["exit_reason"] = level(frame.exit_reason.to_numpy(), EXIT_REASONS)
        return tidy(frame, "episodes")

    @cached_property
    def panel(self) -> pd.DataFrame:
        """One row a person and 13 weeks since referral; empty when the panel was not kept."""
        if self.model.panel is None:
            return pd.DataFrame({name: [] for name in TABLES["panel"]})
        frame = pd.DataFrame(self.model.panel.arrays())
        frame["state"] = level(frame.state.to_numpy(), STATES)
        frame = frame.sort_values(["person", "quarter"], kind="stable", ignore_index=True)
        return tidy(frame, "panel")

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event, in order; empty when events were not kept."""
        frame = pd.DataFrame(self.model.events.arrays())
        frame["kind"] = level(frame.kind.to_numpy(), EVENTS)
        return tidy(frame[list(TABLES["events"])], "events")

    @cached_property
    def services(self) -> pd.DataFrame:
        """One row a community service ever open."""
        s = self.model.community.services
        n, weeks = s.n, np.maximum(1, s.weeks_open[: s.n])
        waits = self.model.community.waits
        service = np.concatenate([np.empty(0, "i4"), *(w[0] for w in waits)])
        wait = pd.Series(np.concatenate([np.empty(0), *(w[1] for w in waits)])).groupby(service).median()
        frame = pd.DataFrame(
            {
                "service": np.arange(n, dtype="i4"),
                "area": level(s.area[:n], AREAS),
                "places": s.places[:n],
                "opened_week": s.opened_week[:n],
                "closed_week": s.closed_week[:n],
                "attending_mean": s.attending_sum[:n] / weeks,
                "queue_mean": s.queue_sum[:n] / weeks,
                "wait_median": wait.reindex(range(n)).to_numpy(),
            }
        )
        return tidy(frame, "services")

    @cached_property
    def link_workers(self) -> pd.DataFrame:
        """One row a link worker ever in post."""
        w = self.model.workforce.workers
        n, weeks = w.n, np.maximum(1, w.weeks_counted[: w.n])
        frame = pd.DataFrame({"worker": np.arange(n, dtype="i4")})
        for name in ("post", "started_week", "left_week", "skill", "contacts"):
            frame[name] = getattr(w, name)[:n]
        frame["caseload_mean"] = w.caseload_sum[:n] / weeks
        frame["workload_mean"] = w.workload_sum[:n] / weeks
        frame["absent_weeks"] = w.absent_weeks[:n]
        return tidy(frame, "link_workers")

    @cached_property
    def caseloads(self) -> np.ndarray:
        """Caseload of each post in each week, (weeks, posts); -1 where the post is vacant."""
        return np.array(self.model.measures.caseloads)

    @cached_property
    def posts(self) -> pd.DataFrame:
        """One row a post and week: its caseload, missing while the post is vacant."""
        weeks, posts = len(self.model.measures.caseloads), self.model.workforce.posts.n
        caseload = np.concatenate([np.empty(0, "i4"), *self.model.measures.caseloads])
        frame = pd.DataFrame({"week": np.repeat(np.arange(weeks), posts), "post": np.tile(np.arange(posts), weeks), "caseload": caseload})
        return tidy(frame, "posts")

    @cached_property
    def states(self) -> pd.DataFrame:
        """One row a week: people in each state at its end, one column a state."""
        frame = pd.DataFrame(self.model.measures.states, columns=list(STATES))
        frame.insert(0, "week", np.arange(len(frame)))
        return tidy(frame, "states")

    @property
    def counted(self) -> pd.DataFrame:
        """The people whom the summary counts: those referred after any warm-up."""
        return self.people[self.people.referred_week >= self.warm_up_weeks]

    @cached_property
    def by_person(self) -> dict[str, np.ndarray]:
        """The value of each measure of people for each of those counted (see `summary.of_people`)."""
        return summary.of_people(self.counted, self.model.week)

    @cached_property
    def summary_table(self) -> pd.DataFrame:
        """Headline measures: `measure, group, value, unit`, for all and for each group of people."""
        return summary.table(self)

    @cached_property
    def summary(self) -> dict[str, float]:
        """Headline measures of all people, by name."""
        table = self.summary_table
        return dict(table.loc[table.group == "all", ["measure", "value"]].itertuples(index=False))


def level(codes: np.ndarray, names: tuple[str, ...]) -> pd.Categorical:
    """Return codes as named levels; -1 is missing."""
    return pd.Categorical.from_codes(codes.astype("i2"), categories=list(names))


def habit_mean(p: People) -> np.ndarray:
    """Return each person's mean habit strength over goals that can make a habit; missing without any, or once gone."""
    n = p.n
    habitual = ~IS_CASE_AREA[p.goal_area[:n]]
    count = habitual.sum(axis=1)
    mean = (p.goal_habit[:n] * habitual).sum(axis=1, dtype="f8") / np.maximum(1, count)
    return np.where((count > 0) & p.alive[:n], mean, np.nan)


def tidy(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Give every column the type its dictionary entry says; -1 becomes missing where it may be missing."""
    out = {}
    for name, field in TABLES[table].items():
        values = frame[name]
        if field.type == "integer" and field.may_be_missing:
            whole = values.to_numpy("i4")
            values = pd.arrays.IntegerArray(whole, whole == -1)
        elif field.type == "integer":
            values = values.astype("i4")
        elif field.type == "number":
            values = values.astype("f8")
        out[name] = values
    return pd.DataFrame(out)


def data_dictionary() -> pd.DataFrame:
    """Return what every column of every table means: `table, column, meaning, unit, type, levels`."""
    rows = [
        {"table": table, "column": name, "meaning": f.meaning, "unit": f.unit, "type": f.type, "levels": ", ".join(f.levels)}
        for table, fields in TABLES.items()
        for name, f in fields.items()
    ]
    return pd.DataFrame(rows)


