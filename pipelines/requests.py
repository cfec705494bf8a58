"""Which rows a command asks for: of a book on some days, or of a team's own table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.files import atomic_file
from features.table import read_features
from features.table_parts import CATALOGUE
from pipelines.sources.csv_files import read_csv
from pipelines.typed_text import typed


class OptionBlank(ValueError):
    """An option is given without a word in it."""


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

    def __post_init__(self) -> None:
        """Refuse blank options, which would otherwise be taken as absent."""
        check_not_blank(window=self.window, group=self.group, where=self.where, amount=self.amount)


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
    catalogue
        What the columns mean; inferred when None.
    """

    table: Path
    label: str
    id: str
    group: str | None = None
    time: str | None = None
    exclude: tuple[str, ...] = ()
    where: str | None = None
    amount: str | None = None
    catalogue: Path | None = None

    def __post_init__(self) -> None:
        """Refuse blank options, which would otherwise be taken as absent."""
        check_not_blank(group=self.group, time=self.time, where=self.where, amount=self.amount)


def check_not_blank(**options: str | None) -> None:
    """Refuse options whose text is blank.

    Raises
    ------
    OptionBlank
        When one is; None is an option that was not given.

    Examples
    --------
    >>> check_not_blank(group="portfolio", where=None)
    """
    for name, value in options.items():
        if value is not None and not value.strip():
            raise OptionBlank(
                f"Expected a word after --{name}, found {value!r}. Leave --{name} out or fill it."
            )


class OptionWithoutMeaning(ValueError):
    """An option is given that the target has no use for."""


def check_unused(target: str, **options: str | None) -> None:
    """Refuse options that a target would pass over in silence.

    Raises
    ------
    OptionWithoutMeaning
        When one is given.

    Examples
    --------
    >>> check_unused("willful", window=None, group=None)
    """
    given = [f"--{name}" for name, value in options.items() if value is not None]
    if given:
        raise OptionWithoutMeaning(
            f"Expected no {' or '.join(given)} with {target}, which has a population, a window and a unit of its own, "
            f"found {', '.join(repr(value) for value in options.values() if value is not None)}. Leave it out."
        )


class TableUnreadable(ValueError):
    """A team's feature table cannot be read."""


def read_table(path: Path, *, ids: Sequence[str] = ()) -> pd.DataFrame:
    """Return a team's feature table from Parquet or CSV.

    Parameters
    ----------
    path
        The file, or a folder of features that ``duecourse features`` wrote. A CSV file is UTF-8, with commas,
        semicolons or tabs, with or without byte order mark.
    ids
        Columns that name somebody: the text of a CSV file is taken as it stands (``007`` stays ``007``).

    Raises
    ------
    TableUnreadable
        When the file is absent, of another kind, empty or damaged, or columns lack a name of their own.
    """
    if (path / "plan.json").is_file() or (path / CATALOGUE).is_file():
        return read_features(path).frame
    if not path.is_file():
        found = "a folder" if path.is_dir() else "none"
        raise TableUnreadable(f"Expected a Parquet or CSV file at {path}, found {found}. Check the path.")
    if path.suffix not in (".parquet", ".csv"):
        raise TableUnreadable(
            f"Expected a file ending in .parquet or .csv, found {path.name!r}. Export it as one of them."
        )
    table = _read_parquet(path) if path.suffix == ".parquet" else _read_csv(path)
    if path.suffix == ".csv":
        table = typed(table, texts=ids)
    frame: pd.DataFrame = table.to_pandas()
    if frame.empty:
        raise TableUnreadable(f"Expected rows in {path.name}, found none. Export it again with its rows.")
    return frame


def _read_parquet(path: Path) -> Any:
    try:
        _check_names(path, pq.read_schema(path).names)
        return pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise TableUnreadable(
            f"Expected a readable parquet file, found {path.name} damaged ({type(error).__name__}). Export it again."
        ) from error


def _read_csv(path: Path) -> Any:
    read = read_csv(path, table=path.name)
    if read.problems:
        raise TableUnreadable("\n".join(str(problem) for problem in read.problems))
    _check_names(path, read.table.column_names)
    return read.table


def _check_names(path: Path, names: Sequence[str]) -> None:
    nameless = [str(place) for place, name in enumerate(names, start=1) if not name.strip()]
    twice = [repr(name) for name, count in Counter(names).items() if count > 1 and name.strip()]
    if nameless or twice:
        found = [f"none for column {', '.join(nameless[:5])}"] if nameless else []
        found += [f"{', '.join(twice[:5])} more than once"] if twice else []
        raise TableUnreadable(
            f"Expected a name of its own for each column of {path.name}, found {' and '.join(found)}. "
            "Rename the columns."
        )


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as Parquet or CSV, whole or not at all.

    Raises
    ------
    TableUnreadable
        When the name ends in neither ``.parquet`` nor ``.csv``, or two columns share a name.
    """
    if path.suffix not in (".parquet", ".csv"):
        raise TableUnreadable(
            f"Expected --out to end in .parquet or .csv, found {path.name!r}. Name it {path.stem}.parquet."
        )
    twice = [str(name) for name, count in Counter(frame.columns).items() if count > 1]
    if twice:
        raise TableUnreadable(
            f"Expected a name of its own for each column of {path.name}, found {', '.join(twice[:5])} more than "
            "once: the table's id bears the name of a result. Rename the id column."
        )
    with atomic_file(path) as part:
        if path.suffix == ".parquet":
            frame.to_parquet(part, index=False)
        else:
            frame.to_csv(part, index=False)
