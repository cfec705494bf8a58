"""What is the same of everybody is worked out once, and only that."""

from __future__ import annotations

import datetime as dt

import pytest

from features.catalogue import Feature
from features.chosen import chosen_features
from features.computed import Texts
from features.discovery import house_features
from features.observations import day_number
from features.online import OneBorrower
from features.silence import ANYTHING, WHOSE, BookOfNobody, holdings, said_columns, tables_asked
from tests.builders import CHINA, instalment, loan, payment

MORNINGS = [day_number(day) for day in (dt.date(1999, 12, 31), dt.date(2024, 2, 29), dt.date(2026, 10, 1))]
BARE = frozenset({ANYTHING, "loans", "loans?", "instalments", "instalments?", "payments", "payments?"})


@pytest.mark.parametrize("item", house_features(), ids=lambda item: item.spec.name)
def test_a_feature_asks_the_same_tables_on_every_morning(item: Feature) -> None:
    asked = {tables_asked(item.compute, manifest=CHINA, as_of=morning) for morning in (20_000, *MORNINGS)}
    assert len(asked) == 1


def test_nothing_that_a_held_table_could_change_is_said_of_nobody() -> None:
    said = said_columns(chosen_features(None), manifest=CHINA, as_of=19_875, held=BARE, loans=1)
    for item in house_features():
        asks = tables_asked(item.compute, manifest=CHINA, as_of=19_875)
        assert (item.spec.name in said) == (asks.isdisjoint(BARE) or item.spec.lawful_basis == "consent")
    assert 50 < len(said) < len(house_features()) - 50


def test_what_is_said_of_several_loans_is_fixed_and_the_same_of_each() -> None:
    said = said_columns(chosen_features(None), manifest=CHINA, as_of=19_875, held=BARE, loans=3)
    for column in said.values():
        values = column.codes if isinstance(column, Texts) else column
        assert len(values) == 3
        assert not values.flags.writeable
        assert len({one.tobytes() for one in values}) == 1


def test_a_register_of_consents_is_asked_for_whatever_a_feature_says_otherwise() -> None:
    held = BARE | {"consents"}
    consented = {item.spec.name for item in house_features() if item.spec.lawful_basis == "consent"}
    said = said_columns(chosen_features(None), manifest=CHINA, as_of=19_875, held=held, loans=1)
    assert consented
    assert consented.isdisjoint(said)


def test_asking_whose_the_loans_are_or_anything_else_is_noted() -> None:
    book = BookOfNobody(CHINA)
    _ = book.loan_ids, "visits" in book.table_names, list(book.table_names), book.rows("attributes:loan")
    assert book.asked == {WHOSE, "visits?", ANYTHING, "attributes"}


def test_a_book_holds_its_rows_its_tables_and_whose_its_loans_are() -> None:
    rows = {"loans": [loan()], "instalments": [instalment()], "payments": [payment()]}
    one = OneBorrower.from_rows(rows, manifest=CHINA, checked=False).book
    assert holdings(one) == BARE
    two = {**rows, "loans": [loan(), loan(loan_id="L-2")]}
    assert holdings(OneBorrower.from_rows(two, manifest=CHINA, checked=False).book) == BARE | {WHOSE}
