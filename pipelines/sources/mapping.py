"""A lender's own export read through a mapping file: tables of a book, and all that found no place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.contracts import TABLES
from features.findings import Findings
from features.kinds import ARROW_TYPES
from features.manifest import Manifest, is_currency, is_time_zone, nearest
from features.problem import Problem
from pipelines.sources.mapping_columns import Surroundings, delivered_values, place_column
from pipelines.sources.mapping_delivery import (
    DeliveredFile,
    RowOrigin,
    chosen_rows,
    delivered_file,
    files_in,
    matching,
    tidy,
)
from pipelines.sources.mapping_file import read_mapping
from pipelines.sources.mapping_moments import known_after
from pipelines.sources.mapping_places import missing_columns, unfed_columns, unplaced_columns
from pipelines.sources.mapping_words import DISBURSED, ColumnMap, ExportMap, TableMap, contract_column
from pipelines.sources.reading import SourceTables, Unplaced, no_source
from pipelines.sources.text import as_text, one_array

_OPTIONS = {"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}


def read_mapped(
    path: Path,
    *,
    map_file: Path,
    country: str | None = None,
    time_zone: str | None = None,
    currency: str | None = None,
) -> SourceTables:
    """Return the tables of an export as its mapping file places them, with every problem.

    Parameters
    ----------
    path
        Folder of CSV or Parquet files.
    map_file
        The mapping; ``docs/mapping.md`` explains every key.
    country, time_zone, currency
        Options; they go before what the mapping states.

    Raises
    ------
    BookRefused
        When there is no folder, no mapping, or the mapping is no TOML.
    """
    if not path.is_dir():
        raise no_source(path, expected="a folder of CSV or Parquet files")
    mapping, problems = read_mapping(map_file)
    manifest, missing = _manifest(mapping, {"country": country, "time_zone": time_zone, "currency": currency})
    reading = _Reading(path, mapping, _around(manifest), files_in(path))
    reading.problems += [*problems, *missing]
    for entry in sorted(mapping.tables, key=lambda entry: entry.table != "loans"):
        reading.add(entry)
    reading.close()
    notes = (f"Columns placed by {map_file.name} (sha256 {mapping.digest}).", *reading.notes)
    return SourceTables(
        reading.tables,
        dict(reading.origins),
        manifest,
        reading.repairs,
        {},
        notes,
        tuple(dict.fromkeys(reading.problems)),
        sum(table.num_rows for table in reading.tables.values()),
        tuple(reading.unplaced),
        reading.follows,
    )


@dataclass
class _Reading:
    """One export while its entries are read, one after the other."""

    path: Path
    mapping: ExportMap
    around: Surroundings
    files: Mapping[str, Path]
    tables: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, RowOrigin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    repairs: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    read: dict[tuple[str, ...], DeliveredFile] = field(default_factory=dict)
    readers: dict[str, list[TableMap]] = field(default_factory=dict)
    taken: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    follows: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def add(self, entry: TableMap) -> None:
        """Read the rows of one entry and set them below those of its table."""
        names = matching(self.files, entry.files)
        self._check_patterns(entry)
        parts, origin = [], RowOrigin(())
        for name in names:
            file = self._file(name, entry)
            self.readers.setdefault(name, []).append(entry)
            if not file.table.num_columns:
                continue
            self.problems += missing_columns(file, entry)
            chosen = chosen_rows(file.table, entry)
            before = self.taken.get(name)
            self.taken[name] = chosen if before is None else before | chosen
            if file.table.num_rows and not chosen.any():
                self.notes.append(
                    f"{entry.place}: none of the {len(chosen)} rows of {name} is chosen by where and unless."
                )
            parts.append(_selected(file.table, entry).filter(pa.array(chosen)))
            numbers = file.numbers[chosen]
            origin = origin.and_then(RowOrigin((), (name,), np.zeros(len(numbers), np.int64), numbers))
        if parts:
            self._place(entry, _below(parts), origin)

    def close(self) -> None:
        """Note what no entry used: columns, files and rows."""
        by_name = {file.name: file for file in self.read.values()}
        for name, entries in self.readers.items():
            self.unplaced += unplaced_columns(by_name[name], entries)
            rows = self.taken.get(name)
            if rows is not None and not rows.all():
                lost = int(np.count_nonzero(~rows))
                self.notes.append(
                    f"{name}: {lost} of {len(rows)} rows belong to no table (where and unless leave them out)."
                )
        for entry in self.mapping.tables:
            files = set(matching(self.files, entry.files))
            left = [u.column for u in self.unplaced if u.file in files and u.column]
            self.problems += unfed_columns(entry, left)
        ignored = set(matching(self.files, self.mapping.ignore_files))
        unread = [name for name in self.files if name not in self.readers and name not in ignored]
        self.unplaced += [Unplaced(name, "", "no table reads this file: ignore_files") for name in unread]
        if self.mapping.strict:
            self.problems += [_strict(unplaced) for unplaced in self.unplaced]

    def _check_patterns(self, entry: TableMap) -> None:
        for pattern in entry.files:
            if matching(self.files, (pattern,)):
                continue
            near = nearest(tidy(pattern), tuple(self.files))
            there = ", ".join(list(self.files)[:8]) or "no CSV or Parquet file"
            remedy = f"Did you mean {near!r}?" if near else "Correct the pattern or export the file."
            self.problems.append(
                Problem(entry.table, "", "missing-file", f"a file {pattern!r} in the export", there, remedy)
            )

    def _file(self, name: str, entry: TableMap) -> DeliveredFile:
        way = (name, entry.encoding, entry.delimiter, str(entry.header_row), *entry.ignore)
        if way not in self.read:
            self.read[way] = delivered_file(self.files[name], name=name, entry=entry)
            self.problems += self.read[way].problems
            if self.read[way].blank:
                self.repairs[f"{name}: rows without any value left out"] = self.read[way].blank
        return self.read[way]

    def _place(self, entry: TableMap, delivered: Any, origin: RowOrigin) -> None:
        contract = TABLES[entry.table]
        keys = {
            column.name: as_text(delivered_values(column, delivered))
            for column in entry.columns
            if column.name in contract.key and column.sources
        }
        keys = {name: texts for name, texts in keys.items() if texts is not None}
        findings = Findings(pa.table(keys), contract, origin)
        columns: dict[str, Any] = {}
        for column in entry.columns:
            stated = contract_column(entry.table, column.name)
            if stated is None or column.after:
                continue
            placed = place_column(column, stated, delivered, findings=findings, around=self.around)
            columns[column.name] = placed.values
            self.problems += placed.problems
            self.notes += placed.notes
            for what, count in placed.repairs.items():
                self.repairs[what] = self.repairs.get(what, 0) + count
        for column in (c for c in entry.columns if c.after):
            self._follow(entry, column, columns)
        if "revision" not in columns:
            columns["revision"] = pa.array(np.ones(delivered.num_rows, np.int64))
            what = f"{entry.table}.revision: no column, every row taken as revision 1"
            self.repairs[what] = self.repairs.get(what, 0) + delivered.num_rows
        table = pa.table(columns)
        if entry.table in self.tables:
            table = pa.concat_tables([self.tables[entry.table], table], promote_options="permissive")
            origin = self.origins[entry.table].and_then(origin)
        self.tables[entry.table], self.origins[entry.table] = table, origin

    def _follow(self, entry: TableMap, column: ColumnMap, columns: dict[str, Any]) -> None:
        """Set known_at so many days after another column; a row without that day has none."""
        rows = len(next(iter(columns.values()), []))
        followed = columns.get(column.after)
        contract, loans = TABLES[entry.table], self.tables.get("loans", pa.table({}))
        known = {"loan_id", "disbursed_on"} <= set(loans.column_names)
        if column.after == DISBURSED and known and contract.owner in ("loan", "either"):
            owners = columns.get(contract.owner_column or "", pa.nulls(rows, pa.string()))
            at = pc.index_in(owners, value_set=one_array(loans["loan_id"]))
            followed = one_array(loans["disbursed_on"]).take(at)
        if followed is None:
            found = f"{column.after!r}, which the mapping does not feed"
            remedy = f"Map {column.after} too, or name another."
            expected = f"a column of {entry.table} that is mapped, or {DISBURSED} after [loans]"
            rule = "nothing-to-follow"
            self.problems.append(Problem(entry.table, column.name, rule, expected, found, remedy))
            columns[column.name] = pa.nulls(rows, ARROW_TYPES["instant"])
            return
        origin = ("loans", "disbursed_on") if column.after == DISBURSED else (entry.table, column.after)
        self.follows[(entry.table, column.name)] = origin
        month, zone = column.after == "month", self.around.time_zone
        columns[column.name] = known_after(followed, days=column.days, month=month, time_zone=zone)
        plural = "s" if column.days > 1 else ""
        later = f"{column.days} day{plural} after" if column.days else "with"
        self.notes.append(
            f"{entry.table}.{column.name}: known {later} {column.after}, as the mapping states."
        )


def _selected(table: Any, entry: TableMap) -> Any:
    """Return the columns an entry reads; one that the file lacks is empty."""
    columns = {
        name: table[name] if name in table.column_names else pa.nulls(table.num_rows, pa.string())
        for name in entry.read_columns
    }
    if not columns:
        columns = {"": pa.nulls(table.num_rows, pa.string())}
    return pa.table(columns)


def _below(parts: list[Any]) -> Any:
    """Return the rows of several files below each other; columns of unlike types as text."""
    if len({part.schema for part in parts}) > 1:
        unlike = [n for n in parts[0].column_names if len({part.schema.field(n).type for part in parts}) > 1]
        for name in unlike:
            parts = [
                part.set_column(part.column_names.index(name), name, pc.cast(one_array(part[name]), pa.string()))
                for part in parts
            ]  # fmt: skip
    return pa.concat_tables(parts)


def _manifest(mapping: ExportMap, options: dict[str, str | None]) -> tuple[Manifest, list[Problem]]:
    chosen = {name: value or getattr(mapping, name) for name, value in options.items()}
    missing = [
        Problem("book", name, "missing-option", f"the {name.replace('_', ' ')} in the mapping or as an option",
                "neither", f'Add {name} = "{_OPTIONS[name]}" (or yours) at the top of the mapping.')
        for name, value in chosen.items() if not value
    ]  # fmt: skip
    filled = {name: value or _OPTIONS[name] for name, value in chosen.items()}
    return Manifest(filled["country"], filled["time_zone"], filled["currency"]), missing


def _around(manifest: Manifest) -> Surroundings:
    zone = manifest.time_zone if is_time_zone(manifest.time_zone) else "UTC"
    return Surroundings(zone, manifest.currency if is_currency(manifest.currency) else "CNY")


def _strict(unplaced: Unplaced) -> Problem:
    thing = f"column {unplaced.column!r}" if unplaced.column else "file"
    return Problem(
        "map",
        "strict",
        "unplaced",
        "a place for every column and file (strict = true)",
        f"the {thing} of {unplaced.file}, neither mapped nor ignored"
        if unplaced.column
        else f"the file {unplaced.file}",
        f"{unplaced.suggestion[0].upper()}{unplaced.suggestion[1:]}.",
    )
