"""Posted forms: read strictly, from our own pages only, under the size limit of the edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from serving.console.sealing import same_token
from serving.console.session import PageRefused, Person, person_of
from serving.routes.access import Service, service_of

FORM_TYPE: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 50


class FormRefused(ValueError):
    """The form was not made by our pages, or not as they make it."""


class StaleForm(FormRefused):
    """The form belongs to another session, or comes from another site."""


@dataclass(frozen=True)
class SignedForm:
    """A form and who posted it; the token was checked and is not among the fields."""

    person: Person
    fields: Mapping[str, str]

    def only(self, *names: str) -> Mapping[str, str]:
        """Return the fields, those that were left out as empty text.

        Raises
        ------
        FormRefused
            When a field came that this form does not have.
        """
        return only(self.fields, names)


def only(fields: Mapping[str, str], names: tuple[str, ...]) -> Mapping[str, str]:
    """Return the named fields, those that were left out as empty text.

    Raises
    ------
    FormRefused
        When another field came.

    Examples
    --------
    >>> only({"key": "dc"}, ("key", "next"))
    {'key': 'dc', 'next': ''}
    """
    foreign = sorted(set(fields) - set(names))
    if foreign:
        raise FormRefused(
            f"Expected the fields {', '.join(names)}, found {len(foreign)} others. Use the form of the page."
        )
    return {name: fields.get(name, "") for name in names}


async def posted(request: Request) -> Mapping[str, str]:
    """Return the fields of a form that came from one of our own pages.

    Raises
    ------
    FormRefused, StaleForm
        When it is no form, cannot be read, repeats a field, or another site posted it.
    """
    check_origin(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM_TYPE:
        raise FormRefused(f"Expected a form ({FORM_TYPE}), found another type. Use the form of the page.")
    return fields_of(await request.body())


def fields_of(body: bytes) -> dict[str, str]:
    """Return the fields of a urlencoded body, each once.

    Raises
    ------
    FormRefused
        When the body cannot be read, holds too many fields or one of them twice.

    Examples
    --------
    >>> fields_of("note=%E4%BD%A0%E5%A5%BD&agree=".encode())
    {'note': '你好', 'agree': ''}
    >>> fields_of(b"a=1&a=2")
    Traceback (most recent call last):
    serving.console.forms.FormRefused: Expected each field once, found one twice. Use the form of the page.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as failure:
        raise FormRefused(
            "Expected a form that can be read, found another body. Use the form of the page."
        ) from failure
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise FormRefused("Expected each field once, found one twice. Use the form of the page.")
    if any("\0" in text for pair in pairs for text in pair):
        raise FormRefused("Expected text, found a null character. Use the form of the page.")
    return fields


def check_origin(request: Request) -> None:
    """Raise unless the browser says that the form comes from a page of this very service.

    Raises
    ------
    StaleForm
        When another site posted it, or the browser does not say who did.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    ours = request.headers.get("host", "")
    from_here = bool(ours) and origin in (f"http://{ours}", f"https://{ours}")
    if (site is not None and site != "same-origin") or (origin is not None and not from_here):
        raise StaleForm("Expected a form of this service, found one of another site. Open the page itself.")
    if site is None and origin is None:
        raise StaleForm("Expected a browser that says where a form comes from, found none. Use a newer one.")


def signed_form(*permissions: str) -> Callable[..., SignedForm]:
    """Return a dependency that gives a form, and who posted it, when it is one of that person's session.

    It raises ``NotSignedIn``, ``PageRefused``, ``StaleForm`` and ``FormRefused``, answered with pages.
    """

    def form(
        request: Request,
        service: Annotated[Service, Depends(service_of)],
        fields: Annotated[Mapping[str, str], Depends(posted)],
    ) -> SignedForm:
        person = person_of(request, service)
        if permissions and not any(person.may(permission) for permission in permissions):
            raise PageRefused(person)
        if not same_token(fields.get("csrf", ""), person.csrf):
            raise StaleForm(
                "Expected a form of this session, found one of another. Open the page again, then repeat."
            )
        return SignedForm(person, {name: value for name, value in fields.items() if name != "csrf"})

    return form
