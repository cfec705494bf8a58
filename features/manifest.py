"""What a book states about itself: country, time zone, currency, source and what was repaired."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_CODES.split())
"""Two-letter country codes of ISO 3166-1."""

_CURRENCY = re.compile(r"[A-Z]{3}")

SETTLEMENT_ORDER = ("fee", "interest", "principal")
"""The parts of an instalment in the order in which payments settle them, unless a book states another.

Source: Civil Code of China, art. 561: costs, then interest, then principal.
"""


class SettlementOrderUnclear(ValueError):
    """An order of settlement does not name fee, interest and principal once each."""


@dataclass(frozen=True)
class Manifest:
    """What holds for every row of a book.

    Parameters
    ----------
    country
        Two-letter code (ISO 3166-1) of the lender's jurisdiction.
    time_zone
        Name of the zone whose midnights begin the days of the book (``Asia/Shanghai``).
    currency
        Three-letter code (ISO 4217) of every amount; amounts are in its minor units.
    source
        Name of the importer the rows came through.
    notes
        What the importer repaired or assumed, one sentence each.
    settlement_order
        Parts of an instalment in the order in which payments settle them.

    Raises
    ------
    SettlementOrderUnclear
        When the order does not name fee, interest and principal once each.

    Examples
    --------
    >>> Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY").source
    'directory'
    """

    country: str
    time_zone: str
    currency: str
    source: str = "directory"
    notes: tuple[str, ...] = ()
    settlement_order: tuple[str, ...] = SETTLEMENT_ORDER

    def __post_init__(self) -> None:
        if not is_settlement_order(self.settlement_order):
            raise SettlementOrderUnclear(
                f"expected fee, interest and principal once each as settlement_order; "
                f"found {', '.join(self.settlement_order) or 'nothing'}. Name the three in the order that the lender "
                "settles them, or leave settlement_order out: fee, interest, principal."
            )


def is_settlement_order(parts: tuple[str, ...]) -> bool:
    """Return True when the parts are fee, interest and principal once each.

    Examples
    --------
    >>> is_settlement_order(("interest", "principal", "fee")), is_settlement_order(("interest", "principal"))
    (True, False)
    """
    return sorted(parts) == sorted(SETTLEMENT_ORDER)


def is_country(code: str) -> bool:
    """Return True for a two-letter code of ISO 3166-1.

    Examples
    --------
    >>> is_country("CN"), is_country("XX")
    (True, False)
    """
    return code in COUNTRIES


def is_currency(code: str) -> bool:
    """Return True for three capital letters, the form of ISO 4217.

    Examples
    --------
    >>> is_currency("CNY"), is_currency("yuan")
    (True, False)
    """
    return _CURRENCY.fullmatch(code) is not None


@lru_cache(maxsize=1024)
def is_time_zone(name: str) -> bool:
    """Return True when the time zone database knows the name.

    Examples
    --------
    >>> is_time_zone("Europe/Warsaw"), is_time_zone("Europe/Krakow")
    (True, False)
    """
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def nearest(name: str, lawful: tuple[str, ...]) -> str:
    """Return the lawful name that looks most like ``name``, or an empty text when none does.

    Examples
    --------
    >>> nearest("paid_at", ("loan_id", "paid_on"))
    'paid_on'
    """
    found = difflib.get_close_matches(name, lawful, n=1, cutoff=0.6)
    return found[0] if found else ""
