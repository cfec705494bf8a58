"""Ranges of days asked of a ledger, told by their distance from the morning: each worked out once, all of them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from features.compiled import Days, compiled, fixed, steady

Answer = TypeVar("Answer", bound=tuple[Any, ...])
Window = tuple[int, int]
"""First and last day of a range, as days from the morning."""


class Windows:
    """The ranges that were asked of a ledger, and their answers.

    Parameters
    ----------
    as_of
        The morning of each observation.
    foreseen
        Ranges that will be asked, by what is asked of them; they change no answer.
    """

    def __init__(self, as_of: Days, *, foreseen: Mapping[str, Sequence[Window]]) -> None:
        self._as_of = as_of
        self._foreseen = foreseen
        self._kept: dict[tuple[str, Window], Any] = {}

    @property
    def asked(self) -> dict[str, tuple[Window, ...]]:
        """Return the ranges asked so far, by what was asked of them."""
        kinds = dict.fromkeys(kind for kind, _ in self._kept)
        return {kind: tuple(window for one, window in self._kept if one == kind) for kind in kinds}

    def distance(self, day: Days) -> int | None:
        """Return the days from as_of to the day when they are the same for all observations, else None."""
        if not len(day):
            return None
        gap = day.item(0) - self._as_of.item(0)
        if len(day) > 1 and not _all_apart(day, self._as_of, gap):
            return None
        return gap

    def answer(
        self,
        what: str,
        first: ArrayLike,
        last: ArrayLike,
        work: Callable[[Days, Days], Sequence[Answer]],
        *,
        one_end: bool = False,
    ) -> Answer:
        """Return what ``work`` finds in first … last; with it, what it finds in the ranges foreseen.

        Parameters
        ----------
        what
            Name of the work.
        first, last
            The range of each observation.
        work
            Takes first and last days (ranges × observations) and gives an answer per range, each some arrays.
        one_end
            True when the work takes ranges of one last day alone.
        """
        start, end = steady(first, np.int32), steady(last, np.int32)
        window = self.distance(start), self.distance(end)
        if window[0] is None or window[1] is None:
            return work(steady(start[np.newaxis], np.int32), steady(end[np.newaxis], np.int32))[0]
        key = what, (window[0], window[1])
        if key not in self._kept:
            together = {key[1]: None}
            for other in self._foreseen.get(what, ()):
                if (what, other) not in self._kept and (other[1] == window[1] or not one_end):
                    together[other] = None
            starts, ends = (
                steady(self._as_of + np.array(side, np.int32)[:, np.newaxis], np.int32)
                for side in zip(*together, strict=True)
            )
            for each, answer in zip(together, work(starts, ends), strict=True):
                self._kept[what, each] = tuple(fixed(array) for array in answer)
        kept: Answer = self._kept[key]
        return kept


@compiled
def _all_apart(days: Days, mornings: Days, gap: int) -> bool:
    """Return True when each day lies so many days after its morning."""
    apart = len(days) == len(mornings)
    for at in range(len(days) if apart else 0):
        apart &= np.int64(days[at]) - np.int64(mornings[at]) == gap
    return apart
