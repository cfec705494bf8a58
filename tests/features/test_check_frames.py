"""Frames of any make give the book that Arrow tables give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from features.book import Book
from features.check import problems_of
from features.prepare import DERIVED
from tests.builders import CHINA, borrower, contact, payment, tables_of, visit
from tests.features.check_builders import rules


def frames_of(book: Book) -> dict[str, pd.DataFrame]:
    return {name: book.table(name).drop_columns(list(DERIVED)).to_pandas() for name in book.table_names}


def as_pandas_says(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def in_nanoseconds_elsewhere(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(known_at=frame["known_at"].dt.tz_convert("America/New_York").dt.as_unit("ns"))


def with_categories_and_midnights(frame: pd.DataFrame) -> pd.DataFrame:
    changed = frame.copy()
    for name in ("channel", "outcome", "kind"):
        if name in frame:
            changed[name] = frame[name].astype("category")
    for name in ("paid_on", "due_on", "planned_on"):
        if name in frame:
            changed[name] = pd.to_datetime(frame[name])
    return changed


def as_objects(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object).where(frame.notna(), None)


@pytest.mark.parametrize(
    "shape", [as_pandas_says, in_nanoseconds_elsewhere, with_categories_and_midnights, as_objects]
)
def test_frames_of_any_make_give_the_book_of_the_arrow_tables(
    shape: Callable[[pd.DataFrame], pd.DataFrame],
) -> None:
    book = Book.from_tables(
        tables_of(
            payments=[payment(), payment(payment_id="P-2", channel=None)],
            contacts=[contact(propensity=None), contact(contact_id="C-2", propensity=0.5)],
            visits=[visit(identity_ok=None), visit(visit_id="V-2", visited_at=None, outcome="planned")],
            borrowers=[borrower(declared_income=None)],
        ),
        manifest=CHINA,
    )
    frames = {name: shape(frame) for name, frame in frames_of(book).items()}
    assert Book.from_tables(frames, manifest=CHINA).digest == book.digest


@pytest.mark.parametrize("nothing", [pa.Table.from_pylist([]), pd.DataFrame()])
def test_a_table_without_rows_and_columns_is_empty(nothing: Any) -> None:
    assert problems_of({**tables_of(), "promises": nothing}, manifest=CHINA) == []
    assert rules(problems_of({**tables_of(), "loans": nothing}, manifest=CHINA)) == ["loans. empty-book"]
