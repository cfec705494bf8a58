"""Terms of penalty interest from a file: they are reviewed in a diff, not typed on a command line."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from features.penalty import LegalCap, PenaltyTerms

EXAMPLE = """
    factor = 0.5                    # half of the loan's own rate on top; or annual_rate = 0.05
    day_count = 365                 # or 360
    base = "principal"              # or "principal+interest"
    rounding = "half up"            # or "down"
    [cap]
    annual_rate = 0.24              # interest and penalty together, a year
    source = "the rule's text"
    reviewed_on = 2026-11-23
"""


class TermsFileRefused(ValueError):
    """A file does not hold terms of penalty interest."""


def read_penalty_terms(file: Path) -> tuple[PenaltyTerms, LegalCap | None]:
    """Return the terms of penalty interest and the legal cap of a TOML file.

    Raises
    ------
    TermsFileRefused
        When there is no such file, it is no TOML, or holds other things than terms.
    PenaltyTermsUnclear
        When the terms say neither or both of a rate and a factor.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "penalty.toml"
    >>> _ = file.write_text(EXAMPLE, encoding="utf-8")
    >>> terms, cap = read_penalty_terms(file)
    >>> terms.factor, cap.annual_rate
    (0.5, 0.24)
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _refusal(file, "no such file", "Name the file of the terms") from None
    except (ValueError, OSError) as error:
        raise _refusal(file, str(error).rstrip("."), "Correct the file") from None
    cap = told.pop("cap", None)
    _check_keys(file, told, {field.name for field in fields(PenaltyTerms)}, "terms")
    for name in ("annual_rate", "factor"):
        _check_rate(file, told, name)
    terms = PenaltyTerms(**told)
    if cap is None:
        return terms, None
    if not isinstance(cap, dict):
        raise _refusal(file, f"cap = {cap!r}", "Write [cap] with annual_rate, source and reviewed_on")
    names = {field.name for field in fields(LegalCap)}
    _check_keys(file, cap, names, "[cap]")
    missing = sorted(names - set(cap))
    if missing or not isinstance(cap["reviewed_on"], date) or not str(cap["source"]).strip():
        found = f"no {', '.join(missing)} in [cap]" if missing else "a [cap] without its source or day"
        raise _refusal(file, found, "A cap states annual_rate, source and reviewed_on")
    _check_rate(file, cap, "annual_rate")
    return terms, LegalCap(**cap)


def _check_keys(file: Path, told: dict[str, Any], lawful: set[str], where: str) -> None:
    odd = sorted(set(told) - lawful)
    if odd:
        raise _refusal(file, f"{', '.join(odd[:5])} in its {where}", f"Keep to {', '.join(sorted(lawful))}")


def _check_rate(file: Path, told: dict[str, Any], name: str) -> None:
    value = told.get(name, 0.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 20:
        raise _refusal(file, f"{name} = {value!r}", "Write a rate a year as a number: 0.05 is 5 %")


def _refusal(file: Path, found: str, advice: str) -> TermsFileRefused:
    return TermsFileRefused(f"Expected terms of penalty interest in {file}, found {found}. {advice}.")
