"""One life in words and as a picture: true to the run, readable, and never passed off as typical."""

import json
import re
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from experiments.drawing import new_figure, style
from experiments.errors import UsageError
from experiments.life import choose, life_of
from experiments.life_chart import draw_life, draw_star, finding, star_finding, worker_lane
from experiments.other_lives import Others, others_of
from experiments.story import tell, tell_life
from experiments.story_words import date
from experiments.telling import Teller
from sim import Parameters, SocialPrescribingService

pytestmark = pytest.mark.unit
SMALL = {"referrals.first_year": 60, "referrals.later_years": 60, "workforce.posts": 3, "workforce.turnover": 1.5, "community.services": 8}
UNMANAGED = {"handover.managed_share": 0.0}


def results_of(changes=None, weeks=130):
    return SocialPrescribingService(Parameters().replace(SMALL | UNMANAGED | (changes or {})), seed=2, weeks=weeks).run()


@pytest.fixture(scope="module")
def results():
    return results_of()


@pytest.fixture(scope="module")
def life_number(results):
    """Give the life of a person of `results`, made once."""
    return cache(lambda person: life_of(results, person))


@pytest.fixture(scope="module")
def life(results, life_number):
    return life_number(choose(results, "complex"))


def numbers_of(results, mask):
    return results.people.loc[mask, "person"].tolist()


# The diary


def test_the_diary_is_of_the_same_run(results, life):
    row = results.people.set_index("person").loc[life.person]
    by_week = life.diary.set_index("week")["latent_sum"]
    assert by_week[0] == pytest.approx(row["latent_0"])
    assert by_week[52] == pytest.approx(row["latent_52"])
    assert life.diary["state"].iloc[-1] == row["state"]
    assert (life.events["kind"] == "contact").sum() == row["contacts"]


def test_recorded_stars_are_those_of_the_people_table(results, life):
    row = results.people.set_index("person").loc[life.person]
    assert life.diary["star"].dropna().iloc[0] == row["star_0"]


def test_the_diary_ends_when_the_person_is_gone(results, life_number):
    person = numbers_of(results, results.people["gone_week"].notna())[0]
    gone = life_number(person)
    assert not gone.diary["alive"].iloc[-1] and gone.diary["alive"].iloc[:-1].all()
    assert "the record ends" in tell_life(gone, 100)


# Choosing


@pytest.mark.parametrize("like", ["simple", "moderate", "complex"])
def test_the_person_chosen_has_such_needs_and_an_eventful_life(results, like):
    row = results.people.set_index("person").loc[choose(results, like)]
    assert row["complexity"] == like
    assert row["contacts"] > 0 and row["attendances"] > 0
    assert row["worker_changes"] > 0 or row["setbacks"] > 0


def test_the_choice_is_the_same_every_time(results):
    assert choose(results, "complex") == choose(results_of(), "complex")


def test_an_unknown_kind_of_person_is_refused_with_what_is_allowed(results):
    with pytest.raises(UsageError, match="like=odd is not allowed: it must be one of simple, moderate, complex"):
        choose(results, "odd")


@pytest.mark.parametrize("person", [-1, 10**9])
def test_a_number_out_of_range_is_refused_with_the_range(results, person):
    with pytest.raises(UsageError, match=f"numbered 0 to {len(results.people) - 1}"):
        tell(results, person)


def test_no_referrals_no_story():
    with pytest.raises(UsageError, match="nobody is referred"):
        tell(results_of({"referrals.first_year": 0, "referrals.later_years": 0}, weeks=10), 0)


# The words


def test_a_date_names_the_month_and_the_week():
    assert date(12) == "Month 3 (week 12)"
    assert date(12, 20) == "Months 3-5 (weeks 12-20)"
    assert date(0, 2) == "Month 1 (weeks 0-2)"


def test_the_story_says_first_who_it_is_and_last_that_it_is_one_life(life):
    paragraphs = tell_life(life, 10_000).split("\n\n")
    assert paragraphs[0].startswith(f"Person {life.person} is a {'woman' if life.who['female'] else 'man'} of {life.who['age']}")
    assert "complex needs" in paragraphs[0]
    assert paragraphs[-1].startswith("One person, one run: not typical.")
    assert "What the Star did" in paragraphs[-2]


def test_entries_are_in_order_and_no_week_is_told_twice(life):
    entries = Teller(life).tell()
    assert all(entry.first <= entry.last for entry in entries)
    assert all(before.last < after.first for before, after in zip(entries, entries[1:], strict=False))


def test_every_meeting_is_told(life):
    told = " ".join(entry.text for entry in Teller(life).tell())
    words = {"once": 1, "twice": 2, "three times": 3, "four times": 4, "five times": 5, "six times": 6, "seven times": 7, "eight times": 8}
    count = len(re.findall(r"First meeting with", told))
    for match in re.finditer(r"meets link worker \w+( once| twice| \w+ times)?", told):
        count += words[match.group(1).strip()] if match.group(1) else 1
    assert count == (life.events["kind"] == "contact").sum()


def test_a_lost_worker_and_the_silence_after_are_told(results, life_number):
    changed = numbers_of(results, (results.people["worker_changes"] > 0) & (results.people["contacts"] > 3))
    lives = [life_number(person) for person in changed[:3]]
    assert lives
    for one in lives:
        told = " ".join(entry.text for entry in Teller(one).tell())
        assert told.count("leaves without a handover") == (one.events["kind"] == "handover_unmanaged").sum()


@pytest.mark.parametrize(("silent", "told"), [(0, ""), (1, " For one week no new"), (3, " For three weeks no new")])
def test_no_silence_is_told_of_who_leaves_in_the_week_the_worker_does(results, life_number, silent, told):
    one = life_number(numbers_of(results, results.people["exit_reason"] == "goals_met")[0])
    week = int(one.spells["end_week"].iloc[0])
    said = Teller(one, lost=week - silent).ending(SimpleNamespace(week=week, star=float("nan")), {"completed"})
    assert said == "{She} leaves the service with enough of {her} goals met." + (f"{told} link worker had been in touch." if told else "")


def test_the_star_of_a_planned_exit_is_told_as_the_last_and_not_as_a_review_meeting(results, life_number):
    events = results.events
    by_week = events.groupby(["person", "week"], observed=True)["kind"].agg(set)
    left = [key for key, kinds in by_week.items() if "star" in kinds and kinds & {"completed", "time_limited"} and "contact" not in kinds]
    assert left
    for person, week in left[:3]:
        one = life_number(person)
        (told,) = (entry.text for entry in Teller(one).tell() if entry.first == week - one.referred_week)
        assert "The last Star adds up to" in told
        assert not re.search("Star review|meets|they fill in", told)


def test_a_managed_handover_is_told_as_one():
    managed = results_of({"handover.managed_share": 1.0})
    person = numbers_of(managed, managed.people["worker_changes_managed"] > 0)[0]
    assert "at a joint meeting" in tell(managed, person).replace("\n", " ").replace("  ", "")


def test_the_worker_who_stays_in_the_other_life_may_have_handed_over_at_a_joint_meeting():
    managed = results_of({"handover.managed_share": 1.0})
    people = managed.people
    person = numbers_of(managed, (people["worker_changes_managed"] > 0) & (people["worker_changes"] == people["worker_changes_managed"]))[0]
    story = re.sub(r"\s+", " ", tell(managed, person))
    month, receiver = re.search(r"Month (\d+) \(week \d+\) [^(]*hands (?:her|him) over to link worker (\w)", story).groups()
    assert f"And had link worker {chr(ord(receiver) - 1)} stayed beyond month {month}: the Star would" in story


def test_a_life_told_before_the_run_ends_says_so_far_and_in_which_week():
    going = SocialPrescribingService(Parameters().replace(SMALL), seed=2, weeks=130)
    for _ in range(40):
        going.step()
    one = life_of(going.results, 0)
    story = re.sub(r"\s+", " ", tell_life(one, 100))
    assert f"So far (week 40), {39 - one.referred_week} weeks after the referral" in story
    assert "When the run ends" not in story and "at the end" not in story


def test_link_workers_go_by_letters_or_by_their_numbers_in_the_run(results, life):
    lettered, numbered = (" ".join(entry.text for entry in Teller(one).tell()) for one in (life, replace(life, numbered=True)))
    assert re.sub(r"link worker (\d+)", lambda found: f"link worker {life.name_of(int(found[1]) - 1)}", numbered, flags=re.I).lower() == lettered.lower()
    assert re.search(r"link worker \d", numbered) and not re.search(r"link worker \d", lettered)


def test_someone_who_never_started_has_a_short_story(results):
    person = numbers_of(results, results.people["state"] == "declined")[0]
    story = re.sub(r"\s+", " ", tell(results, person))
    assert "has never started" in story and "First meeting" not in story
    assert "Nobody ever filled in a Star" in story


def test_without_the_service_there_is_no_worker_in_the_story():
    off = results_of({"programme.enabled": False})
    story = re.sub(r"\s+", " ", tell(off, 3))
    assert "there is no service" in story and "link worker" not in story


@pytest.mark.scale
def test_no_gap_of_the_writing_shows(results, life_number):
    """One life for each way to leave: nothing is left unfilled or missing in the words."""
    people = results.people
    for reason in people["exit_reason"].dropna().unique():
        story = tell_life(life_number(numbers_of(results, people["exit_reason"] == reason)[0]), 100)
        assert not re.search(r"[{}]|\bnan\b|<NA>|None|  \.", story), story


@pytest.mark.parametrize("columns", [30, 63, 64, 200])
def test_no_line_is_wider_than_the_terminal(life, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert max(len(line) for line in tell_life(life).splitlines()) <= min(columns, 100)


# The picture


def test_the_same_life_gives_the_same_picture(results, life, tmp_path):
    words = draw_life(life, life.person, tmp_path / "a.png")
    assert draw_life(results, life.person, tmp_path / "b.png") == words
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_words_for_the_picture_hold_its_title_and_the_caution(life, tmp_path):
    words = draw_life(life, life.person, tmp_path / "life.png")
    assert finding(life) in words and "not typical" in words


def test_neighbours_in_the_lane_of_link_workers_have_colours_of_their_own(results, life_number):
    life = max((life_number(person) for person in numbers_of(results, results.people["worker_changes"] > 1)[:5]), key=lambda one: len(one.workers))
    ax = Figure().add_subplot()
    worker_lane(ax, life)
    shades = [to_hex(bars.get_facecolor()[0]) for bars in ax.collections if not bars.get_hatch()]
    held = [worker for worker in dict.fromkeys(life.diary["link_worker"]) if worker >= 0]
    assert len(held) > 2 and len(set(shades) - {"#ffffff"}) == len(held)


def test_no_line_runs_through_the_number_of_a_star(life):
    ax = Figure().add_subplot()
    draw_star(ax, life, Others())
    numbers = [text for text in ax.texts if text.get_text().isdigit()]
    assert numbers and all(text.get_path_effects() and text.get_zorder() > max(line.get_zorder() for line in ax.lines) for text in numbers)


def lived(life, *levels):
    return replace(life, diary=life.diary.iloc[: len(levels)].assign(latent_sum=levels))


@pytest.mark.parametrize(
    ("own", "usual", "title"),
    [
        ((23, 30), (23, 29), "Wellbeing rises from 23 to 30 points; to 29 with usual care"),
        ((23, 30), (23, 30), "Wellbeing rises from 23 to 30 points; also to 30 with usual care"),
        ((30, 23), (30, 21), "Wellbeing falls from 30 to 23 points; to 21 with usual care"),
        ((25, 25), (25, 22), "Wellbeing stays the same, at 25 points; at 22 with usual care"),
        ((23, 30), None, "Wellbeing rises from 23 to 30 points"),
    ],
)
def test_the_title_of_the_star_says_where_usual_care_ends_too(life, own, usual, title):
    assert star_finding(lived(life, *own), Others(usual and lived(life, *usual))) == title


@pytest.mark.parametrize("shift", [0, 12])
def test_no_number_of_a_star_is_under_the_legend_and_the_title_is_within_the_width(results, life, shift):
    others = others_of(results, life)
    diary = life.diary.assign(latent_sum=(life.diary["latent_sum"] + shift).clip(upper=40), star=(life.diary["star"] + shift).clip(upper=40))
    with style():
        figure = new_figure(11.4, 10.6)
        ax = figure.subplots(3, 1, height_ratios=[1.5, 1, 0.72])[1]
        draw_star(ax, replace(life, diary=diary), others)
        figure.draw_without_rendering()
        legend = ax.get_legend().get_window_extent()
        numbers = [text for text in ax.texts if text.get_text().isdigit()]
        assert numbers and not any(legend.overlaps(text.get_window_extent()) for text in numbers)
        assert ax.title.get_window_extent().x1 < figure.bbox.x1 and ax.get_yticks()[-1] <= 40


@pytest.mark.scale
def test_any_life_can_be_drawn(results, life_number, tmp_path):
    for reason in results.people["exit_reason"].dropna().unique():
        person = numbers_of(results, results.people["exit_reason"] == reason)[0]
        draw_life(life_number(person), person, tmp_path / f"{reason}.png")
        assert (tmp_path / f"{reason}.png").stat().st_size > 10_000


# The command


def test_the_command_prints_the_story_and_leaves_text_and_picture(spsim, tmp_path):
    answer = spsim("story", "service=classroom", "weeks=60", "like=complex", "out=mine")
    assert answer.status == 0, answer.err
    assert "One person, one run: not typical" in re.sub(r"\s+", " ", answer.out)
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {"story.txt", "life.png", "life.txt", "manifest.json"}
    told = json.loads((tmp_path / "mine" / "manifest.json").read_text())["told"]
    assert f"Person {told} is" in answer.out
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_command_again_tells_the_same_and_overwrites_nothing(spsim, tmp_path):
    first = spsim("story", "service=classroom", "weeks=30", "person=3", "out=mine")
    written = (tmp_path / "mine" / "story.txt").stat().st_mtime_ns
    assert spsim("story", "service=classroom", "weeks=30", "person=3", "out=mine").out == first.out
    assert (tmp_path / "mine" / "story.txt").stat().st_mtime_ns == written
    other = spsim("story", "service=classroom", "weeks=30", "person=4", "out=mine")
    assert other.status == 2 and "never overwritten" in other.err


@pytest.mark.parametrize("words", [("person=999999",), ("like=odd",), ("person=1", "like=simple"), ("person=-1",)])
def test_what_cannot_be_told_is_refused_and_nothing_is_written(spsim, tmp_path, words):
    answer = spsim("story", "service=classroom", "weeks=30", *words)
    assert answer.status == 2 and words[0].split("=")[0] in answer.err
    assert not list(tmp_path.iterdir())
