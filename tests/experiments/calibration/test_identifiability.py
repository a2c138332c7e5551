"""What the data say is told, and what they do not say is told too."""

import numpy as np
import pytest

from experiments.calibration import fit, identifiability
from tests.experiments.calibration.known import calibrated, question, target

pytestmark = pytest.mark.unit
SUM = ("contact.ask_base", "contact.ask_trust")
FREE = "dropout.hazard"


def sum_alone(parameters, luck):
    """Only the sum of the positions of two parameters shows; a third does nothing."""
    first = (parameters.contact.ask_base - 0.1) / 0.4
    second = (parameters.contact.ask_trust - 0.2) / 0.3
    return {"T4": 10 + 10 * (first + second) + luck.normal(0, 0.1)}


@pytest.fixture(scope="module")
def ridge():
    return calibrated(question((*SUM, FREE), [target("T4", value=20, low=19.5, high=20.5)], points=48), sum_alone)


def test_two_parameters_of_which_only_the_sum_shows_are_named_as_a_ridge(ridge):
    ((one, other, r),) = identifiability.ridges(ridge)
    assert {one, other} == set(SUM) and r < -0.9
    verdicts = identifiability.table_of(ridge).set_index("parameter").verdict
    assert set(verdicts[list(SUM)]) <= {identifiability.TOGETHER, identifiability.PARTLY}
    assert any("stand in for one another" in note and all(name in note for name in SUM) for note in fit.notes_of(ridge))


def test_a_parameter_of_which_the_data_say_nothing_is_named(ridge):
    table = identifiability.table_of(ridge).set_index("parameter")
    assert table.verdict[FREE] == identifiability.NOTHING and abs(table.shrinkage[FREE]) < 0.1
    assert any(note.startswith(f"The data say nothing of {FREE}") for note in fit.notes_of(ridge))


def test_more_parameters_than_targets_are_warned_of_with_the_directions_that_are_told(ridge):
    assert identifiability.directions(ridge.chains.pool) == 1
    notes = fit.notes_of(ridge)
    assert any("3 parameters are fitted to 1 target, more than these can carry" in note and "pairs plot" in note for note in notes)
    assert any("The targets tell 1 of 3 directions" in note for note in notes)


@pytest.mark.scale
def test_as_many_targets_as_parameters_that_each_tell_one_bring_no_warning():
    def apart(parameters, luck):
        return {"T4": 100 * parameters.contact.ask_base + luck.normal(0, 0.3), "T6": 100 * parameters.contact.ask_trust + luck.normal(0, 0.3)}

    targets = [target("T4", value=30, low=28, high=32), target("T6", value=35, low=33, high=37)]
    found = calibrated(question(SUM, targets, points=48), apart)
    assert set(identifiability.table_of(found).verdict) == {identifiability.TOLD}
    assert not identifiability.notes(found)


@pytest.mark.scale
def test_a_posterior_crowded_at_a_bound_is_told_and_one_in_the_middle_is_not():
    """The highest value tried gives 20: 30 is beyond it, 12 is not."""

    def straight(parameters, luck):
        return {"T4": 40 * parameters.contact.ask_base + luck.normal(0, 0.1)}

    beyond, inside = (calibrated(question(SUM[:1], [target("T4", value=v, low=v - 2, high=v + 2)]), straight) for v in (30, 12))
    ((name, end, bound, share),) = identifiability.edges(beyond)
    assert (name, end, bound) == (SUM[0], "highest", 0.5) and share > 0.9 and not identifiability.edges(inside)
    assert any("crowded at the highest value tried, 0.5" in note for note in identifiability.notes(beyond))


def test_a_posterior_cut_off_by_a_bound_is_told_though_most_of_it_lies_elsewhere():
    """The published figure is what seven eighths of the way up the range give, with a doubt of a fifth of the range."""
    asked = question(SUM[:1], [target("T4", value=18, low=12, high=24)], points=48)
    found = calibrated(asked, lambda parameters, luck: {"T4": 40 * parameters.contact.ask_base + luck.normal(0, 0.1)})
    ((_, end, bound, share),) = identifiability.edges(found)
    assert (end, bound) == ("highest", 0.5) and 0.2 <= share < 0.4


def test_a_posterior_as_wide_as_the_prior_but_moved_is_not_said_to_be_the_prior():
    rng = np.random.default_rng(1)
    moved, flat = rng.beta(0.8, 1.2, 4000), rng.random(4000)
    for unit, said in ((moved, identifiability.LITTLE), (flat, identifiability.NOTHING)):
        assert identifiability.shrinkage(unit) < 0.1
        assert identifiability.verdict(identifiability.shrinkage(unit), identifiability.shift(unit), 0.0) == said
    assert identifiability.shift(moved) == pytest.approx((0.4 - 0.5) * 12**0.5, abs=0.06)  # 4 standard errors


def test_a_value_lies_where_the_prior_says():
    (whole,) = question(("contact.setback_return_weeks",), [target("T4")]).factors
    assert [identifiability.position(whole, value) for value in (2, 7, 12)] == pytest.approx([0.5 / 11, 0.5, 10.5 / 11], abs=1e-3)
    for f in question(("dropout.hazard", "activity.start_logit"), [target("T4")]).factors:
        assert [identifiability.position(f, f.value(u)) for u in (0.1, 0.5, 0.975)] == pytest.approx([0.1, 0.5, 0.975], abs=2e-3)


def test_a_target_whose_mean_cannot_be_told_from_the_end_of_its_band_is_met_only_just():
    def given(level):
        asked = question(SUM[:1], [target("T4", value=20, low=17, high=22)])
        return fit.notes_of(calibrated(asked, lambda parameters, luck: {"T4": level + luck.normal(0, 1)}))

    assert any("T4 is met only just" in note and "the end of the band, 17" in note for note in given(17.1))
    assert not any("only just" in note for note in given(20))


@pytest.mark.scale
def test_figures_that_no_point_gives_are_said_to_be_out_of_reach():
    asked = question(SUM[:1], [target("T4", value=500, low=499, high=501)], waves=2)
    notes = fit.notes_of(calibrated(asked, lambda parameters, luck: {"T4": 10 * parameters.contact.ask_base + luck.normal(0, 0.1)}))
    assert "No point within these ranges gives every target" in notes[0] and any("Missed all the same" in note for note in notes)
