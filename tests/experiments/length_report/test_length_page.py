"""The report on length stands alone, can be read by everybody, and says of an answer made up beforehand what is known of it."""

import re

import pytest

from experiments.length.files import COLUMNS
from experiments.length.measures import MEASURES
from experiments.length.policies import POLICIES
from experiments.length.report import write_report
from experiments.report.numbers import places
from sim.parameters import declarations
from tests.experiments.length_report import made
from tests.experiments.report.conftest import NASTY, tree
from tests.experiments.report.test_in_browser import CUT_OFF, OPENED
from tests.experiments.report.test_sentences import BARRED

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # whole pipelines: `make scale`
SECTIONS = ["answer", "waits", "staying", "lasts", "policies", "rests", "cannot", "made"]


@pytest.fixture(params=["page", "bare_page"])
def each(request):
    """Each of the pages: with all that can be known, and with as little as there may be."""
    return request.getfixturevalue(request.param)


def section(page, anchor):
    return next(element for element in tree(page).all("section") if element.attributes["id"] == anchor)


def test_sections_come_in_the_order_in_which_they_are_asked(page):
    assert [element.attributes["id"] for element in tree(page).all("section")] == SECTIONS


def test_without_no_limit_single_runs_spells_and_policies_the_rest_is_told_and_nothing_made_up(bare_page):
    root = tree(bare_page)
    assert [element.attributes["id"] for element in root.all("section")] == [name for name in SECTIONS if name not in ("staying", "policies")]
    assert "No needed length can be told" in root.text
    assert not re.search(r"\bnan\b", root.text.lower())


def test_headings_begin_with_one_and_skip_no_level(each):
    levels = [int(heading.tag[1]) for heading in tree(each).all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_nothing_is_fetched_from_anywhere_and_what_a_user_typed_stays_what_they_typed(page):
    text, root = page.read_text(encoding="utf-8"), tree(page)
    assert not re.search(r"https?:|//[\w.]+\.\w|@import|url\(", text)
    assert not root.all("script", "img", "iframe", "form", "b")
    assert NASTY in root.text


def test_every_figure_has_words_that_stand_in_for_it_with_two_numbers_two_drawings_and_a_table(page):
    figures = tree(page).all("figure")
    assert len(figures) == 4 + 1 + 2 + 2
    for figure in figures:
        (drawing,) = [element for element in figure.all("div") if element.attributes.get("role") == "img"]
        words = drawing.attributes["aria-label"]
        assert re.match(r"[A-Z][a-z -]+ chart[a-z ]* of |Scatter plot of ", words), words
        assert len(re.findall(r"\d[\d,.]*", words.split(": ", 1)[1])) >= 2, words
        assert words.endswith("Table follows.")
        assert figure.all("table") and figure.all("figcaption")
        assert {drawn.attributes["class"] for drawn in drawing.all("svg")} == {"wide", "narrow"}


def test_tables_have_as_many_cells_as_heads(each):
    for table in tree(each).all("table"):
        assert table.all("caption")[0].text
        assert all(len(row.all("th", "td")) == len(table.all("thead")[0].all("th")) for row in table.all("tr"))


def test_words_that_cannot_be_kept_to_are_nowhere(each):
    text = re.sub(r"wellbeing|will_|willpower", "", tree(each).text)
    assert not BARRED.search(text), BARRED.search(text)


def test_the_answer_tells_what_the_made_up_answer_was_made_to_say(page):
    said = section(page, "answer").text
    assert "In the model, 2 years is the shortest programme that keeps 90% of what no time limit gives 5 years after referral" in said
    assert "same posts, with and without a waiting list; 95% interval 18 months to 2 years" in said
    assert "People with complex needs need longer: 1 year for people with simple needs, no limit for people with complex needs." in said
    assert all(note in said for note in made.answer().notes)


def test_the_table_of_needed_lengths_has_every_group_and_mode(page):
    table = next(one for one in section(page, "answer").all("table") if one.all("caption")[0].text.startswith("Needed length"))
    rows = [[cell.text for cell in row.all("th", "td")] for row in table.all("tbody")[0].all("tr")]
    assert [row[0] for row in rows] == ["Everybody", "Simple needs", "Moderate needs", "Complex needs"]
    assert rows[1][1:] == ["1 year (6 months to 1 year)"] * 4


def test_who_waits_longer_is_told_of_the_mode_with_a_waiting_list(page):
    said = section(page, "waits").text
    longer = r"each person referred waits 23\.\d weeks longer with no limit than with 2 years \(95% interval 2\d\.\d to 2\d\.\d; 20 paired runs\)"
    assert re.search(longer, said)
    assert re.search(r"each person referred waits 13\.\d weeks less with 3 months than with 2 years", said)
    assert "People referred later" in said


def test_waits_and_what_lasts_are_told_of_every_complexity_in_each_mode(page):
    for anchor, caption in (("waits", "Waits and people served"), ("lasts", "What is kept"), ("lasts", "How people stand")):
        captions = [table.all("caption")[0].text for table in section(page, anchor).all("table")]
        own = [words for words in captions if words.startswith(caption)]
        assert len(own) == len(set(own)) == len(made.MODES) * len(made.GROUPS), caption


def test_what_it_rests_on_lists_the_values_of_the_run_with_grades_as_they_are_declared(page):
    section_of_it = section(page, "rests")
    rows = {cells[-1]: cells for row in section_of_it.all("tr") if len(cells := [cell.text for cell in row.all("th", "td")]) == 4}
    known = {key.removeprefix("model."): (what, default) for key, what, default in declarations()}
    for name in ("activity.self_start", "habit.lapse", "contact.trust_decay", "programme.dependency_slowing", "habit.fading_alone"):
        assert rows[name][2] == known[name][0].grade
    assert rows["habit.lapse"][1].startswith("0.123 ")
    assert rows["habit.decay"][1].startswith(f"{known['habit.decay'][1]:g} ")


def test_the_command_and_the_tables_stand_at_the_end(page):
    said = section(page, "made").text
    assert "spsim length lengths=[13,open]" in said and "lengths.csv" in said


def test_the_same_answer_gives_the_same_bytes(answer, page, tmp_path):
    from tests.experiments.length_report.conftest import RECORD

    write_report(tmp_path / "again.html", answer, RECORD, ("lengths.csv", "needed.csv"), "spsim length lengths=[13,open]")
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()


def test_policies_differ_by_the_rule_of_the_house(page):
    """Made to gain 0.15 less and 0.05 more: one is clearly worse, the other inside the margin of 0.1."""
    rows = {cells[0]: cells for row in section(page, "policies").all("tr") if (cells := [cell.text for cell in row.all("th", "td")])}
    assert rows[POLICIES["fixed_limit"].title][1].endswith(": worse")
    assert rows[POLICIES["taper_with_check_ins"].title][1].endswith(": too small to matter")
    assert {policy.title for policy in POLICIES.values()} <= set(rows)


@pytest.mark.parametrize("width", [1200, 400, 320])
@pytest.mark.parametrize("name", ["page", "bare_page"])
def test_everything_unfolded_the_page_fits_its_width_and_no_word_of_a_figure_is_cut_off(name, width, browser, request):
    browser.open(request.getfixturevalue(name), width)
    assert browser.value(OPENED)
    assert browser.value(f"JSON.stringify({CUT_OFF.strip()})") == "[]"


def test_numbers_of_the_page_have_few_figures(page):
    """No more than four figures after a point anywhere outside the record."""
    text = section(page, "answer").text + section(page, "waits").text + section(page, "lasts").text
    assert not re.search(r"\d\.\d{4,}", text)
    assert places(0.123) == 2


def test_the_made_up_answer_has_the_tables_of_a_real_one(answer):
    for name in ("lengths", "differences", "needed", "spells", "runs"):
        assert list(getattr(answer, name).columns) == list(COLUMNS[name]), name
    assert set(answer.marginal.columns) <= set(COLUMNS["marginal"])
    assert set(answer.lengths.measure) <= set(MEASURES)
