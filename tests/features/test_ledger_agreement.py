"""The figures of the ledger agree with each other on random books with reschedules, pauses and late news."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from features.event_kernels import NO_DAY
from features.ledger import Ledger
from tests.features.strategies import book_of_tables, tables_by

SEEDS = range(16)
FIRST = 19_723
"""The first of January 2024, where the random books begin."""


@pytest.fixture(scope="module", params=[0, 30], ids=["as known then", "as known a month later"])
def ledgers(
    request: pytest.FixtureRequest,
) -> list[tuple[Ledger, np.ndarray[tuple[int], np.dtype[np.int32]]]]:
    """Return ledgers of every loan of the books, on a morning of every third week."""
    made = []
    for seed in SEEDS:
        book = book_of_tables(tables_by(Random(seed)))
        mornings = np.arange(FIRST + 20, FIRST + 380, 21, dtype=np.int32)
        loan = np.repeat(np.arange(len(book.loan_ids), dtype=np.int32), len(mornings))
        as_of = np.tile(mornings, len(book.loan_ids)).astype(np.int32)
        made.append((Ledger(book, loan=loan, as_of=as_of, known_by=as_of + request.param), as_of))
    return made


Ledgers = list[tuple[Ledger, np.ndarray[tuple[int], np.dtype[np.int32]]]]


def test_the_books_hold_reschedules_pauses_and_arrears(ledgers: Ledgers) -> None:
    assert sum(int(ledger.rescheduled.sum()) for ledger, _ in ledgers) > 10
    assert sum(int((ledger.paused_days > 0).sum()) for ledger, _ in ledgers) > 10
    assert sum(int((ledger.dpd > 0).sum()) for ledger, _ in ledgers) > 100


def test_unpaid_instalments_add_up_to_the_arrears(ledgers: Ledgers) -> None:
    for ledger, as_of in ledgers:
        found = ledger.unpaid
        for part in ("principal", "interest", "fee"):
            total = np.zeros(len(as_of), np.int64)
            np.add.at(total, found.account, getattr(found, part))
            assert np.array_equal(total, getattr(ledger, f"arrears_{part}"))
        assert np.array_equal(np.bincount(found.account, minlength=len(as_of)), ledger.unpaid_count)
        first = np.flatnonzero(np.diff(found.account, prepend=-1))
        told = ledger.has_ledger[found.account[first]]
        assert np.array_equal(found.days_late[first][told], ledger.dpd[found.account[first]][told])


def test_the_clock_and_its_paused_days_make_the_age_of_the_oldest(ledgers: Ledgers) -> None:
    for ledger, as_of in ledgers:
        owing = ledger.has_ledger & (ledger.oldest_unpaid_due_on != NO_DAY)
        age = as_of[owing] - ledger.oldest_unpaid_due_on[owing]
        assert np.array_equal(ledger.dpd[owing] + ledger.paused_days[owing], age)
        assert not ledger.dpd[ledger.has_ledger & ~owing].any()


def test_a_spell_past_due_begins_the_morning_after_one_that_was_not(ledgers: Ledgers) -> None:
    for ledger, as_of in ledgers:
        late = ledger.dpd > 0
        since = np.where(late, ledger.arrears_since, as_of).astype(np.int32)
        assert np.array_equal(ledger.arrears_since == NO_DAY, ~late)
        assert np.array_equal(ledger.days_late(first=since, last=as_of)[late], (as_of - since + 1)[late])
        assert not ledger.dpd_on(since - 1)[late].any()


@pytest.mark.parametrize("figure", ["dpd", "arrears", "arrears_principal", "balance", "due_total"])
def test_a_figure_that_features_share_cannot_be_written_over(ledgers: Ledgers, figure: str) -> None:
    for ledger, _ in ledgers[:3]:
        with pytest.raises(ValueError, match="read-only"):
            getattr(ledger, figure)[0] = 777
