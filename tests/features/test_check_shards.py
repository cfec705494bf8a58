"""A sharded book is checked shard by shard: what is wrong inside one and between them is told together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.book import write_book
from features.check import check_book
from features.problem import Problem
from features.resharding import shard_book
from features.shards import book_shards, shard_of
from tests.builders import agent, attribute, book_of, flag, loan, payment
from tests.features.harmed_books import put, restate, rewrite

SHARDS = 3
PEOPLE = [f"B-{n}" for n in range(9)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a book of nine borrowers in three shards."""
    write_book(
        book_of(
            loans=[loan(loan_id=f"L-{who}", borrower_id=who) for who in PEOPLE],
            instalments=[],
            payments=[payment(payment_id=f"P-{who}", loan_id=f"L-{who}") for who in PEOPLE],
            flags=[flag(flag_id=f"F-{who}", borrower_id=who) for who in PEOPLE],
            attributes=[attribute(owner_kind="loan", owner_id=f"L-{who}") for who in PEOPLE],
            agents=[agent()],
        ),
        tmp_path / "whole",
    )
    shard_book(tmp_path / "whole", into=SHARDS, out=tmp_path / "book")
    assert all(len(held(tmp_path / "book", shard)) > 1 for shard in range(SHARDS))
    return tmp_path / "book"


def held(folder: Path, shard: int, table: str = "loans", column: str = "borrower_id") -> list[Any]:
    return list(pq.read_table(folder / table / f"part-{shard:04d}.parquet")[column].to_pylist())


def one(problems: list[Problem], rule: str) -> Problem:
    found = [problem for problem in problems if problem.rule == rule]
    assert len(found) == 1, [str(problem) for problem in problems]
    return found[0]


def test_a_sharded_book_is_sound(folder: Path) -> None:
    assert book_shards(folder) == SHARDS
    assert check_book(folder) == []


def test_a_fault_in_every_shard_is_counted_once_with_the_rows_of_all(folder: Path) -> None:
    for shard in range(SHARDS):
        rewrite(folder, "payments", put("channel", 0, ""), shard=shard)
        rewrite(folder, "payments", put("amount", 1, 10**16), shard=shard)
    problem = one(check_book(folder), "out-of-range")
    assert problem.count == SHARDS
    assert problem.rows == tuple(f"payments/part-{shard:04d}.parquet row 2" for shard in range(SHARDS))


def test_a_borrower_in_the_wrong_shard_is_named(folder: Path) -> None:
    stranger = next(f"X-{n}" for n in range(99) if shard_of([f"X-{n}"], shards=SHARDS)[0] != 1)
    who = held(folder, 1)[0]
    for table in ("loans", "flags"):
        names = held(folder, 1, table)
        rewrite(folder, table, put("borrower_id", names.index(who), stranger), shard=1)
    problem = one(check_book(folder), "wrong-shard")
    assert (problem.table, problem.count, problem.rows) == ("loans", 1, ("loans/part-0001.parquet row 1",))
    assert stranger in problem.found


def test_rows_of_a_loan_in_another_shard_are_told_apart_from_rows_of_none(folder: Path) -> None:
    elsewhere = held(folder, 2, column="loan_id")[0]
    rewrite(folder, "payments", put("loan_id", 0, elsewhere), shard=0)
    rewrite(folder, "payments", put("loan_id", 1, "L-nowhere"), shard=0)
    rewrite(folder, "attributes", put("owner_id", 1, elsewhere), shard=1)
    problems = check_book(folder)
    lost = [p for p in problems if p.rule == "orphan"]
    apart = [p for p in problems if p.rule == "other-shard"]
    assert [(p.table, p.rows) for p in lost] == [("payments", ("payments/part-0000.parquet row 2",))]
    assert {(p.table, p.rows) for p in apart} == {
        ("payments", ("payments/part-0000.parquet row 1",)),
        ("attributes", ("attributes/part-0001.parquet row 2",)),
    }
    assert elsewhere in apart[0].found


@pytest.mark.parametrize(
    ("table", "column"),
    [("payments", "payment_id"), ("flags", "flag_id"), ("loans", "loan_id")],
)
def test_a_key_in_two_shards_is_named(folder: Path, table: str, column: str) -> None:
    twin = held(folder, 0, table, column)[0]
    rewrite(folder, table, put(column, 0, twin), shard=2)
    problem = one(check_book(folder), "in-two-shards")
    assert (problem.table, problem.count, problem.ids) == (table, 1, (twin,))
    assert problem.rows == (f"{table}/part-0002.parquet row 1",)


def test_agents_stand_once_for_all_shards_and_twice_nowhere(folder: Path) -> None:
    rewrite(folder, "agents", lambda table: pa.concat_tables([table, table]))
    problem = one(check_book(folder), "duplicate")
    assert (problem.table, problem.rows[0]) == ("agents", "agents/part-0000.parquet row 2")


def test_damage_in_one_shard_does_not_hide_faults_in_another(folder: Path) -> None:
    rewrite(folder, "payments", put("amount", 0, 10**16), shard=0)
    (folder / "payments" / "part-0001.parquet").write_bytes(b"no parquet")
    (folder / "loans" / "part-0002.parquet").unlink()
    rules = [(problem.table, problem.rule) for problem in check_book(folder)]
    assert ("payments", "out-of-range") in rules
    assert rules.count(("payments", "damaged")) == rules.count(("loans", "damaged")) == 1


def test_a_derived_column_of_one_shard_names_its_part(folder: Path) -> None:
    rewrite(folder, "payments", put("seen_from", 1, 5), shard=2)
    assert "part-0002.parquet" in one(check_book(folder), "derived-differ").found


def test_a_missing_column_names_the_part_that_lacks_it(folder: Path) -> None:
    file = folder / "payments" / "part-0001.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["amount"]), file)
    restate(folder)
    assert "payments/part-0001.parquet" in one(check_book(folder), "missing-column").found


def test_shards_without_borrowers_are_lawful(tmp_path: Path, folder: Path) -> None:
    shard_book(folder, into=40, out=tmp_path / "many")
    assert check_book(tmp_path / "many") == []
