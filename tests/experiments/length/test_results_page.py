"""The page of results: its tables come from the answer, and the words around them stay."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.length.question import LengthQuestion
from experiments.length.report.material import Told
from experiments.length.results_page import BLOCK, FOLDER, PAGE, kept_tables, tables_of, words_of
from experiments.length.results_tables import number, robust
from experiments.length.results_words import Words
from experiments.length.robustness import AS_IT_IS, BESIDES, LENGTHS, MOVED, TOLD, get, sides
from sim import Parameters

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[3]


def test_the_page_has_one_part_that_is_written_and_words_of_its_own() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert len(BLOCK.findall(page)) == 1
    around = BLOCK.sub("", page)
    assert "in the model" in around.lower() or "the model's" in around
    assert not [word for word in ("significant", "proves", "optimal") if word in around]


def test_every_table_and_sentence_of_the_page_with_a_figure_is_made_of_the_files_beside_it() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    answer, moved = kept_tables(ROOT / FOLDER)
    for name, lines in tables_of(answer, moved).items():
        assert "\n".join(lines) in page, f"table {name} is not that of the files: make length"
    said = words_of(answer, moved)
    for paragraph in (text for paragraphs in said.values() for text in paragraphs):
        assert paragraph in page, "make length"
    assert not re.search(r"\bnan\b", " ".join(sum(said.values(), [])))


def test_words_outside_the_written_part_quote_no_result() -> None:
    around = BLOCK.sub("", (ROOT / PAGE).read_text(encoding="utf-8"))
    assert not re.findall(r"\d\.\d|\d ?%|\d points", around)


def test_a_sentence_follows_the_tables() -> None:
    answer, moved = kept_tables(ROOT / FOLDER)
    words = Words(Told(answer), moved)
    halved = moved.assign(mean=moved["mean"].where(~((moved.parameter == "programme.reentry") & (moved.value == "0")), 0.0))
    assert "100% of the gain with 2 years" in Words(words.m, halved).coming_back()
    assert "100% of the gain with 2 years" not in words.coming_back()


def test_each_number_is_moved_to_both_ends_alone_and_the_seeds_and_lengths_stay() -> None:
    question = LengthQuestion(Parameters(), ("26", "104", "open"))
    tried = sides(question)
    assert len(tried) == 1 + 2 * len(MOVED) + sum(map(len, BESIDES.values()))
    plain = tried[AS_IT_IS, ""]
    for (name, value), side in tried.items():
        assert (side.seeds, side.lengths) == (plain.seeds, plain.lengths)
        if name != AS_IT_IS:
            assert get(side, name) == float(value) != get(plain, name)
            assert side.service.replace({name: get(plain, name)}) == plain.service


def test_a_row_of_the_check_holds_the_differences_from_the_reference() -> None:
    rows = [
        ("habit.decay", "0.01", mode, length, measure, 1.0, place / 10, place / 10 - 0.05, place / 10 + 0.05, "104")
        for mode in ("fixed", "backlog") for place, length in enumerate(LENGTHS) for measure in TOLD
    ]  # fmt: skip
    columns = ["parameter", "value", "mode", "length", "measure", "mean", "difference", "ci_low", "ci_high", "needed"]
    table = robust(pd.DataFrame(rows, columns=columns), "backlog")
    told = ["`habit.decay` = 0.01", "1.00", "0.00 (−0.05 to 0.05)", "0.20 (0.15 to 0.25)", "0.20 (0.15 to 0.25)", "100%", "2 years"]
    assert table.iloc[0].tolist() == told


def test_a_number_that_is_not_there_is_a_dash() -> None:
    assert number(np.nan, np.nan, np.nan, 2) == "–"
    assert number(-1234.5, np.nan, np.nan, 1) == "−1,234.5"
