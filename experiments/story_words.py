"""The words of a life story: one plain sentence for each thing that can happen to a person.

Sentences are in the present tense and name no emotion that the model does not hold.
"""

from __future__ import annotations

WEEKS_PER_MONTH = 52 / 12
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
GROUPS = {  # what a community service of an area is called; {self} is herself or himself
    "lifestyle": "a healthy-living group",
    "looking after yourself": "a group on looking after {self}",
    "managing symptoms": "a group on managing symptoms",
    "work, volunteering and other activities": "a volunteering and activities group",
    "money": "money advice",
    "where you live": "housing advice",
    "family and friends": "a social group",
    "feeling positive": "a wellbeing group",
}
GOAL_NAMES = {
    "lifestyle": "a healthier lifestyle",
    "looking after yourself": "looking after {self} better",
    "managing symptoms": "managing symptoms",
    "work, volunteering and other activities": "work, volunteering and other activities",
    "money": "sorting out money",
    "where you live": "sorting out housing",
    "family and friends": "family and friends",
    "feeling positive": "feeling more positive",
}
CASES = ("money", "where you live")
HOMES = {"supportive": "has a household that helps change along", "unsupportive": "has a household that pulls against change"}
SETBACKS = {0.3: "minor", 0.6: "moderate", 1.0: "major"}
PLAIN = {  # events that need nothing but the person
    "declined": "The service calls, and {she} says no.",
    "not_reached": "The service calls for the last time, does not reach {them}, and takes {them} off the list.",
    "depressed": "An episode of depression begins.",
    "remitted": "The depression lifts.",
    "maintenance": "{Her} goals go well, and meetings become short, rare check-ins (maintenance).",
    "reactivated": "Things have slipped: meetings become regular again.",
    "extended": "The time limit is reached, but {she} still needs help and may stay longer.",
    "check_in": "{She} phones the service {she} has left, and somebody there has time for a short talk.",
}
EXITS = {
    "goals_met": "{She} leaves the service with enough of {her} goals met.",
    "time_limit": "{Her} time with the service is over, with goals still open.",
    "lost_worker_change": "{She} drops out of the service, within half a year of losing {her} link worker.",
    "lost_setback": "{She} drops out of the service, in the middle of the setback.",
    "lost_other": "{She} drops out of the service.",
}


def number(count: int) -> str:
    """Return a small count in words."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"


def counted(count: int, thing: str) -> str:
    """Return 'one week' or 'three weeks'."""
    return f"{number(count)} {thing}{'' if count == 1 else 's'}"


def listed(words: list[str]) -> str:
    """Return 'a', 'a and b' or 'a, b and c'."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def month_of(week: int) -> int:
    """Return the month since referral, counted from 1."""
    return int(week / WEEKS_PER_MONTH) + 1


def date(first: int, last: int | None = None) -> str:
    """Return 'Month 3 (week 12)', or 'Months 3-5 (weeks 12-20)' for a stretch."""
    if last is None or last == first:
        return f"Month {month_of(first)} (week {first})"
    months = f"Month {month_of(first)}" if month_of(first) == month_of(last) else f"Months {month_of(first)}-{month_of(last)}"
    return f"{months} (weeks {first}-{last})"


def forms(female: bool) -> dict[str, str]:
    """Return the words for a woman or a man that sentences are filled with."""
    if female:
        return {"she": "she", "She": "She", "her": "her", "Her": "Her", "them": "her", "self": "herself"}
    return {"she": "he", "She": "He", "her": "his", "Her": "His", "them": "him", "self": "himself"}


def first_sentence(person: int, who: dict[str, object]) -> str:
    """Say age, sex, conditions and complexity."""
    sex = "woman" if who["female"] else "man"
    conditions = counted(int(who["conditions"]), "long-term condition")
    mind = " and a mental-health condition" if who["mental_health"] else ""
    return f"Person {person} is a {sex} of {who['age']} with {conditions}{mind}: {who['complexity']} needs, as the model counts them."


def second_sentence(who: dict[str, object]) -> str:
    """Say where and how the person lives, and the confidence at referral."""
    words = forms(bool(who["female"]))
    facts = [f"lives in {'one of the most deprived areas' if who['deprived'] else 'a less deprived area'}"]
    if who["insecure_housing"]:
        facts.append("has no secure home")
    facts.append("is in work" if who["employed"] else "is not in work")
    if who["isolated"]:
        facts.append("is cut off from other people")
    if who["minority"]:
        facts.append("belongs to a minority or needs another language")
    if not who["transport"]:
        facts.append("has no easy way to travel")
    facts.append(HOMES.get(str(who["household"]), ""))
    level = float(who["confidence_baseline"])
    facts.append(f"starts with {'little' if level < 0.35 else 'fair' if level < 0.6 else 'good'} confidence")
    return f"{words['She']} {listed([fact for fact in facts if fact])}."
