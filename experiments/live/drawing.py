"""Frames as pictures: each week drawn as the live view shows it, and a film of them as GIF or MP4."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import fill, shorten
from typing import Any

import numpy as np
from matplotlib import animation
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from experiments.drawing import CHARCOAL, GREY, NAVY, ORANGE, PALE, PLUM, TEAL, WEEKS_PER_YEAR, new_figure, style
from experiments.errors import RunError
from experiments.live.frames import AWAITING, BUSY, DEPRESSED, SETBACK, STEADY

PIXELS = 90  # an inch
LOOKS = {  # marker, face, edge
    BUSY: ("o", NAVY, NAVY), STEADY: ("o", "white", NAVY), DEPRESSED: ("v", CHARCOAL, CHARCOAL), SETBACK: ("s", ORANGE, "#B84A10"),
    AWAITING: ("D", "white", PLUM),
}  # fmt: skip
NO_PLACE = ("<", "#B84A10", "#B84A10")
HATCH = {"facecolor": "white", "edgecolor": TEAL, "hatch": "/////", "linewidth": 0.6}  # a place is free, but they are yet to start
STATES = {"there": "", "ill": " (ill)", "leaving": " (notice)", "vacant": " vacant", "nobody": "no link worker"}
MOST_SERVICES = 16
SIZE = (11, 7.2)  # inches
USERS_WIDTH, USERS_HEIGHT, SERVICES_WIDTH = 330.0, 300.0, 198.0  # points
FINE = 5.0  # points across a mark, below which single people cannot be followed
FFMPEG = "format=mp4 needs ffmpeg: apt-get install ffmpeg (or write format=gif or format=html)."


def pictures(film: dict[str, Any]) -> Iterator[np.ndarray]:
    """Yield each frame of `film` as an image (height, width, 3) of bytes."""
    with style():
        figure = new_figure(*SIZE)
        figure.set_dpi(PIXELS)
        figure.set_layout_engine("none")
        for frame in film["frames"]:
            draw(figure, film, frame)
            figure.canvas.draw()
            yield np.asarray(figure.canvas.buffer_rgba())[:, :, :3].copy()


def draw(figure: Figure, film: dict[str, Any], frame: dict[str, Any]) -> None:
    """Draw one `frame` on `figure`, in place of what was there."""
    figure.clear()
    t, year = frame["totals"], (frame["week"] - 1) // WEEKS_PER_YEAR + 1
    told = f"{t['waiting']} on the waiting list, {t['engaged']} with a link worker, {t['attending']} community places used"
    figure.text(0.03, 0.955, f"Week {frame['week']} (year {year})", size=15, weight="bold", color=CHARCOAL)
    figure.text(0.03, 0.915, told, size=11, color="#595959")
    users(figure.add_axes((0.16, 0.29, 0.42, 0.58)), film, frame)
    services(figure.add_axes((0.72, 0.29, 0.25, 0.58)), frame)
    key(figure.add_axes((0.03, 0.18, 0.94, 0.075)), film)
    for place, line in enumerate(frame["told"] or ["Nothing out of the ordinary this week."]):
        figure.text(0.03 + 0.48 * (place // 4), 0.145 - 0.031 * (place % 4), shorten(line, 62, placeholder=" …"), size=10, color=CHARCOAL)
    figure.text(0.03, 0.015, "One run of the model: one stretch of luck, not a forecast.", size=9, color="#595959")


def users(ax: Axes, film: dict[str, Any], frame: dict[str, Any]) -> None:
    """Draw a row for each post: the people with its link worker, coloured by how things stand with them; a line marks the most a worker may have."""
    posts, cap = frame["posts"], film["cap"]
    rows = film["posts"] + 1
    most = max(cap + 2, max((len(post["users"]) for post in posts), default=0) + 1)
    across = min(10.5, 0.8 * USERS_WIDTH / most, 0.7 * USERS_HEIGHT / rows)  # points
    thin = across < FINE
    for look, (marker, face, edge) in LOOKS.items():
        spots = [(place, row) for row, post in enumerate(posts) for place, own in enumerate(looks_of(post, thin)) if own == look]
        if spots:
            ax.scatter(*zip(*spots, strict=True), marker=marker, s=across**2, facecolor=face, edgecolor=edge, linewidth=0.5 if thin else 1.4)
    ax.plot([cap - 0.5] * 2, [-0.5, film["posts"] - 0.5], color=GREY, linewidth=1, linestyle=(0, (4, 2)))
    ax.set_xlim(-0.7, most)
    ax.set_ylim(rows - 0.4, -0.6)
    ax.set_yticks(range(len(posts)), [label(post) for post in posts], size=10 if rows < 14 else 7)
    ax.set_xticks([])
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_title(f"People with each link worker (line: at most {cap})", loc="left", size=11, color=CHARCOAL)


def looks_of(post: dict[str, Any], in_order: bool) -> list[int]:
    """Return how things stand with each user of a post; `in_order` puts like beside like, where single marks are too fine to follow."""
    looks = [look for _, look in post["users"]]
    return sorted(looks) if in_order else looks


def label(post: dict[str, Any]) -> str:
    """Return who holds a post, and how."""
    if post["worker"] is not None:
        return f"worker {post['worker']}{STATES[post['state']]}"
    return f"post {post['post']} vacant" if post["post"] else STATES["nobody"]


def services(ax: Axes, frame: dict[str, Any]) -> None:
    """Draw a bar for each service open: places, those taken, those somebody is yet to start in, and beyond them everybody for whom none is free."""
    shown = [service for service in frame["services"] if service["open"]]
    most = sorted(shown, key=lambda service: -(service["attending"] + service["queue"]))[:MOST_SERVICES]
    kept = [service for service in shown if service in most]
    y = np.arange(len(kept))
    places, taken, queue, starting = (np.array([service[name] for service in kept], float) for name in ("places", "attending", "queue", "starting"))
    ax.barh(y, places, height=0.62, facecolor="white", edgecolor=GREY, linewidth=0.9)
    ax.barh(y, taken, height=0.62, facecolor=TEAL)
    begin = starting > 0
    ax.barh(y[begin], starting[begin], height=0.62, left=taken[begin], **HATCH)
    without = (queue - starting).astype(int)
    end = np.maximum(places, taken)
    most_across = max(12.0, float((end + without).max(initial=0)) + 1)
    marker, face, edge = NO_PLACE
    each = np.concatenate([[0], *(place + 0.7 + np.arange(count) for place, count in zip(end, without, strict=True))])[1:]
    ax.scatter(each, y.repeat(without), marker=marker, s=min(7.0, 0.8 * SERVICES_WIDTH / most_across) ** 2, facecolor=face, edgecolor=edge, linewidth=0.5)
    ax.set_yticks(y, [fill(service["area"].split(",")[0], 22) for service in kept], size=9)
    ax.set_ylim(max(len(kept), 1) - 0.4, -0.6)
    ax.set_xlim(0, most_across)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color=PALE, linewidth=0.6)
    ax.set_axisbelow(True)
    more = f" ({len(kept)} of {len(shown)})" if len(kept) < len(shown) else ""
    ax.set_title(f"Places and queues{more}", loc="left", size=11, color=CHARCOAL)


def key(ax: Axes, film: dict[str, Any]) -> None:
    """Draw the key: a row of the marks of people, and one of those of places."""
    ax.set_axis_off()
    ax.set_xlim(0, 100)
    ax.set_ylim(-0.5, 1.5)
    for place, (look, (marker, face, edge)) in enumerate(LOOKS.items()):
        ax.scatter([0.8 + 21 * place], [1], marker=marker, s=60, facecolor=face, edgecolor=edge, linewidth=1.4, clip_on=False)
        ax.text(2.2 + 21 * place, 1, film["looks"][look] + ("" if look else " (none of the next)"), va="center", size=9.5)
    looks = ({"facecolor": TEAL, "edgecolor": TEAL}, {"facecolor": "white", "edgecolor": GREY}, HATCH)
    for x, look, text in zip((0, 16, 31), looks, ("place taken", "place free", "place free, somebody is yet to start"), strict=True):
        ax.add_patch(Rectangle((x, -0.3), 1.7, 0.6, clip_on=False, **look))
        ax.text(x + 2.4, 0, text, va="center", size=9.5)
    marker, face, edge = NO_PLACE
    ax.scatter([66], [0], marker=marker, s=50, facecolor=face, edgecolor=edge, clip_on=False)
    ax.text(67.4, 0, "referred on, but no place is free", va="center", size=9.5)


def write_gif(film: dict[str, Any], path: Path, rate: float) -> None:
    """Write `film` as a GIF of `rate` frames a second, that plays over and over."""
    images = [Image.fromarray(picture).quantize(64, method=Image.Quantize.FASTOCTREE) for picture in pictures(film)]
    if not images:
        raise RunError("there is no week to show.")
    images[0].save(path, save_all=True, append_images=images[1:], duration=round(1000 / rate), loop=0, optimize=False)


def write_mp4(film: dict[str, Any], path: Path, rate: float) -> None:
    """Write `film` as an MP4 of `rate` frames a second. Raises `RunError` where ffmpeg is not installed."""
    if not animation.FFMpegWriter.isAvailable():
        raise RunError(FFMPEG)
    writer = animation.FFMpegWriter(fps=rate, codec="libx264", extra_args=["-pix_fmt", "yuv420p", "-bitexact"])
    with style():
        figure = new_figure(*SIZE)
        figure.set_layout_engine("none")
        with writer.saving(figure, str(path), PIXELS + PIXELS % 2):
            for frame in film["frames"]:
                draw(figure, film, frame)
                writer.grab_frame()
