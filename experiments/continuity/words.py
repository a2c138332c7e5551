"""The words and small tables on one service: each sentence takes its numbers from the table of estimates, and says the finding that they show.

`docs/results/continuity.md` tells them of the default service, and the report of `spsim compare` of each side of a comparison.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from experiments.continuity.effects import OUTCOMES
from experiments.continuity.shown import interval, verdict, who
from experiments.continuity.study import Found, Study
from experiments.continuity.tables import table_of
from experiments.continuity.worth import BOTH_DIARIES, DOSES, handed_over_alone, meetings_of_a_departure

LEAVES = "as_is - stayed"
WORLDS = {"as_is - stayed": "as in the service", "warm - stayed": "joint meeting", "called - stayed": "call in the first week", "passive - stayed": "neither"}
GROUPS = (
    "before maintenance", "in maintenance", "first 26 weeks", "later", "confidence below 0.45", "confidence 0.45 and above", "lowest third of confidence",
    "middle third of confidence", "highest third of confidence", "simple users", "moderate users", "complex users",
)  # fmt: skip
TIMES = ("first change", "second change", "third or later change")
EVERYBODY_AN_HOUR = "everybody, an hour of joint meetings"


@dataclass(frozen=True)
class Counts:
    """What the table of estimates does not hold: people hit by a departure; joint meetings with those hit and with people who then leave before the
    last day, when all are offered one; the share of contacts lost in the half year after, before maintenance and in it; and who change again in the year.
    """

    people: float
    met: float
    met_in_vain: float
    contacts_lost: tuple[float, float]
    again: float

    @classmethod
    def of(cls, found: Found) -> Counts:
        """Count what was found."""
        people, stayed = found.people, found.people[found.people.world == "stayed"]
        contacts = people.groupby([people.maintenance.astype(bool), "world"]).contacts_26.mean().unstack()
        lost = (1 - contacts.as_is / contacts.stayed).reindex([False, True])
        met = meetings_of_a_departure(*handed_over_alone(people, found.others))
        return cls(stayed.groupby(["seed", "departure"]).size().mean(), *met, tuple(lost), (stayed.changes_52 > 0).mean())


@dataclass(frozen=True)
class Told:
    """What is told of one service: `table` as `tables.table_of` gives it, and `counts` beside it."""

    study: Study
    table: pd.DataFrame
    counts: Counts

    @classmethod
    def of(cls, found: Found) -> Told:
        """Work out what is told of what was found."""
        return cls(found.study, table_of(found), Counts.of(found))

    def row(self, estimand: str, contrast: str, group: str = "all") -> pd.Series | None:
        """Return one row of the table, None where there are too few people."""
        t = self.table
        own = t[(t.estimand == estimand) & (t.contrast == contrast) & (t.group == group)]
        return None if own.empty else own.iloc[0]

    def number(self, estimand: str, contrast: str, group: str = "all", sign: int = 1) -> str:
        """Return an estimate with its interval, times `sign`; a dash where there is none."""
        row = self.row(estimand, contrast, group)
        return "–" if row is None else interval(row, sign)

    def value(self, estimand: str, contrast: str, group: str = "all") -> float:
        """Return an estimate, `nan` where there is none."""
        row = self.row(estimand, contrast, group)
        return float("nan") if row is None else float(row.value)

    def hour(self, estimand: str, sign: int = 1) -> str:
        """Return what an hour of joint meetings buys those hit."""
        return self.number(estimand, "warm - passive", "those hit, an hour of joint meetings", sign)

    def outcomes(self) -> pd.DataFrame:
        """Return every outcome of all people hit, by kind of handover."""
        rows = [(o.words, *(self.number(name, contrast) for contrast in WORLDS), o.unit) for name, o in OUTCOMES.items()]
        return pd.DataFrame(rows, columns=["against the same people, had the worker stayed", *WORLDS.values(), "unit"])

    def groups(self) -> list[str]:
        """Return what groups show."""
        managed, not_managed = (self.number("weeks_52", LEAVES, g, -1) for g in ("handed over at a joint meeting", "without a joint meeting"))
        cold = {g: self.number("contacts_26", LEAVES, g, -1) for g in ("confidence below 0.45", "confidence 0.45 and above")}
        return [
            f"Contacts lost in the half year after: {cold['confidence below 0.45']} with confidence below 0.45, {cold['confidence 0.45 and above']} with "
            f"more. In the service as it is, {self.study.parameters.handover.managed_share:.0%} are offered a joint meeting, drawn at random: those "
            f"handed over at one lose {managed} weeks, the others {not_managed}.",
            "The difference between two groups, with its own interval, is in the table of estimates (“less” in the column “group”).",
        ]

    def by_group(self) -> pd.DataFrame:
        """Return weeks, contacts and wellbeing lost by group, and weeks lost by kind of handover."""
        rows = []
        for group in GROUPS:
            row = self.row("weeks_52", LEAVES, group)
            if row is not None:
                lost = [self.number(name, LEAVES, group, -1) for name in ("contacts_26", "weeks_52", "latent_52")]
                kinds = [self.number("weeks_52", f"{world} - stayed", group, -1) for world in ("warm", "called", "passive")]
                rows.append((group, f"{row.people:,}", *lost, *kinds))
        head = ["people hit", "number", "contacts lost in half a year", "weeks lost in a year", "Star points lost after a year"]
        return pd.DataFrame(rows, columns=[*head, "weeks lost: joint meeting", "weeks lost: call", "weeks lost: neither"])

    def repeated(self) -> list[str]:
        """Return what changes before this one make of it, and why people with more changes are no fair comparison."""
        first, second, third = (self.number("weeks_52", LEAVES, g, -1) for g in TIMES)
        early = [self.number("weeks_52", LEAVES, f"before maintenance, {g}", -1) for g in TIMES[:2]]
        told = f"A first change costs {first} weeks, a second {second}" + ("" if third == "–" else f", a third or later one {third}")
        apart = self.row("weeks_52", LEAVES, "second change less first change")
        return [
            f"{told}: each is the cost of that change alone, on top of those before. {self.second(apart)} Before maintenance a first costs {early[0]} weeks "
            f"and a second {early[1]}. People who are there for a second change are those whom the first did not drive away; more of them have reached "
            "maintenance, and they have less trust left to lose. So this does not say that one gets used to changes, nor that the second is harmless.",
            f"The table sets people of {len(self.study.whole_seeds)} runs against themselves in a service that nobody leaves, by the changes they met in 104 "
            "weeks since referral. How many somebody meets is not drawn at random: who stays longer meets more, and so those with two or three changes look as "
            "if changes kept them. Those with none show what the vacancies and newcomers of a service that is left do to everybody.",
        ]

    def second(self, apart: pd.Series | None) -> str:
        """Return whether a second change costs those it hits less than a first costs those that one hits."""
        if apart is None:
            return "Too few people were there for a second change to set it against a first."
        if math.isnan(apart.ci_low):
            return f"Per person hit a second costs {interval(apart, -1)} weeks more than a first, by too few runs for an interval."
        how = "costs less than" if apart.ci_low > 0 else "costs more than" if apart.ci_high < 0 else "is not told apart from"
        return f"Per person hit a second {how} a first (second less first: {interval(apart, -1)} weeks)."

    def doses(self) -> pd.DataFrame:
        """Return the differences from a service that nobody leaves, by changes met."""
        rows = []
        for dose in DOSES:
            row = self.row("weeks_104", "as_is - nobody leaves", dose)
            if row is not None:
                rows.append((dose, f"{row.people:,}", *(self.number(n, "as_is - nobody leaves", dose) for n in ("weeks_104", "contacts_104", "latent_104"))))
        return pd.DataFrame(rows, columns=["met in 104 weeks", "people", "weeks in the first spell", "contacts", "Star points at 104 weeks"])

    def hours(self) -> list[str]:
        """Return what joint meetings take and buy."""
        counts, each = self.counts, self.study.parameters.handover.meeting_hours
        meetings = counts.met + counts.met_in_vain
        whole = self.number("weeks_52", "warm - passive", "those hit and everybody else")
        return [
            f"Offered to everybody, joint meetings take {meetings * each * BOTH_DIARIES:.0f} hours a departure: {meetings:.0f} meetings, each {each:g} hours "
            f"of two diaries, {counts.met_in_vain:.1f} of them with people who then leave before the last day. For each hour those hit keep "
            f"{self.hour('weeks_52')} weeks with the service, {self.hour('contacts_52')} contacts and {self.hour('star_year_52')} Star "
            "point-years in the year after, against neither meeting nor prompt call. With everybody else, from whose time the hours are taken, a departure "
            f"handed over at joint meetings gives {whole} weeks more than one with neither. Departures in whose week of notice another worker gave notice too "
            "are left out here: meetings are set for that week, so that they would be had with both workers' users.",
            f"A call in the first week, without any joint meeting, keeps {self.number('weeks_52', 'called - passive')} of the "
            f"{self.number('weeks_52', 'warm - passive')} weeks that joint meetings keep a person hit, but less of the trust "
            f"({self.number('trust_26', 'called - passive')} and {self.number('trust_26', 'warm - passive')} half a year on, on a scale of 0 to 1); the "
            "contacts that follow it take diary time too, which is not counted here.",
            self.whole_service(),
        ]

    @property
    def all_against_none(self) -> str:
        """The contrast of whole services with joint meetings for all and for the fewest."""
        return f"managed_share 1 - managed_share {self.study.shares[0]:g}"

    def whole_service(self) -> str:
        """Return what an hour of joint meetings buys in the whole service, and why that differs."""
        row = self.row("weeks", self.all_against_none, EVERYBODY_AN_HOUR)
        if row is None:
            return ""
        return (
            f"The last rows set whole services against each other over all weeks, everybody in them, in {row.replications} runs each: joint meetings for all "
            f"against none give {interval(row)} weeks an hour ({verdict(row)}). There the hours taken from others count, and later weeks, in which a person "
            "kept leaves at the time limit all the same and one who dropped out may have come back."
        )

    def per_hour(self) -> pd.DataFrame:
        """Return everything that is told an hour of joint meetings."""
        t = self.table[self.table.group.str.endswith("an hour of joint meetings")]
        rows = [(r.unit.partition(",")[0], who(r.group), contrast_in_words(r.contrast), interval(r), str(r.replications)) for r in t.itertuples()]
        return pd.DataFrame(rows, columns=["gain for each hour", "of whom", "contrast", "estimate", "runs"])

    def others(self) -> list[str]:
        """Return what a departure does to everybody else."""
        row = self.row("weeks_52", LEAVES, "everybody not hit")
        if row is None:
            return []
        return [
            "A departure also moves people who were not with the leaver: a post stands empty, those hit need other diaries, and some of them free a place. "
            f"Over everybody not hit, {row.people / row.departures:,.0f} people a departure, the weeks with the service change by {interval(row)} in the "
            f"year ({verdict(row)}). These are sums over all of them, told apart from those hit.",
            f"Joint meetings take their hours from everybody else too: against neither meeting nor prompt call, {self.star('everybody not hit')} Star "
            f"point-years a departure for them and {self.star('those hit and everybody else')} for all together.",
        ]

    def star(self, group: str) -> str:
        """Return what joint meetings change in Star point-years, of one group."""
        return self.number("star_year_52", "warm - passive", group)

    def spilled(self) -> pd.DataFrame:
        """Return what one departure does to everybody else, and to all."""
        t = self.table[self.table.group.isin(["everybody not hit", "those hit and everybody else"])]
        rows = [(r.unit.partition(" a departure")[0], who(r.group), CONTRASTS[r.contrast], interval(r)) for r in t.itertuples()]
        return pd.DataFrame(rows, columns=["sum in the year after", "of whom", "contrast", "estimate, a departure"])


CONTRASTS = {"as_is - stayed": "leaves, less stays", "warm - passive": "joint meetings, less neither meeting nor call"}


def contrast_in_words(contrast: str) -> str:
    """Return what an hour of joint meetings is set against, in words."""
    if contrast in CONTRASTS:
        return CONTRASTS[contrast]
    more, less = (float(side.removeprefix("managed_share ")) for side in contrast.split(" - "))
    return f"joint meetings offered to {more:.0%}, less to {less:.0%}"
