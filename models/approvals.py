"""Who approved which model: two different people before it is put in force.

MLflow's aliases keep no history, so the approvals stand in a ledger of our own. Names are only typed
until users can sign in.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from models.approval_ledger import ApprovalLedger, Entry, Model
from models.release_keys import PUBLIC, trusted_key
from models.releases import current_release

APPROVALS_NEEDED = 2
"""Source: house rule "approval by two people", and the four-eyes principle of model risk guidance."""
ONLY_TYPED = "Names are only typed until users can sign in: nothing proves who typed them."


_HIDDEN = ("Cc", "Cf")


class ApprovalRefused(ValueError):
    """An approval cannot count."""


@dataclass(frozen=True)
class Promotion:
    """What an approval led to.

    Parameters
    ----------
    name, version, content_hash
        The model.
    approved_by
        Everyone who approved it so far, as typed.
    in_force
        True when the model is champion and released.
    note
        What happened, in a sentence.
    release
        The signed release folder; None until the model is in force.
    """

    name: str
    version: str
    content_hash: str
    approved_by: tuple[str, ...]
    in_force: bool
    note: str
    release: Path | None = None

    @property
    def approvals_missing(self) -> int:
        """Return how many more people must approve."""
        return 0 if self.in_force else max(0, APPROVALS_NEEDED - len(self.approved_by))

    def lines(self) -> list[str]:
        """Return what to tell the person who approved."""
        what = f"{self.name} version {self.version} ({self.content_hash[:16]})"
        names = ", ".join(self.approved_by)
        released = [f"Signed release: {self.release}"] if self.release else []
        return [f"{what}: {self.note}", f"Approved by {names}. {ONLY_TYPED}", *released]

    def to_json(self) -> dict[str, Any]:
        """Return the same as a JSON object."""
        return {
            "name": self.name,
            "version": self.version,
            "content_hash": self.content_hash,
            "approved_by": list(self.approved_by),
            "approvals_missing": self.approvals_missing,
            "in_force": self.in_force,
            "note": self.note,
            "release": None if self.release is None else str(self.release),
            "identity": ONLY_TYPED,
        }


class Approvals:
    """The rules of approving, over the ledger of a home.

    Parameters
    ----------
    ledger
        Where approvals stand.
    """

    def __init__(self, ledger: ApprovalLedger) -> None:
        self.ledger = ledger

    def approvers(self, model: Model) -> tuple[str, ...]:
        """Return who approved this content since it was last put in force, in order."""
        names: list[str] = []
        for entry in self.ledger.entries():
            if (entry.name, entry.content_hash) == (model.name, model.content_hash):
                names = [] if entry.event == "promoted" else [*names, *entry.by]
        return tuple(names)

    def champion(self, name: str) -> Entry | None:
        """Return the line that put the present champion of a name in force, or None."""
        promoted = [e for e in self.ledger.entries() if e.event == "promoted" and e.name == name]
        return promoted[-1] if promoted else None

    def approve(self, model: Model, *, by: str, at: datetime) -> tuple[str, ...]:
        """Record one person's approval; return everyone who approved this content so far.

        When two already have (a promotion was interrupted), nothing is recorded.

        Raises
        ------
        ApprovalRefused
            When the name is empty, or this person has approved this content already.
        """
        name = " ".join(unicodedata.normalize("NFC", by).split())
        if not any(sign.isalnum() for sign in name):
            raise ApprovalRefused(f"Expected the name of a person, found {by!r}. Give --by NAME.")
        so_far = self.approvers(model)
        if len(so_far) >= APPROVALS_NEEDED:
            return so_far
        if same_person(name) in {same_person(one) for one in so_far}:
            raise ApprovalRefused(
                f"Expected a second person to approve {model.name} {model.content_hash[:16]}, found {name} "
                f"again, who approved it already. Ask a colleague. {ONLY_TYPED}"
            )
        self.ledger.append("approved", model, by=(name,), at=at)
        return (*so_far, name)

    def put_in_force(self, model: Model, *, at: datetime) -> Entry:
        """Record that an approved model was put in force; its approvals are used up by that.

        Raises
        ------
        ApprovalRefused
            When fewer than two people approved this content.
        """
        names = self.approvers(model)
        if len(names) < APPROVALS_NEEDED:
            raise ApprovalRefused(
                f"Expected {APPROVALS_NEEDED} approvals of {model.name} {model.content_hash[:16]}, found "
                f"{len(names)} ({', '.join(names) or 'none'}). Have it approved first."
            )
        return self.ledger.append("promoted", model, by=names, at=at)


def released(home: Path, name: str) -> Path | None:
    """Return the bundle folder in force for a name, signature and digests checked, or None.

    Raises
    ------
    ReleaseRefused
        When the pointer or the release is not what was signed.
    """
    if not (home / "releases" / name).exists():
        return None
    release = current_release(home / "releases", name, public_key=trusted_key(home / "keys" / PUBLIC))
    return None if release is None else release.bundle


def same_person(name: str) -> str:
    """Return the spelling under which two typed names count as one: no case, width, spaces or hidden signs.

    Examples
    --------
    >>> same_person(" Li  Hua") == same_person("ＬＩ ＨＵＡ") == same_person("lihua")
    True
    """
    plain, before = name, None
    while plain != before:  # a hidden sign taken away may let an accent join its letter
        before = plain
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())
        plain = "".join(
            sign for sign in folded if not (sign.isspace() or unicodedata.category(sign) in _HIDDEN)
        )
    return plain
