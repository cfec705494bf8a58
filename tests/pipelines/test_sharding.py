"""Features built shard by shard are the features of the whole book, whoever works and however often it was stopped."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from features.book import write_book
from features.build import MixedAttribute
from features.progress import listening
from features.resharding import shard_book
from features.table import FeaturesDamaged, FeatureTable, read_features
from pipelines import sharding, sharding_engines
from pipelines.featuring import NothingObserved, write_book_features
from pipelines.mornings import BookTooOld
from pipelines.requests import read_table
from pipelines.sharding import Sharded, ShardsFailed, write_sharded_features
from pipelines.sharding_engines import local_engine
from pipelines.sharding_folder import AnotherFolder, FolderBusy, alone_in
from pipelines.sharding_plan import AnotherPlan, OtherSoftware, check_software, read_plan
from tests.builders import attribute, book_of
from tests.features.test_book import bytes_of
from tests.pipelines.sharded_books import people, rows_of

AS_OF = (date(2024, 4, 1), date(2024, 7, 1))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a book of 24 borrowers in one piece."""
    place = tmp_path_factory.mktemp("sharded") / "book"
    write_book(people(24), place)
    return place


@pytest.fixture(scope="module")
def whole(book: Path, tmp_path_factory: pytest.TempPathFactory) -> FeatureTable:
    """Return the features of the whole book, from one file."""
    file = tmp_path_factory.mktemp("whole") / "whole.parquet"
    write_book_features(book, as_of=AS_OF, out=file)
    return read_features(file)


def run(book: Path, out: Path, *, shards: int | None = 4, workers: int = 1, **asked: Any) -> Sharded:
    return write_sharded_features(
        book, **{"as_of": AS_OF, "out": out, "engine": local_engine(workers), "shards": shards, **asked}
    )


@pytest.mark.parametrize("shards", [1, 3, 40])
def test_a_folder_is_read_as_the_file_of_the_whole_book(
    book: Path, whole: FeatureTable, tmp_path: Path, shards: int
) -> None:
    made = run(book, tmp_path / "out", shards=shards)
    table = read_features(tmp_path / "out")
    pd.testing.assert_frame_equal(table.frame, whole.frame)
    assert (table.catalogue, table.notes, table.book_digest) == (
        whole.catalogue,
        whole.notes,
        whole.book_digest,
    )
    assert (made.rows, made.features, made.shards) == (len(whole.frame), len(whole.catalogue.specs), shards)
    assert not (tmp_path / "out" / ".book").exists()


def test_attributes_known_in_one_shard_alone_are_a_column_of_every_part(book: Path, tmp_path: Path) -> None:
    run(book, tmp_path / "out")
    names = {tuple(pd.read_parquet(file).columns) for file in (tmp_path / "out").glob("*.parquet")}
    assert len(names) == 1
    assert names.pop()[-2:] == ("attr_cars", "attr_colour"), "late_news was not known on the last morning"


def test_the_parts_are_the_same_bytes_for_any_number_of_workers_and_any_layout_of_the_book(
    book: Path, tmp_path: Path
) -> None:
    shard_book(book, into=4, out=tmp_path / "parts")
    run(book, tmp_path / "one")
    run(book, tmp_path / "three", workers=3)
    run(tmp_path / "parts", tmp_path / "parts-features", shards=None)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "three") == bytes_of(tmp_path / "parts-features")


def test_a_target_leaves_out_the_same_loans_as_in_one_file(book: Path, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"as_of": [date(2024, 3, 1)], "target": "roll_30"}
    one = write_book_features(book, out=tmp_path / "one.parquet", **asked)
    made = run(book, tmp_path / "out", **asked)
    assert (made.rows, made.notes) == (one.rows, one.notes)
    pd.testing.assert_frame_equal(
        read_features(tmp_path / "out").frame, read_features(tmp_path / "one.parquet").frame
    )


def test_what_is_finished_is_not_made_again(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = run(book, out)
    before = bytes_of(out)
    stamps = {file.name: file.stat().st_mtime_ns for file in out.glob("*.parquet")}
    (out / "part-0001.parquet").write_bytes(b"harmed")
    (out / "part-0002.parquet.done.json").unlink()
    with pytest.raises(FeaturesDamaged, match=r"part-0001.parquet: expected digest"):
        read_features(out)
    again = run(book, out)
    assert (first.made, again.made) == (4, 2)
    assert bytes_of(out) == before
    kept = [name for name, stamp in stamps.items() if (out / name).stat().st_mtime_ns == stamp]
    assert sorted(kept) == ["part-0000.parquet", "part-0003.parquet"]
    assert run(book, out).made == 0


def test_a_folder_without_its_catalogue_is_unfinished(book: Path, tmp_path: Path) -> None:
    run(book, tmp_path / "out")
    (tmp_path / "out" / "catalogue.json").unlink()
    with pytest.raises(FeaturesDamaged, match="the features are unfinished"):
        read_features(tmp_path / "out")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"shards": 5}, "number of shards 4 then, 5 now", id="other shards"),
        pytest.param(
            {"as_of": AS_OF[:1]}, "mornings 2024-04-01, 2024-07-01 then, 2024-04-01 now", id="other mornings"
        ),
        pytest.param({"target": "roll_30"}, "target none then, roll_30 now", id="a target"),
    ],
)
def test_another_run_is_refused_by_what_differs(
    book: Path, tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    run(book, tmp_path / "out")
    before = bytes_of(tmp_path / "out")
    with pytest.raises(AnotherPlan, match=told):
        run(book, tmp_path / "out", **change)
    write_book(people(25), tmp_path / "other")
    with pytest.raises(AnotherPlan, match=r"book \w+… then"):
        run(tmp_path / "other", tmp_path / "out")
    assert bytes_of(tmp_path / "out") == before


def test_what_is_no_run_is_never_written_over(book: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    (tmp_path / "file").write_text("years of work")
    for place in ("thesis", "file"):
        with pytest.raises(AnotherFolder, match="Choose another folder"):
            run(book, tmp_path / place)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "plan.json").write_text("{")
    with pytest.raises(AnotherFolder, match="none that can be read"):
        run(book, tmp_path / "broken")
    assert sorted(bytes_of(tmp_path)) == ["broken/plan.json", "file", "thesis/chapter.txt"]


def test_two_runs_do_not_work_in_one_folder(book: Path, tmp_path: Path) -> None:
    with alone_in(tmp_path / "out"), pytest.raises(FolderBusy, match="another run at work"):
        run(book, tmp_path / "out")
    assert run(book, tmp_path / "out").made == 4


def test_a_shard_that_fails_leaves_the_others_finished_and_is_named(book: Path, tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    shard_book(book, into=4, out=parts)
    harmed = parts / "instalments" / "part-0002.parquet"
    sound = harmed.read_bytes()
    harmed.write_bytes(sound[:-9] + b"x" * 9)
    heard: list[tuple[str, int, int]] = []
    with listening(lambda *told: heard.append(told)), pytest.raises(ShardsFailed) as failure:
        run(parts, tmp_path / "out", shards=None)
    assert str(failure.value).startswith(
        "Expected the features of 4 shards, found that 1 failed (shard 2: BookDamaged: expected"
    )
    assert "The other 3 are finished and kept" in str(failure.value)
    assert list(failure.value.failed) == [2]
    assert heard[-1] == ("shards", 4, 4)
    with pytest.raises(FeaturesDamaged, match="unfinished"):
        read_features(tmp_path / "out")
    harmed.write_bytes(sound)
    assert run(parts, tmp_path / "out", shards=None).made == 1
    run(book, tmp_path / "undisturbed")
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "undisturbed")


def test_a_defect_and_a_full_disk_are_told_by_shard(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any, shard: int, **__: Any) -> None:
        raise OSError(28, "No space left on device", "/disk") if shard else ZeroDivisionError("planted")

    monkeypatch.setattr(sharding_engines, "work_shard", failing)
    with pytest.raises(ShardsFailed) as failure:
        run(book, tmp_path / "out", shards=8)
    assert failure.value.failed[0] == "ZeroDivisionError: planted"
    assert failure.value.failed[7] == "No space left on device: /disk"
    assert "; and 3 more)" in str(failure.value)


def test_an_attribute_of_numbers_here_and_codes_there_is_refused_as_in_one_file(tmp_path: Path) -> None:
    rows = rows_of(9)
    rows["attributes"] += [attribute(owner_id="B-8", name="cars", value=None, code="two")]
    write_book(book_of(**rows), tmp_path / "book")
    for write in (lambda: run(tmp_path / "book", tmp_path / "out"),
                  lambda: write_book_features(tmp_path / "book", as_of=AS_OF, out=tmp_path / "f.parquet")):  # fmt: skip
        with pytest.raises(MixedAttribute, match="'cars'"):
            write()
    assert not (tmp_path / "out").exists()


def test_mornings_that_the_book_knows_nothing_of_leave_nothing(book: Path, tmp_path: Path) -> None:
    with pytest.raises(BookTooOld, match="knows nothing after 2025-01-01"):
        run(book, tmp_path / "out", as_of=[date(2030, 1, 1)])
    with pytest.raises(NothingObserved):
        run(book, tmp_path / "out", as_of=[date(1990, 1, 1)])
    assert not (tmp_path / "out").exists()


def test_a_folder_is_taken_where_a_teams_table_is(book: Path, whole: FeatureTable, tmp_path: Path) -> None:
    run(book, tmp_path / "out")
    pd.testing.assert_frame_equal(read_table(tmp_path / "out"), whole.frame)
    (tmp_path / "out" / "catalogue.json").unlink()
    with pytest.raises(FeaturesDamaged, match="unfinished"):
        read_table(tmp_path / "out")


def test_the_shards_of_a_book_in_one_piece_follow_from_its_size(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharding, "LOANS_PER_SHARD", 10)
    assert run(book, tmp_path / "out", shards=None).shards == 4, "32 loans, ten a shard"


def test_other_software_does_not_go_on_with_a_run(book: Path, tmp_path: Path) -> None:
    run(book, tmp_path / "out")
    plan = read_plan(tmp_path / "out")
    check_software(plan)
    text = json.loads((tmp_path / "out" / "plan.json").read_text())
    (tmp_path / "out" / "plan.json").write_text(json.dumps({**text, "code": "0" * 64}))
    with pytest.raises(OtherSoftware, match="found"):
        check_software(read_plan(tmp_path / "out"))
    with pytest.raises(AnotherPlan, match="software 000000000000… then"):
        run(book, tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
