"""Signing in and out: with a key, for one shift, from our own pages, and never for a machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from serving.auth import revoke_key
from serving.console.acts import case_address
from serving.console.ended import ENDED
from serving.console.sealing import SECRET_FILE, SecretRefused, console_secret, sealed_session
from serving.console.session import SESSION_COOKIE
from tests.serving.console_visitor import OURS, Clock, Visitor, office, signed_in
from tests.serving.service_builders import Desk
from tests.serving.worklist_builders import NOON, decision, published


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with office(tmp_path, clock=clock) as one:
        published([decision(1)], store=one.store)
        yield one


def test_the_root_leads_to_the_console_and_the_console_to_the_key(desk: Desk) -> None:
    page = Visitor(desk).get("/")
    assert (page.status, page.address) == (200, "/console/sign-in")


def test_a_key_opens_a_session_of_one_shift_that_scripts_and_other_sites_cannot_use(desk: Desk) -> None:
    key = desk.key("ann", "collector")["X-API-Key"]
    client = Visitor(desk).client
    answer = client.post("/console/sign-in", data={"key": f" {key} "}, headers=OURS, follow_redirects=False)
    assert answer.status_code == 303
    cookie = SimpleCookie(answer.headers["set-cookie"])[SESSION_COOKIE]
    assert (cookie["path"], cookie["samesite"], cookie["max-age"]) == ("/console", "strict", "43200")
    assert cookie["httponly"]
    assert key not in answer.headers["set-cookie"]
    assert key.partition("_")[2].partition("_")[2] not in answer.headers["set-cookie"]


def test_over_https_the_cookie_travels_encrypted_only(desk: Desk) -> None:
    client = Visitor(desk).client
    key = desk.key("ann", "collector")["X-API-Key"]
    secure = {"Origin": "https://testserver"}
    answer = client.post(
        "https://testserver/console/sign-in", data={"key": key}, headers=secure, follow_redirects=False
    )
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("role", "first"),
    [
        ("collector", "/console/worklist"),
        ("supervisor", "/console/worklist"),
        ("admin", "/console/worklist"),
        ("committee", "/console/reports"),
        ("data_scientist", "/console/models"),
    ],
)
def test_everybody_begins_at_the_page_of_their_work(desk: Desk, role: str, first: str) -> None:
    one = signed_in(desk, "one", role)  # type: ignore[arg-type]
    answer = one.client.get("/console/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, first)


@pytest.mark.parametrize(
    ("key", "status", "said"),
    [
        pytest.param("", 401, "unknown or was revoked", id="nothing"),
        pytest.param("dc_0123456789ab_" + "x" * 43, 401, "unknown or was revoked", id="an unknown key"),
        pytest.param("'; drop table api_keys; --", 401, "unknown or was revoked", id="no key at all"),
        pytest.param("密钥" * 60, 401, "unknown or was revoked", id="letters of another script"),
    ],
)
def test_a_wrong_key_is_told_in_words(desk: Desk, key: str, status: int, said: str) -> None:
    one = Visitor(desk)
    page = one.send(one.get("/console/sign-in"), "/sign-in", key=key)
    assert (page.status, said in page.words) == (status, True)
    assert page.headers["content-type"].startswith("text/html")
    assert "set-cookie" not in page.headers
    assert not key or key not in page.html


def test_the_key_of_a_machine_opens_no_page(desk: Desk) -> None:
    one = Visitor(desk)
    page = one.send(one.get("/console/sign-in"), "/sign-in", key=desk.key("dialler", "service")["X-API-Key"])
    assert (page.status, "belongs to a machine" in page.words) == (403, True)
    assert "set-cookie" not in page.headers


def test_the_session_ends_with_the_shift(desk: Desk, clock: Clock) -> None:
    ann = signed_in(desk, "ann", "collector")
    clock.moment = NOON + timedelta(hours=12) - timedelta(seconds=1)
    assert ann.get("/console/worklist").status == 200
    clock.moment = NOON + timedelta(hours=12)
    page = ann.get("/console/worklist?state=ready")
    assert (page.status, "Your session has ended" in page.words) == (401, True)
    assert page.form("/sign-in").fields["next"] == "/console/worklist?state=ready"


def test_a_revoked_key_ends_the_session_at_once_and_nothing_sent_is_recorded(desk: Desk) -> None:
    ann = signed_in(desk, "ann", "collector")
    page = ann.get("/console/worklist")
    revoke_key(desk.store, name="ann", at=NOON)
    after = ann.send(page, "/console/claim")
    assert (after.status, "nothing of what you sent was recorded" in after.words) == (401, True)
    assert ann.get("/console/worklist").status == 401


def test_signing_out_ends_the_session_of_this_browser(desk: Desk) -> None:
    ann = signed_in(desk, "ann", "collector")
    page = ann.send(ann.get("/console/worklist"), "/sign-out")
    assert (page.status, page.address) == (200, "/console/sign-in")
    assert ann.get("/console/worklist").address.startswith("/console/sign-in?next=")


def test_a_copy_of_a_cookie_that_was_signed_out_opens_nothing_and_another_session_goes_on(
    desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    ann, at_home = signed_in(desk, "ann", "collector"), signed_in(desk, "ann", "collector")
    copy = {"Cookie": f"{SESSION_COOKIE}={ann.client.cookies[SESSION_COOKIE]}"}
    assert Visitor(desk).client.get("/console/worklist", headers=copy).status_code == 200
    ann.send(ann.get("/console/worklist"), "/sign-out")
    assert Visitor(desk).client.get("/console/worklist", headers=copy).status_code == 401
    assert at_home.get("/console/worklist").status == 200
    (kept,) = (tmp_path / "keys" / ENDED).iterdir()
    assert copy["Cookie"].rpartition(".")[2] not in kept.name

    clock.moment = NOON + timedelta(hours=13)  # the shift is over: nothing of it needs to be kept
    eve = signed_in(desk, "eve", "collector")
    eve.send(eve.get("/console/worklist"), "/sign-out")
    assert [one.name == kept.name for one in kept.parent.iterdir()] == [False]


@pytest.mark.parametrize("loan", ["L-1", "合同-1", "L 1", "L%31", "L?1#2", "L/1", "a//b", "../x", "L&a=1"])
def test_after_signing_in_one_stands_where_one_wanted_to_go(desk: Desk, loan: str) -> None:
    published([decision(1, loan_id=loan)], store=desk.store)
    ann, wanted = Visitor(desk), case_address(f"{loan}@2026-03-02")
    page = ann.get(f"{wanted}?said=claimed")
    assert page.form("/sign-in").fields["next"] == f"{wanted}?said=claimed"
    answer = ann.client.post(
        "/console/sign-in",
        data={**page.form("/sign-in").fields, "key": desk.key("ann", "collector")["X-API-Key"]},
        headers=OURS,
        follow_redirects=False,
    )
    assert answer.headers["location"] == f"{wanted}?said=claimed"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/v1/worklist",
        "/console/\\evil",
        "/console//evil",
        "/console/ x",
        "/console/..",
        "/console/%2e%2E/docs",
    ],
)
def test_signing_in_leads_nowhere_else(desk: Desk, target: str) -> None:
    ann = Visitor(desk)
    page = ann.get("/console/sign-in")
    page = ann.send(page, "/sign-in", key=desk.key("ann", "collector")["X-API-Key"], next=target)
    assert page.address == "/console/worklist"


def forged(secret: bytes, prefix: str) -> dict[str, str]:
    """Return cookies that somebody made up."""
    good = sealed_session(secret, prefix=prefix, at=NOON)
    head, begun, nonce, mac = good.split(".")
    later = sealed_session(secret, prefix=prefix, at=NOON + timedelta(hours=1))
    return {
        "another's prefix": f"0123456789ab.{begun}.{nonce}.{mac}",
        "a later beginning": f"{head}.{int(begun) + 1}.{nonce}.{mac}",
        "a beginning in the future": later,
        "another home's seal": sealed_session(b"x" * 32, prefix=prefix, at=NOON),
        "a cut seal": good[:-1],
        "a longer one": good + "0",
        "a beginning beyond the calendar": f"{head}.{'9' * 17}.{nonce}.{mac}",
        "nothing known": "dc_hello",
        "no text": "\x7f",
    }


def test_a_forged_session_opens_nothing(desk: Desk, tmp_path: Path) -> None:
    key = desk.key("ann", "collector")["X-API-Key"]
    signed_in(desk, "ann", "collector")
    secret = console_secret(tmp_path / "keys")
    for name, cookie in forged(secret, key.split("_")[1]).items():
        one = Visitor(desk)
        answer = one.client.get("/console/worklist", headers={"Cookie": f"{SESSION_COOKIE}={cookie}"})
        assert answer.status_code == 401, name
        assert "/console/sign-in" in answer.text, name


def test_the_session_opens_the_console_and_never_the_api(desk: Desk) -> None:
    ann = signed_in(desk, "ann", "collector")
    assert ann.client.get("/v1/worklist").status_code == 401
    cookie = ann.client.cookies[SESSION_COOKIE]
    assert ann.client.get("/v1/worklist", headers={"X-API-Key": cookie}).status_code == 401


def test_the_secret_is_for_its_owner_alone_and_made_once(tmp_path: Path) -> None:
    first = console_secret(tmp_path / "keys")
    file = tmp_path / "keys" / SECRET_FILE
    assert (len(first), file.stat().st_mode & 0o777) == (32, 0o600)
    assert console_secret(tmp_path / "keys") == first
    assert [one.name for one in file.parent.iterdir()] == [SECRET_FILE]
    file.chmod(0o644)
    with pytest.raises(SecretRefused, match="found mode 0644"):
        console_secret(tmp_path / "keys")


def test_a_cut_secret_is_refused_and_not_replaced_in_silence(tmp_path: Path) -> None:
    console_secret(tmp_path)
    (tmp_path / SECRET_FILE).write_bytes(b"short")
    with pytest.raises(SecretRefused, match="Expected 32 bytes"):
        console_secret(tmp_path)


def test_a_choice_of_language_outlives_the_session_and_goes_before_the_browsers(desk: Desk) -> None:
    one = Visitor(desk, language="en")
    page = one.get("/console/sign-in")
    assert "Your key" in page.words
    page = one.send(page, "/language", language="zh")
    assert ("您的密钥" in page.words, 'lang="zh-CN"' in page.html) == (True, True)
    assert "您的密钥" in one.get("/console/sign-in").words


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", "zh-CN"),
        ("fr-FR", "zh-CN"),
        ("en-GB,en;q=0.8", "en"),
        ("de,zh;q=0.4,en;q=0.6", "en"),
        ("zh-TW", "zh-CN"),
    ],
)
def test_without_a_choice_the_browsers_language_counts_and_chinese_comes_first(
    desk: Desk, asked: str, shown: str
) -> None:
    answer = Visitor(desk).client.get("/console/sign-in", headers={"Accept-Language": asked})
    assert f'<html lang="{shown}"' in answer.text
