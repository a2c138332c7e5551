"""The page as a Shiny application: one session a reader, runs in processes that all sessions share."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from shiny import App, Inputs, Outputs, Session, reactive, render, ui

from experiments.app import answer, baseline, filling, live, page
from experiments.app.asked import OWN, Asked, from_address, from_file, preset_of, version
from experiments.app.jobs import Job, Pool
from experiments.app.live import Watcher
from experiments.app.tab import Tab
from experiments.catalogue import Scenario, catalogue
from experiments.errors import RunError, UsageError
from experiments.report import html
from experiments.store import Store

LOOK_EVERY = 0.3  # seconds, while runs are made
VIEW = "view=live"
LEFT = '<div id="left" class="shiny-html-output"></div>'
SET_BACK = " The levers you moved were set back: they have other values in this service."
MOST_AT_ONCE = 4  # jobs of all sessions together


class Page:
    """What all sessions of a server share: processes, the store, and what never changes."""

    def __init__(self, processes: int, store: Store) -> None:
        self.pool, self.store = Pool(processes), store
        self.catalogue: Mapping[str, Scenario] = catalogue()
        self.titles = {name: preset_of(name).titles["service"] for name in page.SERVICES}
        self.turns = asyncio.Semaphore(MOST_AT_ONCE)

    def form(self, asked: Asked) -> str:
        """Return the left side of the page for what is asked."""
        return page.form(asked, self.titles, self.catalogue, preset_of(asked.service).parameters)


def application(shared: Page) -> App:
    """Return the application."""
    static = resources.files("experiments.app") / "static"
    form_script = (static / "app.js").read_text(encoding="utf-8")

    def layout(request: Any) -> Any:
        """Return the page of a view, before anything is known of its session."""
        watches = is_live(request.url.query)
        script = live.script() if watches else form_script
        content = live.pane(Asked(service="classroom")) if watches else LEFT + page.answer_pane()
        back = "?" + request.query_params.get("from", "")
        head = ui.head_content(
            ui.tags.meta(charset="utf-8"), ui.tags.meta(name="viewport", content="width=device-width, initial-scale=1"),
            ui.tags.title(page.TITLE), ui.tags.link(rel="icon", href="data:,"),
            ui.tags.style(ui.HTML(page.style() + live.style())), ui.tags.script(ui.HTML(script)),
        )  # fmt: skip
        return ui.tags.html(ui.TagList(head), ui.tags.body(ui.HTML(page.frame(content, watches, back))), lang="en-GB")

    def server(input: Inputs, output: Outputs, session: Session) -> None:
        with reactive.isolate():
            watches = is_live(session.clientdata.url_search())
        Watcher(input, session) if watches else Reader(shared, input, session)

    return App(layout, server)


def is_live(query: str) -> bool:
    """Whether the query of an address asks for the live view."""
    return VIEW in query.removeprefix("?").split("&")


def service_of(query: str) -> Asked:
    """Return what is asked by a link of which only the service can be read, if that."""
    named = [part for part in query.removeprefix("?").split("&") if part.startswith("service=")]
    try:
        return from_address("?" + "&".join(named[:1]))
    except UsageError:
        return Asked()


class Reader(Tab):
    """One session: what is asked now, the job under way, and the answer shown."""

    def __init__(self, shared: Page, input: Inputs, session: Session) -> None:
        super().__init__(input, session)
        self.shared = shared
        self.asked = reactive.value(Asked())
        self.job: reactive.value[Job | None] = reactive.value(None)
        self.told, self.filled = reactive.value(""), reactive.value("")
        self.latest: Job | None = None
        self.shown: Job | None = None
        self.note = ""
        self.found: tuple[Asked, Any, Any, Any] | None = None
        self.tasks: set[asyncio.Task[None]] = set()
        self.once_open(self.open)
        self.show()
        self.answer_to()
        self.offer_files()

    def leave(self) -> None:
        """Stop what is under way: nobody waits for it."""
        if self.latest is not None:
            self.latest.stop.set()

    def show(self) -> None:
        """Set up what the session shows: form, answer and progress."""

        @render.ui
        def left() -> Any:
            return ui.HTML(self.shared.form(self.asked()))

        @render.ui
        def told() -> Any:
            return ui.HTML(self.told())

        @render.ui
        def filled() -> Any:
            return ui.HTML(self.filled())

        for output in (left, told, filled):
            self.session.output(output)

        @reactive.effect
        async def _progress() -> None:
            job = self.job()
            if job is not None:
                reactive.invalidate_later(LOOK_EVERY, session=self.session)
                await self.show_progress(job)

    def answer_to(self) -> None:
        """Set up what the session answers to."""
        input = self.input

        @reactive.effect
        @reactive.event(input.run)
        async def _run() -> None:
            await self.take(input.run())

        @reactive.effect
        @reactive.event(input.service_chosen)
        async def _service() -> None:
            await self.choose(input.service_chosen())

        @reactive.effect
        @reactive.event(input.cancel)
        async def _cancel() -> None:
            job = self.job()
            if job is not None:
                job.stop.set()
                await self.say("status", "Stopping after the runs under way …")

        @reactive.effect
        @reactive.event(input.sent_in)
        async def _sent() -> None:
            await self.take_in(input.sent_in())

    def offer_files(self) -> None:
        """Set up the files of the answer shown: also while their links are hidden, so that a link works as soon as it is seen."""
        for made in (
            self.download("report", "report.html", answer.report),
            self.download("tables", "spsim-tables.zip", lambda asked, request, comparison, beside: answer.tables(asked, comparison, beside)),
            self.download("scenario", self.scenario_name, lambda asked, *_: answer.scenario_file(asked)),
        ):
            self.session.output(made, suspend_when_hidden=False)

    def scenario_name(self) -> str:
        """Return what the scenario file of the answer shown is called."""
        return answer.scenario_file_name(self.found[0]) if self.found is not None else f"{OWN}.yaml"

    def download(self, name: str, filename: str | Callable[[], str], make: Any) -> Any:
        """Return a download named `name` of what `make` gives for the answer shown."""

        async def content() -> Any:
            if self.found is not None:
                yield await asyncio.to_thread(make, *self.found)

        content.__name__ = name
        return render.download_link(filename=filename)(content)

    async def open(self, query: str) -> None:
        """Open the page of an address: its settings, and their answer, or the service as it is."""
        try:
            asked = from_address(query)
        except UsageError as error:
            await self.say("mistake", f"This link cannot be opened: {error}")
            asked = service_of(query)
        self.asked.set(asked)
        if asked.made_with not in ("", version()):
            await self.say("mistake", f"This link was made with spsim {asked.made_with[:20]}; results may differ with {version()}.")
        await self.start(asked)

    async def take(self, query: str) -> None:
        """Run what the form asks, or say what is wrong with it."""
        try:
            asked = from_address(query)
            await asyncio.to_thread(asked.question)
        except UsageError as error:
            await self.say("mistake", str(error))
            await self.say("ended", {"ok": False, "files": self.found is not None, "query": query})
            await self.say("status", "Nothing was run: see the message beside your question.")
            return
        await self.start(asked, query)

    async def choose(self, told: Mapping[str, Any]) -> None:
        """Show another service as it is, with the questions that were chosen; levers that were moved in the one before are set back."""
        try:
            asked = replace(from_address(str(told["query"])), changes={})
        except UsageError as error:
            await self.say("mistake", str(error))
            return
        self.note = SET_BACK if told["moved"] else ""
        self.asked.set(asked)
        await self.start(replace(asked, scenarios=()))

    async def take_in(self, sent: Any) -> None:
        """Put the changes of a scenario file into the form."""
        try:
            asked = from_address(str(sent["query"]))
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "sent.yaml"
                path.write_text(str(sent["text"]), encoding="utf-8")
                changes = from_file(path, str(sent["name"]), asked.service)
            asked = replace(asked, changes=changes)
            await asyncio.to_thread(asked.question)
        except UsageError as error:
            await self.say("mistake", str(error))
            await self.say("status", "Nothing was opened: see the message beside your question.")
            return
        if not changes:
            await self.say("status", "The file was opened: it changes nothing in this service.")
            return
        self.asked.set(asked)
        await self.say("status", "The file was opened and its changes stand in the levers. Press Run.")

    async def start(self, asked: Asked, query: str = "") -> None:
        """Begin the runs of what is asked, by the form's `query` when it was its; those of before are stopped."""
        self.leave()
        job = self.latest = Job(asked, self.shared.pool, self.shared.store, query)
        self.job.set(job)
        task = asyncio.create_task(self.carry_out(job))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def carry_out(self, job: Job) -> None:
        """Make the runs, show the answer, then how it fills up: all that takes long is done in threads and processes."""
        async with self.shared.turns:
            await asyncio.to_thread(job.run)
            text, found = await asyncio.to_thread(self.put_into_words, job)
            async with reactive.lock():
                if self.latest is not job:
                    return
                self.job.set(None)
                if text:
                    self.shown = job
                    self.told.set(text)
                    self.filled.set(filling.UNDER_WAY)
                    self.found = found
                await reactive.flush()
            await self.end(job)
            if job.answer is not None and text:
                await self.fill(job)

    async def fill(self, job: Job) -> None:
        """Show how each side of `job` fills up in one run, under the answer that stands there."""
        await asyncio.to_thread(job.watch)
        drawn = await asyncio.to_thread(lambda: filling.told(job.filling()))
        async with reactive.lock():
            if self.shown is job:
                self.filled.set(drawn)
                await reactive.flush()

    def put_into_words(self, job: Job) -> tuple[str, Any]:
        """Return the answer as markup, and what its files are made of."""
        try:
            if job.error is not None:
                return "", self.found
            if job.asked.nothing:
                return baseline.told(job, self.shared.titles[job.asked.service]), None
            beside = answer.worked_out(job.asked, job.answer, self.shared.store)
            m = answer.material(job.asked, job.request, job.answer, beside)
            return answer.told(m), (job.asked, job.request, job.answer, beside)
        except Exception as error:
            job.error = RunError(f"the answer could not be drawn up: {type(error).__name__}.")
            job.error.__cause__ = error
            return "", self.found

    async def show_progress(self, job: Job) -> None:
        """Tell how far the runs are."""
        about = {"query": job.query, "asks": not job.asked.nothing}
        await self.say("progress", {"running": True, "done": job.done, "planned": job.planned, **about})
        if job.planned and not job.cancelled:
            await self.say("status", f"Running: {job.done} of {job.planned} runs done.")
        if job.provisional is not None and job.answer is None and not job.asked.nothing:
            so_far = f"Provisional, after {job.seeds} runs of each side"
            self.told.set(html.wrap("div", html.element("h2", so_far) + answer.in_short(job.provisional), class_="provisional"))

    async def end(self, job: Job) -> None:
        """Tell how it ended."""
        await self.say("progress", {"running": False, "done": 0, "planned": 1})
        if job.error is not None:
            await self.say("mistake", str(job.error))
            text = "Nothing new to show: see the message beside your question."
        elif job.asked.nothing:
            text = f"The service as it is, from {job.seeds} runs. Choose a question, or move a lever.{self.note}"
            self.note = ""
        elif job.cancelled:
            text = f"Cancelled: {job.seeds} finished runs of each side are kept, and the intervals are wider."
        else:
            text = f"Done: {job.seeds} runs of each side, with the same people and the same luck."
        await self.say("ended", {"ok": job.error is None, "files": self.found is not None, "query": job.query})
        await self.say("status", text)  # last: whoever hears it finds the files in place
