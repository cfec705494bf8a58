"""duecourse report on the command line: the training's rows again, other rows, and every way it can fail."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.bundle import Bundle
from pipelines.environment import Settings
from pipelines.fitting import Fitted, fit_book, fit_table
from pipelines.report_request import TrainingRequest, read_request
from pipelines.report_rows import DaysOfBook, RowsGone, rows_again
from pipelines.reporting import report_place
from pipelines.requests import BookRows, TableRows
from tests.pipelines.command import Command
from tests.pipelines.report_page_reader import read, text_of

pytestmark = [
    pytest.mark.xdist_group("small-book"),
    # mlflow 3.17 on SQLAlchemy 2.1 and pandas 3.1: end with mlflow's next minor.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow"),
    pytest.mark.filterwarnings("ignore:.*noload.*"),
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

REMEDY = "give BOOK and --as-of, or --table FILE --label COLUMN --id COLUMN"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home of its own for the models of this module."""
    return tmp_path_factory.mktemp("reports") / "home"


@pytest.fixture(scope="module")
def book(small_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the small book that a test may move away."""
    return Path(shutil.copytree(small_book, tmp_path_factory.mktemp("lender") / "book"))


@pytest.fixture(scope="module")
def roll(home: Path, book: Path) -> Fitted:
    """Return a model of the small book, registered as challenger."""
    rows = BookRows(book, date(2024, 5, 1), date(2024, 10, 1))
    return fit_book(rows, target="roll_30", settings=Settings(home, threads=1), seed=3)


@pytest.fixture(scope="module")
def own(home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Fitted, Path]:
    """Return a model of a team's own table, and the table."""
    draw = np.random.default_rng(5)
    frame = pd.DataFrame(
        {"account": range(900), "x": draw.normal(size=900), "kind": draw.choice(list("ab"), 900)}
    )
    frame["bad"] = (draw.random(900) < 1 / (1 + np.exp(-2 * frame["x"]))).astype(int)
    table = tmp_path_factory.mktemp("team") / "own.csv"
    frame.to_csv(table, index=False)
    rows = TableRows(table, label="bad", id="account")
    return fit_table(rows, target="own", settings=Settings(home, threads=1), seed=3), table


@pytest.fixture
def duecourse(command: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return the command line over the module's home."""
    monkeypatch.setenv("DUECOURSE_HOME", str(home))
    return command


def test_a_report_looks_at_the_rows_of_the_training_again(
    duecourse: Command, roll: Fitted, book: Path, tmp_path: Path
) -> None:
    out = tmp_path / "roll.html"
    told = duecourse.works("report", "roll_30@challenger", "--out", out, "--language", "en", "--json").json
    page = out.read_text(encoding="utf-8")
    assert told["equals_registered"] is True
    assert told["differing"] == []
    assert told["judged"] == roll.evaluation["n"]
    assert told["size_bytes"] == [out.stat().st_size]
    assert out.stat().st_size < 3_000_000
    assert not read(page).wrong
    assert "http:" not in page
    assert "https:" not in page
    auc = roll.evaluation["auc"]
    assert isinstance(auc, dict)
    assert f"{auc['value']:.3f}" in text_of(page, "asked")
    assert roll.content_hash in page
    assert str(book) in page
    assert f"duecourse report roll_30@challenger --out {out} --language en --json" in page
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []
    names = pd.read_parquet(next((book / "borrowers").glob("*.parquet")))["borrower_id"].astype(str)
    assert not any(name in page for name in names.head(300)), "nobody is named"


def test_without_a_place_it_lies_where_the_console_lists_it_in_chinese(
    duecourse: Command, roll: Fitted, home: Path
) -> None:
    duecourse.works("report", roll.content_hash[:12])
    page = (home / "reports" / f"roll_30-{roll.content_hash[:8]}-zh.html").read_text(encoding="utf-8")
    assert '<html lang="zh-Hans">' in page
    assert f'<meta name="duecourse-content-hash" content="{roll.content_hash}">' in page


def test_other_mornings_set_aside_whom_it_was_trained_on(
    duecourse: Command, roll: Fitted, book: Path, tmp_path: Path
) -> None:
    out = tmp_path / "winter.html"
    words = ["report", roll.content_hash[:12], book, "--as-of", "2024-12-01", "--as-of", "2025-01-01"]
    told = duecourse.works(*words, "--out", out, "--language", "en", "--json").json
    figures = duecourse.works("evaluate", *words[1:], "--out", tmp_path / "e.json", "--json").json
    assert told["equals_registered"] is None
    assert told["judged"] == figures["n"]
    page = out.read_text(encoding="utf-8")
    assert f"{figures['auc']['value']:.3f}" in text_of(page, "asked")
    assert f"{figures['trained_overlap']:,} of ids the model was trained on were set aside" in text_of(
        page, "origin"
    )


def test_a_report_on_other_rows_replaces_none_on_the_rows_of_the_training(home: Path, roll: Fitted) -> None:
    days = [date(2025, 1, 1), date(2024, 12, 1)]
    places = {
        report_place(roll.content_hash, language="zh", settings=Settings(home, threads=1), rows=rows).name
        for rows in (
            None,
            DaysOfBook(Path("book"), days),
            DaysOfBook(Path("book"), days[:1]),
            TableRows(Path("new.parquet"), label="bad", id="account"),
        )
    }
    begin = f"roll_30-{roll.content_hash[:8]}"
    assert places == {
        f"{begin}-zh.html",
        f"{begin}-on-2024-12-01-to-2025-01-01-zh.html",
        f"{begin}-on-2025-01-01-zh.html",
        f"{begin}-on-new-zh.html",
    }


def test_a_teams_own_table_is_reported_from_its_file_and_from_another(
    duecourse: Command, own: tuple[Fitted, Path], tmp_path: Path
) -> None:
    fitted, table = own
    told = duecourse.works("report", "own/1", "--out", tmp_path / "own.html", "--json").json
    assert told["equals_registered"] is True
    assert "样本没有时间信息" in text_of((tmp_path / "own.html").read_text(encoding="utf-8"), "months")
    draw = np.random.default_rng(6)
    fresh = pd.DataFrame({"account": range(5_000, 5_300), "x": draw.normal(size=300), "kind": "a"})
    fresh["bad"] = (draw.random(300) < 1 / (1 + np.exp(-2 * fresh["x"]))).astype(int)
    fresh.to_parquet(tmp_path / "new.parquet")
    told = duecourse.works(
        "report", "own/1", "--table", tmp_path / "new.parquet", "--label", "bad", "--id", "account", "--out",
        tmp_path / "new.html", "--json",
    ).json  # fmt: skip
    assert told["judged"] == 300
    assert fitted.content_hash == told["content_hash"]
    kept = table.read_bytes()
    table.write_bytes(kept + b"9999,0.5,a,1\n")
    refused = duecourse("report", "own/1", "--out", tmp_path / "changed.html")
    table.write_bytes(kept)
    assert refused.code == 2
    assert "changed since" in refused.err
    assert REMEDY in refused.err
    assert not (tmp_path / "changed.html").exists()


def test_a_book_that_is_gone_or_has_changed_is_said_and_what_to_give(
    duecourse: Command, roll: Fitted, book: Path, home: Path, tmp_path: Path
) -> None:
    away = book.with_name("away")
    book.rename(away)
    try:
        gone = duecourse("report", roll.content_hash, "--out", tmp_path / "gone.html")
    finally:
        away.rename(book)
    assert gone.code == 2
    assert "nothing at" in gone.err
    assert REMEDY in gone.err
    record = home / "bundles" / f"{roll.content_hash}.request.json"
    kept = record.read_text()
    record.write_text(json.dumps({**json.loads(kept), "digest": "ef" * 32}))
    try:
        changed = duecourse("report", roll.content_hash, "--out", tmp_path / "gone.html")
    finally:
        record.write_text(kept)
    assert changed.code == 2
    assert "changed since (digest" in changed.err
    assert REMEDY in changed.err
    assert not list(tmp_path.glob("*gone*"))


@pytest.mark.parametrize(
    "edited",
    [
        pytest.param({"rows": {"first": "2024-06-01"}}, id="a month less"),
        pytest.param({"rows": {"where": "dpd_now >= 5"}}, id="fewer rows"),
        pytest.param({"seed": 4}, id="another seed"),
        pytest.param({"target": "roll_60"}, id="another label"),
    ],
)
def test_a_record_that_was_edited_is_not_passed_off_as_the_training(
    roll: Fitted, home: Path, edited: dict[str, object]
) -> None:
    told = read_request(roll.content_hash, places=(home / "bundles",))
    assert told is not None
    kept = told.to_json()
    other = {**kept, **edited, "rows": {**kept["rows"], **edited.get("rows", {})}}  # type: ignore[dict-item]
    with pytest.raises(RowsGone, match="names other rows, seed or target than the model seals"):
        rows_again(Bundle.load(roll.bundle), TrainingRequest.from_json(other))


def test_a_folder_whose_content_the_home_was_trained_with_needs_no_rows(
    duecourse: Command, roll: Fitted, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(roll.bundle, tmp_path / "mailed"))
    told = duecourse.works("report", folder, "--out", tmp_path / "r.html", "--json").json
    assert told["model"] == "roll_30"
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "取自文件夹" in text_of(page, "asked")
    assert "promote" not in text_of(page, "asked")


def test_a_home_that_does_not_know_a_mailed_bundle_asks_for_rows(
    command: Command, roll: Fitted, book: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(roll.bundle, tmp_path / "mailed"))
    refused = command("report", folder, "--out", tmp_path / "r.html")
    assert refused.code == 2
    assert "no record of the rows" in refused.err
    assert REMEDY in refused.err
    command.works("report", folder, book, "--as-of", "2025-01-01", "--out", tmp_path / "r.html")
    assert (tmp_path / "r.html").stat().st_size > 50_000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--language", "de"], "Expected --language zh or en, found 'de'", id="a language that is neither"),
        pytest.param(["--as-of", "2025-01-01"], "Expected BOOK or --table beside --as-of", id="a day without a book"),
        pytest.param(["--label", "bad"], "Expected BOOK or --table beside --label", id="a label without a table"),
        pytest.param(["BOOK"], "Expected --as-of with BOOK", id="a book without a day"),
        pytest.param(["BOOK", "--as-of", "May"], "YYYY-MM-DD", id="a day that is none"),
    ],
)  # fmt: skip
def test_words_that_do_not_go_together_are_refused(
    duecourse: Command, roll: Fitted, book: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    out = tmp_path / "r.html"
    told = [str(book) if word == "BOOK" else word for word in words]
    refused = duecourse("report", "roll_30/1", *told, "--out", out)
    assert refused.code == 2
    assert said in refused.err
    assert not out.exists()


def test_places_where_nothing_can_be_written_are_found_before_the_work(
    duecourse: Command, roll: Fitted, tmp_path: Path
) -> None:
    (tmp_path / "folder.html").mkdir()
    refused = duecourse("report", "roll_30/1", "--out", tmp_path / "folder.html")
    assert refused.code == 2
    assert "found a folder" in refused.err
    assert "finding" not in refused.err
    (tmp_path / "file").write_text("x")
    refused = duecourse("report", "roll_30/1", "--out", tmp_path / "file" / "r.html")
    assert refused.code == 2
    assert "Not a directory" in refused.err
    assert "finding" not in refused.err


def test_a_bundle_with_a_wrong_digest_is_refused_before_it_is_read(
    duecourse: Command, roll: Fitted, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(roll.bundle, tmp_path / "harmed"))
    model = folder / "components" / "main" / "model.txt"
    model.write_bytes(model.read_bytes().replace(b"leaf_value=", b"leaf_value=9", 1))
    refused = duecourse("report", folder, "--out", tmp_path / "r.html")
    assert refused.code == 2
    assert "Expected" in refused.err
    assert "model.txt" in refused.err
    assert not (tmp_path / "r.html").exists()


def test_an_unknown_model_lists_what_is_there(duecourse: Command, roll: Fitted, tmp_path: Path) -> None:
    refused = duecourse("report", "roll_90@champion", "--out", tmp_path / "r.html")
    assert refused.code == 2
    assert "roll_30/1" in refused.err
