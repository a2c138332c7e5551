"""The archive of a long run kept in Parquet files."""

from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from experiments.archive_files import ParquetParts
from sim import Parameters, SocialPrescribingService, compaction

pytestmark = pytest.mark.unit
CHANGES = {"referrals.first_year": 300, "referrals.later_years": 300, "workforce.posts": 3, "life.gone_rate": 0.6, "life.follow_up_weeks": 20}


def run(archive=None):
    with patch.multiple(compaction, LEAST=20, SHARE=0.2):
        service = SocialPrescribingService(Parameters().replace(CHANGES), seed=1, weeks=80, archive=archive)
        service.run()
    return service


def test_people_archived_in_files_give_the_same_tables(tmp_path):
    in_files, in_memory = run(ParquetParts(tmp_path / "archive")), run()
    files = sorted((tmp_path / "archive").iterdir())
    assert len(files) > 2 and sum(len(pd.read_parquet(file)) for file in files) == in_files.people.dropped.sum()
    for name in ("people", "summary_table", "weekly", "episodes"):
        pd.testing.assert_frame_equal(getattr(in_files.results, name), getattr(in_memory.results, name), check_exact=True)
    assert list(in_files.users)[0].age == list(in_memory.users)[0].age


def test_a_part_comes_back_as_it_was(tmp_path):
    shelf = ParquetParts(tmp_path)
    part = {
        "number": np.array([3, 5], "i4"), "alive": np.array([True, False]), "star_at": np.array([[1.5, np.nan], [2.0, 3.0]], "f4"),
        "goal_area": np.array([[1, 2, 3], [4, 5, 6]], "i1"),
    }  # fmt: skip
    shelf.append(part)
    (back,) = list(shelf)
    for name, values in part.items():
        assert back[name].dtype == values.dtype
        np.testing.assert_array_equal(back[name], values)


def test_a_folder_with_people_of_another_run_is_refused(tmp_path):
    run(ParquetParts(tmp_path))
    with pytest.raises(FileExistsError, match="another run"):
        ParquetParts(tmp_path)
