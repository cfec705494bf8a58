"""The slow ledger and every feature's plain loop against the engine, on accounts of four real sources.

Each source is imported whole; of its borrowers, some spread over all of them are looked at on mornings on which its
rows become known. What the sources lack (plans, contacts, consents …) is proved on the random books alone, as are
working days, whose loop knows the notices of two years.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from features.book import Book
from features.build import build_features
from features.discovery import house_features
from features.history import History
from features.observations import observe
from features.prepare import DERIVED
from pipelines.sources.importing import import_source
from tests.features.oracle import oracle_frame
from tests.features.oracle_habit import days_off
from tests.features.oracle_past import Past, dated
from tests.features.oracle_topics import TOPICS
from tests.features.strategies import NAMES, Tables
from tests.features.test_ledger_oracle import disagreements_of_book
from tests.features.test_oracle import same
from tests.real_data import data_folder


@dataclass(frozen=True)
class Source:
    """One real source: its importer, its folder, whom to look at and when."""

    name: str
    folder: str
    mornings: tuple[str, ...]
    borrowers: int
    filled: frozenset[str]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def days(self) -> list[dt.date]:
        return [dt.date.fromisoformat(one) for one in self.mornings]


CHINA = {"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}
ARREARS = frozenset({"dpd_latest", "max_dpd_90d", "arrears_amount_latest", "paid_amount_90d"})
SOURCES = (
    Source("credit-record", "credit_record_panel", ("2019-06-01", "2020-01-01"), 70,
           frozenset({"dpd_latest", "max_dpd_90d", "loan_age_days"}), CHINA),
    Source("uci", "uci_credit_card", ("2005-06-01", "2005-08-31", "2005-10-01"), 200,
           frozenset({"dpd_latest", "paid_amount_90d", "balance_amount_latest"})),
    Source("superlender", "superlender", ("2016-12-01", "2017-03-07", "2017-06-30"), 110,
           ARREARS | {"earlier_first_delay_mean", "earlier_loans_count"}),
    Source("kruk", "kruk_collections", ("2020-01-02", "2020-06-15", "2020-06-16"), 60, ARREARS),
)  # fmt: skip


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(one, id=one.name, marks=pytest.mark.xdist_group(f"real {one.name}")) for one in SOURCES
    ],
)
def looked_at(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Source, Book]:
    """Return a source and the book of some of its borrowers, spread over all of them."""
    source = request.param
    place: Path = tmp_path_factory.mktemp(source.name) / "book"
    import_source(source.name, data_folder(source.folder), out=place, **source.options)
    whole = Book.open(place)
    step = len(whole.borrower_ids) // source.borrowers
    return source, whole.only(list(whole.borrower_ids[::step][: source.borrowers]))


def raw_rows(book: Book) -> dict[str, Tables]:
    """Return the delivered rows by borrower, with instants on the clock of the book's time zone."""
    owner = dict(zip(book.loan_ids, book.borrower_ids[book.borrower_of_loan], strict=True))
    found: dict[str, Tables] = {who: {name: [] for name in NAMES} for who in book.borrower_ids}
    for name in set(book.table_names) & set(NAMES):
        frame = book.table(name).drop_columns(list(DERIVED)).to_pandas()
        for column in frame.select_dtypes("datetimetz"):
            frame[column] = frame[column].dt.tz_convert(book.manifest.time_zone).dt.tz_localize(None)
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
            at = row.get("loan_id") or row.get("borrower_id") or row["owner_id"]
            found[owner.get(at, at)][name].append(row)
    return found


def test_the_ledger_of_real_accounts_equals_its_page(looked_at: tuple[Source, Book]) -> None:
    source, book = looked_at
    seen: Counter[str] = Counter()
    for borrower, tables in raw_rows(book).items():
        alone, rows = book.only([borrower]), dated(tables)
        if "instalments" in book.table_names:
            assert disagreements_of_book(alone, rows, source.days[-2:], seen=seen) == []
        else:
            assert disagreements_of_panel(alone, rows, source.days[-2:], seen=seen) == []
    assert seen["observations"] >= 60
    assert seen["past due"] >= 2


def disagreements_of_panel(
    book: Book, rows: Tables, days: list[dt.date], *, seen: Counter[str]
) -> list[tuple[str, int, int]]:
    """Return where the days past due are not those of the latest statement before the morning, read in a loop."""
    history = History(book, observe(book, as_of=days))
    found = []
    for place in range(history.n):
        loan, morning = book.loan_ids[history.loan_no[place]], int(history.as_of[place])
        borrower = book.borrower_ids[history.borrower_no[place]]
        stated = Past(rows, loan, borrower, morning, morning).dpd(morning)
        if history.ledger.dpd[place] != stated:
            found.append((loan, morning, stated))
        seen["observations"] += 1
        seen["past due"] += stated > 0
    return found


def test_every_feature_of_real_accounts_equals_the_plain_loop(looked_at: tuple[Source, Book]) -> None:
    source, book = looked_at
    order = book.manifest.settlement_order
    topics = [topic for topic in TOPICS if topic is not days_off]
    rows = raw_rows(book).values()
    frames = [oracle_frame(tables, source.days, order=order, topics=topics) for tables in rows]
    theirs = pd.concat([frame for frame in frames if len(frame)])
    theirs = theirs.sort_values(["loan_id", "as_of"], ignore_index=True)
    ours = build_features(book, observe(book, as_of=source.days)).frame
    ours = ours.sort_values(["loan_id", "as_of"], ignore_index=True)
    assert len(ours) == len(theirs) >= 100
    assert ours["loan_id"].tolist() == theirs["loan_id"].tolist()
    names = [item.spec.name for item in house_features() if item.spec.name in theirs]
    assert len(names) > 140
    assert [text for name in names for text in wrong_cells(ours, theirs, name)] == []
    assert {name for name in source.filled if ours[name].nunique() > 1} == source.filled


def wrong_cells(ours: pd.DataFrame, theirs: pd.DataFrame, name: str) -> list[str]:
    """Return where engine and loop differ in one column, one text per cell."""
    return [
        f"{name} of {ours['loan_id'][row]} on {ours['as_of'][row]:%Y-%m-%d}: engine {mine}, loop {other}"
        for row, (mine, other) in enumerate(zip(ours[name], theirs[name], strict=True))
        if not same(mine, other)
    ]
