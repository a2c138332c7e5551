"""What a page shows before anything is asked: the service as it is, from a few runs."""

from __future__ import annotations

from experiments.app.jobs import Job
from experiments.report import html
from experiments.report.figures.figure import Table
from experiments.report.numbers import PERCENT, of, unit
from experiments.report.sentences import capital
from experiments.whatif.measures import HEADLINES
from sim.parameters import WEEKS_PER_YEAR

NO_LEVEL = ("net_benefit_per_person",)  # only differences of it have a meaning
CAUTION = (
    "One run is one stretch of luck, not a forecast. Wellbeing above usual care sets people against themselves with the same luck and no link worker; "
    "it is far smaller than the rise that reviews record."
)


def told(job: Job, title: str) -> str:
    """Return the headline figures of the service named `title` as it is: the mean over runs, and single runs, lowest to highest."""
    measures, weekly = job.as_it_is
    of_all = measures[(measures.group == "all") & measures.measure.isin(HEADLINES)]
    wide = of_all.pivot(index="seed", columns="measure", values="value")
    rows = []
    for name in HEADLINES:
        if name in wide and name not in NO_LEVEL and (values := wide[name].dropna()).size:
            kind = unit(name)
            places = kind.places(values.mean(), values.min(), values.max())
            single = f"{kind.number(values.min(), places)} to {kind.number(values.max(), places)}"
            rows.append((capital(of(name).words), kind.number(values.mean(), places), single, kind.axis.replace(PERCENT, "per cent")))
    years = job.asked.weeks / WEEKS_PER_YEAR
    referred = weekly.groupby("seed").referrals.sum().mean()
    lead = f"{title}, as the model has it: about {float(f'{referred:.1e}'):,.0f} people referred over {years:.3g} years, in {len(wide)} runs."
    shown = Table("The service as it is", ("Measure", "Mean of the runs", "Single runs, lowest to highest", "Unit"), tuple(rows))
    inner = html.paragraph(lead, class_="lead") + html.table(shown) + html.paragraph(CAUTION, class_="note")
    return html.section("answer", "The service as it is", inner)
