"""The page stands alone, can be read by everybody, and holds what a commissioner asks, in order."""

import re

import pytest

from experiments.report import misses, svg
from experiments.report.page import write_report
from tests.experiments.report.conftest import NASTY, RECORD, tree
from tests.experiments.report.test_sentences import BARRED

pytestmark = pytest.mark.unit
SECTIONS = ["answer", "who", "money", "when", "service", "leaving", "side", "parts", "rests", "cannot", "made"]
LONG = pytest.param("long_page", marks=pytest.mark.scale)  # twenty scenarios
PAGES = ("page", "bare_page", LONG)


@pytest.fixture(params=PAGES)
def each(request):
    """Each of the pages, one after the other: with every section, the comparison alone, twenty scenarios."""
    return request.getfixturevalue(request.param)


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other="#FFFFFF"):
    """Contrast ratio of WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_sections_come_in_the_order_that_a_commissioner_asks(page):
    assert [section.attributes["id"] for section in tree(page).all("section")] == SECTIONS


def test_what_was_not_worked_out_is_left_out_or_said_to_be(bare_page):
    root = tree(bare_page)
    assert [section.attributes["id"] for section in root.all("section")] == [name for name in SECTIONS if name not in ("money", "parts")]
    assert "This was not looked into" in root.text


def test_headings_begin_with_one_and_skip_no_level(each):
    levels = [int(heading.tag[1]) for heading in tree(each).all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_nothing_is_fetched_from_anywhere_and_no_script_is_needed(each):
    text = each.read_text(encoding="utf-8")
    assert not re.search(r"https?:|//[\w.]+\.\w|@import|url\(", text)
    for element in tree(each).all():
        assert element.tag not in ("script", "img", "iframe", "object", "embed", "form")
        for name in ("src", "href", "xlink:href", "action"):
            assert element.attributes.get(name, "#").startswith(("#", "data:")), element
        assert not any(name.startswith("on") for name in element.attributes)


def test_what_a_user_typed_stays_what_they_typed(page):
    root = tree(page)
    words = re.sub(r"\s+", " ", root.text)
    assert words.count(NASTY) > 10
    assert not root.all("script", "b")
    assert NASTY in root.all("title")[0].text


def test_every_figure_has_words_that_stand_in_for_it_with_two_numbers_and_a_table(each):
    figures = tree(each).all("figure")
    assert len(figures) > 5
    for figure in figures:
        (drawing,) = [element for element in figure.all("div") if element.attributes.get("role") == "img"]
        words = drawing.attributes["aria-label"]
        assert re.match(r"[A-Z][a-z -]+ (chart|plot)[a-z ]* of ", words), words
        assert len(re.findall(r"\d[\d,.]*", words.split(": ", 1)[1])) >= 2, words
        assert words.endswith("Table follows.")
        assert figure.all("table") and figure.all("figcaption")
        assert {drawn.attributes["class"] for drawn in drawing.all("svg")} == {"wide", "narrow"}


def test_every_table_has_a_caption_and_heads_that_say_what_they_head(each):
    for table in tree(each).all("table"):
        assert table.all("caption")[0].text
        assert all(head.attributes["scope"] in ("col", "row") for head in table.all("th"))
        width = len(table.all("thead")[0].all("th"))
        assert all(len(row.all("th", "td")) == width for row in table.all("tr"))


def test_names_of_anchors_are_told_once_and_every_link_leads_somewhere(each):
    elements = tree(each).all()
    names = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(names) == len(set(names))
    links = [element.attributes["href"][1:] for element in elements if element.tag == "a"]
    assert links[1:] == [element.attributes["id"] for element in elements if element.tag == "section"][1:]
    assert links[0] == "answer"  # the skip link comes first
    assert set(links) <= set(names)


def test_language_title_and_view_are_declared(each):
    root = tree(each)
    assert root.all("html")[0].attributes["lang"] == "en-GB"
    assert root.all("title")[0].text
    assert any(meta.attributes.get("name") == "viewport" for meta in root.all("meta"))


@pytest.mark.scale
def test_twenty_scenarios_stay_below_five_megabytes_and_are_folded_behind_their_findings(long_page):
    assert long_page.stat().st_size < 5e6
    folded = [one for one in tree(long_page).all("details") if one.attributes.get("class") == "one"]
    assert len(folded) >= 4 * 20
    assert all(one.all("summary")[0].text for one in folded)


def test_the_same_comparison_gives_the_same_bytes(small, bare_page, tmp_path):
    write_report(tmp_path / "again.html", small[0])
    assert (tmp_path / "again.html").read_bytes() == bare_page.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again.html"]


def test_words_reach_the_contrast_of_words_and_marks_that_of_marks(each):
    """4.5:1 for words and 3:1 for marks, on white and, for words of figures, on the shaded ground too."""
    text = each.read_text(encoding="utf-8")
    ground = re.search(r"#\w{6}", svg.STYLES["shade"]).group()
    words = set(re.findall(r"<text[^>]*fill=\"(#\w{6})\"", text))
    words |= {svg.READABLE.get(colour, colour) for colour in svg.CATEGORIES}
    for colour in words:
        assert contrast(colour) >= 4.5, colour
    for colour in words & {svg.INK, "#595959"}:
        assert contrast(colour, ground) >= 4.5, colour
    style = tree(each).all("style")[0].text
    for colour in re.findall(r"[{; ]color: (#\w{6})", style):
        assert contrast(colour) >= 4.5, colour
    marks = {*svg.CATEGORIES, svg.GREY} | {colour for kind in ("moment", "interval", "bar down", "zero") for colour in re.findall(r"#\w{6}", svg.STYLES[kind])}
    assert all(contrast(colour) >= 3 for colour in marks)


def test_no_prose_uses_a_word_that_claims_too_much(page):
    words = tree(page).all("body")[0].text.replace("no effect on", "")
    assert not BARRED.search(words), BARRED.search(words)


def test_the_answer_names_interval_and_range_of_single_runs_for_every_scenario(small, page):
    answer = next(section for section in tree(page).all("section") if section.attributes["id"] == "answer")
    boxes = [box for box in answer.all("div") if box.attributes.get("class") == "answer"]
    assert len(boxes) == len(small[0].question.scenarios)
    assert small[0].question.scenarios[2].parameters == small[0].question.baseline.parameters
    for box in boxes[:2]:
        assert "95% interval" in box.text and "Single runs of 120 weeks" in box.text
        assert {"Clearly better", "Clearly worse"} <= {term.text for term in box.all("dt")}
    assert boxes[2].text == "Nothing changed This scenario changes nothing in this service."


def test_below_thirty_people_there_is_no_verdict(page):
    who = next(section for section in tree(page).all("section") if section.attributes["id"] == "who")
    head = "Measure Group Difference (95% interval) Nine in ten single runs Unit People Verdict"
    (first, *_) = [table for table in who.all("table") if table.all("thead")[0].text == head]
    rows = [[cell.text for cell in row.all("th", "td")] for row in first.all("tr")[1:]]
    few = [row for row in rows if float(row[5].replace(",", "")) < 29.5]
    assert few and len(few) < len(rows)
    assert {row[6] for row in few} == {"too few people or runs"}


def test_the_findings_that_the_model_misses_are_those_of_the_evidence_page(page):
    told = tree(page).text
    known = misses.held_out()
    missed = [finding for finding, met in known.items() if not met]
    assert missed and f"The model reproduces {len(known) - len(missed)} of {len(known)} findings it was not fitted to" in told
    assert all(finding in told for finding in missed)


def test_the_flattering_gain_stands_beside_the_true_one(small, page):
    cannot = next(section for section in tree(page).all("section") if section.attributes["id"] == "cannot")
    rows = {row.all("th")[0].text: [cell.text for cell in row.all("td")] for row in cannot.all("tr") if row.all("td")}
    before_and_after, true = (float(cell.split(" ")[0]) for cell in rows["Baseline"])
    assert before_and_after > 1.5 * true > 0


def test_how_it_was_made_tells_command_seed_runs_and_version(page):
    made = next(section for section in tree(page).all("section") if section.attributes["id"] == "made").text
    for words in ("spsim compare scenarios=[a,b]", "Six posts 4", RECORD["version"], "differences.csv"):
        assert words in made
