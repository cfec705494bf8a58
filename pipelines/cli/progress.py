"""Steps that a person waits for: a bar with the time left on a terminal, plain lines in a log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from features.progress import listening

SECONDS_BETWEEN_LINES = 15.0
"""A log gets a line of progress about so often."""


class _Aside(Console):
    """Where progress is told. Work goes on when nobody listens any more."""

    def on_broken_pipe(self) -> None:
        """Fall silent; rich would end the process."""
        self.quiet = True


_ERR = _Aside(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """Write one line of progress to stderr; where that cannot be written, go on without."""
    with suppress(OSError):
        _ERR.print(text, markup=False)


@dataclass
class Outcome:
    """How a step ended: done now, or finished before."""

    was_finished: bool = False

    def finished_before(self) -> None:
        """Note that the step had nothing left to do."""
        self.was_finished = True


@contextmanager
def step(name: str) -> Iterator[Outcome]:
    """Show that a step runs, how much of it is left, then how long it took.

    On a terminal a bar fills with the time left; in a log plain lines stand: one at the start, one every
    quarter of a minute, one at the end.
    """
    started, outcome = time.perf_counter(), Outcome()
    with _bar(name) if _ERR.is_terminal else _lines(name):
        yield outcome
    ending = "finished before" if outcome.was_finished else f"{time.perf_counter() - started:.1f} s"
    say(f"✓ {name} ({ending})")


@contextmanager
def _bar(name: str) -> Iterator[None]:
    shown = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[come_so_far]}", markup=False),
        TimeRemainingColumn(),
        TextColumn("left", style="dim"),
        console=_ERR,
        transient=True,
    )
    with shown:
        task = shown.add_task(name, total=None, come_so_far="")
        current = ""

        def hear(stage: str, done: int, total: int) -> None:
            nonlocal current
            if stage != current or done < shown.tasks[0].completed:
                current = stage
                shown.reset(task, total=total)
            shown.update(task, completed=done, total=total, come_so_far=f"{stage} {done:,}/{total:,}")

        with listening(hear):
            yield


@contextmanager
def _lines(name: str) -> Iterator[None]:
    say(f"… {name}")
    pace = Pace()

    def hear(stage: str, done: int, total: int) -> None:
        line = pace.line_of(stage, done, total, now=time.perf_counter())
        if line:
            say(line)

    with listening(hear):
        yield


class Pace:
    """How fast the stages of a step go, and when a line about it is due.

    Examples
    --------
    >>> pace = Pace()
    >>> pace.line_of("months", 0, 36, now=100.0), pace.line_of("months", 1, 36, now=101.0)
    ('', '')
    >>> pace.line_of("months", 12, 36, now=120.0)
    '  months: 12 of 36, about 40 s left'
    """

    def __init__(self) -> None:
        self._stage = ""
        self._began = self._told = 0.0
        self._first = self._last = 0

    def line_of(self, stage: str, done: int, total: int, *, now: float) -> str:
        """Return the line that is due now, empty when none is."""
        if stage != self._stage or done < self._last:
            self._stage, self._began, self._told, self._first = stage, now, now, done
        self._last = done
        if now - self._told < SECONDS_BETWEEN_LINES or not self._first < done < total:
            return ""
        self._told = now
        left = (now - self._began) / (done - self._first) * (total - done)
        return f"  {stage}: {done:,} of {total:,}, about {told_seconds(left)} left"


def told_seconds(seconds: float) -> str:
    """Return a length of time as a person says it.

    Examples
    --------
    >>> told_seconds(40.4), told_seconds(600), told_seconds(5400)
    ('40 s', '10 min', '1 h 30 min')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
