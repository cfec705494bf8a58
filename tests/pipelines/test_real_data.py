"""The table of figures on real data: folds by group, folders that are refused, a page a person can read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.samples import sample_from_table
from pipelines.real_data import STUDIES, FolderUnfit, judge_elsewhere, judge_in_folds, main, rows_of
from pipelines.real_data_page import COLUMNS, Row, page
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
    (tmp_path / "good" / STUDY.folder).mkdir(parents=True)
    folders = [tmp_path / "good", tmp_path / "good"]
    folders[which == "EVAL"] = tmp_path / "nothing"
    with pytest.raises(FolderUnfit, match=f"Expected {which}"):
        rows_of(*folders, threads=1)


def test_the_command_answers_a_wrong_folder_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DUECOURSE_HOME", str(tmp_path))
    assert main(["--train", str(tmp_path), "--eval", str(tmp_path)]) == 2
    assert "Expected TRAIN" in capsys.readouterr().err


def test_the_page_is_a_table_with_its_sources() -> None:
    lines = page([Row(tuple("x" for _ in COLUMNS))]).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert {line.count("|") for line in table} == {len(COLUMNS) + 1}
    assert any("audited" in line for line in lines)


def test_the_uci_cards_are_read_without_protected_columns() -> None:
    sample = STUDY.sample(data_folder("uci_credit_card"))
    assert not {"SEX", "EDUCATION", "MARRIAGE", "AGE"} & set(sample.X.columns)
    assert 0.2 < sample.y.mean() < 0.25
