"""A team's own table is read as it stands, or told why not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.requests import BookRows, OptionBlank, TableRows, TableUnreadable, read_table, write_table


def csv(folder: Path, text: str) -> Path:
    file = folder / "table.csv"
    file.write_bytes(text.encode())
    return file


@pytest.mark.parametrize("one", ["007", "1e5", "NA", "99999999999999999999999", " 7", 'a,"b"\nc', "1.0"])
def test_an_id_of_a_csv_file_stays_as_it_stands(tmp_path: Path, one: str) -> None:
    quoted = one.replace('"', '""')
    frame = read_table(csv(tmp_path, f'account,dpd\n"{quoted}",3\n'), ids=("account",))
    assert frame["account"].tolist() == [one]


def test_what_a_csv_file_spells_is_typed(tmp_path: Path) -> None:
    text = "\ufeffid;n;x;seg;yes;none\r\n1;5;0.5;a;True;\r\n2; 6;NA;b;False;\r\n"
    frame = read_table(csv(tmp_path, text), ids=("id",))
    assert frame["n"].tolist() == [5, 6]
    assert frame["x"].tolist()[0] == 0.5
    assert frame["x"].isna().tolist() == [False, True]
    assert frame["yes"].tolist() == [True, False]
    assert frame["none"].isna().all()
    assert frame["seg"].tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "an empty file", id="no byte"),
        pytest.param("id,y\n", "found none", id="no row"),
        pytest.param("id,y\n1,0\n2,1,3\n", "table.csv row 3", id="a row too long"),
        pytest.param("id,y\n1,0,9\n2,1,9\n", "table.csv row 2", id="every row too long"),
        pytest.param("id,x,x\n1,2,3\n", "'x' more than once", id="a column twice"),
        pytest.param("id,,y\n1,2,3\n", "none for column 2", id="a column without a name"),
    ],
)
def test_a_csv_file_that_is_no_table_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TableUnreadable, match=said):
        read_table(csv(tmp_path, text))


def test_a_parquet_column_twice_is_told(tmp_path: Path) -> None:
    file = tmp_path / "table.parquet"
    pq.write_table(pa.table([pa.array([1]), pa.array([2])], names=["x", "x"]), file)
    with pytest.raises(TableUnreadable, match="'x' more than once"):
        read_table(file)


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(TableUnreadable, match="found a folder"):
        read_table(tmp_path)


def test_a_result_never_shares_its_name_with_the_id(tmp_path: Path) -> None:
    frame = pd.DataFrame([["A-1", 0.5]], columns=["probability", "probability"])
    with pytest.raises(TableUnreadable, match="probability more than once"):
        write_table(frame, tmp_path / "scores.csv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["group", "where", "amount"])
def test_a_blank_option_is_not_taken_as_absent(tmp_path: Path, name: str) -> None:
    blank = {name: " "}
    with pytest.raises(OptionBlank, match=f"--{name}"):
        TableRows(table=tmp_path, label="y", id="i", **blank)  # type: ignore[arg-type]
    with pytest.raises(OptionBlank, match=f"--{name}"):
        BookRows(book=tmp_path, first=pd.Timestamp(0).date(), last=pd.Timestamp(0).date(), **blank)
