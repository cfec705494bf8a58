"""What every answer of the console has in common: safe headers, and a page where the service says no.

Below ``/console`` nobody reads JSON: a refusal or a fault that comes as problem details leaves as a page in words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_STATIC: Final = "/console/static/"
Explain = Callable[[Request, int, dict[str, Any]], Response]


class ConsoleEdge:
    """Wraps the app; answers outside ``/console`` pass untouched.

    Parameters
    ----------
    app
        The app inside.
    explain
        Makes the page of a refusal from the request, the status and the problem details.
    """

    def __init__(self, app: ASGIApp, *, explain: Explain) -> None:
        self._app = app
        self._explain = explain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or not (path == "/console" or path.startswith("/console/")):
            await self._app(scope, receive, send)
            return
        problem: Message | None = None
        said = bytearray()

        async def send_page(message: Message) -> None:
            nonlocal problem
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if "json" in headers.get("content-type", ""):
                    problem = message
                    return
                _protect(headers, static=path.startswith(_STATIC))
                await send(message)
            elif problem is None:
                await send(message)
            else:
                said.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._answer(problem, bytes(said), scope, send)

        await self._app(scope, receive, send_page)

    async def _answer(self, problem: Message, said: bytes, scope: Scope, send: Send) -> None:
        """Send the page of a refusal, with the headers that the refusal had."""
        page = await run_in_threadpool(self._explain, Request(scope), problem["status"], _details(said))
        headers = MutableHeaders(raw=problem["headers"])
        for name in ("content-type", "content-length"):
            headers[name] = page.headers[name]
        _protect(headers, static=False)
        await send({"type": "http.response.start", "status": page.status_code, "headers": headers.raw})
        await send({"type": "http.response.body", "body": page.body})


def _protect(headers: MutableHeaders, *, static: bool) -> None:
    headers.setdefault("content-security-policy", POLICY)  # a report brings a stricter one of its own
    headers["cross-origin-opener-policy"] = "same-origin"
    headers["cross-origin-resource-policy"] = "same-origin"
    headers["cache-control"] = "no-cache" if static else "no-store"


def _details(said: bytes) -> dict[str, Any]:
    try:
        details = json.loads(said)
    except ValueError:
        return {}
    return details if isinstance(details, dict) else {}
