"""Books on disk harmed in one cell or row, with everything around restated as if the harm had been written so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from features.book_files import sha256_of
from features.book_statement import _seal, part_name, statement_of
from features.contracts import TABLES
from features.digest import book_digest, contents_digest
from features.shard_rows import table_without_rows


def rewrite(folder: Path, table: str, change: Callable[[Any], Any], *, shard: int = 0) -> None:
    """Change the rows of a part; digests and seal are made to match, as its writer would have."""
    file = folder / table / part_name(shard)
    pq.write_table(change(pq.read_table(file)), file)
    restate(folder)


def restate(folder: Path) -> None:
    """Make book.json state what its files hold now."""
    text = json.loads((folder / "book.json").read_text("utf-8"))
    for name, entry in text["tables"].items():
        for file in entry["files"]:
            entry["files"][file] = sha256_of(folder / name / file)
            if "part_rows" in entry:
                entry["part_rows"][file] = pq.read_metadata(folder / name / file).num_rows
    manifest = statement_of(folder).manifest
    digests = []
    for shard in range(text.get("shards", 1)):
        contents = {}
        for name, entry in text["tables"].items():
            place = folder / name / part_name(0 if TABLES[name].owner == "none" else shard)
            held = pq.read_table(place) if place.is_file() else table_without_rows(dict(entry["columns"]))
            contents[name] = contents_digest(held)
        digests.append(book_digest(manifest, contents))
    if "shards" in text:
        text["shard_digests"] = digests
    else:
        text["digest"] = digests[0]
    text["seal"] = _seal(text)
    (folder / "book.json").write_text(json.dumps(text), "utf-8")


def put(column: str, row: int, value: object) -> Callable[[Any], Any]:
    """Return the change of one cell."""

    def change(table: Any) -> Any:
        at = table.column_names.index(column)
        values = table[column].to_pylist()
        values[row] = value
        return table.set_column(at, column, pa.array(values, table.schema.field(column).type))

    return change


def moved(order: Callable[[int], list[int]]) -> Callable[[Any], Any]:
    """Return the change of the rows' order; rows may be dropped or stand twice."""
    return lambda table: table.take(pa.array(order(table.num_rows)))


def random_harm(folder: Path, chance: Random) -> str:
    """Harm one cell or one row somewhere and return what was done."""
    name = chance.choice(sorted(statement_of(folder).tables))
    table = pq.read_table(folder / name / part_name(0))
    if not table.num_rows:
        return "nothing"
    row, other = chance.randrange(table.num_rows), chance.randrange(table.num_rows)
    if chance.random() < 0.25:
        kind = chance.choice(("dropped", "twice", "swapped"))
        rest = [at for at in range(table.num_rows) if at != row]
        every = list(range(table.num_rows))
        every[row], every[other] = other, row
        order = {"dropped": rest, "twice": [*range(table.num_rows), row], "swapped": every}[kind]
        rewrite(folder, name, moved(lambda _: order))
        return f"{name} row {row} {kind}"
    column = chance.choice(table.column_names)
    values = table[column].to_pylist()
    value = chance.choice(
        [None, values[other], *_others(table.schema.field(column).type, values[row], chance)]
    )
    rewrite(folder, name, put(column, row, value))
    return f"{name}.{column} row {row}: {values[row]!r} → {value!r}"


def _others(kind: Any, value: Any, chance: Random) -> list[Any]:
    """Return values of a kind that may be wrong in their place."""
    import datetime as dt

    step = chance.choice((-400, -1, 1, 400))
    if pa.types.is_string(kind):
        return ["", "L-0", "nobody", f"{value}x"]
    if pa.types.is_boolean(kind):
        return [not value]
    if pa.types.is_date32(kind):
        return [(value or dt.date(2024, 1, 1)) + dt.timedelta(days=step), dt.date(1900, 1, 1)]
    if pa.types.is_timestamp(kind):
        return [(value or dt.datetime(2024, 1, 1, tzinfo=dt.UTC)) + dt.timedelta(hours=step)]
    if pa.types.is_floating(kind):
        return [float("nan"), -1.0, 0.5]
    return [min((value or 0) + step, 2**31 - 1), -5, 0, 1, 2]
