"""The lessons of docs/teaching: every surprise is in the model, every command can be typed, and worksheets and notebooks are those of their figures.

Surprises are tested over the fixed seeds of `QUICK`, and mostly in each of them: where the model showed a thing and its opposite equally often,
n seeds would agree once in 2 to the n. Runs are shared between tests.
"""

import functools
import json
import re
import shlex
import time
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import sim
from experiments import cli, run_command
from experiments.app.answer import scenario_file, scenario_file_name
from experiments.app.asked import Asked, from_address
from experiments.app.live import watched
from experiments.catalogue import catalogue
from experiments.commands import COMMANDS
from experiments.live.frames import Camera
from experiments.summary import LINES
from experiments.teaching import build, lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6
from experiments.teaching.build import LESSONS, page_of
from experiments.teaching.pages import FOLDER, notebook, notebook_of, places, read_figures, sections, worksheet
from experiments.teaching.runs import WEEKS, classroom
from experiments.whatif.question import question_of
from sim import SocialPrescribingService

pytestmark = pytest.mark.unit
PAGES = {lesson.SLUG: worksheet(lesson.SLUG).read_text(encoding="utf-8") for lesson in LESSONS}
STEPS = ["Aims", "Prepare", "Predict", "Run", "Investigate", "Modify", "Reflect", "For", "Misconceptions", "Where"]
SHORT = {lesson_2: 125, lesson_3: 110}  # weeks that every cell of a notebook needs; the others 60
by_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.SLUG)


@pytest.mark.scale
class TestItFillsUp:
    def test_the_live_view_first_shows_it_full_in_the_week_that_the_lesson_names(self):
        model = SocialPrescribingService(classroom(lesson_1.TIGHT), 1)
        camera = Camera(model)
        while sum(len(post["users"]) for post in camera.frame()["posts"]) < lesson_1.room():
            model.step()
        assert f"{model.week}" == read_figures()[lesson_1.SLUG]["full_watched_seed_1"]

    def test_the_service_fills_for_about_as_long_as_people_stay(self):
        """Within a third of the mean stay, in each seed."""
        for seed in lesson_1.QUICK:
            stay = lesson_1.run(lesson_1.TIGHT, seed).results.summary["months_in_service"] * 52 / 12
            assert lesson_1.full_from(seed) == pytest.approx(stay, rel=1 / 3)

    def test_nobody_waits_long_in_the_first_year_and_everybody_later(self):
        for seed in lesson_1.QUICK:
            early, late = lesson_1.waits(lesson_1.TIGHT, seed, 0, 51), lesson_1.waits(lesson_1.TIGHT, seed, 130, 233)
            assert early < 1 and late > 5

    def test_two_posts_more_take_the_wait_away(self):
        assert lesson_1.waits(lesson_1.ROOMY, 1, 130, 233) < 1

    def test_with_two_posts_more_the_longest_waits_are_shorter_and_more_people_start(self):
        for seed in lesson_1.QUICK:
            three, five = (lesson_1.run(changes, seed).results.summary for changes in (lesson_1.TIGHT, lesson_1.ROOMY))
            assert five["wait_p90"] < three["wait_p90"] / 2 and five["uptake"] > three["uptake"]


@pytest.mark.scale
class TestOneLeaver:
    def test_the_loss_is_widest_after_the_post_is_filled(self):
        """The mean over the departures of `QUICK`: single ones vary too much."""
        lost, filled = lesson_2.course(lesson_2.QUICK), np.median([lesson_2.departure(seed).refilled for seed in lesson_2.QUICK])
        assert lost.argmax() > filled and lost.max() > 1.2 * lost[int(filled)] > 0

    def test_the_loss_grows_over_months(self):
        for seed in lesson_2.QUICK:
            lost = lesson_2.departure(seed).lost.mean(axis=1)
            assert 0 < lost[4] < lost[13]

    def test_the_unconfident_wait_longer_for_the_new_worker(self):
        """Pooled over the changes of four runs: single ones vary too much."""
        unconfident, confident = lesson_2.waiting(lesson_6.QUICK)
        assert unconfident > confident


@pytest.mark.scale
class TestSetbacks:
    def test_the_service_hardly_prevents_setbacks(self):
        for seed in lesson_3.QUICK:
            assert 0.9 < lesson_3.counted(seed) / lesson_3.counted(seed, False) <= 1

    def test_a_major_setback_is_deeper_and_longer_than_a_minor_one(self):
        found = lesson_3.every(lesson_3.QUICK)
        (minor, low), (major, lower) = (lesson_3.of_kind(found, kind) for kind in ("minor", "major"))
        assert np.median(major) > 3 * np.median(minor) and lower.min() < low.min() - 0.5

    def test_people_with_setbacks_gain_from_the_service_too(self):
        for seed in lesson_3.QUICK:
            assert lesson_3.added([seed]) > 0.5


@pytest.mark.scale
class TestLength:
    def test_with_room_longer_is_better_for_everybody_referred(self):
        for seed in lesson_4.QUICK:
            short, year, two = (lesson_4.added("slack", length, [seed]) for length in lesson_4.LENGTHS)
            assert short < year < two

    def test_with_a_queue_longer_is_better_for_users_and_fewer_become_users(self):
        for seed in lesson_4.QUICK:
            assert lesson_4.added_to_users("queue", 52, [seed]) < lesson_4.added_to_users("queue", 104, [seed])
            assert lesson_4.got_in("queue", 52, [seed]) > lesson_4.got_in("queue", 104, [seed]) + 0.05

    def test_with_a_queue_two_years_do_less_than_one_for_everybody_a_year_on(self):
        for seed in lesson_4.QUICK:
            assert lesson_4.added("queue", 104, [seed], 52) < lesson_4.added("queue", 52, [seed], 52)

    def test_with_a_queue_one_more_post_takes_up_about_as_many_as_half_the_length_and_does_more_two_years_on(self):
        more, half = ("post", 104), ("queue", 52)
        assert abs(lesson_4.got_in(*more, lesson_4.SEEDS) - lesson_4.got_in(*half, lesson_4.SEEDS)) < 0.05
        assert abs(lesson_4.wait(*more, lesson_4.SEEDS) - lesson_4.wait(*half, lesson_4.SEEDS)) < 4
        for seed in lesson_4.QUICK:
            assert lesson_4.added(*more, [seed]) > lesson_4.added(*half, [seed])

    def test_letting_more_stay_longer_is_a_longer_programme_under_another_name(self):
        stay, year = ("stay", 52), ("queue", 52)
        assert lesson_4.got_in(*stay, lesson_4.SEEDS) < lesson_4.got_in(*year, lesson_4.SEEDS)
        assert lesson_4.wait(*stay, lesson_4.SEEDS) > lesson_4.wait(*year, lesson_4.SEEDS)
        assert lesson_4.added_to_users(*stay, lesson_4.SEEDS) > lesson_4.added_to_users(*year, lesson_4.SEEDS)
        assert lesson_4.added(*stay, lesson_4.SEEDS) < lesson_4.added(*year, lesson_4.SEEDS) + 0.1

    def test_as_it_is_the_classroom_lies_between_room_and_a_queue(self):
        """A year of programme against two: shorter waits and more who start, but less for everybody two years on."""
        year, two = (lesson_4.wait("as it is", length, lesson_4.SEEDS) for length in (52, 104))
        assert year < two / 2
        assert lesson_4.got_in("as it is", 52, lesson_4.SEEDS) > lesson_4.got_in("as it is", 104, lesson_4.SEEDS)
        for seed in lesson_4.QUICK:
            one_on, two_on = (lesson_4.added("as it is", 104, [seed], week) - lesson_4.added("as it is", 52, [seed], week) for week in (52, 104))
            assert abs(one_on) < two_on


@pytest.mark.scale
class TestBeforeAndAfter:
    def test_twins_improve_too_but_less(self):
        for seed in lesson_5.QUICK:
            found = lesson_5.study(seed)
            assert 0 < found.twins < found.own < found.recorded

    def test_those_with_both_stars_gain_more_than_everybody_referred(self):
        for seed in lesson_5.QUICK:
            found = lesson_5.study(seed)
            assert found.added_all < found.added and found.added_others < found.added


@pytest.mark.scale
class TestLuck:
    def test_seeds_differ_more_than_the_policy_does_and_pairing_reveals_it(self):
        before, after = lesson_6.sides(lesson_6.QUICK)
        difference, low, high = lesson_6.paired(before, after)
        assert before.max() - before.min() > 2 * difference
        assert lesson_6.unpaired(before, after)[0] < 0 < low < high

    @pytest.mark.evidence
    def test_the_assumed_number_moves_the_answer_by_more_than_luck_does(self):
        """The mean at either end lies outside the 95% interval of the other, five seeds an end: by chance alone less than once in twenty."""
        seeds = lesson_6.SEEDS[: lesson_6.ENDS_SEEDS]
        few, many = (lesson_6.paired(*lesson_6.sides(seeds, {lesson_6.ASSUMED: end})) for end in lesson_6.ends())
        assert few[0] > many[2] and many[0] < few[1]


@by_lesson
def test_worksheets_hold_the_kept_figures(lesson):
    assert page_of(lesson, read_figures()[lesson.SLUG]) == PAGES[lesson.SLUG]


@by_lesson
def test_every_place_of_a_worksheet_has_a_figure(lesson):
    assert places(PAGES[lesson.SLUG]) <= set(read_figures()[lesson.SLUG])


@pytest.mark.scale
def test_the_first_lesson_made_anew_gives_its_figures():
    """The cheapest; the others are made anew by the next test."""
    assert lesson_1.figures((1,))["full_seed_1"] == read_figures()[lesson_1.SLUG]["full_seed_1"]


@pytest.mark.evidence
@by_lesson
def test_a_lesson_made_anew_gives_its_figures(lesson):
    kept = read_figures()[lesson.SLUG]
    assert lesson.figures() == {name: kept[name] for name in kept if name != "version"}


@by_lesson
def test_worksheets_have_every_step(lesson):
    assert list(sections(PAGES[lesson.SLUG]))[1:] == STEPS


def test_commands_about_the_departure_name_the_one_of_the_figures():
    """In a block of code a marked place would be seen, so there the numbers are typed."""
    page, kept = PAGES[lesson_2.SLUG], read_figures()[lesson_2.SLUG]
    assert f"person={kept['slowest_seed_1']}\n" in page
    assert f"cancel_departure=[{kept['post']},{kept['week']}]" in page


@by_lesson
def test_no_marked_place_is_in_a_block_of_code(lesson):
    assert not any(places(block) for block in re.findall(r"```.*?```", PAGES[lesson.SLUG], flags=re.DOTALL))


def commands():
    """Return every command of the worksheets."""
    for slug, page in PAGES.items():
        for block in re.findall(r"```sh\n(.*?)```", page, flags=re.DOTALL):
            yield from ((slug, line) for line in re.sub(r"<!--.*?-->", "", block).splitlines() if line.startswith("spsim"))
        yield from ((slug, words) for words in re.findall(r"`(spsim [a-z]+ [^`]+)`", page))


@pytest.mark.parametrize(("slug", "line"), list(commands()))
def test_each_command_can_be_typed(slug, line, tmp_path):
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "five_posts.yaml").write_text("title: Five posts\ndescription: One post more\nmodel: {workforce: {posts: 5}}\n", encoding="utf-8")
    command, *words = shlex.split(line)[1:]
    folder = tmp_path if "--config-dir" in words else None
    words = [word for word in words if word not in ("--config-dir", "mine")]
    bare = COMMANDS[command].bare_word
    assert cli.read(command, [word if "=" in word else f"{bare}={word}" for word in words], str(folder) if folder else None).command == command


def asked_by(lesson, command):
    """Return what the worksheet's lines of a command ask, up to the answers."""
    lines = [shlex.split(line)[2:] for slug, line in commands() if slug == lesson.SLUG and line.startswith(f"spsim {command} ")]
    return [cli.read(command, words) for words in lines]


def test_the_lines_of_the_fourth_lesson_are_the_runs_of_its_figures():
    steps = sections(PAGES[lesson_4.SLUG])
    asked = [cli.read("run", shlex.split(line)[2:]) for line in (steps["Run"] + steps["Modify"]).splitlines() if line.startswith("spsim run")]
    assert [one.parameters for one in asked] == [classroom(lesson_4.changes(setting, length)) for setting, length in lesson_4.TOLD]
    for one in asked:
        assert (one.settings["seed"], one.settings["replications"], one.settings["weeks"]) == (lesson_4.SEEDS[0], len(lesson_4.SEEDS), WEEKS)
        assert one.settings["twin"]


@pytest.mark.scale
def test_a_line_of_the_fourth_lesson_prints_what_its_figures_are_made_of(tmp_path):
    """Of one seed: every column of the table that is to be filled in."""
    line = next(line for slug, line in commands() if slug == lesson_4.SLUG and "posts=3" in line and "length_weeks=52" in line)
    words = [word for word in shlex.split(line)[2:] if not word.startswith("replications")]
    run_command.main(cli.read("run", [*words, f"out={tmp_path / 'told'}"]))
    told = pd.read_csv(tmp_path / "told" / "summary.csv").set_index(["measure", "group"]).value
    at, seeds = ("queue", 52), lesson_4.SEEDS[:1]
    assert told["uptake", "all"] == pytest.approx(lesson_4.got_in(*at, seeds))
    assert told["wait_mean", "all"] == pytest.approx(lesson_4.wait(*at, seeds))
    for weeks in (52, 104):
        assert told[f"gain_over_usual_care_{weeks}", "all"] == pytest.approx(lesson_4.added(*at, seeds, weeks))
    assert told["gain_over_usual_care_104", "uptake: yes"] == pytest.approx(lesson_4.added_to_users(*at, seeds))


def test_the_table_of_the_fourth_lesson_asks_for_what_a_run_prints():
    page = sections(PAGES[lesson_4.SLUG])["Investigate"]
    head = next(line for line in page.splitlines() if line.startswith("| length, weeks"))
    printed = [said.removeprefix("... ").lower() for measures in LINES.values() for _, said, *_ in measures]
    asked = [cell.strip().removesuffix(", of 100") for cell in head.strip("|").split("|")[1:]]
    assert len(asked) == 5
    assert all(any(said.endswith(cell) for said in printed) for cell in asked)


def test_the_first_lesson_sets_three_posts_against_five_and_nothing_else():
    (compared,) = asked_by(lesson_1, "compare")
    sides = [arm.parameters for arm in question_of(compared).arms]
    assert sides == [classroom(lesson_1.TIGHT), classroom(lesson_1.ROOMY)]
    runs = asked_by(lesson_1, "run")
    assert [one.parameters for one in runs[:3]] == [classroom(lesson_1.TIGHT)] * 2 + [classroom(lesson_1.ROOMY)]
    assert [one.settings["weeks"] for one in runs[:3]] == [WEEKS, lesson_1.YEAR, WEEKS]
    assert {one.settings["replications"] for one in runs} == {len(lesson_1.SEEDS)}


@pytest.mark.scale
def test_the_first_lesson_names_the_waits_that_its_lines_print():
    for changes in (lesson_1.TIGHT, lesson_1.ROOMY):
        for weeks in (lesson_1.YEAR, WEEKS):
            told = SocialPrescribingService(classroom(changes), 1, weeks, events=False, panel=False).run().summary["wait_mean"]
            assert told == pytest.approx(lesson_1.printed(changes, 1, weeks))


def test_the_sixth_lesson_says_how_the_file_of_the_page_gets_the_name_of_its_commands(tmp_path):
    said = " ".join(sections(PAGES[lesson_6.SLUG])["Modify"].split())
    asked = Asked("classroom", changes={"model.workforce.posts": 5})
    assert f"the browser saves it as `{scenario_file_name(asked)}`, so rename it to `five_posts.yaml` and move it into the folder `mine/scenario`" in said
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "five_posts.yaml").write_bytes(scenario_file(asked))
    assert catalogue([tmp_path])["five_posts"].changes == {"model.workforce.posts": 5}


@pytest.mark.scale
def test_a_run_of_the_classroom_takes_about_a_second_as_the_first_page_says():
    """Time of the processor, which other work on the machine hardly changes; three times what is said."""
    assert "A run of the classroom takes about a second" in (FOLDER / "index.md").read_text(encoding="utf-8")
    start = time.process_time()
    SocialPrescribingService(classroom({}), 1).run()
    assert time.process_time() - start < 3


def what_if_links():
    """Return the links of worksheets and first page to *What if?*, not to the service live."""
    every = "".join([*PAGES.values(), (FOLDER / "index.md").read_text(encoding="utf-8")])
    return sorted({link for link in re.findall(r"http://127\.0\.0\.1:8000/(\?[^>)\s]+)", every) if "view=live" not in link})


@pytest.mark.parametrize("link", what_if_links())
def test_the_page_is_asked_to_change_one_thing_at_a_time(link):
    """It compares with the classroom as it is: two changes of one side would be mixed."""
    assert len(from_address(link).changes) <= 1


@pytest.mark.parametrize("link", sorted(set(re.findall(r"http://127\.0\.0\.1:8000/(\?[^>)\s]+)", "".join(PAGES.values())))))
def test_each_link_opens_what_it_says(link):
    asked = watched(link) if "view=live" in link else from_address(link)
    assert asked.service == "classroom"


def test_every_link_between_pages_leads_somewhere():
    for page in (FOLDER / "index.md", *map(worksheet, PAGES)):
        for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@by_lesson
def test_notebooks_are_those_of_their_worksheets_and_hold_no_answers(lesson):
    text = notebook_of(lesson.SLUG).read_text(encoding="utf-8")
    assert text == notebook(PAGES[lesson.SLUG], lesson.CODE)
    cells = json.loads(text)["cells"]
    assert not any("model answers" in "".join(cell["source"]) for cell in cells)
    assert all(cell["outputs"] == [] for cell in cells if cell["cell_type"] == "code")


@pytest.mark.scale
@by_lesson
def test_the_code_of_notebooks_runs(lesson, tmp_path, monkeypatch):
    """In short runs of few seeds; whole, by a kernel, in the next test."""
    weeks = SHORT.get(lesson, 60)
    monkeypatch.chdir(tmp_path)
    mpl.use("Agg")
    monkeypatch.setattr(sim, "SocialPrescribingService", functools.partial(sim.SocialPrescribingService, weeks=weeks))
    names = {}
    for code in lesson.CODE.values():
        few = re.sub(r"^SEEDS = .*$", f"SEEDS = range(1, {3 if lesson is lesson_6 else 2})", code, flags=re.MULTILINE)
        exec(compile(few.replace("store=", f"weeks={weeks}, store="), lesson.SLUG, "exec"), names)
    assert mpl.pyplot.get_fignums(), "nothing was drawn"
    mpl.pyplot.close("all")


@pytest.mark.scale
@by_lesson
def test_notebooks_run_in_a_kernel(lesson, tmp_path):
    client, reader = (pytest.importorskip(name, reason="the extra [lessons], which make scale installs") for name in ("nbclient", "nbformat"))
    book = reader.read(notebook_of(lesson.SLUG), as_version=4)
    client.NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert all(cell.execution_count for cell in book.cells if cell.cell_type == "code")


def test_pages_and_notebooks_are_written_where_they_are_looked_for(tmp_path, monkeypatch):
    written = SimpleNamespace(SLUG="0-a-lesson", CODE={"Run": "print(1)"})
    body = "# A\n\n" + "".join(f"## {step}\n\n<!-- =a -->?<!-- / -->\n\n" for step in STEPS)
    (tmp_path / "0-a-lesson.md").write_text(body, encoding="utf-8")
    monkeypatch.setattr("experiments.teaching.pages.FOLDER", tmp_path)
    monkeypatch.setattr(build, "LESSONS", (written,))
    monkeypatch.setattr(build, "read_figures", lambda: {"0-a-lesson": {"a": "7"}})
    build.write_pages()
    assert "-->7<!--" in (tmp_path / "0-a-lesson.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "notebooks" / "0-a-lesson.ipynb").read_text(encoding="utf-8"))["nbformat"] == 4
