"""A lawful book exported in any lender's way comes back through its mapping as the same book."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.sources.importing import import_source
from tests.features.strategies import Tables, book_of_tables, raw_tables
from tests.pipelines.mapping_lender import Lender


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=raw_tables(), seed=st.integers(0, 2**32 - 1))
def test_an_export_of_any_make_gives_the_same_book(tables: Tables, seed: int) -> None:
    book = book_of_tables(tables)
    lender = Lender(Random(seed))
    lender.export(book)
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export"
        export.mkdir()
        for name, data in lender.files.items():
            (export / name).write_bytes(data)
        map_file = Path(folder) / "map.toml"
        map_file.write_text("\n".join(lender.lines), "utf-8")
        report = import_source("directory", export, out=Path(folder) / "book", map_file=map_file)
    assert report.unplaced == ()
    assert report.digest == book.digest
