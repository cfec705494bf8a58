"""A lender's tables in a real PostgreSQL give the same book, the same features and the same refusals as files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from features.book import Book, write_book
from features.build import build_features
from features.observations import observe
from features.problem import BookRefused
from pipelines.simulator.simulate import simulate
from pipelines.sources.importing import import_source
from pipelines.sources.postgresql import PostgresqlShard, postgresql_shards
from pipelines.sources.postgresql_address import address_of
from pipelines.sources.postgresql_session import Session
from pipelines.sources.postgresql_tables import KeyRange, lender_of, tables_within
from tests.builders import CHINA, agent, at, attribute, flag, loan, payment, promise, table_of, tables_of
from tests.pipelines.command import Command
from tests.pipelines.postgres_server import PASSWORD, PostgresServer, postgres
from tests.pipelines.postgres_tables import lay

__all__ = ["postgres"]
pytestmark = pytest.mark.xdist_group("postgresql")

NUMERIC = {"payments__amount": "numeric"}
OPTIONS: dict[str, Any] = {"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}
ODD_IDS = ("B-1", "b'1", 'B"2', "Łódź-7", "李-7", "B -3", "b\\4", "B;drop table loans;--", "é")


@pytest.fixture(scope="module")
def simulated() -> Book:
    made = simulate(loans=120, months=8, seed=5)
    return Book.from_tables(made.tables, manifest=made.manifest)


@pytest.fixture(scope="module")
def filled(postgres: PostgresServer, simulated: Book) -> str:
    """Return the address of the simulated book's tables."""
    with postgres.connect() as connection:
        lay(connection, "simulated", {name: simulated.table(name) for name in simulated.table_names})
    return postgres.address() + "?schema=simulated"


def laid(postgres: PostgresServer, schema: str, tables: dict[str, pa.Table], **types: str) -> str:
    with postgres.connect() as connection:
        lay(connection, schema, tables, types={name.replace("__", "."): kind for name, kind in types.items()})
    return f"{postgres.address()}?schema={schema}"


def joined(shards: Sequence[PostgresqlShard]) -> dict[str, pa.Table]:
    """Return the rows of all shards; tables of nobody stand in each."""
    names = shards[0].tables
    parts = {name: [s.tables[name] for s in (shards[:1] if name == "agents" else shards)] for name in names}
    return {name: pa.concat_tables(tables) for name, tables in parts.items()}


def refused(address: str, **options: Any) -> str:
    with pytest.raises(BookRefused) as told:
        list(postgresql_shards(address, **{"shards": 1, **options}))
    assert PASSWORD not in str(told.value)
    return str(told.value)


def test_the_book_is_that_of_the_files(filled: str, simulated: Book, tmp_path: Path) -> None:
    report = import_source("postgresql", filled, out=tmp_path / "book", **OPTIONS)
    assert report.digest == simulated.digest
    assert Book.open(tmp_path / "book").digest == simulated.digest


@pytest.mark.parametrize("shards", [1, 3, 7])
def test_shards_hold_every_row_once_and_each_borrower_whole(
    filled: str, simulated: Book, shards: int
) -> None:
    found = list(postgresql_shards(filled, shards=shards))
    assert Book.from_tables(joined(found), manifest=simulated.manifest).digest == simulated.digest
    people = [set(shard.tables["loans"]["borrower_id"].to_pylist()) for shard in found]
    assert sum(map(len, people)) == len(set.union(*people)) == len(simulated.borrower_ids)
    assert max(map(len, people)) - min(map(len, people)) <= 1


def test_features_of_the_shards_are_those_of_the_book_bit_for_bit(filled: str, simulated: Book) -> None:
    days = [date(2024, 4, 1), date(2024, 7, 1)]
    parts = []
    for shard in postgresql_shards(filled, shards=3):
        book = Book.from_tables(shard.tables, manifest=simulated.manifest)
        parts.append(build_features(book, observe(book, as_of=days)).frame)
    whole = build_features(simulated, observe(simulated, as_of=days)).frame
    keys = ["borrower_id", "loan_id", "as_of"]
    together = pd.concat(parts).sort_values(keys, ignore_index=True)
    shared = [c for c in whole.columns if c in together.columns]
    pd.testing.assert_frame_equal(
        together[shared], whole.sort_values(keys, ignore_index=True)[shared], check_exact=True
    )


def odd_tables() -> dict[str, pa.Table]:
    """Return loans of borrowers with unusual ids, rows of borrowers and of loans, gaps, and clocks that move."""
    return tables_of(
        loans=[loan(loan_id=f"L'{n}\"", borrower_id=who) for n, who in enumerate(ODD_IDS)],
        payments=[
            payment(
                payment_id=f"P-{n}",
                loan_id=f"L'{n}\"",
                channel=None,
                known_at=at("2024-03-31", "02:30", "+01:00"),
            )
            for n, _ in enumerate(ODD_IDS)
        ],
        instalments=[],
        flags=[flag(flag_id=f"F-{n}", borrower_id=who, ends_on=None) for n, who in enumerate(ODD_IDS)],
        attributes=[
            *(attribute(owner_id=who) for who in ODD_IDS),
            *(attribute(owner_kind="loan", owner_id=f"L'{n}\"") for n, _ in enumerate(ODD_IDS)),
        ],
        promises=[promise(promise_id=f"PR-{n}", loan_id=f"L'{n}\"") for n, _ in enumerate(ODD_IDS)],
        agents=[agent()],
    )


def typed(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the tables as a written book has them."""
    book = Book.from_tables(tables, manifest=CHINA)
    return {name: book.table(name) for name in book.table_names}


@pytest.mark.parametrize("shards", [1, 2, 4, 20])
def test_unusual_ids_gaps_and_moving_clocks_pass_unchanged(postgres: PostgresServer, shards: int) -> None:
    tables = typed(odd_tables())
    laid(postgres, 'odd "schema; drop', tables)
    found = list(postgresql_shards(postgres.address(), shards=shards, schema='odd "schema; drop'))
    assert len(found) == min(shards, len(ODD_IDS))
    for zone in ("Asia/Shanghai", "Europe/Warsaw"):
        manifest = type(CHINA)("CN", zone, "CNY")
        whole = {
            name: t.drop_columns(["owner_no", "day", "seen_from", "seen_until"]) for name, t in tables.items()
        }
        expected = Book.from_tables(whole, manifest=manifest)
        assert Book.from_tables(joined(found), manifest=manifest).digest == expected.digest


def test_whole_numbers_as_ids_and_amounts_as_numeric_without_fractions(postgres: PostgresServer) -> None:
    tables = tables_of(
        loans=[loan(loan_id=str(n), borrower_id=str(100 - n)) for n in range(12)],
        payments=[payment(payment_id=str(n), loan_id=str(n)) for n in range(12)],
    )
    tables["instalments"] = tables["instalments"].slice(0, 0)
    expected = Book.from_tables(tables, manifest=CHINA)
    address = laid(
        postgres, "whole", {n: expected.table(n) for n in expected.table_names},
        loans__loan_id="bigint", loans__borrower_id="integer", payments__loan_id="numeric", payments__amount="numeric(14,2)",
        payments__payment_id="varchar(20)",
    )  # fmt: skip
    with pytest.raises(BookRefused, match=r"payments\.loan_id \[wrong-type\].*a column of type numeric"):
        list(postgresql_shards(address, shards=3))
    with postgres.connect() as connection:
        connection.execute("alter table whole.payments alter loan_id type smallint")
    found = list(postgresql_shards(address, shards=3))
    assert Book.from_tables(joined(found), manifest=CHINA).digest == expected.digest


@pytest.mark.parametrize(
    ("types", "change", "told"),
    [
        pytest.param(NUMERIC, "update t.payments set amount = 12.5", "amount [not-whole]", id="a fraction"),
        pytest.param(NUMERIC, "update t.payments set amount = 'NaN'", "amount [not-whole]", id="NaN"),
        pytest.param({}, "update t.payments set paid_on = 'infinity'", "paid_on [not-a-day]", id="an endless day"),
        pytest.param({}, "update t.payments set known_at = '-infinity'", "[not-an-instant]", id="an endless instant"),
        pytest.param({}, "update t.loans set annual_rate = 'Infinity'", "annual_rate [not-finite]", id="an endless number"),
        pytest.param({}, "update t.payments set loan_id = 'L-9'", "loan_id [orphan]", id="a payment of no loan"),
        pytest.param({}, "update t.payments set loan_id = null", "loan_id [empty]", id="a payment without loan"),
        pytest.param({}, "update t.loans set borrower_id = null", "borrower_id [empty]", id="a loan without borrower"),
        pytest.param({}, "alter table t.payments drop amount", "amount [missing-column]", id="no amounts"),
        pytest.param({}, "alter table t.payments add shoe text", "shoe [unknown-column]", id="one column more"),
        pytest.param({}, "drop table t.payments", "payments [missing-table]", id="no payments"),
        pytest.param({"payments__amount": "money"}, "select 1", "amount [wrong-type]", id="the type money"),
        pytest.param({"payments__known_at": "timestamp"}, "select 1", "known_at [wrong-type]", id="instants without zone"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shards", [1, 2])
def test_what_is_wrong_is_told(
    postgres: PostgresServer, types: dict[str, str], change: str, told: str, shards: int
) -> None:
    people = [loan(), loan(loan_id="L-2", borrower_id="B-2"), loan(loan_id="L-3", borrower_id="B-3")]
    paid = [payment(), payment(payment_id="P-2", loan_id="L-2"), payment(payment_id="P-3", loan_id="L-3")]
    address = laid(postgres, "t", typed(tables_of(loans=people, payments=paid)), **types)
    with postgres.connect() as connection:
        connection.execute(change)

    def every_shard() -> list[Book]:
        with closing(postgresql_shards(address, shards=shards)) as found:  # else a lock stays on the tables
            return [Book.from_tables(shard.tables, manifest=CHINA) for shard in found]

    with pytest.raises(BookRefused) as refusal:
        every_shard()
    assert told in str(refusal.value)


def test_all_sessions_see_one_moment(filled: str, postgres: PostgresServer) -> None:
    place = address_of(filled)
    with Session(place) as first:
        lender = lender_of(first, place)
        before = first.rows("select count(*) as n from simulated.loans")
        with postgres.connect() as connection, connection.transaction(force_rollback=False):
            connection.execute(
                "create table if not exists simulated.aside as select * from simulated.payments"
            )
            connection.execute("delete from simulated.payments")
        try:
            with Session(place, snapshot=first.snapshot()) as second:
                seen = tables_within(second, lender, KeyRange())["payments"].num_rows
                assert seen == tables_within(first, lender, KeyRange())["payments"].num_rows > 0
                assert second.rows("select count(*) as n from simulated.loans") == before
        finally:
            with postgres.connect() as connection:
                connection.execute("insert into simulated.payments select * from simulated.aside")
                connection.execute("drop table simulated.aside")


def test_nothing_is_written_to_the_database(filled: str) -> None:
    with Session(address_of(filled)) as session, pytest.raises(BookRefused, match="read-only transaction"):
        session.rows("insert into simulated.loans default values")


def test_a_server_that_goes_away_in_the_middle_is_told(filled: str, postgres: PostgresServer) -> None:
    shards = postgresql_shards(filled, shards=3)
    next(shards)
    with postgres.connect() as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = 'lender'"
        )
    with pytest.raises(BookRefused, match=r"\[server-gone\].*Start again when the server is back"):
        next(shards)


def test_wrong_places_are_told_without_the_password(postgres: PostgresServer) -> None:
    assert "access-refused" in refused(postgres.address(password="wrong"))
    assert "no-database" in refused(postgres.address("nowhere"))
    assert "no-server" in refused(f"postgresql://u:{'secret'}@127.0.0.1:1/lender")
    assert "no such host" in refused("postgresql://u:secret@nowhere.invalid/lender")
    assert "missing-source" in refused(postgres.address(), schema="nowhere")
    assert "no-address" in refused("postgresql://u:secret@host:port/lender")
    assert "secret" not in refused("postgresql://u:p@secret@nowhere.invalid/lender")


def test_tables_that_may_not_be_read_are_named(filled: str, postgres: PostgresServer) -> None:
    with postgres.connect() as connection:
        connection.execute("drop role if exists guest")
        connection.execute("create role guest login password 'guest'")
        connection.execute("grant usage on schema simulated to guest")
        connection.execute("grant select on simulated.loans to guest")
        connection.execute("grant select (payment_id) on simulated.payments to guest")
    told = refused(postgres.address(user="guest", password="guest") + "?schema=simulated")
    assert "payments [no-permission]" in told
    assert "amount" in told
    assert "loans [no-permission]" not in told


def test_the_command_line_imports_and_keeps_the_password_to_itself(
    filled: str, simulated: Book, command: Command, tmp_path: Path
) -> None:
    words = ("import", "postgresql", "--from", filled, "--country", "CN", "--time-zone", "Asia/Shanghai")
    answer = command.works(*words, "--currency", "CNY", "--out", tmp_path / "book", "--json")
    assert answer.json["digest"] == simulated.digest
    said = (tmp_path / "book" / "book.json").read_text("utf-8") + answer.out + answer.err
    assert PASSWORD not in said
    assert "p%40ss" not in said
    for wrong in (("import", "directory", "--from", filled), ("import", "postgresql", "--from", tmp_path)):
        answer = command(*wrong, "--out", tmp_path / "other", "--country", "CN")
        assert answer.code == 2
        assert "p%40ss" not in answer.out + answer.err


def test_other_tables_of_the_schema_are_noted(postgres: PostgresServer, tmp_path: Path) -> None:
    tables = {**typed(tables_of()), "invoices": table_of("invoices", [{"id": "x"}])}
    address = laid(postgres, "more", tables)
    report = import_source("postgresql", address, out=tmp_path / "book", **OPTIONS)
    assert any("invoices" in note for note in report.notes)


def test_a_written_book_and_a_database_book_check_alike(postgres: PostgresServer, tmp_path: Path) -> None:
    book = Book.from_tables(odd_tables(), manifest=CHINA)
    write_book(book, tmp_path / "files")
    address = laid(postgres, "alike", {n: book.table(n) for n in book.table_names})
    report = import_source("postgresql", address, out=tmp_path / "book", **OPTIONS)
    assert (
        report.digest
        == import_source("directory", tmp_path / "files", out=tmp_path / "again", **OPTIONS).digest
    )
