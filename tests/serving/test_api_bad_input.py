"""Bad bodies, bad addresses, failures inside: problem details with paths, never a value or a trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.serving.service_builders import Desk, borrower_tables, desk, raw_json, score_body, small_bundle
from tests.serving.worklist_builders import decision, published

JSON = {"Content-Type": "application/json"}
CASE = "/v1/cases/L-1@2026-03-02"
CONTACT = {"channel": "call", "outcome": "talked"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("home"), small_bundle(), body_bytes=200_000) as one:
        published([decision(1)], store=one.store)
        yield one


def cells(table: str, **changes: Any) -> dict[str, Any]:
    rows: dict[str, Any] = borrower_tables(7, paid=4)
    rows[table][0] |= changes
    return score_body(rows)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        pytest.param(b"", "body", id="nothing"),
        pytest.param(b"[]", "body", id="an empty list"),
        pytest.param(b"null", "body", id="null"),
        pytest.param(b"{}", "as_of", id="an empty object"),
        pytest.param(b'{"as_of": ', "[10]", id="half a body"),
        pytest.param(raw_json(score_body(as_of=20240801)), "as_of", id="a number for a day"),
        pytest.param(raw_json(score_body(as_of="2024-02-30")), "as_of", id="a day that is not"),
        pytest.param(raw_json(score_body(as_of="9999-12-31")), "as_of", id="year 9999"),
        pytest.param(raw_json(score_body(as_of=True)), "as_of", id="true for a day"),
        pytest.param(raw_json(score_body({})), "tables", id="no tables"),
        pytest.param(raw_json(score_body(country="ZZ")), "country", id="no such country"),
        pytest.param(raw_json(score_body(time_zone="Mars/Base")), "time_zone", id="no such zone"),
        pytest.param(raw_json(score_body(time_zone="../../etc/passwd")), "time_zone", id="a path as a zone"),
        pytest.param(raw_json(score_body(currency="yuan")), "currency", id="no such currency"),
        pytest.param(raw_json(score_body(country="\ud800")), "country", id="a lone surrogate"),
        pytest.param(raw_json(score_body(extra=1)), "extra", id="a field nobody knows"),
        pytest.param(raw_json(score_body({"\ud800": []})), "tables", id="a lone surrogate as a table"),
        pytest.param(
            raw_json(cells("payments", amount=True)), "tables.payments[0].amount", id="true as a number"
        ),
        pytest.param(raw_json(cells("payments", amount=1e308)), "tables.payments[0].amount", id="1e308"),
        pytest.param(
            raw_json(cells("loans", annual_rate=float("nan"))), "tables.loans[0].annual_rate", id="NaN"
        ),
        pytest.param(
            raw_json(cells("loans", annual_rate=float("inf"))), "tables.loans[0].annual_rate", id="inf"
        ),
        pytest.param(raw_json(cells("loans", product="a\x00")), "tables.loans[0].product", id="NUL"),
        pytest.param(
            raw_json(cells("loans", product="\udfff")), "tables.loans[0].product", id="half a character"
        ),
        pytest.param(raw_json(score_body({"loans": []})), "tables.loans", id="an empty list of loans"),
    ],
)
def test_a_bad_score_request_is_refused_with_the_path_of_the_field(
    service: Desk, body: bytes, path: str
) -> None:
    answer = service.client.post("/v1/score", content=body, headers={**service.key("d", "service"), **JSON})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert any(error["path"].startswith(path) for error in problem["errors"]), problem
    assert set(problem) == {"type", "title", "status", "detail", "errors", "errors_count"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(b'{"as_of": ' + b"1" * 5000 + b"}", id="a number of 5000 digits"),
        pytest.param(b"[" * 100_000, id="a hundred thousand brackets"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(service: Desk, body: bytes) -> None:
    answer = service.client.post("/v1/score", content=body, headers={**service.key("d", "service"), **JSON})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        pytest.param({"contact": CONTACT}, "token", id="no token"),
        pytest.param({"token": True, "contact": CONTACT}, "token", id="true for a token"),
        pytest.param({"token": 1.0, "contact": CONTACT}, "token", id="a token with decimals"),
        pytest.param({"token": "1", "contact": CONTACT}, "token", id="a token as text"),
        pytest.param({"token": 10**30, "contact": CONTACT}, "token", id="a token beyond the database"),
        pytest.param({"token": -1, "contact": CONTACT}, "token", id="a negative token"),
        pytest.param({"token": 1, "contact": []}, "contact", id="an empty list"),
        pytest.param({"token": 1, "contact": {"channel": "call"}}, "contact.outcome", id="half a contact"),
        pytest.param({"token": 1, "contact": {**CONTACT, "party": ""}}, "contact.party", id="an empty word"),
        pytest.param({"token": 1, "contact": {**CONTACT, "agency": "a\x00"}}, "contact.agency", id="NUL"),
        pytest.param(
            {"token": 1, "contact": {**CONTACT, "agency": "\ud800"}}, "contact.agency", id="surrogate"
        ),
        pytest.param(
            {"token": 1, "contact": {**CONTACT, "note": "x"}}, "contact.note", id="an unknown field"
        ),
        pytest.param(
            {"token": 1, "contact": CONTACT, "promise": {"due_on": "2026-03-09", "amount": 1.5}},
            "promise.amount",
            id="a promise with decimals",
        ),
        pytest.param(
            {"token": 1, "contact": CONTACT, "promise": {"due_on": "soon", "amount": 1}},
            "promise.due_on",
            id="a promise for soon",
        ),
        pytest.param(
            {"token": 1, "contact": CONTACT, "happened_at": "2026-03-02T12:00:00"}, "happened_at", id="naive"
        ),
        pytest.param(
            {"token": 1, "contact": CONTACT, "happened_at": 1772424000}, "happened_at", id="a number"
        ),
    ],
)
def test_a_bad_outcome_is_refused_with_the_path_of_the_field(
    service: Desk, body: dict[str, Any], path: str
) -> None:
    header = {**service.key("ann", "collector"), **JSON}
    answer = service.client.post(f"{CASE}/outcome", content=raw_json(body), headers=header)
    assert answer.status_code == 422, answer.text
    assert path in [error["path"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("limit=0", "query.limit"),
        ("limit=501", "query.limit"),
        ("limit=ten", "query.limit"),
        ("limit=1e308", "query.limit"),
        ("state=lost", "query.state"),
        ("action=arrest", "query.action"),
        ("bucket=0-29", "query.bucket"),
        ("as_of=today", "query.as_of"),
        ("as_of=%00", "query.as_of"),
    ],
)
def test_a_bad_filter_is_refused_with_its_name(service: Desk, query: str, path: str) -> None:
    answer = service.client.get(f"/v1/worklist?{query}", headers=service.key("ann", "collector"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == path


def test_a_cursor_nobody_made_is_refused(service: Desk) -> None:
    answer = service.client.get("/v1/worklist?after=abc", headers=service.key("ann", "collector"))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:duecourse:problem:cursor-refused")


@pytest.mark.parametrize("case_id", ["%00%00%00", "L-9@2026-03-02", "%ED%A0%80ab", "x" * 301, "ab"])
def test_a_case_nobody_published_is_not_found_or_refused(service: Desk, case_id: str) -> None:
    answer = service.client.get(f"/v1/cases/{case_id}", headers=service.key("ann", "collector"))
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("key", ["short", "x" * 201, "with space 1", "naïve-key"])
def test_an_odd_idempotency_key_is_refused(service: Desk, key: str) -> None:
    header = {**service.key("ann", "collector"), "Idempotency-Key": key.encode().decode("latin-1")}
    encoded = [(k.encode(), v.encode("latin-1")) for k, v in header.items()]
    answer = service.client.post("/v1/worklist/claim", json={}, headers=encoded)
    assert answer.status_code == 422


def test_a_body_longer_than_the_cap_is_refused_whether_or_not_its_length_is_said(service: Desk) -> None:
    header = {**service.key("d", "service"), **JSON}
    said = service.client.post("/v1/score", content=b" " * 200_001, headers=header)

    def stream() -> Iterator[bytes]:
        for _ in range(11):
            yield b" " * 20_000

    unsaid = service.client.post("/v1/score", content=stream(), headers=header)
    for answer in (said, unsaid):
        assert (answer.status_code, answer.json()["type"]) == (413, "urn:duecourse:problem:body-too-large")


def test_a_body_that_is_not_json_by_its_header_is_refused(service: Desk) -> None:
    header = {**service.key("d", "service"), "Content-Type": "text/plain"}
    answer = service.client.post("/v1/score", content=raw_json(score_body()), headers=header)
    assert answer.status_code == 422


def test_what_was_sent_is_never_repeated(service: Desk) -> None:
    rows = borrower_tables(7, paid=4)
    rows["loans"][0] |= {"annual_rate": "Zhang Wei 13800138000", "product": "a\x00secret"}
    header = {**service.key("d", "service"), **JSON}
    answer = service.client.post("/v1/score", content=raw_json(score_body(rows)), headers=header)
    assert answer.status_code == 422
    for word in ("Zhang", "13800138000", "secret", "B-7"):
        assert word not in answer.text


def test_an_address_nobody_knows_and_a_wrong_method_are_problems_too(service: Desk) -> None:
    for method, address, status in (("GET", "/v1/nothing", 404), ("DELETE", "/v1/score", 405)):
        answer = service.client.request(method, address)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_failure_inside_answers_500_with_an_incident_and_no_trace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with desk(tmp_path, small_bundle()) as one:
        published([decision(1)], store=one.store)
        with one.store.writing() as connection:
            connection.execute(text("update items set decision = '{\"Zhang\": 1}'"))
        answer = one.client.get(CASE, headers=one.key("ann", "collector"))
    assert answer.status_code == 500
    assert answer.json()["incident"] in caplog.text
    assert "Traceback" not in answer.text
    assert "Zhang" not in answer.text + caplog.text


def test_a_store_that_went_away_answers_503_and_says_when_to_come_back(tmp_path: Path) -> None:
    with desk(tmp_path, small_bundle()) as one:
        header = one.key("ann", "collector")
        with one.store.writing() as connection:
            connection.execute(text("drop table api_keys"))
        answer = one.client.get("/v1/worklist", headers=header)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


def test_answers_forbid_caching_sniffing_and_framing(service: Desk) -> None:
    answer = service.client.get("/v1/worklist", headers=service.key("ann", "collector"))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
