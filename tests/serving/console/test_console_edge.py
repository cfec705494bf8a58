"""What reaches the console and what leaves it: forms of our own pages only, safe headers, pages and never JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from serving.console.edge import POLICY
from tests.serving.console_visitor import OURS, Clock, Visitor, office, signed_in
from tests.serving.service_builders import Desk
from tests.serving.worklist_builders import decision, published, visit

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with office(tmp_path, clock=Clock(), body_bytes=20_000) as one:
        published([decision(1), visit(2)], store=one.store)
        yield one


@pytest.fixture
def ann(desk: Desk) -> Visitor:
    return signed_in(desk, "ann", "collector")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="a browser that does not say where from"),
        pytest.param({"Origin": "https://evil.example"}, id="another site"),
        pytest.param({"Origin": "http://testserver.evil.example"}, id="a site that begins like ours"),
        pytest.param({"Origin": "http://testserver:8080"}, id="another port"),
        pytest.param({"Origin": "null"}, id="a sandbox"),
        pytest.param({"Origin": "http://[broken"}, id="no address"),
        pytest.param({"Sec-Fetch-Site": "cross-site", **OURS}, id="another site that claims to be ours"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="a sister site"),
    ],
)
def test_a_form_from_elsewhere_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    key = desk.key("ann", "collector")["X-API-Key"]
    answer = Visitor(desk).client.post("/console/sign-in", data={"key": key}, headers=headers)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert "<h1>" in answer.text


def test_a_browser_that_says_same_origin_is_believed(desk: Desk) -> None:
    key = desk.key("ann", "collector")["X-API-Key"]
    answer = Visitor(desk).client.post(
        "/console/sign-in",
        data={"key": key},
        headers={"Sec-Fetch-Site": "same-origin"},
        follow_redirects=False,
    )
    assert answer.status_code == 303


def test_a_form_of_another_session_is_refused_and_records_nothing(desk: Desk, ann: Visitor) -> None:
    bob = signed_in(desk, "bob", "collector")
    form = bob.get("/console/worklist").form("/console/claim")
    for csrf in (form.fields["csrf"], "", "é", "0" * 64):
        page = ann.post("/console/claim", {**form.fields, "csrf": csrf})
        assert (page.status, "out of date" in page.words) == (403, True)
    assert "Nothing. Claim" in ann.get("/console/worklist").words


def test_a_form_of_the_session_before_is_stale(desk: Desk, ann: Visitor) -> None:
    before = ann.get("/console/worklist")
    ann.send(before, "/sign-out")
    again = ann.send(ann.get("/console/sign-in"), "/sign-in", key=desk.key("ann", "collector")["X-API-Key"])
    assert again.status == 200
    assert ann.send(before, "/console/claim").status == 403


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b'{"csrf": "x"}', "application/json", id="JSON"),
        pytest.param(b"csrf=1", "text/plain", id="plain text"),
        pytest.param(b"csrf=1", "multipart/form-data; boundary=x", id="a file"),
        pytest.param(b"csrf", FORM["Content-Type"], id="no pair"),
        pytest.param(b"csrf=%ff%fe", FORM["Content-Type"], id="no UTF-8"),
        pytest.param("csrf=密".encode(), FORM["Content-Type"], id="unescaped"),
        pytest.param(b"csrf=%00", FORM["Content-Type"], id="a null character"),
        pytest.param(b"csrf=1&csrf=1", FORM["Content-Type"], id="the same field twice"),
        pytest.param(b"&".join(b"f%d=" % n for n in range(51)), FORM["Content-Type"], id="too many fields"),
    ],
)
def test_a_body_that_is_no_form_of_ours_is_refused_in_words(ann: Visitor, body: bytes, kind: str) -> None:
    answer = ann.client.post("/console/claim", content=body, headers={**OURS, "Content-Type": kind})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("ending", "page"),
    [
        ("/console/claim", "/console/worklist"),
        ("/sign-out", "/console/worklist"),
        ("/sign-in", "/console/sign-in"),
    ],
)
def test_a_field_that_the_form_does_not_have_is_refused(ann: Visitor, ending: str, page: str) -> None:
    assert ann.send(ann.get(page), ending, surprise="1").status == 422


def test_a_form_without_its_mark_or_with_a_strange_action_is_refused(ann: Visitor) -> None:
    page = ann.get("/console/worklist")
    assert ann.send(page, "/console/claim", once="").status == 422
    assert ann.send(page, "/console/claim", action="shout").status == 422
    assert "Nothing. Claim" in ann.get("/console/worklist").words


def test_a_body_that_is_too_large_gets_a_page(ann: Visitor) -> None:
    page = ann.send(ann.get("/console/worklist"), "/console/claim", case_id="x" * 30_000)
    assert (page.status, "too large" in page.words) == (413, True)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/console/nowhere", 404),
        ("GET", "/console/claim", 405),
        ("POST", "/console/worklist", 405),
        ("DELETE", "/console/worklist", 405),
        ("GET", "/console/worklist?action=shout", 422),
        ("GET", "/console/cases/L-404@2026-03-02", 404),
        ("GET", "/console/cases/L-404@2026-03-02/outcome", 404),
        ("GET", "/console/cases/" + "x" * 400, 422),
        ("GET", "/console/cases/%00%01%02", 422),
        ("GET", "/console/cases/%ED%A0%80abc", 404),
        ("GET", "/console/static/../console.css", 404),
        ("GET", "/console/static/nothing.css", 404),
        ("GET", "/console/approvals", 403),
    ],
)
def test_what_is_refused_is_refused_in_words(ann: Visitor, method: str, address: str, status: int) -> None:
    answer = ann.client.request(method, address, headers=OURS)
    assert answer.status_code == status
    if address.startswith("/console/static/"):
        return
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<nav class="rooms"' in answer.text
    assert not re.search(r"Traceback|urn:duecourse|&#34;detail", answer.text)


def test_a_refused_form_leads_back_to_the_page_it_stood_on(desk: Desk, ann: Visitor) -> None:
    form = ann.get("/console/cases/L-1@2026-03-02").form("/console/claim")
    ann.post(form.action, form.fields)
    bob = signed_in(desk, "bob", "collector")
    fields = {**form.fields, "csrf": bob.get("/console/worklist").form("/console/claim").fields["csrf"]}
    for referer, back in (
        ("http://testserver/console/cases/L-1@2026-03-02", "/console/cases/L-1@2026-03-02"),
        ("http://testserver//evil.example/console/", None),
        ("http://[", "/console/"),
    ):
        page = bob.post(form.action, fields, Referer=referer)
        assert (page.status, "cannot be claimed now" in page.words) == (409, True)
        assert re.findall(r'primary" href="([^"]*)"', page.html) == ([] if back is None else [back])


def test_a_store_that_fails_is_told_in_words(desk: Desk, ann: Visitor) -> None:
    with desk.store.writing() as connection:
        connection.execute(text("alter table items rename to lost"))
    page = ann.get("/console/worklist")
    assert (page.status, "The worklist does not answer" in page.words) == (503, True)
    assert page.headers["retry-after"] == "2"
    assert "items" not in page.words


def test_a_fault_of_the_service_gives_an_incident_and_nothing_else(
    ann: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_words: object, **_more: object) -> None:
        raise RuntimeError("L-1 owes 1500")

    monkeypatch.setattr("serving.console.routes_worklist.overview", broken)
    page = ann.get("/console/worklist")
    assert (page.status, "The service failed" in page.words) == (500, True)
    assert re.search(r"Incident : [0-9a-f]{32}|Incident: [0-9a-f]{32}", page.words)
    assert "owes" not in page.html


@pytest.mark.parametrize(
    "address",
    [
        "/console/sign-in",
        "/console/worklist",
        "/console/cases/L-1@2026-03-02",
        "/console/nowhere",
        "/console/static/console.css",
        "/console/",
    ],
)
def test_every_answer_is_strict_about_what_a_browser_may_do(ann: Visitor, address: str) -> None:
    answer = ann.client.get(address, follow_redirects=False)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == ("no-cache" if "static" in address else "no-store")
    directives = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'"
    )
    assert POLICY.startswith(directives)
    assert "frame-ancestors 'none'" in POLICY


def test_the_api_answers_as_before(desk: Desk, ann: Visitor) -> None:
    refused = ann.client.get("/v1/worklist")
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
    assert "content-security-policy" not in refused.headers
    assert ann.client.get("/health").json() == {"status": "up"}
    assert "/console" not in ann.client.get("/openapi.json").text
    assert desk.client.get("/v1/worklist", headers=desk.key("ann", "collector")).status_code == 200


def test_the_log_names_templates_and_key_prefixes_and_no_case(
    desk: Desk, ann: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    ann.get("/console/cases/L-1@2026-03-02")
    (line,) = [r.getMessage() for r in caplog.records if r.name == "duecourse.access"]
    assert line.startswith("GET /console/cases/{case_id:path} 200")
    assert desk.key("ann", "collector")["X-API-Key"].split("_")[1] in line
    assert "L-1" not in line


def test_pages_carry_no_inline_style_or_script_and_nothing_from_elsewhere(ann: Visitor) -> None:
    for address in ("/console/worklist", "/console/cases/L-1@2026-03-02", "/console/cases/L-2@2026-03-02"):
        html = ann.get(address).html
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|https?://(?!www\.w3\.org)", html)
        assert re.findall(r"<script[^>]*>", html) == ['<script src="/console/static/console.js" defer>']


def test_what_the_book_says_is_escaped(tmp_path: Path) -> None:
    odd = "<img src=x onerror=alert(1)>"
    with office(tmp_path, clock=Clock()) as one:
        published([decision(1, product=odd, why_en=odd, portfolio=odd)], store=one.store)
        page = signed_in(one, "ann", "collector").get("/console/worklist")
    assert "<img" not in page.html
    assert "&lt;img" in page.html
