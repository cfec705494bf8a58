"""Reports of a home: listed with what they say of themselves, and nothing else is ever served."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from serving.console.report_files import LARGEST_BYTES, NoSuchReport, report_bytes, reports_of

HEAD = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
    '<meta name="duecourse-model" content="roll_30"><meta name="duecourse-content-hash" content="aa11">'
    "<title>roll_30\n 报告</title></head><body><svg><title>a drawing</title></svg></body></html>"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one report, and things that are none."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "roll_30.html").write_text(HEAD, encoding="utf-8")
    os.utime(folder / "roll_30.html", (1_772_424_000, 1_772_424_000))
    (folder / "roll_30.json").write_text("{}")
    (folder / "folder.html").mkdir()
    (tmp_path / "secret.html").write_text("secret")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    (folder / "inner.html").symlink_to(folder / "roll_30.html")
    return tmp_path


def test_a_report_is_listed_with_what_its_head_says(home: Path) -> None:
    listed = reports_of(home)
    assert listed is not None
    (one,) = listed
    assert (one.name, one.title, one.model) == ("roll_30.html", "roll_30 报告", "roll_30")
    assert (one.content_hash, one.language) == ("aa11", "zh")
    assert one.written_at == datetime(2026, 3, 2, 4, tzinfo=UTC)
    assert one.size_bytes == len(HEAD.encode())


def test_the_newest_report_comes_first(home: Path) -> None:
    (home / "reports" / "a.html").write_text("plain")
    listed = reports_of(home)
    assert listed is not None
    assert [one.name for one in listed] == ["a.html", "roll_30.html"]
    assert (listed[0].title, listed[0].model, listed[0].language) == ("a.html", "", "")


def test_a_home_without_the_folder_has_none_to_list(tmp_path: Path) -> None:
    assert reports_of(tmp_path) is None


def test_a_report_comes_back_byte_for_byte(home: Path) -> None:
    assert report_bytes(home, "roll_30.html") == HEAD.encode()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../secret.html", id="a folder above"),
        pytest.param("..%2Fsecret.html", id="a folder above in disguise"),
        pytest.param("/etc/passwd", id="a place of its own"),
        pytest.param("sub/roll_30.html", id="a folder below"),
        pytest.param("link.html", id="a link out of the folder"),
        pytest.param("inner.html", id="a link within the folder"),
        pytest.param("folder.html", id="a folder"),
        pytest.param("roll_30.json", id="another kind of file"),
        pytest.param(".hidden.html", id="a hidden file"),
        pytest.param("missing.html", id="no file"),
        pytest.param("roll_30.html\x00", id="a zero byte"),
        pytest.param("roll_30.html\n", id="a line's end"),
        pytest.param("roll\\30.html", id="a backslash"),
        pytest.param("", id="nothing"),
        pytest.param("x" * 5000 + ".html", id="a name too long"),
    ],
)
def test_what_is_no_plain_report_of_the_folder_is_refused(home: Path, name: str) -> None:
    with pytest.raises(NoSuchReport, match="Choose one from the list"):
        report_bytes(home, name)


def test_a_file_far_too_large_is_no_report(home: Path) -> None:
    large = home / "reports" / "large.html"
    with large.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(NoSuchReport):
        report_bytes(home, "large.html")
    listed = reports_of(home)
    assert listed is not None
    assert "large.html" not in {one.name for one in listed}


def test_a_pipe_does_not_hold_up_the_list(home: Path) -> None:
    os.mkfifo(home / "reports" / "pipe.html")
    with pytest.raises(NoSuchReport):
        report_bytes(home, "pipe.html")
