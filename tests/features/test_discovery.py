"""One module with one decorated function is enough: discovered, computed, refused where it cannot be meant."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from inspect import unwrap
from pathlib import Path

import pytest

from features import definitions
from features.build import build_features
from features.catalogue import NameTaken, registered_features
from features.discovery import (
    HOUSE_TOPICS,
    FeatureUndefined,
    OwnFeaturesRefused,
    adopt_features,
    adopt_folder,
    adopted_digest,
    check_defined,
    definition_modules,
    discovered_features,
    house_features,
    load_features,
    topic_of,
)
from features.observations import observe
from tests.builders import book_of, payment
from tests.features.own_module import OWN_MODULE


@pytest.fixture(autouse=True)
def _nothing_adopted() -> Iterator[None]:
    yield
    adopt_features(())


def folder_of(folder: Path, **files: str) -> Path:
    """Return a folder of modules."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def test_every_module_of_the_definitions_is_discovered_the_houses_topics_first() -> None:
    names = [module.__name__.rpartition(".")[2] for module in definition_modules()]
    on_disk = {file.stem for file in Path(definitions.__path__[0]).glob("*.py")} - {"__init__"}
    assert names[: len(HOUSE_TOPICS)] == list(HOUSE_TOPICS)
    assert set(names) == on_disk
    assert names[len(HOUSE_TOPICS) :] == sorted(on_disk - set(HOUSE_TOPICS))


def test_features_stand_by_topic_and_as_written() -> None:
    places = [(HOUSE_TOPICS.index(topic_of(item)), item.place[1]) for item in house_features()]
    assert places == sorted(places)
    assert house_features()[0].spec.name == "dpd_latest"
    assert discovered_features()[: len(house_features())] == house_features()


def test_one_file_of_a_team_becomes_a_column_behind_those_of_the_house(tmp_path: Path) -> None:
    book = book_of(payments=[payment(amount=500)])
    seen = observe(book, as_of=[dt.date(2024, 3, 1), dt.date(2024, 5, 1)])
    before = build_features(book, seen).frame
    adopt_folder(folder_of(tmp_path, rent=OWN_MODULE))
    table = build_features(book, seen)
    assert table.frame["own_payments_45d"].tolist() == [1.0, 0.0]
    assert table.catalogue.names[-1] == "own_payments_45d"
    assert table.frame.drop(columns="own_payments_45d").equals(before)
    adopt_folder(None)
    assert build_features(book, seen).frame.equals(before)


def test_loading_keeps_nothing_in_the_register_of_the_house(tmp_path: Path) -> None:
    before = registered_features()
    (own,) = load_features(folder_of(tmp_path, rent=OWN_MODULE))
    assert (own.spec.name, own.place[0]) == ("own_payments_45d", "own_features.rent")
    assert registered_features() == before
    assert own.spec.name not in {item.spec.name for item in discovered_features()}


def test_files_share_what_an_underscore_file_holds_and_are_read_anew(tmp_path: Path) -> None:
    shared = OWN_MODULE.replace("days=45", "days=DAYS").replace(
        '"""Payments', 'from own_features._days import DAYS\n"""Payments'
    )
    folder = folder_of(tmp_path, rent=shared, _days="DAYS = 45\n")
    assert len(load_features(folder)) == 1
    folder_of(tmp_path, _days="DAYS = 44\n")
    (own,) = load_features(folder)
    assert unwrap(own.compute).__globals__["DAYS"] == 44
    assert not list(tmp_path.rglob("*.pyc")), "nothing is written into a team's folder"


CASES = [
    pytest.param("def broken(:\n", r"rent\.py: expected .* found SyntaxError", id="no Python"),
    pytest.param("import no_such_package\n", "found ModuleNotFoundError: No module named 'no_such_package'", id="import"),
    pytest.param("\n\n1 / 0\n", r"rent\.py, line 3: .* ZeroDivisionError: division by zero\. Correct", id="fails"),
    pytest.param(OWN_MODULE.replace('zh="近四十五天的还款次数"', 'zh=""'), "FeatureWithoutText", id="no text"),
    pytest.param("x = 1\n", r"found none \(rent\.py\)", id="no feature"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), CASES)
def test_a_file_that_cannot_be_used_is_named_with_its_cause(text: str, said: str, tmp_path: Path) -> None:
    before = registered_features()
    with pytest.raises(OwnFeaturesRefused, match=said):
        load_features(folder_of(tmp_path, rent=text))
    assert registered_features() == before
    assert not [name for name in sys.modules if name == "own_features.rent" and "broken" in text]


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OwnFeaturesRefused, match=r"found nothing\. Name the folder"):
        load_features(tmp_path / "absent")
    (tmp_path / "file").touch()
    with pytest.raises(OwnFeaturesRefused, match="found a file"):
        load_features(tmp_path / "file")


@pytest.mark.parametrize("taken", ["dpd_latest", "bucket", "as_of", "attr_score"])
def test_a_name_that_something_else_bears_is_refused(taken: str, tmp_path: Path) -> None:
    with pytest.raises(NameTaken, match=f"feature '{taken}' of .*rent.py: expected a name of its own"):
        load_features(folder_of(tmp_path, rent=OWN_MODULE.replace("own_payments_45d", taken)))


def test_two_files_with_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OwnFeaturesRefused, match=r"second\.py.*NameTaken.*own_features\.first"):
        load_features(folder_of(tmp_path, first=OWN_MODULE, second=OWN_MODULE))


def test_the_digest_of_what_was_adopted_changes_with_its_files(tmp_path: Path) -> None:
    assert adopted_digest() == ""
    adopt_folder(folder_of(tmp_path, rent=OWN_MODULE))
    first = adopted_digest()
    adopt_folder(folder_of(tmp_path, rent=OWN_MODULE.replace("days=45", "days=44")))
    assert first != adopted_digest() != ""


def test_a_model_whose_feature_nothing_defines_is_refused_by_the_features_name(tmp_path: Path) -> None:
    adopt_folder(folder_of(tmp_path, rent=OWN_MODULE))
    check_defined(["own_payments_45d", "dpd_latest", "attr_anything"], reader="roll_30")
    adopt_features(())
    with pytest.raises(
        FeatureUndefined, match=r"roll_30 reads, found none of 1 \(own_payments_45d\).*DUECOURSE_FEATURES"
    ):
        check_defined(["own_payments_45d", "dpd_latest"], reader="roll_30")
