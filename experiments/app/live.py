"""The live view: one small service, stepped week by week before the reader's eyes; a click on a person tells their life so far.

The model that steps is the session's own; frames are read off it and drawn by the script that stand-alone films use too.
"""

from __future__ import annotations

import asyncio
from importlib import resources
from typing import Any

from shiny import Inputs, Session, reactive

from experiments.app.asked import Asked, check_size, from_address
from experiments.app.tab import Tab
from experiments.errors import UsageError
from experiments.life import life_of
from experiments.live.frames import Camera
from experiments.report import html
from experiments.story import tell_life
from sim import SocialPrescribingService

MOST_SHOWN = 1_500  # people referred in a service that is watched
STORY_WIDTH = 90  # letters
SPEEDS = {"1": "1 week a second", "4": "4 weeks a second", "12": "12 weeks a second"}
SERVICES = {"classroom": "A small service for teaching", "nhs_pcn": "A primary care network"}


def pane(asked: Asked) -> str:
    """Return the view: controls, the stage, and a place for the life of a person."""
    services, speeds = html.options(SERVICES, asked.service), html.options(SPEEDS, "4")
    controls = (
        '<div class="controls"><button type="button" id="play" class="main">Play</button><button type="button" id="step">Next week</button>'
        '<button type="button" id="restart">Start again</button>'
        f'<label for="speed">Speed</label><select id="speed" autocomplete="off">{speeds}</select>'
        f'<label for="watched">Service</label><select id="watched" autocomplete="off">{services}</select></div>'
    )
    return (
        '<section id="live" aria-label="One service, week by week">'
        f"{html.element('h2', 'Watch it live')}{html.paragraph('One run of the model, week by week. Choose a person to read their life so far.')}"
        f'<div id="mistake" role="alert"></div>{controls}<p id="status" role="status">Getting ready …</p><div id="stage"></div>'
        '<section id="life" aria-label="The life of one person" tabindex="-1" hidden><h2>One life</h2><pre id="story"></pre></section></section>'
    )


def script() -> str:
    """Return the script of the view: the stage, and the controls."""
    folder = resources.files("experiments")
    return "".join((folder / part).read_text(encoding="utf-8") for part in ("live/static/player.js", "app/static/live.js"))


def style() -> str:
    """Return the style of the stage."""
    return (resources.files("experiments.live") / "static" / "player.css").read_text(encoding="utf-8")


def watched(query: str) -> Asked:
    """Return what the address of a live view asks: the classroom where it names no service. Raises `UsageError` for a service too large to watch."""
    asked = from_address(query if "service=" in query else f"{query or '?'}&service=classroom")
    request = asked.request()
    check_size(request.parameters.replace(dict(asked.changes)), asked.weeks, MOST_SHOWN)
    return asked


class Watcher(Tab):
    """One session that watches: its model, whether it plays, and how fast."""

    def __init__(self, input: Inputs, session: Session) -> None:
        super().__init__(input, session)
        self.model: SocialPrescribingService | None = None
        self.camera: Camera | None = None
        self.playing = False
        self.speed = 4.0
        self.busy = asyncio.Lock()  # of the model: steps and stories take turns
        self.once_open(self.begin)
        self.register()

    def leave(self) -> None:
        """Stop playing: nobody watches."""
        self.playing = False

    def register(self) -> None:
        """Set up what the view answers to."""
        input = self.input

        @reactive.effect
        @reactive.event(input.play)
        async def _play() -> None:
            self.playing = bool(input.play()["on"])
            if self.playing:
                asyncio.create_task(self.go_on())  # noqa: RUF006

        @reactive.effect
        @reactive.event(input.speed_set)
        async def _speed() -> None:
            if str(input.speed_set()) in SPEEDS:
                self.speed = float(input.speed_set())

        @reactive.effect
        @reactive.event(input.step)
        async def _step() -> None:
            self.playing = False
            await self.step()

        @reactive.effect
        @reactive.event(input.begin)
        async def _begin() -> None:
            await self.begin(str(input.begin()))

        @reactive.effect
        @reactive.event(input.person)
        async def _person() -> None:
            await self.tell(input.person())

    async def begin(self, query: str) -> None:
        """Open a service of its own for this session, in the week before the first."""
        self.playing = False
        try:
            asked = await asyncio.to_thread(watched, query)
        except UsageError as error:
            await self.say("mistake", str(error))
            await self.say("status", "Nothing to watch: see the message.")
            return
        async with self.busy:
            self.model = await asyncio.to_thread(self.make, asked)
            self.camera = Camera(self.model)
            await self.say("scene", self.camera.scene() | {"service": asked.service})
            await self.say("frame", self.camera.frame())
        await self.say("status", "Ready: press Play, or go on week by week.")

    @staticmethod
    def make(asked: Asked) -> SocialPrescribingService:
        """Return the model that is watched."""
        return SocialPrescribingService(asked.request().parameters.replace(dict(asked.changes)), seed=asked.seed, weeks=asked.weeks, events=True)

    async def go_on(self) -> None:
        """Step until it is paused or ends."""
        while self.playing and await self.step():
            await asyncio.sleep(1 / self.speed)
        self.playing = False
        await self.say("paused", True)

    async def step(self) -> bool:
        """Do one week and show it; return whether there is another."""
        if self.model is None or self.camera is None:
            return False
        async with self.busy:
            if self.model.week >= self.model.weeks:
                await self.say("status", "That was the last week. Start again to see it once more.")
                return False
            await asyncio.to_thread(self.model.step)
            await self.say("frame", self.camera.frame())
        return True

    async def tell(self, person: Any) -> None:
        """Tell the life so far of a person who was chosen, and hold the service meanwhile."""
        if self.model is None or not isinstance(person, int) or not 0 <= person < self.model.people.n:
            return
        self.playing = False
        async with self.busy:
            text = await asyncio.to_thread(lambda: tell_life(life_of(self.model.results, person), STORY_WIDTH))
        await self.say("life", {"person": person, "text": text})
