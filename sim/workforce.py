"""Posts and the link workers who hold them: their columns, starting state and capacity."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from sim.parameters import Parameters
from sim.people import People
from sim.streams import Stream, Streams
from sim.table import Column, Table

VACANT = -1
NOT_SET = -1

SKILL = Stream("workforce.skill", "skill of a worker who starts in a post", index="post")


class Posts(Table):
    """One row a post; it is held by a link worker or vacant."""

    worker = Column("i4", "link worker in the post", fill=VACANT, missing=VACANT, writers="workforce")
    refill_week = Column("i4", "week in which a vacant post is filled", "week", writers="workforce")


class LinkWorkers(Table):
    """One row a link worker ever in post, in order of starting."""

    post = Column("i4", "post held", writers="workforce", static=True)
    skill = Column("f8", "factor on contact quality", "ratio", 1.0, writers="workforce", static=True)
    started_week = Column("i4", "week of starting (negative: before opening)", "week", writers="workforce", static=True)
    left_week = Column("i4", "week after the last day", "week", NOT_SET, missing=NOT_SET, writers="workforce")
    notice_week = Column("i4", "week of giving notice", "week", NOT_SET, missing=NOT_SET, writers="workforce")
    sick_left = Column("i4", "weeks the sickness still runs, this one included", "weeks", writers="workforce, measures")
    sick_weeks = Column("i4", "weeks the sickness has run", "weeks", writers="measures")
    hours_there = Column("f8", "diary hours this week", "hours", writers="workforce")
    hours_left = Column("f8", "diary hours not yet used this week", "hours", writers="workforce, sharing")
    hours_wanted = Column("f8", "diary hours wanted this week", "hours", writers="workforce, sharing")
    workload = Column("f8", "hours wanted over hours there, smoothed", "ratio", 1.0, writers="measures")
    gap_share = Column("f8", "share of contacts spent filling gaps, smoothed", "0-1", writers="measures")
    contacts_week = Column("i4", "contacts this week", "count", writers="workforce, contact")
    gaps_week = Column("i4", "gaps met this week", "count", writers="workforce, onward_referral")
    handover_quota = Column("i4", "joint meetings planned a week of the notice", "count", writers="workforce")
    contacts = Column("i4", "contacts so far", "count", writers="measures")
    weeks_counted = Column("i4", "weeks in post since opening", "weeks", writers="measures")
    caseload_sum = Column("f8", "sum of weekly caseloads", "user-weeks", writers="measures")
    workload_sum = Column("f8", "sum of weekly workloads", "ratio-weeks", writers="measures")
    absent_weeks = Column("i4", "weeks absent through sickness", "weeks", writers="measures")


class Workforce:
    """The posts and all link workers."""

    def __init__(self, p: Parameters, streams: Streams) -> None:
        self.posts = Posts(p.workforce.posts)
        self.posts.add(p.workforce.posts)
        self.workers = LinkWorkers(4 * p.workforce.posts)
        self.cancelled: set[tuple[int, int]] = set()  # departures (post, week) that came up and were cancelled
        if p.programme.enabled:
            self.fill(np.arange(p.workforce.posts), 0, -p.workforce.opening_weeks_in_post, p, streams)

    def fill(self, posts: np.ndarray, week: int, started: int, p: Parameters, streams: Streams) -> np.ndarray:
        """Put a new worker into each of `posts`; the skill depends on the post and the `week` alone."""
        rows = self.workers.add(len(posts))
        self.workers.post[rows] = posts
        self.workers.started_week[rows] = started
        self.workers.skill[rows] = np.exp(p.workforce.skill_sd * ndtri(streams.uniform(SKILL, week, posts)))
        self.posts.worker[posts] = rows
        return rows

    def in_post(self) -> np.ndarray:
        """Return the numbers of the workers in post, in order of post."""
        worker = self.posts.worker[: self.posts.n]
        return worker[worker != VACANT]

    def weeks_in_post(self, rows: np.ndarray, week: int) -> np.ndarray:
        """Return whole weeks since each worker started."""
        return week - self.workers.started_week[rows]

    def productivity(self, rows: np.ndarray, week: int, p: Parameters) -> np.ndarray:
        """Return productivity, which rises from `ramp_start` to 1 in `ramp_weeks`."""
        w = p.workforce
        return w.ramp_start + (1 - w.ramp_start) * np.minimum(1.0, self.weeks_in_post(rows, week) / w.ramp_weeks)

    def quality(self, rows: np.ndarray, week: int, p: Parameters) -> np.ndarray:
        """Return contact quality: skill x experience x what workload leaves of it (docs/odd.md, section 7.6)."""
        w = p.workforce
        experience = w.experience_start + (1 - w.experience_start) * np.minimum(1.0, self.weeks_in_post(rows, week) / w.experience_weeks)
        strain = np.minimum(np.maximum(self.workers.workload[rows] - 1, 0), 1)
        return self.workers.skill[rows] * experience * (1 - p.contact.quality_workload * strain)

    def available(self, rows: np.ndarray) -> np.ndarray:
        """Return which workers are neither sick nor on notice: they may take on users."""
        return (self.workers.sick_left[rows] == 0) & (self.workers.notice_week[rows] == NOT_SET)

    def users_of(self, workers: np.ndarray, people: People) -> np.ndarray:
        """Return the numbers of the engaged users of `workers`."""
        theirs = np.zeros(self.workers.n + 1, bool)  # one entry more, for those without a worker (-1)
        theirs[workers] = True
        engaged = people.engaged()
        return engaged[theirs[people.link_worker[engaged]]]

    def caseload(self, people: People, weights: np.ndarray | None = None) -> np.ndarray:
        """Return the open caseload of every worker ever, in heads or by `weights` of each complexity."""
        engaged = people.engaged()
        weight = None if weights is None else weights[people.complexity[engaged]]
        load = np.bincount(people.link_worker[engaged] + 1, weight, minlength=self.workers.n + 1)
        return load[1:].astype(float)  # the first are those without a worker (-1)


def caseload_weights(p: Parameters) -> np.ndarray | None:
    """Return the weight of a simple, a moderate and a complex user in a caseload; None when heads are counted."""
    w = p.workforce
    if w.caseload_weighting == "heads":
        return None
    return np.array([w.weight_simple, w.weight_moderate, w.weight_complex])
