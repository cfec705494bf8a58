"""Monthly statuses through the command line: imported, checked, turned into features, learnt from."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.pipelines.command import Command
from tests.pipelines.source_rows import FIXTURES
from tests.real_data import data_folder

pytestmark = [
    # mlflow 3.17 on SQLAlchemy 2.1 and pandas 3.1: end with mlflow's next minor.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow"),
    pytest.mark.filterwarnings("ignore:.*noload.*"),
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

CHINA = ("--country", "CN", "--time-zone", "Asia/Shanghai", "--currency", "CNY")


@pytest.mark.parametrize(
    ("source", "folder", "options"),
    [
        pytest.param("credit-record", "credit_record_30", CHINA, id="monthly statuses"),
        pytest.param("uci", "uci_30", (), id="credit card accounts"),
        pytest.param("superlender", "superlender_30", (), id="micro-loans"),
        pytest.param("kruk", "kruk_30", (), id="purchased debts"),
    ],
)
def test_an_import_lists_what_it_repaired_left_out_and_assumed(
    command: Command, tmp_path: Path, source: str, folder: str, options: tuple[str, ...]
) -> None:
    words = ("import", source, "--from", FIXTURES / folder, "--out", tmp_path / "book", *options)
    report = command.works(*words, "--json").json
    assert all(report[part] for part in ("repairs", "losses", "notes"))
    stated = json.loads((tmp_path / "book" / "book.json").read_text("utf-8"))
    for what, count in (*report["repairs"].items(), *report["losses"].items()):
        assert f"{what} ({count})" in stated["notes"]
    shown = command.works(*words).out
    assert "Repaired" in shown
    assert "Left out" in shown
    assert command.works("check", tmp_path / "book").out.strip().endswith("keeps every contract.")


def test_the_kinds_of_source_are_named_where_one_is_asked_for(command: Command, tmp_path: Path) -> None:
    assert all(
        name in command.works("import", "--help").out for name in ("credit-record", "uci", "superlender")
    )
    answer = command("import", "ucl", "--from", tmp_path, "--out", tmp_path / "book")
    assert answer.code != 0
    assert "directory, kruk, credit-record, uci, superlender" in answer.err


def test_a_refused_import_says_why_and_leaves_nothing(command: Command, tmp_path: Path) -> None:
    words = ("--from", FIXTURES / "credit_record_30", "--out", tmp_path / "book")
    answer = command("import", "credit-record", *words)
    assert answer.code != 0
    assert "--time-zone Asia/Shanghai" in answer.err
    assert not (tmp_path / "book").exists()


def test_the_real_panel_is_learnt_from(command: Command, tmp_path: Path) -> None:
    book = tmp_path / "book"
    command.works(
        "import", "credit-record", "--from", data_folder("credit_record_panel"), "--out", book, *CHINA
    )
    command.works("check", book)
    command.works("features", book, "--as-of", "2019-06-01", "--out", tmp_path / "june.parquet")
    june = pd.read_parquet(tmp_path / "june.parquet", columns=["dpd_now"])
    assert set(june["dpd_now"]) == {0, 31, 61, 91, 121, 151}
    trained = command.works(
        "train", "roll_60", book, "--window", "3m", "--from", "2018-10-01", "--to", "2019-09-01", "--json"
    ).json
    figures = trained["evaluation"]
    assert (figures["target"], figures["window"]) == ("roll_60", "3m")
    assert 0.02 < figures["base_rate"] < 0.2, "one in twenty accounts 30-59 days late gets worse in a month"
    assert "31-60" in figures["by_bucket"]
