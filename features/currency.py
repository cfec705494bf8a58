"""How many digits of a currency stand after the point (ISO 4217): what turns minor units into money."""

from __future__ import annotations

from typing import Final

_NONE: Final = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE: Final = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])


def decimals_of(currency: str) -> int:
    """Return the digits after the point of a currency of ISO 4217; two unless it states otherwise.

    Examples
    --------
    >>> decimals_of("CNY"), decimals_of("JPY"), decimals_of("KWD"), decimals_of("UGX")
    (2, 0, 3, 0)
    """
    if currency in _NONE:
        return 0
    return 3 if currency in _THREE else 2
