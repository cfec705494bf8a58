"""The monthly statuses of the credit record, one for each account and month; the others left out by cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.contract import Column, Table
from features.problem import Problem
from pipelines.sources.raw_columns import read_columns
from pipelines.sources.source_file import SourceFile
from pipelines.sources.tally import note

LATEST_MONTH = "2019-12"
"""Month that MONTHS_BALANCE 0 is taken as; the source has no dates."""

FIRST_MONTH = -600
"""Earliest MONTHS_BALANCE that can be a month of an account."""

STATUSES = {
    "0": ("0-29", None),
    "1": ("30-59", 31),
    "2": ("60-89", 61),
    "3": ("90-119", 91),
    "4": ("120-149", 121),
    "5": ("150+", 151),
    "C": ("paid_off", 0),
    "X": ("no_loan", None),
}
"""Status and days past due of each code of the source; None where it does not say."""

MONTHLY = Table(
    "monthly_status",
    ("ID", "MONTHS_BALANCE"),
    (
        Column("ID", "id", required=True),
        Column("MONTHS_BALANCE", "count", required=True),
        Column("STATUS", "code", required=True, values=tuple(STATUSES)),
        Column("person_id", "id"),
    ),
    "none",
)
"""Contract under which problems of the file are told."""


@dataclass(frozen=True)
class Panel:
    """Statuses fit to become statements, sorted by account and month.

    Parameters
    ----------
    account_ids, person_ids
        Name of each account and of the person it belongs to.
    account
        Position of each row's account in ``account_ids``.
    month
        Month of each row, months since January 1970.
    status
        Position of each row's code in ``STATUSES``.
    repairs, losses
        What was repaired or left out, in words, and in how many rows.
    """

    account_ids: Any
    person_ids: Any
    account: NDArray[np.int64]
    month: NDArray[np.int64]
    status: NDArray[np.int64]
    repairs: dict[str, int]
    losses: dict[str, int]


def panel_of(source: SourceFile) -> tuple[Panel, list[Problem]]:
    """Return the statuses of the file and what cannot be read in it.

    Parameters
    ----------
    source
        Columns of the file as numbers or text.
    """
    columns, problems = read_columns(source, MONTHLY, remedy="Use the file of monthly statuses.")
    if problems:
        nothing = np.zeros(0, np.int64)
        return Panel(None, None, nothing, nothing, nothing, {}, {}), problems
    repairs: dict[str, int] = {}
    losses: dict[str, int] = {}
    rows = _filled(columns, losses)
    accounts = columns["ID"].dictionary_encode()
    account = _codes(accounts.indices)
    persons = columns["person_id"].dictionary_encode() if "person_id" in columns else None
    person = np.full(len(account), -1) if persons is None else _codes(persons.indices)
    month = np.asarray(columns["MONTHS_BALANCE"].fill_null(0))
    status = _codes(pc.index_in(columns["STATUS"], value_set=pa.array(list(STATUSES))))
    rows = rows[_of_one_person(account[rows], person[rows], losses)]
    rows = rows[np.lexsort((status[rows], month[rows], account[rows]))]
    rows = rows[_once(account[rows], month[rows], status[rows], repairs=repairs, losses=losses)]
    account, month, status, person = account[rows], month[rows], status[rows], person[rows]
    _note_gaps(account, month, repairs)
    used, account = np.unique(account, return_inverse=True)
    of_account = np.full(len(used), -1, np.int64)
    np.maximum.at(of_account, account, person)
    ids = accounts.dictionary.take(pa.array(used))
    latest = np.datetime64(LATEST_MONTH, "M").astype(np.int64)
    return Panel(
        ids, _persons(ids, of_account, persons, repairs), account, month + latest, status, repairs, losses
    ), []


def _filled(columns: dict[str, Any], losses: dict[str, int]) -> NDArray[np.int64]:
    """Return the rows that name an account, a month within reach and a status."""
    month = columns["MONTHS_BALANCE"]
    keep = np.ones(len(month), bool)
    for name in ("ID", "MONTHS_BALANCE", "STATUS"):
        empty = np.asarray(pc.is_null(columns[name]))
        note(losses, f"no {name}", keep & empty)
        keep &= ~empty
    number = np.asarray(month.fill_null(0))
    for cause, beyond in (
        ("MONTHS_BALANCE above 0, after the latest month", number > 0),
        (f"MONTHS_BALANCE below {FIRST_MONTH}", number < FIRST_MONTH),
    ):
        note(losses, cause, keep & beyond)
        keep &= ~beyond
    return np.flatnonzero(keep)


def _of_one_person(
    account: NDArray[np.int64], person: NDArray[np.int64], losses: dict[str, int]
) -> NDArray[np.bool_]:
    """Return which rows belong to accounts that name no more than one person."""
    accounts = int(account.max(initial=-1)) + 1
    highest = np.full(accounts, -1, np.int64)
    lowest = np.full(accounts, np.iinfo(np.int64).max)
    np.maximum.at(highest, account, person)
    np.minimum.at(lowest, account, np.where(person < 0, np.iinfo(np.int64).max, person))
    torn: NDArray[np.bool_] = ((highest >= 0) & (highest != lowest))[account]
    note(losses, "one ID under several persons", torn)
    whole: NDArray[np.bool_] = ~torn
    return whole


def _once(
    account: NDArray[np.int64],
    month: NDArray[np.int64],
    status: NDArray[np.int64],
    *,
    repairs: dict[str, int],
    losses: dict[str, int],
) -> NDArray[np.bool_]:
    """Return which sorted rows to keep: repeated ones once, months told in two ways not at all."""
    same_month = (np.diff(account, prepend=-1) == 0) & (np.diff(month, prepend=1) == 0)
    same = same_month & (np.diff(status, prepend=-1) == 0)
    group = np.cumsum(~same_month) - 1
    unlike = np.zeros(len(group), bool)
    unlike[group[same_month & ~same]] = True
    torn: NDArray[np.bool_] = unlike[group]
    note(losses, "one month of an account told in two ways", torn)
    note(repairs, "repeated rows of one month dropped", same & ~torn)
    once: NDArray[np.bool_] = ~torn & ~same
    return once


def _note_gaps(account: NDArray[np.int64], month: NDArray[np.int64], repairs: dict[str, int]) -> None:
    """Count the months that are missing inside the records of accounts."""
    missing = np.diff(month) - 1
    inside = (np.diff(account) == 0) & (missing > 0)
    note(repairs, "gaps between months left open: the month before speaks on", inside)


def _persons(ids: Any, person: NDArray[np.int64], persons: Any, repairs: dict[str, int]) -> Any:
    """Return the name of each account's person; an account without one is a person of its own."""
    if persons is None:
        return ids
    alone = person < 0
    note(repairs, "accounts without a person: each taken as a person of its own", alone)
    named = persons.dictionary.take(pa.array(person, mask=alone))
    return pc.coalesce(named, pc.binary_join_element_wise(pa.scalar("account-"), ids, pa.scalar("")))


def _codes(indices: Any) -> NDArray[np.int64]:
    return np.asarray(pc.fill_null(indices, -1)).astype(np.int64)
