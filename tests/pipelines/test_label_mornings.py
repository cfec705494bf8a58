"""A label with mornings of its own, from training to a file of scores; and what other labels refuse."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from features.book import Book, write_book
from models.book_samples import sample_from_book
from models.labels import LABELS, LabelUnknown, MorningsUnfit, WindowUnfit
from models.training import train
from pipelines.environment import Settings
from pipelines.featuring import write_book_features
from pipelines.fitting import NameReserved, fit_book, fit_table
from pipelines.judging import judge_book
from pipelines.mornings import accounts_of
from pipelines.requests import BookRows, TableRows
from pipelines.scoring import NobodyToScore, score_book_file
from serving.model_map import read_map
from tests.builders import book_of
from tests.loan_builders import months_of_loans
from tests.models.learning_builders import QUICK

TARGET = "first_instalment_late"
MONTHS = [date(2024, month, 1) for month in range(1, 6)]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lender") / "book"
    write_book(book_of(**months_of_loans(150)), folder)
    return folder


@pytest.fixture(scope="module")
def model(book: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    trained = train(sample_from_book(Book.open(book), target=TARGET, as_of=MONTHS), seed=1, settings=QUICK)
    folder = tmp_path_factory.mktemp("bundles") / "model"
    trained.bundle.write(folder)
    assert trained.bundle.manifest["window"] == ""
    return str(folder)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, threads=1)


def test_each_loan_of_a_month_is_judged_on_its_first_morning(
    model: str, book: Path, settings: Settings, tmp_path: Path
) -> None:
    out = tmp_path / "figures.json"
    figures = judge_book(
        model, book=book, as_of=[date(2024, 6, 1)], group=None, where=None, amount=None, out=out,
        allow_trained=True, settings=settings,
    )  # fmt: skip
    assert figures["n"] == 150
    assert figures["auc"]["value"] > 0.6, "who was late before is late again"
    assert json.loads(out.read_text())["target"] == TARGET


def test_each_loan_of_a_month_is_scored_once(
    model: str, book: Path, settings: Settings, tmp_path: Path
) -> None:
    scored = score_book_file(
        model, book=book, as_of=MONTHS[:2], out=tmp_path / "scores.parquet", settings=settings
    )
    assert scored.rows == 150
    assert scored.notes[0] == f"not scored: 150 accounts outside the population of {TARGET}"
    frame = pd.read_parquet(tmp_path / "scores.parquet")
    assert frame["loan_id"].is_unique
    heads = {row["loan_id"]: row["disbursed_on"] for row in months_of_loans(150)["loans"]}
    first = pd.to_datetime(frame["loan_id"].map(heads)) + pd.Timedelta(days=1)
    assert (pd.to_datetime(frame["as_of"]) == first).all()


def test_features_are_those_that_the_scores_are_made_of(book: Path, tmp_path: Path) -> None:
    made = write_book_features(book, as_of=MONTHS[:2], out=tmp_path / "f.parquet", target=TARGET)
    assert made.rows == 150
    assert f"left out: 150 loans that {TARGET} is not about" in made.notes
    everyone = write_book_features(book, as_of=[date(2024, 3, 1)], out=tmp_path / "all.parquet")
    assert everyone.rows == 300, "every loan that stands"


def test_another_day_than_a_months_first_is_refused_and_nothing_written(
    model: str, book: Path, settings: Settings, tmp_path: Path
) -> None:
    out, odd = tmp_path / "out.parquet", [date(2024, 3, 15)]
    judge = partial(judge_book, model, group=None, where=None, amount=None, allow_trained=True)
    for command in (
        partial(score_book_file, model, settings=settings),
        partial(judge, settings=settings),
        partial(write_book_features, target=TARGET),
    ):
        with pytest.raises(MorningsUnfit, match="Expected first days of months for first_instalment_late"):
            command(book=book, as_of=odd, out=out)
    assert not out.exists()


def test_a_month_without_next_loans_has_nobody_to_score(
    model: str, book: Path, settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(NobodyToScore, match="found none among 150 loans"):
        score_book_file(
            model, book=book, as_of=[date(2024, 1, 1)], out=tmp_path / "s.parquet", settings=settings
        )


def test_a_window_is_refused_before_anything_is_learnt(book: Path, settings: Settings) -> None:
    rows = BookRows(book=book, first=MONTHS[0], last=MONTHS[-1], window="30d")
    with pytest.raises(WindowUnfit, match="Leave --window out"):
        fit_book(rows, target=TARGET, settings=settings, seed=1)
    assert not settings.bundles.exists()


def test_features_of_a_name_that_is_no_label_are_refused(book: Path, tmp_path: Path) -> None:
    with pytest.raises(LabelUnknown, match="found 'my_target'"):
        write_book_features(book, as_of=MONTHS[:1], out=tmp_path / "f.parquet", target="my_target")


def test_a_model_of_a_free_name_speaks_for_every_loan_that_stands(book: Path) -> None:
    mine, others = accounts_of(Book.open(book), target="own_target", as_of=[date(2024, 3, 1)])
    assert (len(mine), others) == (300, 0)


@pytest.mark.parametrize("name", [*LABELS, "willful"])
def test_the_name_of_a_label_is_reserved_against_tables(
    name: str, settings: Settings, tmp_path: Path
) -> None:
    rows = TableRows(table=tmp_path / "t.csv", label="y", id="id")
    with pytest.raises(NameReserved, match=f"such as my_{name}"):
        fit_table(rows, target=name, settings=settings, seed=1)


def test_the_nights_map_names_no_label_that_looks_at_other_mornings() -> None:
    own = {name for name, label in LABELS.items() if label.own_mornings}
    assert not own & set(read_map().models)
