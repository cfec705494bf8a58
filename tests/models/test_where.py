from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.where import NothingChosen, WhereUnclear, chosen_rows, rows_where

TABLE = pd.DataFrame(
    {
        "dpd_now": [0, 5, 40, 90],
        "product": ["cash", "card", "cash", None],
        "rate": [0.1, np.nan, 0.3, 0.2],
        "bucket": pd.Categorical(["current", "1-30", "31-60", "61-90"]),
        "guarded": [True, False, True, False],
    }
)


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        pytest.param("dpd_now >= 5", [1, 2, 3], id="at least"),
        pytest.param("5 <= dpd_now < 90", [1, 2], id="a chain of comparisons"),
        pytest.param("product == 'cash'", [0, 2], id="a text in quotes"),
        pytest.param("product != 'cash'", [1, 3], id="missing is different"),
        pytest.param("rate > 0.05", [0, 2, 3], id="missing is not greater"),
        pytest.param("not (rate > 0.05)", [1], id="not turns it round"),
        pytest.param("product in ['cash', 'card'] and dpd_now > 0", [1, 2], id="a list and a number"),
        pytest.param("product not in ('cash',)", [1, 3], id="not in a list"),
        pytest.param("dpd_now == 0 or dpd_now == 90", [0, 3], id="or"),
        pytest.param("rate > -1 and guarded", [0, 2], id="a yes/no column by itself, a negative number"),
        pytest.param("bucket == '31-60'", [2], id="a category"),
        pytest.param("guarded == True", [0, 2], id="yes/no compared"),
    ],
)
def test_rows_are_chosen(expression: str, rows: list[int]) -> None:
    assert np.flatnonzero(rows_where(TABLE, expression)).tolist() == rows


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        pytest.param("dpd >= 1", "Did you mean dpd_now", id="an unknown column gets a near name"),
        pytest.param("dpd_now >=", "cannot be read", id="half an expression"),
        pytest.param("__import__('os').system('true')", "Only these are understood", id="a call"),
        pytest.param("product.str.len() > 3", "Only these are understood", id="an attribute"),
        pytest.param("dpd_now + 1 > 3", "Only these are understood", id="arithmetic"),
        pytest.param("dpd_now[0] == 1", "Only these are understood", id="a subscript"),
        pytest.param("(lambda: dpd_now)() == 1", "Only these are understood", id="a function"),
        pytest.param("product == 1", "Expected two numbers or two texts", id="a text against a number"),
        pytest.param("dpd_now in ['1']", "a list of numbers", id="texts in a list of numbers"),
        pytest.param("1 < 2", "Name a column", id="no column"),
        pytest.param("dpd_now", "Only these are understood", id="a number alone is no question"),
        pytest.param("", "cannot be read", id="nothing"),
        pytest.param("dpd_now == 1 and " * 300 + "dpd_now == 1", "at most 2000 characters", id="too long"),
        pytest.param("(" * 900 + "dpd_now == 1" + ")" * 900, "cannot be read", id="too deep"),
    ],
)
def test_anything_else_is_refused(expression: str, said: str) -> None:
    with pytest.raises(WhereUnclear, match=said):
        rows_where(TABLE, expression)


def test_a_condition_that_nobody_meets_is_refused() -> None:
    assert chosen_rows(TABLE, "dpd_now > 5").tolist() == [False, False, True, True]
    with pytest.raises(NothingChosen, match="none of 4"):
        chosen_rows(TABLE, "dpd_now > 5000")
    assert len(chosen_rows(TABLE.head(0), "dpd_now > 5000")) == 0
