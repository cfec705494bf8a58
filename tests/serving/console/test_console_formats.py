"""Amounts, days and forms for any input: what is written can be read back, and nothing strange gets through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.console import formats
from serving.console.forms import MOST_FIELDS, FormRefused, fields_of
from serving.console.languages import LANGUAGES, asked_language
from serving.console.outcome_form import FIELDS, minor_units, read_outcome
from serving.console.routes_sign import own_address
from serving.console.sealing import SHIFT, Seal, open_session, sealed_session

CURRENCIES = st.sampled_from(("CNY", "JPY", "KWD", "USD", "ZMW"))
SECRET = b"s" * 32
TEXT = st.text(max_size=40).filter(lambda text: "\0" not in text)


@given(amount=st.integers(0, 10**15), currency=CURRENCIES, grouped=st.booleans())
def test_an_amount_that_is_written_is_read_back_exactly(amount: int, currency: str, *, grouped: bool) -> None:
    assert minor_units(formats.major(amount, currency, grouped=grouped), currency) == amount


@given(TEXT, CURRENCIES)
def test_an_amount_is_a_whole_number_of_minor_units_or_refused(text: str, currency: str) -> None:
    read = minor_units(text, currency)
    assert read is None or (read >= 0 and minor_units(formats.major(read, currency), currency) == read)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.sampled_from(LANGUAGES))
def test_a_day_is_told_with_its_year_month_and_day(on: date, language: str) -> None:
    told = formats.day(on, language)  # type: ignore[arg-type]
    assert told == formats.day(on.isoformat(), language)  # type: ignore[arg-type]
    assert str(on.year) in told
    assert str(on.day) in told


@pytest.mark.parametrize(
    ("instant", "zone", "told"),
    [
        pytest.param("2026-03-01T16:30:00+00:00", "Asia/Shanghai", "2 Mar 2026 00:30", id="tomorrow there"),
        pytest.param("2026-07-01T12:00:00Z", "Europe/Warsaw", "1 Jul 2026 14:00", id="summer time"),
        pytest.param("2026-07-01T12:00:00Z", "../etc/passwd", "1 Jul 2026 12:00 UTC", id="no zone at all"),
        pytest.param("2026-07-01T12:00:00Z", "", "1 Jul 2026 12:00 UTC", id="unknown"),
        pytest.param("", "Asia/Shanghai", "–", id="nothing"),
    ],
)
def test_an_instant_is_told_by_the_clock_of_its_place(instant: str, zone: str, told: str) -> None:
    assert formats.moment(instant, "en", zone) == told


@given(st.dictionaries(TEXT, TEXT, max_size=MOST_FIELDS))
def test_a_form_is_read_as_it_was_sent(fields: dict[str, str]) -> None:
    assert fields_of(urlencode(fields).encode()) == fields


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        fields = fields_of(body)
    except FormRefused:
        return
    assert all("\0" not in text for pair in fields.items() for text in pair)


@given(st.text(max_size=200))
def test_any_header_asks_for_one_of_our_languages(header: str) -> None:
    assert asked_language(header) in LANGUAGES


@given(st.text(max_size=120))
def test_no_other_address_is_our_own(target: str) -> None:
    for address in (target, f"/console/{target}"):
        own = own_address(address)
        assert own in ("", address)
        assert not own or (own.startswith("/console/") and "//" not in own and own.isprintable())


@given(st.text(max_size=140))
def test_no_made_up_cookie_is_a_session(cookie: str) -> None:
    assert open_session(SECRET, cookie, at=datetime(2026, 3, 2, tzinfo=UTC)) is None


@given(st.integers(0, 10**9), st.timedeltas(timedelta(0), 2 * SHIFT))
@settings(max_examples=50)
def test_a_session_lasts_its_shift_and_not_a_moment_longer(seconds: int, later: timedelta) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=seconds)
    cookie = sealed_session(SECRET, prefix="0123456789ab", at=at)
    expected = Seal("0123456789ab", at, cookie.split(".")[2]) if later < SHIFT else None
    assert open_session(SECRET, cookie, at=at + later) == expected


@given(fields=st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXT)), visit=st.booleans())
def test_any_answers_are_an_outcome_or_told_by_field(fields: dict[str, str], *, visit: bool) -> None:
    outcome, problems = read_outcome(fields, visit=visit, currency="CNY", zone="Asia/Shanghai")
    assert (outcome is None) == bool(problems)
    assert set(problems) <= set(FIELDS)
