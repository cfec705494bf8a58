"""Laws of independence: rows in any order, neighbours, shards, threads and the order of questions change nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from features.book import Book
from features.build import build_features
from features.manifest import Manifest
from features.observations import Observations, observe
from features.shards import BookWriter, book_shards, open_shard, shard_of
from tests.builders import CHINA, book_of, consent, evidence, instalment, loan
from tests.features.laws import (
    BOOKS_LOOKED_AT,
    also_on_rich_books,
    assert_same,
    book_as_known,
    built,
    law,
    manifests,
    rows_of_owners,
)
from tests.features.strategies import Tables, book_of_tables, joined, mornings, seeded_tables, several_books


def test_every_feature_is_blind_to_row_order_and_to_neighbours() -> None:
    seen: Counter[str] = Counter()

    @law
    @also_on_rich_books(who=lambda chance: chance.randint(0, 20))
    @given(books=several_books(), days=mornings(), said=manifests(), who=st.integers(0, 20))
    def holds(books: list[Tables], days: list[dt.date], said: Manifest, who: int) -> None:
        tables = joined(books)
        whole = built(book_as_known(tables, said), days)
        backwards = {name: rows[::-1] for name, rows in tables.items()}
        assert_same(built(book_as_known(backwards, said), days), whole, law="blind to row order")
        people = sorted({row["borrower_id"] for row in tables["loans"]})
        borrower = people[who % len(people)]
        loans = {row["loan_id"] for row in tables["loans"] if row["borrower_id"] == borrower}
        alone = rows_of_owners(tables, loans, {borrower})
        mine = whole[whole["borrower_id"] == borrower].reset_index(drop=True)
        assert_same(built(book_as_known(alone, said, kept_by=tables), days), mine, law="blind to neighbours")
        seen["books"] += len(books)
        seen["with neighbours"] += len(people) > 1 and len(mine) > 0
        seen["observations"] += len(whole)

    holds()
    assert seen["books"] >= BOOKS_LOOKED_AT
    assert seen["with neighbours"] >= 20
    assert seen["observations"] >= 400


def test_a_book_equals_its_shards_its_borrowers_and_its_observations_in_any_order() -> None:
    seen: Counter[str] = Counter()

    @law
    @also_on_rich_books(
        shards=lambda chance: chance.randint(2, 4), seed=lambda chance: chance.randint(0, 10**6)
    )
    @given(
        books=several_books(),
        days=mornings(),
        said=manifests(),
        shards=st.integers(2, 4),
        seed=st.integers(0, 10**6),
    )
    def holds(books: list[Tables], days: list[dt.date], said: Manifest, shards: int, seed: int) -> None:
        book = book_as_known(joined(books), said)
        whole = built(book, days)
        number = shard_of(book.borrower_ids, shards=shards)
        parts = [
            book.only(list(book.borrower_ids[number == k])) for k in range(shards) if (number == k).any()
        ]
        assert_same(_joined([built(part, days) for part in parts], whole), whole, law="splitting into shards")
        rows = list(range(len(observe(book, as_of=days))))
        Random(seed).shuffle(rows)
        with ThreadPoolExecutor(2) as pool:
            asked = pool.map(lambda some: _asked(book, days, some), (rows[::2], rows[1::2]))
            assert_same(_joined(list(asked), whole), whole, law="observations in any order, on two threads")
        seen["books"] += len(books)
        seen["several shards"] += len(parts) > 1
        seen["two questions or more"] += len(rows) > 1

    holds()
    assert seen["books"] >= BOOKS_LOOKED_AT
    assert seen["several shards"] >= 20
    assert seen["two questions or more"] >= 20


def test_a_borrower_without_consents_is_no_reason_to_believe_what_evidence_names() -> None:
    rows: Tables = {
        "loans": [loan(), loan(loan_id="L-2", borrower_id="B-2")],
        "instalments": [instalment(), instalment(loan_id="L-2")],
        "payments": [],
        "evidence": [evidence(consent_id="K-1", borrower_id=who, evidence_id=who) for who in ("B-1", "B-2")],
        "consents": [consent()],
        "statements": [],
    }  # B-2's evidence names a consent that is not his
    book, days = book_of(**rows), [dt.date(2024, 5, 1)]
    whole = built(book, days)
    assert whole["means_evidence_count"].tolist() == [1.0, 0.0]
    assert_same(_joined([built(book.only([who]), days) for who in ("B-1", "B-2")], whole), whole)
    with_nobody_else = built(book_as_known({**rows, "consents": []}, CHINA, kept_by=rows), days)
    assert with_nobody_else["means_evidence_count"].tolist() == [0.0, 0.0]


def test_a_shard_whose_borrowers_gave_no_consent_knows_that_the_book_keeps_them(tmp_path: Path) -> None:
    people = ["B-1", "B-2", "B-3"]
    rows: Tables = {
        "loans": [loan(loan_id=who, borrower_id=who) for who in people],
        "instalments": [instalment(loan_id=who) for who in people],
        "payments": [],
        "evidence": [evidence(borrower_id=who, evidence_id=who) for who in people],
        "consents": [consent()],
    }
    book = book_of(**rows)
    number = shard_of(book.borrower_ids, shards=4)
    with BookWriter(tmp_path / "book", manifest=CHINA, shards=4) as writer:
        for k in sorted(set(number.tolist())):
            writer.add(k, book.only(list(book.borrower_ids[number == k])))
    parts = [open_shard(tmp_path / "book", shard=k) for k in sorted(set(number.tolist()))]
    assert len(parts) > 1
    days = [dt.date(2024, 5, 1)]
    whole = built(book, days)
    assert_same(_joined([built(part, days) for part in parts], whole), whole)
    assert whole["means_evidence_count"].tolist() == [1.0, 0.0, 0.0]


def _joined(frames: list[pd.DataFrame], whole: pd.DataFrame) -> pd.DataFrame:
    """Return the parts as one frame; an attribute that nobody of a part has is missing there."""
    joined = pd.concat([frame for frame in frames if len(frame)] or [whole[:0]])
    types = {name: whole[name].dtype for name in joined.columns if name.startswith("attr_") and name in whole}
    return joined.astype(types).sort_values(["loan_id", "as_of"], ignore_index=True)


def _asked(book: Book, days: list[dt.date], rows: list[int]) -> pd.DataFrame:
    """Return the features of some observations, asked in the order of ``rows``."""
    every = observe(book, as_of=days)
    return build_features(book, Observations(every.loan_no[rows], every.as_of[rows])).frame


def test_one_observation_at_a_time_gives_the_same_features() -> None:
    for seed in range(12):
        book = book_of_tables(seeded_tables(seed))
        days = [dt.date(2024, 5, 1), dt.date(2024, 9, 17)]
        whole = built(book, days)
        alone = [_asked(book, days, [row]) for row in range(len(whole))]
        assert_same(_joined(alone, whole), whole)


def test_the_rows_of_a_borrower_never_leave_his_shard() -> None:
    for seed in range(12):
        book = book_of_tables(seeded_tables(seed))
        for borrower in book.borrower_ids:
            mine = book.only([borrower])
            assert set(mine.table("loans")["borrower_id"].to_pylist()) == {borrower}
            assert shard_of([borrower], shards=7).tolist() == shard_of(mine.borrower_ids, shards=7).tolist()


def test_a_sharded_book_on_disk_gives_the_features_of_the_whole(tmp_path: Path) -> None:
    book = book_of_tables(joined([seeded_tables(seed) for seed in range(8)]))
    with BookWriter(tmp_path / "book", manifest=CHINA, shards=4) as writer:
        number = shard_of(book.borrower_ids, shards=4)
        for k in range(4):
            if (number == k).any():
                writer.add(k, book.only(list(book.borrower_ids[number == k])))
    days = [dt.date(2024, month, 1) for month in (3, 6, 9, 12)]
    whole = built(book, days)
    assert book_shards(tmp_path / "book") == 4
    parts = [open_shard(tmp_path / "book", shard=k) for k in range(4)]
    assert_same(_joined([built(part, days) for part in parts if len(part.loan_ids)], whole), whole)
    assert_same(built(Book.open(tmp_path / "book"), days), whole)
    assert len(np.unique(number)) == 4
    assert len(whole) > 40
