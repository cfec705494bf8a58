"""Registered models beside what is in force: compared by content, never by number."""

from __future__ import annotations

from typing import Any

import pytest

from models.model_list import ListedModel
from serving.console.model_shelf import (
    Figure,
    challengers_of,
    figures_of,
    judged_rows,
    run_address,
    shelves_of,
    version_address,
)
from serving.releases import InForce
from tests.serving.model_list_builders import RUN, evaluation, listed, waiting, willful
from tests.serving.service_builders import small_bundle

NOTHING = InForce()
SCORING = InForce(bundles={"roll_30": small_bundle()})
OTHER = InForce(bundles={"roll_30": small_bundle(seed=2)})


@pytest.mark.parametrize(
    ("models", "in_force", "verdict"),
    [
        pytest.param([listed()], SCORING, "agree", id="the champion scores"),
        pytest.param([listed(), waiting()], SCORING, "agree", id="a challenger changes nothing"),
        pytest.param([listed()], OTHER, "differ", id="another content scores under the same number"),
        pytest.param(
            [listed(aliases=()), waiting(aliases=("champion",))],
            SCORING,
            "differ",
            id="the alias was moved by hand",
        ),
        pytest.param([listed()], NOTHING, "silent", id="a champion and nothing in force"),
        pytest.param([listed(aliases=())], SCORING, "unlisted", id="in force and nobody's champion"),
        pytest.param([], SCORING, "unlisted", id="in force and not registered"),
        pytest.param([waiting()], NOTHING, "none", id="only a challenger"),
    ],
)
def test_a_verdict_compares_the_champion_with_what_scores(
    models: list[ListedModel], in_force: InForce, verdict: str
) -> None:
    (shelf,) = shelves_of(models, in_force=in_force)
    assert shelf.verdict == verdict


def test_versions_stand_newest_first_and_names_in_order() -> None:
    models = [willful(), listed("2"), listed("10"), listed("9")]
    shelves = shelves_of(models, in_force=NOTHING)
    assert [shelf.name for shelf in shelves] == ["roll_30", "willful"]
    assert [one.version for one in shelves[0].models] == ["10", "9", "2"]


def test_a_release_that_was_held_back_says_why() -> None:
    (shelf,) = shelves_of([listed()], in_force=InForce(refused={"roll_30": "Expected … found …"}))
    assert (shelf.verdict, shelf.refused) == ("silent", "Expected … found …")


def test_figures_are_told_per_bucket_and_pooled_last() -> None:
    assert [(one.bucket, one.n, one.value) for one in figures_of(evaluation())] == [
        ("1-30", 300, 0.79),
        ("31-60", 112, 0.71),
        ("all", 412, 0.843),
    ]


@pytest.mark.parametrize(
    "metrics",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"auc": None}, id="no figure"),
        pytest.param({"auc": {"value": None}}, id="a figure that was not measured"),
        pytest.param({"auc": {"value": float("nan")}}, id="a figure that is none"),
        pytest.param({"auc": 0.7, "by_bucket": [1], "challengers": 3}, id="figures of another version"),
    ],
)
def test_what_was_not_measured_is_left_out(metrics: dict[str, Any]) -> None:
    assert (figures_of(metrics), judged_rows(metrics), challengers_of(metrics)) == ((), (), ())


@pytest.mark.parametrize(
    ("number", "place"),
    [
        pytest.param(0.5, 0, id="chance at the left end"),
        pytest.param(1.0, 120, id="perfection at the right end"),
        pytest.param(0.75, 60, id="half way"),
        pytest.param(0.3, 0, id="worse than chance stays on the line"),
    ],
)
def test_an_auc_has_its_place_on_the_line(number: float, place: float) -> None:
    assert Figure("all", 10, number, None, None).at(number, width=120) == place


def test_addresses_are_those_of_mlflows_own_pages() -> None:
    url = "http://127.0.0.1:5000"
    assert run_address(url, listed()) == f"{url}/#/experiments/1/runs/{RUN}"
    assert version_address(url, listed()) == f"{url}/#/models/roll_30/versions/1"
    assert run_address(url, listed(run_id="")) == ""


def test_a_name_with_signs_of_an_address_stays_a_name() -> None:
    odd = listed(name="a/b?c#d", run_id="x/../y")
    assert version_address("http://m", odd) == "http://m/#/models/a%2Fb%3Fc%23d/versions/1"
    assert run_address("http://m", odd) == "http://m/#/experiments/1/runs/x%2F..%2Fy"
