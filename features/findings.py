"""Problems made from a mask of bad rows: counted, located and named by id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.contracts import PROTECTED_TABLES, Table
from features.problem import FIRST, Origin, Problem

_LONGEST = 40
_EXAMPLES = 3


@dataclass(frozen=True)
class Findings:
    """The rows of one table and where they came from: what is needed to name a bad one.

    Parameters
    ----------
    table
        The table as delivered or read; its key columns name the rows.
    contract
        Its contract.
    origin
        Its files.
    """

    table: Any
    contract: Table
    origin: Origin

    def whole(self, column: str, rule: str, *, expected: str, found: str, remedy: str) -> Problem:
        """Return a problem of the whole column or table."""
        return Problem(self.contract.name, column, rule, expected, found, remedy)

    def rows(
        self,
        column: str,
        rule: str,
        where: NDArray[np.int64],
        *,
        expected: str,
        found: str,
        remedy: str,
        ids: str | None = None,
    ) -> Problem:
        """Return a problem of the rows at the given positions.

        Parameters
        ----------
        column, rule, expected, found, remedy
            As in :class:`Problem`; ``found`` names what the rows show, without their number.
        where
            Positions of the bad rows.
        ids
            The column whose values name the rows; the table's key when None.
        """
        first = np.sort(where)[:FIRST]
        return Problem(
            self.contract.name,
            column,
            rule,
            expected,
            found,
            remedy,
            count=len(where),
            rows=tuple(self.origin.row(int(at)) for at in first),
            ids=self.ids(first, column=ids),
        )

    def ids(self, where: NDArray[np.int64], *, column: str | None = None) -> tuple[str, ...]:
        """Return the ids of the rows, each once, in order of the rows."""
        names = [n for n in ((column,) if column else self.contract.key) if n in self.table.column_names]
        part = self.table.select(names).take(pa.array(where))
        texts = [
            "/".join(_text(value) for value in row) for row in zip(*part.to_pydict().values(), strict=True)
        ]
        return tuple(dict.fromkeys(texts))

    def examples(self, values: Any, where: NDArray[np.int64]) -> str:
        """Return up to three of the bad values as they were delivered; none of a protected table."""
        if self.contract.name in PROTECTED_TABLES:
            return "values withheld"
        taken = values.take(pa.array(np.sort(where)[:1000])).to_pylist()
        texts = list(dict.fromkeys(_text(value) for value in taken))
        more = ", …" if len(texts) > _EXAMPLES else ""
        return ", ".join(texts[:_EXAMPLES]) + more


def _text(value: object) -> str:
    text = "(empty)" if value is None else repr(value) if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
