"""The quick proof of a written book finds fault where, and only where, the door for raw tables does."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.book import write_book
from features.book_statement import statement_of
from features.check import check_book
from features.check_parts import told
from features.sound import proof_of
from tests.builders import (
    agent,
    attribute,
    book_of,
    borrower,
    contact,
    instalments,
    loan,
    payment,
    plan,
    review,
    statement,
)
from tests.features.harmed_books import moved, put, random_harm, rewrite
from tests.features.strategies import book_of_tables, tables_by


def compared(folder: Path) -> bool:
    """Return whether the book is sound, after both ways were found to agree and ``check_book`` to tell the same."""
    said = statement_of(folder)
    slow = told(folder, said, shard=0).problems
    proof = proof_of(folder, said, shard=0)
    assert (proof is not None) == (not slow), [str(problem) for problem in slow]
    assert check_book(folder) == slow
    return proof is not None


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_random_harm_is_found_by_the_proof_where_the_door_finds_it(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("harmed") / "book"
    chance = Random(seed)
    write_book(book_of_tables(tables_by(chance)), folder)
    assert proof_of(folder, statement_of(folder), shard=0) is not None
    random_harm(folder, chance)
    compared(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corrected = {"revision": 2, "known_at": "2024-04-01T12:00:00+08:00"}
    write_book(
        book_of(
            loans=[loan(), loan(loan_id="L-2", borrower_id="B-2"), loan(loan_id="L-3", borrower_id="B-2")],
            borrowers=[borrower(), borrower(borrower_id="B-2")],
            instalments=[*instalments(3), *instalments(3, loan_id="L-2")],
            payments=[payment(), payment(amount=500, **corrected), payment(payment_id="P-2", loan_id="L-2")],
            statements=[statement(), statement(month="2024-03-01")],
            contacts=[contact(), contact(contact_id="C-2")],
            attributes=[attribute(), attribute(owner_kind="loan", owner_id="L-2")],
            reviews=[review(), review(decided_by="someone")],
            plans=[plan()],
            agents=[agent(), agent(agent_id="A-2")],
        ),
        tmp_path / "book",
    )
    return tmp_path / "book"


def test_a_written_book_has_a_proof(folder: Path) -> None:
    assert compared(folder)


@pytest.mark.parametrize("table", ["loans", "borrowers", "instalments", "payments", "attributes", "agents"])
@pytest.mark.parametrize("column", ["owner_no", "day", "seen_from", "seen_until"])
def test_a_derived_column_that_was_tampered_with_is_found(folder: Path, table: str, column: str) -> None:
    rewrite(folder, table, put(column, 0, 1 if column == "owner_no" else 12_345))
    assert not compared(folder)
    assert "derived-differ" in {problem.rule for problem in check_book(folder)}


@pytest.mark.parametrize(
    ("table", "column", "row", "value", "rule"),
    [
        pytest.param("payments", "payment_id", 2, "P-1", "duplicate", id="an id of another loan's payment"),
        pytest.param("payments", "revision", 1, 3, "revision-gap", id="a revision left out"),
        pytest.param("payments", "loan_id", 0, "L-9", "orphan", id="a loan the book lacks"),
        pytest.param("instalments", "number", 1, 1, "duplicate", id="an instalment twice"),
        pytest.param("instalments", "principal_due", 1, -1, "negative", id="a negative amount"),
        pytest.param("contacts", "channel", 1, "pigeon", "unknown-code", id="a code nobody knows"),
        pytest.param("attributes", "name", 0, "a name", "unlawful-name", id="a name that is no column"),
        pytest.param("loans", "borrower_id", 2, "B-1", "derived-differ", id="a loan of another borrower"),
        pytest.param("agents", "agent_id", 1, "A-1", "duplicate", id="an agent twice"),
        pytest.param("payments", "channel", 0, "", "derived-differ", id="an empty text for no text"),
    ],
)
def test_each_kind_of_fault(
    folder: Path, table: str, column: str, row: int, value: object, rule: str
) -> None:
    rewrite(folder, table, put(column, row, value))
    assert not compared(folder)
    assert rule in {problem.rule for problem in check_book(folder)}


def test_rows_in_another_order_are_found(folder: Path) -> None:
    rewrite(folder, "instalments", moved(lambda count: [1, 0, *range(2, count)]))
    assert not compared(folder)


def test_texts_stored_as_codes_are_told(folder: Path) -> None:
    codes = pa.dictionary(pa.int32(), pa.string())
    rewrite(folder, "payments", lambda t: t.set_column(0, "payment_id", t["payment_id"].cast(codes)))
    assert not compared(folder)
