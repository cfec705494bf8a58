"""Pictures of the console for the README, taken from a demo home: ``python docs/pictures.py --home var``.

The home is not touched: what the pages need is copied, served on loopback by the real service, and looked at with
the Chromium of this machine. The demo's data are simulated; never take pictures of a lender's home.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

PICTURES = Path(__file__).parent / "pictures"
ROOT = Path(__file__).parents[1]
LARGEST_BYTES = 250_000
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
NEEDED = ("worklist.db", "worklist.db-wal", "releases", "keys", "models.json", "reports")
"""What of a home the pages are made of."""


@dataclass(frozen=True)
class Picture:
    """One picture: who looks, at which page, in which language, on how large a screen.

    Parameters
    ----------
    name
        File name without its ending.
    role
        Role of the key that signs in.
    path
        Page below ``/console``; ``{case}`` and ``{report}`` stand for one of the home.
    language
        Language of the page.
    width, height
        Size of the screen, pixels; a height of 0 takes the whole page.
    """

    name: str
    role: str
    path: str
    language: str
    width: int = 1280
    height: int = 0


GALLERY = (
    Picture("case-zh", "collector", "/cases/{case}", "zh", height=1112),
    Picture("worklist-en", "supervisor", "/worklist", "en", height=900),
    Picture("models-en", "data_scientist", "/models", "en"),
    Picture("report-en", "committee", "/reports/{report}", "en", height=1100),
    Picture("reports-zh", "committee", "/reports", "zh"),
    Picture("outcome-zh", "collector", "/cases/{case}/outcome", "zh", width=390),
)
README = ("case-zh", "worklist-en")
"""The two that the README shows; the others are taken with ``--all`` and looked at while designing."""


def main() -> int:
    """Take the pictures; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True, help="home of the demo, made by make demo")
    parser.add_argument("--now", default="2026-01-01T10:00+08:00", help="moment on the clock of the service")
    parser.add_argument("--out", type=Path, default=PICTURES)
    parser.add_argument("--all", action="store_true", help="also those the README does not show")
    given = parser.parse_args()
    chromium = next((found for name in NAMES if (found := shutil.which(name))), None)
    if chromium is None:
        sys.exit(
            f"Expected one of {', '.join(NAMES)} on the PATH, found none. Install the Debian package chromium."
        )
    given.out.mkdir(parents=True, exist_ok=True)
    chosen = [one for one in GALLERY if given.all or one.name in README]
    with tempfile.TemporaryDirectory() as folder:
        home = _copy_of(given.home, Path(folder) / "home")
        keys = _keys(home, {one.role for one in chosen}, at=datetime.fromisoformat(given.now))
        reports = sorted(file.name for file in (home / "reports").glob("*-en.html"))
        parts = {"case": _telling_case(home), "report": next(iter(reports), "none.html")}
        with _served(home, now=given.now) as url:
            _take(chosen, url=url, keys=keys, chromium=chromium, out=given.out, parts=parts)
    return 0


def _copy_of(home: Path, to: Path) -> Path:
    if not (home / "worklist.db").exists():
        sys.exit(f"Expected a home with a worklist, found none in {home}. Make one with make demo.")
    to.mkdir()
    for name in NEEDED:
        if (home / name).is_dir():
            shutil.copytree(home / name, to / name)
        elif (home / name).exists():
            shutil.copy2(home / name, to / name)
    return to


def _keys(home: Path, roles: set[str], *, at: datetime) -> dict[str, str]:
    """Return a key of each role, made in the copy."""
    from serving.auth import ROLES, create_key
    from serving.store import open_store, store_url

    store = open_store(store_url(home))
    names = {
        "collector": "林晓",
        "supervisor": "Sue Baker",
        "data_scientist": "Dan Reed",
        "committee": "陈静",
    }
    keys: dict[str, str] = {
        role: create_key(store, name=names[role], role=role, at=at - timedelta(days=1))
        for role in ROLES
        if role in roles
    }
    store.close()
    return keys


def _telling_case(home: Path) -> str:
    """Return the case whose page shows most: all kinds of scores, several instalments, an offer."""
    from serving.store import open_store, store_url
    from serving.store_sheets import sheet_of
    from serving.store_worklist import worklist

    store = open_store(store_url(home))

    def shows(case_id: str, scores: int, offer: str) -> tuple[int, int, bool]:
        sheet = sheet_of(store, case_id)
        return scores, 0 if sheet is None else min(len(sheet.unpaid), 3), bool(offer)

    items = worklist(store, state="ready", limit=200).items
    found = max(items, key=lambda one: shows(one.case_id, len(one.decision.scores), one.decision.offer))
    store.close()
    return found.case_id


@contextmanager
def _served(home: Path, *, now: str) -> Iterator[str]:
    """Give the address of the real service over the home, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "serving", "--home", str(home), "--port", str(port), "--now", now]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"})
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the service answers; a slow machine compiles for minutes."""
    until = time.monotonic() + 600
    while process.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{url}/health", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("Expected the service to answer within ten minutes, found that it did not. See above.")


def _take(
    chosen: list[Picture], *, url: str, keys: dict[str, str], chromium: str, out: Path, parts: dict[str, str]
) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for one in chosen:
            context = browser.new_context(
                viewport={"width": one.width, "height": one.height or 900},
                locale={"zh": "zh-CN", "en": "en-GB"}[one.language],
            )
            page = context.new_page()
            page.goto(f"{url}/console/sign-in")
            page.fill("input[name=key]", keys[one.role])
            page.press("input[name=key]", "Enter")
            page.wait_for_url(lambda address: "/sign-in" not in address)
            page.goto(f"{url}/console{one.path.format(**parts)}")
            _write(out / f"{one.name}.png", page.screenshot(full_page=not one.height))
            context.close()
        browser.close()


def _write(file: Path, png: bytes) -> None:
    """Write the picture with few colours: flat pages lose nothing, and the repository stays small."""
    from PIL import Image

    picture: Any = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        small = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() <= LARGEST_BYTES:
            break
    file.write_bytes(small.getvalue())
    sys.stdout.write(f"{file}: {small.tell() / 1000:.0f} kB, {picture.width} x {picture.height}\n")


if __name__ == "__main__":
    sys.exit(main())
