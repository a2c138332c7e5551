"""The headline measures are what counting in the tables gives, with nobody left out of a denominator."""

import pytest

from experiments.patterns import RIPE_WEEKS, Tables, uptake

pytestmark = pytest.mark.unit
FEW_POSTS = {"workforce.posts": 2}
OF_STARTERS = {
    "goals_met": ["goals_met"], "lost_worker_change": ["lost_worker_change"], "lost_setback": ["lost_setback"],
    "dropout": ["lost_worker_change", "lost_setback", "lost_other"],
}  # fmt: skip


@pytest.mark.parametrize("measure", OF_STARTERS)
def test_shares_of_starters_count_everybody_who_started(outcome, measure):
    """Those still in the service as well: the share times the starters is a whole number of people, found by counting."""
    results = outcome()
    started = results.people[results.people.start_week.notna()]
    assert started.end_week.isna().any()
    assert {reason for reason in started.exit_reason.dropna() if reason.startswith("lost")} <= set(OF_STARTERS["dropout"])
    found = int(started.exit_reason.isin(OF_STARTERS[measure]).sum())
    assert found > 0
    assert results.summary[measure] * results.summary["people_started"] == pytest.approx(found, abs=1e-6)


def test_shares_of_starters_hold_in_each_group(outcome):
    results = outcome()
    shares = results.summary_table.pivot(index="group", columns="measure", values="value").drop(index="all")
    for measure in OF_STARTERS:
        people = shares[measure] * shares.people_started
        assert people.to_numpy() == pytest.approx(people.round().to_numpy(), abs=1e-6)
    assert (shares.people_started > 0).all()


def test_uptake_counts_those_who_still_wait_and_is_that_of_the_evidence(outcome):
    """With few posts many have not been asked by the end; leaving them out would flatter the service."""
    results = outcome(FEW_POSTS)
    people = results.people
    ripe = people[people.referred_week <= len(results.weekly) - RIPE_WEEKS]
    assert ripe.uptake.isna().sum() > 20
    assert results.summary["uptake"] == uptake(Tables(people, people, results.events, results.weekly))
    assert results.summary["uptake"] == pytest.approx(ripe.uptake.sum() / len(ripe))
    assert results.summary["uptake"] < ripe.uptake.dropna().astype(bool).mean() - 0.05


def test_those_waiting_at_the_end_are_counted_at_the_end(outcome):
    results = outcome(FEW_POSTS)
    assert results.summary["waiting_end"] == (results.people.state == "waiting").sum() > results.summary["waiting_mean"] > 0


def test_a_first_star_is_missing_for_whoever_is_gone_in_the_week_of_referral_and_for_nobody_else(outcome):
    people = outcome({"life.gone_rate": 5.0}, weeks=52).people
    at_once = people.gone_week == people.referred_week
    assert at_once.fillna(False).sum() > 5
    assert (people.latent_0.isna() == at_once.fillna(False)).all()
