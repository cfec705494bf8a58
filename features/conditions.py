"""Which rows of a table are meant: conditions on columns, worked out once for all that is asked of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.compiled import Amounts

if TYPE_CHECKING:
    from features.rows import Rows

TEXT_KINDS = ("id", "code", "text")
"""Kinds of columns that hold words."""
MOST = 62
"""Conditions that one number holds, a bit each."""


class ConditionUnfit(TypeError):
    """A limit was asked of words."""


@dataclass(frozen=True)
class Below:
    """Rows whose number is below the limit: ``where={"amount": Below(0)}``."""

    limit: float


@dataclass(frozen=True)
class AtLeast:
    """Rows whose number is the limit or more: ``where={"dpd": AtLeast(31)}``."""

    limit: float


Condition = tuple[str | bool | None, ...] | Below | AtLeast
"""Words (or yes and no) of which a row bears one, None among them where it may bear none; or a limit."""
Where = Mapping[str, Condition]
Wheres = tuple[tuple[str, Condition], ...]
"""A ``where`` as a key; empty: every row is meant."""


def where_key(where: Where | None) -> Wheres:
    """Return a ``where`` as a key.

    Examples
    --------
    >>> where_key({"channel": ("call",)}), where_key(None)
    ((('channel', ('call',)),), ())
    """
    return tuple(where.items()) if where else ()


def is_text(rows: Rows, column: str) -> bool:
    """Return True when a column holds words."""
    return rows.contract.column(column).kind in TEXT_KINDS


def row_bits(rows: Rows, wheres: tuple[Wheres, ...]) -> Amounts:
    """Return a number per row whose bit ``i`` says that the row meets ``wheres[i]``."""
    bits = np.full(rows.n, (1 << len(wheres)) - 1, np.int64)
    for column, conditions in _by_column(wheres).items():
        if is_text(rows, column):
            codes, names = rows.codes(column)
            bits &= _kept_by_word(conditions, names)[codes]
        else:
            for bit, condition in conditions:
                bits &= np.where(_numbers_meet(rows, column, condition), -1, ~bit)
    return bits


@lru_cache(maxsize=256)
def _by_column(wheres: tuple[Wheres, ...]) -> Mapping[str, tuple[tuple[int, Condition], ...]]:
    """Return the conditions on each column, each with the bit of the ``where`` it belongs to."""
    asked: dict[str, tuple[tuple[int, Condition], ...]] = {}
    for place, where in enumerate(wheres):
        for column, condition in where:
            asked[column] = (*asked.get(column, ()), (1 << place, condition))
    return asked


@lru_cache(maxsize=1024)
def _kept_by_word(conditions: tuple[tuple[int, Condition], ...], names: tuple[str, ...]) -> NDArray[np.int64]:
    """Return per word, and for none, all bits but those of the conditions it does not meet."""
    told: tuple[str | None, ...] = (*names, None)
    missed = (sum(bit for bit, words in conditions if not _holds(words, name)) for name in told)
    return np.array([~bits for bits in missed], np.int64)


def _holds(words: Condition, name: str | None) -> bool:
    if not isinstance(words, tuple):
        raise ConditionUnfit(
            f"Expected words as the condition on a column of words, found {words}. Name the words that are meant."
        )
    return name in words


def _numbers_meet(rows: Rows, column: str, condition: Condition) -> NDArray[Any]:
    if isinstance(condition, Below):
        return rows.filled(column) & (rows.column(column) < condition.limit)
    if isinstance(condition, AtLeast):
        return rows.filled(column) & (rows.column(column) >= condition.limit)
    filled = rows.filled(column)
    met = filled & np.isin(rows.column(column), [int(value) for value in condition if value is not None])
    return met | ~filled if None in condition else met
