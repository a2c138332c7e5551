"""Who may ask: browsers that call the page by a name it goes by, from a page of its own.

Other pages open in the same browser can reach this machine too; they give themselves away by `Origin`, or by a foreign `Host` whose name was
made to point here. Without this any page could begin runs and read what was found.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HERE = ("127.0.0.1", "localhost", "::1")
REFUSED = "This page is not served by this name, or not to other pages: see hosts= of `spsim app`.\n"


class Guard:
    """Lets requests through to `app` that name one of `hosts` (none: any) and come from no other page."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self.app, self.hosts = app, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def framed(message: Message) -> None:
            """Send on, and keep other pages from showing this one inside theirs."""
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Content-Security-Policy"] = "frame-ancestors 'self'"
            await send(message)

        if scope["type"] == "lifespan" or self.lets_in(Headers(scope=scope)):
            await self.app(scope, receive, framed)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(REFUSED, status_code=403)(scope, receive, send)

    def lets_in(self, headers: Headers) -> bool:
        """Whether a request with these headers is one of the page's own."""
        host, origin = headers.get("host", ""), headers.get("origin")
        try:
            called, asks = urlsplit(f"//{host}"), urlsplit(origin or "")
            named, port = called.hostname, called.port
        except ValueError:
            return False
        if self.hosts and named not in self.hosts:
            return False
        return origin is None or asks.netloc == host or (port is None and named is not None and asks.hostname == named)


def names_of(host: str, loopback: bool, more: Collection[str]) -> set[str]:
    """Return the names that a page listening at `host` goes by: `more` and this machine's; none, which is any, when it lets others in by any name."""
    return {*HERE, host.strip("[]"), *more} if loopback or more else set()
