"""Rescheduled loans: the instalments that replace a schedule and the plans that say so, held against each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.findings import Findings
from features.problem import Problem

RESCHEDULE = "reschedule"
"""Kind of a plan whose own instalments replace what was unpaid of the schedule before it."""

_BETWEEN = "\x1f"


def plan_problems(findings: Mapping[str, Findings]) -> list[Problem]:
    """Return instalments of plans that are none of their loan's, and reschedulings without instalments.

    Parameters
    ----------
    findings
        What names the bad rows of ``instalments`` and ``plans``, as far as the book has them.
    """
    if "instalments" not in findings:
        return []
    instalments, plans = findings["instalments"], findings.get("plans")
    bearing = _bearing(instalments)
    pairs = _pairs(instalments, bearing)
    known = _pairs(plans, np.arange(plans.table.num_rows)) if plans else pa.array([], pa.string())
    kinds = _kinds(plans)
    replacing = known.filter(pa.array(kinds))
    held, lawful = _within(pairs, known), _within(pairs, replacing)
    problems = [
        _problem(instalments, bearing[~held], "unknown-plan", "a plan of the same loan in the table plans",
                 "plan ids that plans does not hold for the loan", "Add the plan to plans, or leave plan_id empty."),
        _problem(instalments, bearing[held & ~lawful], "not-a-reschedule", "a plan of the kind reschedule",
                 "a plan of another kind", "Correct the kind of the plan, or leave plan_id empty."),
    ]  # fmt: skip
    if plans:
        empty = np.flatnonzero(kinds)[~_within(replacing, pairs)]
        problems.append(
            _problem(plans, empty, "no-instalments", "an instalment that bears the plan_id of each rescheduling",
                     "a rescheduling without instalments", "Add its instalments, or correct the kind of the plan.")
        )  # fmt: skip
    return [problem for problem in problems if problem.count]


def rows_of_plans(name: str, table: Any) -> Any:
    """Return the rows of ``instalments`` or ``plans`` that these rules look at.

    Parameters
    ----------
    name
        One of the two.
    table
        Its rows.
    """
    if name == "plans":
        return table
    if "plan_id" not in table.column_names:
        return table.slice(0, 0)
    return table.filter(pc.is_valid(table["plan_id"]))


def _bearing(instalments: Findings) -> NDArray[np.int64]:
    """Return the rows that bear the id of a plan."""
    if "plan_id" not in instalments.table.column_names:
        return np.empty(0, np.int64)
    return np.flatnonzero(np.asarray(pc.is_valid(instalments.table["plan_id"])))


def _pairs(findings: Findings, rows: NDArray[np.int64]) -> Any:
    """Return loan and plan of the rows as one text each."""
    if not len(rows):
        return pa.array([], pa.string())
    part = findings.table.select(["loan_id", "plan_id"]).take(pa.array(rows)).combine_chunks()
    texts = [part[name].cast(pa.string()).fill_null("") for name in ("loan_id", "plan_id")]
    joined = pc.binary_join_element_wise(*texts, _BETWEEN)
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined


def _kinds(plans: Findings | None) -> NDArray[np.bool_]:
    """Return True for the rows of plans of the kind reschedule."""
    if plans is None or "kind" not in plans.table.column_names:
        return np.zeros(0 if plans is None else plans.table.num_rows, bool)
    kind = plans.table["kind"].cast(pa.string())
    return np.asarray(pc.fill_null(pc.equal(kind, RESCHEDULE), fill_value=False))


def _within(texts: Any, known: Any) -> NDArray[np.bool_]:
    return np.asarray(pc.is_in(texts, value_set=known), dtype=bool)


def _problem(
    findings: Findings, where: NDArray[np.int64], rule: str, expected: str, found: str, remedy: str
) -> Problem:
    return findings.rows("plan_id", rule, where, expected=expected, found=found, remedy=remedy)
