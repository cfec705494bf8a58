"""Amounts and dates that a mapping does not declare are told by file, row and count; nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipelines.mapping_builders import (
    Harm,
    both,
    mapped,
    refused,
    swapped,
    written_export,
)

AMOUNTS = [
    pytest.param(
        swapped("流水.csv", ("1050.50,微信", '"1,050.50",微信')),
        [
            "payments.amount [separators]",
            "found 1,050.50 in 1 row (流水.csv row 2; ids LS-1)",
            'thousands = ","',
        ],
        id="a thousands comma that is not declared",
    ),
    pytest.param(
        swapped("流水.csv", ("1050.50,微信", '"1.050,50",微信')),
        ["payments.amount [separators]", 'decimal = ",", thousands = "."'],
        id="a thousands point and a decimal comma that are not declared",
    ),
    pytest.param(
        swapped("流水.csv", ("1050.50", "１０５０")),
        ["payments.amount [full-width]", "found １０５０ in 2 rows (流水.csv row 2, 流水.csv row 3;"],
        id="full-width digits",
    ),
    pytest.param(
        swapped("流水.csv", ("1050.50,微信", '"¥1,050",微信')),
        ["payments.amount [currency-sign]", 'symbol = "¥"'],
        id="a currency sign",
    ),
    pytest.param(
        swapped("流水.csv", ("-20", "(20.00)")),
        ["payments.amount [brackets]", "流水.csv row 4; ids LS-3", "brackets = true"],
        id="a negative amount in brackets",
    ),
    pytest.param(
        swapped("流水.csv", ("-20", "（20）")), ["payments.amount [brackets]"], id="full-width brackets"
    ),
    pytest.param(
        swapped("流水.csv", ("1050.50", "1050.505")),
        [
            "payments.amount [too-many-decimals]",
            "at most 2 decimals (major units of CNY)",
            "1050.505 in 2 rows",
            'thousands = "."',
            "decimals = 4",
        ],
        id="money with three decimals",
    ),
    pytest.param(
        both(mapped(('money = "major"', 'money = "major"\ndecimals = 4'))),
        ["map [unknown-key]", "'decimals'"],
        id="decimals for the whole file, which is a key of one column",
    ),
    pytest.param(
        both(mapped(('currency = "CNY"', 'currency = "JPY"'))),
        ["payments.amount [too-many-decimals]", "at most 0 decimals (major units of JPY)"],
        id="decimals of a currency that has none",
    ),
    pytest.param(
        swapped("流水.csv", ("1050.50", "1.05E+03")),
        ["payments.amount [scientific]", "scientific notation"],
        id="an amount in scientific notation",
    ),
    pytest.param(
        swapped("借据.csv", (",18,", ",18%%,")), ["loans.annual_rate [percent-sign]"], id="two percent signs"
    ),
    pytest.param(
        both(swapped("借据.csv", (",18,", ",18%,")), mapped(('unit = "percent"', 'unit = "one"'))),
        ["loans.annual_rate [percent-sign]", 'unit = "percent"'],
        id="a percent sign where plain numbers are declared",
    ),
    pytest.param(
        swapped("计划.csv", ("JK-1,1,", "JK-1,1.5,")),
        ["instalments.number [too-many-decimals]"],
        id="half a count",
    ),
    pytest.param(
        swapped("流水.csv", ("-20", "待定")),
        ["payments.amount [not-a-number]", "found 待定", "empty ="],
        id="a word for an amount",
    ),
    pytest.param(
        swapped("流水.csv", ("-20", "=B2-B3")),
        ["payments.amount [formula]", "(=B2-B3) in 1 row (流水.csv row 4; ids LS-3)", "as values"],
        id="a formula",
    ),
    pytest.param(
        swapped("流水.csv", ("LS-2", '"=""00123"""')),
        ["payments.payment_id [formula]"],
        id="a formula that guards zeros",
    ),
    pytest.param(
        swapped("流水.csv", ("-20", "#REF!")), ["payments.amount [formula]"], id="a formula's error"
    ),
]

DATES = [
    pytest.param(
        swapped("流水.csv", ("2024-03-05", "2024/3/5"), ("2024-03-25", "25.03.2024")),
        [
            "payments.paid_on [mixed-formats]",
            "YYYY-MM-DD, as in 1 (流水.csv row 2: 2024-02-05)",
            "YYYY/M/D in 1 (流水.csv row 3: 2024/3/5)",
            "DD.MM.YYYY in 1 (流水.csv row 4: 25.03.2024)",
            "in 2 rows (流水.csv row 3, 流水.csv row 4; ids LS-2, LS-3)",
        ],
        id="three formats in one column",
    ),
    pytest.param(
        swapped("流水.csv", ("2024-03-05", "2024-02-30")),
        ["payments.paid_on [no-such-day]", "found 2024-02-30 in 1 row (流水.csv row 3; ids LS-2)"],
        id="a day there never was",
    ),
    pytest.param(
        swapped(
            "流水.csv", ("2024-02-05", "20240205"), ("2024-03-05", "20240305"), ("2024-03-25", "20240325")
        ),
        [
            "payments.paid_on [wrong-format]",
            "found YYYYMMDD in 3 (流水.csv row 2: 20240205)",
            'date = "YYYYMMDD"',
        ],
        id="another format than the one stated",
    ),
    pytest.param(
        both(
            swapped(
                "流水.csv",
                ("2024-02-05", "02/05/2024"),
                ("2024-03-05", "03/05/2024"),
                ("2024-03-25", "03/25/2024"),
            ),
            mapped(('paid_on = "还款日期"', 'paid_on = { from = "还款日期", date = "DD/MM/YYYY" }')),
        ),
        [
            "payments.paid_on [day-month-order]",
            "values that only MM/DD/YYYY reads (03/25/2024) in 1 row (流水.csv row 4",
            'state date = "MM/DD/YYYY"',
        ],
        id="the month first where the mapping states the day first",
    ),
    pytest.param(
        both(
            swapped(
                "流水.csv",
                ("2024-02-05", "02/25/2024"),
                ("2024-03-05", "25/03/2024"),
                ("2024-03-25", "26/03/2024"),
            ),
            mapped(('paid_on = "还款日期"', 'paid_on = { from = "还款日期", date = "DD/MM/YYYY" }')),
        ),
        [
            "payments.paid_on [mixed-formats]",
            "DD/MM/YYYY, as in 2",
            "MM/DD/YYYY in 1 (流水.csv row 2: 02/25/2024)",
        ],
        id="both orders of day and month in one column",
    ),
    pytest.param(
        swapped("流水.csv", ("2024-02-05", "soon")),
        ["payments.paid_on [mixed-formats]", "no known format in 1 (流水.csv row 2: soon)"],
        id="a day in words",
    ),
    pytest.param(
        mapped(('paid_on = "还款日期"', 'paid_on = { from = "还款日期", date = "%Y-%m-%d" }')),
        ["map.payments.paid_on [unknown-format]", "found '%Y-%m-%d'. Write 'YYYY-MM-DD'."],
        id="a format of another language",
    ),
    pytest.param(
        mapped(('paid_on = "还款日期"', 'paid_on = { from = "还款日期", date = "YYYYMD" }')),
        ["[unknown-format]", "two digits"],
        id="a format whose parts run together",
    ),
    pytest.param(
        mapped(('paid_on = "还款日期"', 'paid_on = { from = "还款日期", date = "yyyy-mm-dd" }')),
        ["[unknown-format]", "YYYY"],
        id="a format in small letters",
    ),
]


@pytest.mark.parametrize(("harm", "texts"), [*AMOUNTS, *DATES])
def test_harm_to_the_export_is_told_by_file_and_row(tmp_path: Path, harm: Harm, texts: list[str]) -> None:
    export = written_export(tmp_path)
    harm(export)
    message = refused(export)
    for text in texts:
        assert text in message, message


def test_everything_is_told_in_one_report(tmp_path: Path) -> None:
    export = written_export(tmp_path)
    both(
        swapped(
            "流水.csv", ("1050.50,微信", '"1,050.50",微信'), ("2024-03-25", "25.03.2024"), ("银行", "现金")
        ),
        swapped("借据.csv", ("放款金额", "金额")),
        mapped(('borrower_id = "客户号"\n', ""), ("channel = {", 'chanel = "x"\nchannel = {')),
    )(export)
    message = refused(export)
    for told in (
        "map.payments.chanel [unknown-column]",
        "loans.principal [missing-column]",
        "loans.borrower_id [not-fed]",
        'borrower_id = "客户号"',
        "payments.amount [separators]",
        "payments.paid_on [mixed-formats]",
        "payments.channel [unknown-code]",
    ):
        assert told in message, message
    assert message.count("\n  ") == 6, "each thing is told once"
