"""Parameters of care use and money. None of them feeds back into the dynamics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.parameters.declaration import SHARE, Group, declare


@dataclass(frozen=True, kw_only=True)
class Economics(Group):
    """Care use, unit costs (2022/23 pounds), the value of wellbeing, and discounting."""

    group: ClassVar[str] = "economics"

    gp_visits: float = declare(
        6.0, unit="per person per year", allowed=(0, 200), plausible=(4, 8), grade="B",
        source="BMC HSR 2021: mean 5.4 (SD 8.0) a year",
        meaning="Mean general-practice visits at four conditions and a Star sum of 28.",
    )
    gp_per_condition: float = declare(
        0.08, unit="share per condition", allowed=(0, 1), plausible=(0.04, 0.15), grade="D",
        source="assumed; Cassell et al. 2018 (direction)",
        meaning="Rise of visits with each condition above four.",
    )
    gp_per_star: float = declare(
        0.02, unit="share per point of the sum", allowed=(0, 0.1), plausible=(0.0, 0.04), grade="D",
        source="assumed; Barker et al. 2018: 0.82 in the most activated",
        meaning="Fall of visits with each point of the latent Star sum above 28.",
    )
    ae_per_admission: float = declare(
        1.75, unit="attendances per admission", allowed=(0, 20), plausible=(1.2, 2.2), grade="C",
        source="BMC HSR 2021: 42.3% with an A&E attendance against 24.2% with an admission",
        meaning="Emergency-department attendances for each emergency admission.",
    )
    worker_cost: float = declare(
        36_428.0, unit="pounds per post per year", allowed=(0, 1_000_000), plausible=(32_000, 42_000), grade="B",
        source="ARRS 2022/23: most that is reimbursed for a link worker",
        meaning="Salary with on-costs of a filled full-time post (37.5 hours a week); part-time posts in proportion.",
    )
    overhead: float = declare(
        0.25, unit="share of salary", allowed=(0, 5), plausible=(0.15, 0.5), grade="D",
        source="assumed",
        meaning="Management, premises and systems on top, paid for every post.",
    )
    place_month: float = declare(
        40.0, unit="pounds per place and month", allowed=(0, 10_000), plausible=(10, 120), grade="D",
        source="assumed",
        meaning="Cost of a community place, occupied or not.",
    )
    gp_cost: float = declare(
        42.0, unit="pounds per visit", allowed=(0, 10_000), plausible=(33, 55), grade="C",
        source="PSSRU 2015 (33-44 pounds), in 2022/23 prices",
        meaning="Cost of a general-practice visit.",
    )
    ae_cost: float = declare(
        165.0, unit="pounds per attendance", allowed=(0, 10_000), plausible=(140, 250), grade="C",
        source="132 pounds (2014/15), in 2022/23 prices",
        meaning="Cost of an emergency-department attendance.",
    )
    admission_cost: float = declare(
        2500.0, unit="pounds per admission", allowed=(0, 100_000), plausible=(1500, 4000), grade="D",
        source="assumed: recent non-elective cost not found",
        meaning="Cost of an emergency admission.",
    )
    wellby_value: float = declare(
        13_000.0, unit="pounds (2019 prices) per life-satisfaction point-year", allowed=(0, 1_000_000),
        plausible=(10_000, 16_000), distribution="triangular", grade="B",
        source="HM Treasury 2021, Green Book supplement on wellbeing",
        meaning="Value of one WELLBY.",
    )
    deflator: float = declare(
        1.12, unit="ratio", allowed=(0.1, 10), plausible=(1.10, 1.14), grade="C",
        source="GDP deflator 2019 to 2022/23, rounded",
        meaning="Factor from 2019 to 2022/23 prices, applied to the value of a WELLBY.",
    )
    satisfaction_per_star: float = declare(
        0.1, unit="life-satisfaction points per Star point", allowed=(0, 2), plausible=(0.03, 0.2),
        distribution="loguniform", grade="D",
        source="assumed: it decides the money conclusion",
        meaning="Life-satisfaction points (0-10) that one point of the Star sum is worth.",
    )
    discount_rate: float = declare(
        0.035, unit="per year", allowed=(0, 1), plausible=(0.0, 0.06), grade="B",
        source="HM Treasury Green Book: 3.5%",
        meaning="Discount rate of money.",
    )
    wellbeing_discount_rate: float = declare(
        0.035, unit="per year", allowed=(0, 1), plausible=(0.015, 0.035), grade="B",
        source="3.5%, or 1.5% as a stated choice",
        meaning="Discount rate of wellbeing.",
    )
    family_spillover: float = declare(
        0.0, unit="share", allowed=SHARE, plausible=(0.0, 0.2), grade="D",
        source="assumed",
        meaning="Wellbeing gained by the family as a share of the person's.",
    )
    wellbys_per_qaly: float = declare(
        6.0, unit="WELLBYs per QALY", allowed=(0.1, 100), plausible=(5, 8), grade="D",
        source="assumed, after Frijters and Krekel 2021 (about 6, as quoted by others)",
        meaning="WELLBYs taken to equal a quality-adjusted life year; used only when QALYs are asked for.",
    )
