"""A mapping that says something impossible is refused with everything that is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from features.book import BookRefused
from pipelines.sources import mapping_column_file, mapping_file
from pipelines.sources.importing import import_source
from tests.pipelines.directory_builders import SHANGHAI
from tests.pipelines.mapping_builders import (
    Harm,
    content,
    copied_fixture,
    imported,
    mapped,
    refused,
    written_export,
)

IMPOSSIBLE = [
    pytest.param(
        content("../map.toml", b"loans = borrowers\n"),
        ["map [not-toml]: expected TOML in map.toml; found line 1: loans = borrowers"],
        id="TOML that is none",
    ),
    pytest.param(
        content("../map.toml", '国 = "中"'.encode("gbk")),
        ["map [not-utf-8]", "line 1"],
        id="a mapping in GBK",
    ),
    pytest.param(
        mapped(('amount = "还款金额"', 'amount = "还款金额"\namount = "备注"')),
        ["map [stated-twice]", 'amount = "备注"', "State each column once"],
        id="a column of ours that is named twice",
    ),
    pytest.param(
        mapped(("[payments]\n", "[payments]\n[payments]\n")),
        ["map [stated-twice]", "[[payments]]"],
        id="a table that is named twice",
    ),
    pytest.param(
        mapped(('ignore = ["备注"]', 'ignore = ["备注", "渠道"]')),
        ["map.payments [named-twice]", "'渠道' both as the source of channel and in ignore"],
        id="a column of theirs that is used and ignored",
    ),
    pytest.param(
        mapped(("[payments]", "[payment]"), ("[payments.columns]", "[payment.columns]")),
        ["map [unknown-table]", "'payment'. Did you mean payments?"],
        id="a table that does not exist",
    ),
    pytest.param(
        mapped(('paid_on = "还款日期"', 'paid_at = "还款日期"')),
        ["map.payments.paid_at [unknown-column]", "Did you mean paid_on?", "payments.paid_on [not-fed]"],
        id="a column that does not exist",
    ),
    pytest.param(
        mapped(('ignore = ["备注"]', 'ingore = ["备注"]')),
        ["map.payments [unknown-key]", "'ingore'. Did you mean ignore?"],
        id="a key that does not exist",
    ),
    pytest.param(
        mapped(('money = "major"\n', "")),
        ["map.payments.amount [no-unit]", "map.loans.principal [no-unit]", 'money = "major"'],
        id="money of which nobody says whether it is yuan or fen",
    ),
    pytest.param(
        mapped((', unit = "percent"', "")),
        ["map.loans.annual_rate [no-unit]", 'unit = "percent" when 18 means 18 %'],
        id="a rate of which nobody says whether 18 is 18 %",
    ),
    pytest.param(
        mapped(('from = "年利率", unit', 'from = "月利率", unit')),
        [
            "map.loans.annual_rate [rate-of-a-month-or-day]",
            "'月利率'",
            "percent_a_month or per_mille_a_month",
        ],
        id="a rate of a month taken for one of a year",
    ),
    pytest.param(
        mapped(('unit = "percent"', 'unit = "major"')),
        ["map.loans.annual_rate [unknown-unit]"],
        id="a unit of money for a rate",
    ),
    pytest.param(
        mapped(('"银行" = "bank" } }', '"银行" = 5 } }')),
        ["map.payments.channel [bad-value]", "银行 = 5"],
        id="a code that is a number",
    ),
    pytest.param(
        mapped(('"是" = true', '"是" = "maybe"')),
        ["map.loans.guarantor [unknown-code]", "true, false"],
        id="a code of ours that does not exist",
    ),
    pytest.param(
        mapped(('known_at = "paid_on"', 'known_at = { after = "due_on" }')),
        ["payments.known_at [nothing-to-follow]", "'due_on', which the mapping does not feed"],
        id="known after a column that is not mapped",
    ),
    pytest.param(
        mapped(('known_at = "paid_on"', 'known_at = { from = "还款日期", after = "paid_on" }')),
        ["map.payments.known_at [no-single-origin]", "from and after"],
        id="known from two places",
    ),
    pytest.param(
        mapped(('known_at = "paid_on"\n', "")),
        ["payments.known_at [not-fed]", 'known_at = "paid_on"'],
        id="nothing that says when a row was known",
    ),
    pytest.param(
        mapped(('files = "流水*.csv"\n', "")), ["map.payments [no-files]"], id="a table without files"
    ),
    pytest.param(
        mapped(('files = "流水*.csv"', 'files = "../流水.csv"')),
        ["map.payments [bad-value]", "inside the export"],
        id="a file outside the export",
    ),
    pytest.param(
        mapped(('files = "流水*.csv"', 'files = "流水*.csv"\nencoding = "gbk18030"')),
        ["map.payments [unknown-encoding]", "Did you mean 'gb18030'?"],
        id="an encoding nobody knows",
    ),
    pytest.param(
        mapped(('files = "流水*.csv"', 'files = "流水*.csv"\nencoding = "zlib"')),
        ["map.payments [unknown-encoding]"],
        id="an encoding that is none of text",
    ),
    pytest.param(
        mapped(('files = "流水*.csv"', 'files = "流水*.csv"\ndelimiter = "::"')),
        ["map.payments [bad-value]", "one character as delimiter"],
        id="a separator of two characters",
    ),
    pytest.param(
        mapped(('files = "流水*.csv"', 'files = "流水*.csv"\nwhere = { "类型" = "还款" }')),
        ["payments [missing-column]", "a column '类型' in 流水.csv to choose rows by"],
        id="rows chosen by a column that is not there",
    ),
    pytest.param(
        mapped(('amount = "还款金额"', 'amount = { from = "还款金额", thousands = "." }')),
        ["map.payments.amount [bad-value]", "'.' for both"],
        id="one character for thousands and decimals",
    ),
    pytest.param(
        mapped(('amount = "还款金额"', 'amount = { value = "much" }')),
        ["map.payments.amount [bad-value]", "found 'much'"],
        id="a constant of another kind",
    ),
    pytest.param(
        mapped(('amount = "还款金额"', 'amount = { from = "还款金额", codes = { "1" = "2" } }')),
        ["map.payments.amount [bad-value]", "codes for columns of code"],
        id="codes for an amount",
    ),
    pytest.param(
        mapped(('country = "CN"\n', ""), ('currency = "CNY"\n', "")),
        ["book.country [missing-option]", "book.currency [missing-option]"],
        id="a country that is stated nowhere",
    ),
    pytest.param(mapped(("Asia/Shanghai", "Asia/Peking")), ["unknown-time-zone"], id="a zone nobody knows"),
    pytest.param(content("../map.toml", b""), ["map [no-table]"], id="an empty mapping"),
]


@pytest.mark.parametrize(("harm", "texts"), IMPOSSIBLE)
def test_an_impossible_mapping_is_refused(tmp_path: Path, harm: Harm, texts: list[str]) -> None:
    export = written_export(tmp_path)
    harm(export)
    message = refused(export)
    for text in texts:
        assert text in message, message


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    (tmp_path / "map.toml").unlink()
    assert "--suggest writes a draft" in refused(export)


def test_a_mapping_goes_with_a_lenders_own_files_alone(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    with pytest.raises(BookRefused, match="Leave --map away"):
        import_source("kruk", export, out=tmp_path / "book", map_file=tmp_path / "map.toml", **SHANGHAI)


def test_a_strict_mapping_refuses_what_has_no_place(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    (export / "说明.csv").write_text("a,b\n1,2\n")
    mapped(('money = "major"', 'money = "major"\nstrict = true'), ('ignore = ["备注"]\n', ""))(export)
    message = refused(export)
    assert "map.strict [unplaced]" in message
    assert "found the column '备注' of 流水.csv, neither mapped nor ignored." in message
    assert "found the file 说明.csv" in message
    assert "found 2 problems" in message


PAGE = Path(__file__).parents[2] / "docs" / "mapping.md"


def test_the_example_of_the_page_is_a_mapping_that_works(tmp_path: Path) -> None:
    export = copied_fixture(tmp_path)
    (export / "map.toml").unlink()
    example = re.search(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert example is not None
    (tmp_path / "map.toml").write_text(example[1], "utf-8")
    report = imported(export)
    assert report.rows == {"instalments": 72, "loans": 12, "payments": 47}
    assert "经办机构" in {place.column for place in report.unplaced}


def test_the_page_explains_every_key() -> None:
    told = set(re.findall(r"`(\w+)`", PAGE.read_text("utf-8")))
    keys = {*mapping_file._TOP, *mapping_file._TABLE, *mapping_column_file._KEYS} - {"columns"}
    assert keys - told == set()
