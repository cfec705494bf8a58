"""Rows of a written table that need no second look: owners, days, order, keys and revisions, each in one sweep.

A written table is sorted by (owner, day, key, revision) and says who owns each row and when it was seen. Holding
that against the rows takes sweeps over numbers where the door for raw tables hashes and sorts texts. Like
:mod:`features.sound_columns` it answers yes or no: what it is not sure of goes through that door.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.check_rows import (
    Surroundings,
    disbursement_problems,
    knowledge_problems,
    latest_disbursement,
    order_problems,
)
from features.coding import Chain, Coded, IdSpace, local_days, micros
from features.column_bytes import text_buffers
from features.compiled import steady
from features.contract import Table
from features.findings import Findings
from features.prepare import OPEN_END, business_days
from features.problem import Origin
from features.sound_kernels import owner_of_codes, predecessors, sorted_numbers, text_numbers
from features.sound_keys import in_one, key_numbers, plain_texts, whole_numbers

_LOANS_LAST = 2**30
_STEPS_PER_ROW = 64
_NO_CHAIN = Chain(np.empty(0, np.int64), np.empty(0, bool))


@dataclass(frozen=True)
class SoundRows:
    """What the rows of a sound table leave for other tables and other shards.

    Parameters
    ----------
    keys
        Sorted numbers of the keys that may stand in another shard too: equal keys have equal numbers.
        Empty where the key names the owner.
    """

    keys: NDArray[np.uint64]


def space_of_loans(loans: Any) -> IdSpace | None:
    """Return the numbers of loans and borrowers as a written table states them; None when they are not so.

    Loans are numbered in order of (borrower_id, loan_id), and no loan has two borrowers.

    Parameters
    ----------
    loans
        A written table ``loans``.
    """
    if loans["loan_id"].null_count or loans["borrower_id"].null_count or loans["owner_no"].null_count:
        return None
    owner_no = whole_numbers(loans["owner_no"], np.int32)
    if (len(owner_no) and owner_no[0] != 0) or not np.isin(np.diff(owner_no), (0, 1)).all():
        return None
    first = np.flatnonzero(np.diff(owner_no, prepend=-1))
    loan_id, borrower_id = in_one(loans["loan_id"]), in_one(loans["borrower_id"])
    loan_ids, owners = loan_id.take(pa.array(first)), borrower_id.take(pa.array(first))
    if len(first) < len(owner_no):
        spread = pa.array(owner_no)
        if not loan_ids.take(spread).equals(loan_id) or not owners.take(spread).equals(borrower_id):
            return None
    same = pc.equal(owners[1:], owners[:-1])
    rising = pc.or_(
        pc.greater(owners[1:], owners[:-1]), pc.and_(same, pc.greater(loan_ids[1:], loan_ids[:-1]))
    )
    if not pc.all(rising, min_count=0).as_py() or not distinct(
        np.sort(text_numbers(*text_buffers(loan_ids)))
    ):
        return None
    starts = np.append([True], ~np.asarray(same))[: len(loan_ids)]
    numbers = (np.cumsum(starts) - 1).astype(np.int32)
    return IdSpace(loan_ids, owners.filter(pa.array(starts)), numbers)


def surroundings_of(loans: Any, space: IdSpace, *, time_zone: str) -> Surroundings:
    """Return what the other tables are held against."""
    count = len(space.loan_ids)
    loan_no = whole_numbers(loans["owner_no"], np.int32)
    return Surroundings(space, time_zone, count > 0, latest_disbursement(loans, loan_no, count))


def rows_sound(table: Any, contract: Table, around: Surroundings) -> SoundRows | None:
    """Return what a sound table leaves behind; None when anything about its rows is not as it should be.

    Parameters
    ----------
    table
        Rows of a written table whose columns are sound.
    contract
        Contract of the table.
    around
        Loans and borrowers of the same shard, and the zone of the days.
    """
    owner_no = whole_numbers(table["owner_no"], np.int32)
    is_loan = _is_loan(table, contract)
    if not _owned(table, contract, around.space, owner_no, is_loan):
        return None
    seen_from = whole_numbers(table["seen_from"], np.int32)
    day = whole_numbers(table["day"], np.int32)
    known_day = local_days(table["known_at"], time_zone=around.time_zone)
    coded = Coded(owner_no, is_loan, known_day, _NO_CHAIN)
    findings = Findings(table, contract, Origin(()))
    if not (
        np.array_equal(known_day + np.int32(1), seen_from)
        and np.array_equal(business_days(table, contract, coded, time_zone=around.time_zone), day)
        and not knowledge_problems(findings, coded, time_zone=around.time_zone)
        and not order_problems(findings)
        and not (contract.name == "payments" and disbursement_problems(findings, coded, around))
    ):
        return None
    place = owner_no.astype(np.int64)
    if contract.owner == "either":
        place += np.where(is_loan, _LOANS_LAST, 0)
    if not _ordered(table, contract, place, day):
        return None
    return _revised(table, contract, place, seen_from)


def distinct(numbers: NDArray[Any]) -> bool:
    """Return True when sorted numbers are all different.

    Examples
    --------
    >>> distinct(np.array([1, 2, 5])), distinct(np.array([1, 2, 2]))
    (True, False)
    """
    return bool((numbers[1:] != numbers[:-1]).all())


def _is_loan(table: Any, contract: Table) -> NDArray[np.bool_]:
    if contract.owner != "either":
        return np.full(table.num_rows, contract.owner == "loan")
    return np.asarray(pc.equal(in_one(table["owner_kind"].cast(pa.string())), "loan"))


def _owned(
    table: Any, contract: Table, space: IdSpace, owner_no: NDArray[np.int32], is_loan: NDArray[np.bool_]
) -> bool:
    """Return True when every row's owner has the id that the row names."""
    if contract.owner == "none":
        return not owner_no.any()
    loan_ids, borrower_ids = space.loan_ids, space.borrower_ids
    if len(owner_no) and (
        owner_no.min() < 0 or (owner_no >= np.where(is_loan, len(loan_ids), len(borrower_ids))).any()
    ):
        return False
    named = table[str(contract.owner_column)]
    if contract.owner != "either":
        return _named(named, owner_no, loan_ids if contract.owner == "loan" else borrower_ids)
    pieces = ((is_loan, loan_ids), (~is_loan, borrower_ids))
    return all(_named(named.filter(pa.array(mask)), owner_no[mask], ids) for mask, ids in pieces)


def _named(named: Any, owner_no: NDArray[np.int32], ids: Any) -> bool:
    """Return True when the id in each row is that of its owner; a coded id is looked at once."""
    begin = 0
    for chunk in named.chunks:
        numbers = owner_no[begin : begin + len(chunk)]
        begin += len(chunk)
        if not pa.types.is_dictionary(chunk.type):
            if not ids.take(pa.array(numbers)).equals(chunk):
                return False
            continue
        codes = np.asarray(chunk.indices)
        owner = owner_of_codes(steady(codes, np.int32), steady(numbers, np.int32), len(chunk.dictionary))
        used = np.flatnonzero(owner >= 0)
        if len(codes) and not len(used):
            return False
        if not ids.take(pa.array(owner[used])).equals(chunk.dictionary.take(pa.array(used))):
            return False
    return True


def _ordered(table: Any, contract: Table, place: NDArray[np.int64], day: NDArray[np.int32]) -> bool:
    """Return True when the rows stand in order of (owner, day, key, revision), no two alike."""
    packed = (place << 32) + (day.astype(np.int64) + 2**31)
    step = np.diff(packed)
    if not (step >= 0).all():
        return False
    spots = np.flatnonzero(step == 0)
    if not len(spots):
        return True
    rises, alike = np.zeros(len(spots), bool), np.ones(len(spots), bool)
    for name in (*(n for n in contract.key if n != contract.owner_column), "revision"):
        one, other = (plain_texts(table[name].take(pa.array(at))) for at in (spots, spots + 1))
        rises |= alike & np.asarray(pc.less(one, other))
        alike &= np.asarray(pc.equal(one, other))
    return bool(rises.all())


def _revised(
    table: Any, contract: Table, place: NDArray[np.int64], seen_from: NDArray[np.int32]
) -> SoundRows | None:
    """Return the numbers of the keys when each key's revisions follow each other as its rows say."""
    revision = whole_numbers(table["revision"], np.int64)
    within = [name for name in contract.key if name not in (contract.owner_column, "owner_kind")]
    numbers = key_numbers(table, within)
    alone = contract.owner_column not in contract.key
    first = revision == 1
    firsts = numbers if first.all() else numbers[first]
    if alone:
        firsts = sorted_numbers(steady(firsts, np.uint64))
        if not distinct(firsts):
            return None
    elif not _distinct_within(place[first], firsts):
        return None
    until = np.full(len(place), OPEN_END, np.int32)
    if len(firsts) < len(place):
        steps = _STEPS_PER_ROW * len(place) + 10**6
        before = predecessors(
            steady(place, np.int64), steady(numbers, np.uint64), steady(revision, np.int64), steps
        )
        if not len(before):
            return None
        later = np.flatnonzero(before >= 0)
        former = before[later]
        known = micros(table["known_at"])
        if not (known[later] > known[former]).all() or not _same(table, within, former, later):
            return None
        until[former] = seen_from[later]
    if not np.array_equal(until, whole_numbers(table["seen_until"], np.int32)):
        return None
    return SoundRows(firsts if alone and contract.owner != "none" else np.empty(0, np.uint64))


def _distinct_within(place: NDArray[np.int64], numbers: NDArray[np.uint64]) -> bool:
    """Return True when no owner has a number twice; rows of an owner stand together."""
    apart = place[1:] != place[:-1]
    if (apart | (numbers[1:] > numbers[:-1])).all():
        return True
    order = np.lexsort((numbers, place))
    place, numbers = place[order], numbers[order]
    return bool(((place[1:] != place[:-1]) | (numbers[1:] != numbers[:-1])).all())


def _same(table: Any, names: list[str], one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    """Return True when the keys of two lists of rows are equal, letter by letter."""
    key = table.select(names)
    return all(
        plain_texts(key[name].take(pa.array(one))).equals(plain_texts(key[name].take(pa.array(other))))
        for name in names
    )
