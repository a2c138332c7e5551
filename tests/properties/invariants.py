"""What must hold at the end of every week, whatever the parameters (docs/odd.md, invariants).

Each function takes a model that has just done a week and fails with `AssertionError`.
"""

from __future__ import annotations

import numpy as np

from sim import SocialPrescribingService
from sim.people import (
    ACTIVE,
    ATTENDING,
    DECLINED,
    EXIT_REASONS,
    GONE,
    LEFT_LIST,
    MAINTENANCE,
    NOT_YET,
    QUEUED,
    STATES,
    USUAL_CARE,
    WAITING,
    People,
)  # fmt: skip
from sim.workforce import VACANT

EXITED = [STATES.index(name) for name in ("completed", "time_limited", "disengaged")]
SHARES = (
    "confidence", "motivation", "trust", "trust_ceiling", "trust_stored", "severity", "peers", "goal_progress", "goal_habit", "goal_peers",
    "confidence_baseline", "willpower", "habit_rate", "motivation_base", "environment",
)  # fmt: skip
MAY_BE_MISSING = {"latent_start", "latent_at", "star_at", "star_exit", "latent_exit_at", "reliance", "dropout_share_change", "dropout_share_setback"}
MAY_BE_NEGATIVE = {name for name, column in People.columns.items() if column.missing is not None or column.fill in (NOT_YET, -1000)}
ROUNDING = 1e-6  # of float32


def check_week(model: SocialPrescribingService) -> None:
    """Check every invariant of the week just done."""
    for check in (states_add_up, caseloads_add_up, diaries_hold, places_hold, numbers_make_sense, stars_make_sense, goals_are_distinct, agrees_with_state):
        check(model)


def states_add_up(model: SocialPrescribingService) -> None:
    """One state each; states sum to arrivals."""
    people, states = model.people, model.measures.states[-1]
    assert people.n == model.arrivals[: model.week].sum()
    assert states.sum() == people.n
    assert len(states) == len(STATES)
    assert (people.alive[: people.n] == (people.state[: people.n] != GONE)).all()
    if not model.parameters.programme.enabled:
        assert states[USUAL_CARE] + states[GONE] == people.n


def caseloads_add_up(model: SocialPrescribingService) -> None:
    """Caseloads + uncovered = open caseload; everybody's worker is in post; nobody else has a worker."""
    people, workforce, rows = model.people, model.workforce, model.measures.rows
    engaged = people.engaged()
    assert rows["open_caseload"][-1] == len(engaged) == rows["active"][-1] + rows["maintenance"][-1]
    by_post = model.measures.caseloads[-1]
    assert by_post[by_post != VACANT].sum() + rows["uncovered"][-1] == len(engaged)
    worker = people.link_worker[: people.n]
    assert np.isin(worker[worker >= 0], workforce.in_post()).all()
    assert people.is_engaged(np.flatnonzero(worker >= 0)).all()
    assert (workforce.workers.left_week[workforce.in_post()] == NOT_YET).all()


def diaries_hold(model: SocialPrescribingService) -> None:
    """Hours used <= hours there, for each worker; what is left, used and counted agree."""
    workers, rows = model.workforce.workers, model.measures.rows
    there, left = workers.hours_there[: workers.n], workers.hours_left[: workers.n]
    assert (left >= 0).all()
    assert (left <= there + 1e-9).all()
    assert np.isclose((there - left).sum(), rows["contact_hours"][-1], rtol=1e-9, atol=1e-6)
    assert np.isclose(there.sum(), rows["available_hours"][-1])
    assert rows["hours_unmet"][-1] >= 0


def places_hold(model: SocialPrescribingService) -> None:
    """Attending <= places; nobody attends or queues at a closed service; each goal is at a service of its own area."""
    people, s = model.people, model.community.services
    attending, queued = model.community.attending(people), model.community.queued(people)
    closed = ~s.open[: s.n]
    assert (attending <= s.places[: s.n]).all()
    assert not attending[closed].any()
    assert not queued[closed].any()
    here = np.concatenate((people.goals_in(ATTENDING), people.goals_in(QUEUED)))
    service = people.flat("goal_service")[here]
    assert (service >= 0).all()
    assert (s.area[service] == people.flat("goal_area")[here]).all()
    assert people.alive[here // 3].all()


def numbers_make_sense(model: SocialPrescribingService) -> None:
    """Shares in [0, 1]; no NaN and no infinity but where a value may be missing; counts not below 0."""
    people = model.people
    for name in SHARES:
        values = getattr(people, name)[: people.n]
        assert ((values >= 0) & (values <= 1 + ROUNDING)).all(), name
    for name in People.columns:
        values = getattr(people, name)[: people.n]
        if values.dtype.kind == "f" and name not in MAY_BE_MISSING:
            assert not np.isnan(values).any(), name
        if values.dtype.kind in "if" and name not in MAY_BE_NEGATIVE | MAY_BE_MISSING | {"gone_at", "new_condition_at", "covered_week"}:
            assert (values >= 0).all(), name
    for name, values in model.measures.rows.items():
        if name not in ("star_mean", "wait_mean", "workload"):
            assert np.isfinite(values[-1]), name
            assert values[-1] >= 0, name


def stars_make_sense(model: SocialPrescribingService) -> None:
    """Each Star area in [1, 5], latent and recorded; sums in [8, 40]."""
    people = model.people
    latent = people.latent[: people.n]
    assert ((latent >= 1) & (latent <= 5)).all()
    recorded = people.review_areas[: people.n]
    recorded = recorded[recorded.any(axis=1)]
    assert ((recorded >= 1) & (recorded <= 5)).all()
    for name in ("star_at", "star_exit", "latent_at", "latent_exit_at"):
        values = getattr(people, name)[: people.n]
        values = values[~np.isnan(values)]
        assert ((values >= 8 - 1e-4) & (values <= 40 + 1e-4)).all(), name
    at_once = people.gone_week[: people.n] == people.referred_week[: people.n]
    assert (np.isnan(people.latent_start[: people.n]) == at_once).all()
    assert np.allclose(people.latent_sum[: people.n], latent.sum(axis=1), atol=1e-4)


def goals_are_distinct(model: SocialPrescribingService) -> None:
    """A person's three goals lie in three areas."""
    area = np.sort(model.people.goal_area[: model.people.n], axis=1)
    assert (np.diff(area, axis=1) > 0).all()
    assert ((area >= 0) & (area < 8)).all()


def agrees_with_state(model: SocialPrescribingService) -> None:
    """What is told of a person fits the state; episodes fit the counts."""
    people, n = model.people, model.people.n
    state, episode = people.state[:n], people.episode[:n]
    served = episode > 0
    assert (served == (people.uptake[:n] == 1)).all()
    assert (served == (people.start_week[:n] >= 0)).all()
    assert served[np.isin(state, [ACTIVE, MAINTENANCE, *EXITED])].all()
    assert not served[np.isin(state, [DECLINED, LEFT_LIST, USUAL_CARE])].any()
    assert (people.reentries[:n] == np.maximum(0, episode - 1)).all()
    assert ((people.uptake[:n] == NOT_YET) == (~served & np.isin(state, [WAITING, USUAL_CARE, GONE]) & (people.uptake[:n] != 0))).all()
    ended = people.exit_reason[:n] != NOT_YET
    assert (ended == (people.end_week[:n] >= 0)).all()
    assert (people.exit_reason[:n] < len(EXIT_REASONS)).all()
    assert ended[np.isin(state, [DECLINED, LEFT_LIST, *EXITED])].all()
    assert not ended[np.isin(state, [ACTIVE, MAINTENANCE]) & (episode == 1)].any()
    assert (people.listed_week[:n][state == WAITING] <= model.week - 1).all()
    assert (people.start_week[:n][served] >= people.referred_week[:n][served]).all()
