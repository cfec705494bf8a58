"""The main journey over HTTP: a list is published, read, claimed, worked, and the case tells it."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from serving.store_events import export_events
from serving.store_leases import reap
from tests.serving.service_builders import Desk, desk, score_body, small_bundle
from tests.serving.worklist_builders import NOON, decision, left_alone, published, visit

CASE = "/v1/cases/L-1@2026-03-02"


class Clock:
    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with desk(tmp_path, small_bundle(), clock=clock) as one:
        published([decision(1), decision(2), visit(3), left_alone(4)], store=one.store)
        yield one


def test_a_list_is_published_read_claimed_worked_and_the_case_tells_it(service: Desk) -> None:
    ann = service.key("ann", "collector")
    page = service.client.get("/v1/worklist?state=ready", headers=ann).json()
    assert [line["case_id"] for line in page["cases"]] == ["L-1@2026-03-02", "L-2@2026-03-02"]
    assert (page["as_of"], page["after"]) == ("2026-03-02", None)

    held = service.client.post("/v1/worklist/claim", json={"action": "call"}, headers=ann).json()
    assert (held["case"]["case_id"], held["case"]["state"], held["token"]) == ("L-1@2026-03-02", "claimed", 1)
    assert held["lease_until"] == "2026-03-02T04:15:00Z"

    before = service.client.get(CASE, headers=ann).json()
    assert before["decision"]["why_zh"] == "电话收益最高。"
    assert before["decision"]["gates"][0]["rule"] == "CN-hours"
    assert before["decision"]["reasons"][0]["text_en"].startswith("Was 40 days late")

    outcome = {
        "token": 1,
        "contact": {"channel": "call", "outcome": "promised", "stated_reason": "cash_short"},
        "promise": {"due_on": "2026-03-09", "amount": 80_000},
    }
    done = service.client.post(f"{CASE}/outcome", json=outcome, headers=ann)
    assert (done.status_code, done.json()) == (200, {"case_id": "L-1@2026-03-02", "state": "done"})

    after = service.client.get(CASE, headers=ann).json()
    (event,) = after["events"]
    assert (after["state"], after["claimed_by"], event["recorded_by"]) == ("done", "ann", "ann")
    assert event["outcome"]["promise"] == {"due_on": "2026-03-09", "amount": 80_000}
    rows = export_events(service.store)
    assert [rows[name].num_rows for name in ("contacts", "promises", "visits")] == [1, 1, 0]


def test_a_visit_is_claimable_after_two_different_people_agreed(service: Desk) -> None:
    bob = service.key("bob", "collector")
    address = "/v1/cases/L-3@2026-03-02"
    refused = service.client.post("/v1/worklist/claim", json={"case_id": "L-3@2026-03-02"}, headers=bob)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:duecourse:problem:not-claimable")
    first = service.client.post(f"{address}/approvals", headers=service.key("sue", "supervisor"))
    again = service.client.post(f"{address}/approvals", headers=service.key("sue", "supervisor"))
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["approved_by"]) == ("awaiting_approval", ["sue"])
    second = service.client.post(f"{address}/approvals", headers=service.key("tom", "committee"))
    assert second.json() == {
        "case_id": "L-3@2026-03-02",
        "state": "ready",
        "approved_by": ["sue", "tom"],
        "needed": 2,
    }
    held = service.client.post("/v1/worklist/claim", json={"action": "visit"}, headers=bob)
    assert held.status_code == 200
    met = {
        "token": 1,
        "visit": {"outcome": "met", "staff": "bob,eve", "reason": "illness", "identity_ok": True},
    }
    assert service.client.post(f"{address}/outcome", json=met, headers=bob).status_code == 200
    assert export_events(service.store)["visits"].num_rows == 1


def test_outside_lawful_hours_nothing_is_handed_out_and_the_earliest_moment_is_said(
    service: Desk, clock: Clock
) -> None:
    clock.moment = datetime(2026, 3, 1, 22, tzinfo=UTC)  # six in the morning in Shanghai
    answer = service.client.post("/v1/worklist/claim", json={}, headers=service.key("ann", "collector"))
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:duecourse:problem:outside-lawful-hours"
    assert answer.json()["earliest"] == "2026-03-02T00:00:00+00:00"


def test_when_nothing_is_ready_the_answer_is_empty(service: Desk) -> None:
    answer = service.client.post(
        "/v1/worklist/claim", json={"action": "message"}, headers=service.key("ann", "collector")
    )
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_hand_that_slept_past_its_lease_is_refused_by_the_fence(service: Desk, clock: Clock) -> None:
    ann, bob = service.key("ann", "collector"), service.key("bob", "collector")
    old = service.client.post("/v1/worklist/claim", json={"lease_seconds": 30}, headers=ann).json()
    clock.moment = NOON + timedelta(seconds=31)
    reap(service.store, at=clock.moment)
    new = service.client.post("/v1/worklist/claim", json={}, headers=bob).json()
    assert new["case"]["case_id"] == old["case"]["case_id"]
    body = {"token": old["token"], "contact": {"channel": "call", "outcome": "talked"}}
    late = service.client.post(f"{CASE}/outcome", json=body, headers=ann)
    assert (late.status_code, late.json()["type"]) == (409, "urn:duecourse:problem:stale-token")
    assert service.client.get(CASE, headers=ann).json()["events"] == []


def test_a_lease_is_extended_and_a_case_given_back(service: Desk) -> None:
    ann = service.key("ann", "collector")
    token = {"token": service.client.post("/v1/worklist/claim", json={}, headers=ann).json()["token"]}
    longer = service.client.post(f"{CASE}/lease", json={**token, "lease_seconds": 3600}, headers=ann)
    assert longer.json()["lease_until"] == "2026-03-02T05:00:00+00:00"
    assert service.client.post(f"{CASE}/release", json=token, headers=ann).json()["state"] == "ready"
    assert service.client.post(f"{CASE}/lease", json=token, headers=ann).status_code == 409


def test_the_same_request_under_the_same_key_is_one_act_and_another_body_is_refused(service: Desk) -> None:
    ann = {**service.key("ann", "collector"), "Idempotency-Key": "claim-0001"}
    first = service.client.post("/v1/worklist/claim", json={}, headers=ann)
    again = service.client.post("/v1/worklist/claim", json={}, headers=ann)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len(service.client.get("/v1/worklist?state=claimed", headers=ann).json()["cases"]) == 1
    other = service.client.post("/v1/worklist/claim", json={"action": "call"}, headers=ann)
    assert (other.status_code, other.json()["type"]) == (409, "urn:duecourse:problem:idempotency-key-reused")
    bob = {**service.key("bob", "collector"), "Idempotency-Key": "claim-0001"}
    assert service.client.post("/v1/worklist/claim", json={}, headers=bob).json()["token"] == 1


def test_an_empty_answer_is_remembered_as_well(service: Desk) -> None:
    ann = {**service.key("ann", "collector"), "Idempotency-Key": "claim-0002"}
    for _ in range(2):
        assert (
            service.client.post("/v1/worklist/claim", json={"action": "message"}, headers=ann).status_code
            == 204
        )


@pytest.mark.parametrize("loan", ["L 1", "L/1", "L%1", "贷款-1", "L?1#x", "L-1/outcome", "a@b"])
def test_a_case_id_travels_percent_encoded_whatever_it_holds(tmp_path: Path, loan: str) -> None:
    with desk(tmp_path, small_bundle()) as one:
        published([decision(1, loan_id=loan)], store=one.store)
        ann = one.key("ann", "collector")
        held = one.client.post("/v1/worklist/claim", json={}, headers=ann).json()
        address = f"/v1/cases/{quote(held['case']['case_id'], safe='')}"
        assert one.client.get(address, headers=ann).json()["decision"]["loan_id"] == loan
        body = {"token": 1, "contact": {"channel": "call", "outcome": "busy"}}
        assert one.client.post(f"{address}/outcome", json=body, headers=ann).json()["state"] == "done"


def test_one_borrower_is_scored_with_bands_reasons_and_the_models_hash(service: Desk) -> None:
    answer = service.client.post("/v1/score", json=score_body(), headers=service.key("dialler", "service"))
    assert answer.status_code == 200, answer.text
    (told,) = answer.json()["loans"]
    (model,) = told["models"]
    assert model["model"] == small_bundle().content_hash
    assert 0 < model["scores"]["probability"] < 1
    assert model["words"]["band"] in ("low", "medium", "high")
    assert (told["loan_id"], told["bucket"], answer.json()["as_of"]) == ("L-7", "31-60", "2024-08-01")
    for reason in model["reasons"]:
        assert reason["text_en"]
        assert reason["text_zh"]


def test_pages_follow_each_other_by_their_cursor(service: Desk) -> None:
    ann = service.key("ann", "collector")
    first = service.client.get("/v1/worklist?limit=3", headers=ann).json()
    second = service.client.get(
        "/v1/worklist", params={"limit": 3, "after": first["after"]}, headers=ann
    ).json()
    assert [line["rank"] for line in first["cases"] + second["cases"]] == [1, 2, 3, 4]
    assert second["after"] is None


def test_the_log_names_the_route_and_the_key_and_never_the_loan(
    service: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ann = service.key("ann", "collector")
    service.client.get(CASE, headers=ann)
    service.client.get("/v1/cases/L-404@2026-03-02", headers=ann)
    lines = [r.getMessage() for r in caplog.records if r.name == "duecourse.access"]
    assert len(lines) == 2
    assert lines[0].startswith("GET /v1/cases/{case_id:path} 200")
    assert ann["X-API-Key"].split("_")[1] in lines[0]
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("duecourse"))
    assert "L-1" not in ours
    assert "L-404" not in ours
    assert ann["X-API-Key"].split("_", 2)[2] not in ours


def test_an_approval_over_the_api_holds_for_the_decision_that_was_read(service: Desk) -> None:
    sue, address = service.key("sue", "supervisor"), "/v1/cases/L-3@2026-03-02"
    read = service.client.get(address, headers=sue).json()["decision_digest"]
    changed = dataclasses.replace(visit(3), tier="T1")
    published([decision(1), decision(2), changed, left_alone(4)], store=service.store)
    late = service.client.post(f"{address}/approvals", json={"decision_digest": read}, headers=sue)
    assert (late.status_code, late.json()["type"]) == (409, "urn:duecourse:problem:decision-changed")
    assert "Read the case again" in late.json()["detail"]
    now = service.client.get(address, headers=sue).json()
    assert (now["approved_by"], now["decision"]["tier"]) == ([], "T1")
    agreed = service.client.post(
        f"{address}/approvals", json={"decision_digest": now["decision_digest"]}, headers=sue
    )
    assert (agreed.status_code, agreed.json()["approved_by"]) == (200, ["sue"])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"decision_digest": "abc"}, id="too short"),
        pytest.param({"decision_digest": "Z" * 64}, id="no digest"),
        pytest.param({"decision_digest": 7}, id="a number"),
        pytest.param({"digest": "a" * 64}, id="another field"),
        pytest.param(["a" * 64], id="a list"),
    ],
)
def test_an_approval_with_another_body_is_refused_and_counts_for_nothing(service: Desk, body: object) -> None:
    sue, address = service.key("sue", "supervisor"), "/v1/cases/L-3@2026-03-02"
    refused = service.client.post(f"{address}/approvals", json=body, headers=sue)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:duecourse:problem:invalid-request")
    assert service.client.get(address, headers=sue).json()["approved_by"] == []


@pytest.mark.parametrize("body", [{}, {"decision_digest": None}], ids=["empty", "null"])
def test_an_approval_without_a_digest_agrees_to_what_stands(service: Desk, body: object) -> None:
    address = "/v1/cases/L-3@2026-03-02/approvals"
    agreed = service.client.post(address, json=body, headers=service.key("sue", "supervisor"))
    assert (agreed.status_code, agreed.json()["approved_by"]) == (200, ["sue"])
