"""A small, safe language for choosing rows: ``dpd_now >= 1 and product == 'cash'``."""

from __future__ import annotations

import ast
import difflib
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_LONGEST = 2000


class WhereUnclear(ValueError):
    """An expression cannot be read, or asks for what the table does not have."""


def rows_where(frame: pd.DataFrame, expression: str) -> NDArray[np.bool_]:
    """Return which rows satisfy an expression over the columns of a frame.

    Comparisons (``== != < <= > >=``), ``in [...]``, ``not in [...]``, ``and``, ``or``, ``not`` and
    parentheses; numbers, quoted texts, True and False. A missing value satisfies no comparison
    except ``!=`` and ``not in``. Nothing else is understood, so nothing else can run.

    Raises
    ------
    WhereUnclear
        When the expression cannot be read, names an unknown column, or compares what cannot be compared.

    Examples
    --------
    >>> table = pd.DataFrame({"dpd_now": [0, 5, 40], "product": ["cash", "card", "cash"]})
    >>> rows_where(table, "dpd_now >= 1 and product in ['cash']").tolist()
    [False, False, True]
    """
    if len(expression) > _LONGEST:
        raise WhereUnclear(
            f"Expected an expression of at most {_LONGEST} characters, found {len(expression)}. Shorten it."
        )
    try:
        tree = ast.parse(expression.strip(), mode="eval")
        found = _truth(tree.body, frame)
    except (SyntaxError, RecursionError, MemoryError, ValueError) as cause:
        if isinstance(cause, WhereUnclear):
            raise
        raise WhereUnclear(
            f"Expected an expression such as \"dpd_now >= 1 and product == 'cash'\", found {expression!r} "
            "which cannot be read. Check quotes and parentheses."
        ) from cause
    return np.asarray(found, dtype=bool)


class NothingChosen(ValueError):
    """No row of a table satisfies an expression."""


def chosen_rows(frame: pd.DataFrame, expression: str) -> NDArray[np.bool_]:
    """Return which rows satisfy an expression, of which there must be one.

    Raises
    ------
    WhereUnclear
        When the expression cannot be read.
    NothingChosen
        When there are rows and none satisfies it.
    """
    chosen = rows_where(frame, expression)
    if len(chosen) and not chosen.any():
        raise NothingChosen(
            f"Expected rows that satisfy {expression!r}, found none of {len(chosen):,}. "
            "Loosen the condition (--where)."
        )
    return chosen


def _truth(node: ast.expr, frame: pd.DataFrame) -> NDArray[np.bool_]:
    if isinstance(node, ast.BoolOp):
        parts = [_truth(value, frame) for value in node.values]
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        return np.asarray(join.reduce(parts), dtype=bool)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return ~_truth(node.operand, frame)
    if isinstance(node, ast.Compare):
        return _comparison(node, frame)
    if isinstance(node, ast.Name):
        values = _column(node.id, frame)
        if pd.api.types.is_bool_dtype(values.dtype):
            return values.to_numpy(dtype=bool, na_value=False)
    raise _refused(node)


def _comparison(node: ast.Compare, frame: pd.DataFrame) -> NDArray[np.bool_]:
    found = np.ones(len(frame), dtype=bool)
    left = node.left
    for kind, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(kind, ast.In | ast.NotIn):
            inside = _member(left, right, frame)
            found &= ~inside if isinstance(kind, ast.NotIn) else inside
        elif type(kind) in _COMPARE:
            found &= _compared(left, kind, right, frame)
        else:
            raise _refused(node)
        left = right
    return found


def _compared(left: ast.expr, kind: ast.cmpop, right: ast.expr, frame: pd.DataFrame) -> NDArray[np.bool_]:
    first, second = _side(left, frame), _side(right, frame)
    if not isinstance(first, pd.Series) and not isinstance(second, pd.Series):
        raise WhereUnclear(
            f"Expected a column on one side of each comparison, found {ast.unparse(left)} and "
            f"{ast.unparse(right)}. Name a column."
        )
    if _is_text(first) != _is_text(second):
        raise WhereUnclear(
            f"Expected two numbers or two texts, found {ast.unparse(left)} ({_sort(first)}) against "
            f"{ast.unparse(right)} ({_sort(second)}). Put texts in quotes and leave numbers bare."
        )
    found = pd.Series(_COMPARE[type(kind)](first, second))
    return found.to_numpy(dtype=bool, na_value=isinstance(kind, ast.NotEq))


def _member(left: ast.expr, right: ast.expr, frame: pd.DataFrame) -> NDArray[np.bool_]:
    if not isinstance(left, ast.Name) or not isinstance(right, ast.List | ast.Tuple):
        raise WhereUnclear(
            f"Expected a column in a list, such as product in ['cash', 'card'], found "
            f"{ast.unparse(left)} in {ast.unparse(right)}. Write the values in brackets."
        )
    values = _column(left.id, frame)
    wanted = [_constant(item) for item in right.elts]
    odd = [item for item in wanted if isinstance(item, str) != _is_text(values)]
    if odd:
        raise WhereUnclear(
            f"Expected a list of {_sort(values)} for column {left.id}, found {odd[:5]!r}. "
            "Put texts in quotes and leave numbers bare."
        )
    return np.asarray(values.isin(wanted), dtype=bool)


def _side(node: ast.expr, frame: pd.DataFrame) -> Any:
    if isinstance(node, ast.Name):
        values = _column(node.id, frame)
        if isinstance(values.dtype, pd.CategoricalDtype):
            return values.astype(object)
        return values
    return _constant(node)


def _constant(node: ast.expr) -> str | float | int | bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _constant(node.operand)
        if not isinstance(value, str):
            return -value
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool):
        return node.value
    raise _refused(node)


def _column(name: str, frame: pd.DataFrame) -> pd.Series[Any]:
    if name not in frame.columns:
        names = [str(column) for column in frame.columns]
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f"Did you mean {', '.join(near)}?" if near else f"There are {', '.join(names[:8])} …"
        raise WhereUnclear(f"Expected a column of the table, found {name!r}. {hint}")
    return frame[name]


def _is_text(side: object) -> bool:
    if isinstance(side, pd.Series):
        return not (pd.api.types.is_numeric_dtype(side.dtype) or pd.api.types.is_bool_dtype(side.dtype))
    return isinstance(side, str)


def _sort(side: object) -> str:
    return "texts" if _is_text(side) else "numbers"


def _refused(node: ast.expr) -> WhereUnclear:
    return WhereUnclear(
        "Expected comparisons joined by and, or, not, with numbers, quoted texts and lists, found "
        f"{ast.unparse(node)!r}. Only these are understood."
    )
