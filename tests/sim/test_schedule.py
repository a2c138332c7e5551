"""The week's order and the calendar of contacts."""

import pytest

from sim import Parameters, model
from sim.measures import Measures
from sim.programme import Calendar

pytestmark = pytest.mark.unit


def test_a_week_is_the_twelve_processes_in_order_and_then_the_record(monkeypatch):
    entry = {
        "referral": "refer",
        "funding": "fund",
        "setback": "strike",
        "workforce": "turn_over",
        "allocation": "allocate",
        "contact": "meet",
        "onward_referral": "refer_on",
        "placement": "place",
        "participation": "take_part",
        "motivation": "settle",
        "wellbeing": "feel",
        "engagement": "engage",
    }
    assert tuple(entry) == model.SCHEDULE
    done = []

    def noting(name, function):
        return lambda *given: (done.append(name), function(*given))[1]

    for module, function in entry.items():
        process = getattr(model.PROCESSES, module)
        monkeypatch.setattr(process, function, noting(module, getattr(process, function)))
    monkeypatch.setattr(Measures, "record", noting("record", Measures.record))
    service = model.SocialPrescribingService(Parameters().replace({"workforce.posts": 2}), weeks=2)
    service.step()
    assert done == [*model.SCHEDULE, "record"]


def intervals(weeks, changes):
    calendar = Calendar(Parameters().replace(changes))
    last = len(calendar.interval_in_week) - 1
    return [calendar.interval_in_week[min(week, last)] for week in weeks]


def test_phases_shrink_with_short_programmes_and_intervals_do_not():
    weeks = (0, 4, 5, 12, 13, 25, 26, 60)
    assert intervals(weeks, {"programme.length_weeks": 52}) == [2, 2, 4, 4, 6, 6, 9, 9]
    assert intervals(weeks, {"programme.length_weeks": 208}) == intervals(weeks, {}) == [2, 2, 2, 4, 4, 4, 6, 9]
    assert intervals(weeks, {"programme.length_weeks": 52, "programme.open_ended": True}) == intervals(weeks, {})


def test_the_intensive_schedule_halves_intervals():
    assert intervals((0, 10, 26, 52), {"contact.schedule": "intensive"}) == [1, 2, 3, 4.5]


def test_a_different_taper_is_a_matter_of_parameters():
    assert intervals((0, 3, 4, 90), {"contact.interval_weeks": [1, 12], "contact.interval_until": [4]}) == [1, 1, 12, 12]


def test_the_limit_falls_a_programmes_length_after_the_start():
    assert Calendar(Parameters()).limit(10) == 114
    assert Calendar(Parameters().replace({"programme.open_ended": True})).limit(10) > 10**6


def test_nhs_light_gives_6_to_12_contacts_in_about_13_weeks(outcome):
    """With hours enough: most of those who stay to the end have 6 to 12; fewer come of missed meetings and changes of worker."""
    changes = {"contact.schedule": "nhs_light", "programme.length_weeks": 13, "programme.discretion": 0, "workforce.intake_per_week": 6, "workforce.hours": 120}
    spells = outcome(changes).episodes
    full = spells[(spells.episode == 1) & (spells.end_week - spells.start_week == 13)]
    assert len(full) > 400
    assert full.contacts.between(6, 12).mean() > 0.75 and 6 <= full.contacts.mean() <= 12
    assert spells.contacts.max() <= 12
    ended = spells[spells.end_week.notna()]
    assert (ended.end_week - ended.start_week).max() == 13
