"""Pieces of work in the store: made once, never taken for those of other code or options, whatever makes them."""

import pytest

from experiments import pieces
from experiments.cli import read
from experiments.executors import Workers
from experiments.missing import carry_out
from experiments.pieces import Piece
from experiments.store import Store
from experiments.twins import usual_care
from tests.experiments import pieces_made

pytestmark = pytest.mark.unit
MAKER, WEEKS = "tests.experiments.pieces_made:referred", 8


@pytest.fixture(scope="module")
def classroom():
    return read("run", ["service=classroom"]).parameters


def made(store, *wanted, workers=1):
    return carry_out(wanted, store, Workers(workers), quiet=True)


def test_a_piece_is_made_once_and_read_back(classroom, tmp_path):
    store, piece = Store(tmp_path / "store"), Piece(MAKER, classroom, 1, WEEKS)
    assert made(store, piece) == 1 and made(store, piece) == 0
    assert piece.table(store, "referred").people[0] > 0


def test_other_options_seeds_weeks_parameters_or_code_are_other_pieces(classroom, monkeypatch):
    piece = Piece(MAKER, classroom, 1, WEEKS)
    others = [
        Piece(MAKER, classroom, 1, WEEKS, (("more", 1),)), Piece(MAKER, classroom, 1, WEEKS + 1), Piece(MAKER, usual_care(classroom), 1, WEEKS),
        Piece(MAKER, classroom, 1, WEEKS, twin=piece), Piece("tests.experiments.pieces_made:another", classroom, 1, WEEKS),
    ]  # fmt: skip
    keys = {each.key for each in (piece, *others)}
    monkeypatch.setattr(pieces_made, "RESTS_ON", ("patterns", "twins"))
    pieces.code_of.cache_clear()
    assert len(keys | {Piece(MAKER, classroom, 1, WEEKS).key}) == len(others) + 2
    pieces.code_of.cache_clear()


def test_a_twin_that_several_need_is_made_once_and_kept_and_one_that_a_single_piece_needs_is_not(classroom, tmp_path):
    several, single = Store(tmp_path / "several"), Store(tmp_path / "single")
    twin = Piece(MAKER, usual_care(classroom), 1, WEEKS)
    two = [Piece(MAKER, classroom, 1, WEEKS, (("more", more),), twin) for more in (1, 2)]
    assert made(several, *two) == 3 and twin.is_in(several)
    assert made(single, two[0]) == 1 and not twin.is_in(single)
    assert two[0].table(several, "referred").equals(two[0].table(single, "referred"))
    assert two[0].table(single, "referred").twins[0] == twin.made(single)["referred"].people[0]


@pytest.mark.scale
def test_two_processes_make_the_same_bytes_as_one(classroom, tmp_path):
    wanted = [Piece(MAKER, classroom, seed, WEEKS) for seed in (1, 2, 3)]
    stores = [Store(tmp_path / name) for name in ("one", "two")]
    for store, workers in zip(stores, (1, 2), strict=True):
        made(store, *wanted, workers=workers)
    one, two = ([store.entry(p.seed, p.key).joinpath("referred.parquet").read_bytes() for p in wanted] for store in stores)
    assert one == two
