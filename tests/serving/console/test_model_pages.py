"""Pages of models: who may open them, what they say when champion and force differ, and damaged lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.model_list import write_model_list
from serving.auth import ROLES, Role
from serving.console.session import PEOPLE
from tests.serving.console_client import Clerk
from tests.serving.model_list_builders import listed, waiting, willful
from tests.serving.service_builders import Desk, desk, small_bundle

READERS = {"data_scientist", "supervisor", "committee", "admin"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Desk]:
    """A service with one model in force."""
    with desk(tmp_path, small_bundle()) as one:
        yield one


@pytest.mark.parametrize("address", ["/console/models", "/console/models/roll_30/1"])
@pytest.mark.parametrize("role", [role for role in ROLES if role in PEOPLE])
def test_a_role_opens_models_or_is_refused_in_words(office: Desk, role: Role, address: str) -> None:
    write_model_list(office.service.settings.home, [listed()])
    answer = Clerk(office, role, role).open(address)
    assert answer.status_code == (200 if role in READERS else 403)
    assert answer.headers["content-type"].startswith("text/html")
    assert ("Sue, Tom" in answer.text) == (role in READERS)


def test_a_model_page_shows_who_approved_what(office: Desk) -> None:
    write_model_list(office.service.settings.home, [listed()])
    text = Clerk(office, "dan", "data_scientist").open("/console/models/roll_30/1").text
    for said in (small_bundle().content_hash, "Sue, Tom", "30 days", "0.790", "0.740 – 0.840", "52.0%"):
        assert said in text, said
    assert "what MLflow calls champion is what is in force" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_champion_that_does_not_score_is_said_loudly(office: Desk, language: str) -> None:
    write_model_list(office.service.settings.home, [listed(aliases=()), waiting(aliases=("champion",))])
    dan = Clerk(office, "dan", "data_scientist", language="zh" if language == "zh" else "en")
    text = dan.open("/console/models").text
    words = {
        "zh": "MLflow 称版本 2 为冠军模型",
        "en": "MLflow calls version 2 champion, but version 1 is in force",
    }
    assert words[language] in text
    assert '<p class="notice bad">' in text


def test_willful_figures_never_stand_without_their_caution(office: Desk) -> None:
    write_model_list(office.service.settings.home, [willful()])
    dan = Clerk(office, "dan", "data_scientist")
    for address in ("/console/models", "/console/models/willful/1"):
        assert "No public data set has audited labels" in dan.open(address).text


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/console/models/roll_30/7", id="a version that is not there"),
        pytest.param("/console/models/nothing/1", id="a name that is not there"),
        pytest.param("/console/models/..%2F..%2Fkeys/1", id="no name at all"),
    ],
)
def test_an_unknown_model_is_answered_with_words(office: Desk, address: str) -> None:
    write_model_list(office.service.settings.home, [listed()])
    answer = Clerk(office, "dan", "data_scientist").open(address)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_a_damaged_list_leaves_what_is_in_force_to_be_seen(office: Desk) -> None:
    (office.service.settings.home / "models.json").write_text('{"format": 1, "models": [{"name": 3}]}')
    answer = Clerk(office, "dan", "data_scientist").open("/console/models")
    assert answer.status_code == 200
    assert "cannot be read, so only what is in force is shown" in answer.text
    assert "roll_30" in answer.text


def test_a_home_without_models_says_how_to_make_one(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        text = Clerk(one, "dan", "data_scientist").open("/console/models").text
    assert "No model is registered yet" in text
    assert "duecourse train" in text


def test_a_name_with_signs_of_markup_stays_a_name(office: Desk) -> None:
    write_model_list(office.service.settings.home, [listed(name="<b>x</b>", approved_by=("<i>Eve</i>",))])
    text = Clerk(office, "dan", "data_scientist").open("/console/models").text
    assert "&lt;b&gt;x&lt;/b&gt;" in text
    assert "<i>Eve" not in text
