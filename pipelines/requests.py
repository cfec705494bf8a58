"""Which rows a command asks for: of a book on some days, or of a team's own table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class BookRows:
    """Observations of a book on the first days of months, and their label window.

    Parameters
    ----------
    book
        Folder of the book.
    first, last
        First and last as_of, both first days of months.
    window
        Performance window (``30d``, ``3m``); None for the label's own.
    group
        Context column that must not stand on two sides of a split; None for the borrower.
    where
        Condition on the feature table's columns.
    amount
        Column of the money at stake, minor units.
    """

    book: Path
    first: date
    last: date
    window: str | None = None
    group: str | None = None
    where: str | None = None
    amount: str | None = None


@dataclass(frozen=True)
class TableRows:
    """Rows of a team's own feature table.

    Parameters
    ----------
    table
        Parquet or CSV file.
    label, id
        Column of the label (0 or 1) and of the account or person.
    group, time
        Column of the split's unit and of the as_of day, where there are.
    exclude
        Columns that are no features.
    where, amount
        Condition on columns; column of the money at stake.
    """

    table: Path
    label: str
    id: str
    group: str | None = None
    time: str | None = None
    exclude: tuple[str, ...] = ()
    where: str | None = None
    amount: str | None = None


class TableUnreadable(ValueError):
    """A team's feature table cannot be read."""


def read_table(path: Path) -> pd.DataFrame:
    """Return a team's feature table from Parquet or CSV.

    Raises
    ------
    TableUnreadable
        When the file is absent, of another kind, empty or damaged.
    """
    if not path.is_file():
        raise TableUnreadable(f"Expected a Parquet or CSV file at {path}, found none. Check the path.")
    if path.suffix not in (".parquet", ".csv"):
        raise TableUnreadable(
            f"Expected a file ending in .parquet or .csv, found {path.name!r}. Export it as one of them."
        )
    try:
        frame = pd.read_parquet(path) if path.suffix == ".parquet" else _read_csv(path)
    except Exception as error:  # pyarrow and pandas raise many kinds for a damaged file
        raise TableUnreadable(
            f"Expected a readable {path.suffix[1:]} file, found {path.name} damaged ({type(error).__name__}). "
            "Export it again."
        ) from error
    if frame.empty:
        raise TableUnreadable(f"Expected rows in {path.name}, found none. Export it again with its rows.")
    return frame


def _read_csv(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig") as stream:
        header = stream.readline()
    separator = max(",;\t", key=header.count)
    return pd.read_csv(path, encoding="utf-8-sig", sep=separator)


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as Parquet or CSV, whole or not at all.

    Raises
    ------
    TableUnreadable
        When the name ends in neither ``.parquet`` nor ``.csv``.
    """
    from features.files import atomic_file

    if path.suffix not in (".parquet", ".csv"):
        raise TableUnreadable(
            f"Expected --out to end in .parquet or .csv, found {path.name!r}. Name it {path.stem}.parquet."
        )
    with atomic_file(path) as part:
        if path.suffix == ".parquet":
            frame.to_parquet(part, index=False)
        else:
            frame.to_csv(part, index=False)
