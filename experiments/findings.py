"""What the pictures of a run show, as sentences: each title is chosen by a rule from the numbers.

Every function takes plain numbers or columns and returns a `Finding`: a title, and below it what was
measured, in whom and when. None says more than one run can: it describes, and does not compare scenarios.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

YEAR = 52
FEW = 20  # people: below, shares are given as numbers
FULL = 0.95  # of the cap, or of places: called full
CLEAR_WEEKS, CLEAR_SHARE = 2.0, 1.25  # a wait has changed when it differs by two weeks and a quarter
FEW_STARTS = 5  # a stretch with fewer people taken on has no wait that is drawn or told
STRETCHES = {"quarter": 13, "half-year": 26, "year": YEAR}  # waits are drawn by the shortest that has enough starts
TAKEN_ON = ["active", "maintenance", "completed", "time_limited", "disengaged"]


class Finding(NamedTuple):
    """A title and the line below it."""

    title: str
    measure: str


def people(number: float) -> str:
    """Return '1 person' or '1,234 people'."""
    return "1 person" if round(number) == 1 else f"{number:,.0f} people"


def period(weeks: int) -> str:
    """Return a length of time in words: years and half years where they fit, else weeks."""
    if weeks in (YEAR // 2, YEAR):
        return "half a year" if weeks < YEAR else "1 year"
    if weeks and weeks % (YEAR // 2) == 0:
        return f"{weeks / YEAR:g} years"
    return "1 week" if weeks == 1 else f"{weeks} weeks"


def who_is_where(states: pd.DataFrame) -> Finding:
    """Say when half of those taken on had left, or how many have so far.

    Taken on: in the service or left it. Half have left from the first week after which it stays so.
    Those back on the waiting list, and those who have died or moved away, are in neither.
    """
    weeks = len(states)
    last = states.iloc[-1]
    total = last.drop("week").sum() if "week" in states else last.sum()
    below = f"People at the end of each week; {people(total)} referred in {period(weeks)}"
    if last["gone"]:
        below += f"; {last['gone']:,.0f} since dead or moved away, not shown"
    if total == 0:
        return Finding("Nobody was referred", f"People referred in {period(weeks)}")
    if last["usual_care"] and not states["active"].any():
        return Finding("No service: everybody referred has usual care", below)
    taken_on = states[TAKEN_ON].sum(axis=1).to_numpy()
    left = taken_on - states[["active", "maintenance"]].sum(axis=1).to_numpy()
    if taken_on[-1] == 0:
        return Finding("Nobody has been taken on yet", below)
    if taken_on[-1] < FEW:
        have = "has" if left[-1] == 1 else "have"
        return Finding(f"{left[-1]:.0f} of the {people(taken_on[-1])} taken on {have} left", below)
    under_half = np.flatnonzero(left < 0.5 * taken_on)
    since = int(under_half[-1]) + 1 if len(under_half) else 0
    if since >= weeks:
        return Finding(f"{100 * left[-1] / taken_on[-1]:.0f}% of those taken on have left after {period(weeks)}", below)
    year = since // YEAR + 1
    when = f"by the end of year {year}" if year * YEAR <= weeks else "by the end"
    return Finding(f"Half of those taken on have left {when}", below)


def caseloads(posts: pd.DataFrame, cap: float | None) -> Finding:
    """Say how many posts are over the cap at the end, else how many are full, else how large caseloads are."""
    vacant = posts["caseload"].isna().mean()
    cap_words = f"; cap {cap:,.0f}" if cap else ""
    below = f"People on each post's caseload, week by week{cap_words}; hatched: vacant, {100 * vacant:.0f}% of the time"
    now = posts.loc[posts["week"] == posts["week"].max(), "caseload"].astype("Float64")
    filled = now.dropna().astype(float)
    if not len(filled):
        return Finding("Every post is vacant at the end", below)
    if cap and (over := int((filled > cap).sum())):
        return Finding(f"{of_posts(over, len(now))} over the cap at the end", below)
    if cap and (full := int((filled >= FULL * cap).sum())):
        return Finding(f"{of_posts(full, len(now))} full at the end", below)
    if filled.max() == 0:
        return Finding("Caseloads are empty at the end", below)
    if len(now) == 1:
        return Finding(f"{people(filled.iloc[0])} on the caseload of the one post at the end", below)
    return Finding(f"{filled.mean():,.0f} people a caseload at the end" + (", below the cap" if cap else ""), below)


def of_posts(count: int, posts: int) -> str:
    """Return 'The one post is', 'All 4 posts are' or '13 of 22 posts are'."""
    if count == posts:
        return "The one post is" if posts == 1 else f"All {posts} posts are"
    return f"{count} of {posts} posts {'is' if count == 1 else 'are'}"


def ninth_in_ten(waits: pd.Series) -> float:
    """Return the weeks within which nine in ten of `waits` were over; missing when there are none."""
    return float(np.quantile(waits, 0.9, method="higher")) if len(waits) else math.nan


def by_stretch(taken_on: pd.DataFrame, length: int) -> pd.DataFrame:
    """Return the weeks within which `half` and `nine` in ten were taken on, by stretches of `length` weeks; missing where too few were."""
    waits = taken_on.groupby((taken_on["start_week"] // length).astype(int))["wait_weeks"]
    return pd.DataFrame({"half": waits.median(), "nine": waits.apply(ninth_in_ten)}).where(waits.count() >= FEW_STARTS)


def waits(taken_on: pd.DataFrame, weeks: int, waiting: int, stretch: str = "quarter") -> Finding:
    """Say within how many weeks nine in ten were taken on, and whether that climbs, falls or peaks over the years.

    A change is named when it is clear between the first and the last year, or between them and the year of the
    peak; years with few people taken on, and a last part of a year, are left out. Where the line of the picture ends clearly
    elsewhere than the last year that is named, the title says so too.
    `taken_on` holds `start_week` and `wait_weeks` of everybody taken on; `waiting` are on the list at the end,
    and `stretch` names the bins of the picture.
    """
    below = f"Weeks from referral to being taken on, by {stretch}; {people(waiting)} on the list at the end"
    if not len(taken_on):
        return Finding("Nobody has been taken on", below)
    taken_on = taken_on.astype(float)
    wait = taken_on["wait_weeks"]
    year = (taken_on["start_week"] // YEAR).astype(int)
    by_year = wait.groupby(year).agg(ninth_in_ten)[wait.groupby(year).count() >= FEW]
    by_year = by_year[by_year.index < weeks // YEAR]
    drawn = by_stretch(taken_on, STRETCHES[stretch])["nine"].dropna()
    if len(by_year) >= 2:
        first, last, peak, end = by_year.iloc[0], by_year.iloc[-1], by_year.max(), drawn.iloc[-1]
        falls, rises = is_clear(end, last), is_clear(last, end)
        if is_clear(first, peak) and is_clear(last, peak):
            again = f", {end:.0f} at the end" if falls or rises else ""
            return Finding(f"Waits peak in year {by_year.idxmax() + 1}: nine in ten within {in_weeks(peak)}{again}", below)
        if is_clear(first, last) or is_clear(last, first):
            way, span = "climb" if last > first else "fall", f"year {by_year.index[0] + 1}, {last:.0f} in year {by_year.index[-1] + 1}"
            if turns := falls if last > first else rises:
                way += ", then fall" if last > first else ", then climb"
            return Finding(f"Waits {way}: nine in ten within {in_weeks(first)} in {span}{f', {end:.0f} at the end' if turns else ''}", below)
    overall = ninth_in_ten(wait)
    return Finding("Nine in ten were taken on in the week of referral" if overall == 0 else f"Nine in ten were taken on within {in_weeks(overall)}", below)


def is_clear(low: float, high: float) -> bool:
    """Whether a wait of `high` weeks is clearly longer than one of `low`."""
    return high - low >= CLEAR_WEEKS and high >= CLEAR_SHARE * low


def in_weeks(number: float) -> str:
    """Return '1 week' or '3 weeks'."""
    return "1 week" if number == 1 else f"{number:.0f} weeks"


def community(weekly: pd.DataFrame) -> Finding:
    """Say how full community services were over the last year (or all weeks, if fewer), and how many were referred on and not yet there.

    Weekly tables do not tell who waits for a place from who has one and is yet to start.
    """
    year = weekly.tail(YEAR)
    places, attending, queued = (year[name].mean() for name in ("places", "attending", "queued"))
    when = "the last year" if len(weekly) > YEAR else "all weeks"
    below = f"People at the end of each week, once for each service; title: mean of {when}"
    if not places:
        return Finding("There are no community services", "Places and people at community services")
    if not attending and not queued:
        return Finding("Nobody is referred on to community services", below.split(";")[0])
    taken = attending / places
    if taken >= FULL:
        return Finding(f"Community places are full; {queued:,.0f} referred on are not there yet", below)
    if queued >= 0.1 * places:
        below += ". They are yet to start, or wait for a place while others are free elsewhere"
        return Finding(f"{queued:,.0f} are referred on and not there yet, and {100 * (1 - taken):.0f}% of community places are free", below)
    return Finding(f"{100 * taken:.0f}% of community places are taken", below)


def wellbeing(means: pd.DataFrame, difference: pd.Series, followed: int, twin: bool, enabled: bool) -> Finding:
    """Say what wellbeing did: against the same people's usual care when it was run, else since referral.

    `means` has the column `week` and `service`; `difference` holds each person's gap to usual care at the last
    week. The gap is named when its 95% interval over people lies clear of zero.
    """
    if len(means) < 2:
        return Finding("Too early to see wellbeing change", "Wellbeing Star, sum of eight areas (8 to 40 points)")
    last = period(int(means["week"].iloc[-1]))
    below = f"Mean Wellbeing Star (8 to 40) of the {people(followed)} followed for {last}, users of the service or not"
    gain = means["service"].iloc[-1] - means["service"].iloc[0]
    if not twin:
        way = "rises" if gain >= 0 else "falls"
        what = "" if enabled else " without any service"
        tail = ". Part of the rise comes without the service: twin=true shows it" if enabled and gain > 0 else ""
        return Finding(f"Wellbeing {way} {abs(gain):.1f} points in {last}{what}", below + tail)
    mean, half = float(difference.mean()), 1.96 * float(difference.std()) / math.sqrt(max(1, len(difference)))
    if len(difference) > 1 and abs(mean) > half:
        return Finding(f"After {last}, {abs(mean):.1f} points {'above' if mean > 0 else 'below'} the same people's usual care", below)
    return Finding(f"After {last}, too few people to tell service from usual care", below + f"; difference {mean:+.1f}, give or take {half:.1f}")
