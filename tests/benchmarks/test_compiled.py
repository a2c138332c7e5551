"""The two forms of the week, timed in turn."""

import pytest

pytest.importorskip("numba")

from benchmarks import compiled  # noqa: E402
from sim.model import SCHEDULE  # noqa: E402

pytestmark = pytest.mark.unit


@pytest.mark.scale
def test_it_tells_the_ratio_of_every_process_and_judges_only_the_default_run():
    told = compiled.run(turns=1, weeks=3)["told"]
    assert "Goals" not in told
    for name in (*SCHEDULE, "measures"):
        assert f"| {name} |" in told
    assert "MB in all" in told


def test_timed_functions_still_do_their_work_and_their_seconds_add_up():
    done = []

    class Module:
        append = staticmethod(done.append)

    timed = compiled.Timed(Module)
    timed.append(1)
    timed.append(2)
    assert done == [1, 2]
    assert timed.seconds[0] > 0
