"""Sharing people out among link workers, and hours among people: the queueing rules that several processes use."""

from __future__ import annotations

import numpy as np

MANY_SLOTS = 4096  # beyond, slots that nobody will reach are left out before sorting


def open_slots(load: np.ndarray, productivity: np.ndarray, room: np.ndarray, wanted: int) -> np.ndarray:
    """Return which worker takes the 1st, 2nd, … of `wanted` people: lowest load over productivity each time.

    `load`, `productivity` and `room` (how many more each can take) have one entry a worker; the
    result has at most `wanted` entries, fewer when room runs out. Ties go to the lower number.
    """
    room = np.floor(room + 1e-9).clip(0, wanted)
    count = room.astype(int)
    total = count.sum()
    if not total:
        return np.empty(0, np.int64)
    if total > MANY_SLOTS:
        level = water_level(load, productivity, room, wanted)
        count = np.clip(np.floor((level - load / productivity) * productivity) + 1, 0, room).astype(int)
    worker, place = one_by_one(count)
    fill = (load[worker] + place) / productivity[worker]
    return worker[fill.argsort(kind="stable")[:wanted]]


def one_by_one(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return one entry for each of the `count` slots of each worker: the worker, and the slot's place (0, 1, …)."""
    worker = np.arange(len(count)).repeat(count)
    return worker, np.arange(len(worker)) - (count.cumsum() - count)[worker]


def water_level(load: np.ndarray, productivity: np.ndarray, room: np.ndarray, wanted: int) -> float:
    """Return a load per productivity at which the slots below it are at least `wanted`, or all there are."""
    low, high = 0.0, float(((load + room) / productivity).max()) + 1.0
    total = min(wanted, room.sum())
    for _ in range(30):
        middle = (low + high) / 2
        slots = np.clip(np.floor((middle - load / productivity) * productivity) + 1, 0, room).sum()
        low, high = (low, middle) if slots >= total else (middle, high)
    return high


def rank_in_group(group: np.ndarray) -> np.ndarray:
    """Return each element's rank (0, 1, …), in the order given, among those of the same `group` (ints from 0)."""
    if not len(group):
        return np.empty(0, np.int64)
    order = group.argsort(kind="stable")
    counts = np.bincount(group)
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - (counts.cumsum() - counts)[group[order]]
    return rank


def within_hours(worker: np.ndarray, hours: np.ndarray, hours_left: np.ndarray) -> np.ndarray:
    """Return which requests fit, in the order given, up to each worker's first that does not.

    `worker` and `hours` have one entry a request, `hours_left` one a worker.
    """
    order = worker.argsort(kind="stable")
    w = worker[order]
    total = np.zeros(len(w) + 1)
    hours[order].cumsum(out=total[1:])
    counts = np.bincount(w, minlength=len(hours_left))
    before = total[counts.cumsum() - counts]  # what the requests to earlier workers add up to
    fits = np.empty(len(w), bool)
    fits[order] = total[1:] <= (before + hours_left + 1e-9)[w]
    return fits


def spend(workers, worker: np.ndarray, hours: np.ndarray) -> None:
    """Take `hours` from the diaries of `worker` (one entry a request), never below zero by rounding."""
    left = workers.hours_left[: workers.n]
    left -= np.bincount(worker, hours, minlength=workers.n)
    np.maximum(left, 0, out=left)


def want(workers, worker: np.ndarray, hours: np.ndarray) -> None:
    """Add `hours` to the hours wanted of `worker`, given or not."""
    workers.hours_wanted[: workers.n] += np.bincount(worker, hours, minlength=workers.n)
