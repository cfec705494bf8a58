"""Files, headers, ids and codes that no book can be made of are told by file, row and count."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipelines.mapping_builders import (
    LOANS,
    PAYMENTS,
    Harm,
    both,
    content,
    mapped,
    refused,
    swapped,
    written_export,
)

FILES = [
    pytest.param(
        content("流水.csv", b""), ["payments [empty-file]", "an empty file 流水.csv"], id="an empty file"
    ),
    pytest.param(content("流水.csv", b"\n \n"), ["payments [empty-file]"], id="a file of blank lines"),
    pytest.param(
        content("流水.csv", PAYMENTS.encode("utf-16")),
        ["payments [utf-16]", "expected text in utf-8 in 流水.csv; found UTF-16", 'encoding = "utf-16"'],
        id="UTF-16",
    ),
    pytest.param(
        content("流水.csv", PAYMENTS.encode("utf-16-le")),
        ["payments [utf-16]"],
        id="UTF-16 without a byte order mark",
    ),
    pytest.param(
        content("流水.csv", PAYMENTS.encode("gb18030")),
        ["payments [other-encoding]", 'state encoding = "gb18030"'],
        id="GBK where UTF-8 is stated",
    ),
    pytest.param(
        mapped(('files = "流水*.csv"', 'files = "流水*.csv"\nencoding = "gb18030"')),
        ["payments [other-encoding]", 'state encoding = "utf-8"'],
        id="UTF-8 where GBK is stated",
    ),
    pytest.param(
        content("流水.csv", PAYMENTS.encode() + "LS-4,JK-1,2024-04-05,1,微信,又一行说明\n".encode("gbk")),
        ["payments [mixed-encodings]", "in 1 row (流水.csv row 5)"],
        id="a GBK row in a UTF-8 file",
    ),
    pytest.param(
        both(
            content("流水.csv", PAYMENTS.encode("gb18030") + "LS-4,JK-1,2024-04-05,1,微信,又一行\n".encode()),
            mapped(('files = "流水*.csv"', 'files = "流水*.csv"\nencoding = "gb18030"')),
        ),
        ["payments [mixed-encodings]", "流水.csv row 5"],
        id="a UTF-8 row in a GBK file",
    ),
    pytest.param(
        content("流水.csv", b"PK\x03\x04 and so on"),
        ["payments [workbook]", "Save the sheet as CSV"],
        id="an Excel workbook named as CSV",
    ),
    pytest.param(
        swapped("流水.csv", ("借据号,还款日期", "还款日期,还款日期")),
        ["payments.还款日期 [duplicate-column]", "'还款日期' more than once in 流水.csv", "[missing-column]"],
        id="a header that is there twice",
    ),
    pytest.param(
        swapped("流水.csv", ("1050.50,微信", "1,050.50,微信")),
        ["payments [ragged-row]", "6 fields as in the header; found 7 fields in 1 row (流水.csv row 2)"],
        id="a separator that is not quoted",
    ),
    pytest.param(
        swapped("流水.csv", ("银行,", '"银行,')),
        ["payments [not-csv]", "never closed"],
        id="a quote that is never closed",
    ),
    pytest.param(
        swapped("流水.csv", ("银行,", '银行,"')),
        ["payments [not-csv]", "a quote in 流水.csv that is opened and never closed"],
        id="a quote in the last column that would swallow the rows below",
    ),
    pytest.param(
        lambda export: (export / "流水.csv").rename(export / "流 水.txt"),
        ["payments [missing-file]", "a file '流水*.csv' in the export", "流 水.txt"],
        id="a file that is not there",
    ),
    pytest.param(
        content("流水.csv", "流水号,借据号\n".encode()),
        [
            "payments.paid_on [missing-column]",
            "payments.amount [missing-column]",
            "payments.channel [missing-column]",
        ],
        id="a header alone, with columns missing",
    ),
    pytest.param(
        swapped("流水.csv", ("LS-2", "LS-1")),
        ["payments.revision [duplicate]", "流水.csv row 3; ids LS-1"],
        id="an id that is there twice, told by the row of the file",
    ),
    pytest.param(
        swapped("流水.csv", ("LS-1", "1.0E+12"), ("LS-2", "1.0E+13")),
        ["payments.payment_id [scientific]", "found 1.0E+12, 1.0E+13 in 2 rows", "last digits are gone"],
        id="ids in scientific notation",
    ),
    pytest.param(
        swapped("借据.csv", ("KH-1", "10001.0")),
        ["loans.borrower_id [id-as-float]", "found 10001.0 in 2 rows", "as text"],
        id="ids that were read as floats",
    ),
    pytest.param(
        swapped("流水.csv", ("微信", "支付宝"), ("银行", "现金")),
        [
            "payments.channel [unknown-code]",
            "2 unknown codes: 支付宝 (2), 现金 (1) in 3 rows",
            "state otherwise",
        ],
        id="codes without a mapping",
    ),
    pytest.param(
        swapped("借据.csv", ("18,是", "18,有")),
        ["loans.guarantor [unknown-code]", "1 unknown code: 有 (1)", "(true, false)"],
        id="a yes that nobody mapped",
    ),
    pytest.param(
        swapped("流水.csv", ("JK-2", "JK-9")),
        ["payments.loan_id [orphan]", "流水.csv row 4; ids LS-3"],
        id="a payment of a loan that is not there",
    ),
]


@pytest.mark.parametrize(("harm", "texts"), FILES)
def test_harm_to_the_files_is_told(tmp_path: Path, harm: Harm, texts: list[str]) -> None:
    export = written_export(tmp_path)
    harm(export)
    message = refused(export)
    for text in texts:
        assert text in message, message


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    """A line break inside quotes begins no row; a blank line is one."""
    export = written_export(tmp_path)
    text = PAYMENTS.replace("微信,\n", '微信,"两\n行"\n\n', 1).replace("-20", "x")
    (export / "流水.csv").write_text("\n" + text, "utf-8")
    assert "found x in 1 row (流水.csv row 6; ids LS-3)" in refused(export)


def test_the_first_five_rows_are_named_and_all_are_counted(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    rows = [f"JK-{n},KH-{n},分期,2024-01-05,１,18,是" for n in range(3, 12)]
    (export / "借据.csv").write_text(LOANS + "\n".join(rows), "utf-8")
    message = refused(export)
    assert (
        "in 9 rows (借据.csv row 4, 借据.csv row 5, 借据.csv row 6, 借据.csv row 7, 借据.csv row 8, …;"
        in message
    )
