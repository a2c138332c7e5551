"""The functions of `experiments` keep their names whatever was imported before."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.unit
FIRST = "import experiments.sweep.command, experiments.length.command, experiments; from experiments.sweep import designs; "


@pytest.mark.scale
@pytest.mark.parametrize("first", ["import experiments; experiments.sweep; ", FIRST], ids=["asked for before", "a folder of the name imported before"])
def test_a_function_is_a_function_also_where_a_folder_has_its_name(first):
    told = f"{first}print([name for name in experiments.__all__ if not callable(getattr(experiments, name))])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)})
    assert done.stdout == "[]\n", done.stderr
