"""A headless Chromium driven through a pipe: what a page asks for, what goes wrong in it, and how wide it is. Needs no package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run",
    "--disable-extensions", "--remote-debugging-pipe",
)  # fmt: skip
LAUNCH = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for number, end in zip((3, 4), ends):  # Chromium reads commands from 3 and answers on 4
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])
"""
WATCHED = ("Network.requestWillBeSent", "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Network.loadingFailed")


def chromium() -> str | None:
    """The path of a Chromium, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One page of a browser. `events` holds what was asked for and what went wrong, in the order it happened."""

    def __init__(self, path: str, profile: Path) -> None:
        there, self.write = os.pipe()
        self.read, back = os.pipe()
        switches = [*SWITCHES, f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, str(there), str(back), path, *switches],
            pass_fds=(there, back),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(there)
        os.close(back)
        self.asked, self.waiting, self.events, self.session = 0, b"", [], None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Runtime", "Log", "Page"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command and return its result; events on the way are kept."""
        self.asked += 1
        message = {"id": self.asked, "method": method, "params": parameters} | ({"sessionId": self.session} if self.session else {})
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            told = self.next()
            if told.get("id") == self.asked:
                assert "error" not in told, told
                return told["result"]

    def next(self) -> dict[str, Any]:
        """Return the next message, and keep it if it is an event that is watched."""
        while b"\0" not in self.waiting:
            more = os.read(self.read, 1 << 20)
            assert more, "the browser has ended"
            self.waiting += more
        first, self.waiting = self.waiting.split(b"\0", 1)
        told = json.loads(first)
        if told.get("method") in WATCHED:
            self.events.append((told["method"], told["params"]))
        return told

    def open(self, path: Path, width: int) -> None:
        """Load a file at `width` pixels and wait until it is there."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.ask("Page.navigate", url=path.as_uri())
        while self.next().get("method") != "Page.loadEventFired":
            pass

    def value(self, expression: str) -> Any:
        """Return what a JavaScript expression gives in the page."""
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def requests(self) -> list[str]:
        """The addresses that the page asked for."""
        return [told["request"]["url"] for method, told in self.events if method == "Network.requestWillBeSent"]

    def failures(self) -> list[dict[str, Any]]:
        """Errors of the page, of its console and of loading."""
        return [told for method, told in self.events if method != "Network.requestWillBeSent"]

    def close(self) -> None:
        """End the browser."""
        self.session = None
        with suppress(AssertionError, OSError):
            self.ask("Browser.close")
        self.process.wait(timeout=20)
        os.close(self.write)
        os.close(self.read)
