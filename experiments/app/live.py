"""The live view: one small service, stepped week by week before the reader's eyes; a click on a person tells their life so far.

The model that steps is the session's own; frames are read off it and drawn by the script that stand-alone films use too.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from importlib import resources
from typing import Any

from shiny import Inputs, Session, reactive

from experiments.app.asked import SERVICES, Asked, check_size, from_address
from experiments.app.tab import Tab
from experiments.errors import UsageError
from experiments.life import life_of
from experiments.live.frames import Camera
from experiments.report import html
from experiments.story import parts
from sim import ParameterError, Parameters, SocialPrescribingService
from sim.parameters import WEEKS_PER_YEAR

MOST_SHOWN = 1_500  # people referred in a service that is watched
MOST_DRAWN = {"workforce.posts": 60, "community.services": 80, "community.places_max": 60}
SPEEDS = {"1": "1 week a second", "4": "4 weeks a second", "12": "12 weeks a second"}


def pane(asked: Asked) -> str:
    """Return the view: controls, the stage, and a place for the life of a person."""
    services, speeds = html.options(offered(), asked.service), html.options(SPEEDS, "4")
    controls = (
        '<div class="controls"><button type="button" id="play" class="main" autocomplete="off" disabled>Play</button>'
        '<button type="button" id="step" autocomplete="off" disabled>Next week</button>'
        '<button type="button" id="restart">Start again</button>'
        f'<label for="speed">Speed</label><select id="speed" autocomplete="off">{speeds}</select>'
        f'<label for="watched">Service</label><select id="watched" autocomplete="off">{services}</select></div>'
    )
    return (
        '<section id="live" aria-label="One service, week by week">'
        f"{html.element('h2', 'Watch it live')}{html.paragraph('One run of the model, week by week. Choose a person to read their life so far.')}"
        f'<div id="mistake" role="alert"></div>{controls}<p id="status" role="status">Getting ready …</p><div id="stage"></div>'
        '<section id="life" aria-label="The life of one person" tabindex="-1" hidden><h2 id="whose">One life</h2>'
        '<p id="as-of" class="note"></p><div id="story"></div></section></section>'
    )


def script() -> str:
    """Return the script of the view: the stage, and the controls."""
    folder = resources.files("experiments")
    return "".join((folder / part).read_text(encoding="utf-8") for part in ("live/static/player.js", "app/static/live.js"))


def style() -> str:
    """Return the style of the stage."""
    return (resources.files("experiments.live") / "static" / "player.css").read_text(encoding="utf-8")


def offered() -> dict[str, str]:
    """Return the services that can be watched as they are, with their titles and for how long."""
    found = {}
    for name in SERVICES:
        request = Asked(service=name).request()
        if years := longest(request.parameters):
            found[name] = f"{request.titles['service']} ({years} year{'s' if years > 1 else ''})"
    return found


def longest(parameters: Parameters) -> int:
    """Return for how many years, at most those of `Asked`, a service can be watched before too many people are referred."""
    for years in range(Asked().weeks // WEEKS_PER_YEAR, 0, -1):
        try:
            check_size(parameters, years * WEEKS_PER_YEAR, MOST_SHOWN)
        except UsageError:
            continue
        return years
    return 0


def parameters_of(asked: Asked) -> Parameters:
    """Return the parameters of the service that is watched. Raises `UsageError` where values contradict each other."""
    try:
        return asked.request().parameters.replace(dict(asked.changes))
    except ParameterError as error:
        raise UsageError(str(error)) from error


def watched(query: str) -> Asked:
    """Return what the address of a live view asks: the classroom where it names no service, as long as it can be watched where it names no weeks.

    Raises `UsageError` for a service too large to watch.
    """
    named = {part.split("=")[0] for part in query.removeprefix("?").split("&")}
    asked = from_address(query if "service" in named else f"{query or '?'}&service=classroom")
    parameters = parameters_of(asked)
    if "weeks" not in named:
        asked = replace(asked, weeks=max(1, longest(parameters)) * WEEKS_PER_YEAR)
    for key, most in MOST_DRAWN.items():
        group, name = key.split(".")
        if (value := getattr(getattr(parameters, group), name)) > most:
            raise UsageError(f"model.{key} = {value:,} is too many to watch: at most {most} can be drawn. Set model.{key}={most} or less in the address.")
    check_size(parameters, asked.weeks, MOST_SHOWN)
    return asked


class Watcher(Tab):
    """One session that watches: its model, whether it plays, and how fast."""

    def __init__(self, input: Inputs, session: Session) -> None:
        super().__init__(input, session)
        self.model: SocialPrescribingService | None = None
        self.camera: Camera | None = None
        self.teller: asyncio.Task[None] | None = None
        self.playing = False
        self.speed = 4.0
        self.busy, self.telling = asyncio.Lock(), asyncio.Lock()  # steps take turns, and so do lives
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
            asked = input.person()
            self.teller = asyncio.create_task(self.tell(asked["person"], bool(asked["chosen"])))  # the session goes on meanwhile

    async def begin(self, query: str) -> None:
        """Open a service of its own for this session, in the week before the first."""
        self.playing = False
        try:
            asked = await asyncio.to_thread(watched, query)
        except UsageError as error:
            async with self.busy:
                self.model = None
            await self.say("mistake", str(error))
            await self.say("status", "Nothing to watch: see the message.")
            return
        async with self.busy:
            self.model = await asyncio.to_thread(SocialPrescribingService, parameters_of(asked), seed=asked.seed, weeks=asked.weeks, events=True)
            self.camera = Camera(self.model)
            await self.say("scene", self.camera.scene() | {"service": asked.service})
            await self.say("frame", self.camera.frame())
        await self.say("status", "Ready: press Play, or go on week by week.")

    async def go_on(self) -> None:
        """Step until it is paused or ends."""
        while self.playing and await self.step():
            await asyncio.sleep(1 / self.speed)
        self.playing = False
        await self.say("paused", True)

    async def step(self) -> bool:
        """Do one week and show it; return whether there is another."""
        async with self.busy:
            if self.model is None or self.camera is None:
                return False
            if self.model.week >= self.model.weeks:
                await self.say("status", "That was the last week. Start again to see it once more.")
                return False
            await asyncio.to_thread(self.model.step)
            await self.say("frame", self.camera.frame())
        return True

    async def tell(self, person: Any, chosen: bool) -> None:
        """Tell the life so far of a person: of one just `chosen`, holding the service meanwhile, or of the same as before, now that it has gone on."""
        model = self.model
        if model is None or not isinstance(person, int) or not 0 <= person < model.people.n:
            return
        self.playing = self.playing and not chosen
        async with self.telling:  # in a run of its own: steps need not wait
            life = await asyncio.to_thread(lambda: replace(life_of(model.results, person), numbered=True))  # the numbers of the stage
            before, entries, after = parts(life)
            if self.model is model:
                await self.say("life", {"person": person, "chosen": chosen, "week": life.run_week, "before": before, "entries": entries, "after": after})
