"""A Parquet export needs no formats, and tells what its types lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.pipelines.mapping_builders import imported, mapped, refused, written_export


def typed_export(folder: Path, **columns: Any) -> Path:
    """Return an export whose payments are Parquet: one payment, some of its columns replaced."""
    export = written_export(folder)
    (export / "流水.csv").unlink()
    base = {
        "流水号": pa.array(["LS-1"]), "借据号": pa.array(["JK-1"]).dictionary_encode(), "还款金额": pa.array([5.5]),
        "还款日期": pa.array([dt.date(2024, 2, 5)]), "渠道": pa.array(["微信"]),
    }  # fmt: skip
    pq.write_table(pa.table({**base, **columns}), export / "流水.parquet")
    mapped(('files = "流水*.csv"', 'files = "流水*.parquet"'))(export)
    return export


def test_a_typed_parquet_file_needs_no_formats(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "other").mkdir()
    plain = imported(written_export(tmp_path / "plain"))
    export = written_export(tmp_path / "other")
    days = [dt.date(2024, 2, 5), dt.date(2024, 3, 5), dt.date(2024, 3, 25)]
    (export / "流水.csv").unlink()
    pq.write_table(
        pa.table({
            "流水号": ["LS-1", "LS-2", "LS-3"], "借据号": ["JK-1", "JK-1", "JK-2"], "还款日期": pa.array(days),
            "还款金额": pa.array([1050.5, 1050.5, -20.0]), "渠道": ["微信", "银行", "微信"], "备注": ["", "", None],
        }),
        export / "流水2024.parquet",
    )  # fmt: skip
    mapped(('files = "流水*.csv"', 'files = "流水*.parquet"'))(export)
    assert imported(export).digest == plain.digest


@pytest.mark.parametrize(
    ("columns", "texts"),
    [
        pytest.param({"流水号": pa.array([7.0])}, ["payments.payment_id [id-as-float]", "type double"], id="a float id"),
        pytest.param({"还款金额": pa.array([1.005])}, ["payments.amount [too-many-decimals]", "流水.parquet row 1"],
                     id="three decimals"),
        pytest.param({"还款金额": pa.array([[1.5]])}, ["payments.amount [wrong-type]", "list"], id="a list of amounts"),
        pytest.param({"还款金额": pa.array([float("inf")])}, ["payments.amount [not-a-number]"], id="an endless amount"),
        pytest.param({"还款日期": pa.array([20240205])}, ["payments.paid_on [wrong-format]", 'date = "YYYYMMDD"'],
                     id="days as whole numbers of another format"),
        pytest.param({"渠道": pa.array([True])}, ["payments.channel [unknown-code]", "true (1)"], id="a yes for a code"),
    ],
)  # fmt: skip
def test_a_type_that_lost_something_is_told(
    tmp_path: Path, columns: dict[str, Any], texts: list[str]
) -> None:
    message = refused(typed_export(tmp_path, **columns))
    for text in texts:
        assert text in message


@pytest.mark.parametrize(
    "amount",
    [
        pytest.param(pa.array([550], pa.int64()).cast(pa.decimal128(23, 4)), id="a decimal of four places"),
        pytest.param(pa.array([550.0]), id="a float"),
        pytest.param(pa.array([550], pa.int16()), id="a short integer"),
        pytest.param(pa.array(["550.00"], pa.large_string()), id="a long text"),
    ],
)
def test_amounts_of_every_type_are_the_same_money(tmp_path: Path, amount: Any) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one = imported(typed_export(tmp_path / "one", 还款金额=pa.array(["550"])))
    assert imported(typed_export(tmp_path / "other", 还款金额=amount)).digest == one.digest
