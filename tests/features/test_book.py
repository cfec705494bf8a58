"""A book keeps every row, whatever their order, through disk and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pandera.errors import SchemaErrors

from features import book_files
from features.book import Book, UnknownBorrower, UnknownTable, write_book
from features.book_files import BookDamaged, FolderInTheWay
from features.coding import NO_DAY, NO_INSTANT
from features.contracts import TABLES
from features.prepare import DERIVED
from features.schema import schema_of
from tests.builders import (
    CHINA,
    Row,
    at,
    attribute,
    book_of,
    borrower,
    contact,
    flag,
    instalments,
    loan,
    payment,
    protected,
    tables_of,
    visit,
)


def rich() -> dict[str, list[Row]]:
    """Return three borrowers with four loans, events, corrections and gaps."""
    loans = [
        loan(loan_id=f"L-{n}", borrower_id=f"B-{max(n - 1, 0)}", product=None if n else "card")
        for n in range(4)
    ]
    payments = [
        payment(payment_id=f"P-{n}", loan_id=f"L-{n % 4}", amount=n, channel=None if n % 3 else "银行")
        for n in range(30)
    ]
    payments.append(
        payment(payment_id="P-7", loan_id="L-3", amount=70, revision=2, known_at=at("2024-04-01"))
    )
    return {
        "loans": loans,
        "instalments": [row for n in range(4) for row in instalments(loan_id=f"L-{n}")],
        "payments": payments,
        "contacts": [contact(contact_id=f"C-{n}", loan_id=f"L-{n % 3}", propensity=None) for n in range(9)],
        "visits": [visit(loan_id="L-2", identity_ok=None, planned_on=None, notice_at=None)],
        "borrowers": [borrower(borrower_id=f"B-{n}", declared_income=None) for n in range(3)],
        "protected": [protected(borrower_id="B-0", postcode=17)],
        "flags": [flag(borrower_id="B-1")],
        "attributes": [
            attribute(owner_id=f"B-{n}", name=name) for n in range(3) for name in ("dependants", "cars")
        ]
        + [attribute(owner_kind="loan", owner_id=f"L-{n}", value=None, code="x") for n in range(4)],
    }


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def test_a_book_comes_back_from_disk_as_it_was(tmp_path: Path) -> None:
    book = book_of(**rich())
    write_book(book, tmp_path / "one")
    again = Book.open(tmp_path / "one")
    assert again.digest == book.digest
    assert again.manifest == book.manifest
    assert again.loan_ids.tolist() == book.loan_ids.tolist()
    assert again.borrower_of_loan.tolist() == book.borrower_of_loan.tolist()
    assert all(again.table(name).equals(book.table(name)) for name in book.table_names)
    del again.__dict__["digest"]
    assert again.digest == book.digest
    write_book(again, tmp_path / "two")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


@pytest.mark.parametrize("order", ["reversed", "rotated", "shuffled"])
def test_the_order_of_the_rows_changes_no_byte(tmp_path: Path, order: str) -> None:
    rows = rich()
    write_book(book_of(**rows), tmp_path / "one")
    moved: dict[str, Any] = {
        "reversed": {name: table[::-1] for name, table in rows.items()},
        "rotated": {
            name: table[len(table) // 2 :] + table[: len(table) // 2] for name, table in rows.items()
        },
        "shuffled": {
            name: [table[i] for i in np.random.default_rng(7).permutation(len(table))]
            for name, table in rows.items()
        },
    }[order]
    write_book(book_of(**moved), tmp_path / "two")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"amount": 10_501}, id="an amount"),
        pytest.param({"channel": None}, id="a gap"),
        pytest.param({"known_at": at("2024-02-15", "12:01")}, id="a minute of knowledge"),
    ],
)
def test_every_change_of_a_row_changes_the_digest(change: Row) -> None:
    assert book_of(payments=[payment(**change)]).digest != book_of(payments=[payment()]).digest


def test_texts_cannot_trade_letters_without_changing_the_digest() -> None:
    one = book_of(payments=[payment(payment_id="ab", channel="c"), payment(payment_id="d", channel="e")])
    two = book_of(payments=[payment(payment_id="a", channel="c"), payment(payment_id="bd", channel="e")])
    assert one.digest != two.digest


def test_a_crash_while_writing_leaves_the_old_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_book(book_of(payments=[payment()]), tmp_path / "book")
    before = bytes_of(tmp_path)
    write = book_files._write

    def failing(table: Any, file: Path) -> str:
        if file.parent.name == "payments":
            raise OSError("disk full")
        return write(table, file)

    monkeypatch.setattr(book_files, "_write", failing)
    with pytest.raises(OSError, match="disk full"):
        write_book(book_of(payments=[payment(amount=1)]), tmp_path / "book")
    assert bytes_of(tmp_path) == before


@pytest.mark.parametrize("kind", ["a folder of other files", "a file"])
def test_what_is_no_book_is_never_replaced(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "thesis"
    if kind == "a file":
        place.write_text("years of work")
    else:
        place.mkdir()
        (place / "chapter.txt").write_text("years of work")
    before = bytes_of(tmp_path)
    with pytest.raises(FolderInTheWay, match=f"found {kind}"):
        write_book(book_of(), place)
    assert bytes_of(tmp_path) == before


def test_an_empty_folder_may_become_a_book(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    write_book(book_of(), tmp_path / "book")
    assert Book.open(tmp_path / "book").table_names == ("instalments", "loans", "payments")


def test_truth_is_written_beside_and_never_read(tmp_path: Path) -> None:
    write_book(book_of(), tmp_path / "book", truth={"willingness": pa.table({"loan_id": ["L-1"]})})
    book = Book.open(tmp_path / "book")
    assert (tmp_path / "book" / "truth" / "willingness.parquet").is_file()
    assert "truth" not in book.table_names
    with pytest.raises(UnknownTable):
        book.table("truth")
    with pytest.raises(UnknownTable):
        book.rows("truth")


def test_protected_attributes_have_no_rows_for_features() -> None:
    book = book_of(**rich())
    assert book.table("protected").num_rows == 1
    with pytest.raises(UnknownTable, match="fairness audit alone"):
        book.rows("protected")


def test_one_borrowers_rows_alone_are_the_same_rows() -> None:
    book = book_of(**rich())
    for person in book.borrower_ids:
        part = book.only([person])
        assert part.borrower_ids.tolist() == [person]
        raw = {name: part.table(name).drop_columns(list(DERIVED)) for name in part.table_names}
        alone = Book.from_tables(raw, manifest=CHINA)
        assert alone.digest == part.digest
        assert all(alone.table(name).equals(part.table(name)) for name in part.table_names)


def test_several_borrowers_keep_their_order_and_numbers() -> None:
    book = book_of(**rich())
    part = book.only(["B-2", "B-0"])
    assert part.borrower_ids.tolist() == ["B-0", "B-2"]
    assert part.loan_ids.tolist() == ["L-0", "L-1", "L-3"]
    assert part.borrower_of_loan.tolist() == [0, 0, 1]
    raw = {name: part.table(name).drop_columns(list(DERIVED)) for name in part.table_names}
    assert Book.from_tables(raw, manifest=CHINA).table("attributes").equals(part.table("attributes"))
    assert book.only(list(book.borrower_ids)).digest == book.digest


@pytest.mark.parametrize("ids", [["B-1", "B-77"], []])
def test_borrowers_the_book_lacks_are_named(ids: list[str]) -> None:
    with pytest.raises(UnknownBorrower, match=f"found {len(ids) // 2} unknown"):
        book_of(**rich()).only(ids)


def test_a_table_the_lender_lacks_gives_no_rows() -> None:
    rows = book_of().rows("promises")
    assert (rows.n, rows.offsets.tolist()) == (0, [0, 0])
    assert rows.column("amount").tolist() == []
    codes, names = rows.codes("promise_id")
    assert (codes.tolist(), names) == ([], ())


@pytest.mark.parametrize("name", ["payment", "attributes", "attributes:portfolio"])
def test_a_table_nobody_knows_is_named(name: str) -> None:
    with pytest.raises((UnknownTable, KeyError), match=name):
        book_of(attributes=[attribute()]).rows(name)


def test_columns_come_as_numbers_with_stated_gaps() -> None:
    book = book_of(
        contacts=[contact(propensity=None, outcome=None), contact(contact_id="C-2", propensity=0.25)],
        visits=[visit(identity_ok=None, notice_at=None, planned_on=None)],
        borrowers=[borrower(declared_income=None)],
    )
    contacts, visits, people = book.rows("contacts"), book.rows("visits"), book.rows("borrowers")
    assert np.isnan(contacts.column("propensity")).tolist() == [True, False]
    codes, names = contacts.codes("outcome")
    assert (codes.tolist(), names) == ([-1, 0], ("talked",))
    assert contacts.codes("agency")[0].tolist() == [-1, -1]
    assert contacts.filled("outcome").tolist() == [False, True]
    assert visits.column("identity_ok").tolist() == [-1]
    assert visits.column("income_seen").tolist() == [0]
    assert visits.column("notice_at").tolist() == [NO_INSTANT]
    assert visits.column("planned_on").tolist() == [NO_DAY]
    assert visits.column("staff").tolist() == ["S-1,S-2"]
    assert people.column("declared_income").tolist() == [0]
    assert people.filled("declared_income").tolist() == [False]
    assert people.column("opened_on").tolist() == [NO_DAY]
    with pytest.raises(KeyError, match="no column 'colour'"):
        people.column("colour")


def test_arrays_of_rows_have_one_type_and_cannot_be_written() -> None:
    rows = book_of(**rich()).rows("payments")
    arrays: list[Any] = [
        rows.offsets,
        rows.day,
        rows.seen_from,
        rows.seen_until,
        rows.column("amount"),
        rows.codes("channel")[0],
    ]
    assert [a.dtype.name for a in arrays] == ["int64", "int32", "int32", "int32", "int64", "int32"]
    assert not any(a.flags.writeable for a in arrays)
    assert all(a.flags.c_contiguous for a in arrays)


def test_a_changed_file_is_refused_when_it_is_read(tmp_path: Path) -> None:
    write_book(book_of(payments=[payment()]), tmp_path / "book")
    file = tmp_path / "book" / "payments" / "part-0000.parquet"
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(BookDamaged, match="changed after it was written"):
        Book.open(tmp_path / "book").table("payments")


def test_the_schema_of_a_table_holds_for_its_rows() -> None:
    rows = book_of(**rich()).rows("payments")
    names = [column.name for column in TABLES["payments"].columns]
    frame = pd.DataFrame({name: rows.column(name) for name in names})
    assert len(schema_of("payments").validate(frame, lazy=True)) == rows.n
    with pytest.raises(SchemaErrors):
        schema_of("payments").validate(frame.assign(revision=0), lazy=True)


def test_tables_given_are_left_as_they_were() -> None:
    tables = tables_of(payments=[payment()])
    before = {name: table.to_pydict() for name, table in tables.items()}
    Book.from_tables(tables, manifest=CHINA)
    assert {name: table.to_pydict() for name, table in tables.items()} == before
