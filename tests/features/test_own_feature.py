"""What a team's own feature answers: taken as it is, or refused by name, file and line; never stored unseen."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from features.build import build_features
from features.discovery import OwnFeaturesRefused, adopt_features, adopt_folder, load_features
from features.observations import observe
from features.own_feature import OwnFeatureFailed, SourceUnknown
from tests.builders import book_of, payment
from tests.features.own_module import OWN_MODULE

ANSWER = "return history.payments.count(days=45)"


@pytest.fixture(autouse=True)
def _nothing_adopted() -> Iterator[None]:
    yield
    adopt_features(())


def folder_of(folder: Path, text: str) -> Path:
    """Return a folder of one module."""
    (folder / "own_payments.py").write_text(text, encoding="utf-8")
    return folder


def built(folder: Path, answer: str) -> list[float]:
    """Return the table whose own feature gives that answer."""
    text = OWN_MODULE.replace(ANSWER, answer).replace(
        "from features.catalogue", "import numpy as np\nfrom features.catalogue"
    )
    adopt_folder(folder_of(folder, text))
    book = book_of(payments=[payment(paid_on="2024-02-20")])
    table = build_features(book, observe(book, as_of=[dt.date(2024, 3, 1)]))
    return list(table.frame["own_payments_45d"])


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("raise KeyError('rent')", r"KeyError: 'rent' \(line 15\)"),
        ("raise SystemExit(3)", r"SystemExit: 3 \(line 15\)"),
        ("return None", "nothing: no value is returned"),
        ("return history.payments", "a Events"),
        ("return [1.0]", "a list"),
        ("return np.zeros(3)", r"an array of shape \(3,\) for 1 observations"),
        ("return np.zeros((history.n, 1))", r"an array of shape \(1, 1\)"),
        ("return np.array(['many'] * history.n, object)", "an array of object where the kind is number"),
        ("return np.array(['2024-01-01'] * history.n, 'M8[D]')", r"an array of datetime64\[D\]"),
        ("return np.full(history.n, np.inf)", "1 infinite of 1 values"),
    ],
)
def test_an_answer_that_is_no_column_is_refused_by_name_and_file(
    tmp_path: Path, answer: str, found: str
) -> None:
    with pytest.raises(OwnFeatureFailed, match=f"feature 'own_payments_45d' of .*own_payments.py: .*{found}"):
        built(tmp_path, answer)


def test_numbers_truths_and_nan_are_taken_as_they_are(tmp_path: Path) -> None:
    assert built(tmp_path, "return history.payments.count(days=45) > 0") == [1.0]
    missing = built(tmp_path, "return np.full(history.n, np.nan)")[0]
    assert math.isnan(missing)


def test_a_source_that_no_book_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnknown, match="found wages"):
        load_features(folder_of(tmp_path, OWN_MODULE.replace('sources=("payments",)', 'sources=("wages",)')))


def test_a_module_that_ends_the_process_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OwnFeaturesRefused, match=r"line 1.*SystemExit: 3"):
        load_features(folder_of(tmp_path, "raise SystemExit(3)\n"))
