"""The columns of the credit card accounts of Taiwan, and the other names under which they are published."""

from __future__ import annotations

from dataclasses import replace

from features.contract import Column, Table
from features.problem import Origin
from pipelines.sources.book_columns import LARGEST
from pipelines.sources.source_file import SourceFile

STATEMENT_MONTHS = ("2005-04", "2005-05", "2005-06", "2005-07", "2005-08", "2005-09")

OUTCOME_MONTH = "2005-10"

STATUS = ("PAY_6", "PAY_5", "PAY_4", "PAY_3", "PAY_2", "PAY_0")
"""Repayment status, April to September; the source has no PAY_1."""

BILLED = tuple(f"BILL_AMT{number}" for number in range(6, 0, -1))
"""Balance on the bill, April to September."""

PAID = tuple(f"PAY_AMT{number}" for number in range(6, 0, -1))
"""Amount paid in the month, April to September."""

OUTCOME = "default.payment.next.month"

PERSON = ("SEX", "EDUCATION", "MARRIAGE", "AGE")

_STATUSES = tuple(str(months) for months in range(-2, 10))
_LIMIT_FIRST = ("LIMIT_BAL", *PERSON, *STATUS[::-1], *BILLED[::-1], *PAID[::-1])

ACCOUNTS = Table(
    "accounts",
    ("ID",),
    (
        Column("ID", "id", required=True),
        Column("LIMIT_BAL", "number", required=True, low=0, high=LARGEST),
        Column("SEX", "code", required=True, values=("1", "2")),
        Column("EDUCATION", "code", required=True, values=tuple("0123456")),
        Column("MARRIAGE", "code", required=True, values=tuple("0123")),
        Column("AGE", "count", required=True),
        *(Column(name, "code", required=True, values=_STATUSES) for name in STATUS[::-1]),
        *(Column(name, "number", required=True, low=-LARGEST, high=LARGEST) for name in BILLED[::-1]),
        *(Column(name, "number", required=True, low=0, high=LARGEST) for name in PAID[::-1]),
        Column(OUTCOME, "code", required=True, values=("0", "1")),
    ),
    "none",
)
"""Contract under which problems of the file are told."""


def named_as_described(source: SourceFile) -> tuple[SourceFile, dict[str, int]]:
    """Return the file under the names of the source's description, and the repairs that took.

    The data set is also published with the columns X1 … X23 and Y, with these above the true names, with
    spaces in the name of the outcome, and with PAY_1 for PAY_0.

    Parameters
    ----------
    source
        Columns of the file under any of these names.
    """
    repairs: dict[str, int] = {}
    names = list(source.table.column_names)
    if "X1" in names and source.table.num_rows and str(source.table["X1"][0]) == _LIMIT_FIRST[0]:
        names = [str(source.table[place][0]) for place in range(len(names))]
        file, rows, first = source.origin.files[0]
        source = replace(source, table=source.table.slice(1), origin=Origin(((file, rows - 1, first + 1),)))
        repairs["first row read as the names of the columns"] = 1
    known = {f"X{place}": name for place, name in enumerate(_LIMIT_FIRST, 1)} | {"Y": OUTCOME}
    known |= {"default payment next month": OUTCOME}
    if "PAY_0" not in names:
        known["PAY_1"] = "PAY_0"
    renamed = [known.get(name, name) if known.get(name) not in names else name for name in names]
    if renamed != names:
        repairs["columns under their other published names read by the source's description"] = sum(
            one != other for one, other in zip(names, renamed, strict=True)
        )
    return replace(source, table=source.table.rename_columns(renamed)), repairs
