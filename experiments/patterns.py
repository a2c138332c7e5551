"""The statistics of the evidence targets: one function a pattern, computed from the tables of one run.

`configs/evidence/targets.csv` says in words what each computes; `PATTERNS` maps its ids to the functions here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sim.parameters import WEEKS_PER_MONTH, WEEKS_PER_YEAR

RIPE_WEEKS = 13  # people referred later than this may still be waiting
QUARTER = 13
RECENT_CHANGE_WEEKS = 26
INTERVIEW_WEEKS = (52, 91)  # weeks since the start of those interviewed: 12 to 21 months
HALF_YEAR = 26


class Share(float):
    """A share of people or events, with the counts behind it: `k` of `n`. Of nobody it is not a number."""

    k: int
    n: int

    def __new__(cls, k: float, n: float) -> Share:
        """Return `k` of `n`."""
        share = super().__new__(cls, k / n if n else np.nan)
        share.k, share.n = int(k), int(n)
        return share

    @classmethod
    def of(cls, yes: pd.Series) -> Share:
        """Return how many of `yes` are true."""
        return cls(yes.sum(), len(yes))


@dataclass(frozen=True)
class Tables:
    """The tables of one run that the patterns need, and the people of its usual-care twin."""

    people: pd.DataFrame
    twins: pd.DataFrame
    events: pd.DataFrame
    weekly: pd.DataFrame

    @property
    def horizon(self) -> int:
        """Number of weeks run."""
        return len(self.weekly)

    @cached_property
    def both(self) -> pd.DataFrame:
        """People with their twins: the twin's columns end in `_twin`."""
        return self.people.merge(self.twins, on="person", suffixes=("", "_twin"))

    @cached_property
    def interviewed(self) -> pd.DataFrame:
        """Everybody who could be interviewed at the horizon, or a whole number of half-years before it, one row each time."""
        dates = range(self.horizon, INTERVIEW_WEEKS[1], -HALF_YEAR) or (self.horizon,)
        return pd.concat([self.interviewed_at(date) for date in dates], ignore_index=True)

    def interviewed_at(self, date: int) -> pd.DataFrame:
        """Return those open in their first spell, 52-91 weeks after its start, as an interviewer before week `date` sees them.

        Columns: whether there were fewer contacts in the latest quarter than in the one before, whether a setback
        runs, whether one ran at any time in the quarter, weeks since the latest change of worker, maintenance.
        """
        start, end = self.people.start_week.astype(float), self.people.end_week.astype(float).fillna(np.inf)
        rows = pd.Index(self.people.person[(date - start).between(*INTERVIEW_WEEKS) & (end >= date)])
        events = self.events[self.events.week < date]
        now, before = (self.contacts(rows, date - (k + 1) * QUARTER, date - k * QUARTER) for k in (0, 1))
        onset, recovered = latest(events, rows, "setback"), latest(events, rows, "recovered")
        changed = np.maximum(latest(events, rows, "handover_managed"), latest(events, rows, "handover_unmanaged"))
        running = onset > recovered
        return pd.DataFrame(
            {
                "fewer": now < before,
                "in_setback": running,
                "setback_in_quarter": running | (recovered >= date - QUARTER),
                "since_change": date - changed,
                "maintenance": latest(events, rows, "maintenance") > latest(events, rows, "reactivated"),
            }
        )

    def contacts(self, people: pd.Index, start: int, end: int) -> pd.Series:
        """Return the contacts of each of `people` in weeks `start` to `end` - 1."""
        events = self.of_kind("contact")
        return events[(events.week >= start) & (events.week < end)].groupby("person").size().reindex(people, fill_value=0)

    def of_kind(self, kind: str) -> pd.DataFrame:
        """Return the events of one kind."""
        return self.events[self.events.kind == kind]


def latest(events: pd.DataFrame, people: pd.Index, kind: str) -> pd.Series:
    """Return the week of each person's latest event of `kind`; minus infinity without one."""
    return events[events.kind == kind].groupby("person").week.max().reindex(people).astype(float).fillna(-np.inf)


def open_in_first_spell(people: pd.DataFrame) -> pd.Series:
    """Return who is in the service at the horizon and has never left it."""
    return people.state.isin(["active", "maintenance"]) & (people.reentries == 0)


def uptake(t: Tables) -> Share:
    """T1: share who accept among people referred at least 13 weeks before the horizon."""
    return Share.of((t.people[t.people.referred_week <= t.horizon - RIPE_WEEKS].uptake == True).fillna(False))  # noqa: E712


def referrals_first_year(t: Tables) -> float:
    """T2a: people referred in weeks 0-51."""
    return float(t.weekly.referrals[:WEEKS_PER_YEAR].sum())


def referrals_later(t: Tables) -> float:
    """T2b: people referred in a year, after the first."""
    return float(t.weekly.referrals[WEEKS_PER_YEAR:].mean() * WEEKS_PER_YEAR)


def six_month_star(t: Tables) -> Share:
    """T3: share with a six-month Star among those who started at least 40 weeks before the horizon."""
    return Share.of(t.people[t.people.start_week <= t.horizon - 40].star_26.notna())


def months_on_programme(t: Tables) -> float:
    """T4: mean months of first spells that started at least 160 weeks before the horizon; open ones to the horizon."""
    started = t.people[(t.people.start_week <= t.horizon - 160).fillna(False)]
    return float((started.end_week.astype(float).fillna(t.horizon) - started.start_week.astype(float)).mean() / WEEKS_PER_MONTH)


def star_gain(t: Tables) -> float:
    """T6: mean rise of the recorded Star sum over six months, where both reviews took place."""
    return float((t.people.star_26 - t.people.star_0).mean())


def any_area_better(t: Tables) -> Share:
    """T7: share with at least one area better at six months, among those with a six-month Star."""
    return Share.of(t.people[t.people.star_26.notna()].star_areas_improved_26 >= 1)


def controlled_effect(t: Tables) -> float:
    """T8a: effect of the service on all referred at 39 weeks, in standard deviations of the twins."""
    both = t.both[t.both.latent_39.notna() & t.both.latent_39_twin.notna()]
    return float((both.latent_39 - both.latent_39_twin).mean() / both.latent_39_twin.std())


def untreated_gain(t: Tables) -> float:
    """T8b: rise of the latent Star sum over 26 weeks under usual care."""
    return float((t.twins.latent_26 - t.twins.latent_0).mean())


def contacts_and_activity(t: Tables) -> float:
    """T9b: correlation of contacts and activities started, over those engaged."""
    started = t.people[t.people.start_week.notna()]
    return float(started.contacts.corr(started.activity_starts))


def interview_of(seen: pd.DataFrame) -> pd.Series:
    """Return what each person interviewed tells of their contact: the first that applies.

    Those lost to interview (20% in the study) are lost at random, so shares are taken over all who could be drawn.
    "Unchanged" is no fewer contacts than in the quarter before, "other" fewer for none of these reasons.
    """
    by_change = seen.fewer & (seen.since_change <= RECENT_CHANGE_WEEKS)
    health = seen.fewer & seen.in_setback
    choices = np.select([by_change, health, seen.maintenance, ~seen.fewer], ["change", "health", "tapering", "unchanged"], "other")
    return pd.Series(choices, seen.index)


def interview_share(answer: str) -> Callable[[Tables], Share]:
    """Return the function that gives the share of `answer` in the virtual interview (T10)."""
    return lambda t: Share.of(interview_of(t.interviewed) == answer)


def changed_worker(t: Tables) -> Share:
    """T11: share with a change of worker among those 60-75 weeks after start and still in contact."""
    since = t.horizon - t.people.start_week.astype(float)
    rows = t.people[open_in_first_spell(t.people) & since.between(60, 75)]
    return Share.of(rows.worker_changes >= 1)


def admitted_within_year(t: Tables) -> pd.DataFrame:
    """Return, for all referred a year or more before the horizon and not gone within it: conditions, admitted or not."""
    people = t.people[t.people.referred_week <= t.horizon - WEEKS_PER_YEAR].set_index("person")
    lived = people.gone_week.astype(float).fillna(np.inf) - people.referred_week >= WEEKS_PER_YEAR
    people = people[lived]
    first = t.of_kind("admission").groupby("person").week.min().reindex(people.index).astype(float)
    return pd.DataFrame({"ltcs": people.ltcs, "admitted": first - people.referred_week < WEEKS_PER_YEAR})


def admissions(t: Tables) -> Share:
    """T14a: share with at least one emergency admission in the year after referral."""
    return Share.of(admitted_within_year(t).admitted)


def admission_gradient(t: Tables) -> float:
    """T14b: yearly risk of an emergency admission at four or more conditions over that at one."""
    rows = admitted_within_year(t)
    return float(rows.admitted[rows.ltcs >= 4].mean() / rows.admitted[rows.ltcs == 1].mean())


def setback_reduces_contact(t: Tables) -> Share:
    """T15: share of those interviewed with a setback in the quarter and fewer contacts than in the one before.

    As in the interview (T10), fewer contacts after a recent change of worker are put down to the change.
    """
    seen = t.interviewed
    by_change = seen.fewer & (seen.since_change <= RECENT_CHANGE_WEEKS)
    return Share.of(seen.fewer & seen.setback_in_quarter & ~by_change)


def activity_start(t: Tables) -> Share:
    """T16a: share of activities begun among those in which a place was offered."""
    begun, not_begun = t.people.activity_starts.sum(), t.people.activity_not_started.sum()
    return Share(begun, begun + not_begun)


def adherence(t: Tables) -> Share:
    """T16b: share of activities begun that are kept up (12 weeks or the course, 75% attended)."""
    return Share(t.people.activity_completions.sum(), t.people.activity_starts.sum())


def weeks_to_relapse(t: Tables) -> pd.Series:
    """Return weeks from remission to relapse (infinite without), for remissions followed for a year by somebody still there."""
    spells = t.events[t.events.kind.isin(["depressed", "remitted", "gone"])].sort_values(["person", "week"], kind="stable")
    following = spells.groupby("person")[["week", "kind"]].shift(-1)
    remitted = (spells.kind == "remitted") & (spells.week <= t.horizon - WEEKS_PER_YEAR)
    weeks = (following.week - spells.week)[remitted]
    kind = following.kind[remitted].astype(object)
    left = (kind == "gone") & (weeks < WEEKS_PER_YEAR)
    return weeks.where(kind == "depressed", np.inf)[~left]


def mood_relapse(t: Tables) -> Share:
    """T19a: share of remissions that relapse within 52 weeks."""
    return Share.of(weeks_to_relapse(t) <= WEEKS_PER_YEAR)


def early_relapse(t: Tables) -> Share:
    """T19b: share of those relapses that come within 26 weeks."""
    weeks = weeks_to_relapse(t)
    return Share.of(weeks[weeks <= WEEKS_PER_YEAR] <= HALF_YEAR)


def gains(t: Tables, week: int) -> pd.Series:
    """Return each person's latent Star sum above their twin's, `week` weeks after referral."""
    return t.both[f"latent_{week}"] - t.both[f"latent_{week}_twin"]


def gain_by_conditions(t: Tables) -> float:
    """T20a: slope of the gain at 104 weeks on conditions, points per condition."""
    gain, ltcs = gains(t, 104), t.both.ltcs
    known = gain.notna()
    return float(np.polyfit(ltcs[known].astype(float), gain[known], 1)[0]) if ltcs[known].nunique() > 1 else np.nan


def gain_difference(column: str) -> Callable[[Tables], float]:
    """Return the function that gives the gain at 104 weeks of those with `column`, minus that of the others (T20)."""
    return lambda t: float(gains(t, 104)[t.both[column]].mean() - gains(t, 104)[~t.both[column]].mean())


def gain_over_time(t: Tables) -> float:
    """T21a: gain at 78 weeks over gain at 26 weeks, people followed for both."""
    late, early = gains(t, 78), gains(t, 26)
    known = late.notna() & early.notna()
    return float(late[known].mean() / early[known].mean()) if known.any() else np.nan


PATTERNS: dict[str, Callable[[Tables], float]] = {
    "T1": uptake, "T2a": referrals_first_year, "T2b": referrals_later, "T3": six_month_star, "T4": months_on_programme,
    "T6": star_gain, "T7": any_area_better, "T8a": controlled_effect, "T8b": untreated_gain, "T9b": contacts_and_activity,
    "T10a": interview_share("tapering"), "T10b": interview_share("health"), "T10c": interview_share("change"),
    "T10d": interview_share("unchanged"), "T11": changed_worker, "T14a": admissions, "T14b": admission_gradient,
    "T15": setback_reduces_contact, "T16a": activity_start, "T16b": adherence, "T19a": mood_relapse, "T19b": early_relapse,
    "T20a": gain_by_conditions, "T20b": gain_difference("deprived"), "T20c": gain_difference("minority"), "T21a": gain_over_time,
}  # fmt: skip
