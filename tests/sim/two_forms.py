"""Both forms of the week, numpy's and the compiled one, run side by side and compared in all that a run leaves."""

from __future__ import annotations

import numpy as np

from sim import Parameters, SocialPrescribingService


def left_by(model: SocialPrescribingService) -> dict[str, np.ndarray]:
    """All that a run leaves, by name: the columns of every table, what was written down, and the weeks' measures."""
    tables = {"people": model.people, "workers": model.workforce.workers, "posts": model.workforce.posts, "services": model.community.services}
    found = {f"{name}.{column}": getattr(table, column)[: table.n] for name, table in tables.items() for column in table.columns}
    for name, log in {"events": model.events, "episodes": model.episodes, "panel": model.panel}.items():
        found |= {f"{name}.{column}": values for column, values in log.arrays().items()}
    found |= {f"weekly.{name}": np.array(values) for name, values in model.measures.rows.items()}
    found |= {f"{name}.by week": np.array(getattr(model.measures, name)) for name in ("states", "caseloads")}
    return found | {"left a first spell": np.concatenate([np.empty(0, int), *model.measures.leavers])}


def check_same(plain: SocialPrescribingService, compiled: SocialPrescribingService) -> None:
    """Whole numbers and switches are equal; floats to 1e-9, in single precision to the last digit kept."""
    expected, got = left_by(plain), left_by(compiled)
    assert expected.keys() == got.keys()
    for name, values in expected.items():
        assert got[name].dtype == values.dtype, name
        if values.dtype == np.float32:
            np.testing.assert_array_max_ulp(got[name], values, maxulp=1)
        elif values.dtype.kind == "f":
            np.testing.assert_allclose(got[name], values, rtol=1e-9, atol=1e-12, err_msg=name)
        else:
            np.testing.assert_array_equal(got[name], values, err_msg=name)


def run_both(p: Parameters, seed: int, weeks: int) -> tuple[SocialPrescribingService, SocialPrescribingService]:
    """Run both forms and return the models, numpy's first."""
    models = tuple(SocialPrescribingService(p, seed=seed, weeks=weeks, compiled=compiled) for compiled in (False, True))
    for model in models:
        model.run()
    return models
