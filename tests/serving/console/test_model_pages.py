"""Pages of models: who may open them, what they say when champion and force differ, and damaged lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.model_list import ListedModel, write_model_list
from serving.auth import ROLES, Role
from serving.console.session import PEOPLE
from tests.serving.console_client import Clerk
from tests.serving.model_list_builders import evaluation, figures, listed, waiting, willful
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


def between(text: str, heading: str) -> str:
    """Return the words of a section."""
    section = text[text.index(heading) :].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", section).split())


def test_a_challenger_is_shown_beside_the_champion_bucket_by_bucket(office: Desk) -> None:
    better = {**evaluation(), **figures(0.86, low=0.82, high=0.9)}
    write_model_list(office.service.settings.home, [listed(), waiting(metrics=better)])
    dan = Clerk(office, "dan", "data_scientist")
    said = between(dan.open("/console/models/roll_30/2").text, "What differs from the champion")
    assert "Version 2 challenger Version 1 in force champion Difference AUC 0.860 0.820 – 0.900" in said
    assert "0.843 0.800 – 0.881 0.017" in said
    assert "different accounts" not in said
    back = between(dan.open("/console/models/roll_30/1").text, "What differs from the challenger")
    assert "0.860 0.820 – 0.900 −0.017" in back


def test_versions_judged_on_different_accounts_are_not_subtracted(office: Desk) -> None:
    fewer = {**evaluation(), **figures(0.86, low=0.82, high=0.9, n=99)}
    write_model_list(office.service.settings.home, [listed(), waiting(metrics=fewer, window="60d")])
    text = Clerk(office, "dan", "data_scientist").open("/console/models/roll_30/2").text
    said = between(text, "What differs from the champion")
    assert "judged on different accounts, so no difference is stated" in said
    assert "duecourse evaluate roll_30/1 BOOK" in said
    assert "target, kind or window differ" in said
    assert "Difference" not in said


@pytest.mark.parametrize(
    ("versions", "shown"),
    [
        pytest.param((listed(),), "1", id="a champion alone"),
        pytest.param((listed(), waiting(aliases=())), "1", id="a champion that nobody challenges"),
        pytest.param((waiting(),), "2", id="a challenger without a champion"),
    ],
)
def test_a_version_without_a_counterpart_is_held_against_none(
    office: Desk, versions: tuple[ListedModel, ...], shown: str
) -> None:
    write_model_list(office.service.settings.home, versions)
    text = Clerk(office, "dan", "data_scientist").open(f"/console/models/roll_30/{shown}").text
    assert "What differs from" not in text


def test_a_version_without_figures_stands_beside_the_champion_all_the_same(office: Desk) -> None:
    write_model_list(office.service.settings.home, [listed(), waiting(metrics={})])
    said = between(
        Clerk(office, "dan", "data_scientist").open("/console/models/roll_30/2").text, "What differs"
    )
    assert "not judged 0.790" in said.replace(" AUC", "")
