"""What the modules that remake a page share: asked for help they run nothing, and their figures lie on white with words below."""

import subprocess
import sys

import pytest

from experiments.pages import begin, draw, picture
from experiments.report.figures.figure import Figure, Table, both
from experiments.report.svg import Sheet

pytestmark = pytest.mark.unit


def test_without_arguments_it_begins():
    assert begin("Makes a page.", []) is None


@pytest.mark.parametrize(("words", "status"), [(["--help"], 0), (["-h"], 0), (["weeks=3"], 2), (["--help", "now"], 2)])
def test_with_arguments_it_tells_what_it_does_and_does_not_begin(capsys, words, status):
    with pytest.raises(SystemExit) as ended:
        begin("Makes a page, in half an hour.", words)
    out, err = capsys.readouterr()
    assert ended.value.code == status and "in half an hour" in (err if status else out)
    assert "no arguments" in out + err


@pytest.mark.scale
def test_a_page_asked_for_help_tells_how_long_it_takes(tmp_path):
    asked = subprocess.run([sys.executable, "-m", "experiments.continuity.page", "--help"], capture_output=True, text=True, timeout=60)
    assert asked.returncode == 0 and "half an hour" in asked.stdout


def test_a_picture_has_its_finding_above_and_its_words_below_and_stands_on_white(tmp_path):
    drawn = both(lambda width: Sheet(width, 50))
    figure = Figure("A finding", "what it is of", "A chart. Table follows.", table=Table("", (), ()), note="Dots: means.", **drawn)
    text = picture("drawn", figure, "folder")
    draw({"drawn": figure}, tmp_path / "folder")
    assert text.startswith("**A finding.** what it is of.") and text.endswith("</picture>\n\nDots: means.")
    for name in ("drawn.svg", "drawn_narrow.svg"):
        assert f"folder/{name}" in text and "background:white" in (tmp_path / "folder" / name).read_text(encoding="utf-8")
