"""The table of figures on real data: folds by group, folders that are refused, a page a person can read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.book import Book
from models.labels import label_named, label_observations, observations_for, window_of
from models.samples import sample_from_table
from pipelines.real_data import FolderUnfit, figures_of, judge_elsewhere, judge_in_folds, judge_later, main
from pipelines.real_data_page import COLUMNS, Row, import_line, page
from pipelines.real_data_studies import PANEL, STUDIES, SUPERLENDER, UCI, Study, every_month
from pipelines.sources.importing import ImportReport
from tests.builders import book_of, loan, statement
from tests.real_data import data_folder

STUDY = STUDIES[0]


def _table(rows: int, *, first: int = 0) -> pd.DataFrame:
    draw = np.random.default_rng(first + 3)
    frame = pd.DataFrame({"x": draw.normal(size=rows), "noise": draw.normal(size=rows)})
    frame["id"] = [f"a{first + number}" for number in range(rows)]
    frame["bad"] = (draw.random(rows) < 1 / (1 + np.exp(-2 * frame["x"]))).astype(int)
    return frame


def test_folds_judge_every_row_once_and_rank_what_can_be_ranked() -> None:
    sample = sample_from_table(_table(800), target="bad", label="bad", id="id")
    row = judge_in_folds(STUDY, sample, threads=1)
    told = dict(zip(COLUMNS, row.cells, strict=True))
    assert told["rows"] == "800"
    assert 0.75 < float(told["champion AUC (pooled)"].split()[0]) < 0.95
    assert 0.75 < float(told["champion, mean of folds"]) < 0.95


def test_a_model_is_judged_elsewhere_without_the_ids_it_knows() -> None:
    train_on = sample_from_table(_table(800), target="bad", label="bad", id="id")
    both = pd.concat([_table(800), _table(300, first=5_000)])
    judge_on = sample_from_table(both, target="bad", label="bad", id="id")
    told = dict(zip(COLUMNS, judge_elsewhere(STUDY, train_on, judge_on, threads=1).cells, strict=True))
    assert 300 <= int(told["rows"].replace(",", "")) < 800, "the held-out fifth and the new rows"


def test_labels_without_a_pattern_are_not_ranked() -> None:
    frame = _table(1_500)
    frame["bad"] = np.random.default_rng(9).permutation(frame["bad"].to_numpy())
    told = judge_in_folds(STUDY, sample_from_table(frame, target="bad", label="bad", id="id"), threads=1)
    assert abs(float(told.cells[5].split()[0]) - 0.5) < 0.06


@pytest.mark.parametrize("which", ["TRAIN", "EVAL"])
def test_a_folder_without_the_sets_is_refused(tmp_path: Path, which: str) -> None:
    (tmp_path / "good" / STUDY.data.folder).mkdir(parents=True)
    folders = [tmp_path / "good", tmp_path / "good"]
    folders[which == "EVAL"] = tmp_path / "nothing"
    with pytest.raises(FolderUnfit, match=f"Expected {which}"):
        figures_of(*folders, threads=1)


def test_the_command_answers_a_wrong_folder_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DUECOURSE_HOME", str(tmp_path))
    assert main(["--train", str(tmp_path), "--eval", str(tmp_path)]) == 2
    assert "Expected TRAIN" in capsys.readouterr().err


REPORT = ImportReport("uci", Path("book"), "d", {"loans": 1_200}, {"a": 1_000, "b": 30, "c": 0}, {"d": 2}, ())


def test_the_page_is_a_table_with_its_sources() -> None:
    lines = page([Row(tuple("x" for _ in COLUMNS))], [(UCI, REPORT)]).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert {line.count("|") for line in table} == {len(COLUMNS) + 1}
    assert any("audited" in line for line in lines)
    assert any("data set 350" in line for line in lines)


def test_repairs_are_told_in_all_and_by_cause() -> None:
    told = import_line(UCI, REPORT)
    assert "1,030 repairs: a (1,000); b (30)." in told
    assert "2 rows left out: d (2)." in told
    assert "1,200 loan rows" in told


def test_a_model_of_the_earlier_days_is_judged_on_later_ones() -> None:
    frame = _table(1_500)
    frame["day"] = np.resize(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"], len(frame))
    sample = sample_from_table(frame, target="bad", label="bad", id="id", time="day")
    told = judge_later(STUDY, sample, threads=1)
    assert told.cells[2] == "trained before, judged from 2024-04-01 on other accounts"
    assert 0 < int(told.cells[3].replace(",", "")) < 400


def test_every_month_from_the_first_disbursal_to_the_end_of_the_book_is_looked_at() -> None:
    book = book_of(
        loans=[loan(disbursed_on="2024-01-15")],
        statements=[statement(month="2024-02-01"), statement(month="2024-03-01")],
    )
    assert [str(day) for day in every_month(book)] == ["2024-01-01", "2024-02-01", "2024-03-01"]


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return the credit record panel as a book."""
    return PANEL.book(data_folder(PANEL.folder), out=tmp_path_factory.mktemp("real") / "panel")[0]


def _labels(book: Book, study: Study) -> pd.DataFrame:
    label, mornings = label_named(study.label), every_month(book)
    seen = observations_for(book, label=label, as_of=mornings)
    told = label_observations(book, seen, target=study.label, window=window_of(label, study.window))
    return told[told["outcome"] != "outside the population"]


def test_the_uci_cards_are_read_without_protected_columns(tmp_path: Path) -> None:
    book, _ = UCI.book(data_folder(UCI.folder), out=tmp_path / "book")
    sample = STUDY.sample(book)
    names = {str(name).lower().removeprefix("attr_") for name in sample.X}
    assert not names & {"sex", "education", "marriage", "age", "next_month_default"}
    assert 0.2 < sample.y.mean() < 0.25


def test_next_loans_of_repeat_borrowers_are_looked_at_once(tmp_path: Path) -> None:
    book, _ = SUPERLENDER.book(data_folder(SUPERLENDER.folder), out=tmp_path / "book")
    told = _labels(book, next(study for study in STUDIES if study.data == SUPERLENDER))
    assert 0.15 < told["label"].mean() < 0.25
    seen = observations_for(book, label=label_named("first_instalment_late"), as_of=every_month(book))
    assert len(np.unique(seen.loan_no)) == len(seen)


def raw_statuses() -> pd.DataFrame:
    """Return the status of each month of the panel, of the three months after it, and how many months are left."""
    raw = pd.read_parquet(data_folder(PANEL.folder) / "monthly_status.parquet")
    raw = raw.sort_values(["ID", "MONTHS_BALANCE"], ignore_index=True)
    status = raw["STATUS"].astype(str)
    later = {f"after_{back}": status.groupby(raw["ID"]).shift(-back) for back in (1, 2, 3)}
    return pd.DataFrame({"status": status, **later, "left": -raw["MONTHS_BALANCE"]})


TOLD = ["C", "0", "1", "2", "3", "4", "5"]


def test_who_stays_at_30_days_is_what_the_raw_statuses_say(panel: Book) -> None:
    raw = raw_statuses()
    late = raw[(raw["status"] == "1") & raw["after_1"].isin(TOLD)]
    found = _labels(panel, next(study for study in STUDIES if study.label == "stays_30"))["label"]
    assert found.notna().sum() == len(late)
    assert found.sum() == late["after_1"].isin(["1", "2", "3", "4", "5"]).sum()


def test_who_reaches_60_days_is_what_the_raw_statuses_say(panel: Book) -> None:
    """A record that stops inside the three months has a label only where the account was paid off before."""
    raw = raw_statuses()
    after = raw[["after_1", "after_2", "after_3"]]
    last = after["after_3"].fillna(after["after_2"]).fillna(after["after_1"])
    whole = after["after_3"].notna() | (last == "C")
    kept = (raw["status"] == "1") & (raw["left"] >= 3) & whole & after.isin(TOLD).any(axis=1)
    found = _labels(panel, next(study for study in STUDIES if study.window == "3m"))["label"]
    assert found.notna().sum() == kept.sum()
    assert found.sum() == after[kept].isin(["2", "3", "4", "5"]).any(axis=1).sum()
