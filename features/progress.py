"""How far long work has come, told to whoever listens.

The rooms that compute neither print nor read a clock. They say that so many of so many parts are done;
the command line listens and turns that into a bar with the time left. Without a listener nothing happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Item = TypeVar("Item")
Listener = Callable[[str, int, int], None]
"""``listener(stage, done, total)``: ``done`` of ``total`` parts of a stage are finished."""

TIMES_TOLD = 200
"""At most about so often is the progress through one list told: a list may hold a million accounts."""

_LISTENER: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let ``listener`` hear of the progress of everything inside the block.

    Examples
    --------
    >>> heard = []
    >>> with listening(lambda stage, done, total: heard.append((stage, done, total))):
    ...     squares = [number**2 for number in counted([3, 4], stage="squares")]
    >>> heard
    [('squares', 0, 2), ('squares', 1, 2), ('squares', 2, 2)]
    """
    before = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(before)


def counted(items: Sequence[Item], *, stage: str) -> Iterator[Item]:
    """Return the items one by one, telling the listener how many are done.

    Parameters
    ----------
    items
        The parts of the work, of about equal length.
    stage
        What they are, in a word or two that a person reads beside the bar.
    """
    every = max(1, len(items) // TIMES_TOLD)
    for done, item in enumerate(items):
        if done % every == 0:
            tell_done(stage, done, len(items))
        yield item
    tell_done(stage, len(items), len(items))


def tell_done(stage: str, done: int, total: int) -> None:
    """Tell the listener, if there is one, that ``done`` of ``total`` parts of a stage are finished."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(stage, done, total)
