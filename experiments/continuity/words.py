"""The words and small tables of the page: each sentence takes its numbers from the table of estimates, and says the finding that they show."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from experiments.continuity.effects import OUTCOMES
from experiments.continuity.shown import interval, ranged, span, together, who
from experiments.continuity.study import DECLARED, Found
from experiments.continuity.worth import DOSES, hours_of_a_departure
from experiments.validation.targets import shipped
from experiments.whatif.measures import MEASURES

LEAVES = "as_is - stayed"
WORLDS = {"as_is - stayed": "as in the service", "warm - stayed": "joint meeting", "called - stayed": "call in the first week", "passive - stayed": "neither"}
GROUPS = (
    "before maintenance", "in maintenance", "first 26 weeks", "later", "confidence below 0.45", "confidence 0.45 and above", "lowest third of confidence",
    "middle third of confidence", "highest third of confidence", "simple users", "moderate users", "complex users",
)  # fmt: skip
TIMES = ("first change", "second change", "third or later change")
EVERYBODY_AN_HOUR = "everybody, an hour of joint meetings"
TOGETHER = "all "  # how the names of the services with all assumptions changed begin
LITERATURE = "[doi:10.1176/appi.ps.201900169](https://doi.org/10.1176/appi.ps.201900169)"


@dataclass(frozen=True)
class Told:
    """What is told of a study: `table` as `tables.table_of` gives it, `services` as `tables.tried`."""

    found: Found
    table: pd.DataFrame
    services: pd.DataFrame

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

    def scale(self) -> str:
        """Return what was run."""
        row = self.row("weeks_52", LEAVES)
        study = self.found.study
        return (
            f"{len(study.seeds)} seeds of the default service over {study.weeks} weeks: {row.departures} departures, {row.people:,} people hit (one person "
            "can be hit more than once). In brackets: 95% intervals. Everything is in the model, and a finding about it."
        )

    def answer(self) -> list[str]:
        """Return the answer in a few sentences."""
        per_departure = self.found.people.query("world == 'as_is'").groupby(["seed", "departure"]).size().mean()
        stages = [self.number("weeks_52", LEAVES, group, -1) for group in ("before maintenance", "in maintenance")]
        return [
            f"**One change of worker costs the person it hits {self.number('weeks_52', LEAVES, sign=-1)} weeks with the service** in the year after, and "
            f"{self.number('contacts_26', LEAVES, sign=-1)} contacts in the first half of it, against the same person had the worker stayed. Of 100 people "
            f"hit, {self.number('dropped_52', LEAVES)} more drop out within the year. A departure hits {per_departure:.0f} people.",
            f"**In wellbeing** it costs {self.number('latent_26', LEAVES, sign=-1)} points of the Star sum (8 to 40) half a year on and "
            f"{self.number('latent_52', LEAVES, sign=-1)} after a year; `spsim compare` takes {MEASURES['change_cost_star'].margin:g} as the smallest "
            "difference that matters.",
            f"**When it comes matters**: {stages[0]} weeks are lost before maintenance, {stages[1]} in maintenance.",
            f"**How it is handed over matters**: {self.number('weeks_52', 'passive - stayed', sign=-1)} weeks are lost with neither meeting nor prompt "
            f"call, {self.number('weeks_52', 'called - stayed', sign=-1)} with a call in the first week, "
            f"{self.number('weeks_52', 'warm - stayed', sign=-1)} with a joint meeting. An hour of joint meetings keeps {self.hour('weeks_52')} weeks with "
            "the service for those hit in the year after; in the whole service and over all weeks it is "
            f"{self.number('weeks', self.all_against_none, EVERYBODY_AN_HOUR)}.",
            f"**How large it is rests on assumptions**, all of grade {self.grades}: over their plausible ranges a change costs "
            f"{span(self.services.weeks_lost)} weeks (below).",
        ]

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
            f"more. In the service as it is, {self.found.study.parameters.handover.managed_share:.0%} are offered a joint meeting, drawn at random: those "
            f"handed over at one lose {managed} weeks, the others {not_managed}.",
            "The difference between two groups, with its own interval, is in the table of estimates (`less` in the column `group`).",
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
            "The table sets people against themselves in a service that nobody leaves, by the changes they met in 104 weeks since referral. **How many "
            "somebody meets is not drawn at random**: who stays longer meets more, and so those with two or three changes look as if changes kept them. "
            "Those with none show what the vacancies and newcomers of a service that is left do to everybody.",
        ]

    def second(self, apart: pd.Series | None) -> str:
        """Return whether a second change costs those it hits less than a first costs those that one hits."""
        if apart is None:
            return "Too few people were there for a second change to set it against a first."
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
        hours = hours_of_a_departure(self.found.people, self.found.others, self.found.meeting_hours)
        whole = self.number("weeks_52", "warm - passive", "those hit and everybody else")
        return [
            f"Offered to everybody, joint meetings take {hours:.0f} hours a departure: {self.found.meeting_hours:g} hours of each of two diaries. For each "
            f"hour those hit keep {self.hour('weeks_52')} weeks with the service, {self.hour('contacts_52')} contacts and {self.hour('star_year_52')} Star "
            "point-years in the year after, against neither meeting nor prompt call. With everybody else, from whose time the hours are taken, a departure "
            f"handed over at joint meetings gives {whole} weeks more than one with neither.",
            f"A call in the first week, without any joint meeting, keeps {self.number('weeks_52', 'called - passive')} of the "
            f"{self.number('weeks_52', 'warm - passive')} weeks that joint meetings keep a person hit, but less of the trust "
            f"({self.number('trust_26', 'called - passive')} and {self.number('trust_26', 'warm - passive')} half a year on, on a scale of 0 to 1); the "
            "contacts that follow it take diary time too, which is not counted here.",
            self.whole_service(),
        ]

    @property
    def all_against_none(self) -> str:
        """The contrast of whole services with joint meetings for all and for the fewest."""
        return f"managed_share 1 - managed_share {self.found.study.shares[0]:g}"

    def whole_service(self) -> str:
        """Return what an hour of joint meetings buys in the whole service, and why that differs."""
        row = self.row("weeks", self.all_against_none, EVERYBODY_AN_HOUR)
        clear = "" if row.ci_low > 0 or row.ci_high < 0 else ", not told apart from none"
        return (
            "The last rows set whole services against each other over all weeks, everybody in them: joint meetings for all against none give "
            f"{interval(row)} weeks an hour{clear}. There the hours taken from others count, and later weeks, in which a person kept leaves at the time "
            "limit all the same and one who dropped out may have come back."
        )

    def per_hour(self) -> pd.DataFrame:
        """Return everything that is told an hour of joint meetings."""
        t = self.table[self.table.group.str.endswith("an hour of joint meetings")]
        rows = [(r.unit.partition(",")[0], who(r.group), r.contrast.replace("managed_share", "share offered"), interval(r)) for r in t.itertuples()]
        return pd.DataFrame(rows, columns=["gain for each hour", "of whom", "contrast", "estimate"])

    def others(self) -> list[str]:
        """Return what a departure does to everybody else."""
        row = self.row("weeks_52", LEAVES, "everybody not hit")
        clear = row.ci_low > 0 or row.ci_high < 0
        verdict = "clear of zero" if clear else "not told apart from none: the interval holds zero"
        return [
            "A departure also moves people who were not with the leaver: a post stands empty, those hit need other diaries, and some of them free a place. "
            f"Over everybody not hit, {row.people / row.departures:,.0f} people a departure, the weeks with the service change by {interval(row)} in the "
            f"year, {verdict}. These are sums over all of them, told apart from those hit.",
            f"Joint meetings take their hours from everybody else too: against neither meeting nor prompt call, {self.star('everybody not hit')} Star "
            f"point-years a departure for them and {self.star('those hit and everybody else')} for all together.",
        ]

    def star(self, group: str) -> str:
        """Return what joint meetings change in Star point-years, of one group."""
        return self.number("star_year_52", "warm - passive", group)

    def share_lost(self, maintenance: bool) -> str:
        """Return the share of their contacts in the half year after that those hit lose, by stage, in percent."""
        own = self.found.people[self.found.people.maintenance.astype(bool) == maintenance].groupby("world").contacts_26.mean()
        return f"{1 - own.as_is / own.stayed:.0%}"

    def spilled(self) -> pd.DataFrame:
        """Return what one departure does to everybody else, and to all."""
        t = self.table[self.table.group.isin(["everybody not hit", "those hit and everybody else"])]
        rows = [(r.unit.partition(" a departure")[0], who(r.group), CONTRASTS[r.contrast], interval(r)) for r in t.itertuples()]
        return pd.DataFrame(rows, columns=["sum in the year after", "of whom", "contrast", "estimate, a departure"])

    def evidence(self) -> list[str]:
        """Return the verdict on T12, and the finding of the other sign."""
        target = shipped()["T12"]
        ratio, by_sure = (
            self.row("contacts_26", LEAVES, group)
            for group in ("before maintenance / in maintenance", "confidence below 0.45 / confidence 0.45 and above")
        )
        met = "met" if target.right(ratio.value) else "missed"
        sure = "" if ratio.ci_low >= target.low or ratio.ci_high < target.low else ", though the interval holds the threshold"
        simple, complex_ = (self.number("contacts_26", LEAVES, f"{kind} users", -1) for kind in ("simple", "complex"))
        return [
            f"**T12 ({target.pattern.lower()}; held out, nothing was tuned to it): {met}{sure}.** The fall in contacts over 26 weeks before maintenance is "
            f"{interval(ratio)} times that in maintenance; at least {target.low:g} was asked for. With confidence below 0.45 it is {interval(by_sure)} "
            f"times that with more. Contacts are also more frequent before maintenance: {self.share_lost(False)} of them are lost there and "
            f"{self.share_lost(True)} in maintenance. Source: {target.source.partition(';')[0]}, accounts of single people.",
            f"**The literature also says the opposite.** After turnover of clinicians in community mental health, {LITERATURE} found the decline in older "
            "clients and in those who functioned well, with high activation and low to moderate anxiety; those who functioned least well improved. In the "
            f"model a change costs people of low confidence more, and complex users {complex_} contacts against {simple} of simple ones: by assumption, "
            "since confidence is what makes people phone the new worker and stay. To ration joint meetings by confidence would rest on that assumption.",
        ]

    @property
    def grades(self) -> str:
        """The grades of evidence of the assumptions tried."""
        return " and ".join(sorted({DECLARED[name].grade for name in self.found.study.assumed}))

    def robust(self) -> list[str]:
        """Return what holds in all services tried."""
        s = self.services.set_index("service")
        ends = s[s.index.str.startswith(TOGETHER)]
        alone = s.drop(index=ends.index).iloc[1:]
        n, low = len(alone), shipped()["T12"].low
        twice = ((alone.lost_before >= low * alone.lost_in) & (alone.lost_before > 0)).sum()
        ranges = (
            f"Each assumption was set to the ends of its plausible range, {f'one at a time ({n} services) and ' if n else ''}all together, "
            f"{int(s.replications.iloc[1:].min())} seeds each and up to {self.found.study.tried_most} departures a run, so with wide intervals."
        )
        single = (
            f" By their means, one at a time, a change costs weeks with the service in {(alone.weeks_lost > 0).sum()} of {n} ({span(alone.weeks_lost)} "
            f"weeks; clear of zero by the interval, which few runs make wide, in {(alone.weeks_lost_low > 0).sum()}); contacts fall more before maintenance "
            f"than in it in {(alone.lost_before > alone.lost_in).sum()}, and at least {low:g} times as much, as T12 asks, in {twice}; an hour of joint "
            f"meetings keeps weeks with the service in {(alone.weeks_an_hour > 0).sum()} ({span(alone.weeks_an_hour)} weeks)."
        )
        return [ranges + (single if n else ""), together(ends)]

    def tried(self) -> pd.DataFrame:
        """Return the services tried, with what a change costs there."""
        rows = []
        for row in self.services.to_dict("records"):
            cells = [ranged(row[key], row[f"{key}_low"], row[f"{key}_high"]) for key in ("weeks_lost", "lost_before", "lost_in", "weeks_an_hour")]
            rows.append((row["service"], f"{row['people']:,}", *cells))
        head = ["service", "people hit", "weeks lost in a year", "contacts lost in half a year: before maintenance", "in maintenance"]
        return pd.DataFrame(rows, columns=[*head, "weeks kept an hour of joint meetings"])

    def again(self) -> str:
        """Return how many in 100 of those hit change worker within the year where this one stays."""
        stayed = self.found.people[self.found.people.world == "stayed"]
        return f"{100 * (stayed.changes_52 > 0).mean():.0f}"


CONTRASTS = {"as_is - stayed": "leaves, less stays", "warm - passive": "joint meetings, less neither meeting nor call"}
