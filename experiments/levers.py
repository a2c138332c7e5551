"""The levers: what a commissioner or a service can change, and the parameters that stand for it."""

from __future__ import annotations

LEVERS: dict[str, tuple[str, ...]] = {
    "Number of link workers": ("workforce.posts", "workforce.hours"),
    "Caseload cap, in heads or weighted by complexity": ("workforce.caseload_cap", "workforce.caseload_weighting"),
    "New users a worker takes on in a week": ("workforce.intake_per_week",),
    "Turnover of link workers and what drives it": ("workforce.turnover", "workforce.turnover_workload", "workforce.turnover_gaps"),
    "Notice, vacancies and learning the job": ("workforce.notice_weeks", "workforce.vacancy_weeks", "workforce.ramp_weeks"),
    "Handovers: how many are managed, and who comes first": ("handover.managed_share", "handover.order"),
    "Calls within a week of a change of worker": ("handover.call_within_week",),
    "Order of the waiting list": ("allocation.list_order",),
    "Length of the programme": ("programme.length_weeks", "programme.open_ended"),
    "Discretion to extend": ("programme.discretion", "programme.extension_weeks", "programme.max_extensions"),
    "Who is told of the time limit": ("programme.tell_limit_share",),
    "Coming back, and by which route": ("programme.reentry", "programme.reentry_route"),
    "Contact schedule and taper": ("contact.schedule", "contact.interval_weeks", "contact.interval_until", "contact.maintenance_interval"),
    "Going along to a first session": ("contact.accompaniment_share",),
    "Goals that follow the person's needs": ("contact.personalised",),
    "Check-ins after exit": ("contact.check_ins_after_exit",),
    "Number and mix of community services": ("community.services", "community.mix"),
    "Places of a service": ("community.places_min", "community.places_max"),
    "Kinds of services": (
        "community.evening_share",
        "community.older_share",
        "community.adapted_share",
        "community.women_only_share",
        "community.unsafe_share",
        "community.course_share",
    ),
    "How far people can travel to a service": ("community.travel_limit",),
    "Closures and austerity": (
        "community.closure_rate",
        "community.austerity",
        "community.austerity_cut",
        "community.austerity_weeks",
        "community.sudden_loss_share",
        "community.sudden_loss_week",
    ),
    "The service itself (off: usual care)": ("programme.enabled",),
}
