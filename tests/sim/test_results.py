"""The tables handed out add up and match their dictionary."""

import numpy as np
import pytest

from sim.dictionary import TABLES
from sim.results import data_dictionary

pytestmark = pytest.mark.unit
STATES = ["waiting", "declined", "left_list", "active", "maintenance", "completed", "time_limited", "disengaged", "usual_care", "gone"]


@pytest.mark.parametrize("table", sorted(TABLES))
def test_each_table_has_the_columns_and_types_of_the_dictionary(outcome, table):
    frame = getattr(outcome(), table)
    assert list(frame.columns) == list(TABLES[table]) and len(frame) > 0
    for name, field in TABLES[table].items():
        if not field.may_be_missing:
            assert not frame[name].isna().any() or field.type == "number", name


def test_the_dictionary_explains_every_column():
    dictionary = data_dictionary()
    assert not dictionary.duplicated(["table", "column"]).any()
    assert (dictionary.meaning.str.len() > 3).all() and dictionary.type.isin(["integer", "number", "text", "true/false", "boolean"]).all()


def test_states_add_up_to_all_ever_referred(outcome):
    results = outcome()
    assert (results.states[STATES].sum(axis=1) == results.weekly.referrals.cumsum()).all()


def test_the_caseload_is_active_and_maintenance_and_the_sum_over_workers_and_uncovered(outcome):
    results = outcome()
    weekly = results.weekly
    assert (weekly.open_caseload == weekly.active + weekly.maintenance).all()
    held = np.where(results.caseloads < 0, 0, results.caseloads).sum(axis=1)
    assert (held + weekly.uncovered == weekly.open_caseload).all()


def test_flows_of_the_weeks_add_up_to_what_is_told_of_people(outcome):
    results = outcome()
    weekly, people = results.weekly, results.people
    assert weekly.started.sum() == people.start_week.notna().sum()
    assert weekly.setbacks.sum() == people.setbacks.sum()
    assert weekly.onward_referrals.sum() == people.onward_referrals.sum()
    assert weekly.worker_changes.sum() == people.worker_changes.sum()
    assert weekly.gone.sum() == (people.state == "gone").sum()
    assert weekly.reentered.sum() == people.reentries.sum()
    assert weekly.contacts.sum() == people.contacts.sum()


def test_events_agree_with_the_counts(outcome):
    results = outcome()
    kinds = results.events.kind.value_counts()
    for kind, column in (("contact", "contacts"), ("setback", "setbacks"), ("missed_contact", "no_shows"), ("onward_referral", "onward_referrals"),
                         ("disengaged", "disengaged"), ("referred", "referrals"), ("completed", "completed"), ("time_limited", "time_limited")):  # fmt: skip
        assert kinds[kind] == results.weekly[column].sum(), kind


def test_stars_and_latent_sums_stay_on_the_scale(outcome):
    people = outcome().people
    for name in [n for n in people.columns if n.startswith(("star_0", "star_26", "star_52", "latent_"))]:
        assert people[name].dropna().between(8, 40).all(), name


def test_usual_care_has_no_results_of_the_service(outcome):
    people = outcome({"programme.enabled": False}).people
    for name in ("start_week", "exit_reason", "first_contact_week", "star_0", "trust_last", "latent_exit"):
        assert people[name].isna().all(), name
    assert people.latent_26.notna().any()


def test_the_summary_is_of_the_tables(outcome):
    results = outcome()
    people = results.people
    assert results.summary["people_started"] == people.start_week.notna().sum()
    groups = set(results.summary_table.group)
    assert {"all", "complexity: simple", "sex: women", "deprivation: most deprived", "mental health: condition"} <= groups
