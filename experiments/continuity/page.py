"""docs/results/continuity.md: what one change of link worker costs the person it hits, from departures cancelled one by one.

`python -m experiments.continuity.page` takes the runs from the store, or makes them (about half an hour on two cores).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.continuity.figure import figure
from experiments.continuity.figure import frame as framed
from experiments.continuity.page_words import OfPage
from experiments.continuity.study import DECLARED, Study, find
from experiments.continuity.tables import table_of, tried
from experiments.continuity.words import Counts
from experiments.pages import SIGNIFICANT, begin, draw, markdown, picture
from experiments.store import Store

PAGE, FOLDER = Path("docs/results/continuity.md"), Path("docs/results/continuity")
TABLE, TRIED, PICTURE = "continuity.csv", "assumptions.csv", "cost_of_a_change"
HOW = """\
## How it is found

For each departure in weeks {first} to {last} of a run (by then the service is full, and a year can follow), the model goes back to the week
of the notice and lives on in several worlds with the same luck, draw by draw:
as it was; with that one notice not given (`model.workforce.cancel_departure`); with a joint meeting offered to everybody; with none; and with
none but a call by the new worker in the first week. **People hit** are those with the leaver on the last day where there are no joint meetings:
one set of people for all worlds, whom nothing picked that comes after. Stage and confidence are those just before the last day; times
run from the last day. Means are over people of all runs; intervals leave out one run at a time (jackknife, Student's t); those of ratios are
bootstrap intervals over runs. `{table}` holds every estimate with people, departures and runs.

    python -m experiments.continuity.page                  # this page (make continuity): runs what is missing, about half an hour on two cores
    spsim run model.workforce.cancel_departure=[1,71]      # one departure of your own cancelled (post and week as in link_workers.parquet)
    spsim compare 'scenarios=[warm_handover,call_within_week]'   # what other handovers do to a whole service
    spsim compare service=nhs_pcn 'scenarios=[warm_handover]' continuity=true   # what one departure costs in another service
"""
LIMITS = """\
## What it cannot tell

- Where a notice is not given the worker stays, but not for ever: {again} in 100 of those hit change worker within the year there too. What is
  told is the cost of this departure now, not of a service that nobody leaves.
- It includes the vacancy and the new worker's first months: that is what a departure is. A leaver takes no new users in the notice, one who stays does.
- It is the model's cost. That trust, calls and lateness decide who stays is built in; only how much of it comes out where is found.
- Stage and confidence are not assigned at random: those in maintenance differ in much else too.
- Lasting effects stop at a year; what happens after an exit is in the wellbeing figures, not in those of contact.
"""


def page_of(told: OfPage) -> str:
    """Return the page, in Markdown."""
    drawn = figure(told.study, told.table)
    parts = [
        "# What a change of link worker costs the person it hits\n",
        f"Made by `make continuity`; do not edit. {told.scale()}\n",
        "## The answer\n",
        *(f"- {sentence}" for sentence in told.answer()),
        f"\n{picture(PICTURE, drawn, FOLDER.name)}\n",
        *markdown(framed(drawn.table)),
        "\n## What happens to those hit\n",
        *markdown(told.outcomes()),
        "\n## By stage, confidence and handover\n",
        *(f"{sentence}\n" for sentence in told.groups()),
        *markdown(told.by_group()),
        "\n## Repeated changes\n",
        *(f"{sentence}\n" for sentence in told.repeated()),
        *markdown(told.doses()),
        "\n## What a joint meeting buys an hour\n",
        *(f"{sentence}\n" for sentence in told.hours()),
        *markdown(told.per_hour()),
        "\n## Everybody else\n",
        *(f"{sentence}\n" for sentence in told.others()),
        *markdown(told.spilled()),
        "\n## Against the evidence\n",
        *(f"{sentence}\n" for sentence in told.evidence()),
        "## What is robust, and what rests on assumptions\n",
        *(f"{sentence}\n" for sentence in told.robust()),
        *markdown(told.tried()),
        "\nThe assumptions (grade D is assumed, C derived or tuned):\n",
        *markdown(assumed(told.study)),
        "",
        HOW.format(table=f"{FOLDER.name}/{TABLE}", first=told.study.first, last=told.study.last),
        LIMITS.format(again=f"{100 * told.counts.again:.0f}"),
    ]
    return "\n".join(parts).rstrip() + "\n"


def assumed(study: Study) -> pd.DataFrame:
    """Return the assumptions that were tried, as they are declared."""
    rows = []
    for name in study.assumed:
        group, _, own = name.partition(".")
        declared, value = DECLARED[name], getattr(getattr(study.parameters, group), own)
        low, high = declared.plausible
        rows.append((f"`{name}`", f"{value:g}", f"{low:g} to {high:g}", declared.grade, declared.source, declared.meaning))
    return pd.DataFrame(rows, columns=["parameter", "value", "plausible", "grade", "source", "meaning"])


def write(told: OfPage, page: Path = PAGE, folder: Path = FOLDER) -> None:
    """Write the page, its figure and its tables."""
    draw({PICTURE: figure(told.study, told.table)}, folder)
    told.table.to_csv(folder / TABLE, index=False, float_format=SIGNIFICANT)
    told.services.to_csv(folder / TRIED, index=False, float_format=SIGNIFICANT)
    page.write_text(page_of(told), encoding="utf-8")


def main() -> None:
    """Make the runs that are missing and renew the page."""
    begin(__doc__)
    found = find(Study(), Store(Path("outputs/store").absolute()))
    write(OfPage(found.study, table_of(found), Counts.of(found), tried(found)))
    print(f"written: {PAGE} and {FOLDER}")


if __name__ == "__main__":
    main()
