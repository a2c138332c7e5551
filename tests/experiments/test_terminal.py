"""Text for a terminal."""

import pytest

from experiments.terminal import duration

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.1, "1 second"), (90, "90 seconds"), (150, "2 minutes"), (7000, "117 minutes"), (8000, "2 hours"), (3 * 86400, "3 days"), (9e9, "285 years")],
)
def test_a_time_is_told_in_the_largest_unit_of_which_there_are_two(seconds, told):
    assert duration(seconds) == told
