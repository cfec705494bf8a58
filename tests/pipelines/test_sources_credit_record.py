"""Monthly statuses: one statement a month, every row counted, records that stop have no invented outcome."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.book import Book
from features.check import check_book
from features.observations import observe
from features.problem import Origin
from models.labels import label_observations
from models.windows import Window
from pipelines.sources.credit_record_panel import panel_of
from pipelines.sources.importing import import_source
from pipelines.sources.source_file import SourceFile
from tests.pipelines.source_rows import FIXTURES, parquet_of, read_rows, rows_of
from tests.real_data import data_folder

FILE = FIXTURES / "credit_record_30" / "monthly_status.csv"
CHINA: dict[str, Any] = {"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    out = tmp_path_factory.mktemp("credit") / "book"
    import_source("credit-record", FILE.parent, out=out, **CHINA)
    return Book.open(out)


def test_every_repair_and_loss_is_counted(tmp_path: Path) -> None:
    report = import_source("credit-record", FILE, out=tmp_path / "book", **CHINA)
    assert report.rows == {"borrowers": 6, "loans": 11, "statements": 24}
    assert report.repairs == {
        "repeated rows of one month dropped": 1,
        "gaps between months left open: the month before speaks on": 2,
        "accounts without a person: each taken as a person of its own": 1,
    }
    assert report.losses == {
        "MONTHS_BALANCE above 0, after the latest month": 1,
        "one ID under several persons": 2,
        "one month of an account told in two ways": 2,
    }
    assert 24 + 1 + sum(report.losses.values()) == 30
    assert any("is taken as 2019-12" in note for note in report.notes)
    assert check_book(report.path) == []


def test_statuses_become_days_past_due_and_keep_what_they_do_not_say(book: Book) -> None:
    told = [(str(r["month"]), r["status"], r["dpd"]) for r in rows_of(book, "statements", loan_id="101")]
    assert told == [
        ("2019-08-01", "0-29", None),
        ("2019-09-01", "30-59", 31),
        ("2019-10-01", "30-59", 31),
        ("2019-11-01", "60-89", 61),
        ("2019-12-01", "90-119", 91),
    ]
    others = {(r["status"], r["dpd"]) for r in rows_of(book, "statements")}
    assert {("paid_off", 0), ("no_loan", None), ("120-149", 121), ("150+", 151)} <= others


def test_a_month_is_known_one_second_before_the_next_begins(book: Book) -> None:
    last = rows_of(book, "statements", loan_id="101")[-1]
    assert last["known_at"] == dt.datetime(2019, 12, 31, 15, 59, 59, tzinfo=dt.UTC), (
        "Shanghai is 8 hours ahead"
    )
    assert last["seen_from"] == (dt.date(2020, 1, 1) - dt.date(1970, 1, 1)).days


def test_accounts_belong_to_persons(book: Book) -> None:
    owners = {row["loan_id"]: row["borrower_id"] for row in rows_of(book, "loans", revision=1)}
    assert (owners["101"], owners["102"], owners["103"], owners["108"]) == ("1", "1", "2", "account-108")
    assert set(book.borrower_ids.tolist()) == {"1", "2", "3", "4", "5", "account-108"}


@pytest.mark.parametrize(
    ("loan", "kind"),
    [
        pytest.param("103", "unreported", id="late when its record stops: nobody says why it does"),
        pytest.param("104", "repaid", id="paid off when its record stops"),
    ],
)
def test_a_record_that_stops_ends_in_the_month_without_a_row(book: Book, loan: str, kind: str) -> None:
    first, last = rows_of(book, "loans", loan_id=loan)
    assert (first["ended_on"], first["end_kind"]) == (None, None)
    assert (last["ended_on"], last["end_kind"]) == (dt.date(2019, 9, 1), kind)
    assert last["known_at"] == dt.datetime(2019, 9, 30, 15, 59, 59, tzinfo=dt.UTC)


def test_an_account_of_the_latest_month_does_not_end(book: Book) -> None:
    [only] = rows_of(book, "loans", loan_id="101")
    assert (only["ended_on"], only["disbursed_on"], only["principal"]) == (None, dt.date(2019, 8, 1), 0)


def test_rolls_are_labelled_and_records_that_stop_are_not(book: Book) -> None:
    observed = observe(book, as_of=[dt.date(2019, 8, 1), dt.date(2019, 10, 1)])
    labels = label_observations(book, observed, target="roll_60", window=Window.parse("3m"))
    found = {
        (str(book.loan_ids[loan]), int(day)): outcome
        for loan, day, outcome in zip(observed.loan_no, observed.as_of, labels["outcome"], strict=True)
    }
    august, october = ((dt.date(2019, month, 1) - dt.date(1970, 1, 1)).days for month in (8, 10))
    assert found["101", october] == "rolled", "31 days past due in September, 61 in November"
    assert found["103", august] == "ended: unreported"


def test_a_typed_parquet_file_in_another_order_gives_the_same_book(tmp_path: Path, book: Book) -> None:
    types = {
        "ID": pa.int64(),
        "MONTHS_BALANCE": pa.int32(),
        "STATUS": pa.dictionary(pa.int32(), pa.string()),
        "person_id": pa.float64(),
    }
    file = parquet_of(read_rows(FILE)[::-1], tmp_path / "credit_record.parquet", types=types)
    assert import_source("credit-record", tmp_path, out=tmp_path / "book", **CHINA).digest == book.digest
    assert import_source("credit-record", file, out=tmp_path / "book", **CHINA).digest == book.digest


def test_without_persons_every_account_is_a_borrower_and_a_note_says_so(tmp_path: Path) -> None:
    bare = [{k: v for k, v in row.items() if k != "person_id"} | {"extra": "1"} for row in read_rows(FILE)]
    report = import_source(
        "credit-record", parquet_of(bare, tmp_path / "rows.parquet"), out=tmp_path / "book", **CHINA
    )
    loans = Book.open(report.path).table("loans")
    assert loans["loan_id"].to_pylist() == loans["borrower_id"].to_pylist()
    assert any("no column person_id" in note for note in report.notes)
    assert any("not read: extra" in note for note in report.notes)


Raw = list[tuple[int | None, int | None, str | None, int | None]]


def panel(rows: Raw) -> Any:
    columns = zip(*rows, strict=True)
    types = (pa.int64(), pa.int64(), pa.string(), pa.int64())
    names = ("ID", "MONTHS_BALANCE", "STATUS", "person_id")
    table = pa.table({n: pa.array(c, t) for n, c, t in zip(names, columns, types, strict=True)})
    found, problems = panel_of(SourceFile(table, Origin((("rows.csv", len(rows), 2),))))
    assert problems == []
    return found


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        pytest.param((None, 0, "0", 1), "no ID", id="no account"),
        pytest.param((1, None, "0", 1), "no MONTHS_BALANCE", id="no month"),
        pytest.param((1, 0, None, 1), "no STATUS", id="no status"),
        pytest.param((1, 3, "0", 1), "MONTHS_BALANCE above 0, after the latest month", id="a month to come"),
        pytest.param((1, -601, "0", 1), "MONTHS_BALANCE below -600", id="a month of long ago"),
    ],
)
def test_rows_without_meaning_are_left_out_by_cause(row: Any, cause: str) -> None:
    found = panel([row, (2, 0, "0", 1)])
    assert found.losses == {cause: 1}
    assert found.account_ids.to_pylist() == ["2"]


RAW_ROW = st.tuples(
    st.sampled_from([1, 2, 3, None]),
    st.sampled_from([*range(-4, 2), None]),
    st.sampled_from([*"012345CX", None]),
    st.sampled_from([7, 8, None]),
)


@settings(max_examples=300, deadline=None)
@given(rows=st.lists(RAW_ROW, min_size=1, max_size=25))
def test_no_row_is_lost_without_a_count_and_months_never_repeat(rows: Raw) -> None:
    found = panel(rows)
    dropped = found.repairs.get("repeated rows of one month dropped", 0)
    assert len(found.month) + dropped + sum(found.losses.values()) == len(rows)
    pairs = list(zip(found.account.tolist(), found.month.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert len(found.account_ids) == len(found.person_ids) == len(set(found.account.tolist()))


def test_the_real_panel_becomes_a_sound_book(tmp_path: Path) -> None:
    report = import_source(
        "credit-record", data_folder("credit_record_panel"), out=tmp_path / "book", **CHINA
    )
    assert (report.repairs, report.losses) == ({}, {})
    assert report.rows == {"borrowers": 13_491, "loans": 32_374 + 8_584, "statements": 737_234}
    assert check_book(report.path) == []
