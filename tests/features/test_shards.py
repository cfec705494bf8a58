"""A book in shards is the same book: every row in one shard, every shard a book of its own."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from features.book import Book, BookRefused, write_book
from features.book_statement import BookDamaged
from features.book_writer import ShardRefused
from features.digest import book_digest, contents_digest
from features.prepare import DERIVED
from features.resharding import SamePlace, shard_book
from features.shards import BookWriter, ShardsUnfit, UnknownShard, book_shards, open_shard, shard_of
from tests.builders import CHINA, Row, book_of, loan, payment, tables_of
from tests.features.test_book import bytes_of, rich

IDS = [f"B-{n}" for n in range(40)] + ["李-7", "", "é" * 30, "B-\n"]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Return the folder of a book in one piece."""
    write_book(book_of(**rich()), tmp_path / "whole", truth={"willingness": pa.table({"loan_id": ["L-1"]})})
    return tmp_path / "whole"


def tables_in(book: Book) -> dict[str, Any]:
    return {name: book.table(name) for name in book.table_names}


@pytest.mark.parametrize("shards", [1, 2, 7, 64, 10_000])
def test_the_shard_of_a_borrower_is_zlibs_crc_of_the_id(shards: int) -> None:
    expected = [zlib.crc32(one.encode()) % shards for one in IDS]
    assert shard_of(IDS, shards=shards).tolist() == expected
    assert shard_of(pa.array(IDS), shards=shards).tolist() == expected
    assert shard_of(pa.chunked_array([IDS[:7], IDS[7:]]), shards=shards).tolist() == expected
    assert shard_of(pa.array(IDS)[5:9], shards=shards).tolist() == expected[5:9]
    assert shard_of([], shards=shards).tolist() == []


@pytest.mark.parametrize("shards", [0, -3, 10_001])
def test_numbers_of_shards_that_no_book_has_are_refused(tmp_path: Path, whole: Path, shards: int) -> None:
    with pytest.raises(ShardsUnfit, match=r"Expected 1 to 10,000 shards"):
        shard_of(IDS, shards=shards)
    with pytest.raises(ShardsUnfit):
        shard_book(whole, into=shards, out=tmp_path / "parts")


@pytest.mark.parametrize("into", [2, 3, 16])
def test_a_sharded_book_is_read_as_the_book_it_was(tmp_path: Path, whole: Path, into: int) -> None:
    shard_book(whole, into=into, out=tmp_path / "parts")
    before, after = Book.open(whole), Book.open(tmp_path / "parts")
    assert book_shards(tmp_path / "parts") == into
    assert after.manifest == before.manifest
    assert after.digest == before.digest
    assert after.loan_ids.tolist() == before.loan_ids.tolist()
    assert after.borrower_of_loan.tolist() == before.borrower_of_loan.tolist()
    assert all(after.table(name).equals(table) for name, table in tables_in(before).items())
    assert after.table_names == before.table_names
    del after.__dict__["digest"]
    assert after.digest == before.digest


@pytest.mark.parametrize("into", [2, 16])
def test_a_shard_is_the_book_of_its_borrowers(tmp_path: Path, whole: Path, into: int) -> None:
    shard_book(whole, into=into, out=tmp_path / "parts")
    book, seen = Book.open(whole), []
    for shard in range(into):
        part = open_shard(tmp_path / "parts", shard=shard)
        assert part.table_names == book.table_names
        assert set(shard_of(part.borrower_ids, shards=into).tolist()) <= {shard}
        seen += part.borrower_ids.tolist()
        contents = {name: contents_digest(table) for name, table in tables_in(part).items()}
        assert part.digest == book_digest(part.manifest, contents)
        if len(part.borrower_ids):
            alone = book.only(part.borrower_ids.tolist())
            assert all(part.table(name).equals(alone.table(name)) for name in alone.table_names)
        assert all(part.table(name).schema == book.table(name).schema for name in part.table_names), (
            "a shard without rows keeps the columns"
        )
    assert sorted(seen) == book.borrower_ids.tolist()


def test_a_book_sharded_again_and_joined_again_has_its_bytes(tmp_path: Path, whole: Path) -> None:
    shard_book(whole, into=3, out=tmp_path / "three")
    shard_book(tmp_path / "three", into=5, out=tmp_path / "five")
    shard_book(whole, into=5, out=tmp_path / "other")
    assert bytes_of(tmp_path / "five") == bytes_of(tmp_path / "other")
    shard_book(tmp_path / "five", into=1, out=tmp_path / "again")
    assert bytes_of(tmp_path / "again") == bytes_of(whole)
    assert sorted(place.name for place in tmp_path.iterdir()) == ["again", "five", "other", "three", "whole"]


def test_rows_sorted_out_in_several_passes_are_the_same_rows(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shard_book(whole, into=5, out=tmp_path / "once")
    monkeypatch.setattr("features.resharding.AT_ONCE", 2)
    shard_book(whole, into=5, out=tmp_path / "thrice")
    assert bytes_of(tmp_path / "once") == bytes_of(tmp_path / "thrice")


def test_what_belongs_to_nobody_is_seen_in_every_shard(tmp_path: Path) -> None:
    agent: Row = {"agent_id": "A-1", "agency": "own", "revision": 1, "known_at": "2024-01-01T00:00:00Z"}
    write_book(book_of(**rich(), agents=[agent]), tmp_path / "whole")
    shard_book(tmp_path / "whole", into=4, out=tmp_path / "parts")
    assert [f.name for f in (tmp_path / "parts" / "agents").iterdir()] == ["part-0000.parquet"]
    for shard in range(4):
        assert open_shard(tmp_path / "parts", shard=shard).table("agents")["agent_id"].to_pylist() == ["A-1"]
    assert Book.open(tmp_path / "parts").table("agents").equals(Book.open(tmp_path / "whole").table("agents"))


def test_an_empty_part_has_no_file_and_a_table_without_rows_stays_a_table(tmp_path: Path) -> None:
    write_book(book_of(), tmp_path / "whole")
    shard_book(tmp_path / "whole", into=3, out=tmp_path / "parts")
    (shard,) = shard_of(["B-1"], shards=3)
    files = sorted(str(f.relative_to(tmp_path / "parts")) for f in (tmp_path / "parts").rglob("*.parquet"))
    assert files == [f"{name}/part-000{shard}.parquet" for name in ("instalments", "loans")]
    for at in range(3):
        part = open_shard(tmp_path / "parts", shard=at)
        assert part.table_names == ("instalments", "loans", "payments")
        assert part.rows("payments").n == 0
        assert len(part.borrower_ids) == (1 if at == shard else 0)


def test_a_book_written_shard_by_shard_from_raw_tables_is_the_book_of_all_of_them(tmp_path: Path) -> None:
    rows = rich()
    del rows["attributes"]
    owner = {row["loan_id"]: row["borrower_id"] for row in rows["loans"]}
    with BookWriter(tmp_path / "parts", manifest=CHINA, shards=3) as writer:
        for shard in (2, 0, 1):
            mine: dict[str, Any] = {}
            for name, table in tables_of(**rows).items():
                people = [r.get("borrower_id") or owner[r["loan_id"]] for r in rows[name]]
                mine[name] = table.filter(pa.array(shard_of(people, shards=3) == shard))
            writer.add(shard, mine)
    parts, book = Book.open(tmp_path / "parts"), book_of(**rows)
    for name in book.table_names:
        assert parts.table(name).equals(book.table(name)), name
    again = tmp_path / "again"
    shard_book(tmp_path / "parts", into=3, out=again)
    assert bytes_of(again) == bytes_of(tmp_path / "parts")


def test_columns_that_only_some_shards_have_are_empty_in_the_others(tmp_path: Path) -> None:
    one, other = "B-0", next(i for i in IDS if shard_of([i], shards=2)[0] != shard_of(["B-0"], shards=2)[0])
    with BookWriter(tmp_path / "parts", manifest=CHINA, shards=2) as writer:
        for person, channel in ((one, "bank"), (other, None)):
            paid = payment(payment_id=f"P-{person}", loan_id=f"L-{person}")
            del paid["channel"]
            tables = tables_of(
                loans=[loan(loan_id=f"L-{person}", borrower_id=person)],
                instalments=[],
                payments=[{**paid, **({"channel": channel} if channel else {})}],
            )
            writer.add(int(shard_of([person], shards=2)[0]), tables)
    table = Book.open(tmp_path / "parts").table("payments")
    assert sorted(table["channel"].to_pylist(), key=str) == [None, "bank"]
    lacking = open_shard(tmp_path / "parts", shard=int(shard_of([other], shards=2)[0])).table("payments")
    assert lacking.column_names == table.column_names
    assert table.column_names[-4:] == list(DERIVED)


def write_as(book: Book, shards: tuple[int, ...], place: Path) -> None:
    with BookWriter(place, manifest=CHINA, shards=4) as writer:
        for shard in shards:
            writer.add(shard, book)


def test_what_is_not_the_shard_it_is_said_to_be_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    book = book_of()
    home = int(shard_of(["B-1"], shards=4)[0])
    for shards, told in (
        (((home + 1) % 4,), r"found 1 of others \(B-1\)"),
        ((home, home), "again"),
        ((4,), "found 4"),
    ):
        with pytest.raises(ShardRefused, match=told):
            write_as(book, shards, tmp_path / "parts")
    with pytest.raises(BookRefused), BookWriter(tmp_path / "parts", manifest=CHINA, shards=4) as writer:
        writer.add(home, tables_of(payments=[payment(loan_id="L-77")]))
    with pytest.raises(ShardRefused, match="at least one loan"):
        write_as(book, (), tmp_path / "parts")
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_was_changed_or_is_missing_is_refused_when_it_is_read(
    tmp_path: Path, whole: Path
) -> None:
    shard_book(whole, into=2, out=tmp_path / "parts")
    files = sorted((tmp_path / "parts" / "payments").iterdir())
    files[0].write_bytes(files[0].read_bytes() + b" ")
    shard = int(files[0].stem[-4:])
    with pytest.raises(BookDamaged, match="changed after it was written"):
        open_shard(tmp_path / "parts", shard=shard).table("payments")
    with pytest.raises(BookDamaged, match="changed after it was written"):
        Book.open(tmp_path / "parts").table("payments")
    with pytest.raises(BookDamaged, match="changed after it was written"):
        shard_book(tmp_path / "parts", into=3, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    files[0].unlink()
    with pytest.raises(BookDamaged, match="No such file"):
        open_shard(tmp_path / "parts", shard=shard).table("payments")


def test_a_shard_that_a_book_lacks_and_its_own_place_are_refused(tmp_path: Path, whole: Path) -> None:
    assert book_shards(whole) == 1
    assert open_shard(whole, shard=0).digest == Book.open(whole).digest
    with pytest.raises(UnknownShard, match="from 0 to 0"):
        open_shard(whole, shard=1)
    with pytest.raises(SamePlace, match="another folder"):
        shard_book(whole, into=2, out=whole / ".." / "whole")


def test_software_that_knows_books_in_one_piece_alone_would_refuse_a_sharded_one(
    tmp_path: Path, whole: Path
) -> None:
    shard_book(whole, into=2, out=tmp_path / "parts")
    text = (tmp_path / "parts" / "book.json").read_text()
    assert '"format": 2' in text
    (tmp_path / "parts" / "book.json").write_text(text.replace('"format": 2', '"format": 1'))
    with pytest.raises(BookDamaged, match="format"):
        Book.open(tmp_path / "parts")
