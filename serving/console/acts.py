"""What a posted form does, done once however often it is sent."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from serving.console.forms import FormRefused, SignedForm
from serving.routes.access import Service
from serving.store import Store
from serving.store_once import once

HOLD: Final = timedelta(minutes=30)
"""For how long a case lies in a hand unless it is kept longer: a call and what is written about it."""

_ONCE = re.compile(r"[0-9a-f]{32}")


def fresh() -> str:
    """Return the mark of one form: sent twice with the same mark, it acts once."""
    return secrets.token_hex(16)


def act_once(
    service: Service, form: SignedForm, *, name: str, at: datetime, work: Callable[[Store], str]
) -> str:
    """Return what the work returned, or what it returned when the same form was sent before.

    Raises
    ------
    FormRefused
        When the form carries no mark.
    IdempotencyKeyReused
        When it was sent before with other content.
    """
    mark = form.fields.get("once", "")
    if not _ONCE.fullmatch(mark):
        raise FormRefused("Expected the mark of the form, found none. Use the form of the page.")
    said = json.dumps([name, sorted(form.fields.items())], ensure_ascii=True)
    _, answer = once(
        service.store,
        key_name=form.person.name,
        idempotency_key=f"console-{mark}",
        request_digest=hashlib.sha256(said.encode()).hexdigest(),
        at=at,
        act=lambda store: (200, {"answer": work(store)}),
    )
    return str((answer or {}).get("answer", ""))


def token_of(form: SignedForm) -> int:
    """Return the fence token that the form carries.

    Raises
    ------
    FormRefused
        When it carries none.
    """
    written = form.fields.get("token", "")
    if not re.fullmatch(r"[0-9]{1,18}", written):
        raise FormRefused("Expected the token of a claim, found none. Use the form of the page.")
    return int(written)


def case_address(case_id: str, part: str = "") -> str:
    """Return the address of a case's page, or of a part of it.

    Examples
    --------
    >>> case_address("L/1@2026-03-02", "outcome")
    '/console/cases/L%2F1@2026-03-02/outcome'
    """
    return f"/console/cases/{quote(case_id, safe='@')}" + (f"/{part}" if part else "")
