"""The case that is claimed, what is said of it afterwards, and the seconds between."""

from __future__ import annotations

from datetime import timedelta

from serving.store_events import ContactMade, Outcome

TALKED = Outcome(contact=ContactMade(channel="call", outcome="talked"))
CASE = "L-1@2026-03-02"


def seconds(n: float) -> timedelta:
    """Return that many seconds."""
    return timedelta(seconds=n)
