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

LOOKS = ("active", "in maintenance", "in depression", "in a setback", "waits for a call")  # how things stand with a user: the last that holds
BUSY, STEADY, DEPRESSED, SETBACK, AWAITING = range(len(LOOKS))
MOST_TOLD = 6  # events of a week that are told
TOLD = {  # the kinds that may be told; of too many, those named first
    "worker_left": "Link worker {worker} leaves.",
    "handover_managed": "Person {person} is handed over at a joint meeting.",
    "handover_unmanaged": "Person {person} gets a new link worker, whom they have not met.",
    "admission": "Person {person} goes to hospital.",
    "completed": "Person {person} ends the programme, with enough goals met.",
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
        """Return the week just done: `week, waiting, posts, services, told, totals`.

        Of the `queue` of a service, those referred on, `starting` could have a place: who is referred on starts two weeks later at the earliest
        (`activity.shortest_wait_weeks`), and with a chance. For the others no place is free.
        """
        model = self.model
        people, services = model.people, model.community.services
        waiting = np.flatnonzero(people.state[: people.n] == WAITING)
        n = services.n
        attending, queued = model.community.attending(people)[:n], model.community.queued(people)[:n]
        starting = np.minimum(queued, np.maximum(0, services.places[:n] - attending))  # the first in the queue: a place is free for them
        shown = [
            {"service": i + 1, "area": AREAS[int(services.area[i])], "places": int(services.places[i]), "attending": int(attending[i]),
             "queue": int(queued[i]), "starting": int(starting[i]), "open": bool(services.open[i])}
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
        found = np.where(people.state[persons] == MAINTENANCE, STEADY, BUSY)
        found = np.where(people.depressed[persons], DEPRESSED, found)
        found = np.where(people.severity[persons] > 0, SETBACK, found)
        return np.where(people.awaiting_call[persons], AWAITING, found)

    def told(self) -> list[str]:
        """Return what happened since the frame before, in order and in words: of too much, the rarest. Nothing where events are not kept."""
        blocks, self.seen = self.model.events.blocks[self.seen :], len(self.model.events.blocks)
        happened: dict[str, int] = {}  # by words: a worker who leaves has an event with each user
        for _, kind, persons, workers, services in blocks:
            if kind in PRIORITY:
                for place, person in enumerate(np.asarray(persons).tolist()):
                    words = TOLD[EVENTS[kind]].format(person=person, worker=at(workers, place) + 1, service=at(services, place) + 1)
                    happened[words] = PRIORITY[kind]
        kept = sorted(happened, key=happened.__getitem__)[:MOST_TOLD]
        told = [words for words in happened if words in kept]
        return told + ([f"And {len(happened) - len(told)} more."] if len(happened) > len(told) else [])

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
