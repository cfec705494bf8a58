"""Real purchased debts, from their file to a served worklist, through the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from serving.app import create_app
from tests.pipelines.command import Command
from tests.real_data import data_folder

pytestmark = [
    # mlflow 3.17 on SQLAlchemy 2.1 and pandas 3.1: end with mlflow's next minor.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow"),
    pytest.mark.filterwarnings("ignore:.*noload.*"),
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

MONTH_6 = "2020-07-01"


def test_purchased_debts_are_learnt_from_and_worked(command: Command, tmp_path: Path) -> None:
    whole = pd.read_parquet(data_folder("kruk_collections") / "accounts_2017.parquet")
    portfolios = whole["portfolio"].drop_duplicates().sort_values()
    learnt, worked = tmp_path / "learnt", tmp_path / "worked"
    for folder, chosen in ((learnt, portfolios[::2]), (worked, portfolios[1::2])):
        folder.mkdir()
        rows = whole[whole["portfolio"].isin(chosen)].groupby("portfolio").head(120)
        rows.to_parquet(folder / "accounts_2017.parquet")
        command.works("import", "kruk", "--from", folder, "--out", tmp_path / f"book-{folder.name}")
    command.works(
        "train", "pays_within", tmp_path / "book-learnt", "--from", MONTH_6, "--to", MONTH_6,
        "--window", "6m", "--group", "portfolio",
    )  # fmt: skip
    figures = command.works(
        "evaluate", "pays_within@challenger", tmp_path / "book-worked", "--as-of", MONTH_6, "--group", "portfolio",
        "--out", tmp_path / "pays.json", "--json",
    ).json  # fmt: skip
    assert figures["trained_overlap"] == 0
    assert figures["auc"]["value"] > 0.75, "who paid in six months tends to pay in the next six"
    for name in ("Ann", "Bob"):
        command.works("promote", "pays_within@challenger", "--by", name)
    night = command.works("run", tmp_path / "book-worked", "--as-of", MONTH_6, "--json").json
    assert night["models"].keys() == {"pays_within"}
    assert night["actions"]["call"] > 0
    token = command.works("key", "--name", "dialler", "--role", "collector", "--json").json["token"]
    ten_in_warsaw = datetime(2020, 7, 1, 8, 0, tzinfo=UTC)
    with TestClient(create_app(tmp_path / "home", clock=lambda: ten_in_warsaw)) as service:
        key = {"X-API-Key": token}
        claimed = service.post("/v1/worklist/claim", headers=key, json={"lease_seconds": 600}).json()
        case = service.get(f"/v1/cases/{claimed['case']['case_id']}", headers=key).json()
    assert case["decision"]["scores"].keys() == {"pays_within"}
    assert case["decision"]["reasons"]
