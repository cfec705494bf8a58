"""Lawful hours in the debtor's own time, as instants in UTC. Spans are half-open: [from, until)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Span = tuple[datetime, datetime]


def known_zones(time_zone: str | None, *, possible: tuple[str, ...]) -> tuple[str, ...]:
    """Return the zones that must all agree: the debtor's own, else every one of the country.

    An unreadable zone counts as unknown; with no possible zone nothing is lawful.

    Examples
    --------
    >>> known_zones(None, possible=("Asia/Shanghai", "Asia/Urumqi"))
    ('Asia/Shanghai', 'Asia/Urumqi')
    >>> known_zones("Asia/Shanghai", possible=())
    ('Asia/Shanghai',)
    """
    if time_zone and _exists(time_zone):
        return (time_zone,)
    return possible


def local_days(moment: datetime, zones: tuple[str, ...]) -> frozenset[date]:
    """Return the calendar days it may be for the debtor at this moment."""
    return frozenset(moment.astimezone(_zone(name)).date() for name in zones)


@lru_cache(maxsize=65_536)
def lawful_span(on: date, zones: tuple[str, ...], *, earliest_hour: float, latest_hour: float) -> Span | None:
    """Return the instants between which contact is lawful on one local day, in every zone at once.

    Where clocks change within the hour, the later start and the earlier end count.

    Examples
    --------
    >>> span = lawful_span(date(2026, 3, 2), ("Asia/Shanghai",), earliest_hour=8, latest_hour=22)
    >>> [moment.isoformat() for moment in span]
    ['2026-03-02T00:00:00+00:00', '2026-03-02T14:00:00+00:00']
    >>> lawful_span(date(2026, 3, 2), (), earliest_hour=8, latest_hour=22) is None
    True
    """
    if not zones:
        return None
    starts = [max(_instants(on, earliest_hour, name)) for name in zones]
    ends = [min(_instants(on, latest_hour, name)) for name in zones]
    return (max(starts), min(ends)) if max(starts) < min(ends) else None


def _instants(on: date, hour: float, zone: str) -> tuple[datetime, datetime]:
    """Return both instants a wall clock may mean (they differ only when clocks change)."""
    day, rest = divmod(round(hour * 60), 24 * 60)
    wall = datetime.combine(on + timedelta(days=day), time(rest // 60, rest % 60), tzinfo=_zone(zone))
    return wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=1024)
def _exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
