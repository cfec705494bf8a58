"""Who is asking and what they may do; and one act per idempotency key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Path, Request, Security
from fastapi.responses import JSONResponse, Response
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator, BaseModel

from serving.auth import PERMISSIONS, Principal, principal_of
from serving.errors import ApiProblem
from serving.online import Slices
from serving.releases import ReleasedModels
from serving.settings import ServiceSettings
from serving.store import Store
from serving.store_once import once

_HEADER: Final = APIKeyHeader(name="X-API-Key", auto_error=False, description="An API key.")
_BEARER: Final = HTTPBearer(auto_error=False, description="The same key as a bearer token.")


@dataclass(frozen=True)
class Service:
    """What the endpoints are given: the store, the models, the clock and the settings."""

    store: Store
    models: ReleasedModels
    clock: Callable[[], datetime]
    settings: ServiceSettings
    slices: Slices | None = None


def service_of(request: Request) -> Service:
    """Return what this service is made of."""
    service: Service = request.app.state.service
    return service


def allowed(permission: str) -> Callable[..., Principal]:
    """Return a dependency that lets in whoever has the permission, and says who it is."""
    roles = PERMISSIONS[permission]

    def principal(
        request: Request,
        service: Annotated[Service, Depends(service_of)],
        header: Annotated[str | None, Security(_HEADER)],
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    ) -> Principal:
        token = header or (bearer.credentials if bearer is not None else "")
        found = principal_of(service.store, token) if token else None
        if found is None:
            raise ApiProblem(
                401,
                "key-required",
                "A valid API key is required",
                "Expected a valid key in X-API-Key or as a bearer token, found "
                f"{'one that is unknown or revoked' if token else 'none'}. Ask an administrator for a key.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        request.state.key_prefix = found.prefix
        if found.role not in roles:
            raise ApiProblem(
                403,
                "role-refused",
                "The role of this key may not do this",
                f"Expected a role of {', '.join(sorted(roles))}, found {found.role}. Use another key.",
            )
        return found

    return principal


def _plain(value: str) -> str:
    if not value.isprintable() or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise ValueError("expected printable characters")
    return value


Serving = Annotated[Service, Depends(service_of)]
CaseId = Annotated[
    str,
    Path(min_length=3, max_length=300, description="<loan_id>@<as_of>, percent-encoded."),
    AfterValidator(_plain),
]
IdempotencyKey = Annotated[
    str | None,
    Header(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$", description="Makes a repeat harmless."),
]


@dataclass(frozen=True)
class Act:
    """One write: who does it, on which address, with which body."""

    principal: Principal
    address: str
    body: BaseModel | None
    idempotency_key: str | None

    def digest(self) -> str:
        """Return the digest that tells this request from another."""
        said = self.body.model_dump_json() if self.body is not None else ""
        return hashlib.sha256(f"{self.address}\n{said}".encode()).hexdigest()


def perform(
    service: Service, act: Act, *, at: datetime, work: Callable[[Store], tuple[int, dict[str, Any] | None]]
) -> Response:
    """Return the answer of the work; repeated under the same idempotency key, the answer it gave then."""
    if act.idempotency_key is None:
        status, answer = work(service.store)
    else:
        status, answer = once(
            service.store,
            key_name=act.principal.name,
            idempotency_key=act.idempotency_key,
            request_digest=act.digest(),
            at=at,
            act=work,
        )
    return Response(status_code=status) if answer is None else JSONResponse(answer, status)
