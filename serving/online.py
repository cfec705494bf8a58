"""Scoring one borrower's raw rows by the code that scores the whole book at night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import isnan
from typing import Any, Protocol

import pandas as pd

from features.build import KEYS
from features.manifest import Manifest
from features.online import OneBorrower
from models.bundle import Bundle
from models.reasons import Reason
from serving.borrower_book import book_of, not_standing, unseen

TOP_REASONS = 3
_SHOWN = ("loan_id", "product", "bucket", "dpd_now", "arrears_now")


class Slices(Protocol):
    """Which models speak for which accounts."""

    def models_for(self, *, bucket: str, product: str) -> tuple[str, ...]:
        """Return the names of the models that speak for a bucket and a product."""
        ...


@dataclass(frozen=True)
class EveryModel:
    """Slices in which every model speaks for every account."""

    names: tuple[str, ...]

    def models_for(self, *, bucket: str, product: str) -> tuple[str, ...]:
        """Return every name."""
        del bucket, product
        return self.names


@dataclass(frozen=True)
class ModelAnswer:
    """What one model says about one loan.

    Parameters
    ----------
    model
        Content hash of the model.
    scores
        Probabilities by name, as the model's ``score`` gives them.
    words
        What it says in words: band, evidence.
    reasons
        The ideas that raise the risk most, strongest first.
    """

    name: str
    model: str
    scores: dict[str, float | None]
    words: dict[str, str]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class LoanAnswer:
    """One loan: where it stands (arrears None when not known) and what each model that speaks for it says."""

    loan_id: str
    bucket: str
    dpd: int
    arrears: int | None
    answers: tuple[ModelAnswer, ...]
    unscored: tuple[str, ...] = ()


@dataclass(frozen=True)
class OnlineAnswer:
    """Everything said about one borrower as of one morning."""

    borrower_id: str
    as_of: date
    book_digest: str
    loans: tuple[LoanAnswer, ...]
    notices: tuple[str, ...] = field(default=())


class NoModels(RuntimeError):
    """No released model is loaded."""


@dataclass(frozen=True)
class OnlineScorer:
    """Scores raw rows with the bundles in force.

    Parameters
    ----------
    bundles
        Bundles by registered name.
    slices
        Which of them speaks for which account.
    threads
        Threads for a call; one account gains nothing from more than one.
    """

    bundles: Mapping[str, Bundle]
    slices: Slices
    threads: int = 1

    def score(self, raw: Mapping[str, Any], *, manifest: Manifest, as_of: date) -> OnlineAnswer:
        """Return scores, bands and reasons of the borrower's loans that stand on ``as_of``.

        Rows known on ``as_of`` or later do not count; the notices say how many there were.

        Raises
        ------
        RowsRefused
            When rows break the contract of the tables, or are not one borrower's.
        NoModels
            When no model is in force.
        """
        if not self.bundles:
            raise NoModels("Expected at least one released model, found none. Release one, then ask again.")
        book = book_of(raw, manifest=manifest)
        lawful = {name: rows for name, rows in raw.items() if rows}  # the door let them all in
        borrower = OneBorrower.from_rows(lawful, manifest=manifest, checked=False)
        seen = borrower.features(as_of=as_of, names=self._read)
        loans = tuple(self._loans(seen.frame))
        return OnlineAnswer(
            borrower_id=str(book.borrower_ids[0]),
            as_of=as_of,
            book_digest=book.digest,
            loans=loans,
            notices=(*unseen(book, as_of=as_of), *not_standing(book, standing=len(loans), as_of=as_of)),
        )

    @cached_property
    def _read(self) -> frozenset[str]:
        """Return the features that any of the bundles reads; no others are computed."""
        return frozenset(name for bundle in self.bundles.values() for name in bundle.feature_names)

    def _loans(self, frame: pd.DataFrame) -> list[LoanAnswer]:
        places = frame.reset_index(drop=True)
        shown = {name: places[name].tolist() for name in _SHOWN}
        wanted = [
            self.slices.models_for(bucket=str(bucket), product=str(product))
            for bucket, product in zip(shown["bucket"], shown["product"], strict=True)
        ]
        told: list[list[ModelAnswer]] = [[] for _ in wanted]
        for name, bundle in self.bundles.items():
            rows = [place for place, names in enumerate(wanted) if name in names]
            if rows:
                block = places.iloc[rows].reset_index(drop=True)
                for place, answer in zip(rows, self._answers(name, bundle, block), strict=True):
                    told[place].append(answer)
        return [
            LoanAnswer(
                loan_id=str(shown["loan_id"][place]),
                bucket=str(shown["bucket"][place]),
                dpd=int(shown["dpd_now"][place]),
                arrears=None if isnan(shown["arrears_now"][place]) else int(shown["arrears_now"][place]),
                answers=tuple(told[place]),
                unscored=tuple(n for n in wanted[place] if n not in self.bundles),
            )
            for place in range(len(places))
        ]

    def _answers(self, name: str, bundle: Bundle, frame: pd.DataFrame) -> list[ModelAnswer]:
        scores, reasons = bundle.answer(frame, top=TOP_REASONS, threads=self.threads)
        told = scores.drop(columns=[name for name in KEYS if name in scores])
        return [
            ModelAnswer(
                name=name,
                model=bundle.content_hash,
                scores={str(k): _number(v) for k, v in row.items() if _is_number(v)},
                words={str(k): str(v) for k, v in row.items() if not _is_number(v) and v is not None},
                reasons=tuple(why),
            )
            for row, why in zip(told.to_dict("records"), reasons, strict=True)
        ]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: float) -> float | None:
    return None if value != value else float(value)  # NaN is absence, and absence is null in JSON
