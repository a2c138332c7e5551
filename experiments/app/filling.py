"""Caseloads of each worker and queues of each service as they fill, in one run of each side: drawn as fields of boxes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import pandas as pd

from experiments.report import html
from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.svg import CHARCOAL, NAVY, PLUM, QUIET, Sheet
from sim.parameters import WEEKS_PER_YEAR

SHADES = ("#F2F2F2", "#C5D5E4", "#8FAFCB", "#4F7FA8", NAVY)  # empty to full
ROW, HEAD, LEFT, FOOT, LETTER = 14.0, 8.0, 92.0, 46.0, 6.2  # pixels
MOST_ROWS = 40
UNDER_WAY = html.paragraph("This run is under way …", class_="note")
CASELOAD_KEY = ("none", "up to half full", "up to 80%", "up to full", "full", "above the most")
QUEUE_KEY = ("nobody", "1 or 2", "3 to 5", "6 to 10", "more than 10")
ONE_RUN = "One run of each side, with the same people and luck: what one stretch of time may look like, not a forecast."


def section() -> str:
    """Return the section, with a place for what is told: the answer does not wait for it."""
    return html.section("filling", "How it fills up", html.paragraph(ONE_RUN, class_="note") + '<div id="filled" class="shiny-html-output"></div>')


def told(sides: list[tuple[str, pd.DataFrame, pd.DataFrame, int]]) -> str:
    """Return the figures: for each side its title, the tables `posts` and `services` of one run, and the most users a worker may have."""
    drawn = []
    for title, posts, services, cap in sides:
        drawn += [html.figure(caseloads(title, posts, cap)), html.figure(queues(title, services))] if len(posts) or len(services) else []
    return "".join(drawn) or html.paragraph("This run was not made: it failed, or the comparison was cancelled.", class_="note")


def caseloads(title: str, posts: pd.DataFrame, cap: int) -> Figure:
    """Return the field of caseloads: a row a post, a box every few weeks, darker the fuller; white when vacant."""
    wide = posts.assign(users=posts.users.where(posts.filled, -1)).pivot(index="post", columns="week", values="users").head(MOST_ROWS)
    last = wide.iloc[:, -1]
    full = (wide >= cap).mean(axis=0)
    first_full = next((int(week) for week, share in full.items() if share >= 0.5), None)
    finding = f"half of the posts are full from week {first_full} on" if first_full else "half of the posts are never full at once"
    vacant = float((wide < 0).to_numpy().mean())

    def shade(value: float) -> str:
        if value < 0:
            return "white"
        share = value / max(cap, 1)
        return PLUM if share > 1.0001 else SHADES[0 if value == 0 else 1 if share <= 0.5 else 2 if share <= 0.8 else 3 if share < 1 else 4]

    return Figure(
        title=f"{title}: {finding}",
        subtitle=f"Users of each link worker, every four weeks; at most {cap}. White: the post is vacant ({100 * vacant:.0f}% of the time)",
        alt=alt("Field of boxes", "users", "post", "by week", finding),
        table=Table("Users of each post at the end", ("Post", "Users"), tuple((str(post), told_count(users, "vacant")) for post, users in last.items())),
        note=f"From light to dark: {', '.join(CASELOAD_KEY[:5])}; plum: {CASELOAD_KEY[5]} (people kept after a handover).",
        **both(lambda width: field(width, wide, shade, [f"post {post}" for post in wide.index])),
    )


def queues(title: str, services: pd.DataFrame) -> Figure:
    """Return the field of queues: a row a service, a box every few weeks, darker the longer its queue; white when it is closed."""
    if not len(services):
        services = pd.DataFrame({"week": [0], "service": [0], "queue": [0], "starting": [0], "area": ["none"]})
    services = services.assign(waiting=services.queue - services.starting)
    wide = services.pivot(index="service", columns="week", values="waiting").fillna(-1)
    busiest = wide.max(axis=1).sort_values(ascending=False, kind="stable").index[:MOST_ROWS]
    wide = wide.loc[sorted(busiest)]
    by_week = services.groupby("week")[["waiting", "starting"]].sum()
    waiting, starting = by_week.waiting, int(by_week.starting.iloc[-1])
    finding = f"{int(waiting.iloc[-1])} people wait for a place at the end, {int(waiting.max())} at most"
    areas = services.groupby("service").area.first()

    def shade(value: float) -> str:
        return "white" if value < 0 else SHADES[0 if value == 0 else 1 if value <= 2 else 2 if value <= 5 else 3 if value <= 10 else 4]

    rows = tuple((f"{service} ({areas[service]})", told_count(queue, "closed")) for service, queue in wide.iloc[:, -1].items())
    return Figure(
        title=f"{title}: {finding}",
        subtitle="People for whom no place is free at each community service, every four weeks. White: not open",
        alt=alt("Field of boxes", "people who wait for a place", "service", "by week", finding),
        table=Table("People who wait for a place at the end of the run", ("Service", "Wait"), rows),
        note=f"From light to dark: {', '.join(QUEUE_KEY)}. {starting} more have been referred on at the end and are yet to start in a free place.",
        **both(lambda width: field(width, wide, shade, [f"{service} {areas[service]}" for service in wide.index])),
    )


def told_count(value: float, absent: str) -> str:
    """Return a count, or the word for what is not there."""
    return absent if value < 0 else str(int(value))


def field(width: float, wide: pd.DataFrame, shade: Callable[[float], str], names: list[str]) -> Sheet:
    """Return the drawing: a row of boxes for each row of `wide`, weeks from left to right."""
    left = min(LEFT + max(0, max(map(len, names)) - 9) * LETTER, 0.4 * width)
    height = HEAD + ROW * len(wide) + FOOT
    sheet = Sheet(width, height)
    weeks = wide.columns.to_numpy()
    step = (width - left - 4) / max(len(weeks), 1)
    for row, (name, (_, values)) in enumerate(zip(names, wide.iterrows(), strict=True)):
        y = HEAD + ROW * row
        if len(wide) <= 12 or row % 2 == 0:
            sheet.text(left - 6, y + 11, name, "end", QUIET, size=11)
        column = 0
        for colour, stretch in groupby(shade(value) for value in values):  # boxes of one colour side by side are one box
            count = len(list(stretch))
            if colour != "white":
                sheet.box(left + column * step, y + 1, count * step + 0.3, ROW - 2, f'fill="{colour}"')
            column += count
    base = HEAD + ROW * len(wide)
    sheet.line(left, base + 2, width - 4, base + 2, "axis")
    marks = list(range(WEEKS_PER_YEAR, int(weeks[-1]) + 1, WEEKS_PER_YEAR)) or [int(weeks[-1])]
    for week in marks:
        x = left + (width - left - 4) * week / max(int(weeks[-1]), 1)
        sheet.line(x, base + 2, x, base + 7, "axis")
        sheet.centred(x, base + 22, f"{week // WEEKS_PER_YEAR}" if week % WEEKS_PER_YEAR == 0 else f"week {week}", size=12)
    sheet.text(left, base + 40, "years since opening", colour=CHARCOAL, size=12)
    return sheet
