"""A large book made in memory from a seed: monthly loans that pay in time, late, in part, or not at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.book import Book
from features.manifest import Manifest

TERM = 24
FIRST_DAY = 19_358  # 2023-01-01
US_PER_DAY = 86_400_000_000
UTC_OF_NOON_IN_SHANGHAI = 4 * 3_600_000_000

Whole = NDArray[np.int64]


def bulk_book(*, loans: int, seed: int) -> Book:
    """Return a checked book of ``loans`` loans over 24 instalments with payments, contacts and promises.

    About 2 % of payments are known a week late, 1 % are revised, 1 % reversed; 2 % of instalments are rescheduled.
    """
    random = np.random.default_rng(seed)
    began = FIRST_DAY + random.integers(0, 600, loans)
    tables = {
        "loans": _loans(loans, began),
        "instalments": _instalments(random, loans, began),
        "payments": _payments(random, loans, began),
        "contacts": _contacts(random, loans, began),
        "promises": _promises(random, loans, began),
    }
    return Book.from_tables(
        tables, manifest=Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY", source="bench")
    )


def _ids(prefix: str, numbers: Whole) -> pa.Array:
    return pa.array(np.char.mod(f"{prefix}%08d", numbers))


def _days(days: Whole) -> pa.Array:
    return pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32())


def _noon(days: Whole) -> pa.Array:
    return pa.array(days * US_PER_DAY + UTC_OF_NOON_IN_SHANGHAI, pa.int64()).cast(
        pa.timestamp("us", tz="UTC")
    )


def _picked(
    random: np.random.Generator, names: tuple[str, ...], shares: tuple[float, ...], count: int
) -> pa.Array:
    codes = random.choice(len(names), count, p=shares).astype(np.int32)
    return pa.DictionaryArray.from_arrays(codes, pa.array(names)).cast(pa.string())


def _loans(loans: int, began: Whole) -> pa.Table:
    numbers = np.arange(loans)
    return pa.table(
        {
            "loan_id": _ids("L", numbers),
            "borrower_id": _ids(
                "B", numbers // 5 * 4 + np.minimum(numbers % 5, 3)
            ),  # one in four has two loans
            "disbursed_on": _days(began),
            "principal": pa.array(np.full(loans, TERM * 50_000)),
            "revision": pa.array(np.ones(loans, np.int64)),
            "known_at": _noon(began),
        }
    )


def _instalments(random: np.random.Generator, loans: int, began: Whole) -> pa.Table:
    loan = np.repeat(np.arange(loans), TERM)
    number = np.tile(np.arange(1, TERM + 1), loans)
    due = began[loan] + 30 * number
    known = began[loan]
    moved = np.flatnonzero(random.random(len(loan)) < 0.02)
    return pa.table(
        {
            "loan_id": _ids("L", np.concatenate([loan, loan[moved]])),
            "number": pa.array(np.concatenate([number, number[moved]])),
            "due_on": _days(np.concatenate([due, due[moved] + 15])),
            "principal_due": pa.array(np.full(len(loan) + len(moved), 50_000)),
            "interest_due": pa.array(np.full(len(loan) + len(moved), 3_000)),
            "revision": pa.array(np.concatenate([np.ones(len(loan), np.int64), np.full(len(moved), 2)])),
            "known_at": _noon(np.concatenate([known, due[moved] - 5])),
        }
    )


def _payments(random: np.random.Generator, loans: int, began: Whole) -> pa.Table:
    strained = random.beta(0.6, 2.5, loans)
    loan = np.repeat(np.arange(loans), TERM)
    number = np.tile(np.arange(1, TERM + 1), loans)
    late = (random.random(len(loan)) < strained[loan]) * random.integers(1, 60, len(loan))
    paid = random.random(len(loan)) > 0.5 * strained[loan]
    loan, on = loan[paid], (began[loan] + 30 * number + late - random.integers(0, 4, len(loan)))[paid]
    amount = np.where(random.random(len(loan)) < 0.1, 20_000, 53_000)
    amount = np.where(random.random(len(loan)) < 0.01, -53_000, amount)
    known = on + np.where(random.random(len(loan)) < 0.02, 7, 0)
    key = np.arange(len(loan))
    revised = np.flatnonzero(random.random(len(loan)) < 0.01)
    channel = _picked(random, ("bank", "app", "cash"), (0.6, 0.35, 0.05), len(loan))
    return pa.table(
        {
            "payment_id": _ids("P", np.concatenate([key, key[revised]])),
            "loan_id": _ids("L", np.concatenate([loan, loan[revised]])),
            "paid_on": _days(np.concatenate([on, on[revised]])),
            "amount": pa.array(np.concatenate([amount, amount[revised] // 2])),
            "channel": pa.concat_arrays([channel, channel.take(pa.array(revised))]),
            "revision": pa.array(np.concatenate([np.ones(len(loan), np.int64), np.full(len(revised), 2)])),
            "known_at": _noon(np.concatenate([known, known[revised] + 20])),
        }
    )


def _contacts(random: np.random.Generator, loans: int, began: Whole) -> pa.Table:
    loan = np.repeat(np.arange(loans), random.poisson(12, loans))
    on = began[loan] + random.integers(40, 760, len(loan))
    outcomes = (
        "talked",
        "promised",
        "refused",
        "no_answer",
        "busy",
        "dead_number",
        "wrong_number",
        "delivered",
    )
    return pa.table(
        {
            "contact_id": _ids("C", np.arange(len(loan))),
            "loan_id": _ids("L", loan),
            "contacted_at": _noon(on),
            "channel": _picked(random, ("call", "sms", "app"), (0.7, 0.2, 0.1), len(loan)),
            "direction": _picked(random, ("out", "in"), (0.93, 0.07), len(loan)),
            "number_id": _picked(random, ("n1", "n2", "n3"), (0.7, 0.2, 0.1), len(loan)),
            "outcome": _picked(random, outcomes, (0.2, 0.1, 0.05, 0.35, 0.1, 0.05, 0.05, 0.1), len(loan)),
            "revision": pa.array(np.ones(len(loan), np.int64)),
            "known_at": _noon(on),
        }
    )


def _promises(random: np.random.Generator, loans: int, began: Whole) -> pa.Table:
    loan = np.repeat(np.arange(loans), random.poisson(1.5, loans))
    on = began[loan] + random.integers(40, 760, len(loan))
    return pa.table(
        {
            "promise_id": _ids("M", np.arange(len(loan))),
            "loan_id": _ids("L", loan),
            "promised_at": _noon(on),
            "due_on": _days(on + random.integers(1, 14, len(loan))),
            "amount": pa.array(np.full(len(loan), 53_000)),
            "revision": pa.array(np.ones(len(loan), np.int64)),
            "known_at": _noon(on),
        }
    )


def size_of(book: Book) -> dict[str, Any]:
    """Return the rows of each table."""
    return {name: book.table(name).num_rows for name in book.table_names}
