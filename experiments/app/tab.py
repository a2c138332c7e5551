"""One tab of a reader's browser: what every view of the page can do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from shiny import Inputs, Session, reactive


class Tab:
    """A session: it says things to the script of its view, and is opened once, with the query of its address."""

    def __init__(self, input: Inputs, session: Session) -> None:
        self.input, self.session = input, session
        self.opened = False
        session.on_ended(self.leave)

    def leave(self) -> None:
        """Stop what is under way: nobody waits for it. Views override it."""

    async def say(self, kind: str, told: Any) -> None:
        """Send a message to the script of the view."""
        await self.session.send_custom_message(kind, told)

    def once_open(self, begin: Callable[[str], Awaitable[None]]) -> None:
        """Call `begin` with the query of the address, when the tab is there."""

        @reactive.effect
        async def _open() -> None:
            if not self.opened:
                self.opened = True
                with reactive.isolate():
                    query = self.session.clientdata.url_search()
                await begin(query)
