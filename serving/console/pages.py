"""Pages from templates: escaped by default, in the person's language, strict about what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from serving.auth import Role
from serving.console import formats, words
from serving.console.acts import case_address, fresh
from serving.console.languages import Language, Texts, language_of, message, texts_in
from serving.console.session import Person

TEMPLATES: Final = Path(__file__).parent / "templates"

_NAVIGATION: Final = (
    ("read_worklist", "/console/worklist", message("Worklist")),
    ("approve", "/console/approvals", message("Approvals")),
    ("read_models", "/console/models", message("Models")),
    ("read_reports", "/console/reports", message("Reports")),
)

_FIRST: Final[Mapping[Role, str]] = {"committee": "read_reports"}
"""The permission that opens a role's own page, where that is not the first in the navigation."""


def page(
    request: Request, template: str, *, person: Person | None, status: int = 200, **shown: Any
) -> HTMLResponse:
    """Return a page: the template filled with what is shown.

    Every template also knows ``person`` (None before signing in), ``language``, ``navigation``, ``csrf``, ``here``
    (the address), ``_()`` and ``{% trans %}``, and the filters and words of ``formats`` and ``words``.

    Parameters
    ----------
    template
        Name of a file in ``templates/``.
    person
        Who is signed in.
    status
        HTTP status.
    """
    language = person.language if person is not None else language_of(request)
    text = (
        environment_in(language)
        .get_template(template)
        .render(
            person=person,
            language=language,
            navigation=navigation_of(person, here=request.url.path),
            csrf="" if person is None else person.csrf,
            here=here_of(request),
            **shown,
        )
    )
    return HTMLResponse(text, status)


def address_of(request: Request) -> str:
    """Return the address as the browser wrote it: a loan's id may hold signs that mean something in an address."""
    scope = request.scope
    path, query = scope.get("raw_path") or quote(scope["path"]).encode(), scope["query_string"]
    return bytes(path + (b"?" + query if query else b"")).decode("latin-1")


def here_of(request: Request) -> str:
    """Return the address one is at: after a posted form, that of the page it stood on."""
    if request.method in ("GET", "HEAD"):
        return address_of(request)
    try:
        at = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        at = urlsplit("")
    return (at.path or "/console/") + (f"?{at.query}" if at.query else "")


def first_page(person: Person) -> str:
    """Return the address at which this person begins: a role's own page, else the first it may open.

    Examples
    --------
    >>> first_page(Person("cora", "committee", "en", ""))
    '/console/reports'
    >>> first_page(Person("dan", "data_scientist", "en", ""))
    '/console/models'
    """
    first = _FIRST.get(person.role, "")
    return next(
        address
        for permission, address, _ in sorted(_NAVIGATION, key=lambda room: room[0] != first)
        if person.may(permission)
    )


def navigation_of(person: Person | None, *, here: str) -> tuple[Mapping[str, Any], ...]:
    """Return the pages this person may open: address, label, and whether one is there."""
    if person is None:
        return ()
    return tuple(
        {"address": address, "label": label, "current": here == address or here.startswith(f"{address}/")}
        for permission, address, label in _NAVIGATION
        if person.may(permission)
    )


@cache
def environment_in(language: Language) -> Environment:
    """Return the templates of a language."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    texts: Texts = texts_in(language)
    environment.install_gettext_callables(texts.gettext, texts.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters |= formats.filters_in(language)
    environment.globals |= words.words_in(language) | {
        "fresh": fresh,
        "case_address": case_address,
    }
    return environment
