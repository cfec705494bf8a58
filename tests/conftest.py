"""One Chromium for every test that looks at pages: its driver cannot be started twice in a process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of this machine, without a window."""
    # the service is loaded only where pages are looked at
    from tests.serving.browser import FLAGS, NAMES, chromium

    path = chromium()
    if path is None:
        pytest.skip(f"none of {', '.join(NAMES)} is on the PATH: install the Debian package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield one
        one.close()
