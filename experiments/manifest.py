"""What was run: the record that stands beside every result, and the hash that names it."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from experiments.settings import Request

HERE = Path(__file__).parent
SOURCES = ("run", "twins", "tables", "whatif/cells", "whatif/changes")  # the modules of experiments/ that make tables
LIBRARIES = ("mesa", "numpy", "scipy", "pandas", "pyarrow", "hydra-core", "SALib", "matplotlib", "ddsketch")


def what_decides(request: Request) -> dict[str, Any]:
    """Return everything that decides the numbers of a run: its hash is taken over this."""
    first, count = request.settings["seed"], request.settings["replications"]
    return {
        "command": request.command,
        **versions(),
        "service": request.service,
        "scenario": request.scenario,
        "seeds": {"first": first, "count": count},
        "weeks": request.settings["weeks"],
        "events": request.settings["events"],
        "panel": request.settings["panel"],
        "twin": request.settings["twin"],
        "compiled": compiled_by(request),
        "parameters_hash": digest(request.parameters.as_dict()),
        "parameters": request.parameters.as_dict(),
    }


def compiled_by(request: Request) -> str | None:
    """Return what compiles the week's loops, such as "numba 0.68.1", or None where numpy does the week."""
    return f"numba {package_version('numba')}" if request.settings["compiled"] else None


def versions() -> dict[str, Any]:
    """Return the versions that a number depends on: the package's, its source's and the libraries'."""
    return {
        "version": package_version("spsim"),
        "model_code": code_hash(),
        "libraries": {name: package_version(name) for name in LIBRARIES},
    }


@cache
def answer_code() -> str:
    """Return the SHA-256 of the source of everything that turns runs into answers, so that old answers are not taken for new ones."""
    return hash_of((path.relative_to(HERE).as_posix(), path) for path in sorted(HERE.rglob("*.py")))


def hash_of(sources: Iterable[tuple[str, Path]]) -> str:
    """Return the SHA-256 of named files."""
    total = hashlib.sha256()
    for name, path in sources:
        total.update(name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def manifest(decides: dict[str, Any], request: Request, started: datetime, seconds: float) -> dict[str, Any]:
    """Return the whole record: what decides the numbers, what was set where, versions and times."""
    return {
        "hash": digest(decides),
        **decides,
        "titles": request.titles,
        "set_by": request.set_by,
        "git": git_state(),
        "python": platform.python_version(),
        "started": started.astimezone(UTC).isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "wall_seconds": round(seconds, 3),
    }


def digest(content: Any) -> str:
    """Return the SHA-256 of `content` written as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@cache
def code_hash() -> str:
    """Return the SHA-256 of the source of model and tables, so that results of another code never pass as the same run."""
    model = Path(str(files("sim")))
    sources = [(path.relative_to(model).as_posix(), path) for path in sorted(model.rglob("*.py"))]
    sources += [(f"experiments/{name}.py", HERE / f"{name}.py") for name in SOURCES]
    return hash_of(sources)


@cache
def package_version(name: str) -> str | None:
    """Return the installed version of `name`, or None when it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def git_state() -> dict[str, Any]:
    """Return the commit of the model's source and whether it was changed since; None where it is not under git."""
    root = Path(str(files("sim")))

    def git(*words: str) -> str | None:
        try:
            done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    if not git("ls-files", "--error-unmatch", "__init__.py"):
        return {"commit": None, "dirty": None}
    return {"commit": git("rev-parse", "HEAD"), "dirty": bool(git("status", "--porcelain", "--", ".", ":/configs", ":/experiments"))}
