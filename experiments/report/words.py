"""Short names of measures, for titles and lists where the full words of `experiments.whatif.measures` are too long."""

SHORT = {
    "uptake": "uptake",
    "wait_p90": "the longest waits",
    "retention_52": "staying for a year",
    "dropout": "drop-out",
    "changed_worker": "change of link worker",
    "setbacks_per_year": "setbacks",
    "gain_over_usual_care_26": "wellbeing at half a year",
    "gain_over_usual_care_52": "wellbeing at a year",
    "gain_over_usual_care_104": "wellbeing at 2 years",
    "gain_over_usual_care_156": "wellbeing at 3 years",
    "cost_per_person": "cost",
    "net_benefit_per_person": "net benefit",
    "waiting_mean": "the waiting list",
    "caseload_mean": "caseload",
    "star_years_per_person": "Star point-years",
}
AFTER = {26: "half a year", 52: "a year", 104: "2 years", 156: "3 years"}
