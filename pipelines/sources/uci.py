"""Credit card accounts, Taiwan 2005: six months of bills, payments and repayment status (UCI data set 350)."""

from __future__ import annotations

from pathlib import Path

from features.problem import BookRefused
from pipelines.sources.csv_files import columns_twice
from pipelines.sources.raw_columns import not_read
from pipelines.sources.reading import SourceTables, check_rows_left
from pipelines.sources.source_file import found_file, read_file, restated, stated_manifest
from pipelines.sources.uci_accounts import accounts_of
from pipelines.sources.uci_columns import ACCOUNTS, named_as_described
from pipelines.sources.uci_tables import tables_of_accounts

_FILES = ("accounts", "UCI_Credit_Card", "default of credit card clients")

NOTES = (
    "the source has no person: every account is a borrower of its own",
    "the six statements are those of April to September 2005 (PAY_6 to PAY_0), each known one second before the "
    "next month begins; PAY_AMT of a month is what was paid in it",
    "the source has no day on which an account was opened: taken as the first day of April 2005",
    "LIMIT_BAL is taken as the limit of all six months and as the principal",
    "a status counts months late, so days past due are thirty times as many; -2 (no use), -1 (paid in full) and 0 "
    "(revolving) are 0 days past due; what a bill asked for is not in the source",
    "whether an account defaulted in October 2005 is the attribute next_month_default of the loan, known at the end "
    "of that month",
    "sex, education, marriage and age stand in the table protected",
)
"""What is assumed of every account."""


def read_uci(
    path: Path, *, country: str | None = None, time_zone: str | None = None, currency: str | None = None
) -> SourceTables:
    """Return the accounts as tables of a book.

    Parameters
    ----------
    path
        The Parquet or CSV file, or the folder that holds ``accounts``, ``UCI_Credit_Card`` or
        ``default of credit card clients``.
    country, time_zone, currency
        Taiwan's unless stated otherwise.

    Raises
    ------
    BookRefused
        When the file is not there, or its columns or values cannot be read.
    """
    manifest = stated_manifest(
        "uci", country=country or "TW", time_zone=time_zone or "Asia/Taipei", currency=currency or "TWD"
    )
    file = found_file(path, stems=_FILES)
    source, renamed = named_as_described(read_file(file, table=ACCOUNTS.name))
    twice = columns_twice(source.table.column_names, table=ACCOUNTS.name, file=file)
    if twice:
        raise BookRefused(twice)
    accounts, problems = accounts_of(source)
    if problems:
        raise BookRefused(tuple(problems))
    check_rows_left(len(accounts.ids), table=ACCOUNTS.name, losses=accounts.losses)
    return SourceTables(
        tables=tables_of_accounts(accounts, country=manifest.country, time_zone=manifest.time_zone),
        origins={},
        manifest=manifest,
        repairs=renamed | accounts.repairs,
        losses=accounts.losses,
        notes=(*NOTES, *restated(manifest, currency="TWD"), *not_read(source, ACCOUNTS)),
        rows_read=source.table.num_rows,
    )
