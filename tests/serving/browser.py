"""A real service on loopback and a real Chromium that looks at it, as plain functions.

Nothing leaves the machine: a request to another place than the service is stopped and fails the test, and
so does what the browser complains about.
"""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import uvicorn

from serving.app import create_app
from serving.auth import Role, create_key
from serving.console.languages import Language, texts_in
from serving.routes.access import Service
from serving.settings import ServiceSettings
from serving.store import Store
from tests.serving.service_builders import models_of, small_bundle
from tests.serving.worklist_builders import NOON

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
DESKTOP, PHONE = (1280, 900), (390, 844)
_ELSEWHERE = re.compile(r"^(?!http://127\.0\.0\.1[:/])(?!data:)(?!about:)")
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


def chromium() -> str | None:
    """Return where Chromium stands on this machine, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@dataclass
class Hands:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Return the moment it shows."""
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass: ``hands.move(minutes=16)``."""
        self.now += timedelta(**by)


@dataclass
class Place:
    """A running service: its address, its parts, its clock, and keys to it."""

    url: str
    service: Service
    hands: Hands
    home: Path
    _keys: dict[tuple[str, Role], str] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """Return the worklist store."""
        return self.service.store

    def key(self, name: str, role: Role) -> str:
        """Return the key of that name."""
        if (name, role) not in self._keys:
            self._keys[name, role] = create_key(self.store, name=name, role=role, at=NOON)
        return self._keys[name, role]


@contextmanager
def running(home: Path, *, mlflow_url: str = "http://127.0.0.1:5000") -> Iterator[Place]:
    """Give a service over the home, on a free port of loopback, whose clock stands at noon."""
    hands = Hands()
    settings = ServiceSettings(
        home,
        f"sqlite:///{home / 'worklist.db'}",
        reap_every_seconds=0,
        refresh_every_seconds=0,
        mlflow_url=mlflow_url,
    )
    app = create_app(home, clock=hands, settings=settings, models=models_of(home, small_bundle()))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, server_header=False, lifespan="on")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        _wait_until(lambda: server.started or not thread.is_alive())
        if not server.started:
            raise RuntimeError("Expected the service to start on loopback, found that it ended.")
        try:
            port = listening.getsockname()[1]
            yield Place(f"http://127.0.0.1:{port}", app.state.service, hands, home)
        finally:
            server.should_exit = True
            thread.join(timeout=10)


def _wait_until(true: object, *, seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.01)


class Visitor:
    """Someone at the screen: a page of the browser, and a watch on what goes wrong there.

    Parameters
    ----------
    page
        The browser's page.
    place
        The service that is looked at.
    language
        Language of the visitor (``zh``, ``en``).
    """

    def __init__(self, page: Page, place: Place, *, language: Language) -> None:
        self.page, self.place, self.language = page, place, language
        self.problems: list[str] = []
        self.lawful: set[int] = set()
        self.forgiven: list[str] = []
        page.context.route(_ELSEWHERE, self._stop)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"script failed: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def expects(self, *statuses: int) -> None:
        """Let refusals with these statuses be no fault: the test is about them."""
        self.lawful |= set(statuses)

    def says(self, text: str, **parts: object) -> str:
        """Return what the console says for an English text, in the visitor's language."""
        said = texts_in(self.language).gettext(text)
        return said % parts if parts else said.replace("%%", "%")

    def forgives(self, text: str) -> None:
        """Let what the browser says about this be no fault: the test is about it."""
        self.forgiven.append(text)

    def open(self, path: str) -> Response:
        """Open a page of the service and return its answer."""
        answer = self.page.goto(f"{self.place.url}{path}", wait_until="load")
        assert answer is not None
        return answer

    def sign_in(self, name: str, role: Role) -> None:
        """Sign in as people do: type the key, press Enter."""
        self.open("/console/sign-in")
        key = self.page.locator("input[name=key]")
        key.fill(self.place.key(name, role))
        self.enter_key()

    def follow(self, what: Locator) -> None:
        """Press a link or button and wait for the page it leads to."""
        with self.page.expect_navigation(wait_until="load"):
            what.click()

    def enter_key(self) -> None:
        """Press Enter and wait for the page it leads to."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")

    def focused(self) -> str:
        """Return what the element says that the keyboard is at."""
        said: str = self.page.evaluate(
            "(document.activeElement.innerText || document.activeElement.getAttribute('aria-label') || '').trim()"
        )
        return said

    def tab_to(self, text: str) -> None:
        """Press Tab until the keyboard is at what says this text."""
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.focused() == text:
                return
        raise AssertionError(f"expected Tab to reach {text!r}, found that 80 presses did not")

    def _stop(self, route: object, request: Request) -> None:
        self.problems.append(f"asked another place: {request.url}")
        route.abort()  # type: ignore[attr-defined]

    def _heard(self, said: ConsoleMessage) -> None:
        refused = _REFUSED.match(said.text)
        known = (refused and int(refused.group(1)) in self.lawful) or any(
            text in said.text for text in self.forgiven
        )
        if said.type in ("error", "warning") and not known:
            self.problems.append(f"console {said.type}: {said.text}")

    def _failed(self, request: Request) -> None:
        if "ERR_ABORTED" in (request.failure or ""):  # whoever goes on stops what still loads
            return
        self.problems.append(f"request failed: {request.method} {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.lawful:
            self.problems.append(f"answered {response.status}: {response.url}")


@contextmanager
def visiting(
    browser: Browser,
    place: Place,
    *,
    language: Language = "en",
    size: tuple[int, int] = DESKTOP,
    scripts: bool = True,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Visitor]:
    """Give a visitor with a browser of their own: no cookie of another; problems fail at the end."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
        java_script_enabled=scripts,
        color_scheme=scheme,
        service_workers="block",
    )
    context.set_default_timeout(5_000)
    visitor = Visitor(context.new_page(), place, language=language)
    try:
        yield visitor
    finally:
        context.close()
    if visitor.problems:
        raise AssertionError("the browser met problems:\n" + "\n".join(visitor.problems))
