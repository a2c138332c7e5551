"""The archive of a long run on disk: one Parquet file a part, read only when tables are asked for.

`SocialPrescribingService(p, weeks=1560, archive=ParquetParts(folder))`; sim/archive.py says what a part is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.archive import Part


class ParquetParts:
    """Parts of an archive as files of `folder`, which may not hold those of another run."""

    def __init__(self, folder: Path | str) -> None:
        self.folder, self.count = Path(folder), 0
        if list(self.folder.glob("people-*.parquet")):
            raise FileExistsError(f"{self.folder} holds people of another run: give a folder without people-*.parquet.")
        self.folder.mkdir(parents=True, exist_ok=True)

    def append(self, part: Part) -> None:
        """Write one part."""
        pq.write_table(pa.table({name: column(values) for name, values in part.items()}), self.folder / f"people-{self.count:04d}.parquet")
        self.count += 1

    def __iter__(self) -> Iterator[Part]:
        for number in range(self.count):
            table = pq.read_table(self.folder / f"people-{number:04d}.parquet")
            yield {name: array(table[name].combine_chunks()) for name in table.column_names}


def column(values: np.ndarray) -> pa.Array:
    """Return a column of the file: numbers, or lists of one length where a row of `values` holds several."""
    if values.ndim == 1:
        return pa.array(values)
    return pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), values.shape[1])


def array(stored: pa.Array) -> np.ndarray:
    """Return the array that `column` was made of."""
    if pa.types.is_fixed_size_list(stored.type):
        return array(stored.flatten()).reshape(-1, stored.type.list_size)
    return stored.to_numpy(zero_copy_only=False)
