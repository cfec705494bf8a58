"""What must be known of a whole book before its shards are worked: its last day, and the attributes it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.book import Book
from features.book_files import BookDamaged
from features.book_statement import statement_of
from features.build import MixedAttribute
from features.feature_spec import ATTRIBUTE
from features.observations import Observations
from features.progress import counted
from features.shards import open_shard


def last_known_day(book: Path) -> int | None:
    """Return the last local day on which anything of a book on disk was known, from the files' statistics.

    Days since 1970-01-01. A file that cannot be read is passed over: its shard will tell. None when none can be read.
    """
    said = statement_of(book)
    days = [_latest(book / name / file) for name, table in said.tables.items() for file in table.files]
    return max((day - 1 for day in days if day is not None), default=None)


def _latest(file: Path) -> int | None:
    """Return the greatest ``seen_from`` of a part, 0 when it has no rows, None when it cannot be read."""
    try:
        meta = pq.read_metadata(file)
        at = meta.schema.to_arrow_schema().get_field_index("seen_from")
        groups = [meta.row_group(group).column(at).statistics for group in range(meta.num_row_groups)]
        if all(group is not None and group.has_min_max for group in groups):
            return max((int(group.max) for group in groups), default=0)
        return int(pc.max(pq.read_table(file, columns=["seen_from"])["seen_from"]).as_py() or 0)
    except (pa.ArrowException, OSError):
        return None


def known_attributes(
    book: Path, *, shards: int, observed: Callable[[Book], Observations]
) -> tuple[tuple[str, str], ...]:
    """Return the lender's attributes of a whole book known on the last morning, with their kinds.

    ``features.build`` asks the same of a book in memory; here each shard is asked once and the answers are joined.
    A shard that is damaged is passed over: no run over it finishes.

    Parameters
    ----------
    book
        Folder of a book.
    shards
        Its number of shards.
    observed
        Returns the observations of a shard.

    Raises
    ------
    MixedAttribute
        When an attribute holds numbers in some rows and codes in others.
    """
    if "attributes" not in statement_of(book).tables:
        return ()
    last, firsts = 0, []
    for shard in counted(range(shards), stage="attributes of shards"):
        try:
            part = open_shard(book, shard=shard)
            last = max(last, int(observed(part).as_of.max(initial=0)))
            firsts.append(_first_known(part))
        except BookDamaged:
            continue  # its own turn will tell, beside the shards that finish
    found: dict[str, set[str]] = {}
    for (name, column), day in ((key, day) for first in firsts for key, day in first.items()):
        if day <= last:
            found.setdefault(name, set()).add(column)
    return tuple((f"{ATTRIBUTE}{name}", _kind(name, columns)) for name, columns in sorted(found.items()))


def _first_known(book: Book) -> Mapping[tuple[str, str], int]:
    """Return the first morning on which each attribute, and each of its two columns, was known."""
    table = book.table("attributes")
    first: dict[tuple[str, str], int] = {}
    for column in ("name", "value", "code"):
        if column not in table.column_names or not table.num_rows:
            continue
        rows = table.filter(pc.is_valid(table[column])).select(["name", "seen_from"])
        for row in rows.group_by("name").aggregate([("seen_from", "min")]).to_pylist():
            first[(row["name"], column)] = row["seen_from_min"]
    return first


def _kind(name: str, columns: set[str]) -> str:
    if {"value", "code"} <= columns:
        raise MixedAttribute(
            f"attribute {name!r}: expected numbers or codes, found both. Give the codes a name of their own."
        )
    return "code" if "code" in columns else "number"
