"""Why amounts could not be read: one problem for each way of writing that the mapping does not declare."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.contract import Column
from features.findings import Findings
from features.problem import Problem
from pipelines.sources.mapping_words import ColumnMap, power_of

_CAUSES = (
    ("full-width", r"[０-９．，－＋]", "half-width digits (1234)", "Export half-width digits; １２３４ is text."),
    (
        "brackets",
        r"^[(（].*[)）]$",
        "amounts with a sign (-1234.50)",
        "State brackets = true when brackets mean negative.",
    ),
    ("scientific", r"\d[eE][+-]?\d+$", "every digit of the number",
     "Excel wrote it in scientific notation and cut digits off: format the column as number or text "
     "and export it again."),
    ("currency-sign", r"[¥￥$€£₹元円]|CNY|RMB|USD|EUR|GBP|HKD|TWD|JPY|PLN|INR", "digits without a currency sign",
     'State the sign, as in symbol = "¥".'),
    ("too-long", r"^[+-]?\d{16,}", "at most 15 digits before the decimal mark",
     "Look whether another column was exported in its place."),
    ("percent-sign", r"[%％‰‱]$", "numbers without a percent sign", 'State unit = "percent" (or "per_mille").'),
)  # fmt: skip


def amount_problems(
    texts: Any, bad: NDArray[np.bool_], entry: ColumnMap, column: Column, findings: Findings, *, currency: str
) -> list[Problem]:
    """Return why texts could not be read as amounts, every cause with its rows.

    Parameters
    ----------
    texts
        The column as delivered.
    bad
        True where it could not be read.
    entry, column
        The mapping's entry and the contract's column.
    findings
        Names the rows.
    currency
        Of the book.
    """
    problems: list[Problem] = []
    left = bad.copy()

    def take(rule: str, pattern: str, expected: str, remedy: str) -> None:
        nonlocal left
        hit = np.asarray(pc.fill_null(pc.match_substring_regex(texts, pattern), fill_value=False)) & left
        where = np.flatnonzero(hit)
        if len(where):
            found = findings.examples(texts, where)
            problems.append(
                findings.rows(column.name, rule, where, expected=expected, found=found, remedy=remedy)
            )
            left &= ~hit

    for rule, pattern, expected, remedy in _CAUSES:
        take(rule, pattern, expected, remedy)
    power = power_of(entry.unit, kind=column.kind, currency=currency)
    written = f"decimal = {entry.decimal!r}" + (
        f", thousands = {entry.thousands!r}" if entry.thousands else ""
    )
    if column.kind != "number":
        take(
            "too-many-decimals",
            rf"^[+-]?\d+{_escaped(entry.decimal)}\d{{{power + 1},}}$",
            f"at most {power} decimals ({entry.unit or 'whole'} units of {currency})"
            if column.kind == "money"
            else "whole numbers",
            _decimals_remedy(entry, column, power),
        )
    for thousands, decimal in ((",", "."), (".", ","), (" ", ","), ("'", "."), ("，", ".")):
        t, d = _escaped(thousands), _escaped(decimal)
        stated = f"decimal = {_quoted(decimal)}, thousands = {_quoted(thousands)}"
        take("separators", rf"^[+-]?\d{{1,3}}({t}\d{{3}})+({d}\d+)?$", f"amounts written with {written}",
             f"State {stated}, if that is how they are written.")  # fmt: skip
    take("separators", r"^[+-]?\d+[.,]\d+$", f"amounts written with {written}",
         "State the other decimal mark, if that is how they are written.")  # fmt: skip
    kind = {"money": "amounts", "number": "numbers", "count": "whole numbers"}[column.kind]
    take("not-a-number", "", kind, 'Correct the values, or name texts that mean no value in empty = ["-"].')
    return problems


def _decimals_remedy(entry: ColumnMap, column: Column, power: int) -> str:
    if column.kind == "count":
        return "Deliver whole numbers."
    grouped = ' If the mark separates thousands, state thousands = "." and decimal = ",".'
    if entry.unit == "minor":
        return 'State unit = "major" if the amounts are not minor units; nothing is rounded.'
    zeros = f" State decimals = {power + 2} if the digits beyond are zeros."
    return "Export amounts that are not rounded." + zeros + (grouped if entry.decimal == "." else "")


def _escaped(mark: str) -> str:
    return "\\" + mark if mark in ".'" else mark


def _quoted(mark: str) -> str:
    return '"' + mark + '"'
