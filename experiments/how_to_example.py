"""The figures quoted in docs/how-to/ask-a-what-if-question.md: its command run, its answer written into the page."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from experiments import cli
from experiments.pages import marked, renewed
from experiments.report.effects import Told
from experiments.report.told import headline_lines
from experiments.store import Store
from experiments.whatif.bench import Bench
from experiments.whatif.compare import compare
from experiments.whatif.question import question_of

PAGE = Path("docs/how-to/ask-a-what-if-question.md")
COMMAND = re.compile(r"^spsim compare (?P<words>.*\[.*)$", re.MULTILINE)
BLOCK = marked("example")


def answer(page: str, store: Path) -> str:
    """Return what the first comparison on `page` answers about its first scenario, from runs kept in `store`."""
    words = shlex.split(COMMAND.search(page)["words"])
    request = cli.read("compare", words)
    found = compare(question_of(request), Bench(Store(store), request.settings["weeks"], request.settings["processes"]), quiet=True)
    return "\n".join(headline_lines(Told(found), found.question.scenarios[0]))


def with_answer(page: str, told: str) -> str:
    """Return `page` with `told` between its marks."""
    return renewed(page, BLOCK, f"```text\n{told}\n```\n")


def main() -> None:
    """Renew the page."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_answer(page, answer(page, Path("outputs/store"))), encoding="utf-8")


if __name__ == "__main__":
    main()
