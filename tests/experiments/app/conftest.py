"""What the tests of the page share: processes, a store, a server, and a real browser."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from benchmarks.what_if_page import wait_until_it_listens
from tests.experiments.conftest import ROOT

QUICK = "?service=classroom&weeks=52&replications=2"
START, ANSWER = 60_000, 60_000  # milliseconds that a busy machine may take


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `spsim app`, running in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("page")
    running = subprocess.Popen(
        [sys.executable, "-m", "experiments", "app", f"port={port}", "browser=false", "processes=2"],
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=(folder / "errors").open("w"), text=True,
    )  # fmt: skip
    try:
        line = running.stdout.readline()
        assert f"http://127.0.0.1:{port}/" in line, (folder / "errors").read_text()
        wait_until_it_listens(port)
        yield f"http://127.0.0.1:{port}/"
        assert running.poll() is None
    finally:
        running.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(timeout=10)
        running.kill()


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@dataclass
class Watched:
    """A tab, and what went wrong in it: requests that leave the machine, errors of the page and of its script."""

    tab: Any
    wrong: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tab, name)

    def open(self, address: str, ready: str = "The service as it is") -> Watched:
        """Open `address` and wait until its status begins with `ready`."""
        self.tab.goto(address)
        self.tab.wait_for_selector("#asked, #live", timeout=START)
        return self.says(ready)

    def says(self, words: str) -> Watched:
        """Wait until the status begins with `words`."""
        self.tab.wait_for_function("words => document.getElementById('status').textContent.startsWith(words)", arg=words, timeout=ANSWER)
        return self

    @property
    def status(self) -> str:
        """What the status line says."""
        return self.tab.inner_text("#status")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's own Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Any, server: str) -> Iterator[Callable[..., Watched]]:
    """`tab(width=400)`: a new tab with nothing in common with others; at the end, that nothing went wrong in any."""
    made: list[Watched] = []

    def make(width: int = 1280) -> Watched:
        watched = Watched(browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True).new_page())
        own = (server, server.replace("http", "ws"), "data:", "blob:")
        watched.tab.on("request", lambda request: None if request.url.startswith(own) else watched.wrong.append(f"asked for {request.url}"))
        watched.tab.on("response", lambda answer: watched.wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
        watched.tab.on("pageerror", lambda error: watched.wrong.append(str(error)))
        watched.tab.on("console", lambda said: watched.wrong.append(said.text) if said.type == "error" else None)
        made.append(watched)
        return watched

    yield make
    for watched in made:
        watched.tab.context.close()
        assert not watched.wrong


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script of axe-core, from its npm package."""
    folder = tmp_path_factory.mktemp("axe")
    if shutil.which("npm") is None:
        pytest.skip("no npm on this machine")
    done = subprocess.run(["npm", "pack", "axe-core@4", "--silent"], cwd=folder, capture_output=True, text=True, timeout=120)
    if done.returncode:
        pytest.skip("axe-core cannot be fetched")
    shutil.unpack_archive(folder / done.stdout.split()[-1], folder, filter="data")
    return folder / "package" / "axe.min.js"
