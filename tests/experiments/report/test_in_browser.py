"""In a real browser: nothing is asked for but the file, nothing goes wrong, nothing is cut off, and a narrow page need not be pushed sideways."""

import pytest

pytestmark = pytest.mark.unit
LONG = pytest.param("long_page", marks=pytest.mark.scale)  # twenty scenarios
OPENED = "document.querySelectorAll('details').forEach(d => d.open = true); document.documentElement.scrollWidth <= innerWidth"
CUT_OFF = """
[...document.querySelectorAll('svg')].filter(s => s.getClientRects().length).flatMap(s => [...s.querySelectorAll('text')].filter(t => {
  const box = t.getBBox(), sheet = s.viewBox.baseVal;
  return box.x < -1 || box.y < -1 || box.x + box.width > sheet.width + 1 || box.y + box.height > sheet.height + 1;
}).map(t => t.textContent))
"""


@pytest.mark.scale
@pytest.mark.parametrize("name", ["page", "bare_page", LONG])
def test_the_page_asks_for_nothing_and_nothing_goes_wrong(name, browser, request):
    path = request.getfixturevalue(name)
    browser.events.clear()
    browser.open(path, 1200)
    assert browser.value("document.querySelectorAll('figure').length") > 5
    assert browser.requests() == [path.as_uri()] or all(url == path.as_uri() or url.startswith("data:") for url in browser.requests())
    assert browser.failures() == []


@pytest.mark.parametrize("width", [1200, 400, 320])
@pytest.mark.parametrize("name", ["page", LONG])
def test_everything_unfolded_the_page_fits_its_width_and_no_word_of_a_figure_is_cut_off(name, width, browser, request):
    browser.open(request.getfixturevalue(name), width)
    assert browser.value(OPENED)
    assert browser.value(f"JSON.stringify({CUT_OFF.strip()})") == "[]"


def test_a_request_an_error_and_a_message_of_the_console_would_be_seen(browser, tmp_path):
    """Otherwise the tests above could not fail."""
    path = tmp_path / "bad.html"
    path.write_text("<body><img src='http://127.0.0.1:9/x.png'><script>console.error('no'); throw new Error('bad')</script>", encoding="utf-8")
    browser.events.clear()
    browser.open(path, 400)
    assert "http://127.0.0.1:9/x.png" in browser.requests()
    assert len(browser.failures()) >= 2
    browser.events.clear()
