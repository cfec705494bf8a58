"""CSV or Parquet files named as the tables of the contract, or a written book."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from features.book_files import TRUTH
from features.contracts import TABLES
from features.manifest import SETTLEMENT_ORDER, Manifest, is_settlement_order, is_time_zone, nearest
from features.prepare import DERIVED
from features.problem import BookRefused, Origin, Problem
from pipelines.sources.csv_files import FileText, columns_twice, read_csv
from pipelines.sources.reading import SourceTables, no_source
from pipelines.sources.text import repaired

_KINDS = (".csv", ".parquet")
_OPTIONS = {"country": "--country CN", "time_zone": "--time-zone Asia/Shanghai", "currency": "--currency CNY"}


def read_directory(
    path: Path, *, country: str | None = None, time_zone: str | None = None, currency: str | None = None
) -> SourceTables:
    """Return the tables in a folder of CSV or Parquet files.

    A table is ``<name>.csv``, ``<name>.parquet`` or a folder ``<name>/`` of such parts. Country, time
    zone and currency come from the options, else from a ``book.json`` beside the files. A written
    book is such a folder; its derived columns are left out.

    Parameters
    ----------
    path
        The folder.
    country, time_zone, currency
        Options; they go before what ``book.json`` says.

    Raises
    ------
    BookRefused
        When there is no folder, or country, time zone or currency is stated nowhere.
    """
    if not path.is_dir():
        raise no_source(path, expected="a folder of CSV or Parquet files")
    manifest = _manifest(path, {"country": country, "time_zone": time_zone, "currency": currency})
    zone = manifest.time_zone if is_time_zone(manifest.time_zone) else "UTC"
    tables: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    repairs: dict[str, int] = {}
    problems = _strangers(path)
    for name, contract in TABLES.items():
        files = files_of(path, name)
        if not files:
            continue
        parts: list[Any] = []
        runs: list[tuple[str, int, int]] = []
        for file in files:
            part = _part(file, name)
            problems += part.problems
            if part.table.num_columns:
                comma = part.delimiter == ";"
                table, counts = repaired(part.table, contract, time_zone=zone, decimal_comma=comma)
                parts.append(table)
                runs += [(str(file.relative_to(path)), rows, first) for rows, first in part.runs]
                if part.blank:
                    counts[f"{name}: rows without any value left out"] = part.blank
                repairs = {what: repairs.get(what, 0) + counts.get(what, 0) for what in {**repairs, **counts}}
        if parts:
            tables[name], found = _joined(parts, name)
            problems += found
            origins[name] = Origin(tuple(runs))
    if not tables and not problems:
        raise no_source(path, expected="files named as tables (loans.csv, payments.parquet …)")
    rows = sum(table.num_rows for table in tables.values())
    return SourceTables(tables, origins, manifest, repairs, {}, manifest.notes, tuple(problems), rows)


def files_of(path: Path, name: str) -> list[Path]:
    """Return the files of one table: its own file, or the parts in the folder of its name."""
    own = [path / f"{name}{kind}" for kind in _KINDS if (path / f"{name}{kind}").is_file()]
    if not (path / name).is_dir():
        return own
    return own + sorted(
        f for f in (path / name).iterdir() if f.suffix in _KINDS and not f.name.startswith(".")
    )


def _part(file: Path, name: str) -> FileText:
    """Return one file's columns, where its rows stand, and what is wrong with it."""
    if file.suffix == ".csv":
        return read_csv(file, table=name)
    nothing: dict[str, Any] = {}
    try:
        twice = columns_twice(pq.read_schema(file).names, table=name, file=file)
        if twice:
            return FileText(pa.table(nothing), "", twice)
        table = pq.read_table(file)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0][:120]
        expected, remedy = f"Parquet in {file.name}", "Export it again."
        problem = Problem(name, "", "not-parquet", expected, f"bytes that are none ({reason})", remedy)
        return FileText(pa.table(nothing), "", (problem,))
    if set(DERIVED) <= set(table.column_names):
        table = table.drop_columns(list(DERIVED))
    return FileText(table.replace_schema_metadata(None), "", (), ((table.num_rows, 1),))


def _joined(parts: list[Any], name: str) -> tuple[Any, list[Problem]]:
    """Return all parts of a table below each other."""
    try:
        return pa.concat_tables(parts, promote_options="permissive"), []
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        reason = str(error).partition("\n")[0][:120]
        remedy = "Export all parts alike."
        return parts[0], [
            Problem(name, "", "unlike-parts", "files with columns of the same types", reason, remedy)
        ]


def _manifest(path: Path, options: dict[str, str | None]) -> Manifest:
    stated: dict[str, Any] = {}
    file = path / "book.json"
    if file.is_file():
        try:
            found = json.loads(file.read_text("utf-8"))
            stated = found if isinstance(found, dict) else {}
        except ValueError as error:
            remedy = "Correct it or remove it and give the options."
            problem = Problem(
                "book", "", "damaged", f"JSON in {file.name}", f"text that is none ({error})", remedy
            )
            raise BookRefused((problem,)) from error
    chosen = {name: value or str(stated.get(name) or "") for name, value in options.items()}
    missing = tuple(
        Problem(
            "book",
            name,
            "missing-option",
            f"the {name.replace('_', ' ')} as an option or in book.json",
            "neither",
            f"Add {_OPTIONS[name]} (or yours).",
        )
        for name, value in chosen.items()
        if not value
    )
    if missing:
        raise BookRefused(missing)
    notes = stated.get("notes")
    return Manifest(
        chosen["country"],
        chosen["time_zone"],
        chosen["currency"],
        notes=tuple(str(note) for note in notes) if isinstance(notes, list) else (),
        settlement_order=_settlement_order(stated.get("settlement_order")),
    )


def _settlement_order(stated: Any) -> tuple[str, ...]:
    """Return the order in which book.json says that the parts of an instalment are settled."""
    if stated is None:
        return SETTLEMENT_ORDER
    parts = tuple(str(part) for part in stated) if isinstance(stated, list) else (str(stated),)
    if not is_settlement_order(parts):
        problem = Problem(
            "book", "settlement_order", "unclear-settlement-order",
            "fee, interest and principal once each, in the order that the lender settles them", ", ".join(parts),
            "Correct settlement_order in book.json, or leave it out: fee, interest, principal.",
        )  # fmt: skip
        raise BookRefused((problem,))
    return parts


def _strangers(path: Path) -> list[Problem]:
    """Return files and folders of tables that nobody knows, and tables that are there twice."""
    problems = []
    for item in sorted(path.iterdir()):
        parts = item.is_dir() and any(f.suffix in _KINDS for f in item.iterdir())
        if item.name.startswith(".") or item.name == TRUTH or not (item.suffix in _KINDS or parts):
            continue
        name = item.stem if item.is_file() else item.name
        if name not in TABLES:
            near = nearest(name, tuple(TABLES))
            remedy = (
                f"Did you mean {near}{item.suffix}? Rename it or move it away."
                if near
                else "Move it away, or place its columns with --map FILE (--suggest drafts one)."
            )
            expected = f"files named as tables ({', '.join(TABLES)})"
            problems.append(Problem(name, "", "unknown-table", expected, f"{item.name}", remedy))
        elif item.suffix == ".csv" and len({path / f"{name}.parquet", path / name} & set(path.iterdir())):
            remedy = "Keep one of them."
            problems.append(
                Problem(
                    name, "", "twice", f"one file or folder of {name}", "a CSV file beside another", remedy
                )
            )
    return problems
