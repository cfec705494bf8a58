"""What features say of a borrower of whom some tables hold nothing: the same of everybody, and worked out once.

Most tables hold nothing about most borrowers. A feature that asked only tables without rows says of this loan what
it says of any loan on that morning. Which tables a feature asks is learned by asking each about nobody; whatever it
asks beside tables (which loans there are, whose they are) keeps it from being remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from features.chosen import Chosen
from features.compiled import fixed
from features.computed import Texts, Values, typed
from features.discovery import OWN
from features.history import History
from features.manifest import Manifest
from features.observations import Observations
from features.rows import Rows
from features.small_book import SmallBook, no_rows

if TYPE_CHECKING:
    from features.book import Book

ANYTHING = "*"
"""Something else than rows of a table or whose a loan is: an answer that depends on it is nobody else's."""
WHOSE = "whose"
"""Which loans there are and whose: of one loan alone it is the same of everybody."""

_EVERYTHING = frozenset({ANYTHING})

Compute = Callable[[History], Any]

_A_MORNING: Final = 20_000
"""On which features are asked what they ask; it is the same on all (tests/features/test_silence.py)."""


class BookOfNobody(SmallBook):
    """A book of one loan of which nothing is known, which notes what it is asked.

    Parameters
    ----------
    manifest
        Country, time zone and currency.
    """

    def __init__(self, manifest: Manifest) -> None:
        self.asked: set[str] = set()
        super().__init__(manifest=manifest, loan_ids=[""], borrower_ids=[""], borrower_of_loan=[0], rows={})
        self.table_names = _Names(self.asked)

    def __getattribute__(self, name: str) -> Any:
        """Note what is looked at beside the rows and the manifest."""
        if name in _WHOSE:
            self.asked.add(WHOSE)
        elif name not in _NOTED and not name.startswith("_"):
            self.asked.add(ANYTHING)
        return super().__getattribute__(name)

    def rows(self, name: str) -> Rows:
        """Return no rows."""
        self.asked.add(name.partition(":")[0])
        return no_rows(name, 1, self.manifest.time_zone)


_NOTED = frozenset({"asked", "rows", "manifest", "table_names"})
_WHOSE = frozenset({"loan_ids", "borrower_ids", "borrower_of_loan"})


class _Names(tuple[str, ...]):
    """No names of tables; whoever asks for one is noted."""

    asked: set[str]

    def __new__(cls, asked: set[str]) -> _Names:
        names = super().__new__(cls)
        names.asked = asked
        return names

    def __contains__(self, name: object) -> bool:
        self.asked.add(f"{name}?")
        return False

    def __iter__(self) -> Iterator[str]:
        self.asked.add(ANYTHING)
        return super().__iter__()

    def __len__(self) -> int:
        self.asked.add(ANYTHING)
        return 0


def tables_asked(compute: Compute, *, manifest: Manifest, as_of: int) -> frozenset[str]:
    """Return the tables that a feature asks when all are empty, and what else it asks.

    Examples
    --------
    >>> china = Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY")
    >>> def calls(history):
    ...     return history.contacts.count(days=30)
    >>> tables_asked(calls, manifest=china, as_of=19875)
    frozenset({'contacts'})
    """
    book = BookOfNobody(manifest)
    history = History(book, Observations(np.zeros(1, np.int32), np.full(1, as_of, np.int32)))
    book.asked.clear()  # History itself asks whose the loan is
    compute(history)
    return frozenset(book.asked)


def holdings(book: Book) -> frozenset[str]:
    """Return what may make a feature say more of this book than of nobody.

    Tables with rows by name, tables that are there at all as ``name?``, ``WHOSE`` when there are several loans.
    """
    held = {name for name in book.table_names if any(book.rows(one).n for one in _views(name))}
    told = (f"{name}?" for name in book.table_names)
    return frozenset((*held, *told, ANYTHING, *((WHOSE,) if len(book.loan_ids) > 1 else ())))


@lru_cache(maxsize=512)
def said_columns(
    chosen: Chosen, *, manifest: Manifest, as_of: int, held: frozenset[str], loans: int
) -> Mapping[str, Values]:
    """Return the columns of those features that ask nothing of what is held: the same of every loan that morning.

    What rests on a consent is among them only where no consent was ever given: then all of it is missing.

    Parameters
    ----------
    chosen
        The features wanted.
    manifest, as_of
        The book's own, and the morning.
    held
        What :func:`holdings` tells of the book.
    loans
        How many loans are looked at.
    """
    asked = _asked(chosen, manifest)
    history = History(
        BookOfNobody(manifest), Observations(np.zeros(loans, np.int32), np.full(loans, as_of, np.int32))
    )
    said: dict[str, Values] = {}
    for item in chosen.features:
        needs = asked[item.spec.name]
        by_consent = item.spec.lawful_basis == "consent" and ANYTHING not in needs
        if "consents" in held if by_consent else not needs.isdisjoint(held):
            continue
        missing = np.ones(loans, np.bool_) if by_consent else None
        column = typed(item.compute(history), item.spec, missing)
        fixed(column.codes if isinstance(column, Texts) else column)
        said[item.spec.name] = column
    return said


@lru_cache(maxsize=32)
def _asked(chosen: Chosen, manifest: Manifest) -> Mapping[str, frozenset[str]]:
    told = {}
    for item in chosen.features:
        own = (
            item.place[0].partition(".")[0] == OWN
        )  # nobody proved of a team's own that it asks the same on all mornings
        asked = _EVERYTHING if own else _asked_by(item.compute, manifest)
        told[item.spec.name] = asked
    return told


@lru_cache(maxsize=4096)
def _asked_by(compute: Compute, manifest: Manifest) -> frozenset[str]:
    return tables_asked(compute, manifest=manifest, as_of=_A_MORNING)


def _views(name: str) -> tuple[str, ...]:
    return ("attributes:loan", "attributes:borrower") if name == "attributes" else (name,)
