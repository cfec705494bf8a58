"""The main job through the command line, as a data scientist and a collector meet it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from serving.app import create_app
from tests.pipelines.command import Command

pytestmark = [
    pytest.mark.xdist_group("small-book"),
    # mlflow 3.17 on SQLAlchemy 2.1 and pandas 3.1: end with mlflow's next minor.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow"),
    pytest.mark.filterwarnings("ignore:.*noload.*"),
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

MORNING = "2025-03-01"


def test_from_a_book_to_a_served_worklist(command: Command, small_book: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    command.works("check", small_book)

    made = command.works(
        "features", small_book, "--as-of", MORNING, "--out", tmp_path / "f.parquet", "--json"
    ).json
    assert made["features"] >= 40
    catalogue = json.loads((tmp_path / "f.catalogue.json").read_text())
    assert catalogue

    trained = command.works(
        "train", "roll_30", small_book, "--from", "2024-05-01", "--to", "2024-10-01", "--json"
    ).json
    assert trained["version"] == "1"
    again = command.works(
        "train", "roll_30", small_book, "--from", "2024-05-01", "--to", "2024-10-01", "--json"
    ).json
    assert (again["version"], again["content_hash"]) == ("1", trained["content_hash"]), (
        "same rows, same model"
    )

    figures = command.works(
        "evaluate", "roll_30@challenger", small_book, "--as-of", "2024-12-01", "--as-of", "2025-01-01",
        "--out", tmp_path / "roll.json", "--json",
    ).json  # fmt: skip
    assert figures == json.loads((tmp_path / "roll.json").read_text())
    assert set(figures) >= {
        "n", "base_rate", "trained_overlap", "auc", "ks", "brier", "calibration", "capture", "cash_capture",
        "by_bucket", "challengers",
    }  # fmt: skip
    assert set(figures["auc"]) >= {"value", "low", "high"}
    assert set(figures["capture"]) == {"0.1", "0.2", "0.3"}
    assert set(figures["challengers"]) == {"scorecard", "sort by dpd", "sort by arrears"}
    assert figures["trained_overlap"] > 0
    assert figures["auc"]["value"] > 0.55

    scored = command.works(
        "score",
        trained["content_hash"][:12],
        small_book,
        "--as-of",
        MORNING,
        "--out",
        tmp_path / "s.csv",
        "--json",
    ).json
    scores = pd.read_csv(tmp_path / "s.csv")
    assert len(scores) == scored["rows"] > 0
    assert scores["probability"].between(0, 1).all()
    assert scores["dpd_now"].between(1, 30).all()
    assert scores["reason_1_zh"].notna().mean() > 0.9

    first = command.works("promote", "roll_30@challenger", "--by", "Li Hua")
    assert "one more" in (first.out + first.err).lower() or "1 more" in first.out
    assert "only typed" in first.out
    refused = command("promote", "roll_30@challenger", "--by", "li  hua")
    assert refused.code == 2
    assert "second person" in refused.err
    command.works("promote", "roll_30@challenger", "--by", "Wang Fang")

    night = command.works("run", small_book, "--as-of", MORNING, "--json").json
    assert sum(night["actions"].values()) == sum(
        n for bucket, n in night["accounts"].items() if bucket != "current"
    )
    assert any("31-60" in name for name in night["unscored"]), "a slice without an approved model is listed"
    assert night["models"] == {"roll_30": trained["content_hash"]}

    token = command.works("key", "--name", "dialler", "--role", "collector", "--json").json["token"]
    clock = lambda: datetime(2025, 3, 1, 2, 0, tzinfo=UTC)  # noqa: E731 - ten in the morning in Shanghai
    with TestClient(create_app(home, clock=clock)) as service:
        listed = service.get("/v1/worklist", headers={"X-API-Key": token}).json()
        assert listed["cases"]
        case = service.get(f"/v1/cases/{listed['cases'][0]['case_id']}", headers={"X-API-Key": token})
        assert case.status_code == 200


def test_a_second_night_changes_nothing(command: Command, small_book: Path, tmp_path: Path) -> None:
    first = command.works("run", small_book, "--as-of", MORNING, "--json").json
    decided = Path(first["folder"]) / "decisions.jsonl.gz"
    before, stamp = decided.read_bytes(), decided.stat().st_mtime_ns
    second = command.works("run", small_book, "--as-of", MORNING, "--json").json
    assert second["actions"] == first["actions"]
    assert (decided.read_bytes(), decided.stat().st_mtime_ns) == (before, stamp)


def test_a_teams_own_table_is_trained_judged_and_scored(command: Command, tmp_path: Path) -> None:
    draw = np.random.default_rng(5)
    frame = pd.DataFrame(
        {"account": range(1_200), "x": draw.normal(size=1_200), "kind": draw.choice(list("ab"), 1_200)}
    )
    frame["bad"] = (draw.random(1_200) < 1 / (1 + np.exp(-2 * frame["x"]))).astype(int)
    frame.iloc[:900].to_csv(tmp_path / "own.csv", index=False)
    frame.iloc[900:].to_parquet(tmp_path / "new.parquet")
    command.works("train", "own", "--table", tmp_path / "own.csv", "--label", "bad", "--id", "account")
    figures = command.works(
        "evaluate", "own/1", "--table", tmp_path / "new.parquet", "--label", "bad", "--id", "account",
        "--out", tmp_path / "own.json", "--json",
    ).json  # fmt: skip
    assert figures["n"] == 300
    assert figures["trained_overlap"] == 0
    assert figures["auc"]["value"] > 0.75
    command.works(
        "score",
        "own@challenger",
        "--table",
        tmp_path / "new.parquet",
        "--id",
        "account",
        "--out",
        tmp_path / "s.parquet",
    )
    scores = pd.read_parquet(tmp_path / "s.parquet")
    assert scores["account"].tolist() == list(range(900, 1_200))
    seen = command("evaluate", "own/1", "--table", tmp_path / "own.csv", "--label", "bad", "--id", "account",
                   "--where", "x > 0", "--out", tmp_path / "seen.json", "--json")  # fmt: skip
    assert seen.json["trained_overlap"] > 0, "rows trained on are set aside and counted"
    assert seen.json["n"] + seen.json["trained_overlap"] == int((frame.iloc[:900]["x"] > 0).sum())
