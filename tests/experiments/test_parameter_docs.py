"""docs/parameters.md is what the declarations say now."""

import pytest

from experiments.parameter_docs import PAGE, page
from sim.parameters import declarations

pytestmark = pytest.mark.unit


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_parameter_is_on_the_page_with_meaning_and_source():
    text = page().replace("\\|", "|")
    for key, declared, _ in declarations():
        assert key.rsplit(".", 1)[1] in text
        assert declared.meaning in text and declared.source in text
