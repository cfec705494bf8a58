"""The rows a report looks at again: the parts of the training, each by its name."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from features.book import Book
from models.training import Trained
from models.willful import train_willful
from pipelines.report_request import TrainingRequest
from pipelines.report_rows import RowsGone, rows_again
from pipelines.requests import BookRows
from pipelines.simulator.writing import write_simulated
from tests.models.willful_builders import busy_lender

pytestmark = pytest.mark.xdist_group("willful")  # one process simulates and trains, once

FIRST, LAST, SEED = dt.date(2024, 6, 1), dt.date(2025, 3, 1), 5


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Trained, TrainingRequest]:
    folder = tmp_path_factory.mktemp("busy") / "book"
    write_simulated(busy_lender(), folder)
    book = Book.open(folder)
    trained = train_willful(book, first=FIRST, last=LAST, seed=SEED)
    rows = BookRows(book=folder, first=FIRST, last=LAST)
    return trained, TrainingRequest.of_book(rows, digest=book.digest, target="willful", seed=SEED)


def test_a_willful_training_is_shown_in_its_three_parts(made: tuple[Trained, TrainingRequest]) -> None:
    trained, asked = made
    judged = rows_again(trained.bundle, asked)
    assert judged.split is not None
    for name in ("train", "calibrate", "test"):
        again, then = getattr(judged.split, name), getattr(trained.split, name)
        assert len(then)
        assert np.array_equal(again, then), name
    assert judged.evaluation["n"] == trained.evaluation["n"]
    assert judged.evaluation["auc"] == trained.evaluation["auc"]


def test_parts_drawn_otherwise_than_then_are_not_passed_off_as_the_training(
    made: tuple[Trained, TrainingRequest],
) -> None:
    trained, asked = made
    other = TrainingRequest(asked.rows, asked.digest, asked.target, seed=SEED + 1)
    with pytest.raises(RowsGone, match=r"other borrowers in its parts .* give BOOK and --as-of"):
        rows_again(trained.bundle, other)
