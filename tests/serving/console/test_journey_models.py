"""A data scientist's way in a real browser: sign in, the models, one model, and where MLflow shows its run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.model_list import write_model_list
from serving.console.languages import Language
from tests.serving.browser import Place, Visitor
from tests.serving.model_list_builders import RUN, listed, waiting, willful

pytestmark = pytest.mark.xdist_group("browser")
Enter = Callable[..., Visitor]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_data_scientist_finds_the_run_of_a_model_in_mlflow(
    enter: Enter, place: Place, language: Language
) -> None:
    models = (waiting(), listed(), willful())
    write_model_list(place.home, models)
    dan = enter("dan", "data_scientist", language=language)
    page = dan.page
    assert page.url.endswith("/console/models")
    row = page.get_by_role("row").filter(has_text="Sue, Tom").first
    assert row.get_by_text(dan.says("in force"), exact=True).is_visible()
    assert row.get_by_text(dan.says("champion"), exact=True).is_visible()
    assert "0.790" in row.inner_text()
    assert "0.740 – 0.840" in row.inner_text()
    dan.follow(row.get_by_role("link", name=dan.says("Version %(v)s", v=1)))

    text = page.locator("main").inner_text()
    for said in (listed().content_hash, "Sue, Tom", "0.710", dan.says("too few for an interval")):
        assert said in text, said
    run = page.get_by_role("link", name=dan.says("Open the run in MLflow"))
    assert run.get_attribute("href") == f"http://127.0.0.1:5000/#/experiments/1/runs/{RUN}"
    version = page.get_by_role("link", name=dan.says("Open the version in MLflow"))
    assert version.get_attribute("href") == "http://127.0.0.1:5000/#/models/roll_30/versions/1"


def test_a_data_scientist_sees_only_rooms_that_open(enter: Enter) -> None:
    dan = enter("dan", "data_scientist")
    rooms = dan.page.get_by_role("navigation", name="Pages").get_by_role("link").all_inner_texts()
    assert rooms == ["Models", "Reports"]
    dan.expects(403)
    assert dan.open("/console/worklist").status == 403
    assert dan.page.get_by_role("heading", level=1).is_visible()
    assert dan.page.get_by_role("link", name=dan.says("To the first page")).is_visible()
