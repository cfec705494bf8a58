"""Rows that lie in the wrong shard of a book: borrowers of another hash, rows of loans that stand elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from features.book_statement import Statement, part_name
from features.contracts import TABLES
from features.findings import Findings
from features.problem import Origin, Problem
from features.shard_hash import shard_of

IDS = ("loan_id", "borrower_id")


def strays_of(
    path: Path, said: Statement, tables: Mapping[str, Any], origins: Mapping[str, Origin], *, shard: int
) -> list[Problem] | None:
    """Return the rows of a shard that belong elsewhere or nowhere; None when its loans cannot be read.

    Parameters
    ----------
    path, said
        Folder of the book and what its book.json states.
    tables
        The shard's tables as delivered, every one of the book.
    origins
        Files of their rows.
    shard
        Number of the shard.
    """
    loans = tables["loans"]
    if not all(_is_text(loans, name) for name in IDS):
        return None
    here = {name: pc.unique(loans[name]).drop_null() for name in IDS}
    problems = _wrong_shard(Findings(loans, TABLES["loans"], origins["loans"]), said, shard=shard)
    elsewhere: dict[str, Any] = {}
    for name, table in tables.items():
        contract = TABLES[name]
        column = contract.owner_column
        if column is None or name == "loans" or not _is_text(table, column):
            continue
        findings = Findings(table, contract, origins[name])
        strange = _strange(table, column, here)
        if not len(strange):
            continue
        if not elsewhere:
            elsewhere = _ids_elsewhere(path, said, shard=shard)
        lost = np.isin(strange, _strange(table, column, elsewhere))
        problems += _told(findings, column, strange[lost], strange[~lost])
    return problems


def _is_text(table: Any, column: str) -> bool:
    return column in table.column_names and pa.types.is_string(table[column].type)


def _wrong_shard(findings: Findings, said: Statement, *, shard: int) -> list[Problem]:
    """Return the loans of borrowers whose id belongs to another shard."""
    named = np.flatnonzero(np.asarray(pc.is_valid(findings.table["borrower_id"])))
    ids = findings.table["borrower_id"].take(pa.array(named))
    where = named[shard_of(ids, shards=said.shards) != shard]
    if not len(where):
        return []
    return [
        findings.rows(
            "borrower_id",
            "wrong-shard",
            where,
            expected="borrowers in the shard of their id (CRC-32 modulo the number of shards)",
            found=f"borrowers of another shard ({findings.examples(findings.table['borrower_id'], where)})",
            remedy="Split the book with duecourse shard, or import it again.",
            ids="loan_id",
        )
    ]


def _strange(table: Any, column: str, known: Mapping[str, Any]) -> NDArray[np.int64]:
    """Return the rows whose owner is none of the known loans and borrowers."""
    ids = table[column]
    if column != "owner_id":
        held = pc.is_in(ids, value_set=known[column])
    elif not _is_text(table, "owner_kind"):
        return np.empty(0, np.int64)
    else:
        of_loan = pc.fill_null(pc.equal(table["owner_kind"], "loan"), fill_value=False)
        held = pc.if_else(of_loan, *(pc.is_in(ids, value_set=known[name]) for name in IDS))
    return np.flatnonzero(np.asarray(pc.and_(pc.invert(held), pc.is_valid(ids))))


def _ids_elsewhere(path: Path, said: Statement, *, shard: int) -> dict[str, Any]:
    """Return the loans and borrowers of all other shards, as far as they can be read."""
    found: dict[str, list[Any]] = {name: [] for name in IDS}
    for file in said.tables["loans"].files:
        if file == part_name(shard):
            continue
        try:
            table = pq.read_table(path / "loans" / file, columns=list(IDS))
        except (pa.ArrowException, OSError):  # its own shard tells of it
            continue
        for name in IDS:
            if _is_text(table, name):
                found[name] += table[name].chunks
    return {name: pc.unique(pa.chunked_array(chunks, pa.string())) for name, chunks in found.items()}


def _told(
    findings: Findings, column: str, lost: NDArray[np.int64], apart: NDArray[np.int64]
) -> list[Problem]:
    thing = {"loan_id": "loan", "borrower_id": "borrower"}.get(column, "loan or borrower")
    problems = []
    if len(lost):
        problems.append(
            findings.rows(
                column,
                "orphan",
                lost,
                expected=f"a {thing} of the table loans",
                found=f"ids that loans does not hold ({findings.examples(findings.table[column], lost)})",
                remedy="Add the loan to loans or leave out its rows.",
            )
        )
    if len(apart):
        problems.append(
            findings.rows(
                column,
                "other-shard",
                apart,
                expected=f"rows in the shard of their {thing}",
                found=f"rows of a {thing} in another shard ({findings.examples(findings.table[column], apart)})",
                remedy="Split the book with duecourse shard, or import it again.",
            )
        )
    return problems
