"""What one run says of its programme's length: outcomes of the cohort against usual care, and how first spells end (docs/length.md)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.length.courses import QUARTER, Course, Leaning, at_week, followed
from experiments.length.estimands import AFTER_EXIT, ALONG, COHORT_WEEKS, OUTCOME_WEEKS
from experiments.pieces import Piece, Tables
from experiments.run import check_departures
from experiments.twins import usual_care as without_service
from sim import Parameters, SocialPrescribingService
from sim.parameters import WEEKS_PER_YEAR
from sim.people import COMPLEXITIES
from sim.summary import STRONG_HABIT, numbers

RESTS_ON = ("length/courses", "length/estimands", "run", "twins")
MAKER, CARE_MAKER = f"{__name__}:outcomes_of", f"{__name__}:usual_care_of"
OUTCOMES, SPELLS = "outcomes", "spells"
AT_OUTCOME = OUTCOME_WEEKS // QUARTER
DISCHARGED = ("goals_met", "time_limit")
GONE = "gone"  # died or moved away
STILL_OPEN = "open"


def piece_of(parameters: Parameters, seed: int, weeks: int) -> Piece:
    """Return the piece that holds the outcomes of one run, with the usual care it is set against."""
    care = Piece(CARE_MAKER, without_service(parameters), seed, weeks)
    return Piece(MAKER, parameters, seed, weeks, twin=care)


def outcomes_of(piece: Piece, beside: Tables | None) -> Tables:
    """Return `outcomes` (`measure, group, value, people`) and `spells` (`group, weeks, cause, people`) of one run.

    `people` is the number behind a value, missing for what is told of the service as a whole.
    """
    model, leaning = run(piece)
    care = beside or usual_care_of(Piece(CARE_MAKER, without_service(piece.parameters), piece.seed, piece.weeks), None)
    told = Told(model, leaning, Course.of(model), Course(care["panel"]))
    return {OUTCOMES: told.outcomes(), SPELLS: told.spells()}


def usual_care_of(piece: Piece, beside: Tables | None) -> Tables:
    """Return `panel` (`person, quarter, latent`) of all who can be followed to the primary outcome, under usual care."""
    return {"panel": Course.of(run(piece)[0]).panel}


def run(piece: Piece) -> tuple[SocialPrescribingService, Leaning]:
    """Return the finished run of `piece`, with what leaned on relationships in it."""
    model = SocialPrescribingService(piece.parameters, seed=piece.seed, weeks=piece.weeks, events=False, panel=True, rows_stay=True)
    leaning = Leaning(model)
    while model.week < model.weeks:
        model.step()
        leaning.follow()
    check_departures(model)
    return model, leaning


@dataclass(frozen=True)
class Told:
    """One run, with what leaned on relationships in it, and the courses of its people and of their twins."""

    model: SocialPrescribingService
    leaning: Leaning
    own: Course
    care: Course

    @cached_property
    def first(self) -> int:
        """The week in which the cohort begins."""
        return self.model.results.warm_up_weeks

    @cached_property
    def people(self) -> pd.DataFrame:
        """The people of the cohort, and those referred soon after."""
        everybody = self.model.results.people
        return everybody[followed(everybody, self.first)].reset_index(drop=True)

    @cached_property
    def cohort(self) -> np.ndarray:
        """Who of `people` is of the cohort."""
        return (self.people.referred_week < self.first + COHORT_WEEKS).to_numpy()

    @cached_property
    def courses(self) -> tuple[np.ndarray, np.ndarray]:
        """Latent wellbeing by quarter with the service, and under usual care."""
        numbers_of = self.people.person.to_numpy()
        own, care = self.own.matrix(numbers_of), self.care.matrix(numbers_of)
        if own.shape != care.shape:
            raise ValueError("people and their twins must be followed equally long")
        return own, care

    @cached_property
    def gains(self) -> np.ndarray:
        """Gain over the twin by quarter since referral."""
        own, care = self.courses
        return own - care

    def gain_at(self, weeks: np.ndarray) -> np.ndarray:
        """Return each person's gain over the twin so many weeks after referral."""
        own, care = self.courses
        return at_week(own, weeks) - at_week(care, weeks)

    @cached_property
    def weeks_to_return(self) -> np.ndarray:
        """Weeks from the first exit to the start of the second stay; infinite for those who have not come back."""
        episodes = self.model.results.episodes
        second = episodes[episodes.episode == 2].set_index("person").start_week.reindex(self.people.person).to_numpy(float, na_value=np.inf)
        return second - numbers(self.people, "end_week")

    @cached_property
    def contacts(self) -> np.ndarray:
        """Contacts held until the primary outcome is taken; all of them for those who died or moved away before."""
        panel = self.model.results.panel
        until = panel[panel.quarter == AT_OUTCOME].set_index("person").contacts.reindex(self.people.person).to_numpy(float, na_value=np.nan)
        return np.where(np.isnan(until), numbers(self.people, "contacts"), until)

    def by_person(self) -> dict[str, np.ndarray]:
        """Return one value a person for each measure that is a mean, missing for whoever it is not about."""
        people, cohort = self.people, self.cohort
        start, end, referred = (numbers(people, name) for name in ("start_week", "end_week", "referred_week"))
        started = cohort & ~np.isnan(start)
        reason = people.exit_reason.astype(object).fillna("").to_numpy(str)
        gain, habit = self.gains[:, AT_OUTCOME], numbers(people, "habit_mean")
        years = (self.gains[:, :AT_OUTCOME] + self.gains[:, 1 : AT_OUTCOME + 1]).sum(axis=1) / 2 * QUARTER / WEEKS_PER_YEAR
        out = {f"gain_{OUTCOME_WEEKS}": among(cohort, gain), "gain_years": among(cohort, years)}
        out[f"gain_{OUTCOME_WEEKS}_own"] = among(cohort, gain - self.leaning.at_outcome[people.person])
        out |= {f"gain_{weeks}": among(cohort, self.gains[:, weeks // QUARTER]) for weeks in ALONG}
        out[f"gain_{OUTCOME_WEEKS}_later"] = among(~cohort, gain)
        planned = planned_length(self.model.parameters)
        for weeks in AFTER_EXIT:
            out[f"gain_planned_exit_{weeks}"] = among(started, self.gain_at(start + planned + weeks - referred))
        discharged = started & np.isin(reason, DISCHARGED)
        care = self.courses[1]
        at_exit = numbers(people, "latent_exit") - at_week(care, end - referred)
        for weeks in AFTER_EXIT:
            later = numbers(people, f"latent_exit_{weeks}") - at_week(care, end + weeks - referred)
            out[f"loss_{weeks}"] = among(discharged, at_exit - later)
        out["dependency"] = among(~np.isnan(out[f"loss_{AFTER_EXIT[0]}"]), self.leaning.at_exit[people.person])
        out["habits_kept"] = among(started & ~np.isnan(habit), habit >= STRONG_HABIT)
        out["habit_mean"] = among(started, habit)
        out["reentered"] = among(started, numbers(people, "reentries") > 0)
        left, seen = started & ~np.isnan(end) & (reason != GONE), self.model.week - end
        out |= {f"returned_{weeks}": among(left & (seen >= weeks), self.weeks_to_return <= weeks) for weeks in AFTER_EXIT}
        out["extended"] = among(started, numbers(people, "extensions") > 0)
        out["weeks_in_service"] = among(started, numbers(people, "weeks_in_service"))
        for name in (*DISCHARGED, GONE):
            out[name] = among(started, reason == name)
        out["dropout"] = among(started, np.char.startswith(reason, "lost"))
        out["still_open"] = among(started, np.isnan(end))
        out["wait_mean"] = among(started, numbers(people, "wait_weeks"))
        out["contacts"] = among(cohort, self.contacts)
        return out

    def members(self, people: pd.DataFrame) -> dict[str, np.ndarray]:
        """Return who of `people` belongs to each group."""
        return {"all": np.ones(len(people), bool)} | {f"complexity={level}": (people.complexity == level).to_numpy() for level in COMPLEXITIES}

    def outcomes(self) -> pd.DataFrame:
        """Return all measures of the run."""
        rows = [row for group, which in self.members(self.people).items() for row in self.of_group(group, which)]
        everybody = self.model.results.people
        everybody = everybody[everybody.referred_week >= self.first]
        for group, which in self.members(everybody).items():
            rows.append(("served_all", group, float(everybody.start_week[which].notna().sum()), float(which.sum())))
        rows += [(name, "all", value, np.nan) for name, value in self.of_service().items()]
        return pd.DataFrame(rows, columns=["measure", "group", "value", "people"])

    def of_group(self, group: str, which: np.ndarray) -> list[tuple[str, str, float, float]]:
        """Return the rows of one group."""
        rows = []
        for name, values in self.values.items():
            known = values[which & ~np.isnan(values)]
            rows.append((name, group, float(known.mean()) if len(known) else np.nan, float(len(known))))
        value = {name: (number, people) for name, _, number, people in rows}
        gain, followed_people = value[f"gain_{OUTCOME_WEEKS}"]
        loss, discharged = value[f"loss_{AFTER_EXIT[0]}"]
        waits = self.values["wait_mean"][which & ~np.isnan(self.values["wait_mean"])]
        rows += [
            (f"gain_{OUTCOME_WEEKS}_sd", group, gain / self.spread, followed_people),
            ("gain_total", group, gain * followed_people if followed_people else 0.0, followed_people),
            ("dependency_share", group, value["dependency"][0] / loss if loss > 0 else np.nan, discharged),
            ("wait_p90", group, float(np.quantile(waits, 0.9)) if len(waits) else np.nan, float(len(waits))),
            ("served", group, value["wait_mean"][1], float((which & self.cohort).sum())),
            ("hours", group, self.hours_a_contact * float(np.nansum(self.values["contacts"][which])), float((which & self.cohort).sum())),
        ]
        return [row for row in rows if row[0] != "contacts"]

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        """`by_person`, worked out once."""
        return self.by_person()

    @cached_property
    def spread(self) -> float:
        """Standard deviation of latent wellbeing of the cohort under usual care when the primary outcome is taken."""
        return float(np.nanstd(self.courses[1][self.cohort, AT_OUTCOME], ddof=1))

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """The weeks after the warm-up."""
        weekly = self.model.results.weekly
        return weekly[weekly.week >= self.first]

    @cached_property
    def hours_a_contact(self) -> float:
        """Diary hours used for each contact held, over the whole run: calls, joint meetings and going along are shared out among contacts."""
        contacts = self.model.results.people.contacts.sum()
        return float(self.model.results.weekly.contact_hours.sum() / contacts) if contacts else 0.0

    def of_service(self) -> dict[str, float]:
        """Return what is told of the service as a whole."""
        weekly = self.weekly
        return {
            "weeks_waited": float(weekly.waiting.sum() / max(weekly.referrals.sum(), 1)),
            "waiting_end": float(weekly.waiting.iloc[-1]),
            "workload": float(weekly.workload.mean()),
            "hours_unmet": float(weekly.hours_unmet.sum()),
            "spend": float(weekly.cost.sum()),
            "spend_staff": float(weekly.cost_staff.sum()),
            "spend_places": float(weekly.cost_places.sum()),
            "spend_care": float(weekly.cost_care.sum()),
        }

    def spells(self) -> pd.DataFrame:
        """Return how many first spells of the cohort ended in each week after their start, by group and cause; `open`: the run ended first."""
        people = self.people[self.cohort & self.people.start_week.notna().to_numpy()]
        weeks = people.end_week.astype(float).fillna(self.model.week) - people.start_week.astype(float)
        cause = people.exit_reason.astype(object).where(people.end_week.notna(), STILL_OPEN)
        tables = []
        for group, which in self.members(people).items():
            own = pd.DataFrame({"weeks": weeks[which].to_numpy("i8"), "cause": cause[which].to_numpy(str)})
            counted = own.groupby(["weeks", "cause"]).size().rename("people").reset_index()
            tables.append(counted.assign(group=group)[["group", "weeks", "cause", "people"]])
        return pd.concat(tables, ignore_index=True)


def planned_length(parameters: Parameters) -> float:
    """Return the weeks after which a programme is planned to end; missing when it is open-ended."""
    return np.nan if parameters.programme.open_ended else float(parameters.programme.length_weeks)


def among(which: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return `values` of those a measure is about, missing for the others."""
    return np.where(which, values, np.nan)
