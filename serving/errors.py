"""Refusals of the API as problem details (RFC 9457), without borrower data or stack traces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from serving.store import StoreUnavailable
from serving.store_approvals import DecisionChanged, NothingToApprove
from serving.store_claims import NotClaimable, OutsideLawfulHours
from serving.store_events import OutcomeRefused
from serving.store_leases import StaleToken
from serving.store_once import IdempotencyKeyReused
from serving.store_worklist import CursorRefused, UnknownCase

MEDIA_TYPE: Final = "application/problem+json"
_MOST_ERRORS: Final = 20
_KINDS: Final[Mapping[type[Exception], tuple[int, str, str]]] = {
    UnknownCase: (404, "unknown-case", "No list holds this case"),
    StaleToken: (409, "stale-token", "The claim is over or another's"),
    NotClaimable: (409, "not-claimable", "The case cannot be claimed now"),
    NothingToApprove: (409, "nothing-to-approve", "The case does not wait for approval"),
    DecisionChanged: (409, "decision-changed", "The decision has changed since it was read"),
    IdempotencyKeyReused: (409, "idempotency-key-reused", "The idempotency key belongs to another request"),
    CursorRefused: (422, "cursor-refused", "The cursor cannot be used"),
    OutcomeRefused: (422, "outcome-refused", "The outcome does not fit the case"),
}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: where, what is expected, what was found, what to do."""

    path: str
    expected: str
    found: str = ""
    remedy: str = ""


class ApiProblem(Exception):
    """A refusal with its status, its kind (last part of ``type``) and the fields at fault."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.title, self.detail = status, kind, title, detail
        self.errors, self.headers = errors, headers


def problem_response(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """Return the answer to a refused request.

    Examples
    --------
    >>> problem_response(404, "unknown-case", "No list holds this case", "…").media_type
    'application/problem+json'
    """
    body: dict[str, Any] = {
        "type": f"urn:duecourse:problem:{kind}",
        "title": title,
        "status": status,
        "detail": _printable(detail),
        **(extra or {}),
    }
    if errors:
        told = [{k: _printable(v) for k, v in vars(e).items() if v} for e in errors[:_MOST_ERRORS]]
        body |= {"errors": told, "errors_count": len(errors)}
    return JSONResponse(body, status, dict(headers or {}), MEDIA_TYPE)


def explain_errors(app: FastAPI) -> None:
    """Make the app answer every refusal with problem details."""
    for kind in _KINDS:
        app.add_exception_handler(kind, _domain)
    app.add_exception_handler(OutsideLawfulHours, _outside_hours)
    app.add_exception_handler(ApiProblem, _api_problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for failure in (StoreUnavailable, DBAPIError, PoolTimeout):
        app.add_exception_handler(failure, _unavailable)


async def _domain(_request: Request, refusal: Exception) -> JSONResponse:
    status, kind, title = _KINDS[type(refusal)]
    return problem_response(status, kind, title, str(refusal))


async def _outside_hours(_request: Request, refusal: Exception) -> JSONResponse:
    earliest = getattr(refusal, "earliest", None)
    return problem_response(
        409,
        "outside-lawful-hours",
        "Contact is not lawful at this moment",
        str(refusal),
        extra={"earliest": None if earliest is None else earliest.isoformat()},
    )


async def _api_problem(_request: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, ApiProblem)
    return problem_response(
        refusal.status,
        refusal.kind,
        refusal.title,
        refusal.detail,
        errors=refusal.errors,
        headers=refusal.headers,
    )


async def _invalid(_request: Request, refusal: Exception) -> JSONResponse:
    # What was sent is not repeated: a body may hold a borrower's data.
    assert isinstance(refusal, RequestValidationError)
    errors = [FieldError(path_of(e["loc"]), str(e["msg"])) for e in refusal.errors()]
    first = f"{errors[0].path}: {errors[0].expected}" if errors else "the request"
    return problem_response(
        422,
        "invalid-request",
        "The request does not have the expected form",
        f"{len(errors)} fields differ from what is expected, first {first}. Correct them; see /docs.",
        errors=errors,
    )


async def _http(_request: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, HTTPException)
    kinds = {
        400: ("unreadable-body", "The body cannot be read"),
        404: ("not-found", "There is nothing here"),
        405: ("method-not-allowed", "This address does not know the method"),
    }
    kind, title = kinds.get(refusal.status_code, ("refused", "The request was refused"))
    detail = "Expected an address and a method of the API, found another. See /docs."
    if refusal.status_code == 400:
        detail = "Expected a JSON body, found one that cannot be read. Send UTF-8 JSON; see /docs."
    return problem_response(refusal.status_code, kind, title, detail, headers=refusal.headers)


async def _unavailable(_request: Request, _failure: Exception) -> JSONResponse:
    return problem_response(
        503,
        "store-unavailable",
        "The worklist store does not answer",
        "Expected the worklist store to answer, found it busy or away. Try again in a moment.",
        headers={"Retry-After": "2"},
    )


def path_of(parts: Iterable[str | int]) -> str:
    """Return the place of a field as a path.

    Examples
    --------
    >>> path_of(("body", "tables", "payments", 3, "amount"))
    'tables.payments[3].amount'
    """
    path = ""
    for part in parts:
        if part == "body" and not path:
            continue
        path += f"[{part}]" if isinstance(part, int) else f"{'.' if path else ''}{part}"
    return path or "body"


def _printable(text: str) -> str:
    """Return the text without what JSON or a terminal cannot carry."""
    return "".join(c if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF else "?" for c in text[:2000])
