"""Purchased Polish consumer debts: the course data of KRUK S.A. (accounts bought, 12 months of payments)."""

from __future__ import annotations

from pathlib import Path

from features.problem import BookRefused
from pipelines.sources.kruk_accounts import accounts_of
from pipelines.sources.kruk_tables import PURCHASED_ON, tables_of_accounts
from pipelines.sources.reading import SourceTables, check_rows_left
from pipelines.sources.source_file import found_file, read_file, restated, stated_manifest

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
    manifest = stated_manifest(
        "kruk",
        country=country or "PL",
        time_zone=time_zone or "Europe/Warsaw",
        currency=currency or "PLN",
    )
    source = read_file(found_file(path, stems=("accounts_2017",)), table="accounts")
    accounts, problems = accounts_of(source)
    if problems:
        raise BookRefused(tuple(problems))
    check_rows_left(len(accounts.frame), table="accounts", losses=accounts.losses)
    tables = tables_of_accounts(accounts.frame, country=manifest.country, time_zone=manifest.time_zone)
    return SourceTables(
        tables=tables,
        origins={},
        manifest=manifest,
        repairs=accounts.repairs,
        losses=accounts.losses,
        notes=(*NOTES, *restated(manifest, currency="PLN")),
        rows_read=source.table.num_rows,
    )
