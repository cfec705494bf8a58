"""Every harm to an export is told by file, row and id, and no book is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.pipelines.directory_builders import copied, edited, refused, renamed, written


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.mark.parametrize(
    ("harm", "texts"),
    [
        pytest.param(
            edited("payments.csv", "10500,,2024-03-10", "105.00,,2024-03-10"),
            [
                "payments.amount [not-whole]",
                "minor units",
                "found 105.00 in 1 row (payments.csv row 3; ids ZF-001-2)",
            ],
            id="money with decimals",
        ),
        pytest.param(
            edited("loans.csv", "121000", "1.210,00"),
            ["loans.principal [not-whole]", "loans.csv row 3; ids DK-002"],
            id="money with a decimal comma",
        ),
        pytest.param(
            edited("payments.csv", "DK-001,2024-02-10", "DK-999,2024-02-10"),
            ["payments.loan_id [orphan]", "(DK-999) in 1 row (payments.csv row 2; ids ZF-001-1)"],
            id="an orphan",
        ),
        pytest.param(
            edited("payments.csv", "paid_on", "paid_at"),
            ["payments.paid_on [missing-column]", "Rename 'paid_at' to 'paid_on'."],
            id="a column with another name",
        ),
        pytest.param(
            renamed("payments.csv", "payment.csv"),
            ["payment [unknown-table]", "Did you mean payments.csv?", "payments [missing-table]"],
            id="a file with another name",
        ),
        pytest.param(
            edited("offers.csv", '"三期, 每期 350.00 元"', "三期, 每期 350.00 元"),
            [
                "offers [ragged-row]",
                "expected 7 fields as in the header; found 8 fields in 1 row (offers.csv row 2)",
            ],
            id="a separator outside quotes",
        ),
        pytest.param(
            written("offers.csv", "offer_id,loan_id\nFA-1,é\n".encode("latin-1")),
            ["offers [not-utf-8]", "(0xe9) in offers.csv row 2", "Save the file as UTF-8."],
            id="text in another encoding",
        ),
        pytest.param(
            written("offers.csv", b""), ["offers [empty-file]", "found an empty file"], id="an empty file"
        ),
        pytest.param(
            written("offers.parquet", b"PAR1"),
            ["offers [twice]", "offers [not-parquet]"],
            id="a broken Parquet file beside a CSV file",
        ),
        pytest.param(
            edited("contacts.csv", "2024-05-01T15:10:00+08:00", "2024-04-30"),
            ["contacts.known_at [known-too-early]", "contacts.csv row 2; ids LX-1"],
            id="a call known before it was made",
        ),
        pytest.param(
            edited("contacts.csv", "2024-05-01T15:04:05+08:00", "1 May 2024"),
            ["contacts.contacted_at [not-an-instant]", "found 1 May 2024"],
            id="an instant in words",
        ),
    ],
)
def test_harm_to_the_export_is_told_by_file_and_row(
    export: Path, harm: Callable[[Path], None], texts: list[str]
) -> None:
    harm(export)
    message = refused(export)
    for text in texts:
        assert text in message


def test_rows_below_a_ragged_row_keep_their_numbers(export: Path) -> None:
    edited("payments.csv", "ZF-001-2,", "ZF-001-2")(export)
    edited("payments.csv", "DK-003,2024-02-22", "DK-999,2024-02-22")(export)
    row = 1 + next(
        i for i, text in enumerate((export / "payments.csv").read_text().splitlines()) if "DK-999" in text
    )
    message = refused(export)
    assert "payments [ragged-row]" in message
    assert "(payments.csv row 3)" in message
    assert f"(payments.csv row {row}; ids ZF-003-1)" in message


def test_what_cannot_be_read_and_what_breaks_the_contract_are_told_together(export: Path) -> None:
    written("offers.csv", b"")(export)
    edited("payments.csv", "10500", "-0.5")(export)
    renamed("promises.csv", "promise.csv")(export)
    message = refused(export, currency="yuan")
    for rule in ("empty-file", "not-whole", "unknown-table", "unknown-currency"):
        assert f"[{rule}]" in message


def test_a_column_that_is_there_twice_is_told(export: Path) -> None:
    file = export / "payments.csv"
    head, _, rest = file.read_text("utf-8-sig").partition("\n")
    file.write_text(head.replace("amount", "loan_id") + "\n" + rest, "utf-8")
    assert "'loan_id' more than once in payments.csv" in refused(export)


def test_a_parquet_column_that_is_there_twice_is_told(export: Path) -> None:
    twice = pa.table([pa.array(["P-1"]), pa.array(["P-2"])], names=["payment_id", "payment_id"])
    (export / "payments.csv").unlink()
    pq.write_table(twice, export / "payments.parquet")
    assert "'payment_id' more than once in payments.parquet" in refused(export)
