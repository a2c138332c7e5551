"""`spsim app`: the what-if page in a browser, on this machine, without a network."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
import webbrowser

from experiments.command_line import set_here
from experiments.errors import RunError, UsageError
from experiments.settings import Request
from experiments.store import Store

INSTALL = "the page needs more packages: pip install 'spsim[app]'"
OPEN_AFTER = 1.0  # seconds, for the server to listen


def main(request: Request) -> None:
    """Serve the page until it is stopped."""
    settings = request.settings
    try:
        import uvicorn

        from experiments.app.asked import Asked
        from experiments.app.guard import Guard, names_of
        from experiments.app.server import Page, application
    except ModuleNotFoundError as error:
        raise RunError(f"spsim app cannot start ({error}): {INSTALL}.") from error
    host, port = settings["host"], settings["port"]
    check_free(host, port)
    shared = Page(settings["processes"] or os.cpu_count() or 1, Store.at(settings["store"]))
    shared.pool.warm()
    opened = Asked(service=request.service, changes=set_here(request)).address()
    where = f"http://{f'[{host}]' if ':' in host else host}:{port}/{opened}"
    print(f"The what-if page is at {where}  (Ctrl-C ends it)", flush=True)
    if not is_loopback(host):
        print("Anybody who can reach this machine can use it: see docs/deploy.md.", flush=True)
    if settings["browser"]:
        threading.Timer(OPEN_AFTER, webbrowser.open, [where]).start()
    try:
        page = Guard(application(shared), names_of(host, is_loopback(host), settings["hosts"]))
        uvicorn.run(page, host=host, port=port, log_level="warning", ws_max_size=1_000_000, timeout_graceful_shutdown=1)
    finally:
        shared.pool.close()


def is_loopback(host: str) -> bool:
    """Whether `host` can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_free(host: str, port: int) -> None:
    """Raise `UsageError` when nothing can listen at `host` and `port`."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise UsageError(f"port={port} host={host}: nothing can listen there ({getattr(error, 'strerror', None) or error}); name another port=.") from error
