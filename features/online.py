"""The features of one borrower from rows in hand, without files: the door of the service.

The rows are read by the same ``History`` and the same feature functions as a whole book, so that the values are the
same to the last bit as those that the nightly run computes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from features.arrow_columns import frame_of
from features.book import Book
from features.catalogue import Catalogue
from features.chosen import chosen_features
from features.computed import Computed, Texts, Values, computed
from features.contracts import PROTECTED_TABLES, TABLES
from features.manifest import Manifest
from features.observations import Observations, observe
from features.rows import Rows
from features.rows_in_hand import Raw, rows_in_hand
from features.silence import holdings, said_columns
from features.small_book import SmallBook


class NotOneBorrower(ValueError):
    """Rows in hand are of no borrower, or of several."""


class UnknownLoan(KeyError):
    """Features are asked of a loan that the rows do not hold."""

    def __str__(self) -> str:
        """Return the message without the quotes of a KeyError."""
        return str(self.args[0])


@dataclass(frozen=True, eq=False)
class BorrowerFeatures:
    """The features of the borrower's loans, a row per loan.

    Parameters
    ----------
    computed
        The columns.
    book
        What they were computed from.
    """

    computed: Computed
    book: Book

    def __len__(self) -> int:
        return len(self.loan_ids)

    @property
    def catalogue(self) -> Catalogue:
        """Return one catalogue row per feature column."""
        return self.computed.catalogue

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what a reader must know: consents that were missing."""
        return self.computed.notes

    @property
    def loan_ids(self) -> tuple[str, ...]:
        """Return the loans in order of the rows."""
        return tuple(self.column("loan_id"))

    def column(self, name: str) -> list[Any]:
        """Return one column as plain values: NaN and None where nothing is known."""
        return _plain(self.computed.columns[name])

    def row(self, loan_id: str) -> dict[str, Any]:
        """Return the columns of one loan as plain values."""
        at = self.loan_ids.index(loan_id)
        return {name: _plain(values)[at] for name, values in self.computed.columns.items()}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Return the frame that ``build_features`` gives for these loans."""
        return frame_of(self.computed)


class OneBorrower:
    """One borrower's rows in hand.

    Examples
    --------
    >>> known = {"revision": 1, "known_at": "2024-01-15T10:00:00+08:00"}
    >>> rows = {
    ...     "loans": [
    ...         {"loan_id": "L-1", "borrower_id": "B-1", "disbursed_on": "2024-01-15", "principal": 10000, **known}
    ...     ],
    ...     "instalments": [
    ...         {"loan_id": "L-1", "number": 1, "due_on": "2024-02-15", "principal_due": 10000, **known}
    ...     ],
    ...     "payments": [],
    ... }
    >>> china = Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY")
    >>> borrower = OneBorrower.from_rows(rows, manifest=china, checked=False)
    >>> borrower.features(as_of=dt.date(2024, 2, 20), names=["dpd_latest"]).row("L-1")["dpd_latest"]
    5.0
    """

    def __init__(self, book: Book) -> None:
        """Keep the book of the borrower; use :meth:`from_rows`."""
        self.book = book

    @classmethod
    def from_rows(cls, rows: Mapping[str, Any], *, manifest: Manifest, checked: bool) -> OneBorrower:
        """Return the borrower of raw rows.

        Parameters
        ----------
        rows
            By table: a list of dicts, an Arrow table or a pandas frame, in any row order.
        manifest
            Country, time zone and currency.
        checked
            True: the rows pass the door that every book passes, which costs some milliseconds. False: they are taken
            to be lawful, as rows are that passed the door before; unlawful rows give wrong values or odd errors.

        Raises
        ------
        BookRefused
            When checked rows break the contract; it holds every problem.
        NotOneBorrower
            When the loans are not those of exactly one borrower.
        """
        lists = {name: table if isinstance(table, list) else _listed(table) for name, table in rows.items()}
        people = sorted({str(row["borrower_id"]) for row in lists.get("loans", ())})
        if len(people) != 1:
            raise NotOneBorrower(
                f"expected the loans of one borrower, found {len(people)} borrowers ({', '.join(people[:5])}). "
                "Ask for one borrower at a time."
            )
        if checked:
            kept = {
                name: table for name, table in lists.items() if table or name in ("instalments", "payments")
            }
            return cls(
                Book.from_tables(
                    {name: _arrow(name, table) for name, table in kept.items()}, manifest=manifest
                )
            )
        return cls(_small_book(lists, people[0], manifest))

    def features(
        self, *, as_of: dt.date, loans: Sequence[str] | None = None, names: Collection[str] | None = None
    ) -> BorrowerFeatures:
        """Return the features of the loans that stand on the morning.

        Parameters
        ----------
        as_of
            The morning.
        loans
            Loans to look at; all of the borrower's when None. What else the borrower owes counts in either case.
        names
            Features to compute, those of a model; all when None.

        Raises
        ------
        UnknownLoan
            When the rows hold no such loan.
        """
        seen = observe(self.book, as_of=[as_of])
        if loans is not None:
            held = set(self.book.loan_ids.tolist())
            unknown = [loan for loan in loans if loan not in held]
            if unknown:
                raise UnknownLoan(
                    f"expected loans of this borrower ({', '.join(sorted(held))}), found {len(unknown)} others "
                    f"({', '.join(unknown[:5])}). Ask for loans among the rows."
                )
            chosen = np.isin(self.book.loan_ids[seen.loan_no].astype(str), list(loans))
            seen = Observations(seen.loan_no[chosen], seen.as_of[chosen])
        return BorrowerFeatures(
            computed(self.book, seen, names=names, said=self._said(seen, names)), self.book
        )

    def _said(self, seen: Observations, names: Collection[str] | None) -> Mapping[str, Values]:
        """Return the columns that are the same of every borrower without such rows."""
        if not len(seen):
            return {}
        return said_columns(
            chosen_features(names),
            manifest=self.book.manifest,
            as_of=int(seen.as_of[0]),
            held=self._held,
            loans=len(seen),
        )

    @cached_property
    def _held(self) -> frozenset[str]:
        return holdings(self.book)


def _small_book(tables: Mapping[str, Raw], borrower: str, manifest: Manifest) -> SmallBook:
    loans = sorted({str(row["loan_id"]) for row in tables["loans"]})
    number = {loan: place for place, loan in enumerate(loans)}
    rows: dict[str, Rows] = {}
    for name, raw in tables.items():
        if not raw or name in PROTECTED_TABLES:
            continue
        contract = TABLES[name]
        if contract.owner == "either":
            for kind, place in (("loan", number), ("borrower", {borrower: 0})):
                own = [row for row in raw if row["owner_kind"] == kind]
                owners = [place[row["owner_id"]] for row in own]
                if own:
                    rows[f"{name}:{kind}"] = rows_in_hand(
                        own, contract, owner_no=owners, owners=len(place), time_zone=manifest.time_zone
                    )
            continue
        of_loan = contract.owner == "loan"
        numbers = [number[row["loan_id"]] for row in raw] if of_loan else [0] * len(raw)
        count = len(loans) if of_loan else 1
        rows[name] = rows_in_hand(raw, contract, owner_no=numbers, owners=count, time_zone=manifest.time_zone)
    return SmallBook(
        manifest=manifest,
        loan_ids=loans,
        borrower_ids=[borrower],
        borrower_of_loan=[0] * len(loans),
        rows=rows,
    )


def _listed(table: Any) -> list[dict[str, Any]]:
    if isinstance(table, pd.DataFrame):
        table = table.astype(object).where(table.notna(), None)
        listed: list[dict[str, Any]] = table.to_dict("records")
    else:
        listed = table.to_pylist()
    return listed


def _arrow(name: str, raw: Raw) -> Any:
    """Return raw rows as an Arrow table; one without rows has the columns of its contract."""
    if raw:
        return pa.Table.from_pylist([dict(row) for row in raw])
    return pa.table({column.name: pa.nulls(0) for column in TABLES[name].columns})


def _plain(values: Values) -> list[Any]:
    if isinstance(values, Texts):
        return [None if code < 0 else values.names[code] for code in values.codes.tolist()]
    listed: list[Any] = values.tolist()
    return listed
