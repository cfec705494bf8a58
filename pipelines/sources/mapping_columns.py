"""One column of a book made from a lender's columns, with everything that stood in the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.contract import Column
from features.findings import Findings
from features.kinds import ARROW_TYPES, KIND_WORDS, read_as
from features.problem import Problem
from pipelines.sources.mapping_amount_causes import amount_problems
from pipelines.sources.mapping_amounts import amounts, whole_from_floats
from pipelines.sources.mapping_codes import coded_texts, id_problems
from pipelines.sources.mapping_moments import days_of, instants_of
from pipelines.sources.mapping_words import ColumnMap
from pipelines.sources.text import as_text, one_array

_FORMULA = r"^[=＝]|^#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)$|^#{3,}$"


@dataclass(frozen=True)
class Placed:
    """One column of a book as far as it could be read.

    Parameters
    ----------
    values
        Arrow array; what could not be read is null.
    problems
        Why.
    repairs
        What was repaired, in words, and in how many rows.
    notes
        What cannot be told from the values alone.
    """

    values: Any
    problems: tuple[Problem, ...] = ()
    repairs: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What holds for every column of an import.

    Parameters
    ----------
    time_zone, currency
        Of the book.
    """

    time_zone: str
    currency: str


def place_column(
    entry: ColumnMap, column: Column, delivered: Any, *, findings: Findings, around: Surroundings
) -> Placed:
    """Return one column of a book read from the delivered columns as its entry says.

    Parameters
    ----------
    entry, column
        The mapping's entry and the contract's column.
    delivered
        Arrow table of the lender's columns.
    findings
        Names the rows.
    around
        Zone and currency of the book.
    """
    if entry.value is not None:
        value = constant(entry.value, column)
        values = pa.nulls(delivered.num_rows, ARROW_TYPES[column.kind])
        return Placed(values if value is None else pa.repeat(value, delivered.num_rows))
    values = delivered_values(entry, delivered)
    if not pa.types.is_string(values.type):
        typed = _typed(values, entry, column, findings, around)
        if typed is not None:
            return typed
        if pa.types.is_decimal(values.type):  # typed: its decimals are no thousands
            entry = replace(entry, decimals=max(entry.decimals or 0, values.type.scale))
        found = f"a column of type {values.type}"
        values = as_text(values)
        if values is None:
            remedy = "Export it as text, a number or a date."
            problem = findings.whole(
                column.name, "wrong-type", expected=KIND_WORDS[column.kind], found=found, remedy=remedy
            )
            return Placed(pa.nulls(delivered.num_rows, ARROW_TYPES[column.kind]), (problem,))
    texts, repairs = _trimmed(values, entry, column)
    texts, problems = _without_formulas(texts, column, findings)
    placed = _read(texts, entry, column, findings, around)
    told = {f"{findings.contract.name}.{column.name}: {what}": count for what, count in repairs.items()}
    return Placed(placed.values, (*problems, *placed.problems), {**told, **placed.repairs}, placed.notes)


def delivered_values(entry: ColumnMap, delivered: Any) -> Any:
    """Return the one column an entry reads, or several joined as text; null where one of them is."""
    parts = [one_array(delivered[source]) for source in entry.sources]
    if len(parts) == 1:
        return pc.cast(parts[0], pa.string()) if pa.types.is_null(parts[0].type) else parts[0]
    nothing = pa.nulls(delivered.num_rows, pa.string())
    read = [as_text(part) for part in parts]
    texts = [nothing if text is None else pc.utf8_trim_whitespace(text) for text in read]
    return pc.binary_join_element_wise(*texts, entry.join)


def constant(value: str | int | float | bool, column: Column) -> Any | None:  # noqa: FBT001 a value
    """Return the one value of a constant column as its kind, or None when it is none of that kind.

    Examples
    --------
    >>> constant(0, Column("fee_due", "money")), constant("soon", Column("due_on", "day"))
    (<pyarrow.Int64Scalar: 0>, None)
    """
    text = column.kind in ("id", "code", "text") and not isinstance(value, str)
    read = read_as(pa.array([str(value).lower() if text else value]), kind=column.kind)
    unreadable = read.wrong_type or read.unreadable is not None
    return None if unreadable or read.values.null_count else read.values[0]


def _read(texts: Any, entry: ColumnMap, column: Column, findings: Findings, around: Surroundings) -> Placed:
    if column.kind in ("money", "number", "count"):
        read = amounts(texts, entry, kind=column.kind, currency=around.currency)
        if not read.bad.any():
            return Placed(read.values)
        found = amount_problems(texts, read.bad, entry, column, findings, currency=around.currency)
        return Placed(read.values, tuple(found))
    if column.kind == "day":
        return Placed(*days_of(texts, entry, findings, time_zone=around.time_zone))
    if column.kind == "instant":
        return Placed(*instants_of(texts, entry, findings, time_zone=around.time_zone))
    if column.kind == "id":
        return Placed(texts, tuple(id_problems(texts, column, findings)))
    return Placed(*coded_texts(texts, entry, column, findings))


def _typed(
    values: Any, entry: ColumnMap, column: Column, findings: Findings, around: Surroundings
) -> Placed | None:
    """Return a typed column that needs no text in between, or None when it is read as text."""
    floating = pa.types.is_floating(values.type)
    if floating and column.kind in ("money", "count"):
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
        read = whole_from_floats(values, entry, kind=column.kind, currency=around.currency)
        texts = pc.cast(values, pa.string())
        found = amount_problems(texts, read.bad, entry, column, findings, currency=around.currency)
        return Placed(read.values, tuple(found))
    if floating and column.kind in ("id", "code"):
        spoilt = findings.whole(
            column.name,
            "id-as-float",
            expected="ids as text or whole numbers",
            found=f"a column of type {values.type}",
            remedy="A float keeps 15 digits and no leading zero: export it as text.",
        )
        return Placed(pa.nulls(len(values), pa.string()), (spoilt,))
    if column.kind in ("day", "instant") and (
        pa.types.is_date(values.type) or pa.types.is_timestamp(values.type)
    ):
        read_typed = days_of if column.kind == "day" else instants_of
        return Placed(*read_typed(values, entry, findings, time_zone=around.time_zone))
    if column.kind == "yesno" and pa.types.is_boolean(values.type) and entry.codes is None:
        return Placed(values)
    return None


def _trimmed(texts: Any, entry: ColumnMap, column: Column) -> tuple[Any, dict[str, int]]:
    """Return texts without surrounding blanks; empty texts and those that mean no value are null."""
    repairs: dict[str, int] = {}
    if column.kind != "text":
        trimmed = pc.utf8_trim_whitespace(texts)
        count = pc.sum(pc.not_equal(trimmed, texts)).as_py() or 0
        if count:
            texts, repairs = trimmed, {"surrounding blanks removed": count}
    nothing = pc.is_in(texts, value_set=pa.array(["", *entry.empty], pa.string()))
    if pc.any(nothing).as_py():
        texts = pc.if_else(nothing, pa.scalar(None, pa.string()), texts)
    return texts, repairs


def _without_formulas(texts: Any, column: Column, findings: Findings) -> tuple[Any, list[Problem]]:
    formulas = pc.fill_null(pc.match_substring_regex(texts, _FORMULA), fill_value=False)
    where = np.flatnonzero(np.asarray(formulas))
    if not len(where):
        return texts, []
    found = findings.rows(
        column.name,
        "formula",
        where,
        expected="values",
        found=f"formulas or their errors ({findings.examples(texts, where)})",
        remedy="Paste the column as values and export it again.",
    )
    return pc.if_else(formulas, pa.scalar(None, pa.string()), texts), [found]
