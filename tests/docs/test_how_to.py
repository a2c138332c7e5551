"""Each how-to page works as it stands: its edits are done in a copy of the repository, and its check is run there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "how-to").glob("add-*.md"))
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
COPIED = ("sim", "configs", "experiments", "benchmarks", "docs", "tests", "pyproject.toml", "Makefile", "constraints.txt")
WITHOUT = [word for plugin in ("cacheprovider", "hypothesispytest", "xdist", "hydra_pytest") for word in ("-p", f"no:{plugin}")]  # quicker
RUN = "import importlib, sys, pytest\nfor m in sys.argv[1].split(): importlib.import_module(m).main()\nsys.exit(pytest.main(sys.argv[2:]))"


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """`(language, first line without its mark, rest)` of every fenced block."""
    found = []
    for language, body in FENCE.findall(page.read_text(encoding="utf-8")):
        first, rest = body.split("\n", 1)
        found.append((language, first.removeprefix("# "), rest) if language != "sh" else (language, "", body))
    return found


def hunks(diff: str) -> list[tuple[list[str], list[str]]]:
    """Old and new lines of each edit of a diff: one edit ends where a line that stays or goes follows one that is added."""
    edits, old, new = [], [], []
    for line in diff.splitlines():
        mark, text = line[:1], line[1:]
        if mark != "+" and len(new) and any(kind == "+" for kind, _ in new):
            edits.append((old, new))
            old, new = [], []
        if mark != "+":
            old.append(text)
        if mark != "-":
            new.append((mark, text))
    return [(o, [text for _, text in n]) for o, n in [*edits, (old, new)]]


def edited(text: str, old: list[str], new: list[str]) -> str:
    """`text` with the lines `old`, which must be there once, made `new`; a line that ends in … keeps its end."""
    pattern = r"\n".join(re.escape(line).removesuffix("…") + ("(.*)" if line.endswith("…") else "") for line in old)
    found = re.findall(rf"^{pattern}$", text, flags=re.MULTILINE)
    assert len(found) == 1, f"{len(found)} places fit:\n" + "\n".join(old)
    ends = iter([found[0]] if isinstance(found[0], str) else found[0])
    lines = [line.removesuffix("…") + next(ends) if line.endswith("…") else line for line in new]
    return re.sub(rf"^{pattern}$", lambda _: "\n".join(lines), text, flags=re.MULTILINE)


def copy_to(folder: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("*.svg", "*.png"))
        else:
            shutil.copy(source, folder / name)
    return folder


def follow(page: Path, folder: Path, edit: bool = True) -> None:
    """Make the new files of a page and, with `edit`, its edits."""
    for language, head, body in blocks(page):
        if head.startswith("new file: "):
            (folder / head.removeprefix("new file: ")).write_text(body, encoding="utf-8")
        elif language == "diff" and edit:
            for part in f"# {head}\n{body}".split("# in ")[1:]:
                name, diff = part.split("\n", 1)
                text = (folder / name).read_text(encoding="utf-8")
                for old, new in hunks(diff):
                    text = edited(text, old, new)
                (folder / name).write_text(text, encoding="utf-8")


def commands(page: Path) -> tuple[str, list[str]]:
    """The two lines of the check: `make docs`, and the words after `python -m pytest`."""
    ((_, _, lines),) = [block for block in blocks(page) if block[0] == "sh"]
    first, second = lines.splitlines()
    return first, second.removeprefix("python -m pytest ").split()


def run(folder: Path, makers: list[str], tests: list[str]) -> subprocess.CompletedProcess[str]:
    """Call `main()` of the modules `makers` and then pytest, in one process to save time."""
    command = [sys.executable, "-c", RUN, " ".join(makers), "-q", *WITHOUT, *tests]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def makers_of_docs(folder: Path) -> list[str]:
    """The modules that `make docs` runs."""
    target = (folder / "Makefile").read_text(encoding="utf-8").split("\ndocs:")[1].split("\n\n")[0]
    return re.findall(r"-m (experiments\.\w+)", target)


def test_there_is_a_page_for_a_lever_a_process_and_a_measure():
    assert [page.stem for page in PAGES] == ["add-a-lever", "add-a-measure", "add-a-weekly-process"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_short(page):
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 66


@pytest.mark.scale
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_following_the_page_passes_its_own_check(page, tmp_path):
    folder = copy_to(tmp_path)
    follow(page, folder)
    first, tests = commands(page)
    assert first == "make docs"
    done = run(folder, makers_of_docs(folder), tests)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


@pytest.mark.scale
def test_the_checks_fail_without_the_edits(tmp_path):
    folder = copy_to(tmp_path)
    files = []
    for page in PAGES:
        follow(page, folder, edit=False)
        files.append(commands(page)[1][0])
    done = run(folder, [], files)
    assert done.returncode == 1
    for file in files:
        assert f"FAILED {file}" in done.stdout, done.stdout[-3000:]


def test_an_edit_needs_exactly_one_place():
    assert edited("a = 1  # one\nb = 2\n", ["a = …"], ["a = …", "c = 3"]) == "a = 1  # one\nc = 3\nb = 2\n"
    with pytest.raises(AssertionError, match="2 places"):
        edited("a\na\n", ["a"], ["b"])
