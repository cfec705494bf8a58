"""The same request twice is one act: answers kept under the caller's idempotency key."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select

from serving.store import Store
from serving.tables import idempotency, ticks_of

KEPT: Final = timedelta(hours=48)

Answer = tuple[int, dict[str, Any] | None]


class IdempotencyKeyReused(RuntimeError):
    """The idempotency key was used before for another request."""


def once(
    store: Store,
    *,
    key_name: str,
    idempotency_key: str,
    request_digest: str,
    at: datetime,
    act: Callable[[Store], Answer],
) -> Answer:
    """Return the answer of ``act``, or the one it gave when the same request came before.

    The act and its answer are written in one transaction; an act that raises leaves no trace.

    Raises
    ------
    IdempotencyKeyReused
        When the key came before with another request.
    """
    with store.together() as one, one.writing() as connection:
        connection.execute(delete(idempotency).where(idempotency.c.stored_at < ticks_of(at - KEPT)))
        before = connection.execute(
            select(idempotency).where(
                idempotency.c.key_name == key_name, idempotency.c.idempotency_key == idempotency_key
            )
        ).one_or_none()
        if before is not None:
            if before.request_digest != request_digest:
                raise IdempotencyKeyReused(
                    "Expected a new Idempotency-Key for a new request, found one that came with another. "
                    "Make a fresh key for each act; repeat it only with the same body."
                )
            return before.status, json.loads(before.answer)
        status, answer = act(one)
        connection.execute(
            insert(idempotency).values(
                key_name=key_name,
                idempotency_key=idempotency_key,
                request_digest=request_digest,
                status=status,
                answer=json.dumps(answer),
                stored_at=ticks_of(at),
            )
        )
    return status, answer
