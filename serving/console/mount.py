"""The console as part of the service: its rooms, its own files, and its answers to who may not come in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import RedirectResponse, Response

from serving.console import (
    routes_case,
    routes_models,
    routes_outcome,
    routes_reports,
    routes_sign,
    routes_worklist,
)
from serving.console.edge import ConsoleEdge
from serving.console.forms import FormRefused, StaleForm
from serving.console.languages import message
from serving.console.pages import address_of, here_of, page
from serving.console.refusals import refusal_of
from serving.console.session import NotSignedIn, PageRefused, Person, person_of
from serving.store import StoreUnavailable

ROUTERS: Final = (
    routes_sign.router,
    routes_worklist.router,
    routes_outcome.router,
    routes_case.router,
    routes_models.router,
    routes_reports.router,
)
"""Every room of the console; a new one is added here."""

_STATIC = Path(__file__).parent / "static"


def mount_console(app: FastAPI) -> None:
    """Make the app answer below ``/console`` with pages."""
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/console/static", StaticFiles(directory=_STATIC), name="console-static")
    app.add_exception_handler(NotSignedIn, _ask_to_sign_in)
    app.add_exception_handler(PageRefused, _refuse_role)
    app.add_exception_handler(StaleForm, _refuse_form)
    app.add_exception_handler(FormRefused, _refuse_form)


def wrap_console(app: FastAPI) -> None:
    """Put the console's edge around everything else: called last, so that it is outermost."""
    app.add_middleware(ConsoleEdge, explain=explained)


def explained(request: Request, status: int, details: dict[str, Any]) -> Response:
    """Return the page of a refusal that came as problem details."""
    kind = str(details.get("type", "")).rpartition(":")[2]
    return refused(request, status, kind, incident=str(details.get("incident", "")))


def refused(
    request: Request, status: int, kind: str, *, person: Person | None = None, incident: str = ""
) -> Response:
    """Return the page that says no in words."""
    refusal = refusal_of(kind, status=status)
    who = person if person or kind == "store-unavailable" else _whoever(request)
    back = "" if who is None or request.method != "POST" else routes_sign.own_address(here_of(request))
    return page(
        request, "refused.html", person=who, status=status, refusal=refusal, incident=incident, back=back
    )


def _whoever(request: Request) -> Person | None:
    """Return who is signed in, if that can be told now."""
    app = request.scope.get("app")
    try:
        return None if app is None else person_of(request, app.state.service)
    except (NotSignedIn, StoreUnavailable, SQLAlchemyError, OSError, ValueError):
        return None


def _ask_to_sign_in(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, NotSignedIn)
    read = request.method in ("GET", "HEAD")
    target = address_of(request) if read and request.url.path not in ("/console", "/console/") else ""
    if read and not refusal.ended:
        return RedirectResponse(
            "/console/sign-in" + (f"?next={quote(target, safe='')}" if target else ""), 303
        )
    problem = message("Your session has ended. Sign in again; nothing of what you sent was recorded.")
    if read:
        problem = message("Your session has ended. Sign in again.")
    return page(request, "sign_in.html", person=None, status=401, target=target, problem=problem)


def _refuse_role(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, PageRefused)
    return refused(request, 403, "role-refused", person=refusal.person)


def _refuse_form(request: Request, refusal: Exception) -> Response:
    if isinstance(refusal, StaleForm):
        return refused(request, 403, "stale-form")
    return refused(request, 422, "form-refused")
