"""What the live view offers and refuses: whatever it offers can be drawn, and a refusal names key, value, what is allowed and what to do."""

import pytest

from experiments.app import live
from experiments.errors import UsageError

pytestmark = pytest.mark.unit


def test_every_service_offered_can_be_watched_for_the_years_it_is_offered_for():
    offered = live.offered()
    assert "classroom" in offered
    for service, title in offered.items():
        asked = live.watched(f"?view=live&service={service}")
        assert title.endswith(f"({asked.weeks // 52} years)" if asked.weeks > 52 else "(1 year)")


def test_a_service_too_large_for_a_single_year_is_not_offered(monkeypatch):
    monkeypatch.setattr(live, "MOST_SHOWN", 500)
    assert list(live.offered()) == ["classroom"]


@pytest.mark.parametrize(("key", "most"), live.MOST_DRAWN.items())
def test_more_than_can_be_drawn_is_refused_with_key_value_limit_and_remedy(key, most):
    live.watched(f"?view=live&model.{key}={most}")
    with pytest.raises(UsageError, match=rf"model\.{key} = {most + 1} is too many to watch: at most {most} can be drawn\. Set model\.{key}={most} or less"):
        live.watched(f"?view=live&model.{key}={most + 1}")


def test_weeks_of_another_key_are_not_those_of_the_run():
    assert live.watched("?view=live&model.programme.length_weeks=20").weeks == 260


def test_values_that_contradict_each_other_are_refused_in_words():
    with pytest.raises(UsageError, match="places_max = 2: it is below places_min = 4"):
        live.watched("?view=live&model.community.places_max=2")
