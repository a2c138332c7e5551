"""`spsim story`: the life of one person of one run, in plain words and as a picture."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path

import pandas as pd

from experiments.errors import UsageError
from experiments.life import Life, check_person, choose, life_of
from experiments.manifest import digest, versions
from experiments.other_lives import Others, others_of, told
from experiments.outputs import Outputs, write_manifest
from experiments.settings import Request
from experiments.story_words import GOAL_NAMES, counted, date, first_sentence, forms, listed, month_of, number, second_sentence
from experiments.telling import Teller
from sim import SocialPrescribingService
from sim.results import Results

__all__ = ["choose", "main", "tell"]
CAUTION = "One person, one run: not typical. The person is made up, and another seed would give another life."
DEFAULT_LIKE = "complex"
ALONE = Others()
DATE_WIDTH, NARROW, WIDEST = 28, 64, 100
ENDS = {
    "waiting": "{she} is on the waiting list", "active": "{she} is still with the service", "maintenance": "{she} is still with the service, in maintenance",
    "declined": "{she} has never started", "left_list": "{she} has never started", "usual_care": "{she} has had no service",
    "completed": "{she} is no longer with the service", "time_limited": "{she} is no longer with the service",
    "disengaged": "{she} is no longer with the service",
}  # fmt: skip


def main(request: Request) -> None:
    """Run what `request` asks, print the story, and leave text and picture in a folder."""
    settings = request.settings
    if settings["person"] is not None and settings["like"] is not None:
        raise UsageError(f"person={settings['person']} and like={settings['like']} were both given: give one of them.")
    decides = what_decides(request)
    outputs = Outputs(Path(settings["out"] or f"outputs/story/{request.name}-{digest(decides)[:8]}"), decides)
    there = outputs.is_there()
    model = SocialPrescribingService(request.parameters, seed=settings["seed"], weeks=settings["weeks"], panel=False, rows_stay=True)
    check_person(model, settings["person"] or 0)
    person = settings["person"] if settings["person"] is not None else choose(model.run(), settings["like"] or DEFAULT_LIKE)
    model.run()
    life = life_of(model.results, person)
    others = others_of(model.results, life)
    chosen = "" if settings["person"] is not None else f"Chosen for an eventful life among the people with {life.who['complexity']} needs. "
    if not there:
        write(life, others, chosen, {"hash": outputs.hash, **decides, "told": person}, outputs)
    print(tell_life(life, chosen=chosen, others=others))
    print(f"\nText and picture: {outputs.folder} (story.txt, life.png; life.txt describes the picture)")


def write(life: Life, others: Others, chosen: str, record: dict[str, object], outputs: Outputs) -> None:
    """Leave the story, its picture and `record` in the folder of `outputs`, whole or not at all."""
    from experiments.life_chart import draw_life

    outputs.open()
    try:
        with outputs.whole() as folder:
            (folder / "story.txt").write_text(tell_life(life, WIDEST, chosen, others) + "\n", encoding="utf-8")
            words = draw_life(life, life.person, folder / "life.png", others)
            (folder / "life.txt").write_text(words + "\n", encoding="utf-8")
            write_manifest(folder, record)
    finally:
        outputs.close()


def what_decides(request: Request) -> dict[str, object]:
    """Return everything that decides the story: its hash names the folder."""
    return {
        "command": request.command,
        **versions(),
        "service": request.service,
        "scenario": request.scenario,
        **{key: request.settings[key] for key in ("person", "like", "seed", "weeks")},
        "parameters": request.parameters.as_dict(),
    }


def tell(results: Results, person: int) -> str:
    """Return the life of `person` in the run of `results` in plain words, as wide as the terminal, and what would have become of them otherwise.

    Raises `UsageError` when there is no such person.
    """
    life = life_of(results, person)
    return tell_life(life, others=others_of(results, life))


def tell_life(life: Life, width: int | None = None, chosen: str = "", others: Others = ALONE) -> str:
    """Return the story of `life`, wrapped to `width` (default: the terminal's), and of the `others` beside it; `chosen` says why this one."""
    width = width or max(30, min(WIDEST, shutil.get_terminal_size().columns))
    before, entries, after = parts(life, chosen, others)
    body = "\n".join(dated(when, text, width) for when, text in entries)
    return "\n\n".join((*(textwrap.fill(text, width) for text in before), body, *(textwrap.fill(text, width) for text in after)))


def parts(life: Life, chosen: str = "", others: Others = ALONE) -> tuple[list[str], list[tuple[str, str]], list[str]]:
    """Return the story of `life` unwrapped: the paragraphs before its entries, the entries as date and text, and the paragraphs after them."""
    opening = f"{first_sentence(life.person, life.who)} {second_sentence(life.who)}"
    start = f"{goals(life)} Referred in week {life.referred_week} after opening; months and weeks below count from then."
    entries = [(date(entry.first, entry.last), entry.text) for entry in Teller(life).tell()]
    return [opening, start], entries, [text for text in (closing(life), told(life, others), chosen + CAUTION) if text]


def dated(when: str, text: str, width: int) -> str:
    """Return one entry: the date in a column of its own, or above the text where there is no room."""
    if width < NARROW:
        return textwrap.fill(when, width) + "\n" + textwrap.fill(text, width, initial_indent="  ", subsequent_indent="  ")
    return textwrap.fill(text, width, initial_indent=f"{when:<{DATE_WIDTH}}  ", subsequent_indent=" " * (DATE_WIDTH + 2))


def goals(life: Life) -> str:
    """Return what the person wants to work at."""
    words = forms(bool(life.who["female"]))
    first, second, third = (GOAL_NAMES[area].format(**words) for area in life.who["goals"])
    return f"{words['Her']} three goals: {first}; {second}; and {third}."


def closing(life: Life) -> str:
    """Say how things stand at the end and what the Star did: the one the model knows, and the one written down."""
    words, diary = forms(bool(life.who["female"])), life.diary
    last, star = diary.iloc[-1], diary["latent_sum"].round()
    said = []
    if last["alive"]:
        when = f"{counted(life.weeks, 'week')} after" if life.weeks else "in the week of"
        until = "When the run ends" if life.ended else f"So far (week {life.run_week})"
        said.append(f"{until}, {when} the referral, {ENDS[last['state']].format(**words)}.")
    turns = []
    for name, week in (("lowest", star.idxmin()), ("highest", star.idxmax())):
        if star[week] not in (star.iloc[0], star.iloc[-1]):
            turns.append(f"{name} in month {month_of(int(diary.loc[week, 'week']))} ({star[week]:.0f})")
    between = f", {listed(turns)}" if turns else ""
    way = f"from {star.iloc[0]:.0f} at referral to {star.iloc[-1]:.0f} {'at the end' if life.ended or not last['alive'] else 'now'}{between}"
    said.append(f"What the Star did: {words['her']} wellbeing, as the model knows it (8 to 40 points), goes {way}.")
    recorded = diary[diary["star"].notna()]
    said.append(recorded_star(recorded) if len(recorded) else f"Nobody ever filled in a Star with {words['them']}.")
    return " ".join(said)


def recorded_star(recorded: pd.DataFrame) -> str:
    """Say what the reviews recorded, and how far from the model's own level."""
    first, last = recorded.iloc[0], recorded.iloc[-1]
    gap = (recorded["star"] - recorded["latent_sum"]).mean()
    side = "the same as" if abs(gap) < 0.5 else f"{abs(gap):.1f} points {'above' if gap > 0 else 'below'}"
    if len(recorded) == 1:
        return f"The one Star that was filled in said {first['star']:.0f}."
    way = f"from {first['star']:.0f} to {last['star']:.0f}"
    return f"The {number(len(recorded))} Stars filled in went {way}: on average {side} the model's own level at the time."
