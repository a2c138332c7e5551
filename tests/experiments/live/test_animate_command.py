"""`spsim animate`: a film and a file to play, whole or not at all; the same command finds them again."""

import pytest
from PIL import Image

from experiments.live import drawing

pytestmark = pytest.mark.unit
WORDS = ("animate", "service=classroom", "weeks=12", "every=6")


def test_it_leaves_a_film_of_the_weeks_asked_for_and_a_file_to_play(spsim, tmp_path):
    answer = spsim(*WORDS, "out=x")
    assert answer.status == 0 and "x (run.html, run.gif)" in answer.out
    with Image.open(tmp_path / "x" / "run.gif") as film:
        assert film.n_frames == 3  # weeks 1, 7 and 12
        seen = [film.seek(place) or film.convert("RGB").tobytes() for place in range(3)]
    assert len(set(seen)) == 3
    assert (tmp_path / "x" / "run.html").read_text(encoding="utf-8").count('"week":') == 12


def test_again_it_finds_its_film_and_another_film_is_refused(spsim, tmp_path):
    spsim(*WORDS, "format=html", "out=x")
    before = {path: path.read_bytes() for path in (tmp_path / "x").iterdir()}
    assert "there already" in spsim(*WORDS, "format=html", "out=x").out
    other = spsim(*WORDS, "format=html", "seed=2", "out=x")
    assert other.status == 2 and "seed" in other.err
    assert {path: path.read_bytes() for path in (tmp_path / "x").iterdir()} == before


@pytest.mark.scale
def test_the_same_seed_gives_the_same_film(spsim, tmp_path):
    for name in ("x", "y"):
        assert spsim(*WORDS, f"out={name}").status == 0
    for name in ("run.gif", "run.html"):
        assert (tmp_path / "x" / name).read_bytes() == (tmp_path / "y" / name).read_bytes()


def test_without_ffmpeg_a_video_is_refused_with_how_to_get_it_and_nothing_is_left(spsim, tmp_path, monkeypatch):
    monkeypatch.setattr(drawing.animation.FFMpegWriter, "isAvailable", classmethod(lambda cls: False))
    answer = spsim(*WORDS, "format=mp4", "out=x")
    assert answer.status == 1 and "apt-get install ffmpeg" in answer.err and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("weeks=5200", "every=1"), "every=1: 5200 weeks would be drawn, at most 600"),
        (("model.referrals.later_years=100000", "weeks=104"), "at most 20,000 can be shown"),
        (("format=avi",), "format=avi is not allowed"),
        (("rate=0",), "rate=0 is not allowed"),
    ],
)
def test_what_cannot_be_shown_is_refused_before_anything_is_written(spsim, tmp_path, words, told):
    answer = spsim("animate", "service=classroom", *words)
    assert answer.status == 2 and told in answer.err and not list(tmp_path.iterdir())
