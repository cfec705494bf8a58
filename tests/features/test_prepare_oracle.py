"""The vectorised door against a plain loop over rows, on drawn books."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from features.check_columns import failing, satisfied
from features.codes import CHANNELS
from features.contract import Column
from features.prepare import OPEN_END
from features.schema import checks_of
from tests.builders import Row, book_of, loan, manifest, payment

ZONES = ("Asia/Shanghai", "Europe/Warsaw", "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca", "UTC")
EPOCH = dt.date(1970, 1, 1)

instants = st.datetimes(dt.datetime(2000, 1, 3), dt.datetime(2030, 1, 1)).map(  # noqa: DTZ001 drawn as UTC
    lambda at: at.replace(tzinfo=dt.UTC)
)


@st.composite
def corrected_payments(draw: st.DrawFn) -> list[Row]:
    rows = []
    for number in range(draw(st.integers(1, 6))):
        known = sorted(set(draw(st.lists(instants, min_size=1, max_size=4))))
        owner = draw(st.sampled_from(["L-1", "L-2", "L-3"]))
        rows += [
            payment(
                payment_id=f"P-{number}",
                loan_id=owner,
                paid_on=draw(st.dates(dt.date(2000, 1, 1), dt.date(2000, 1, 2))),
                amount=draw(st.integers(-500, 500)),
                revision=revision,
                known_at=at,
            )
            for revision, at in enumerate(known, 1)
        ]
    return draw(st.permutations(rows))


def by_hand(rows: list[Row], zone: str) -> list[tuple[Any, ...]]:
    """Return (owner, day, id, revision, seen_from, seen_until) of each row, in the order of a book."""
    found = []
    for row in rows:
        later = [
            r for r in rows if r["payment_id"] == row["payment_id"] and r["revision"] == row["revision"] + 1
        ]
        seen = [(r["known_at"].astimezone(ZoneInfo(zone)).date() - EPOCH).days + 1 for r in (row, *later)]
        day = (row["paid_on"] - EPOCH).days
        until = seen[1] if later else OPEN_END
        found.append((row["loan_id"], day, row["payment_id"], row["revision"], seen[0], until))
    return sorted(found)


@settings(max_examples=60, deadline=None)
@given(rows=corrected_payments(), zone=st.sampled_from(ZONES))
def test_every_row_is_dated_as_by_hand(rows: list[Row], zone: str) -> None:
    loans = [
        loan(loan_id=f"L-{n}", borrower_id="B-1", disbursed_on="1999-01-01", known_at="1999-01-05T00:00:00Z")
        for n in (3, 1, 2)
    ]
    book = book_of(manifest(time_zone=zone), loans=loans, payments=rows, instalments=[])
    table = book.table("payments").to_pydict()
    names = ("loan_id", "day", "payment_id", "revision", "seen_from", "seen_until")
    assert list(zip(*(table[name] for name in names), strict=True)) == by_hand(rows, zone)


COLUMNS = (
    (Column("amount", "money"), st.integers(-5, 5), pa.int64()),
    (Column("amount", "money", low=-(10**15)), st.integers(-(10**16), 10**16), pa.int64()),
    (Column("share", "number", low=0, high=1), st.floats(-1, 2), pa.float64()),
    (Column("rate", "number", high=1), st.floats(-1, 2), pa.float64()),
    (Column("revision", "count", low=1), st.integers(0, 3), pa.int64()),
    (Column("due_on", "day"), st.dates(dt.date(1949, 12, 1), dt.date(1950, 2, 1)), pa.date32()),
    (Column("channel", "code", values=CHANNELS), st.sampled_from([*CHANNELS, "pigeon"]), pa.string()),
)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_reading_off_the_extremes_agrees_with_pandera(data: st.DataObject) -> None:
    column, values, kind = data.draw(st.sampled_from(COLUMNS))
    drawn = pa.array(data.draw(st.lists(st.none() | values, max_size=8)), kind)
    for check in checks_of(column):
        bad = failing(check, drawn)
        assert satisfied(check, drawn) == (len(bad) == 0)
        assert np.all(np.diff(bad) > 0)
