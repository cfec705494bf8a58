"""Rows held against each other: keys, revisions, owners, the order of days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.coding import NO_DAY, NO_INSTANT, Coded, IdSpace, day_numbers, micros
from features.findings import Findings
from features.prepare import days_in
from features.problem import Problem

ORDERED = {
    "loans": (("disbursed_on", "ended_on"),),
    "evidence": (("observed_on", "expires_on"),),
    "plans": (("starts_on", "ends_on"),),
    "flags": (("starts_on", "ends_on"),),
    "consents": (("granted_on", "withdrawn_on"),),
}
"""Pairs of days of which the second never lies before the first."""


@dataclass(frozen=True)
class Surroundings:
    """What the rows of one table are held against.

    Parameters
    ----------
    space
        Loans and borrowers of the book.
    time_zone
        Zone whose midnights begin the days.
    has_loans
        False when the table of loans is missing or empty: then no row is called an orphan.
    disbursed_on
        Day number of each loan's latest disbursement, NO_DAY where unknown.
    """

    space: IdSpace
    time_zone: str
    has_loans: bool
    disbursed_on: NDArray[np.int32]


def row_problems(findings: Findings, coded: Coded, around: Surroundings) -> list[Problem]:
    """Return what is wrong with the rows of one canonical table."""
    problems = revision_problems(findings, coded)
    if around.has_loans:
        problems += orphan_problems(findings, coded)
    problems += knowledge_problems(findings, coded, time_zone=around.time_zone)
    problems += order_problems(findings)
    if findings.contract.name == "payments":
        problems += disbursement_problems(findings, coded, around)
    return problems


def revision_problems(findings: Findings, coded: Coded) -> list[Problem]:
    """Return keys told twice, gaps between revisions, and revisions that do not follow each other."""
    rows, follows = coded.chain.rows, coded.chain.follows
    if not len(rows):
        return []
    table = findings.table
    revision = np.asarray(table["revision"].combine_chunks().fill_null(0))[rows]
    known = micros(table["known_at"])[rows]
    owner = coded.owner_no[rows]
    step = np.diff(revision, prepend=0)
    twice = follows & (step == 0)
    gap = np.where(follows, step > 1, revision != 1)
    dated = (known != NO_INSTANT) & (np.roll(known, 1) != NO_INSTANT)
    stuck = follows & (step > 0) & dated & (np.diff(known, prepend=0) <= 0)
    held = (owner >= 0) & (np.roll(owner, 1) >= 0)
    moved = follows & held & (np.diff(owner, prepend=0) != 0)
    if findings.contract.name == "loans":
        moved = follows & _differs(table["borrower_id"], rows)
    key = ", ".join(findings.contract.key)
    who = "borrower_id" if findings.contract.name == "loans" else findings.contract.owner_column or ""
    told = (
        (
            twice,
            "revision",
            "duplicate",
            f"each ({key}, revision) once",
            "it again",
            "Drop the repeated row, or give a correction the next revision and its own known_at.",
        ),
        (
            gap,
            "revision",
            "revision-gap",
            f"revisions 1, 2, 3 … of each ({key})",
            "a revision without the one before it",
            "Deliver every revision, or number the rows from 1.",
        ),
        (
            stuck,
            "known_at",
            "known-not-increasing",
            "each revision known after the one before",
            "a revision known no later than the one before",
            "Set known_at to when the lender saw the correction.",
        ),
        (
            moved,
            who,
            "owner-changed",
            f"all revisions of a {key} under one {who}",
            f"a revision that changes {who}",
            "Reverse the row and write a new one under its own id.",
        ),
    )
    return [
        findings.rows(column, rule, rows[mask], expected=expected, found=found, remedy=remedy)
        for mask, column, rule, expected, found, remedy in told
        if mask.any()
    ]


def orphan_problems(findings: Findings, coded: Coded) -> list[Problem]:
    """Return rows whose loan or borrower the book does not hold."""
    column = findings.contract.owner_column
    if column is None:
        return []
    named = np.asarray(pc.is_valid(findings.table[column].combine_chunks()))
    where = np.flatnonzero((coded.owner_no < 0) & named)
    if not len(where):
        return []
    thing = {"loan_id": "loan", "borrower_id": "borrower"}.get(column, "loan or borrower")
    return [
        findings.rows(
            column,
            "orphan",
            where,
            expected=f"a {thing} of the table loans",
            found=f"ids that loans does not hold ({findings.examples(findings.table[column], where)})",
            remedy="Add the loan to loans or leave out its rows.",
        )
    ]


def knowledge_problems(findings: Findings, coded: Coded, *, time_zone: str) -> list[Problem]:
    """Return rows known before the local day they report."""
    problems = []
    for name in findings.contract.reported:
        if name not in findings.table.column_names:
            continue
        day = days_in(findings.table, findings.contract, name, time_zone=time_zone)
        where = np.flatnonzero((day != NO_DAY) & (coded.known_day != NO_DAY) & (coded.known_day < day))
        if len(where):
            problems.append(
                findings.rows(
                    "known_at",
                    "known-too-early",
                    where,
                    expected=f"known_at on the day of {name} ({time_zone}) or later",
                    found="a row known before the day it reports",
                    remedy=f"Correct the extract, or set known_at to the end of the day of {name}.",
                )
            )
    return problems


def order_problems(findings: Findings) -> list[Problem]:
    """Return rows that end before they begin."""
    problems = []
    for first, last in ORDERED.get(findings.contract.name, ()):
        if not {first, last} <= set(findings.table.column_names):
            continue
        begin, end = day_numbers(findings.table[first]), day_numbers(findings.table[last])
        where = np.flatnonzero((begin != NO_DAY) & (end != NO_DAY) & (end < begin))
        if len(where):
            problems.append(
                findings.rows(
                    last,
                    "ends-before-start",
                    where,
                    expected=f"{last} on the day of {first} or later",
                    found=f"{last} before {first}",
                    remedy="Correct one of the two days.",
                )
            )
    return problems


def disbursement_problems(findings: Findings, coded: Coded, around: Surroundings) -> list[Problem]:
    """Return payments made before their loan was disbursed."""
    paid = day_numbers(findings.table["paid_on"])
    held = coded.owner_no >= 0
    given = np.full(len(paid), NO_DAY, np.int32)
    given[held] = around.disbursed_on[coded.owner_no[held]]
    where = np.flatnonzero((paid != NO_DAY) & (given != NO_DAY) & (paid < given))
    if not len(where):
        return []
    return [
        findings.rows(
            "paid_on",
            "before-disbursement",
            where,
            expected="payments on or after the loan's disbursed_on",
            found="a payment before it",
            remedy="Correct paid_on or the loan's disbursed_on.",
        )
    ]


def latest_disbursement(loans: Any, loan_no: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Return the disbursement day of each loan's highest revision."""
    order = np.argsort(np.asarray(loans["revision"].combine_chunks().fill_null(0)), kind="stable")
    order = order[loan_no[order] >= 0]
    days = np.full(count, NO_DAY, np.int32)
    days[loan_no[order]] = day_numbers(loans["disbursed_on"])[order]  # the last one written stays
    return days


def _differs(column: Any, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return True where the text differs from that of the row before."""
    codes = column.combine_chunks().dictionary_encode().indices.fill_null(-1)
    taken = np.asarray(codes.take(pa.array(rows)))
    differs: NDArray[np.bool_] = (np.diff(taken, prepend=-1) != 0) & (taken >= 0) & (np.roll(taken, 1) >= 0)
    return differs
