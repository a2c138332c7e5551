"""Who may ask: the page's own tabs, by its own names, and nobody else's pages."""

import asyncio

import pytest

from experiments.app.guard import HERE, Guard, names_of

pytestmark = pytest.mark.unit
HERE_ONLY, BEHIND_A_PROXY, ANY = names_of("127.0.0.1", True, []), names_of("127.0.0.1", True, ["whatif.example.org"]), names_of("0.0.0.0", False, [])


def asked(kind, names, **headers):
    """Return what is sent for one request: "page" when it was let through."""
    sent = []

    async def page(scope, receive, send):
        sent.append("page")

    async def send(message):
        sent.append(message.get("status", message["type"]))

    scope = {"type": kind, "method": "GET", "path": "/", "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}
    asyncio.run(Guard(page, names)(scope, None, send))
    return sent[0]


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("names", "headers"),
    [
        (HERE_ONLY, {"host": "127.0.0.1:8000"}),
        (HERE_ONLY, {"host": "localhost:8000", "origin": "http://localhost:8000"}),
        (HERE_ONLY, {"host": "[::1]:8000", "origin": "http://[::1]:8000"}),
        (BEHIND_A_PROXY, {"host": "whatif.example.org", "origin": "https://whatif.example.org"}),
        (BEHIND_A_PROXY, {"host": "whatif.example.org", "origin": "https://whatif.example.org:8443"}),  # the proxy left the port out
        (ANY, {"host": "anything:80", "origin": "http://anything:80"}),
    ],
)
def test_its_own_tabs_are_let_in(kind, names, headers):
    assert asked(kind, names, **headers) == "page"


@pytest.mark.parametrize(("kind", "refused"), [("http", 403), ("websocket", "websocket.close")])
@pytest.mark.parametrize(
    ("names", "headers"),
    [
        (HERE_ONLY, {"host": "evil.example.com:8000"}),
        (HERE_ONLY, {"host": "127.0.0.1:8000", "origin": "http://evil.example.com"}),
        (HERE_ONLY, {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:5000"}),
        (HERE_ONLY, {"host": "127.0.0.1:8000", "origin": "null"}),  # a file
        (HERE_ONLY, {"host": "[::1:8000"}),
        (HERE_ONLY, {}),
        (BEHIND_A_PROXY, {"host": "whatif.example.org", "origin": "https://evil.example.org"}),
        (ANY, {"host": "anything", "origin": "http://evil.example.com"}),
    ],
)
def test_other_names_and_other_pages_are_refused(kind, refused, names, headers):
    assert asked(kind, names, **headers) == refused


def test_no_other_page_may_show_it_inside_its_own():
    sent = []

    async def page(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"127.0.0.1:8000")]}
    asyncio.run(Guard(page, HERE_ONLY)(scope, None, send))
    assert (b"content-security-policy", b"frame-ancestors 'self'") in sent[0]["headers"]


def test_it_starts_and_ends_unasked():
    assert asked("lifespan", HERE_ONLY) == "page"


def test_this_machine_always_goes_by_its_own_names():
    assert set(HERE) <= HERE_ONLY <= BEHIND_A_PROXY and not ANY
