"""What the shell offers after Tab, in bash and zsh: kinds of source, labels, models.

It answers within the time of a keystroke: nothing that computes is imported, and whatever goes wrong means
no offer, never a message in the middle of somebody's line.
"""

from __future__ import annotations

import os
from pathlib import Path

SOURCES = {
    "directory": "files named as the tables, or any export with --map",
    "credit-record": "monthly status panel",
    "uci": "credit-card accounts, Taiwan 2005",
    "superlender": "repeat micro-loans, Nigeria",
    "kruk": "purchased debts, Poland",
    "postgresql": "the same tables in a database",
}
"""Kinds of source and what each is."""

TARGETS = {
    "roll_30": "1–30 days past due reach 31",
    "roll_60": "31–60 days past due reach 61",
    "stays_30": "31–60 days past due stand there again",
    "pays_within": "an overdue account pays something",
    "next_month_default": "as the source defines it",
    "first_instalment_late": "first instalment of the next loan is late",
    "willful": "able but not willing, in evidence tiers",
}
"""Targets of a book and what each means."""

Offers = list[tuple[str, str]]


def sources(incomplete: str) -> Offers:
    """Return the kinds of source that begin as typed.

    Examples
    --------
    >>> sources("k")
    [('kruk', 'purchased debts, Poland')]
    """
    return _beginning(SOURCES, incomplete)


def targets(incomplete: str) -> Offers:
    """Return the labels that begin as typed.

    Examples
    --------
    >>> [name for name, _ in targets("roll")]
    ['roll_30', 'roll_60']
    """
    return _beginning(TARGETS, incomplete)


def models(incomplete: str) -> Offers:
    """Return the registered models of the home that begin as typed, as NAME@alias and NAME/version."""
    try:
        from models.model_list import read_model_list

        listed = read_model_list(Path(os.environ.get("DUECOURSE_HOME", "var")))
        told = {
            written: f"{model.content_hash[:8]} {model.registered_at[:10]}"
            for model in listed
            for written in (
                *(f"{model.name}@{alias}" for alias in model.aliases),
                f"{model.name}/{model.version}",
            )
        }
    except Exception:  # a damaged home is told by the command itself, not while somebody types
        return []
    return _beginning(told, incomplete)


def _beginning(offers: dict[str, str], incomplete: str) -> Offers:
    return [(name, told) for name, told in offers.items() if name.startswith(incomplete)]
