"""Purchased Polish consumer debts: the course data of KRUK S.A. (accounts bought, 12 months of payments)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from features.manifest import Manifest, is_time_zone
from features.problem import BookRefused, Origin, Problem
from pipelines.sources.csv_files import read_csv
from pipelines.sources.kruk_accounts import accounts_of
from pipelines.sources.kruk_tables import PURCHASED_ON, tables_of_accounts
from pipelines.sources.reading import SourceTables, no_source

_FILES = ("accounts_2017.parquet", "accounts_2017.csv")

NOTES = (
    f"the source has no dates: every account is taken as bought on {PURCHASED_ON}, payments of the months M1 to M12 "
    "as posted on the 15th of January to December 2020",
    "the source has no person: every account is a borrower of its own",
    "amounts are in grosz; the debt is one instalment due DPD days before the purchase",
    "region, age, sex and the regional figures that identify a region stand in the table protected",
)
"""What is assumed of every account."""


def read_kruk(
    path: Path, *, country: str | None = None, time_zone: str | None = None, currency: str | None = None
) -> SourceTables:
    """Return the accounts of 2017 as tables of a book.

    Parameters
    ----------
    path
        The Parquet or CSV file, or the folder that holds ``accounts_2017``.
    country, time_zone, currency
        Poland's unless stated otherwise.

    Raises
    ------
    BookRefused
        When the file is not there, or its columns or values cannot be read.
    """
    manifest = Manifest(country or "PL", time_zone or "Europe/Warsaw", currency or "PLN", source="kruk")
    if not is_time_zone(manifest.time_zone):
        expected = "a name of the time zone database (Europe/Warsaw)"
        remedy = "Give it with --time-zone."
        raise BookRefused(
            (Problem("book", "time_zone", "unknown-time-zone", expected, repr(manifest.time_zone), remedy),)
        )
    file = _file(path)
    table, first = _raw(file)
    accounts, problems = accounts_of(table, origin=Origin(((file.name, table.num_rows, first),)))
    if problems:
        raise BookRefused(tuple(problems))
    if accounts.frame.empty:
        causes = ", ".join(f"{cause}: {count}" for cause, count in accounts.losses.items())
        raise BookRefused(
            (
                Problem(
                    "accounts", "", "empty-book", "at least one usable account", causes, "Correct the file."
                ),
            )
        )
    tables = tables_of_accounts(accounts.frame, country=manifest.country, time_zone=manifest.time_zone)
    return SourceTables(
        tables=tables,
        origins={},
        manifest=manifest,
        repairs=accounts.repairs,
        losses=accounts.losses,
        notes=NOTES,
        rows_read=table.num_rows,
    )


def _file(path: Path) -> Path:
    if path.is_file():
        return path
    for name in _FILES:
        if (path / name).is_file():
            return path / name
    raise no_source(path, expected="accounts_2017.parquet or .csv")


def _raw(file: Path) -> tuple[Any, int]:
    """Return the file's columns and the number of its first row."""
    if file.suffix == ".csv":
        read = read_csv(file, table="accounts")
        if read.problems:
            raise BookRefused(read.problems)
        return read.table, 2
    try:
        return pq.read_table(file), 1
    except (pa.ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0][:120]
        expected, remedy = f"Parquet or .csv in {file.name}", "Fetch the file again."
        problem = Problem("accounts", "", "not-parquet", expected, f"bytes that are none ({reason})", remedy)
        raise BookRefused((problem,)) from error
