"""The words and small tables that only docs/results/continuity.md has: the answer, what the evidence says, and what rests on assumptions."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from experiments.continuity.effects import FEWEST_RUNS
from experiments.continuity.shown import interval, ranged, span, together
from experiments.continuity.study import DECLARED
from experiments.continuity.words import EVERYBODY_AN_HOUR, LEAVES, Told
from experiments.validation.targets import shipped
from experiments.whatif.measures import MEASURES

TOGETHER = "all "  # how the names of the services with all assumptions changed begin
LITERATURE = "[doi:10.1176/appi.ps.201900169](https://doi.org/10.1176/appi.ps.201900169)"


@dataclass(frozen=True)
class OfPage(Told):
    """What the page tells: `services` as `tables.tried` gives them."""

    services: pd.DataFrame

    def scale(self) -> str:
        """Return what was run."""
        row, study = self.row("weeks_52", LEAVES), self.study
        return (
            f"{len(study.seeds)} seeds of the default service over {study.weeks} weeks: the {row.departures} departures in weeks {study.first} to "
            f"{study.last}, {row.people:,} people hit (one person can be hit more than once). Whole services set against each other and repeated changes are "
            f"told of the first {len(study.whole_seeds)} of these seeds, other assumptions of {len(study.tried_seeds)}. In brackets: 95% "
            "intervals. Everything is in the model, and a finding about it."
        )

    def answer(self) -> list[str]:
        """Return the answer in a few sentences."""
        stages = [self.number("weeks_52", LEAVES, group, -1) for group in ("before maintenance", "in maintenance")]
        return [
            f"**One change of worker costs the person it hits {self.number('weeks_52', LEAVES, sign=-1)} weeks with the service** in the year after, and "
            f"{self.number('contacts_26', LEAVES, sign=-1)} contacts in the first half of it, against the same person had the worker stayed. Of 100 people "
            f"hit, {self.number('dropped_52', LEAVES)} more drop out within the year. A departure hits {self.counts.people:.0f} people.",
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
            f"{span(self.services.weeks_lost)} weeks, by the means of few runs (below).",
        ]

    def evidence(self) -> list[str]:
        """Return the verdict on T12, and the finding of the other sign."""
        target = shipped()["T12"]
        ratio, by_sure = (
            self.row("contacts_26", LEAVES, group)
            for group in ("before maintenance / in maintenance", "confidence below 0.45 / confidence 0.45 and above")
        )
        lost = self.counts.contacts_lost
        met = "met" if target.right(ratio.value) else "missed"
        sure = "" if ratio.ci_low >= target.low or ratio.ci_high < target.low else ", though the interval holds the threshold"
        simple, complex_ = (self.number("contacts_26", LEAVES, f"{kind} users", -1) for kind in ("simple", "complex"))
        return [
            f"**T12 ({target.pattern.lower()}; held out, nothing was tuned to it): {met}{sure}.** The fall in contacts over 26 weeks before maintenance is "
            f"{interval(ratio)} times that in maintenance; at least {target.low:g} was asked for. With confidence below 0.45 it is {interval(by_sure)} "
            f"times that with more. Contacts are also more frequent before maintenance: {lost[0]:.0%} of them are lost there and "
            f"{lost[1]:.0%} in maintenance. Source: {target.source.partition(';')[0]}, accounts of single people.",
            f"**The literature also says the opposite.** After turnover of clinicians in community mental health, {LITERATURE} found the decline in older "
            "clients and in those who functioned well, with high activation and low to moderate anxiety; those who functioned least well improved. In the "
            f"model a change costs people of low confidence more, and complex users {complex_} contacts against {simple} of simple ones: by assumption, "
            "since confidence is what makes people phone the new worker and stay. To ration joint meetings by confidence would rest on that assumption.",
        ]

    @property
    def grades(self) -> str:
        """The grades of evidence of the assumptions tried."""
        return " and ".join(sorted({DECLARED[name].grade for name in self.study.assumed}))

    def robust(self) -> list[str]:
        """Return what holds in all services tried."""
        s = self.services.set_index("service")
        ends = s[s.index.str.startswith(TOGETHER)]
        singly = s.drop(index=ends.index).iloc[1:]
        n, low = len(singly), shipped()["T12"].low
        twice = ((singly.lost_before >= low * singly.lost_in) & (singly.lost_before > 0)).sum()
        runs = int(s.replications.iloc[1:].min())
        few = f", too few for intervals (which need {FEWEST_RUNS} runs), so that luck is part of what differs" if runs < FEWEST_RUNS else ""
        ranges = (
            f"Each assumption was set to the ends of its plausible range, {f'one at a time ({n} services) and ' if n else ''}all together, "
            f"{runs} seeds each and up to {self.study.tried_most} departures a run{few}."
        )
        counts = [(which > 0).sum() for which in (singly.weeks_lost, singly.lost_before - singly.lost_in, singly.weeks_an_hour)]
        single = (
            f" By their means, one at a time, a change costs weeks with the service in {counts[0]} of {n} ({span(singly.weeks_lost)} weeks); contacts fall "
            f"more before maintenance than in it in {counts[1]}, and at least {low:g} times as much, as T12 asks, in {twice}; an hour of joint meetings keeps "
            f"weeks with the service in {counts[2]} ({span(singly.weeks_an_hour)} weeks)."
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
