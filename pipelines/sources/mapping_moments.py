"""Days, instants and the moment a row was known, read by the one format their mapping states."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.findings import Findings
from features.problem import Problem
from pipelines.sources.mapping_date_shapes import formats_shown, swapped
from pipelines.sources.mapping_dates import DateFormat, Moments, date_format, moments
from pipelines.sources.mapping_words import ColumnMap
from pipelines.sources.text import localised

_DAY = 86_400_000_000
_LAST_SECOND = 86_399_000_000
_UTC = pa.timestamp("us", tz="UTC")

Found = tuple[Any, tuple[Problem, ...], dict[str, int], tuple[str, ...]]


def days_of(values: Any, entry: ColumnMap, findings: Findings, *, time_zone: str) -> Found:
    """Return days; of instants the day in the book's zone.

    Parameters
    ----------
    values
        Texts, or dates and timestamps of a typed file.
    entry
        The mapping's entry.
    findings
        Names the rows.
    time_zone
        Of the book.
    """
    where = f"{findings.contract.name}.{entry.name}"
    if not pa.types.is_string(values.type):
        days = _local_days(values, time_zone) if pa.types.is_timestamp(values.type) else values
        return days.cast(pa.date32()), (), {}, ()
    form = date_format(entry.date)
    read, problems, notes = _read(values, form, entry, findings)
    repairs = {}
    dated = read.days
    if form.has_time and read.micros.any() and form.text != "excel":
        repairs[f"{where}: times of day dropped, the day kept"] = int(np.count_nonzero(read.micros))
    if form.has_zone or entry.zone:
        instants = _instants(read, form, zone=entry.zone or time_zone)
        dated = np.asarray(_local_days(instants, time_zone).cast(pa.int32()).fill_null(0)).astype(np.int64)
    days = pa.array(np.where(read.read, dated, 0).astype(np.int32), mask=~read.read)
    return days.cast(pa.date32()), problems, repairs, notes


def instants_of(values: Any, entry: ColumnMap, findings: Findings, *, time_zone: str) -> Found:
    """Return instants; what has no zone is read in the entry's zone, else the book's.

    A day alone is its midnight; ``known_at`` of a day alone is its last second.
    """
    where = f"{findings.contract.name}.{entry.name}"
    zone = entry.zone or time_zone
    if not pa.types.is_string(values.type):
        if pa.types.is_date(values.type) and entry.name == "known_at":
            values = pc.add(values.cast(pa.timestamp("us")), pa.scalar(_LAST_SECOND, pa.duration("us")))
        known, count = localised(values, time_zone=zone)
        repairs = {f"{where}: instants without a zone read in {zone}": count} if count else {}
        return known.cast(_UTC), (), repairs, ()
    form = date_format(entry.date)
    read, problems, notes = _read(values, form, entry, findings)
    known = _instants(read, form, zone=zone, at_end=entry.name == "known_at")
    filled = int(np.count_nonzero(read.read))
    repairs = {}
    if not form.has_zone and filled:
        moment = (
            ""
            if form.has_time
            else ", each day's " + ("last second" if entry.name == "known_at" else "midnight")
        )
        repairs[f"{where}: instants without a zone read in {zone}{moment}"] = filled
    return known, problems, repairs, notes


def known_after(days_or_instants: Any, *, days: int, month: bool, time_zone: str) -> Any:
    """Return when rows were known: so many days after another column of theirs.

    After a day it is the last second of the day, after an instant the instant itself, after a
    statement's month the last second of the month, each so many days later.

    Parameters
    ----------
    days_or_instants
        The other column, read.
    days
        Days later.
    month
        True when the other column holds a statement's month.
    time_zone
        Of the book.

    Examples
    --------
    >>> import datetime as dt
    >>> day = pa.array([dt.date(2024, 2, 10)])
    >>> str(known_after(day, days=1, month=False, time_zone="Asia/Shanghai")[0])
    '2024-02-11 15:59:59+00:00'
    >>> str(known_after(day, days=0, month=True, time_zone="Asia/Shanghai")[0])
    '2024-02-29 15:59:59+00:00'
    """
    later = pa.scalar(days * _DAY, pa.duration("us"))
    if pa.types.is_timestamp(days_or_instants.type):
        return pc.add(days_or_instants, later) if days else days_or_instants
    dates = days_or_instants
    if month:
        dates = pc.subtract_checked(_next_month(dates), pa.scalar(_DAY, pa.duration("us"))).cast(pa.date32())
    ends = pc.add(dates.cast(pa.timestamp("us")), pa.scalar(_LAST_SECOND + days * _DAY, pa.duration("us")))
    return localised(ends, time_zone=time_zone)[0]


def _next_month(dates: Any) -> Any:
    months = np.asarray(dates.cast(pa.int32()).fill_null(0)).astype("M8[D]").astype("M8[M]") + 1
    return pa.array(months.astype("M8[us]"), mask=np.asarray(pc.is_null(dates)))


def _local_days(instants: Any, time_zone: str) -> Any:
    if instants.type.tz is None:
        return pc.cast(instants, pa.date32(), safe=False)
    return pc.cast(pc.local_timestamp(pc.cast(instants, pa.timestamp("us", tz=time_zone), safe=False)),
                   pa.date32(), safe=False)  # fmt: skip


def _instants(read: Moments, form: DateFormat, *, zone: str, at_end: bool = False) -> Any:
    micros = read.micros if form.has_time or not at_end else np.full(len(read.days), _LAST_SECOND)
    local = read.days * _DAY + micros - read.offset * 60_000_000
    stamps = pa.array(np.where(read.read, local, 0), mask=~read.read).cast(pa.timestamp("us"))
    return stamps.cast(_UTC) if form.has_zone else localised(stamps, time_zone=zone)[0]


def _read(
    texts: Any, form: DateFormat, entry: ColumnMap, findings: Findings
) -> tuple[Moments, tuple[Problem, ...], tuple[str, ...]]:
    """Return the texts read by one format, each distinct text once, and what spoke against it."""
    coded = texts.dictionary_encode()
    distinct = moments(coded.dictionary, form)
    codes = np.asarray(coded.indices.fill_null(len(coded.dictionary)))
    spread = Moments(*(
        np.append(part, part.dtype.type(0))[codes]
        for part in (distinct.days, distinct.micros, distinct.offset, distinct.fits, distinct.read)
    ))  # fmt: skip
    twin = swapped(form)
    other = moments(coded.dictionary, twin).read if twin is not None else np.zeros(len(distinct.read), bool)
    if not distinct.read.all():
        return spread, (_told(texts, coded.dictionary, codes, distinct, other, form, entry, findings),), ()
    if len(other) and other.all() and twin is not None:
        where = f"{findings.contract.name}.{entry.name}"
        note = (
            f"{where}: every value fits both {form.text} and {twin.text}; read as {form.text}, as the "
            "mapping states. Compare a few with the lender's screens."
        )
        return spread, (), (note,)
    return spread, (), ()


def _told(
    texts: Any, dictionary: Any, codes: NDArray[Any], read: Moments, other: NDArray[np.bool_],
    form: DateFormat, entry: ColumnMap, findings: Findings,
) -> Problem:  # fmt: skip
    """Return the one problem of a column of dates: order, mixture, another format or no such day."""

    def rows(distinct: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.flatnonzero(np.append(distinct, False)[codes])

    bad = rows(~read.read)
    twin = swapped(form)
    if twin is not None and other.all():
        return findings.rows(entry.name, "day-month-order", bad, expected=f"days written {form.text}",
                             found=f"values that only {twin.text} reads ({findings.examples(texts, bad)})",
                             remedy=f'Every value fits {twin.text}: state date = "{twin.text}".')  # fmt: skip
    if read.fits.all() and not (other & ~read.read).any():
        return findings.rows(entry.name, "no-such-day", bad, expected="days of the calendar and times of the clock",
                             found=findings.examples(texts, bad), remedy="Correct the values.")  # fmt: skip
    shown = formats_shown(dictionary.filter(pa.array(~read.read)))
    at = np.flatnonzero(~read.read)
    parts = []
    for name, mask in shown[:5]:
        these = np.zeros(len(read.read), dtype=bool)
        these[at[mask]] = True
        where = rows(these)
        example = findings.origin.row(int(where[0])) + ": " + findings.examples(texts, where[:1])
        parts.append(f"{name or 'no known format'} in {len(where)} ({example})")
    if not read.read.any():
        names = [name for name, _ in shown]
        hint = f'State date = "{names[0]}".' if len(names) == 1 and names[0] else "Export one format."
        return findings.rows(entry.name, "wrong-format", bad, expected=f"values written {form.text}",
                             found="; ".join(parts), remedy=hint)  # fmt: skip
    good = rows(read.read)
    first = findings.origin.row(int(good[0])) + ": " + findings.examples(texts, good[:1])
    return findings.rows(
        entry.name, "mixed-formats", bad,
        expected=f"one format for the whole column: {form.text}, as in {len(good)} ({first})",
        found="; ".join(parts), remedy="Export the column in one format, or map the files one by one.",
    )  # fmt: skip
