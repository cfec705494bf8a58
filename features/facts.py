"""What was known of a loan or a borrower: the latest revision, one value per observation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from features.compiled import Days, Marks, Positions, fixed, steady
from features.event_kernels import NO_DAY, known_row

if TYPE_CHECKING:
    from features.book import Book
    from features.rows import Rows


class Facts:
    """The latest revision known of one table with one row per owner.

    What was worked out once is kept, and comes as arrays that nobody may write to.

    Parameters
    ----------
    rows
        Rows of ``loans`` or ``borrowers``.
    owner
        Owner of each observation.
    known_by
        First morning that may know the fact, per observation.
    """

    def __init__(self, rows: Rows, *, owner: ArrayLike, known_by: ArrayLike) -> None:
        self._rows = rows
        self._kept: dict[tuple[str, str], NDArray[Any]] = {}
        self._row: Positions = known_row(
            steady(rows.offsets, np.int64),
            steady(rows.seen_from, np.int32),
            steady(rows.seen_until, np.int32),
            steady(owner, np.int32),
            steady(known_by, np.int32),
        )

    @property
    def known(self) -> Marks:
        """Return True where any revision was known."""
        return self._row >= 0

    def money(self, name: str) -> NDArray[np.float64]:
        """Return an amount in minor units; NaN when unknown."""
        return self.number(name)

    def number(self, name: str) -> NDArray[np.float64]:
        """Return a number, a count or a yes/no (1, 0); NaN when unknown."""
        return self._once(
            "number", name, lambda: picked(numbers_in(self._rows, name), self._row, absent=np.nan)
        )

    def day(self, name: str) -> Days:
        """Return a day as days since 1970-01-01; NO_DAY when unknown."""
        return self._once("day", name, lambda: picked(self._rows.column(name), self._row, absent=NO_DAY))

    def code(self, name: str) -> NDArray[np.object_]:
        """Return a code; None when unknown."""
        return self._once("code", name, lambda: decoded(*self._rows.codes(name), self._row))

    def _once(self, what: str, name: str, work: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        if (what, name) not in self._kept:
            self._kept[what, name] = fixed(work())
        return self._kept[what, name]


class Attributes:
    """Whatever else a lender knows: named numbers and codes of a loan or of its borrower.

    A loan's own value goes before its borrower's.
    """

    def __init__(self, book: Book, *, loan: ArrayLike, known_by: ArrayLike) -> None:
        loan_no = steady(loan, np.int32)
        self._known_by = steady(known_by, np.int32)
        self._sides = (
            (book.rows("attributes:loan"), loan_no),
            (book.rows("attributes:borrower"), steady(book.borrower_of_loan[loan_no], np.int32)),
        )

    def names(self) -> tuple[str, ...]:
        """Return the names of the attributes of which any row was known by the last of the mornings, sorted."""
        return tuple(
            sorted({rows.codes("name")[1][code] for rows, _ in self._sides for code in self._named_by(rows)})
        )

    def holds(self, name: str, column: str) -> bool:
        """Return True when a row of the attribute known by then fills the column, ``value`` or ``code``."""
        return any(
            bool((_named(rows, name) & self._known(rows) & rows.filled(column)).any())
            for rows, _ in self._sides
        )

    def value(self, name: str) -> NDArray[np.float64]:
        """Return the number last known under that name; NaN when none."""
        of_loan, of_borrower = (
            picked(rows.column("value"), self._latest(rows, owner, name), absent=np.nan)
            for rows, owner in self._sides
        )
        return np.where(np.isnan(of_loan), of_borrower, of_loan)

    def of_loan(self, name: str) -> tuple[NDArray[np.float64], Days]:
        """Return the loan's own number last known under that name and the first morning that knew it.

        NaN and ``NO_DAY`` where none was known; the borrower's number is not looked at.
        """
        rows, owner = self._sides[0]
        row = self._latest(rows, owner, name)
        return picked(rows.column("value"), row, absent=np.nan), picked(rows.seen_from, row, absent=NO_DAY)

    def code(self, name: str) -> NDArray[np.object_]:
        """Return the code last known under that name; None when none."""
        of_loan, of_borrower = (
            decoded(*rows.codes("code"), self._latest(rows, owner, name)) for rows, owner in self._sides
        )
        return np.where(of_loan == np.array(None, dtype=object), of_borrower, of_loan)

    def _known(self, rows: Rows) -> Marks:
        """Return True for the rows that the last of the mornings may see, whatever became of them since."""
        known: Marks = rows.seen_from <= self._known_by.max(initial=NO_DAY)
        return known

    def _named_by(self, rows: Rows) -> list[int]:
        if not rows.n:
            return []
        codes: list[int] = np.unique(rows.codes("name")[0][self._known(rows)]).tolist()
        return codes

    def _latest(self, rows: Rows, owner: Days, name: str) -> Positions:
        """Return the row last known under that name, -1 when none."""
        chosen = np.flatnonzero(_named(rows, name))
        if not len(chosen):
            return np.full(len(owner), -1, np.int64)
        offsets = np.searchsorted(chosen, rows.offsets)
        found = known_row(
            steady(offsets, np.int64),
            steady(rows.seen_from[chosen], np.int32),
            steady(rows.seen_until[chosen], np.int32),
            owner,
            self._known_by,
        )
        return np.where(found >= 0, chosen[found], -1)


def _named(rows: Rows, name: str) -> Marks:
    codes, names = rows.codes("name")
    return codes == names.index(name) if name in names else np.zeros(len(codes), np.bool_)


def picked(values: NDArray[Any], row: Positions, *, absent: float) -> NDArray[Any]:
    """Return the value of each row, ``absent`` where the row is -1.

    Examples
    --------
    >>> picked(np.array([7.0, 8.0]), np.array([1, -1]), absent=np.nan).tolist()
    [8.0, nan]
    """
    if not len(values):
        return np.full(row.shape, absent, values.dtype)
    chosen = values[row]
    chosen[row < 0] = absent
    return chosen


class Told(np.ndarray[Any, np.dtype[np.object_]]):
    """Texts that remember their codes, so that a column of them need not be looked through again.

    An array of objects in every respect; what is made from it (a slice, a choice) has forgotten the codes.
    """

    codes: Days | None
    names: tuple[str, ...]

    def __array_finalize__(self, source: Any) -> None:
        """Forget the codes in whatever is made from the texts."""
        self.codes = None
        self.names = ()


def decoded(codes: Days, names: tuple[str, ...], row: Positions) -> NDArray[np.object_]:
    """Return the text of each row's code, None where the row is -1 or bears none.

    Examples
    --------
    >>> decoded(np.array([0, -1], np.int32), ("cash",), np.array([0, 1, -1])).tolist()
    ['cash', None, None]
    """
    found = picked(codes, row, absent=-1)
    texts = np.empty(len(names) + 1, object)
    texts[:-1] = names
    told = texts[found].view(Told)
    told.codes, told.names = fixed(found), names
    return fixed(told)


def numbers_in(rows: Rows, name: str) -> NDArray[np.float64]:
    """Return a column of the rows as numbers, NaN where it is empty."""
    return np.where(rows.filled(name), rows.column(name), np.nan)
