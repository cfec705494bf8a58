"""Nigerian micro-loans with repeat borrowers: past loans, all repaid, and current ones without outcome (Zindi)."""

from __future__ import annotations

from pathlib import Path

from pipelines.sources.reading import SourceTables, check_rows_left
from pipelines.sources.source_file import restated, stated_manifest
from pipelines.sources.superlender_columns import PAST, read_files
from pipelines.sources.superlender_loans import loans_of
from pipelines.sources.superlender_people import people_of
from pipelines.sources.superlender_tables import tables_of_loans

NOTES = (
    "approvals, repayments and closings are told in local time, creations in UTC (each approval is an hour and some "
    "seconds after its creation)",
    "amounts are in kobo; totaldue less loanamount is interest, spread evenly over the instalments; a term of up to "
    "30 days is one instalment, a longer one an instalment every 30 days",
    "the source has no amounts of payments: of a past loan the first instalment is taken as paid at firstrepaiddate, "
    "all others at closeddate",
    "past loans are all repaid: loans that never were are not in the source, and of its last weeks only those that were "
    "repaid quickly",
    "of current loans nothing is known beyond the approval: their first due day is imputed, and one that falls due "
    "within the days of the source ends on its due day as unreported (known that day), so that silence about its payments "
    "is neither arrears nor a label; it can be scored on every morning up to its due day",
    "annual_rate is the interest over the term as a simple yearly rate",
    "of the customer who referred a loan's borrower only that there was one is kept (attribute referred)",
    "birth year, education and the name of the bank (banks are regional) stand in the table protected; what a "
    "borrower row says is taken as known at the customer's first approval",
)
"""What is assumed of every loan."""


def read_superlender(
    path: Path, *, country: str | None = None, time_zone: str | None = None, currency: str | None = None
) -> SourceTables:
    """Return the loans and their customers as tables of a book.

    Parameters
    ----------
    path
        The folder that holds ``past_loans`` and, if there are any, ``current_loans_without_outcome`` and
        ``borrowers`` as Parquet or CSV (the competition's own names do too), or the file of past loans.
    country, time_zone, currency
        Nigeria's unless stated otherwise.

    Raises
    ------
    BookRefused
        When there are no past loans, or columns or values cannot be read.
    """
    manifest = stated_manifest(
        "superlender",
        country=country or "NG",
        time_zone=time_zone or "Africa/Lagos",
        currency=currency or "NGN",
    )
    files = read_files(path, time_zone=manifest.time_zone)
    loans = loans_of(files.past, files.current, time_zone=manifest.time_zone)
    check_rows_left(len(loans.frame), table=PAST.name, losses=loans.losses)
    people = people_of(files.borrowers, loans.frame)
    repairs = loans.repairs | people.repairs
    tables = tables_of_loans(
        loans, people, country=manifest.country, time_zone=manifest.time_zone, repairs=repairs
    )
    return SourceTables(
        tables=tables,
        origins={},
        manifest=manifest,
        repairs=repairs,
        losses=loans.losses | people.losses,
        notes=(*NOTES, *restated(manifest, currency="NGN"), *files.notes),
        rows_read=files.rows_read,
    )
