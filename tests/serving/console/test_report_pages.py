"""Pages of reports: who may open them, what locks them in, and what is said when there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.auth import ROLES, Role
from serving.console.languages import Language
from serving.console.session import PEOPLE
from tests.serving.console_builders import write_reports
from tests.serving.console_client import Clerk
from tests.serving.service_builders import Desk, desk, small_bundle

READERS = {"committee", "data_scientist", "supervisor", "admin"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Desk]:
    """A service whose home holds a report in each language."""
    with desk(tmp_path, small_bundle()) as one:
        write_reports(tmp_path)
        yield one


@pytest.fixture
def home(office: Desk) -> Path:
    """The home of the office."""
    return office.service.settings.home


def test_a_report_is_locked_in_by_headers(office: Desk) -> None:
    answer = Clerk(office, "cora", "committee").open("/console/reports/roll_30.en.html")
    assert answer.headers["content-security-policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("address", ["/console/reports", "/console/reports/roll_30.en.html"])
@pytest.mark.parametrize("role", [role for role in ROLES if role in PEOPLE])
def test_a_role_opens_reports_or_is_refused_in_words(office: Desk, role: Role, address: str) -> None:
    answer = Clerk(office, role, role).open(address)
    assert answer.status_code == (200 if role in READERS else 403)
    assert answer.headers["content-type"].startswith("text/html")
    if role not in READERS:
        assert "<h1>" in answer.text
        assert "Review report" not in answer.text


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("..%2Fworklist.db", id="a folder above"),
        pytest.param("%2Fetc%2Fpasswd", id="a place of its own"),
        pytest.param("link.html", id="a link out of the folder"),
        pytest.param("missing.html", id="no file"),
        pytest.param("%00.html", id="a zero byte"),
        pytest.param("x" * 4000 + ".html", id="a name too long"),
    ],
)
def test_what_is_no_report_is_answered_with_words(office: Desk, home: Path, name: str) -> None:
    (home / "reports" / "link.html").symlink_to(home / "worklist.db")
    answer = Clerk(office, "cora", "committee").open(f"/console/reports/{name}")
    assert answer.status_code == 404
    assert "<h1>" in answer.text
    assert "SQLite" not in answer.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_home_without_reports_says_how_to_make_one(office: Desk, home: Path, language: Language) -> None:
    shutil.rmtree(home / "reports")
    cora = Clerk(office, "cora", "committee", language=language)
    answer = cora.open("/console/reports")
    assert cora.says("There is no report yet") in answer.text
    assert "duecourse report " in answer.text
    assert f"--language {language}" in answer.text


def test_the_report_of_a_model_that_was_replaced_says_so(office: Desk, home: Path) -> None:
    for file in (home / "reports").iterdir():
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(small_bundle().content_hash, "f" * 64), encoding="utf-8")
    answer = Clerk(office, "cora", "committee").open("/console/reports")
    assert answer.text.count('<span class="tag warn">not in force</span>') == 2


def test_a_title_with_signs_of_markup_stays_a_title(office: Desk, home: Path) -> None:
    (home / "reports" / "odd.html").write_text("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>")
    answer = Clerk(office, "cora", "committee").open("/console/reports")
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script>alert" not in answer.text


def test_each_reader_lands_on_a_page_of_their_own(office: Desk) -> None:
    lands = {}
    for role in ("collector", "data_scientist", "committee", "supervisor"):
        clerk = Clerk(office, role, role)
        assert clerk.first.headers["location"] == "/console/"
        lands[role] = clerk.open("/console/").headers["location"].rpartition("/")[2]
    assert lands == {
        "collector": "worklist",
        "data_scientist": "models",
        "committee": "reports",
        "supervisor": "worklist",
    }
