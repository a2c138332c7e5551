"""Every policy moves what it should, in the direction it should.

Each claim is tried in pairs: the same people with the same luck, with and without the policy, at two
fixed seeds; both must agree. At these seeds the answer is fixed. Had a change merely reshuffled
the luck, a false alarm would be unlikely: each claim held in all of 12 other seeds, and most differences
are several times their standard deviation between seeds.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from sim.people import TIME_LIMITED

pytestmark = pytest.mark.unit
SEEDS = (1, 2)
WEEKS = 78


def mean(column):
    return lambda results: results.weekly[column].mean()


def total(column):
    return lambda results: results.weekly[column].sum()


def wait(results, group=None):
    """Weeks waited by those referred, up to acceptance or the end of the run; stocks do not matter."""
    people = results.people if group is None else results.people[results.people.complexity == group]
    people = people[people.start_week.notna() | (people.state == "waiting")]
    return (people.start_week.fillna(WEEKS).astype(float) - people.referred_week).mean()


def started_share(results):
    """Share of the places offered that were taken up."""
    started, not_started = results.weekly.activity_starts.sum(), results.weekly.activity_not_started.sum()
    return started / (started + not_started)


def share_lost(reason):
    return lambda results: (results.people.exit_reason == reason).sum() / results.people.start_week.notna().sum()


def managed_share(results):
    people = results.people
    return people.worker_changes_managed.sum() / people.worker_changes.sum()


def complex_among_managed(results):
    people = results.people[results.people.worker_changes_managed > 0]
    return (people.complexity == "complex").mean()


def low_confidence_among_managed(results):
    return -results.people.confidence_baseline[results.people.worker_changes_managed > 0].mean()


def leavers(results):
    return results.link_workers.left_week.notna().sum()


def contacts_per_start(results):
    return results.weekly.contacts.sum() / results.weekly.started.sum()


def confidence_after_the_limit(results):
    people = results.model.people
    return people.confidence[: people.n][people.exit_state[: people.n] == TIME_LIMITED].mean()


def gain(results):
    people = results.people
    return (people.latent_52 - people.latent_0).mean()


def attending_in_lifestyle(results):
    services = results.services
    return services.attending_mean[services.area == "lifestyle"].sum() / services.attending_mean.sum()


def way_back(results):
    """Mean weeks on the list before a second spell, so far for those who still wait."""
    people, n = results.model.people, results.model.people.n
    waiting = people.waiting()
    listed = people.listed_week[waiting[people.episode[waiting] > 0]]
    back = (people.episode[:n] > 1).nonzero()[0]
    waits = np.concatenate((results.model.week - listed, (people.spell_start - people.listed_week)[back[~np.isin(back, waiting)]]))
    return waits.mean()


def trust(results):
    """Mean trust of those engaged at the end."""
    people = results.model.people
    return people.trust[people.engaged()].mean()


FULL = {"workforce.posts": 3}  # a service too small for its referrals
LEAVING = {"workforce.turnover": 1.5}
SHORT = {"programme.length_weeks": 26}
WORKING = {"population.employed_share": 1.0, "population.employed_share_66": 1.0, "population.transport_share": 1.0}
MINORITY = {"population.minority_share": 1.0}
WOMEN = MINORITY | {"population.female_share": 1.0, "population.women_only_need": 1.0}


class Claim(NamedTuple):
    """A policy raises (+1) or lowers (-1) a measure of the base service."""

    sentence: str
    policy: dict
    measure: Callable
    direction: int
    base: dict = {}


CLAIMS = (
    Claim("more posts shorten waits", {"workforce.posts": 8}, wait, -1, FULL),
    Claim("fewer posts raise workload", {"workforce.posts": 4}, mean("workload"), +1),
    Claim("a lower cap lengthens waits", {"workforce.caseload_cap": 40}, wait, +1),
    Claim("a weighted cap takes fewer heads of a complex population", {"workforce.caseload_weighting": "complexity"}, mean("open_caseload"), -1, FULL),
    Claim("a lower intake lengthens waits", {"workforce.intake_per_week": 1}, wait, +1),
    Claim("turnover changes workers more often", {"workforce.turnover": 1.5}, total("worker_changes"), +1),
    Claim("turnover loses people", {"workforce.turnover": 3.0}, share_lost("lost_worker_change"), +1),
    Claim("overwork makes workers leave", {"workforce.turnover_workload": 5.0}, leavers, +1, {"workforce.posts": 4, "workforce.hours": 20.0}),
    Claim("filling gaps makes workers leave", {"workforce.turnover_gaps": 5.0}, leavers, +1, {"community.services": 0}),
    Claim("long vacancies leave users uncovered or with fuller workers", {"workforce.vacancy_weeks": 40.0}, mean("posts_filled"), -1, LEAVING),
    Claim(
        "long notice gives time for handovers",
        {"workforce.notice_weeks": 12},
        managed_share,
        +1,
        {"workforce.turnover": 3.0, "workforce.notice_weeks": 0, "handover.managed_share": 1.0},
    ),
    Claim("a larger managed share manages more changes", {"handover.managed_share": 1.0}, managed_share, +1, LEAVING),
    Claim("managed handovers keep people in the service", {"handover.managed_share": 1.0}, total("disengaged"), -1, LEAVING | {"handover.managed_share": 0.0}),
    Claim("turnover costs trust", {"workforce.turnover": 1.5}, trust, -1),
    Claim("complex first hands over complex users", {"handover.order": "complex_first"}, complex_among_managed, +1, LEAVING),
    Claim("low confidence first hands over the unconfident", {"handover.order": "low_confidence_first"}, low_confidence_among_managed, +1, LEAVING),
    Claim("a call within a week shortens the wait for the new worker", {"handover.call_within_week": 1.0}, mean("handovers_waiting"), -1, LEAVING),
    Claim("shorter programmes hold fewer people", {"programme.length_weeks": 26}, mean("open_caseload"), -1),
    Claim("discretion extends", {"programme.discretion": 0.9}, mean("open_caseload"), +1, SHORT | {"programme.discretion": 0.0}),
    Claim("longer extensions hold people longer", {"programme.extension_weeks": 52}, mean("open_caseload"), +1, SHORT | {"programme.extension_weeks": 4}),
    Claim("no extensions end more spells at the limit", {"programme.max_extensions": 0}, total("time_limited"), +1, SHORT),
    Claim("an open-ended programme holds more people", {"programme.open_ended": True}, mean("open_caseload"), +1, SHORT),
    Claim("telling of the limit spares confidence", {"programme.tell_limit_share": 1.0}, confidence_after_the_limit, +1, SHORT),
    Claim("re-entry brings people back", {"programme.reentry": 0.8}, total("reentered"), +1, SHORT | {"programme.reentry": 0.0}),
    Claim(
        "the direct route shortens the way back",
        {"programme.reentry_route": "direct"},
        way_back,
        -1,
        {"workforce.posts": 1} | SHORT | {"programme.reentry": 0.9},
    ),
    Claim("check-ins reach former users", {"contact.check_ins_after_exit": True}, total("check_ins"), +1, SHORT),
    Claim("the intensive schedule gives more contacts", {"contact.schedule": "intensive"}, contacts_per_start, +1, {"workforce.posts": 12}),
    Claim(
        "NHS-light gives fewer contacts than two years do",
        {"contact.schedule": "nhs_light", "programme.length_weeks": 13, "programme.discretion": 0.0},
        contacts_per_start,
        -1,
    ),
    Claim("a steeper taper gives fewer contacts", {"contact.interval_weeks": [2, 8, 16, 26]}, contacts_per_start, -1),
    Claim("signposting gives one contact at most", {"contact.schedule": "signposting"}, contacts_per_start, -1, {"contact.schedule": "nhs_light"}),
    Claim("accompaniment helps to start", {"contact.accompaniment_share": 1.0}, started_share, +1, {"contact.accompaniment_share": 0.0, "workforce.posts": 12}),
    Claim("goals that are not personal are started less", {"contact.personalised": False}, started_share, -1),
    Claim("complex first shortens the wait of the complex", {"allocation.list_order": "complexity"}, lambda r: wait(r, "complex"), -1, FULL),
    Claim("complex first lengthens the wait of the simple", {"allocation.list_order": "complexity"}, lambda r: wait(r, "simple"), +1, FULL),
    Claim("fewer services fill more gaps", {"community.services": 4}, total("gaps"), +1),
    Claim("the mix decides where people go", {"community.mix": [9, 0, 0, 0, 1, 1, 0, 0]}, attending_in_lifestyle, +1),
    Claim("fewer places lengthen queues", {"community.places_min": 1, "community.places_max": 2}, mean("queued"), +1),
    Claim("evening services let people in work start", {"community.evening_share": 1.0}, started_share, +1, WORKING | {"community.evening_share": 0.0}),
    Claim(
        "groups for older people keep the younger out",
        {"community.older_share": 1.0},
        started_share,
        -1,
        {"community.older_share": 0.0, "population.age_beta": 6.0},
    ),
    Claim("adapted services let minorities start", {"community.adapted_share": 1.0}, started_share, +1, MINORITY | {"community.adapted_share": 0.0}),
    Claim("women-only sessions let minority women start", {"community.women_only_share": 1.0}, started_share, +1, WOMEN | {"community.women_only_share": 0.0}),
    Claim("unsafe places keep people out", {"community.unsafe_share": 1.0}, started_share, -1, {"community.unsafe_share": 0.0}),
    Claim("courses end and free their places", {"community.course_share": 1.0}, mean("attending"), -1, {"community.course_share": 0.0}),
    Claim("austerity takes places", {"community.austerity": True}, mean("places"), -1),
    Claim("austerity lengthens contacts by gaps", {"community.austerity": True, "community.austerity_closure_rate": 2.0}, total("gaps"), +1),
    Claim("a sudden loss empties groups", {"community.sudden_loss_share": 0.5, "community.sudden_loss_week": 40}, lambda r: r.weekly.attending[41], -1),
    Claim("the service helps", {"programme.enabled": False}, gain, -1),
    Claim("the service changes what people do", {"programme.enabled": False}, lambda r: r.people.activity_starts.sum(), -1),
)


@pytest.mark.scale
@pytest.mark.parametrize("claim", CLAIMS, ids=[claim.sentence.replace(" ", "_") for claim in CLAIMS])
def test_policy(differences, claim):
    found = differences(claim.policy, claim.measure, claim.base, SEEDS, WEEKS)
    assert (claim.direction * found > 0).all(), found


def test_a_scenario_differs_from_itself_by_exactly_nothing(differences):
    assert (differences({}, contacts_per_start) == 0).all()
    assert (differences({"workforce.posts": 6}, gain) == 0).all()  # what the small service has anyway


def test_signposting_still_leads_some_into_activities(outcome):
    """One short contact each, no trust, and the referral outlasts the contact."""
    results = outcome({"contact.schedule": "signposting"}, 1, WEEKS)
    assert results.episodes.contacts.max() == 1 and results.people.trust_last.fillna(0).max() == 0
    assert results.weekly.activity_starts.sum() > 0.3 * results.weekly.contacts.sum()
    assert results.people.star_0.isna().all()


def test_the_switched_off_policies_leave_no_trace(outcome):
    off = outcome({"programme.reentry": 0.0, "programme.max_extensions": 0, "handover.managed_share": 0.0, "community.closure_rate": 0.0}, 1, WEEKS)
    weekly, people = off.weekly, off.people
    assert weekly.reentered.sum() == weekly.check_ins.sum() == 0
    assert people.extensions.sum() == people.worker_changes_managed.sum() == 0
    assert weekly.services_open.nunique() == 1
