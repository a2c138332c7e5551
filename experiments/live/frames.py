"""A week of a running model as plain data: what the live view and `spsim animate` draw.

A frame is read off the model after a step and changes nothing in it. People appear with the link worker who has them, coloured by how things
stand with them; services with their places and queues; and what happened in the week, in words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim import SocialPrescribingService
from sim.people import ACTIVE, AREAS, ATTENDING, MAINTENANCE, WAITING
from sim.records import EVENTS
from sim.workforce import NOT_SET, VACANT

LOOKS = ("doing well", "in maintenance", "in a setback", "waits for a call")  # how things stand with a user; the first that holds from the right
WELL, STEADY, SETBACK, AWAITING = range(len(LOOKS))
MOST_TOLD = 6  # events of a week that are told
TOLD = {  # the kinds that are told, the rarest first
    "worker_left": "Link worker {worker} leaves.",
    "handover_managed": "Person {person} is handed over at a joint meeting.",
    "handover_unmanaged": "Person {person} gets a new link worker, whom they have not met.",
    "admission": "Person {person} goes to hospital.",
    "completed": "Person {person} ends the programme, with goals met.",
    "time_limited": "Person {person}'s time in the programme is up.",
    "disengaged": "Person {person} drops out.",
    "reentered": "Person {person} comes back.",
    "left_activity": "Person {person} loses or leaves a place.",
    "goal_achieved": "Person {person} reaches a goal.",
    "setback": "Person {person} has a setback.",
    "placed": "Person {person} gets a place at service {service}.",
    "uptake": "Person {person} starts with link worker {worker}.",
    "declined": "Person {person} declines.",
    "maintenance": "Person {person} goes into maintenance.",
}
PRIORITY = {EVENTS.index(kind): place for place, kind in enumerate(TOLD)}


@dataclass
class Camera:
    """Reads frames off one model. Workers are numbered from 1 in order of starting, as in the frames' words."""

    model: SocialPrescribingService
    seen: int = field(default=0)  # blocks of events told before

    def scene(self) -> dict[str, Any]:
        """Return what stays the same: posts, the most users of each, and the words of the colours."""
        p = self.model.parameters
        return {"posts": p.workforce.posts, "cap": int(p.workforce.caseload_cap), "weeks": self.model.weeks, "looks": list(LOOKS)}

    def frame(self) -> dict[str, Any]:
        """Return the week just done: `week, waiting, posts, services, told, totals`."""
        model = self.model
        people, services = model.people, model.community.services
        waiting = np.flatnonzero(people.state[: people.n] == WAITING)
        n = services.n
        attending, queued = model.community.attending(people)[:n], model.community.queued(people)[:n]
        shown = [
            {"service": i + 1, "area": AREAS[int(services.area[i])], "places": int(services.places[i]), "attending": int(attending[i]),
             "queue": int(queued[i]), "open": bool(services.open[i])}
            for i in range(n)
            if services.open[i] or services.closed_week[i] == model.week - 1
        ]  # fmt: skip
        return {
            "week": model.week, "waiting": waiting.tolist(), "posts": self.posts(), "services": shown, "told": self.told(), "totals": self.totals(),
        }  # fmt: skip

    def posts(self) -> list[dict[str, Any]]:
        """Return each post: who holds it, whether they are there, and their users."""
        model = self.model
        people, workers = model.people, model.workforce.workers
        engaged = people.engaged()
        looks, own = self.looks(engaged), people.link_worker[engaged]
        found = []
        for post, worker in enumerate(model.workforce.posts.worker[: model.workforce.posts.n].tolist()):
            if worker == VACANT:
                found.append({"post": post + 1, "worker": None, "state": "vacant", "users": []})
                continue
            theirs = own == worker
            state = "ill" if workers.sick_left[worker] > 0 else "leaving" if workers.notice_week[worker] != NOT_SET else "there"
            users = [[int(person), int(look)] for person, look in zip(engaged[theirs], looks[theirs], strict=True)]
            found.append({"post": post + 1, "worker": worker + 1, "state": state, "users": users})
        uncovered = own == VACANT
        if uncovered.any():
            users = [[int(person), int(look)] for person, look in zip(engaged[uncovered], looks[uncovered], strict=True)]
            found.append({"post": None, "worker": None, "state": "nobody", "users": users})
        return found

    def looks(self, persons: np.ndarray) -> np.ndarray:
        """Return how things stand with each of `persons`, as a place in `LOOKS`."""
        people = self.model.people
        found = np.where(people.state[persons] == MAINTENANCE, STEADY, WELL)
        found = np.where(people.severity[persons] > 0, SETBACK, found)
        return np.where(people.awaiting_call[persons], AWAITING, found)

    def told(self) -> list[str]:
        """Return what happened since the frame before, the rarest first, in words; nothing where events are not kept."""
        blocks, self.seen = self.model.events.blocks[self.seen :], len(self.model.events.blocks)
        happened = []
        for _, kind, persons, workers, services in blocks:
            if kind in PRIORITY:
                for place, person in enumerate(np.asarray(persons).tolist()):
                    happened.append((PRIORITY[kind], EVENTS[kind], person, at(workers, place), at(services, place)))
        happened.sort(key=lambda event: event[0])
        every = [TOLD[kind].format(person=person, worker=worker + 1, service=service + 1) for _, kind, person, worker, service in happened]
        words = list(dict.fromkeys(every))  # a worker who leaves has an event with each user
        return words[:MOST_TOLD] + ([f"And {len(words) - MOST_TOLD} more."] if len(words) > MOST_TOLD else [])

    def totals(self) -> dict[str, int]:
        """Return how many people were referred so far, are with the service, and hold places."""
        people = self.model.people
        state = people.state[: people.n]
        return {
            "referred": int(people.n), "engaged": int(((state == ACTIVE) | (state == MAINTENANCE)).sum()), "waiting": int((state == WAITING).sum()),
            "attending": len(people.goals_in(ATTENDING)),
        }  # fmt: skip


def at(values: Any, place: int) -> int:
    """Return the value of one of the people of an event; one number stands for all."""
    return int(values[place]) if isinstance(values, np.ndarray) else int(values)


def film(model: SocialPrescribingService) -> dict[str, Any]:
    """Step `model` to its horizon and return its scene with a frame of every week."""
    camera, frames = Camera(model), []
    while model.week < model.weeks:
        model.step()
        frames.append(camera.frame())
    return camera.scene() | {"frames": frames}
