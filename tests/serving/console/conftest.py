"""Journeys in a real Chromium: a service per test, nothing leaves the machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from serving.auth import Role
from serving.console.languages import Language
from tests.serving.browser import Place, Visitor, running, visiting
from tests.serving.console_builders import fill

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Enter = Callable[..., Visitor]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A service over a small home of its own, whose clock stands at noon in Shanghai."""
    with running(tmp_path) as one:
        fill(one)
        yield one


@pytest.fixture
def enter(browser: Browser, place: Place) -> Iterator[Enter]:
    """Let somebody sign in: ``enter("ann", "collector", language="zh")``; problems fail the test at its end."""
    with ExitStack() as open_pages:

        def one(name: str, role: Role, *, language: Language = "en", **looks: Any) -> Visitor:
            visitor = open_pages.enter_context(visiting(browser, place, language=language, **looks))
            visitor.sign_in(name, role)
            return visitor

        yield one


@pytest.fixture
def chinese_letters() -> None:
    """Skip where Chinese would be boxes."""
    listed = ""
    if shutil.which("fc-list"):
        listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False).stdout
    if not listed.strip():
        pytest.skip("no font has Chinese letters: install the Debian package fonts-noto-cjk")
