"""Who works at the console: signed in with an API key, until the shift ends or the key is revoked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.responses import Response

from serving.auth import PERMISSIONS, Principal, Role, holder_of
from serving.console.ended import end, has_ended
from serving.console.languages import Language, language_of
from serving.console.sealing import SHIFT, console_secret, form_token, open_session, sealed_session
from serving.routes.access import Service, service_of

SESSION_COOKIE: Final = "duecourse_console"
PATH: Final = "/console"
PEOPLE: Final[frozenset[Role]] = frozenset(
    {"collector", "supervisor", "data_scientist", "committee", "admin"}
)
"""Roles that sign in. The key of a machine opens no page."""


@dataclass(frozen=True)
class Person:
    """Who is at the console.

    Parameters
    ----------
    name, role
        Name and role of the key.
    language
        The language the pages speak.
    csrf
        Token that every form of this session carries.
    """

    name: str
    role: Role
    language: Language
    csrf: str

    def may(self, permission: str) -> bool:
        """Return True when the role has the permission.

        Examples
        --------
        >>> Person("ann", "collector", "zh", "").may("approve")
        False
        """
        return self.role in PERMISSIONS[permission]


class NotSignedIn(Exception):
    """Nobody is signed in; ``ended`` is True when somebody was."""

    def __init__(self, *, ended: bool) -> None:
        super().__init__("Expected somebody signed in, found nobody. Sign in at /console/sign-in.")
        self.ended = ended


class PageRefused(Exception):
    """The role of this person opens another page than this one."""

    def __init__(self, person: Person) -> None:
        super().__init__(f"Expected a role that may open this page, found {person.role}. Use another key.")
        self.person = person


def signed_in(*permissions: str) -> Callable[..., Person]:
    """Return a dependency that says who is signed in, and lets in whoever has one of the permissions.

    Without permissions everybody who is signed in comes in. It raises ``NotSignedIn`` and ``PageRefused``,
    which ``serving.console.mount`` answers with pages.
    """

    def person(request: Request, service: Annotated[Service, Depends(service_of)]) -> Person:
        found = person_of(request, service)
        if permissions and not any(found.may(permission) for permission in permissions):
            raise PageRefused(found)
        return found

    return person


def person_of(request: Request, service: Service) -> Person:
    """Return who is signed in.

    Raises
    ------
    NotSignedIn
        When there is no session, it was signed out, its shift has ended, or its key was revoked.
    """
    cookie = request.cookies.get(SESSION_COOKIE, "")
    if not cookie:
        raise NotSignedIn(ended=False)
    keys = service.settings.home / "keys"
    secret = console_secret(keys)
    seal = open_session(secret, cookie, at=service.clock())
    over = seal is None or has_ended(keys, seal)
    holder = None if seal is None or over else holder_of(service.store, prefix=seal.prefix)
    if holder is None or holder.role not in PEOPLE:
        raise NotSignedIn(ended=True)
    request.state.key_prefix = holder.prefix
    return Person(holder.name, holder.role, language_of(request), form_token(secret, cookie))


def begin_session(response: Response, principal: Principal, *, request: Request, service: Service) -> None:
    """Give the browser a session of one shift."""
    secret = console_secret(service.settings.home / "keys")
    response.set_cookie(
        SESSION_COOKIE,
        sealed_session(secret, prefix=principal.prefix, at=service.clock()),
        max_age=int(SHIFT.total_seconds()),
        path=PATH,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def end_session(response: Response, *, request: Request, service: Service) -> None:
    """End the session, wherever copies of its cookie lie, and take it from the browser."""
    keys, at = service.settings.home / "keys", service.clock()
    seal = open_session(console_secret(keys), request.cookies.get(SESSION_COOKIE, ""), at=at)
    if seal is not None:
        end(keys, seal, at=at)
    response.delete_cookie(SESSION_COOKIE, path=PATH, httponly=True, samesite="strict")
