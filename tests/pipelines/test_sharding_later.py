"""The features of a morning are the same bytes a year later, when the book has grown by everything it can grow by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from features.book import Book, write_book
from features.prepare import DERIVED
from tests.builders import (
    Row,
    agent,
    at,
    attribute,
    book_of,
    borrower,
    consent,
    contact,
    evidence,
    flag,
    instalments,
    loan,
    offer,
    payment,
    plan,
    promise,
    protected,
    review,
    tables_of,
    visit,
)
from tests.pipelines.command import Command
from tests.pipelines.sharded_books import rows_of

pytestmark = pytest.mark.xdist_group("small-book")

LATER = at("2024-08-05")
"""Everything that is new was known after the mornings asked about."""
ASKED = ("--as-of", "2024-04-01", "--as-of", "2024-08-01")


def grown_rows() -> dict[str, list[Row]]:
    """Return the rows that come later: back-dated ones, revisions, new borrowers, attributes and tables."""
    new = {"known_at": LATER}
    again = {"known_at": LATER, "revision": 2}
    return {
        "loans": [
            loan(loan_id="L-1-0", borrower_id="B-1", ended_on="2024-03-15", end_kind="repaid", **again),
            loan(loan_id="L-new", borrower_id="B-new", disbursed_on="2024-02-01", **new),
            loan(loan_id="L-4-late", borrower_id="B-4", product="card", **new),
        ],
        "instalments": [
            *({**row, "known_at": LATER} for row in instalments(loan_id="L-new")),
            {**instalments(loan_id="L-2-0")[0], "principal_due": 1, **again},
        ],
        "payments": [
            payment(payment_id="P-late", loan_id="L-2-0", paid_on="2024-02-20", amount=7777, **new),
            payment(
                payment_id="P-back", loan_id="L-3-0", paid_on="2024-03-20", amount=-50, channel="odd", **new
            ),
        ],
        "contacts": [contact(contact_id="C-late", loan_id="L-1-0", channel="visit", **new)],
        "borrowers": [
            borrower(borrower_id="B-1", declared_income=1, **again),
            borrower(borrower_id="B-new", **new),
        ],
        "consents": [
            consent(consent_id="CO-0", borrower_id="B-0", withdrawn_on="2024-03-01", **again),
            consent(consent_id="CO-new", borrower_id="B-1", purpose="bank_flow", **new),
        ],
        "attributes": [
            attribute(owner_id="B-1", name="pets", **new),
            attribute(owner_id="B-1", name="cars", value=None, code="two", **again),
        ],
        "promises": [promise(promise_id="PR-new", loan_id="L-1-0", **new)],
        "offers": [offer(offer_id="O-new", loan_id="L-1-0", **new)],
        "visits": [visit(visit_id="V-new", loan_id="L-1-0", **new)],
        "evidence": [evidence(evidence_id="E-new", borrower_id="B-1", **new)],
        "reviews": [review(review_id="R-new", loan_id="L-1-0", **new)],
        "plans": [plan(plan_id="PL-new", loan_id="L-2-0", starts_on="2024-02-01", **new)],
        "flags": [flag(flag_id="F-new", borrower_id="B-2", **new)],
        "protected": [protected(borrower_id="B-1", **new)],
        "agents": [agent(**new)],
    }


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folders of the book as it is today, and as it is a year later."""
    place = tmp_path_factory.mktemp("later")
    today, more = rows_of(24), grown_rows()
    today["attributes"] = [row for row in today["attributes"] if row["name"] != "late_news"]
    today["payments"] += [payment(payment_id="P-last", loan_id="L-9-0", paid_on="2024-07-29")]
    write_book(book_of(**today), place / "today")
    grown = {name: [*today.get(name, []), *more.get(name, [])] for name in {*today, *more}}
    write_book(book_of(**grown), place / "later")
    return place / "today", place / "later"


def parquet(place: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(place.rglob("*.parquet"))}


def test_every_table_grew(books: tuple[Path, Path]) -> None:
    today, later = (Book.open(folder) for folder in books)
    assert set(later.table_names) == set(tables_of(**grown_rows())), "one row of every table at least"
    for name in today.table_names:
        assert later.table(name).num_rows > today.table(name).num_rows, name
    assert set(DERIVED) <= set(later.table("payments").column_names)


@pytest.mark.parametrize(
    ("out", "asked"),
    [
        pytest.param("morning.parquet", (), id="a file"),
        pytest.param("morning", ("--shards", "5"), id="a folder of five shards"),
    ],
)
def test_the_same_mornings_have_the_same_bytes_a_year_later(
    command: Command, books: tuple[Path, Path], tmp_path: Path, out: str, asked: tuple[str, ...]
) -> None:
    told: list[dict[str, Any]] = []
    for at_, book in zip(("today", "later"), books, strict=True):
        (tmp_path / at_).mkdir()
        told.append(
            command.works("features", book, *ASKED, "--out", tmp_path / at_ / out, *asked, "--json").json
        )
    before, after = parquet(tmp_path / "today"), parquet(tmp_path / "later")
    assert len(before) == (5 if asked else 1)
    assert before == after
    assert told[0]["notes"] == told[1]["notes"]
    assert told[0]["features"] == told[1]["features"]


def test_a_later_morning_sees_the_news(command: Command, books: tuple[Path, Path], tmp_path: Path) -> None:
    today, later = (
        command("features", book, "--as-of", "2024-09-01", "--out", tmp_path / "f.parquet") for book in books
    )
    assert today.code == 0
    assert later.code == 2
    assert "attribute 'cars': expected numbers or codes, found both" in later.err
