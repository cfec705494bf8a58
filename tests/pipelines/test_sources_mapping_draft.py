"""A draft of a mapping: what it guesses, what it leaves open, and that it imports once that is decided."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from features.book import Book, BookRefused
from pipelines.sources.importing import import_source
from pipelines.sources.mapping_draft import write_draft
from tests.pipelines.mapping_builders import (
    FIXTURE,
    PAYMENTS,
    copied_fixture,
    imported,
    refused,
    written_export,
)


def drafted(export: Path) -> str:
    """Return the text of the draft written beside an export in place of its mapping."""
    (export.parent / "map.toml").unlink(missing_ok=True)
    write_draft(export, map_file=export.parent / "map.toml")
    return (export.parent / "map.toml").read_text("utf-8")


def decided(export: Path, *pairs: tuple[str, str]) -> None:
    """Set what the draft left open."""
    file = export.parent / "map.toml"
    text = file.read_text("utf-8")
    for old, new in pairs:
        assert old in text, text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def test_a_draft_of_the_fixture_imports_once_its_questions_are_decided(tmp_path: Path) -> None:
    export = copied_fixture(tmp_path)
    (export / "map.toml").rename(tmp_path / "by_hand.toml")
    by_hand = import_source("directory", export, out=tmp_path / "by_hand", map_file=tmp_path / "by_hand.toml")
    text = drafted(export)
    choice = '# where = { "记录类型" = ["应还", "实还", "小计", "冲正"] }'
    choice += "   # the file may hold rows of several tables: keep the values of "
    decided(
        export,
        (choice + "instalments", 'where = { "记录类型" = "应还" }'),
        (choice + "payments", 'where = { "记录类型" = ["实还", "冲正"] }'),
        ('after = "paid_on", days = 0', 'after = "paid_on", days = 1'),
    )
    report = imported(export)
    assert report.rows == by_hand.rows
    ours, theirs = Book.open(report.path), Book.open(by_hand.path)
    for place in ("loans.principal", "loans.annual_rate", "loans.guarantor", "instalments.interest_due",
                  "instalments.known_at", "payments.amount", "payments.known_at", "contacts.outcome"):  # fmt: skip
        table, column = place.split(".")
        assert ours.table(table)[column].equals(theirs.table(table)[column]), place
    assert 'encoding = "gb18030"' in text
    assert 'ignore = ["客户姓名", "手机号"]   # personal data that no table holds' in text
    assert '# not placed: "录音文件"' in text


def test_a_draft_holds_no_value_of_a_person(tmp_path: Path) -> None:
    text = drafted(copied_fixture(tmp_path))
    for row in (FIXTURE / "借据台账.csv").read_text("gb18030").splitlines()[1:]:
        customer, name, phone, loan = row.split(",")[:4]
        assert not {customer, name, phone, loan} & set(text.replace('"', " ").split())


def test_a_draft_asks_what_the_first_rows_cannot_tell(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    text = PAYMENTS.replace("2024-02-05", "2024/2/5").replace("1050.50", "1050").replace("备注", "通话结果")
    (export / "流水.csv").write_text(text, "utf-8")
    draft = drafted(export)
    assert 'paid_on = { from = "还款日期", date = "YYYY-MM-DD" }' in draft or "mixes formats" in draft
    assert "mixes formats: YYYY-MM-DD, YYYY/M/D" in draft
    assert "no decimals: major or minor units?" in draft


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        pytest.param("photos.csv", b"file,size\na.jpg,1\n", '# No table fits "photos.csv"', id="no table fits"),
        pytest.param("a.csv", b"PK\x03\x04", '# "a.csv" could not be read', id="a workbook"),
        pytest.param("a.csv", b"", '# "a.csv" could not be read', id="an empty file"),
        pytest.param("a.csv", b'"a\nb",c"\x7f\n1,2\n', '# No table fits "a.csv"', id="odd headers"),
        pytest.param(
            "loans.csv", "借款表\n\nloan_id,customer_id,loan date,amount\nL1,C1,03/04/2024,5\n".encode("utf-16"),
            'disbursed_on = { from = "loan date", date = "DD/MM/YYYY" }   # day or month first? MM/DD/YYYY fits too',
            id="UTF-16 with a title and days that fit two orders",
        ),
    ],
)  # fmt: skip
def test_a_draft_of_whatever_lies_there_is_toml(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / name).write_bytes(data)
    draft = drafted(export)
    assert told in draft
    tomllib.loads(draft)


def test_a_draft_never_replaces_a_file(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    before = (tmp_path / "map.toml").read_bytes()
    with pytest.raises(BookRefused, match="a draft never replaces a file"):
        write_draft(export, map_file=tmp_path / "map.toml")
    assert (tmp_path / "map.toml").read_bytes() == before


def test_no_draft_without_files(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BookRefused, match="a folder of CSV or Parquet files"):
        write_draft(tmp_path / "empty", map_file=tmp_path / "map.toml")
    assert not (tmp_path / "map.toml").exists()


def test_an_undecided_draft_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    (export / "计划.csv").write_text("借据号,期次,应还本金\nJK-1,1,1000\n", "utf-8")
    text = drafted(export)
    assert '# due_on = "…"   # required: no column looks like it' in text
    assert "instalments.due_on [not-fed]" in refused(export)


def test_a_draft_never_takes_a_rate_of_a_month_for_one_of_a_year(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    head = "合同编号,客户编号,放款日期,放款金额,月利率,状态\n"
    rows = head + "L1,C1,2024-03-05,500.00,{},已结清\nL2,C2,2024-03-06,50.00,{},正常\n"
    for written, unit in (("1.2%", "percent_a_month"), ("12‰", "per_mille_a_month")):
        (tmp_path / "export" / "贷款台账.csv").write_text(rows.format(written, written), "utf-8")
        draft = drafted(tmp_path / "export")
        assert f'annual_rate = {{ from = "月利率", unit = "{unit}" }}   # a rate a month?' in draft
        (tmp_path / "map.toml").unlink(missing_ok=True)
    assert 'codes = { "已结清" = "repaid" } }   # decide: 正常' in draft
    assert '"" means no value' in draft


def test_a_draft_shows_how_an_id_that_the_export_lacks_is_joined(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    rows = "合同编号,催收时间,催收方式\nL1,2024-03-05 10:00:00,电话\n"
    (tmp_path / "export" / "催收记录.csv").write_text(rows, "utf-8")
    assert 'contact_id = { from = ["合同编号", "催收时间"], join = "-" }' in drafted(tmp_path / "export")
