"""What a reader of `spsim app` waits for, in the system's Chromium: first paint, a default comparison from an empty store, and the page meanwhile."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from itertools import pairwise
from statistics import median
from typing import Any

from benchmarks import table

QUESTION, ANOTHER = 'input[value="warm_handover"]', 'input[value="two_more_workers"]'  # of the default service, five runs of each side
GOAL = {"paint": 3.0, "answer": 8.0, "meanwhile": 0.25}
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
STEADY = "window.frames_at = []; const note = at => { frames_at.push(at); requestAnimationFrame(note) }; requestAnimationFrame(note)"
STATUS = "document.getElementById('status').textContent"
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"


def run(turns: int, processes: int = 2, port: int = 8765) -> dict[str, str]:
    """Return, in words, medians over `turns`: in each a server of its own with an empty store, and a tab in which `QUESTION` is asked."""
    from playwright.sync_api import sync_playwright  # no other benchmark needs it

    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=["--no-sandbox"])
        turned = [turn(chromium, processes, port) for _ in range(turns)]
        chromium.close()
    paint, opened, answer, frame, wait = (median(column) for column in zip(*turned, strict=True))
    told = [
        f"The what-if page of the default service, {processes} processes, an empty store, median of {turns} turns.",
        f"First paint {paint:.1f} s after the address is called (goal, {table.against(paint, GOAL['paint'], '{:g} s')});",
        f"the service as it is, from 5 runs and their usual care, after {opened:.1f} s.",
        f"A comparison of 2×5 runs, {answer:.1f} s from Run to the whole answer (goal, {table.against(answer, GOAL['answer'], '{:g} s')}).",
        f"During another, {frame:.2f} s at most between two frames, and {wait:.2f} s at most until another reader has the page",
        f"(goal, {table.against(max(frame, wait), GOAL['meanwhile'], '{:g} s')}).",
    ]
    return {"told": " ".join(told) + table.load()}


def turn(chromium: Any, processes: int, port: int) -> tuple[float, ...]:
    """Return seconds to first paint, to the service as it is, and from Run to the answer; the longest between frames and of another reader's wait meanwhile."""
    address = f"http://127.0.0.1:{port}/"
    with tempfile.TemporaryDirectory() as folder:
        words = ["app", f"port={port}", "browser=false", f"processes={processes}", f"store={folder}/store"]
        server = subprocess.Popen([sys.executable, "-m", "experiments", *words], stdout=subprocess.PIPE, text=True)
        try:
            server.stdout.readline()
            wait_until_it_listens(port)
            tab = chromium.new_context().new_page()
            called = time.perf_counter()
            tab.goto(address)
            tab.wait_for_function(f"{STATUS}.startsWith('The service as it is')", timeout=120_000)
            opened = time.perf_counter() - called
            tab.evaluate(OPEN_ALL)
            tab.check(QUESTION)
            pressed = time.perf_counter()
            tab.click("#run")
            tab.wait_for_function(f"{STATUS}.startsWith('Done')", timeout=120_000, polling=100)
            answered = time.perf_counter() - pressed
            tab.check(ANOTHER)  # a question of its own for how the page is meanwhile: to look takes time too
            tab.evaluate(STEADY)
            tab.click("#run")
            waits = []
            while not tab.evaluate(STATUS).startswith("Done"):
                asked = time.perf_counter()
                with urllib.request.urlopen(address, timeout=60) as page:
                    page.read()
                waits.append(time.perf_counter() - asked)
                time.sleep(0.1)
            frames, paint = tab.evaluate("frames_at"), tab.evaluate(PAINT)
            tab.context.close()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
    return paint / 1000, opened, answered, max(after - before for before, after in pairwise(frames)) / 1000, max(waits)


def wait_until_it_listens(port: int, seconds: float = 60) -> None:
    """Return when something listens at `port`; the server says its address a moment before."""
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens at port {port}")
