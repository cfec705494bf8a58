"""Somebody signed in to the console without a browser: quick, for what needs no screen."""

from __future__ import annotations

from typing import Any

from serving.auth import Role
from serving.console.languages import Language, texts_in
from tests.serving.service_builders import Desk

ORIGIN = {"Origin": "http://testserver"}


class Clerk:
    """A person at the console of a desk.

    Parameters
    ----------
    desk
        The service.
    language
        Language of the pages.
    """

    def __init__(self, desk: Desk, name: str, role: Role, *, language: Language = "en") -> None:
        self.desk, self.language = desk, language
        self.desk.client.cookies.clear()
        key = desk.key(name, role)["X-API-Key"]
        self.first = self.post("/console/sign-in", {"key": key})

    def open(self, address: str) -> Any:
        """Return the answer to opening a page, without following it elsewhere."""
        return self.desk.client.get(
            address, headers={"Accept-Language": self.language}, follow_redirects=False
        )

    def post(self, address: str, fields: dict[str, str]) -> Any:
        """Return the answer to a posted form."""
        return self.desk.client.post(address, data=fields, headers=ORIGIN, follow_redirects=False)

    def says(self, text: str) -> str:
        """Return what the console says for an English text."""
        return texts_in(self.language).gettext(text).replace("%%", "%")
