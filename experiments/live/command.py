"""`spsim animate`: one run, week by week, as a film (GIF or MP4) and as one HTML file to play, pause and step."""

from __future__ import annotations

import time
from typing import Any

from experiments.errors import UsageError
from experiments.live.document import document
from experiments.live.drawing import write_gif, write_mp4
from experiments.live.frames import film
from experiments.manifest import versions
from experiments.outputs import Outputs, write_manifest
from experiments.settings import Request
from sim import SocialPrescribingService

MOST_FRAMES = 600
MOST_PEOPLE = 20_000  # in a film; the dots of more would not be seen
WRITERS = {"gif": ("run.gif", write_gif), "mp4": ("run.mp4", write_mp4), "html": (None, None)}


def main(request: Request) -> None:
    """Make the film that `request` asks for, unless it is there already, and say where it is."""
    settings = request.settings
    shown = weeks_shown(settings["weeks"], settings["every"])
    decides = what_decides(request)
    outputs = Outputs.of(settings["out"], request.name, decides)
    name, _ = WRITERS[settings["format"]]
    files = ["run.html", *([name] if name else [])]
    if not outputs.found("run.html"):
        make(request, outputs, shown)
    print(f"Film: {outputs.folder} ({', '.join(files)}). Open run.html in a browser; it needs nothing else.")


def weeks_shown(weeks: int, every: int) -> list[int]:
    """Return the weeks of a film: each `every`-th, and the last. Raises `UsageError` for too many."""
    shown = sorted({*range(1, weeks + 1, every), weeks})
    if len(shown) > MOST_FRAMES:
        fewer = f"show fewer with every={-(-weeks // MOST_FRAMES)}, or set weeks="
        raise UsageError(f"every={every}: {len(shown)} weeks would be drawn, at most {MOST_FRAMES}; {fewer}.")
    return shown


def what_decides(request: Request) -> dict[str, Any]:
    """Return everything that decides the film: its hash names the folder."""
    return {
        "command": request.command, **versions(), "service": request.service, "scenario": request.scenario,
        **{key: request.settings[key] for key in ("seed", "weeks", "every", "format", "rate")}, "parameters": request.parameters.as_dict(),
    }  # fmt: skip


def make(request: Request, outputs: Outputs, shown: list[int]) -> None:
    """Run the model, and write the film, whole or not at all."""
    settings, clock = request.settings, time.monotonic()
    model = SocialPrescribingService(request.parameters, seed=settings["seed"], weeks=settings["weeks"], events=True, panel=False, rows_stay=True)
    if (people := int(model.arrivals.sum())) > MOST_PEOPLE:
        raise UsageError(f"{people:,} people would be referred, at most {MOST_PEOPLE:,} can be shown; set weeks= or model.referrals.later_years= lower.")
    outputs.open()
    try:
        name, write = WRITERS[settings["format"]]
        # a film to play in a browser has every week, a picture film those of `every`
        told = film(model)
        lead = f"{request.titles['service']}, seed {settings['seed']}: link workers and the people with them, community places and queues, week by week."
        with outputs.whole() as folder:
            (folder / "run.html").write_text(document(told, f"{request.titles['service']}, week by week", lead), encoding="utf-8")
            if write is not None:
                warm = told["weeks"] - settings["weeks"]
                frames = [frame for frame in told["frames"] if frame["week"] - warm in set(shown)]
                write(told | {"frames": frames}, folder / name, settings["rate"])
            write_manifest(folder, {"hash": outputs.hash, **outputs.decides, "wall_time": time.monotonic() - clock})
    finally:
        outputs.close()
