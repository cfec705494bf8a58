from __future__ import annotations

import numpy as np
import pytest

from models.windows import Window, WindowUnclear


@pytest.mark.parametrize(
    ("text", "as_of", "end"),
    [
        pytest.param("30d", "2024-01-01", "2024-01-31", id="thirty days from New Year end on the 31st"),
        pytest.param(
            "1m", "2024-02-01", "2024-03-01", id="a month from the first of February is the first of March"
        ),
        pytest.param("1m", "2024-01-31", "2024-02-29", id="a month from the 31st ends with a leap February"),
        pytest.param("1m", "2023-01-31", "2023-02-28", id="a month from the 31st ends with a plain February"),
        pytest.param("6m", "2020-07-01", "2021-01-01", id="six months cross the year"),
        pytest.param("12m", "2024-02-29", "2025-02-28", id="a year from a leap day is the last of February"),
        pytest.param(" 3m ", "2024-03-15", "2024-06-15", id="blanks around it do not matter"),
    ],
)
def test_windows_end(text: str, as_of: str, end: str) -> None:
    day = np.array([as_of], "datetime64[D]").astype(np.int32)
    found = Window.parse(text).end_on(day)
    assert str(found.astype("datetime64[D]")[0]) == end
    assert found.dtype == np.int32


@pytest.mark.parametrize("text", ["", "30", "d30", "0d", "-3m", "3 m", "3y", "30D", "99999d", "1.5m"])
def test_what_is_no_window_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(WindowUnclear, match=r"Expected a window such as 30d .* found .* Write a number"):
        Window.parse(text)
