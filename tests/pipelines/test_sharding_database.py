"""Features straight from PostgreSQL are those of the same rows in a book, in bounded memory, resumed as others are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from features.book import BookRefused, write_book
from features.resharding import shard_book
from pipelines import sharding_engines
from pipelines.featuring import NothingObserved
from pipelines.sharding import ShardsFailed
from pipelines.sharding_database import Database, copy_beside, write_database_features
from pipelines.sharding_engines import local_engine
from pipelines.sharding_plan import AnotherPlan
from pipelines.sharding_work import work_shard
from tests.builders import payment, table_of, tables_of
from tests.features.test_book import bytes_of
from tests.pipelines.command import Command
from tests.pipelines.postgres_server import PASSWORD, PostgresServer, postgres
from tests.pipelines.postgres_tables import lay
from tests.pipelines.sharded_books import people, rows_of
from tests.pipelines.test_sharding import AS_OF, run

__all__ = ["postgres"]
pytestmark = pytest.mark.xdist_group("postgresql")

PLACE = {"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}


def laid(postgres: PostgresServer, schema: str, tables: dict[str, pa.Table]) -> str:
    with postgres.connect() as connection:
        connection.execute(f"drop schema if exists {schema} cascade")
        lay(connection, schema, tables)
    return f"{postgres.address()}?schema={schema}"


def parts(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.parquet"))}


def test_a_database_gives_the_parts_of_the_same_rows_in_a_book(
    postgres: PostgresServer, command: Command, tmp_path: Path
) -> None:
    address = laid(postgres, "sharded", tables_of(**rows_of(24)))
    write_book(people(24), tmp_path / "book")
    run(tmp_path / "book", tmp_path / "of-book")
    words = ("features", "--from", address, "--as-of", AS_OF[0], "--as-of", AS_OF[1], "--out", tmp_path / "of-base",
             "--shards", 4, "--country", "CN", "--time-zone", "Asia/Shanghai", "--currency", "CNY", "--json")  # fmt: skip
    made = command.works(*words)
    assert made.json["shards"] == 4
    assert parts(tmp_path / "of-base") == parts(tmp_path / "of-book")
    before = bytes_of(tmp_path)
    assert command.works(*words).json["finished_before"] == 4
    assert bytes_of(tmp_path) == before
    assert not copy_beside(tmp_path / "of-base").exists()
    assert not any(PASSWORD.encode() in content for content in before.values())
    assert PASSWORD not in made.out + made.err


def test_a_run_goes_on_with_the_rows_that_were_copied_when_it_began(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = laid(postgres, "resumed", tables_of(**rows_of(12)))

    def built(out: Path, where: str = address) -> int:
        made = write_database_features(
            Database(where, **PLACE), as_of=AS_OF, out=out, engine=local_engine(1), shards=3
        )
        return made.made

    built(tmp_path / "undisturbed")
    monkeypatch.setattr(sharding_engines, "work_shard", lambda *_, shard, **__: 1 / (shard and 0))
    with pytest.raises(ShardsFailed):
        built(tmp_path / "out")
    monkeypatch.setattr(sharding_engines, "work_shard", work_shard)
    laid(postgres, "resumed", tables_of(**rows_of(13)))
    assert built(tmp_path / "out") == 3
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "undisturbed")
    with pytest.raises(AnotherPlan, match="source read from"):
        built(tmp_path / "out", laid(postgres, "elsewhere", tables_of(**rows_of(12))))


def test_a_run_that_never_began_leaves_no_rows_of_the_lender(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    address = laid(postgres, "early", tables_of(**rows_of(8)))
    out = tmp_path / "june"
    with pytest.raises(NothingObserved):
        write_database_features(
            Database(address, **PLACE), as_of=[date(2001, 1, 1)], out=out, engine=local_engine(1), shards=2
        )
    assert not out.exists()
    assert not copy_beside(out).exists()


def test_what_is_wrong_in_several_ranges_is_told_together_and_leaves_nothing(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    tables = tables_of(**rows_of(12))
    rows = [*rows_of(12)["payments"], payment(payment_id="P-x", loan_id="L-nowhere")]
    rows += [payment(payment_id="P-L-1-0", loan_id="L-11-0")]
    address = laid(postgres, "wrong", {**tables, "payments": table_of("payments", rows)})
    with pytest.raises(BookRefused) as refused:
        write_database_features(
            Database(address, **PLACE), as_of=AS_OF, out=tmp_path / "out", engine=local_engine(1), shards=3
        )
    assert "P-x" in str(refused.value) or "L-nowhere" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("BOOK", "--from", "postgresql://h/d"), "found both", id="a book and a database"),
        pytest.param((), "found neither", id="neither"),
        pytest.param(
            ("BOOK", "--currency", "CNY"), "--currency with --from alone", id="a currency of a book"
        ),
        pytest.param(
            ("--from", "postgresql://h/d", "--out", "f.parquet"), "found the file f.parquet", id="one file"
        ),
        pytest.param(
            ("BOOK", "--out", "f.parquet", "--shards", "3"),
            "Expected a folder as --out",
            id="shards of a file",
        ),
        pytest.param(("BOOK", "--engine", "dask"), "found no --address", id="no address"),
        pytest.param(("BOOK", "--address", "tcp://h:1"), "found --engine local", id="an address for nobody"),
    ],
)
def test_words_that_do_not_go_together_are_refused(
    command: Command, words: tuple[str, ...], told: str
) -> None:
    out = () if "--out" in words else ("--out", "folder")
    answer = command("features", *words, "--as-of", "2024-04-01", *out)
    assert answer.code == 2
    assert told in answer.err


def test_a_shard_that_failed_ends_the_command_with_one(command: Command, tmp_path: Path) -> None:
    write_book(people(24), tmp_path / "book")
    shard_book(tmp_path / "book", into=3, out=tmp_path / "parts")
    file = min((tmp_path / "parts" / "payments").iterdir())
    file.write_bytes(b"harmed")
    words = ("features", tmp_path / "parts", "--as-of", "2024-04-01", "--out", tmp_path / "out")
    plain, as_json = command(*words), command(*words, "--json")
    assert (plain.code, as_json.code) == (1, 1)
    assert "found that 1 failed (shard" in plain.err
    assert as_json.json["failed"][str(int(file.stem[-4:]))].startswith("BookDamaged: expected")


def test_a_book_is_sharded_and_checked_by_commands(command: Command, tmp_path: Path) -> None:
    write_book(people(24), tmp_path / "book")
    made = command.works("shard", tmp_path / "book", "--into", 3, "--out", tmp_path / "parts", "--json").json
    assert (made["shards"], made["rows"]["loans"]) == (3, 32)
    assert command.works("check", tmp_path / "parts", "--json").json["problems"] == []
    assert (
        "another folder" in command("shard", tmp_path / "book", "--into", 2, "--out", tmp_path / "book").err
    )
