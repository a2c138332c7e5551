"""The page in a real Chromium: what readers do, what must not go wrong meanwhile, and who can use it."""

import json
import re
import zipfile

import pytest

from tests.experiments.app.conftest import ANSWER, QUICK, START

pytestmark = [pytest.mark.unit, pytest.mark.scale]  # a server and processes of its own: `make scale`
DONE = "Done: 2 runs of each side"


def test_it_opens_on_the_service_as_it_is_and_asks_nobody_else_for_anything(tab, server):
    page = tab().open(server + QUICK)
    assert "from 2 runs" in page.status
    assert page.inner_text("#answer-title") == "The service as it is"
    assert page.is_disabled("#run") and page.is_visible("#why-not")  # a disabled button says why


def test_a_lever_moved_by_its_slider_is_marked_run_and_answered_and_the_address_holds_it(tab, server):
    page = tab().open(server + QUICK)
    page.locator('[data-slides="workforce-posts"]').evaluate("e => { e.value = 5; e.dispatchEvent(new Event('input', {bubbles: true})) }")
    assert page.input_value("#workforce-posts") == "5"
    assert page.locator(".lever.changed").count() == 1 and page.is_visible('[data-reset="workforce-posts"]')
    page.click("#run")
    page.says(DONE)
    assert "Your change" in page.inner_text("#told") and page.is_visible("#report")
    assert "model.workforce.posts=5" in page.tab.url
    page.wait_for_selector("#filled svg", timeout=ANSWER)  # one run of each side: the answer does not wait for it
    page.fill("#workforce-posts", "6")
    assert "settings changed" in page.status.lower()
    assert {float(shown) for shown in page.locator("#told > *").evaluate_all("all => all.map(one => getComputedStyle(one).opacity)")} == {0.45}
    page.wait_for_url("**model.workforce.posts=6**")  # what is set is in the address, run or not
    page.click('[data-reset="workforce-posts"]')
    assert page.input_value("#workforce-posts") == "4" and page.locator(".lever.changed").count() == 0


@pytest.mark.scale
def test_a_link_opens_the_same_answer(tab, server):
    page = tab().open(f"{server}{QUICK}&scenarios=warm_handover&model.workforce.posts=5", DONE)
    assert page.input_value("#workforce-posts") == "5" and page.is_checked('input[value="warm_handover"]')
    assert page.locator("#told .answer h3").all_inner_texts() == ["Warm handovers for all", "Your change"]
    page.fill("#workforce-posts", "6")
    page.says("Settings changed")


@pytest.mark.scale
def test_runs_that_a_link_began_can_be_cancelled(tab, server):
    page = tab().open(server + "?service=classroom&weeks=104&seed=700&replications=40&scenarios=warm_handover", "Running:")
    page.wait_for_selector("#cancel:enabled", timeout=ANSWER)
    page.wait_for_function("document.getElementById('progress').value >= 8", timeout=ANSWER)  # of two seeds, with usual care
    page.click("#cancel")
    page.says("Cancelled:")
    assert "finished runs of each side are kept" in page.status


@pytest.mark.scale
def test_another_service_is_shown_as_it_is_with_the_questions_chosen_and_levers_set_back(tab, server):
    page = tab().open(f"{server}{QUICK}&scenarios=warm_handover&model.workforce.posts=5", DONE)
    page.select_option("#service", "nhs_pcn")
    page.says("The service as it is")
    assert "set back" in page.status and page.is_checked('input[value="warm_handover"]') and page.locator(".lever.changed").count() == 0
    assert page.inner_text("#answer-title") == "The service as it is" and not page.is_visible("#downloads")
    page.wait_for_url("**service=nhs_pcn**scenarios=warm_handover**")


@pytest.mark.scale
def test_a_question_and_its_live_view_lead_to_each_other(tab, server):
    page = tab().open(server + QUICK)
    page.fill("#workforce-posts", "6")
    page.click("summary:has-text('A change of link worker')")
    page.check('input[value="warm_handover"]')
    page.wait_for_url("**scenarios=warm_handover**model.workforce.posts=6**")
    page.click("nav.views >> text=Watch it live")
    page.wait_for_selector("#live", timeout=START)
    assert "model.workforce.posts=6" in page.tab.url
    page.click("nav.views >> text=What if?")
    page.wait_for_selector("#asked", timeout=START)
    assert page.input_value("#workforce-posts") == "6" and page.is_checked('input[value="warm_handover"]') and page.input_value("#weeks") == "52"


@pytest.mark.scale
def test_an_answer_is_of_what_was_asked_also_when_something_else_was_refused_meanwhile(tab, server):
    page = tab().open(server + "?service=classroom&weeks=104&seed=500&replications=8&model.workforce.posts=5", "Running:")
    page.fill("#workforce-posts", "0")
    page.click("#run")
    page.wait_for_function("document.getElementById('mistake').textContent !== ''", timeout=ANSWER)
    page.says("Done:")
    assert "Settings changed, not run" in page.status and "stale" in page.locator("#answer-pane").get_attribute("class")
    assert "model.workforce.posts" not in page.tab.url, "what cannot be run is in no link"
    page.fill("#workforce-posts", "5")
    assert page.status.startswith("Done:") and "stale" not in page.locator("#answer-pane").get_attribute("class")


@pytest.mark.scale
def test_what_has_no_lever_is_kept_too(tab, server):
    page = tab().open(f"{server}{QUICK}&model.referrals.backlog=10", DONE)
    page.fill("#workforce-posts", "5")
    page.wait_for_url("**model.referrals.backlog=10**")
    assert page.input_value("#referrals-backlog") == "10"


@pytest.mark.scale
def test_the_answer_of_another_service_is_greyed_until_the_new_one_is_there(tab, server):
    page = tab().open(f"{server}{QUICK}&model.workforce.posts=5", DONE)
    page.click("#reset")
    page.wait_for_function("document.querySelector('#told .answer') && document.getElementById('answer-pane').classList.contains('stale')", timeout=ANSWER)
    page.says("The service as it is")
    assert "stale" not in page.locator("#answer-pane").get_attribute("class")


@pytest.mark.scale
def test_cancelled_it_keeps_what_is_finished_and_can_go_on(tab, server):
    page = tab().open(server + "?service=classroom&weeks=104&seed=900&replications=2")
    page.click("summary:has-text('Runs and luck')")
    page.fill("#replications", "40")
    page.fill("#workforce-posts", "3")
    page.click("#run")
    page.says("Running:")
    page.tab.wait_for_function("document.getElementById('progress').value >= 6", timeout=60_000)
    page.click("#cancel")
    page.tab.wait_for_function("!document.getElementById('run').disabled", timeout=60_000)
    assert re.match(r"Cancelled: \d+ finished runs of each side are kept|Nothing new to show", page.status)


def test_what_is_wrong_is_said_in_words_and_nothing_is_run(tab, server):
    page = tab().open(server + QUICK)
    page.fill("#workforce-posts", "-3")
    page.click("#run")
    page.says("Nothing was run")
    assert "Link worker posts: model.workforce.posts = -3 posts is not allowed" in page.inner_text("#mistake")
    assert page.get_attribute("#workforce-posts", "aria-invalid") == "true" and page.is_visible(".lever p.wrong")
    assert page.locator("#mistake").get_attribute("role") == "alert" and not page.is_disabled("#run")


@pytest.mark.scale
def test_a_link_that_cannot_be_read_says_why_and_opens_the_page_all_the_same(tab, server):
    page = tab().open(server + QUICK + "&model.nonsense=<script>alert(1)</script>", "")
    page.tab.wait_for_function("document.getElementById('mistake').textContent !== ''", timeout=30_000)
    assert "model.nonsense is not a parameter" in page.inner_text("#mistake")


def test_report_tables_and_scenario_come_as_files_and_the_scenario_can_be_opened_again(tab, server, tmp_path):
    page = tab().open(f"{server}{QUICK}&model.workforce.turnover=0.5", DONE)
    got = {}
    for name in ("report", "tables", "scenario"):
        with page.tab.expect_download() as waiting:
            page.click(f"#{name}")
        got[name] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(got[name])
    assert got["report"].read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert {"differences.csv", "data_dictionary.csv", "scenario/my_change.yaml"} <= set(zipfile.ZipFile(got["tables"]).namelist())
    other = tab().open(server + QUICK)
    other.click("summary:has-text('Files and link')")
    other.tab.set_input_files("#import", got["scenario"])
    other.tab.wait_for_function("document.querySelector('#workforce-turnover')?.value === '0.5'", timeout=30_000)
    other.says("The file was opened")


BAD_FILES = [("model:\n  workforce:\n    posts: ${oc.env:HOME}\n", "must be a whole number"), ("<b>: [", "not valid YAML")]


@pytest.mark.scale
@pytest.mark.parametrize(("text", "told"), BAD_FILES)
def test_a_file_that_is_no_scenario_is_refused_by_its_name_and_shown_as_text(tab, server, text, told):
    page = tab().open(server + QUICK)
    page.click("summary:has-text('Files and link')")
    page.tab.set_input_files("#import", files=[{"name": "<i>mine.yaml", "mimeType": "text/yaml", "buffer": text.encode()}])
    page.tab.wait_for_function("document.getElementById('mistake').textContent !== ''", timeout=30_000)
    assert told in page.inner_text("#mistake") and "<i>mine.yaml" in page.inner_text("#mistake")
    assert page.locator("#mistake").evaluate("box => { const at = box.getBoundingClientRect(); return at.top > -1 && at.bottom < innerHeight + 1 }")
    assert page.status.startswith("Nothing was opened")
    assert page.locator("#mistake i").count() == 0


@pytest.mark.scale
def test_two_readers_at_once_each_have_their_own_page(tab, server):
    one, two = tab().open(server + QUICK), tab().open(server + QUICK)
    one.fill("#workforce-posts", "3")
    two.fill("#workforce-posts", "6")
    one.click("#run")
    two.click("#run")
    for page, posts in ((one, 3), (two, 6)):
        page.says(DONE)
        assert f"model.workforce.posts={posts}" in page.tab.url and page.input_value("#workforce-posts") == str(posts)
    assert one.inner_text("#told") != two.inner_text("#told")


@pytest.mark.scale
def test_with_the_keyboard_alone_a_question_is_chosen_run_and_answered(tab, server):
    page = tab().open(server + QUICK)
    keyboard = page.tab.keyboard
    page.locator("#service").focus()
    seen = []
    for _ in range(200):
        keyboard.press("Tab")
        seen.append(page.tab.evaluate("document.activeElement.id || document.activeElement.value || document.activeElement.textContent"))
        if seen[-1] == "workforce-posts":
            break
    keyboard.press("ArrowUp")
    assert page.input_value("#workforce-posts") == "5"
    for _ in range(200):
        keyboard.press("Tab")
        if page.tab.evaluate("document.activeElement.id") == "run":
            break
    keyboard.press("Enter")
    page.says(DONE)
    page.locator("#run").focus()
    keyboard.press("Shift+Tab")
    keyboard.press("Tab")  # focus that came by keyboard shows
    assert page.tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_on_a_narrow_screen_nothing_is_cut_off_and_the_answer_follows_the_question(tab, server):
    page = tab(width=400).open(f"{server}{QUICK}&model.workforce.posts=5", DONE)
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= 400
    top = "document.querySelector('{}').getBoundingClientRect().top"
    assert page.tab.evaluate(top.format("#answer-pane")) > page.tab.evaluate(top.format("#run"))


@pytest.mark.parametrize("address", [f"{QUICK}&model.workforce.posts=5", "?view=live"])
def test_axe_finds_no_serious_fault(tab, server, axe, address):
    page = tab().open(server + address, DONE if "view" not in address else "Ready")
    page.tab.evaluate("document.querySelectorAll('#left details').forEach(one => { one.open = true })")
    page.tab.add_script_tag(path=str(axe))
    found = page.tab.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    serious = [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in ("serious", "critical")]
    assert not serious, json.dumps(serious, indent=1)


def test_a_service_is_watched_week_by_week_and_a_person_tells_their_life(tab, server):
    page = tab().open(server + "?view=live", "Ready")
    for _ in range(3):
        page.click("#step")
    page.tab.wait_for_function("document.querySelector('.when').textContent.startsWith('Week 3 of 260')", timeout=30_000)
    page.tab.select_option("#speed", "12")
    page.click("#play")
    page.tab.wait_for_function("document.querySelectorAll('#stage button.dot').length >= 2", timeout=60_000)
    page.click("#play")
    page.locator("#stage button.dot").first.click()
    page.tab.wait_for_selector("#life:not([hidden])", timeout=30_000)
    assert re.match(r"Person \d+ is a (wo)?man of \d+", page.inner_text("#story"))
    assert page.tab.evaluate("document.activeElement.id") == "life"
    numbers = set(re.findall(r"[Ll]ink worker (\w+)", page.inner_text("#story")))
    assert numbers and all(number.isdigit() for number in numbers)  # as on the stage
    week = int(re.search(r"up to week (\d+)", page.inner_text("#whose"))[1])
    assert f"So far (week {week})" in page.inner_text("#story") and f"Week {week} of" in page.inner_text(".when")
    page.click("#step")
    page.tab.wait_for_function(f"document.querySelector('#story').textContent.includes('So far (week {week + 1})')", timeout=30_000)
    assert page.inner_text("#as-of") == "" and page.tab.evaluate("document.activeElement.id") == "step"


def playing_at_12(page):
    """Play at 12 weeks a second until there are people to choose."""
    page.tab.select_option("#speed", "12")
    page.click("#play")
    page.tab.wait_for_function("document.querySelectorAll('#stage button.dot').length >= 2", timeout=60_000)
    return page


def choices(page):
    """Count from now on how often a person is asked for; return what tells how often."""
    page.tab.evaluate(
        "() => { window.asked = 0; const send = Shiny.setInputValue;"
        " Shiny.setInputValue = (name, ...more) => { window.asked += name === 'person' && more[0].chosen ? 1 : 0; send(name, ...more); }; }"
    )
    return lambda: page.tab.evaluate("window.asked")


def test_a_person_is_chosen_while_the_view_plays_fast_by_a_press_as_long_as_a_hand_takes(tab, server):
    page = playing_at_12(tab().open(server + "?view=live", "Ready"))
    asked = choices(page)
    page.tab.mouse.move(*page.tab.evaluate("(at => [at.x + 9, at.y + 9])(document.querySelector('#stage button.dot').getBoundingClientRect())"))
    page.tab.mouse.down()
    page.tab.wait_for_timeout(100)
    page.tab.mouse.up()
    page.tab.wait_for_selector("#life:not([hidden])", timeout=10_000)
    assert page.inner_text("#play") == "Play" and asked() == 1


def test_a_person_is_chosen_once_by_click_by_key_and_by_a_tool_that_clicks(tab, server):
    page = playing_at_12(tab().open(server + "?view=live", "Ready"))
    page.click("#play")
    asked = choices(page)
    dot = page.locator("#stage button.dot").first
    dot.click()
    page.tab.wait_for_selector("#life:not([hidden])", timeout=10_000)
    assert asked() == 1
    dot.press("Enter")
    assert asked() == 2
    dot.evaluate("dot => dot.click()")
    assert asked() == 3


def test_a_finger_chooses_when_it_taps_and_not_when_it_scrolls(tab, server):
    page = playing_at_12(tab().open(server + "?view=live", "Ready"))
    page.click("#play")
    asked = choices(page)
    dot = page.locator("#stage button.dot").first
    touch = "(dot, end) => { for (const [kind, at] of [['pointerdown', dot], [end, document]]) "
    touch += "at.dispatchEvent(new PointerEvent(kind, {bubbles: true, pointerType: 'touch', button: 0})) }"
    dot.evaluate(touch, "pointercancel")
    assert asked() == 0
    dot.evaluate(touch, "pointerup")
    assert asked() == 1


def test_on_a_narrow_screen_the_life_of_a_chosen_person_is_shown_from_its_beginning(tab, server):
    page = playing_at_12(tab(width=400).open(server + "?view=live", "Ready"))
    page.tab.wait_for_function("parseInt(document.querySelector('.when').textContent.slice(5)) >= 60", timeout=60_000)
    page.click("#play")
    page.locator("#stage button.dot").first.click()
    page.tab.wait_for_selector("#life:not([hidden])", timeout=10_000)
    page.tab.wait_for_function("document.activeElement.id === 'life'")
    top = page.locator("#whose").evaluate("head => head.getBoundingClientRect().top")
    assert 0 <= top < 100


def test_without_a_service_on_the_stage_nothing_can_be_played_and_the_box_names_the_one_of_the_address(tab, server):
    page = tab().open(server + "?view=live&service=ways_to_wellness&weeks=104", "Nothing to watch")
    assert page.is_disabled("#play") and page.is_disabled("#step") and not page.is_disabled("#restart")
    assert page.input_value("#watched") == "ways_to_wellness"
    page.select_option("#watched", "classroom")
    page.says("Ready")
    assert not page.is_disabled("#play") and not page.is_disabled("#step")


def test_names_of_services_are_not_squeezed_and_the_events_of_the_week_are_in_sight(tab, server):
    page = playing_at_12(tab().open(server + "?view=live&service=ways_to_wellness", "Ready"))
    page.tab.wait_for_function("parseInt(document.querySelector('.when').textContent.slice(5)) >= 30", timeout=60_000)
    page.click("#play")
    heights = "[...document.querySelectorAll('.service .who')].map(one => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).fontSize))"
    lines = page.tab.evaluate(heights)
    assert len(lines) > 10 and max(lines) < 2  # ems: one line each
    page.tab.evaluate("scrollTo(0, 0)")
    assert page.locator(".told").evaluate("told => told.getBoundingClientRect().bottom <= innerHeight")


def test_a_life_is_a_list_that_can_be_read_on_a_narrow_screen_and_says_its_week_while_the_view_plays_on(tab, server):
    page = playing_at_12(tab(width=400).open(server + "?view=live", "Ready"))
    page.tab.wait_for_function("parseInt(document.querySelector('.when').textContent.slice(5)) >= 30", timeout=60_000)  # enough of a life to tell
    page.locator("#stage button.dot").first.click()
    page.tab.wait_for_selector("#life:not([hidden])", timeout=30_000)
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.locator("#story dt").count() == page.locator("#story dd").count() > 0 and page.locator("#story pre").count() == 0
    assert all(re.match(r"Months? \d+", when) for when in page.locator("#story dt").all_inner_texts())
    told = page.inner_text("#whose")
    page.click("#play")
    page.tab.wait_for_function("document.getElementById('as-of').textContent !== ''", timeout=30_000)
    assert page.inner_text("#whose") == told and page.inner_text("#as-of").startswith(f"Told up to week {told.split()[-1]}; the service has gone on to week ")
    page.click("#play")
    page.tab.wait_for_function("document.getElementById('as-of').textContent === ''", timeout=30_000)  # paused: it reads on
    assert page.inner_text("#whose") != told


@pytest.mark.parametrize("service", ["classroom", "nhs_pcn", "ways_to_wellness"])
def test_every_service_that_the_live_view_offers_can_be_watched(tab, server, service):
    page = tab().open(server + "?view=live", "Ready")
    page.tab.select_option("#watched", service)
    page.tab.wait_for_function("service => location.search.includes(service) && document.querySelector('.when') !== null", arg=service, timeout=30_000)
    assert page.input_value("#watched") == service and page.inner_text("#mistake") == ""


def test_a_service_too_large_to_watch_is_refused_and_nothing_stays_on_the_stage(tab, server):
    page = tab().open(server + "?view=live&service=ways_to_wellness&weeks=104", "Nothing to watch")
    assert "at most 1,500" in page.inner_text("#mistake")
    assert page.inner_text("#stage") == ""
    page = tab().open(server + "?view=live", "Ready")
    page.tab.evaluate("history.replaceState(null, '', '?view=live&model.workforce.posts=20000')")
    page.click("#restart")
    page.says("Nothing to watch")
    assert "model.workforce.posts = 20,000" in page.inner_text("#mistake") and page.inner_text("#stage") == ""
