"""Small bars beside words: how much one idea moves one account, to the left or to the right of a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 120.0
"""Of a bar's field, in its own units; the middle is zero."""


@dataclass(frozen=True)
class Bar:
    """Where a bar begins and how long it is, in units of its field; ``raises`` is its side."""

    x: float
    width: float
    raises: bool


def bars_of(contributions: Sequence[float], *, most: float) -> tuple[Bar, ...]:
    """Return one bar per contribution, to the right of the middle when it raises.

    Parameters
    ----------
    contributions
        In log-odds.
    most
        The size that fills half of the field: the same for all bars that are compared.

    Examples
    --------
    >>> bars_of([1.0, -0.5], most=1.0)
    (Bar(x=60.0, width=60.0, raises=True), Bar(x=30.0, width=30.0, raises=False))
    """
    half = WIDTH / 2
    told = []
    for value in contributions:
        width = round(min(abs(value) / most, 1.0) * half, 2) if most > 0 else 0.0
        told.append(Bar(half if value >= 0 else half - width, width, value >= 0))
    return tuple(told)


def share_bar(value: float, *, most: float) -> float:
    """Return the length of a bar that begins at the left, in units of its field.

    Examples
    --------
    >>> share_bar(0.5, most=2.0)
    30.0
    """
    return round(min(value / most, 1.0) * WIDTH, 2) if most > 0 else 0.0
