"""Local days from one offset per day are those the time zone gives for every single instant."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from features.local_days import US_PER_DAY, local_day_numbers

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Europe/Warsaw",
    "America/New_York",
    "America/Sao_Paulo",  # clocks moved at midnight
    "America/St_Johns",  # clocks moved one minute past midnight
    "Africa/Casablanca",  # clocks move for Ramadan
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Apia",  # a day that was left out
    "Asia/Kathmandu",
    "Antarctica/Troll",  # two hours
)


def by_hand(stamp: int, zone: str) -> int:
    local = (EPOCH + dt.timedelta(microseconds=stamp)).astimezone(ZoneInfo(zone))
    return (local.date() - EPOCH.date()).days


@pytest.mark.parametrize("zone", ZONES)
def test_days_around_every_midnight_and_move_of_the_clocks(zone: str) -> None:
    chance = np.random.default_rng(7)
    hours = (np.arange(14_200, 15_700, dtype=np.int64) * 24 + chance.integers(0, 24, 1500)) * 3_600_000_000
    minutes = chance.integers(-7_000, 47_000, 1500) * US_PER_DAY + chance.integers(0, 1440, 1500) * 60_000_000
    edges = np.concatenate([hours, hours - 1, hours + 60_000_000, minutes])
    assert local_day_numbers(edges, time_zone=zone).tolist() == [by_hand(int(at), zone) for at in edges]


def test_no_instant_has_no_day() -> None:
    assert local_day_numbers(np.empty(0, np.int64), time_zone="UTC").tolist() == []


def test_an_instant_beyond_all_contracts_has_its_day_all_the_same() -> None:
    far = np.array([-300 * 365 * US_PER_DAY, 0, 200_000 * US_PER_DAY])
    assert local_day_numbers(far, time_zone="UTC").tolist() == [-109_500, 0, 200_000]
