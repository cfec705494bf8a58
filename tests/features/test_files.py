"""Files and folders appear whole or not at all."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from features import files
from features.files import PlaceTaken, atomic_file, atomic_folder


def texts(folder: Path) -> dict[str, str]:
    return {str(f.relative_to(folder)): f.read_text() for f in folder.rglob("*") if f.is_file()}


def write_and_fall(door: AbstractContextManager[Path]) -> None:
    with door as part:
        note = part / "note.txt" if part.is_dir() else part
        note.write_text("new")
        raise RuntimeError("planted")


def test_a_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    for text in ("old", "new"):
        with atomic_folder(tmp_path / "book") as folder:
            (folder / "table").mkdir()
            (folder / "table" / f"{text}.txt").write_text(text)
    assert texts(tmp_path) == {"book/table/new.txt": "new"}


def test_a_folder_takes_its_place_where_names_cannot_be_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_renameat2", lambda: None)
    test_a_folder_takes_the_place_of_the_old_one(tmp_path)


def test_a_failed_second_rename_brings_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with atomic_folder(tmp_path / "book") as folder:
        (folder / "note.txt").write_text("old")
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if self.suffix == ".part":
            raise OSError("disk full")
        return replace(self, target)

    monkeypatch.setattr(files, "_renameat2", lambda: None)
    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="disk full"), atomic_folder(tmp_path / "book") as folder:
        (folder / "note.txt").write_text("new")
    assert texts(tmp_path) == {"book/note.txt": "old"}


def test_a_crash_leaves_the_old_folder_and_no_rest(tmp_path: Path) -> None:
    with atomic_folder(tmp_path / "book") as folder:
        (folder / "note.txt").write_text("old")
    with pytest.raises(RuntimeError, match="planted"):
        write_and_fall(atomic_folder(tmp_path / "book"))
    assert texts(tmp_path) == {"book/note.txt": "old"}


def test_a_crash_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    with atomic_file(tmp_path / "note.txt") as part:
        part.write_text("old")
    with pytest.raises(RuntimeError, match="planted"):
        write_and_fall(atomic_file(tmp_path / "note.txt"))
    assert texts(tmp_path) == {"note.txt": "old"}


def test_a_written_file_may_be_read_by_others(tmp_path: Path) -> None:
    with atomic_file(tmp_path / "deep" / "note.txt") as part:
        part.write_text("whole")
    (tmp_path / "plain.txt").write_text("plain")
    assert (tmp_path / "deep" / "note.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode


def test_a_folder_or_a_device_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for place in (tmp_path / "there", Path("/dev/null")):
        with pytest.raises(PlaceTaken, match="Choose another path"), atomic_file(place):
            raise AssertionError("nothing may begin")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("door", [atomic_file, atomic_folder])
def test_a_place_that_cannot_be_had_is_named_as_the_user_named_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, door: Callable[[Path], AbstractContextManager[Path]]
) -> None:
    def refusing(**_: object) -> str:
        raise PermissionError(13, "Permission denied", "/some/.temporary.part")

    monkeypatch.setattr("tempfile.mkstemp", refusing)
    monkeypatch.setattr("tempfile.mkdtemp", refusing)
    with pytest.raises(PermissionError) as told, door(tmp_path / "mine"):
        raise AssertionError("nothing may begin")
    assert told.value.filename == str(tmp_path / "mine")


@pytest.mark.parametrize("door", [atomic_file, atomic_folder])
def test_a_full_disk_is_told_with_the_path_the_user_gave(
    tmp_path: Path, door: Callable[[Path], AbstractContextManager[Path]]
) -> None:
    with pytest.raises(OSError, match="No space left") as refused, door(tmp_path / "big"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert refused.value.filename == str(tmp_path / "big")
    assert list(tmp_path.iterdir()) == []
