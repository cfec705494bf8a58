"""Ids coded as integers, rows chained by revision, days known: worked out once for check and prepare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.contracts import Table
from features.local_days import US_PER_DAY as US_PER_DAY
from features.local_days import local_day_numbers

NO_DAY = -(2**31)
"""A day that is not filled."""
NO_INSTANT = -(2**63)
"""An instant that is not filled."""


@dataclass(frozen=True)
class IdSpace:
    """The loans and borrowers of a book and their numbers.

    Parameters
    ----------
    loan_ids, borrower_ids
        Sorted: loans by (borrower_id, loan_id), borrowers by id. The position is the number.
    borrower_of_loan
        Number of each loan's borrower.
    """

    loan_ids: Any
    borrower_ids: Any
    borrower_of_loan: NDArray[np.int32]


@dataclass(frozen=True)
class Chain:
    """The rows of one thing in order of revision, for the rows that are not simply revision 1.

    Parameters
    ----------
    rows
        Row positions sorted by (key, revision).
    follows
        True where the row has the same key as the row before it in ``rows``.
    """

    rows: NDArray[np.int64]
    follows: NDArray[np.bool_]


@dataclass(frozen=True)
class Coded:
    """What was worked out about the rows of one table.

    Parameters
    ----------
    owner_no
        Number of the loan or borrower the row belongs to; −1 when the book has none of that id.
    is_loan
        True where the owner is a loan.
    known_day
        Local day on which the row was known.
    chain
        The rows with more than one revision, or with a revision other than 1.
    """

    owner_no: NDArray[np.int32]
    is_loan: NDArray[np.bool_]
    known_day: NDArray[np.int32]
    chain: Chain


def id_space(loans: Any) -> IdSpace:
    """Return the numbers of loans and borrowers; of a loan that names two borrowers the first counts.

    Parameters
    ----------
    loans
        The canonical table ``loans``.
    """
    pairs = pa.table({"borrower_id": loans["borrower_id"], "loan_id": loans["loan_id"]}).combine_chunks()
    pairs = pairs.take(
        pc.sort_indices(pairs, sort_keys=[("loan_id", "ascending"), ("borrower_id", "ascending")])
    )
    ids = _one(pairs["loan_id"])
    filled = pc.and_(pc.is_valid(ids), pc.is_valid(_one(pairs["borrower_id"])))
    pairs = pairs.filter(filled)
    ids = _one(pairs["loan_id"])
    if len(ids) > 1:
        first = np.ones(len(ids), dtype=bool)
        first[1:] = np.asarray(pc.not_equal(ids[1:], ids[:-1]))
        pairs = pairs.filter(pa.array(first))
    pairs = pairs.take(
        pc.sort_indices(pairs, sort_keys=[("borrower_id", "ascending"), ("loan_id", "ascending")])
    )
    owners = _one(pairs["borrower_id"])
    coded = owners.dictionary_encode()  # in order of appearance, which is sorted
    return IdSpace(_one(pairs["loan_id"]), coded.dictionary, np.asarray(coded.indices).astype(np.int32))


def owners_of(table: Any, contract: Table, space: IdSpace) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return the number of each row's owner (−1 = unknown id) and whether it is a loan."""
    rows = table.num_rows
    if contract.owner == "none":
        return np.zeros(rows, np.int32), np.zeros(rows, bool)
    if contract.owner == "either":
        is_loan = np.asarray(pc.fill_null(pc.equal(_one(table["owner_kind"]), "loan"), fill_value=False))
        ids = _one(table["owner_id"])
        owner = np.where(is_loan, _numbers(ids, space.loan_ids), _numbers(ids, space.borrower_ids))
        return owner.astype(np.int32), is_loan
    of_loan = contract.owner == "loan"
    ids = _one(table[str(contract.owner_column)])
    owner = _numbers(ids, space.loan_ids if of_loan else space.borrower_ids)
    return owner, np.full(rows, of_loan)


def chain_of(table: Any, contract: Table) -> Chain:
    """Return the rows that need their key's history looked at, in order of (key, revision).

    Rows whose key or revision is empty are left out.
    """
    key, span = _folded_key(table, contract)
    revision = np.asarray(_one(table["revision"]).fill_null(0))
    filled = np.ones(len(key), dtype=bool)
    for name in (*contract.key, "revision"):
        if table[name].null_count:
            filled &= np.asarray(pc.is_valid(_one(table[name])))
    if span <= 8 * len(key) + 1024:
        several = np.bincount(key, minlength=span)[key] > 1
    else:
        order = np.argsort(key)
        same = key[order][1:] == key[order][:-1]
        several = np.zeros(len(key), dtype=bool)
        several[order[1:][same]] = True
        several[order[:-1][same]] = True
    rows = np.flatnonzero((several | (revision != 1)) & filled)
    rows = rows[np.lexsort((rows, revision[rows], key[rows]))]
    follows = np.zeros(len(rows), dtype=bool)
    follows[1:] = key[rows][1:] == key[rows][:-1]
    return Chain(rows.astype(np.int64), follows)


def coded(table: Any, contract: Table, space: IdSpace, *, time_zone: str) -> Coded:
    """Return owner numbers, known days and revision chains of one canonical table."""
    owner_no, is_loan = owners_of(table, contract, space)
    known_day = local_days(table["known_at"], time_zone=time_zone)
    return Coded(owner_no, is_loan, known_day, chain_of(table, contract))


def local_days(instants: Any, *, time_zone: str) -> NDArray[np.int32]:
    """Return the local day of each instant, NO_DAY where there is none.

    Examples
    --------
    >>> at = pa.array([0, 57_600_000_000], pa.timestamp("us", tz="UTC"))
    >>> local_days(at, time_zone="Asia/Shanghai").tolist()  # 08:00 on day 0, midnight of day 1
    [0, 1]
    """
    values = _one(instants)
    null_mask = np.asarray(pc.is_null(values)) if values.null_count else None
    stamps = values.cast(pa.int64())
    days = local_day_numbers(
        np.asarray(stamps.fill_null(0) if stamps.null_count else stamps), time_zone=time_zone
    )
    if null_mask is not None:
        days[null_mask] = NO_DAY
    return days


def micros(instants: Any) -> NDArray[np.int64]:
    """Return microseconds since 1970 (UTC) of a column of instants, NO_INSTANT where there is none.

    Examples
    --------
    >>> micros(pa.array([5, None], pa.timestamp("us", tz="UTC"))).tolist()[0]
    5
    """
    values = _one(instants).cast(pa.int64())
    return np.asarray(values.fill_null(NO_INSTANT) if values.null_count else values)


def day_numbers(days: Any) -> NDArray[np.int32]:
    """Return days since 1970-01-01 of a column of days, NO_DAY where there is none.

    Examples
    --------
    >>> import datetime as dt
    >>> day_numbers(pa.array([dt.date(1970, 1, 2), None])).tolist()
    [1, -2147483648]
    """
    values = _one(days).cast(pa.int32())
    return np.asarray(values.fill_null(NO_DAY) if values.null_count else values)


def _one(column: Any) -> Any:
    """Return a column as one array."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _numbers(ids: Any, known: Any) -> NDArray[np.int32]:
    found = pc.index_in(ids, value_set=known)
    missing = pc.fill_null(found, -1)
    numbers = np.asarray(missing).astype(np.int32)
    if ids.null_count:
        numbers[np.asarray(pc.is_null(ids))] = -1
    return numbers


def _folded_key(table: Any, contract: Table) -> tuple[NDArray[np.int64], int]:
    """Return one integer per key and the number of integers it may take."""
    key = np.zeros(table.num_rows, np.int64)
    span = 1
    for name in contract.key:
        part, size = _integers(_one(table[name]))
        if span * size >= 2**62:
            _, key = np.unique(key, return_inverse=True)
            span = int(key.max()) + 1
        key = key * size + part
        span *= size
    return key, span


def _integers(values: Any) -> tuple[NDArray[np.int64], int]:
    if pa.types.is_string(values.type):
        codes = values.dictionary_encode()
        return np.asarray(codes.indices.fill_null(len(codes.dictionary))).astype(np.int64), len(
            codes.dictionary
        ) + 1
    if pa.types.is_date32(values.type):
        values = values.cast(pa.int32())
    whole = np.asarray(values.cast(pa.int64()).fill_null(0))
    low = int(whole.min()) if len(whole) else 0
    high = int(whole.max()) if len(whole) else 0
    return whole - low, high - low + 1
