"""The page: the question and its levers on the left, the answer on the right. Everything here is markup made from data."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources

from experiments.app.asked import NUMBERS, SERVICES, Asked, version
from experiments.app.levers import in_titles, levers
from experiments.catalogue import Scenario, unfit
from experiments.report import html
from sim import Parameters

TITLE = "What if? A social prescribing service, simulated"
QUESTIONS = {
    "Staff": ("two_more_workers", "four_fewer_workers", "turnover_10", "turnover_50", "long_vacancies", "caseload_60", "caseload_150", "weighted_caseload"),
    "A change of link worker": ("warm_handover", "warm_handover_complex_first", "call_within_week"),
    "Length and ending": (
        "programme_6_months", "programme_12_months", "programme_36_months", "programme_open", "no_discretion", "no_reentry", "check_ins_after_exit",
    ),
    "Community services": (
        "austerity", "quarter_of_services_lost", "invest_in_services", "evening_services", "adapted_services", "nearer_services", "accompany_all",
    ),
    "Another kind of service": ("complex_first", "nhs_light", "signposting_only", "usual_care"),
}  # fmt: skip
LABELS = {"seed": "First seed", "replications": "Runs of each side", "weeks": "Weeks of each run"}


def style() -> str:
    """Return the style sheets: that of the report, and what the page adds."""
    folder = resources.files("experiments")
    return (folder / "report" / "report.css").read_text(encoding="utf-8") + (folder / "app" / "static" / "app.css").read_text(encoding="utf-8")


def frame(content: str, watches: bool = False, back: str = "?") -> str:
    """Return what stands between the tags of the body; `back` is the address of the question that a live view came from."""
    told = f"spsim {version()}. Made by simulation: every difference is one in the model. Nothing you do here leaves this computer."
    skip = html.element("a", "Skip to the answer", href="#answer-pane", class_="skip")
    here = ("", ' aria-current="page"')
    links = (
        f'<nav class="views" aria-label="Views"><a href="{html.escape(back)}"{here[not watches]}>What if?</a>'
        f'<a href="?view=live"{here[watches]}>Watch it live</a></nav>'
    )
    return (
        f"{skip}<header class='top'>{html.element('h1', 'What if?')}"
        f"{html.paragraph('Change a social prescribing service in the model, and see what happens to the same people with the same luck.', class_='lead')}"
        f"{links}</header><main class='{'live' if watches else 'page'}'>{content}</main><footer>{html.paragraph(told)}</footer>"
    )


def form(asked: Asked, titles: Mapping[str, str], catalogue: Mapping[str, Scenario], service: Parameters) -> str:
    """Return the left side: service, questions, levers, runs and files. `titles` are those of the services."""
    options = html.options({name: titles[name] for name in SERVICES}, asked.service)
    which = html.wrap("label", "Service", for_="service") + f'<select id="service" data-usual="{Asked.service}" autocomplete="off">{options}</select>'
    runs = "".join(number(name, getattr(asked, name)) for name in NUMBERS)
    run = (
        '<div class="go"><button type="button" id="run" class="main">Run</button>'
        '<button type="button" id="cancel" disabled>Cancel</button>'
        '<button type="button" id="reset">Reset all</button></div>'
        '<p id="why-not" class="note">Choose a question or move a lever; then run.</p>'
    )
    files = (
        '<label for="import">Open a scenario file (YAML)</label><input type="file" id="import" accept=".yaml,.yml">'
        '<p><button type="button" id="copy">Copy a link to this page</button></p>'
    )
    return html.wrap(
        "form",
        html.element("h2", "Your question") + which + html.wrap("div", "", id="mistake", role="alert") + questions(asked, catalogue, service)
        + f'<details id="levers" open><summary><h3>Levers</h3></summary>{levers(service, asked.changes)}</details>' + run
        + html.folded("Runs and luck", runs, "runs") + html.folded("Files and link", files, "files"),
        id="asked", data_version=version(), aria_label="Question and levers", onsubmit="return false",
    )  # fmt: skip


def questions(asked: Asked, catalogue: Mapping[str, Scenario], service: Parameters) -> str:
    """Return the questions there are to choose from, by theme: those of the catalogue."""
    told = []
    for theme, names in QUESTIONS.items():
        boxes = "".join(choice(catalogue[name], name in asked.scenarios, unfit(catalogue[name], service)) for name in names)
        chosen = any(name in asked.scenarios for name in names)
        told.append(f'<details class="theme"{" open" if chosen else ""}><summary>{html.escape(theme)}</summary>{boxes}</details>')
    return html.wrap("fieldset", html.element("legend", "What if … (up to four)") + "".join(told), class_="questions")


def choice(scenario: Scenario, chosen: bool, why_not: str | None) -> str:
    """Return one question with its box; one that cannot be asked of the service says why, and can only be taken out."""
    anchor = f"{scenario.name}-why-not"
    off = f' aria-describedby="{anchor}"{"" if chosen else " disabled"}' if why_not else ""
    box = f'<input type="checkbox" name="scenario" value="{html.escape(scenario.name)}" autocomplete="off"{" checked" if chosen else ""}{off}>'
    label = f'<label class="choice">{box} <span>{html.escape(scenario.title)}</span></label>'
    return label + (html.paragraph(in_titles(why_not).replace("=…", ""), class_="note", id=anchor) if why_not else "")


def number(name: str, value: int) -> str:
    """Return an input for a number of runs, weeks or the first seed."""
    low, high = NUMBERS[name]
    box = f'<input type="number" id="{name}" min="{low}" max="{high}" step="1" value="{value}" data-usual="{getattr(Asked, name)}" autocomplete="off">'
    return html.wrap("div", html.wrap("label", LABELS[name], for_=name) + box, class_="lever")


def answer_pane() -> str:
    """Return the right side, empty: status, provisional answer, downloads and answer."""
    downloads = (
        '<p id="downloads" hidden><a id="report" class="shiny-download-link" href="" download>Report to forward</a> '
        '<a id="tables" class="shiny-download-link" href="" download>Tables</a> '
        '<a id="scenario" class="shiny-download-link" href="" download>Scenario as a file</a></p>'
    )
    return (
        '<section id="answer-pane" aria-label="Answer" tabindex="-1"><div id="now"><p id="status" role="status">Getting ready …</p>'
        '<progress id="progress" max="1" value="0" aria-label="Runs done" hidden></progress></div>'
        f'{downloads}<div id="told" class="shiny-html-output"></div></section>'
    )
