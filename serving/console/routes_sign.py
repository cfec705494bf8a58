"""Signing in and out, choosing a language, and the way from ``/`` to the first page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from serving.auth import principal_of
from serving.console.forms import SignedForm, only, posted, signed_form
from serving.console.languages import LANGUAGE_COOKIE, LANGUAGES, message
from serving.console.pages import first_page, page
from serving.console.session import PATH, PEOPLE, Person, begin_session, end_session, signed_in
from serving.routes.access import Serving

router = APIRouter(include_in_schema=False)
_YEAR = 366 * 86_400
_LONGEST_ADDRESS = 2_000
SIGN_IN = "/console/sign-in"


@router.get("/")
def root() -> Response:
    """Lead to the console."""
    return RedirectResponse("/console/", 307)


@router.get("/console")
@router.get("/console/")
def home(person: Annotated[Person, Depends(signed_in())]) -> Response:
    """Lead to the page at which this person begins."""
    return RedirectResponse(first_page(person), 303)


@router.get(SIGN_IN)
def ask_key(request: Request, target: Annotated[str, Query(alias="next")] = "") -> Response:
    """Ask for a key."""
    return page(request, "sign_in.html", person=None, target=own_address(target), problem="")


@router.post(SIGN_IN)
def sign_in(
    request: Request, service: Serving, fields: Annotated[Mapping[str, str], Depends(posted)]
) -> Response:
    """Begin a session for whoever holds the key."""
    given = only(fields, ("key", "next"))
    target = own_address(given["next"])
    principal = principal_of(service.store, given["key"].strip())
    if principal is None or principal.role not in PEOPLE:
        problem = message(
            "This key is unknown or was revoked. Check it, or ask an administrator for a new one."
        )
        status = 401
        if principal is not None:
            problem = message("This key belongs to a machine. Sign in with a key of your own.")
            status = 403
        return page(request, "sign_in.html", person=None, status=status, target=target, problem=problem)
    answer = RedirectResponse(target or "/console/", 303)
    begin_session(answer, principal, request=request, service=service)
    return answer


@router.post("/console/sign-out")
def sign_out(
    request: Request, service: Serving, form: Annotated[SignedForm, Depends(signed_form())]
) -> Response:
    """End the session."""
    form.only()
    answer = RedirectResponse(SIGN_IN, 303)
    end_session(answer, request=request, service=service)
    return answer


@router.post("/console/language")
def choose_language(fields: Annotated[Mapping[str, str], Depends(posted)], request: Request) -> Response:
    """Keep the chosen language in the browser. It changes nothing else, so it asks for no session."""
    given = only(fields, ("csrf", "language", "next"))
    answer = RedirectResponse(own_address(given["next"]) or "/console/", 303)
    if given["language"] in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            given["language"],
            max_age=_YEAR,
            path=PATH,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return answer


def own_address(target: str) -> str:
    r"""Return the address when it is one of the console's own pages, else nothing.

    Examples
    --------
    >>> own_address("/console/worklist?state=ready"), own_address("//evil.example"), own_address("/console/\\evil")
    ('/console/worklist?state=ready', '', '')
    >>> own_address("/console/%2e%2e/docs"), own_address("/console/cases/%E5%90%88@2026-03-02")
    ('', '/console/cases/%E5%90%88@2026-03-02')
    """
    plain = target.isascii() and target.isprintable() and not re.search(r"[\\ #]|//", target)
    plain = plain and len(target) <= _LONGEST_ADDRESS
    upwards = any(unquote(part) in (".", "..") for part in target.partition("?")[0].split("/"))
    return target if plain and not upwards and target.startswith("/console/") else ""
