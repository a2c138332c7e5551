"""Posteriors: parameter sets that fit published targets, in one file, and the row that each seed takes.

A file is Parquet: a row a draw, a column a parameter by short key (`workforce.turnover`), and in its schema, under
`spsim`, what it is about as JSON. The run with seed *s* takes row *s* mod *n*, on all sides of a comparison and at every
point of a sweep, so that pairs stay pairs. What somebody sets on purpose wins over the row.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.errors import UsageError, one_line
from experiments.manifest import code_hash, package_version
from experiments.settings import Request, plain
from experiments.store import writer
from experiments.whatif.draws import YARDSTICKS
from sim import ParameterError, Parameters
from sim.parameters import Declaration, declarations, nearest
from sim.parameters.declaration import check

METADATA = b"spsim"
NEEDED = ("model_code", "service")  # what a file must say of itself
MOST_BYTES, MOST_ROWS = 100_000_000, 100_000
MOST_TOLD = 5  # values that differ, in a message
CHAINED = 0.3  # correlation of neighbouring rows from which they are no independent draws, where there are rows enough to tell
REMEDY = "name a posterior.parquet that `spsim calibrate` wrote"


@dataclass(frozen=True)
class Posterior:
    """Parameter sets that fit the targets named in `about`: `draws` has a row a set and a column a parameter, by short key.

    `digest` is the hash of draws and about, `name` the name of the file.
    """

    draws: pd.DataFrame = field(compare=False, repr=False)
    about: Mapping[str, Any] = field(compare=False, repr=False)
    digest: str
    name: str = ""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The full key of every parameter that it holds."""
        return tuple(f"model.{name}" for name in self.draws.columns)

    def row(self, seed: int) -> int:
        """Return the number of the row that the run with `seed` takes."""
        return seed % len(self.draws)

    def values(self, seed: int) -> dict[str, Any]:
        """Return what the row of `seed` sets, by full key; whole numbers are ints."""
        row = self.row(seed)
        return {key: self.draws[name].iat[row].item() for key, name in zip(self.keys, self.draws.columns, strict=True)}

    def applied(self, parameters: Parameters, seed: int, keep: Collection[str] = ()) -> Parameters:
        """Return `parameters` with the row of `seed`, but for the full keys in `keep`. Raises `ParameterError`, which names the row, when values contradict."""
        values = {key: value for key, value in self.values(seed).items() if key not in keep}
        try:
            return parameters.replace(values)
        except ParameterError as error:
            raise ParameterError(f"{error} So it is with row {self.row(seed)} of the posterior {self.name}, which seed {seed} takes.") from error

    def in_doubt(self, keep: Collection[str] = ()) -> tuple[str, ...]:
        """Return the short keys of the parameters that differ from row to row and are not in `keep`, by full key."""
        return tuple(name for key, name in zip(self.keys, self.draws.columns, strict=True) if key not in keep and self.draws[name].nunique() > 1)

    def chained(self) -> tuple[str, ...]:
        """Return the short keys of the parameters of which neighbouring rows are alike, as in a chain that was not thinned and shuffled."""
        least = max(CHAINED, 5 / len(self.draws) ** 0.5)  # five standard errors of the correlation of independent rows
        if least >= 1:  # too few rows to tell
            return ()
        varied = (name for name in self.draws.columns if self.draws[name].nunique() > 1)
        return tuple(name for name in varied if self.draws[name].autocorr() > least)

    def as_dict(self) -> dict[str, Any]:
        """Return what a manifest says of it."""
        return {"name": self.name, "digest": self.digest, "rows": len(self.draws), "parameters": list(self.draws.columns), "about": dict(self.about)}


def with_posterior(parameters: Parameters, posterior: Posterior | None, seed: int, keep: Collection[str] = ()) -> Parameters:
    """Return `parameters` with the row that `seed` takes, but for the full keys in `keep`; unchanged without a posterior."""
    return parameters if posterior is None else posterior.applied(parameters, seed, keep)


def posterior_of(request: Request) -> Posterior | None:
    """Return the posterior that `posterior=` names, None when it names none.

    Raises `UsageError` for a file that cannot be read, or that is of another service, other circumstances or another version of the model.
    """
    path = request.settings.get("posterior")
    if path is None:
        return None
    try:
        found = read(path)
    except UsageError as error:
        raise UsageError(f"posterior={error}") from error
    about, again = found.about, f"run `spsim calibrate service={request.service}` again"
    if about["service"] not in services(request):
        raise UsageError(
            f"posterior={path}: it was fitted to service={about['service']}, and this is service={request.service}; name that service, or {again} for this one."
        )
    if about["model_code"] != code_hash():
        theirs, ours = (f"version {v} (source {c[:12]})" for v, c in ((about.get("version"), about["model_code"]), (package_version("spsim"), code_hash())))
        raise UsageError(f"posterior={path}: it was fitted with another model, {theirs}, and this is {ours}: its values may no longer fit; {again}.")
    check_circumstances(found, request, again)
    return found


def check_circumstances(found: Posterior, request: Request, again: str) -> None:
    """Raise `UsageError` for what is otherwise here than the fit took as known; `again` says how to fit again."""
    if other := elsewhere(found, request):
        told = "; ".join(f"{name} was {there} there and is {here} here" for name, there, here in other[:MOST_TOLD])
        more = f"; and {len(other) - MOST_TOLD} more" if len(other) > MOST_TOLD else ""
        one = f"model.{other[0][0]}={other[0][1]}"
        raise UsageError(
            f"posterior={request.settings['posterior']}: it was fitted in other circumstances: {told}{more}. Set here which is meant, as in {one}, or {again}."
        )


def elsewhere(posterior: Posterior, request: Request) -> list[tuple[str, str, str]]:
    """Return what the fit took as known and what is otherwise here, by short key with both values in words.

    What the command line and scenario= set here is set on purpose, and no difference. A file need not say what was taken as known.
    """
    own, fixed = own_keys(request), posterior.about.get("fixed")
    if not isinstance(fixed, Mapping):
        return []
    here = {f"{group}.{name}": value for group, values in request.parameters.as_dict().items() for name, value in values.items()}
    return [
        (name, plain(there), plain(here[name]) if name in here else "no parameter")
        for name, there in fixed.items()
        if f"model.{name}" not in own and (name not in here or canonical({"": there}) != canonical({"": here[name]}))
    ]


def told_of(posterior: Posterior | None) -> dict[str, Any] | None:
    """Return what a manifest says of a posterior; None without one."""
    return None if posterior is None else posterior.as_dict()


def set_by(told: Mapping[str, Any] | None, keep: Collection[str] = ()) -> dict[str, str]:
    """Return where the value of each full key comes from that the posterior sets, those in `keep` aside; `told` is what the manifest says of it."""
    keys = () if told is None else (f"model.{name}" for name in told["parameters"])
    return {key: f"posterior={told['name']}, row seed mod {told['rows']}" for key in keys if key not in keep}


def own_keys(request: Request) -> frozenset[str]:
    """Return the full keys that scenario= and the command line set: they win over a posterior, those of the service do not."""
    return frozenset(key for key, origin in request.set_by.items() if not origin.startswith("service="))


def services(request: Request) -> list[str]:
    """Return the services that `request` is about: its own, and those that the places of a system are like."""
    alike = [origin.removeprefix("service=") for origin, _ in request.layers if origin.startswith("service=")]
    return list(dict.fromkeys([request.service, *alike]))


def write(path: str | Path, draws: pd.DataFrame, about: Mapping[str, Any]) -> Posterior:
    """Write `draws`, a column a parameter by short key, and what they are about to `path`, whole or not at all, and return the posterior.

    `about` must name the `service`; the version of the model is added. Neighbouring seeds take neighbouring rows, so these must be independent
    of one another: thin a chain and shuffle it. Raises `UsageError` for a parameter that is not known and a value that is not allowed.
    """
    path = Path(path)
    full = {"version": package_version("spsim"), "model_code": code_hash(), **json.loads(json.dumps(about))}
    try:
        given = pa.Table.from_pandas(draws, preserve_index=False)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise UsageError(f"the draws of {path.name} are no table of numbers: {one_line(error)}.") from error
    made = checked(given, full, path.name)
    table = pa.Table.from_pandas(made.draws, preserve_index=False).replace_schema_metadata({METADATA: canonical(full)})
    draft = path.parent / f".{path.name}-{writer()}"
    try:
        pq.write_table(table, draft, compression="zstd")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return made


def read(path: str | Path) -> Posterior:
    """Return the posterior in the file `path`. Raises `UsageError`, in one line, for a file that is not there, too large or no posterior."""
    path = Path(path).expanduser()
    if path.is_dir():
        raise UsageError(f"{path}: it is a folder; name the file in it, {path / 'posterior.parquet'}.")
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file; {REMEDY}.")
    if path.stat().st_size > MOST_BYTES:
        raise UsageError(f"{path}: it has {path.stat().st_size:,} bytes, and {MOST_BYTES:,} is the most that is read; thin its draws.")
    try:
        with pq.ParquetFile(path) as file:
            about = about_in(file.schema_arrow)
            check_shape(file.schema_arrow, file.metadata.num_rows)
            return checked(file.read(), about, path.name)
    except (OSError, pa.ArrowException) as error:
        raise UsageError(f"{path}: this cannot be read as Parquet ({one_line(error)}); {REMEDY}.") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def about_in(schema: pa.Schema) -> dict[str, Any]:
    """Return what a file says of itself."""
    try:
        about = json.loads((schema.metadata or {})[METADATA])
    except (KeyError, ValueError):
        about = None
    if not isinstance(about, dict):
        raise UsageError(f"this file does not say what fit it comes from, so it is no posterior; {REMEDY}.")
    return about


def check_shape(schema: pa.Schema, rows: int) -> None:
    """Raise `UsageError` for a table without rows or columns, one that is too long, and columns that hold no numbers or stand twice."""
    if not rows or not schema.names:
        raise UsageError(f"it holds no {'draws' if schema.names else 'parameters'}; {REMEDY}.")
    if rows > MOST_ROWS:
        raise UsageError(f"it holds {rows:,} draws, and {MOST_ROWS:,} is the most that is read; thin them.")
    for column in schema:
        if schema.names.count(column.name) > 1:
            raise UsageError(f"the column {column.name} stands twice.")
        if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            raise UsageError(f"the column {column.name} holds {column.type}; a posterior holds numbers.")


def checked(table: pa.Table, about: Mapping[str, Any], name: str) -> Posterior:
    """Return the posterior in `table`, each column in the type of its parameter, when `about` and every value are allowed."""
    if missing := [key for key in NEEDED if not isinstance(about.get(key), str)]:
        raise UsageError(f"it does not say its {missing[0]}; {REMEDY}.")
    check_shape(table.schema, table.num_rows)
    known = {key.removeprefix("model."): (declared, default) for key, declared, default in declarations()}
    for column in table.column_names:
        if column not in known:
            raise UsageError(f"{column} is not a parameter.{nearest(column, list(known))} `spsim describe` lists all.")
        if table[column].null_count:
            raise UsageError(f"{column} has a value that is missing.")
    draws = pd.DataFrame({column: typed(column, table[column].to_numpy(), *known[column]) for column in table.column_names})
    return Posterior(draws, dict(about), digest_of(draws, about), name)


def typed(name: str, values: np.ndarray, declared: Declaration, default: Any) -> np.ndarray:
    """Return the `values` of one parameter, ints for a whole number, when all are allowed."""
    if isinstance(default, (bool, str, tuple)):
        raise UsageError(f"{name} is no single number; a posterior holds numbers.")
    if name.removeprefix("economics.") in YARDSTICKS:
        raise UsageError(f"{name} says what things are worth, which no fit can tell; set it on the command line.")
    whole = values.dtype.kind in "iu"
    if not whole and not np.isfinite(values).all():
        raise UsageError(f"{name} has a value that is missing or not finite.")
    if isinstance(default, int) and not whole:
        broken = values[values != np.round(values)]
        if len(broken):
            raise UsageError(f"{name} = {broken[0]:g} is not allowed: it must be a whole number, in {declared.unit}.")
    kind = np.int64 if isinstance(default, int) else np.float64
    for end in (values.min(), values.max()):
        try:
            check(name, declared, default, kind(end).item())
        except (ParameterError, OverflowError) as error:
            raise UsageError(str(error)) from error
    return values.astype(kind)


def digest_of(draws: pd.DataFrame, about: Mapping[str, Any]) -> str:
    """Return the SHA-256 of names, values and what they are about."""
    total = hashlib.sha256(canonical(about))
    for name in draws.columns:
        values = draws[name].to_numpy()
        total.update(f"\0{name}\0".encode() + values.astype(values.dtype.newbyteorder("<")).tobytes())
    return total.hexdigest()


def canonical(about: Mapping[str, Any]) -> bytes:
    """Return `about` as JSON with sorted keys."""
    return json.dumps(about, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
