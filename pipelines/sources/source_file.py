"""The one file of a source: found by its names, read as columns, refused when it is damaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from features.manifest import Manifest, is_time_zone
from features.problem import BookRefused, Origin, Problem
from pipelines.sources.csv_files import columns_twice, read_csv
from pipelines.sources.reading import no_source

_KINDS = (".parquet", ".csv")
_OPTIONS = {"country": "--country CN", "time_zone": "--time-zone Asia/Shanghai", "currency": "--currency CNY"}


@dataclass(frozen=True)
class SourceFile:
    """The columns of one file and where its rows stand.

    Parameters
    ----------
    table
        Its columns: text of a CSV file, types of a Parquet file.
    origin
        Its name and the number of its first row.
    """

    table: Any
    origin: Origin


def found_file(path: Path, *, stems: Sequence[str]) -> Path:
    """Return the file itself, or the first of the names that the folder holds as Parquet or CSV.

    Parameters
    ----------
    path
        A file of any name, or a folder.
    stems
        Names without their ending; the first one found counts.

    Raises
    ------
    BookRefused
        When there is none of them.
    """
    found = path if path.is_file() else optional_file(path, stems=stems)
    if found is None:
        raise no_source(path, expected=", ".join(f"{stem}.parquet or .csv" for stem in stems))
    return found


def optional_file(folder: Path, *, stems: Sequence[str]) -> Path | None:
    """Return the first of the names that the folder holds as Parquet or CSV; None when it holds none."""
    files = (folder / f"{stem}{kind}" for stem in stems for kind in _KINDS)
    return next((file for file in files if file.is_file()), None)


def read_file(file: Path, *, table: str) -> SourceFile:
    """Return the columns of a CSV or Parquet file.

    Parameters
    ----------
    file
        Parquet unless its name ends in ``.csv``.
    table
        Name of what it holds, for messages.

    Raises
    ------
    BookRefused
        When it cannot be read, or two of its columns share a name.
    """
    if file.suffix.lower() == ".csv":
        read = read_csv(file, table=table)
        if read.problems:
            raise BookRefused(read.problems)
        return SourceFile(read.table, Origin(tuple((file.name, rows, first) for rows, first in read.runs)))
    try:
        twice = columns_twice(pq.read_schema(file).names, table=table, file=file)
        if twice:
            raise BookRefused(twice)
        columns = _plain_texts(pq.read_table(file).replace_schema_metadata(None))
    except (pa.ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0][:120]
        expected, remedy = f"Parquet or .csv in {file.name}", "Fetch the file again."
        problem = Problem(table, "", "not-parquet", expected, f"bytes that are none ({reason})", remedy)
        raise BookRefused((problem,)) from error
    return SourceFile(columns, Origin(((file.name, columns.num_rows, 1),)))


def _plain_texts(table: Any) -> Any:
    """Return the table with every column of text in one form: no dictionaries, no large or viewed strings."""
    for place, field in enumerate(table.schema):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
            kind = pa.string()
        if kind != field.type:
            table = table.set_column(place, field.name, table[field.name].cast(kind))
    return table


def stated_manifest(
    source: str, *, country: str | None, time_zone: str | None, currency: str | None
) -> Manifest:
    """Return what holds for every row, of a source whose country, zone and currency are known by now.

    Parameters
    ----------
    source
        Name of the importer.
    country, time_zone, currency
        Stated by the user or by the source's own nature.

    Raises
    ------
    BookRefused
        When one of them is stated nowhere, or nobody knows the zone.

    Examples
    --------
    >>> stated_manifest("uci", country="TW", time_zone="Asia/Taipei", currency="TWD").country
    'TW'
    """
    given = {"country": country, "time_zone": time_zone, "currency": currency}
    missing = tuple(
        Problem(
            "book",
            name,
            "missing-option",
            f"the {name.replace('_', ' ')} as an option: the source states none",
            "none",
            f"Add {_OPTIONS[name]} (or yours).",
        )
        for name, value in given.items()
        if not value
    )
    if missing:
        raise BookRefused(missing)
    if not is_time_zone(str(time_zone)):
        expected = "a name of the time zone database (Europe/Warsaw)"
        remedy = "Give it with --time-zone."
        raise BookRefused(
            (Problem("book", "time_zone", "unknown-time-zone", expected, repr(time_zone), remedy),)
        )
    return Manifest(str(country), str(time_zone), str(currency), source=source)


def restated(manifest: Manifest, *, currency: str) -> tuple[str, ...]:
    """Return a note when the book states another currency than the source's own: no amount was converted.

    Examples
    --------
    >>> stated = stated_manifest("uci", country="TW", time_zone="Asia/Taipei", currency="USD")
    >>> restated(stated, currency="USD"), len(restated(stated, currency="TWD"))
    ((), 1)
    """
    if manifest.currency == currency:
        return ()
    return (
        f"the source's amounts are in {currency}; the book calls them {manifest.currency}, as --currency says: "
        "no amount was converted",
    )
