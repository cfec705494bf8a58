"""Somebody at the console without a browser: pages are read and their own forms filled in, as a browser would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from serving.app import create_app
from serving.auth import Role
from serving.console.languages import Language
from serving.settings import ServiceSettings
from tests.serving.service_builders import Desk, models_of
from tests.serving.worklist_builders import NOON

OURS = {"Origin": "http://testserver"}


class Clock:
    """A clock that a test moves."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """Return what it shows."""
        return self.moment


@contextmanager
def office(home: Path, *, clock: Clock, body_bytes: int = 1_048_576) -> Iterator[Desk]:
    """Give a service whose kernels nobody warmed: pages need none."""
    settings = ServiceSettings(
        home, f"sqlite:///{home / 'worklist.db'}", body_bytes, reap_every_seconds=0, refresh_every_seconds=0
    )
    app = create_app(home, clock=clock, settings=settings, models=models_of(home))
    try:
        yield Desk(TestClient(app, raise_server_exceptions=False), app.state.service)
    finally:
        app.state.service.store.close()


@dataclass
class Form:
    """A form of a page: where it goes, and what it sends when nobody touches it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._select = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", ""), said.get("method", "get")))
        elif tag == "select":
            self._select = said["name"]
        elif tag == "option" and self._select and self.forms:
            fields = self.forms[-1].fields
            if self._select not in fields or "selected" in said:
                fields[self._select] = said["value"]
        elif tag == "input" and self.forms and "name" in said:
            chosen = said.get("type") not in ("radio", "checkbox") or "checked" in said
            if chosen:
                self.forms[-1].fields[said["name"]] = said.get("value", "")
        if tag in ("style", "script"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open and data.strip():
            self.words.append(" ".join(data.split()))


@dataclass(frozen=True)
class Page:
    """An answer: its status, headers, address, forms, and the words people read."""

    status: int
    headers: Any
    address: str
    html: str
    forms: tuple[Form, ...]
    words: str

    def form(self, ending: str) -> Form:
        """Return the posted form whose address ends so."""
        found = [one for one in self.forms if one.method == "post" and one.action.endswith(ending)]
        assert found, f"no form to {ending} on {self.address}: {[one.action for one in self.forms]}"
        return found[0]

    def has(self, ending: str) -> bool:
        """Return True when the page has a posted form whose address ends so."""
        return any(one.method == "post" and one.action.endswith(ending) for one in self.forms)


class Visitor:
    """A person with cookies of their own."""

    def __init__(self, desk: Desk, *, language: Language = "en") -> None:
        self.client = TestClient(desk.client.app, raise_server_exceptions=False)
        self.language = language

    def get(self, address: str, **headers: str) -> Page:
        """Return the page at an address, wherever it leads."""
        return _page(self.client.get(address, headers={"Accept-Language": self.language, **headers}))

    def post(self, address: str, fields: dict[str, str], **headers: str) -> Page:
        """Return the page after posting fields from one of our own pages."""
        asked = {"Accept-Language": self.language, **OURS, **headers}
        return _page(self.client.post(address, data=fields, headers=asked))

    def send(self, page: Page, ending: str, **typed: str) -> Page:
        """Return the page after filling in and sending a form of a page."""
        form = page.form(ending)
        return self.post(form.action, {**form.fields, **typed})


def signed_in(desk: Desk, name: str, role: Role, *, language: Language = "en") -> Visitor:
    """Return somebody who has signed in with a key of that role."""
    one = Visitor(desk, language=language)
    key = desk.key(name, role)["X-API-Key"]
    page = one.send(one.get("/console/sign-in"), "/sign-in", key=key)
    assert page.address != "/console/sign-in", page.words
    return one


def _page(answer: Any) -> Page:
    reader = _Reader()
    if answer.headers.get("content-type", "").startswith("text/html"):
        reader.feed(answer.text)
    address = answer.url.path + (f"?{answer.url.query.decode()}" if answer.url.query else "")
    return Page(
        answer.status_code, answer.headers, address, answer.text, tuple(reader.forms), " ".join(reader.words)
    )
