"""A lender's own export becomes a book through its mapping, with everything said that was done."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from features.book import Book
from tests.pipelines.mapping_builders import (
    PAYMENTS,
    Harm,
    both,
    content,
    copied_fixture,
    imported,
    mapped,
    swapped,
    written_export,
)


def column(book: Book, place: str) -> list[Any]:
    table, name = place.split(".")
    return list(book.table(table)[name].to_pylist())


def test_the_fixture_becomes_a_book_with_every_repair_and_every_column_without_a_place(
    tmp_path: Path,
) -> None:
    export = copied_fixture(tmp_path)
    (export / "map.toml").rename(tmp_path / "map.toml")
    report = imported(export)
    assert report.rows == {"contacts": 12, "instalments": 72, "loans": 12, "payments": 47}
    assert report.repairs["loans.product: codes without a mapping taken as other: 随借随还 (3)"] == 3
    assert [(u.file, u.column) for u in report.unplaced] == [
        ("借据台账.csv", "经办机构"),
        ("催收记录.csv", "录音文件"),
    ]
    assert (
        "还款计划及流水.csv: 12 of 131 rows belong to no table (where and unless leave them out)."
        in report.notes
    )
    book = Book.open(report.path)
    assert column(book, "loans.principal")[:2] == [1_200_000, 600_000]
    assert column(book, "loans.annual_rate")[:4] == [0.18, 0.144, 0.239, 0.1555]
    assert column(book, "loans.guarantor")[:2] == [True, False]
    assert column(book, "payments.known_at")[0] == dt.datetime(2024, 2, 4, 15, 59, 59, tzinfo=dt.UTC)
    assert set(column(book, "instalments.fee_due")) == {0}
    assert min(column(book, "payments.amount")) == -218_000
    known, made = column(book, "instalments.known_at"), column(book, "loans.disbursed_on")
    assert known[0] == dt.datetime(made[0].year, made[0].month, made[0].day, 15, 59, 59, tzinfo=dt.UTC)
    assert report.to_json()["unplaced"][0]["file"] == "借据台账.csv"


WAYS = [
    pytest.param(
        both(
            swapped("流水.csv", ("1050.50", '"1,050.50"'), ("-20", "(￥20.00)")),
            mapped(
                (
                    'amount = "还款金额"',
                    'amount = { from = "还款金额", thousands = ",", brackets = true, symbol = "￥" }',
                )
            ),
        ),
        id="thousands, brackets and a currency sign that are declared",
    ),
    pytest.param(
        both(
            swapped("流水.csv", ("1050.50", '"1.050,5"'), ("-20", '"-20,00"')),
            mapped(('amount = "还款金额"', 'amount = { from = "还款金额", thousands = ".", decimal = "," }')),
        ),
        id="a decimal comma that is declared",
    ),
    pytest.param(
        both(
            swapped("流水.csv", ("1050.50", "105050"), ("-20", "-2000.0000")),
            mapped(('amount = "还款金额"', 'amount = { from = "还款金额", unit = "minor", decimals = 4 }')),
        ),
        id="fen, some with zeros behind the point",
    ),
    pytest.param(
        both(
            swapped("流水.csv", ("1050.50", "0.10505"), ("-20", "-0.0020")),
            mapped(('amount = "还款金额"', 'amount = { from = "还款金额", unit = "ten_thousand" }')),
        ),
        id="ten thousands of yuan",
    ),
    pytest.param(
        both(
            swapped(
                "流水.csv",
                ("2024-02-05", "05/02/2024"),
                ("2024-03-05", "05/03/2024"),
                ("2024-03-25", "25/03/2024"),
            ),
            mapped(('paid_on = "还款日期"', 'paid_on = { from = "还款日期", date = "DD/MM/YYYY" }')),
        ),
        id="the day first",
    ),
    pytest.param(
        both(
            swapped("流水.csv", ("2024-02-05", "45327"), ("2024-03-05", "45356"), ("2024-03-25", "45376")),
            mapped(('paid_on = "还款日期"', 'paid_on = { from = "还款日期", date = "excel" }')),
        ),
        id="days as Excel counts them",
    ),
    pytest.param(
        both(
            swapped(
                "流水.csv",
                ("2024-02-05", "2024-02-05 23:10:00"),
                ("2024-03-05", "2024-03-05 00:00:01"),
                ("2024-03-25", "2024-03-25 08:00:00"),
            ),
            mapped(('paid_on = "还款日期"', 'paid_on = { from = "还款日期", date = "YYYY-MM-DD HH:mm:ss" }')),
        ),
        id="instants of which the day is kept",
    ),
    pytest.param(
        both(
            swapped(
                "流水.csv",
                ("2024-02-05", "2024-02-04T18:00:00Z"),
                ("2024-03-05", "2024-03-05T03:00:00Z"),
                ("2024-03-25", "2024-03-25T15:59:59Z"),
            ),
            mapped(
                ('paid_on = "还款日期"', 'paid_on = { from = "还款日期", date = "YYYY-MM-DDTHH:mm:ssZ" }')
            ),
        ),
        id="instants in UTC of which the day in Shanghai is kept",
    ),
    pytest.param(
        both(
            content("流水.csv", PAYMENTS.encode("gb18030")),
            mapped(('files = "流水*.csv"', 'files = "流水*.csv"\nencoding = "gb18030"')),
        ),
        id="GBK",
    ),
    pytest.param(
        both(
            content("流水.csv", PAYMENTS.replace(",", "\t").encode("utf-16")),
            mapped(('files = "流水*.csv"', 'files = "流水*.csv"\nencoding = "utf-16"')),
        ),
        id="UTF-16 with tabs",
    ),
    pytest.param(
        both(
            content("流水.csv", ("还款流水表\n制表：二〇二四年\n" + PAYMENTS).encode("utf-8-sig")),
            mapped(('files = "流水*.csv"', 'files = "流水*.csv"\nheader_row = 3')),
        ),
        id="a title above the header",
    ),
    pytest.param(
        both(
            content(
                "流水.csv", (PAYMENTS.replace("\n", ",\r\n") + ",,,,,,\r\n,,,,,,\r\n").encode("utf-8-sig")
            ),
        ),
        id="a column without a name or values and rows without values below",
    ),
    pytest.param(
        swapped("流水.csv", ("JK-1", " JK-1\t"), ("微信", "\u3000微信")), id="blanks around ids and codes"
    ),
    pytest.param(
        both(
            swapped("流水.csv", ("借据号", "借据前缀,借据尾号"), ("JK-", "JK,")),
            mapped(
                (
                    'loan_id = "借据号"\npaid_on',
                    'loan_id = { from = ["借据前缀", "借据尾号"], join = "-" }\npaid_on',
                )
            ),
        ),
        id="an id in two columns",
    ),
    pytest.param(
        both(
            swapped("流水.csv", ("银行,\n", "NULL,\n"), ("微信,\n", "微信,NULL\n")),
            mapped(('"银行" = "bank" } }', '"NULL" = "bank" }, empty = ["-"] }')),
        ),
        id="a text that would mean no value elsewhere",
    ),
]


@pytest.mark.parametrize("way", WAYS)
def test_however_an_export_is_written_its_book_is_the_same(tmp_path: Path, way: Harm) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "other").mkdir()
    plain = imported(written_export(tmp_path / "plain"))
    export = written_export(tmp_path / "other")
    way(export)
    assert imported(export).digest == plain.digest


def test_several_files_and_entries_feed_one_table(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    (export / "流水2.csv").write_text(PAYMENTS.replace("LS-", "LT-"), "utf-8")
    (export / "冲正.csv").write_text("单号,借据,日期,金额\nCZ-1,JK-1,2024/3/6,1050.5\n", "utf-8")
    more = """
[[payments]]
files = "冲正.csv"
[payments.columns]
payment_id = "单号"
loan_id = "借据"
paid_on = { from = "日期", date = "YYYY/M/D" }
amount = "金额"
known_at = { after = "paid_on", days = 1 }
"""
    mapped(("[payments]\n", "[[payments]]\n"))(export)
    with (tmp_path / "map.toml").open("a", encoding="utf-8") as file:
        file.write(more)
    book = Book.open(imported(export).path)
    assert sorted(column(book, "payments.payment_id")) == [
        "CZ-1",
        "LS-1",
        "LS-2",
        "LS-3",
        "LT-1",
        "LT-2",
        "LT-3",
    ]
    assert column(book, "payments.channel").count(None) == 1


def test_attributes_take_what_no_other_table_holds(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    with (tmp_path / "map.toml").open("a", encoding="utf-8") as file:
        file.write("""
[attributes]
files = "借据.csv"
[attributes.columns]
owner_kind = { value = "loan" }
owner_id = "借据号"
name = { value = "rate" }
value = { from = "年利率", unit = "percent" }
known_at = { after = "loans.disbursed_on", days = 2 }
""")
    book = Book.open(imported(export).path)
    assert column(book, "attributes.value") == [0.18, 0.072]
    assert column(book, "attributes.known_at")[0] == dt.datetime(2024, 1, 7, 15, 59, 59, tzinfo=dt.UTC)


def test_days_that_fit_both_orders_are_noted(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    swapped(
        "流水.csv", ("2024-02-05", "05/02/2024"), ("2024-03-05", "05/03/2024"), ("2024-03-25", "05/04/2024")
    )(export)
    mapped(('paid_on = "还款日期"', 'paid_on = { from = "还款日期", date = "DD/MM/YYYY" }'))(export)
    note = "payments.paid_on: every value fits both DD/MM/YYYY and MM/DD/YYYY"
    assert any(told.startswith(note) for told in imported(export).notes)


def test_options_go_before_the_mapping(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    book = Book.open(imported(export, time_zone="UTC").path)
    assert book.manifest.time_zone == "UTC"
    assert column(book, "payments.known_at")[0] == dt.datetime(2024, 2, 5, 23, 59, 59, tzinfo=dt.UTC)


def test_a_mapping_that_places_nothing_of_a_person_says_so(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    swapped("流水.csv", ("备注", "手机号"))(export)
    mapped(('ignore = ["备注"]\n', ""))(export)
    assert [u.suggestion for u in imported(export).unplaced] == [
        "personal data that no table holds: ignore it"
    ]
