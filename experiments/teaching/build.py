"""Make the figures of the lessons anew, fill them into the worksheets of docs/teaching, and write the notebooks (a few minutes).

    python -m experiments.teaching.build
"""

from __future__ import annotations

from types import ModuleType

from experiments.manifest import package_version
from experiments.pages import begin
from experiments.teaching import lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6
from experiments.teaching.pages import filled, notebook, notebook_of, read_figures, worksheet, write_figures

LESSONS: tuple[ModuleType, ...] = (lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6)


def main() -> None:
    """Run the lessons, keep their figures, and write the pages."""
    begin(__doc__)
    figures = {lesson.SLUG: lesson.figures() for lesson in LESSONS}
    write_figures(figures, {lesson.SLUG: lesson.SEEDS for lesson in LESSONS}, package_version("spsim") or "not installed")
    write_pages()


def write_pages() -> None:
    """Fill the kept figures into the worksheets, and write the notebooks from them."""
    figures = read_figures()
    for lesson in LESSONS:
        page = page_of(lesson, figures[lesson.SLUG])
        worksheet(lesson.SLUG).write_text(page, encoding="utf-8")
        notebook_of(lesson.SLUG).parent.mkdir(parents=True, exist_ok=True)
        notebook_of(lesson.SLUG).write_text(notebook(page, lesson.CODE), encoding="utf-8")


def page_of(lesson: ModuleType, figures: dict[str, str]) -> str:
    """Return the worksheet of a lesson with its figures."""
    return filled(worksheet(lesson.SLUG).read_text(encoding="utf-8"), figures)


if __name__ == "__main__":
    main()
