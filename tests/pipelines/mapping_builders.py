"""A lender's export of two or three files and its mapping, small enough to be harmed by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from features.book import BookRefused
from pipelines.sources.importing import ImportReport, import_source

FIXTURE = Path(__file__).parents[1] / "fixtures" / "mapped_export"

LOANS = """借据号,客户号,产品,放款日期,放款金额,年利率,是否担保
JK-1,KH-1,分期,2024-01-05,12000.00,18,是
JK-2,KH-1,循环,2024-01-25,8000,7.2,否
"""

PAYMENTS = """流水号,借据号,还款日期,还款金额,渠道,备注
LS-1,JK-1,2024-02-05,1050.50,微信,
LS-2,JK-1,2024-03-05,1050.50,银行,
LS-3,JK-2,2024-03-25,-20,微信,退回
"""

PLAN = """借据号,期次,应还日,应还本金
JK-1,1,2024-02-05,1000
JK-2,1,2024-02-25,800
"""

MAP = """
country = "CN"
time_zone = "Asia/Shanghai"
currency = "CNY"
money = "major"

[loans]
files = "借据.csv"
[loans.columns]
loan_id = "借据号"
borrower_id = "客户号"
product = { from = "产品", codes = { "分期" = "instalment", "循环" = "revolving" } }
disbursed_on = "放款日期"
principal = "放款金额"
annual_rate = { from = "年利率", unit = "percent" }
guarantor = { from = "是否担保", codes = { "是" = true, "否" = false } }
known_at = "disbursed_on"

[instalments]
files = "计划.csv"
[instalments.columns]
loan_id = "借据号"
number = "期次"
due_on = "应还日"
principal_due = "应还本金"
known_at = "loans.disbursed_on"

[payments]
files = "流水*.csv"
ignore = ["备注"]
[payments.columns]
payment_id = "流水号"
loan_id = "借据号"
paid_on = "还款日期"
amount = "还款金额"
channel = { from = "渠道", codes = { "微信" = "wallet", "银行" = "bank" } }
known_at = "paid_on"
"""

Harm = Callable[[Path], None]


def written_export(folder: Path) -> Path:
    """Return an export folder with its files; the mapping stands beside it."""
    export = folder / "export"
    export.mkdir()
    for name, text in (("借据.csv", LOANS), ("流水.csv", PAYMENTS), ("计划.csv", PLAN)):
        (export / name).write_text(text, "utf-8")
    (folder / "map.toml").write_text(MAP, "utf-8")
    return export


def copied_fixture(folder: Path) -> Path:
    """Return a copy of the fixture that a test may harm."""
    return Path(shutil.copytree(FIXTURE, folder / "export"))


def imported(export: Path, **options: str) -> ImportReport:
    """Return the report of importing the export through the mapping beside it."""
    folder = export.parent
    return import_source("directory", export, out=folder / "book", map_file=folder / "map.toml", **options)


def refused(export: Path, **options: str) -> str:
    """Return the message of the refusal; nothing was written, not even a part."""
    before = sorted(export.parent.iterdir())
    with pytest.raises(BookRefused) as error:
        imported(export, **options)
    assert sorted(export.parent.iterdir()) == before
    return str(error.value)


def swapped(file: str, *pairs: tuple[str, str]) -> Harm:
    """Return the harm of texts replaced wherever they stand in a file of the export."""

    def harm(export: Path) -> None:
        text = (export / file).read_text("utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        (export / file).write_text(text, "utf-8")

    return harm


def mapped(*pairs: tuple[str, str]) -> Harm:
    """Return the harm of texts replaced in the mapping."""
    return swapped("../map.toml", *pairs)


def content(file: str, data: bytes) -> Harm:
    """Return the harm of a file with other content."""

    def harm(export: Path) -> None:
        (export / file).write_bytes(data)

    return harm


def both(*harms: Harm) -> Harm:
    """Return several harms as one."""

    def harm(export: Path) -> None:
        for one in harms:
            one(export)

    return harm
