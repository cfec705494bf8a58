"""The edge of the service: body cap, safe headers, one log line per request, no stack trace out.

Pure ASGI. The log line holds method, route template, status, milliseconds and key prefix: no
address, no query and no body, because case ids name loans.
"""

from __future__ import annotations

import logging
import time
import traceback
from typing import Any, Final
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.errors import problem_response

_access = logging.getLogger("duecourse.access")
_failures = logging.getLogger("duecourse.failures")
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)


class Edge:
    """Wraps the app.

    Parameters
    ----------
    app
        The app inside.
    body_bytes
        Longest body that is let in.
    """

    def __init__(self, app: ASGIApp, *, body_bytes: int) -> None:
        self._app = app
        self._body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 0

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), *_HEADERS]
                if str(scope["path"]).startswith("/v1/"):
                    headers.append((b"cache-control", b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        try:
            body = await self._body(scope, receive)
            if body is None:
                answer = problem_response(
                    413,
                    "body-too-large",
                    "The body is too large",
                    f"Expected a body of at most {self._body_bytes:,} bytes, found a longer one. Send less.",
                    headers={"Connection": "close"},
                )
                await answer(scope, receive, send_safely)
            else:
                await self._app(scope, _replay(body, receive), send_safely)
        except Exception as failure:
            incident = uuid4().hex
            _failures.error("incident %s: %s", incident, _where(failure))
            if status:
                raise RuntimeError(f"incident {incident} after the answer had begun") from None
            answer = problem_response(
                500,
                "internal-error",
                "The service failed",
                "Expected to answer, found a fault of the service. Give the incident to its keepers.",
                extra={"incident": incident},
            )
            await answer(scope, receive, send_safely)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            who = scope.get("state", {}).get("key_prefix", "-")
            took = (time.perf_counter() - begun) * 1000
            _access.info("%s %s %s %.1fms key=%s", scope["method"], route, status, took, who)

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """Return the whole body, or None when it is longer than what is let in."""
        for name, value in scope["headers"]:
            if name == b"content-length" and (not value.isdigit() or int(value[:20]) > self._body_bytes):
                return None
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return bytes(body)
            body += message.get("body", b"")
            if len(body) > self._body_bytes:
                return None
            if not message.get("more_body", False):
                return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _where(failure: BaseException) -> str:
    """Return the kind of failure and the lines it passed, without any value."""
    lines = traceback.extract_tb(failure.__traceback__)[-6:]
    places: list[Any] = [f"{line.filename.rpartition('/')[2]}:{line.lineno}" for line in lines]
    return f"{type(failure).__name__} at {' > '.join(places)}"
