"""Keys: shown once, kept as hashes, revocable at once; and the matrix of routes and roles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from serving.auth import ROLES, KeyRefused, Role, create_key, keys_of, principal_of, revoke_key
from serving.store import open_store
from serving.tables import api_keys
from tests.serving.service_builders import Desk, desk, score_body, small_bundle
from tests.serving.worklist_builders import NOON, decision, published, visit

OUTCOME = {"token": 1, "contact": {"channel": "call", "outcome": "talked"}}
REQUESTS: dict[str, tuple[str, str, object, frozenset[str]]] = {
    "POST /v1/score": (
        "POST",
        "/v1/score",
        score_body(),
        frozenset({"service", "data_scientist", "supervisor", "admin"}),
    ),
    "GET /v1/worklist": (
        "GET",
        "/v1/worklist",
        None,
        frozenset({"collector", "supervisor", "service", "admin"}),
    ),
    "POST /v1/worklist/claim": (
        "POST",
        "/v1/worklist/claim",
        {},
        frozenset({"collector", "supervisor", "service"}),
    ),
    "GET /v1/cases/{case_id}": (
        "GET",
        "/v1/cases/L-1@2026-03-02",
        None,
        frozenset({"collector", "supervisor", "committee", "service", "admin"}),
    ),
    "POST /v1/cases/{case_id}/outcome": (
        "POST",
        "/v1/cases/L-1@2026-03-02/outcome",
        OUTCOME,
        frozenset({"collector", "supervisor", "service"}),
    ),
    "POST /v1/cases/{case_id}/lease": (
        "POST",
        "/v1/cases/L-1@2026-03-02/lease",
        {"token": 1},
        frozenset({"collector", "supervisor", "service"}),
    ),
    "POST /v1/cases/{case_id}/release": (
        "POST",
        "/v1/cases/L-1@2026-03-02/release",
        {"token": 1},
        frozenset({"collector", "supervisor", "service"}),
    ),
    "POST /v1/cases/{case_id}/approvals": (
        "POST",
        "/v1/cases/L-2@2026-03-02/approvals",
        None,
        frozenset({"supervisor", "committee"}),
    ),
}
OPEN = {"GET /health", "GET /ready"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("home"), small_bundle()) as one:
        published([decision(1), visit(2)], store=one.store)
        yield one


def test_every_route_of_the_api_stands_in_the_matrix(service: Desk) -> None:
    paths = service.client.get("/openapi.json").json()["paths"]
    routes = {f"{method.upper()} {path}" for path, verbs in paths.items() for method in verbs}
    assert routes == set(REQUESTS) | OPEN


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", REQUESTS)
def test_a_role_may_do_what_the_matrix_says_and_nothing_else(service: Desk, route: str, role: Role) -> None:
    method, address, body, roles = REQUESTS[route]
    answer = service.client.request(method, address, json=body, headers=service.key(role, role))
    if role in roles:
        assert answer.status_code not in (401, 403), answer.text
    else:
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:duecourse:problem:role-refused"


@pytest.mark.parametrize("route", REQUESTS)
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no key"),
        pytest.param({"X-API-Key": ""}, id="an empty key"),
        pytest.param({"X-API-Key": "dc_000000000000_" + "x" * 43}, id="an unknown key"),
        pytest.param({"X-API-Key": "' or 1=1 --"}, id="no key at all"),
        pytest.param({"Authorization": "Basic YTpi"}, id="another scheme"),
    ],
)
def test_without_a_valid_key_every_route_answers_401(
    service: Desk, route: str, headers: dict[str, str]
) -> None:
    method, address, body, _ = REQUESTS[route]
    answer = service.client.request(method, address, json=body, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_bearer_token_is_the_same_key(service: Desk) -> None:
    token = service.key("collector", "collector")["X-API-Key"]
    answer = service.client.get("/v1/worklist", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_a_revoked_key_opens_nothing_from_the_next_request_on(service: Desk) -> None:
    header = service.key("leaving", "collector")
    assert service.client.get("/v1/worklist", headers=header).status_code == 200
    revoke_key(service.store, name="leaving", at=NOON)
    assert service.client.get("/v1/worklist", headers=header).status_code == 401


def test_only_the_salted_hash_of_a_key_is_kept() -> None:
    store = open_store("sqlite://")
    token = create_key(store, name="ann", role="collector", at=NOON)
    with store.reading() as connection:
        row = connection.execute(select(api_keys)).one()
    assert token not in str(row)
    assert token.split("_", 2)[2] not in str(row)
    assert (row.prefix, len(row.hash)) == (token.split("_")[1], 64)
    assert create_key(store, name="bob", role="collector", at=NOON) != token


def test_a_key_that_differs_in_its_last_letter_opens_nothing() -> None:
    store = open_store("sqlite://")
    token = create_key(store, name="ann", role="collector", at=NOON)
    assert principal_of(store, token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert principal_of(store, token + "A") is None
    assert principal_of(store, "") is None


def test_a_list_of_keys_shows_prefix_role_and_revocation_only() -> None:
    store = open_store("sqlite://")
    create_key(store, name="ann", role="collector", at=NOON)
    create_key(store, name="sue", role="supervisor", at=NOON + timedelta(days=1))
    revoke_key(store, name="ann", at=NOON + timedelta(days=2))
    ann, sue = keys_of(store)
    assert (ann.name, ann.role, ann.revoked_at) == ("ann", "collector", NOON + timedelta(days=2))
    assert (sue.name, sue.revoked_at) == ("sue", None)


def test_a_name_signs_approvals_and_is_never_given_twice() -> None:
    store = open_store("sqlite://")
    create_key(store, name="ann", role="collector", at=NOON)
    revoke_key(store, name="ann", at=NOON)
    with pytest.raises(KeyRefused, match="found 'ann' taken"):
        create_key(store, name="ann", role="supervisor", at=NOON)


@pytest.mark.parametrize(
    ("name", "role", "message"),
    [
        pytest.param("ann", "boss", "Expected a role of collector", id="unknown role"),
        pytest.param("", "collector", "Expected a name of 1 to 100", id="empty name"),
        pytest.param("a\nb", "collector", "Expected a name of 1 to 100", id="a name over two lines"),
    ],
)
def test_a_key_without_a_plain_name_and_a_known_role_is_refused(name: str, role: Role, message: str) -> None:
    with pytest.raises(KeyRefused, match=message):
        create_key(open_store("sqlite://"), name=name, role=role, at=NOON)


def test_revoking_a_name_nobody_has_is_refused() -> None:
    with pytest.raises(KeyRefused, match="found none named 'zoe'"):
        revoke_key(open_store("sqlite://"), name="zoe", at=NOON)


def test_keys_survive_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    store = open_store(url)
    token = create_key(store, name="ann", role="collector", at=NOON)
    store.close()
    again = open_store(url)
    assert principal_of(again, token) is not None
    again.close()
