"""A lender's tables read, coded and held against the contract in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from features.check_columns import canonical
from features.check_plans import plan_problems
from features.check_rows import Surroundings, latest_disbursement, row_problems
from features.check_words import manifest_problems, word_problems
from features.coding import Coded, IdSpace, coded, id_space
from features.contracts import TABLES
from features.findings import Findings
from features.kinds import ARROW_TYPES
from features.manifest import Manifest, is_time_zone, nearest
from features.problem import Origin, Problem, origin_of


@dataclass(frozen=True)
class Examined:
    """What the door found out about a lender's tables.

    Parameters
    ----------
    tables
        The tables read as their contracts state.
    space
        Numbers of loans and borrowers.
    coded
        Owner numbers, known days and revision chains by table.
    problems
        Everything that is wrong; when there is none, the rest is fit to become a book.
    """

    tables: dict[str, Any]
    space: IdSpace
    coded: dict[str, Coded]
    problems: list[Problem]


def examined(
    tables: Mapping[str, Any], *, manifest: Manifest, origins: Mapping[str, Origin] | None = None
) -> Examined:
    """Return the tables read as their contracts state, what was worked out about them, and all problems."""
    problems = [*manifest_problems(manifest), *_absent(tables)]
    read: dict[str, Any] = {}
    for name in (n for n in TABLES if n in tables):
        read[name], found = canonical(tables[name], TABLES[name], origin=origin_of(origins, name))
        problems += found
    loans = read.get("loans", _no_loans())
    space = id_space(loans)
    zone = manifest.time_zone if is_time_zone(manifest.time_zone) else "UTC"
    codes = {name: coded(table, TABLES[name], space, time_zone=zone) for name, table in read.items()}
    if "loans" in read and not loans.num_rows:
        problems.append(_empty_book(findings_of(loans, "loans", origins)))
    around = Surroundings(
        space=space,
        time_zone=zone,
        has_loans=len(space.loan_ids) > 0,
        disbursed_on=latest_disbursement(loans, codes["loans"].owner_no, len(space.loan_ids))
        if "loans" in read
        else np.empty(0, np.int32),
    )
    for name, table in read.items():
        findings = findings_of(table, name, origins)
        problems += word_problems(findings, manifest)
        problems += row_problems(findings, codes[name], around)
    problems += plan_problems({name: findings_of(table, name, origins) for name, table in read.items()})
    return Examined(read, space, codes, problems)


def findings_of(table: Any, name: str, origins: Mapping[str, Origin] | None) -> Findings:
    """Return what is needed to name the bad rows of a table."""
    return Findings(table, TABLES[name], origin_of(origins, name))


def _absent(tables: Mapping[str, Any]) -> list[Problem]:
    """Return tables that are missing and tables that nobody knows."""
    problems = []
    for name in sorted(set(map(str, tables)) - set(TABLES)):
        near = nearest(name, tuple(TABLES))
        remedy = f"Did you mean {near!r}? Rename it or leave it out." if near else "Leave it out."
        problems.append(
            Problem(
                name,
                "",
                "unknown-table",
                f"tables of the contract ({', '.join(TABLES)})",
                f"{name!r}",
                remedy,
            )
        )
    if "loans" not in tables:
        problems.append(
            Problem(
                "loans",
                "",
                "missing-table",
                "a table loans",
                "none",
                "Add loans: one row per loan and revision.",
            )
        )
    if "statements" in tables or {"instalments", "payments"} <= set(tables):
        return problems
    missing = next(n for n in ("instalments", "payments") if n not in tables)
    other = "payments" if missing == "instalments" else "instalments"
    found = f"{other} alone" if other in tables else "neither"
    problems.append(
        Problem(
            missing,
            "",
            "missing-table",
            "instalments and payments, or monthly statements",
            found,
            f"Add {missing} (a table without rows is lawful) or statements.",
        )
    )
    return problems


def _empty_book(findings: Findings) -> Problem:
    return findings.whole(
        "", "empty-book", expected="at least one loan", found="no row", remedy="Look at the extract's filter."
    )


def _no_loans() -> Any:
    return pa.table({c.name: pa.nulls(0, ARROW_TYPES[c.kind]) for c in TABLES["loans"].columns})
