"""Struct-of-arrays tables."""

import numpy as np
import pytest

from sim.community import Services
from sim.people import People
from sim.table import Column, Table
from sim.workforce import LinkWorkers, Posts

pytestmark = pytest.mark.unit


class Things(Table):
    size = Column("i4", "size", fill=-1)
    shape = Column("f4", "shape", width=3)


def test_fresh_rows_have_the_fill_and_the_width():
    things = Things(2)
    assert things.add(2).tolist() == [0, 1]
    assert things.size.tolist() == [-1, -1] and things.shape.shape == (2, 3)


def test_growth_keeps_what_is_there_and_fills_the_rest():
    things = Things(2)
    things.add(2)
    things.size[:2], things.shape[1] = [7, 8], 5
    assert things.add(9).tolist() == list(range(2, 11))
    assert things.size[:11].tolist() == [7, 8, *[-1] * 9]
    assert things.shape[1].tolist() == [5, 5, 5] and things.capacity >= 11


def test_growth_doubles_so_that_many_small_additions_stay_cheap():
    things, sizes = Things(4), set()
    for _ in range(1000):
        things.add(1)
        sizes.add(things.capacity)
    assert len(sizes) < 12


def test_a_person_takes_at_most_600_bytes():
    assert People.bytes_per_row() <= 600
    assert Things.bytes_per_row() == 4 + 3 * 4


@pytest.mark.parametrize("table", [People, LinkWorkers, Posts, Services])
def test_every_column_says_what_it_means_and_who_writes_it(table):
    for name, column in table.columns.items():
        assert column.meaning and column.writers, name
        if column.missing is not None:
            assert column.missing == column.fill, name


def test_missing_is_a_number_no_count_can_take():
    assert all(column.missing < 0 for table in (People, LinkWorkers, Posts, Services) for column in table.columns.values() if column.missing is not None)


def test_goal_views_follow_the_table_when_it_grows():
    people = People(1)
    people.n = 1
    people.reserve(50)
    people.flat("goal_progress")[4] = 0.5
    assert people.goal_progress[1, 1] == 0.5
    people.n = 2
    people.goal_stage[1, 2] = 3
    np.testing.assert_array_equal(people.goals_in(3), [5])
