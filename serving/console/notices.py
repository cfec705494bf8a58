"""One sentence at the top of a page about what was just done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from serving.console.case_view import CaseView
from serving.console.languages import message

Tone = Literal["good", "warn", "bad"]


@dataclass(frozen=True)
class Notice:
    """What is said, in English as the catalogue knows it, and in which tone."""

    tone: Tone
    text: str


_SAID: Final[Mapping[str, Notice]] = {
    "claimed": Notice("good", message("The case is in your hand.")),
    "kept": Notice("good", message("The case stays in your hand for 30 more minutes.")),
    "given-back": Notice("good", message("The case was given back.")),
    "recorded": Notice("good", message("What came of the case is recorded. It is done.")),
    "approved": Notice("good", message("Your approval is recorded.")),
    "nothing-ready": Notice("warn", message("Nothing is ready to be claimed.")),
    "new-list": Notice("warn", message("A new list was published. This is its beginning.")),
}


def notice_of_case(code: str, view: CaseView) -> Notice | None:
    """Return what the page of a case says after an act, as long as it is still so.

    The address keeps the word when a page is opened again or sent to somebody, the case goes on.
    """
    mine = view.hand == "mine"
    still = {
        "claimed": mine,
        "kept": mine,
        "given-back": not mine,
        "recorded": view.item.state == "done",
        "approved": view.has_approved,
    }
    return notice_of(code) if still.get(code, False) else None


def notice_of(code: str) -> Notice | None:
    """Return what a page says after an act, or None when the code says nothing.

    Examples
    --------
    >>> notice_of("recorded").tone, notice_of("odd")
    ('good', None)
    """
    return _SAID.get(code)
