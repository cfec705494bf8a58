"""Observations in, one typed column per feature out: the same code for a million rows or one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.buckets import BUCKETS, bucket_places
from features.catalogue import Catalogue, FeatureSpec
from features.chosen import chosen_features
from features.columns import known_where
from features.compiled import Days
from features.facts import Told
from features.feature_spec import attribute_spec
from features.history import History
from features.observations import Observations
from features.progress import counted

if TYPE_CHECKING:
    from features.book import Book


class Texts(NamedTuple):
    """A column of texts: the place of each in the names, -1 where there is none."""

    codes: Days
    names: Any


Values = NDArray[Any] | Texts

FEW = 64
"""Observations up to which nobody waits long enough to be told how far it has come."""


class MixedAttribute(ValueError):
    """One attribute holds numbers in some rows and codes in others."""


@dataclass(frozen=True, eq=False)
class Computed:
    """Columns of some observations, as arrays.

    Parameters
    ----------
    columns
        Keys, context and features in the order of the catalogue. Missing is NaN; money is float64, other
        numbers float32, texts codes and their names.
    catalogue
        One row per feature column.
    notes
        What a reader must know: consents that were missing.
    """

    columns: dict[str, Values]
    catalogue: Catalogue
    notes: tuple[str, ...]


def computed(
    book: Book,
    observations: Observations,
    *,
    names: Collection[str] | None = None,
    said: Mapping[str, Values] = MappingProxyType({}),
) -> Computed:
    """Return the columns of the observations; of the features only those named, unless ``names`` is None.

    Columns that the caller ``said`` already are taken as they are.

    Raises
    ------
    MixedAttribute
        When an attribute holds numbers in some rows and codes in others.
    """
    chosen = chosen_features(names)
    history = History(book, observations, foreseen=chosen.foresight)
    columns = _keys(book, observations) | _context(history)
    withheld = {
        purpose: ~history.consents.active(where={"purpose": (purpose,)}) for purpose in chosen.consents
    }
    for item in counted(chosen.features, stage="features") if history.n > FEW else chosen.features:
        spec = item.spec
        if spec.name in said:
            columns[spec.name] = said[spec.name]
        else:
            columns[spec.name] = typed(item.compute(history), spec, withheld.get(spec.purpose))
    attributes = [spec for spec in _attributes(history) if names is None or spec.name in names]
    for spec in attributes:
        name = spec.name.removeprefix("attr_")
        values = history.attributes.code(name) if spec.kind == "code" else history.attributes.value(name)
        columns[spec.name] = typed(values, spec, None)
    catalogue = Catalogue((*chosen.catalogue, *attributes)) if attributes else chosen.catalogue
    return Computed(columns, catalogue, _consent_notes(history, withheld))


def _keys(book: Book, observations: Observations) -> dict[str, Values]:
    loan_no = observations.loan_no
    return {
        "loan_id": Texts(loan_no, book.loan_ids),
        "borrower_id": Texts(book.borrower_of_loan[loan_no], book.borrower_ids),
        "as_of": observations.as_of.astype("M8[D]").astype("M8[us]"),
    }


def _context(history: History) -> dict[str, Values]:
    return {
        "product": _texts(history.loans.code("product")),
        "portfolio": _texts(history.loans.code("portfolio")),
        "bucket": Texts(bucket_places(history.ledger.dpd), BUCKETS),
        "dpd_now": history.ledger.dpd,
        "arrears_now": known_where(history.ledger.arrears, history.ledger.arrears_known),
    }


def _consent_notes(history: History, withheld: dict[str, NDArray[np.bool_]]) -> tuple[str, ...]:
    """Return how often consents were missing; a book that held none by the last morning says so once."""
    if not withheld:
        return ()
    if not history.consents.known_at_all:
        purposes = ", ".join(withheld)
        return (f"The book has no consents table: features for {purposes} are missing throughout.",)
    return tuple(
        f"{int(missing.sum())} of {history.n} observations have no consent for {purpose}: features missing there."
        for purpose, missing in withheld.items()
    )


def _attributes(history: History) -> tuple[FeatureSpec, ...]:
    specs = []
    for name in history.attributes.names():
        numbers, codes = history.attributes.holds(name, "value"), history.attributes.holds(name, "code")
        if numbers and codes:
            raise MixedAttribute(
                f"attribute {name!r}: expected numbers or codes, found both. "
                "Give the codes a name of their own."
            )
        specs.append(attribute_spec(f"attr_{name}", kind="code" if codes else "number"))
    return tuple(specs)


def typed(values: NDArray[Any], spec: FeatureSpec, withheld: NDArray[np.bool_] | None) -> Values:
    """Return the column as it is stored, missing where consent is; money and attributes are float64."""
    if spec.kind == "code":
        codes, names = _texts(values)
        return Texts(codes if withheld is None else np.where(withheld, np.int32(-1), codes), names)
    wide = spec.unit in ("minor units", "")
    column = np.asarray(values).astype(np.float64 if wide else np.float32)
    if withheld is not None:
        column[withheld] = np.nan
    return column


def _texts(values: NDArray[Any]) -> Texts:
    """Return the texts as codes: those they were made from, or their places among themselves."""
    if isinstance(values, Told) and values.codes is not None:
        return Texts(values.codes, values.names)
    names = sorted({text for text in values.tolist() if isinstance(text, str)})
    place = {name: code for code, name in enumerate(names)}
    return Texts(np.array([place.get(text, -1) for text in values.tolist()], np.int32), tuple(names))
