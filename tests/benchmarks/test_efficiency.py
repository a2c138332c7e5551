"""What several processes gain, and what handing runs over costs."""

import re

import pytest

from benchmarks import efficiency
from experiments.executors import Workers

pytestmark = pytest.mark.unit
GAINED = {"count": 24, "weeks": 104, "one": 20.0, "two": 10.5, "start_up": 2.0}
HANDED = {"executor": "processes", "batch": 1, "start_up": 1.5, "inside": 0.05, "overhead": 0.08}


@pytest.mark.scale
@pytest.mark.parametrize("workers", [1, 2])
def test_no_time_is_lost_or_counted_twice(workers):
    cells = efficiency.cells_of(["service=classroom"], 6, 4)
    times = efficiency.timed(cells, Workers(workers), 2)
    assert 0 < times.inside <= times.at_work <= workers * times.rest
    assert times.start_up > 0


def test_start_up_is_told_apart_and_only_batches_are_held_to_the_goal():
    told = efficiency.text(GAINED, [HANDED, HANDED | {"batch": 16, "overhead": 0.012}, HANDED | {"batch": 16, "overhead": 0.06}])
    assert "| parallel efficiency on 2 cores | 95% | 90%: met |" in told
    assert re.search(r"start of the processes, which is paid once \| 80% \|  \|", told)
    assert re.search(r"1 to a task \(50 ms a run; start 1.5 s\) \| 8.0% \|  \|", told)
    assert re.search(r"16 to a task .* 1.2% \| 5%: met \|", told) and re.search(r"16 to a task .* 6.0% \| 5%: missed \|", told)
