"""The pages and probes that need no key: documentation without the internet, health, readiness."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from serving.app import clock_from
from tests.serving.service_builders import Desk, desk, release_into, small_bundle
from tests.serving.worklist_builders import NOON

OUTSIDE = re.compile(r"""(?:src|href|url\(|@import|fetch\()\s*=?\s*["'(]?\s*(?:https?:)?//[^\s"')]+""")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("home"), small_bundle()) as one:
        yield one


def test_the_documentation_page_loads_nothing_from_outside(service: Desk) -> None:
    page = service.client.get("/docs")
    assert page.status_code == 200
    assert OUTSIDE.findall(page.text) == []
    assert "http://" not in page.text
    assert "https://" not in page.text
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page.text)
    assert any(name.endswith("swagger-ui-bundle.js") for name in loaded)
    for name in loaded:
        assert service.client.get(name).status_code == 200, name


def test_no_page_of_another_tool_is_served(service: Desk) -> None:
    assert service.client.get("/redoc").status_code == 404


def test_the_schema_states_every_refusal_and_both_ways_to_send_a_key(service: Desk) -> None:
    schema = service.client.get("/openapi.json").json()
    assert set(schema["components"]["securitySchemes"]) == {"APIKeyHeader", "HTTPBearer"}
    assert schema["components"]["schemas"]["OutcomeRequest"]["additionalProperties"] is False
    for address, verbs in schema["paths"].items():
        for verb in verbs.values():
            assert ("security" in verb) == address.startswith("/v1/"), address


def test_health_answers_while_the_process_runs(service: Desk) -> None:
    answer = service.client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "up"})


def test_ready_when_store_and_models_stand(service: Desk) -> None:
    answer = service.client.get("/ready")
    assert (answer.status_code, answer.json()) == (
        200,
        {"ready": True, "missing": [], "models": ["roll_30"], "held_back": []},
    )


def test_not_ready_without_models_and_it_says_what_to_do(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        answer = one.client.get("/ready")
        refused = one.client.post(
            "/v1/score",
            json={"as_of": "2024-08-01", "tables": {"loans": []}},
            headers=one.key("d", "service"),
        )
    assert answer.status_code == 503
    assert answer.json()["missing"] == [
        "models: Expected a released model, found none. Promote one: duecourse promote."
    ]
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:duecourse:problem:no-models")


def test_not_ready_when_the_store_is_gone(tmp_path: Path) -> None:
    with desk(tmp_path, small_bundle()) as one:
        with one.store.writing() as connection:
            connection.execute(text("drop table heads"))
        answer = one.client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["missing"][0].startswith("store: Expected the worklist database to answer")


def test_not_ready_when_a_release_is_refused_and_it_says_which(tmp_path: Path) -> None:
    released = release_into(tmp_path, small_bundle())
    (released / "release.json").write_text("{}")
    with desk(tmp_path, released=True) as one:
        answer = one.client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["missing"][0].startswith("model roll_30: Expected release.json signed by")


def test_ready_while_the_release_before_a_refused_one_still_speaks(tmp_path: Path) -> None:
    release_into(tmp_path, small_bundle())
    with desk(tmp_path, released=True, trial=lambda _release: True) as one:
        later = release_into(tmp_path, small_bundle(seed=2), version="2")
        (later / "release.json").write_text("{}")
        one.service.models.refresh()
        answer = one.client.get("/ready")
    assert (answer.status_code, answer.json()["held_back"]) == (200, ["roll_30"])


def test_a_clock_can_start_at_another_moment_and_runs_on() -> None:
    clock = clock_from(NOON)
    first, second = clock(), clock()
    assert NOON <= first <= second
    assert first.date() == NOON.date()
