"""What whole runs tell of changes of link worker: people by how many they had, and services by how they hand over."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.pieces import Piece, Tables
from experiments.run import Job, run_model
from experiments.whatif.changes import QUARTER, latent_at, nobody_leaves
from sim import Parameters
from sim.parameters import WEEKS_PER_YEAR
from sim.results import Results
from sim.summary import numbers

RESTS_ON = ("whatif/changes",)
REPEATED = "experiments.continuity.runs:repeated"
TOTALS = "experiments.continuity.runs:totals"
FOLLOWED = 104  # weeks since referral over which changes are counted
CHANGES = ("handover_managed", "handover_unmanaged")


def repeated(piece: Piece, beside: Tables | None = None) -> Tables:
    """Make `repeated`: people who started in both worlds, with their changes in 104 weeks since referral and what differs from the world that nobody leaves.

    `latent_104`: latent Star sum 104 weeks after referral; `contacts_104`: contacts by then; `weeks_104`: weeks by then in the first spell.
    All are this world less the other.
    """
    run = run_model(Job(piece.parameters, "", piece.seed, piece.weeks, events=True, panel=True)).results
    other = run_model(Job(nobody_leaves(piece.parameters), "", piece.seed, piece.weeks, events=False, panel=True)).results
    mine, theirs = (told_at(results) for results in (run, other))
    events = run.events[run.events.kind.isin(CHANGES)]
    since = events.week.to_numpy() - run.people.referred_week.to_numpy()[events.person.to_numpy()]
    changes = np.bincount(events.person.to_numpy()[since < FOLLOWED], minlength=len(run.people))
    table = (mine - theirs).assign(changes=changes)
    return {"repeated": table.dropna().reset_index(names="person")}


def told_at(results: Results) -> pd.DataFrame:
    """Return wellbeing, contacts and weeks of each person 104 weeks after referral; `nan` for who has not started by then or cannot be followed so long."""
    people = results.people
    person, quarter = people.person.to_numpy(), np.full(len(people), FOLLOWED // QUARTER)
    start, end, referred = (numbers(people, name) for name in ("start_week", "end_week", "referred_week"))
    until = referred + FOLLOWED
    stay = np.minimum(np.where(np.isnan(end), until, end), until) - start
    contacts = results.panel.set_index(["person", "quarter"])["contacts"].reindex(pd.MultiIndex.from_arrays([person, quarter])).to_numpy(float)
    told = pd.DataFrame({"latent_104": latent_at(results.panel, person, quarter), "contacts_104": contacts, "weeks_104": stay}, index=person)
    told.loc[~((start < until) & (referred >= results.warm_up_weeks))] = np.nan
    return told


def totals(piece: Piece, beside: Tables | None = None) -> Tables:
    """Make `totals`, one row: joint meetings, changes of worker, weeks engaged, contacts, drop-outs and Star point-years of everybody in the run."""
    results = run_model(Job(piece.parameters, "", piece.seed, piece.weeks, events=False, panel=False)).results
    people, weekly = results.people, results.weekly
    row = {
        "meetings": int(people.worker_changes_managed.sum()),
        "changes": int(people.worker_changes.sum()),
        "weeks": int(people.weeks_in_service.sum()),
        "contacts": int(people.contacts.sum()),
        "dropped": int(weekly.disengaged.sum()),
        "star_years": float(weekly.star_total.sum() / WEEKS_PER_YEAR),
        "people": len(people),
    }
    return {"totals": pd.DataFrame([row])}


def repeated_piece(parameters: Parameters, seed: int, weeks: int) -> Piece:
    """Return the piece that sets people against themselves where nobody leaves."""
    return Piece(REPEATED, parameters, seed, weeks, (("tells", "repeated"),))  # told apart by its options: the module is the same


def totals_piece(parameters: Parameters, seed: int, weeks: int, share: float) -> Piece:
    """Return the piece that tells the sums of one run in which `share` of users are offered a joint meeting."""
    return Piece(TOTALS, parameters.replace({"handover.managed_share": share}), seed, weeks, (("tells", "totals"),))
