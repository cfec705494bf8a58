"""Monthly statuses of credit accounts: the public record of credit card applicants (Kaggle)."""

from __future__ import annotations

from pathlib import Path

from features.problem import BookRefused
from pipelines.sources.credit_record_panel import LATEST_MONTH, MONTHLY, panel_of
from pipelines.sources.credit_record_tables import tables_of_panel
from pipelines.sources.raw_columns import not_read
from pipelines.sources.reading import SourceTables, check_rows_left
from pipelines.sources.source_file import found_file, read_file, stated_manifest

NOTES = (
    f"the source counts months back from its latest (MONTHS_BALANCE 0), which is taken as {LATEST_MONTH}; "
    "each month is known one second before the next begins",
    "STATUS 0 is at most 29 days past due, current accounts included: days past due unknown; of the others "
    "the lower bound plus one (31, 61, 91, 121, 151); C (paid off) is 0; X (no loan) is unknown",
    "the source has no amounts: principal 0, no balances",
    "an account is taken as opened on the first day of its first month",
    "an account whose record stops before the latest month ends on the first day of the month without a row, known "
    "at that month's end: repaid when its last status is C, else unreported: nobody says how the "
    "account went on; windows that reach beyond have no label",
)
"""What is assumed of every account."""

NO_PERSONS = (
    "the source has no column person_id: every account is a borrower of its own, so accounts of one person may "
    "stand on both sides of a split"
)


def read_credit_record(
    path: Path, *, country: str | None = None, time_zone: str | None = None, currency: str | None = None
) -> SourceTables:
    """Return the monthly statuses as tables of a book.

    Parameters
    ----------
    path
        The Parquet or CSV file, or the folder that holds ``monthly_status`` or ``credit_record``.
    country, time_zone, currency
        Must be stated: the source states none.

    Raises
    ------
    BookRefused
        When the file is not there, its columns or values cannot be read, or an option is missing.
    """
    manifest = stated_manifest("credit-record", country=country, time_zone=time_zone, currency=currency)
    source = read_file(found_file(path, stems=("monthly_status", "credit_record")), table=MONTHLY.name)
    panel, problems = panel_of(source)
    if problems:
        raise BookRefused(tuple(problems))
    check_rows_left(len(panel.month), table=MONTHLY.name, losses=panel.losses)
    persons = () if "person_id" in source.table.column_names else (NO_PERSONS,)
    return SourceTables(
        tables=tables_of_panel(panel, country=manifest.country, time_zone=manifest.time_zone),
        origins={},
        manifest=manifest,
        repairs=panel.repairs,
        losses=panel.losses,
        notes=(*NOTES, *persons, *not_read(source, MONTHLY)),
        rows_read=source.table.num_rows,
    )
