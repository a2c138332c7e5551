"""`spsim plan`: the smallest change of a lever that meets a target, to the terminal and to a folder.

The same command again finds its results and only prints them; another one that tries the same values takes their runs from the store.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.errors import UsageError
from experiments.manifest import answer_code, manifest, versions
from experiments.outputs import MANIFEST, Outputs
from experiments.planning.plan import Plan, PlanQuestion, ask, plan
from experiments.planning.words import answer, table_text, wrapped
from experiments.settings import Request
from experiments.whatif.keeping import kept_in_store
from experiments.whatif.question import bench_of

ASKED = ("measure", "lever", "below", "above", "probability", "low", "high", "step", "min_replications", "max_replications", "seed")
ANSWER, TABLE, PICTURE, PICTURE_WORDS = "answer.json", "plan.csv", "plan.png", "plan.txt"


def main(request: Request) -> None:
    """Find what `request` asks, unless the answer is there already, and print it."""
    question = ask_of(request)
    decides = what_decides(request, question)
    outputs = Outputs.of(request.settings["out"], request.name, decides)
    if not outputs.found(ANSWER):
        find(request, question, outputs)
    told = json.loads((outputs.folder / ANSWER).read_text(encoding="utf-8"))
    print("\n\n".join([*map(wrapped, told["paragraphs"]), told["table"]]))
    print(f"\nResults: {outputs.folder} ({TABLE}, {PICTURE}; {PICTURE_WORDS} describes the picture)")


def ask_of(request: Request) -> PlanQuestion:
    """Return what `request` asks, checked."""
    question = ask(request.parameters, **{key: request.settings[key] for key in ASKED})
    check_seeds(question)
    return question


def check_seeds(question: PlanQuestion) -> None:
    """Raise `UsageError` when the last seed would be too large."""
    if question.seed + question.rule.most > 2**63:
        raise UsageError(f"seed={question.seed}: with max_replications={question.rule.most} the last seed is above {2**63 - 1}, the most allowed.")


def what_decides(request: Request, question: PlanQuestion) -> dict[str, Any]:
    """Return everything that decides the answer: its hash names the folder."""
    lever, target, rule = question.lever, question.target, question.rule
    return {
        "command": request.command,
        **versions(),
        "answer_code": answer_code(),
        "service": request.service,
        "scenario": request.scenario,
        "target": {"measure": target.measure, "below" if target.at_most else "above": target.limit, "probability": rule.probability},
        "lever": {"name": lever.key, "low": lever.value(-lever.down), "high": lever.value(lever.up), "step": lever.step},
        "runs": {"least": rule.least, "most": rule.most},
        "seed": question.seed,
        "weeks": request.settings["weeks"],
        "parameters": request.parameters.as_dict(),
    }


def find(request: Request, question: PlanQuestion, outputs: Outputs) -> None:
    """Run what is missing and write the results; whatever stops it, finished runs stay in the store."""
    started, clock, bench = datetime.now(UTC), time.monotonic(), bench_of(request)
    with kept_in_store(request, bench.store, outputs):
        found = plan(question, bench)
        with outputs.whole() as folder:
            record = manifest(outputs.decides, request, started, time.monotonic() - clock) | {"runs_simulated": found.simulated}
            write(folder, found, bench.weeks, record)


def write(folder: Path, found: Plan, weeks: int, record: dict[str, Any]) -> None:
    """Write the table, the picture and its words, the answer and the manifest into `folder`."""
    from experiments.planning.chart import draw_plan

    found.tried.to_csv(folder / TABLE, index=False)
    (folder / PICTURE_WORDS).write_text(draw_plan(found, folder / PICTURE) + "\n", encoding="utf-8")
    told = {"value": found.value, "status": found.found.status, "paragraphs": answer(found, weeks), "table": table_text(found)}
    for name, content in ((ANSWER, told), (MANIFEST, record)):
        (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
