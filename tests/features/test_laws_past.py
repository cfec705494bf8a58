"""Laws of knowledge: no feature depends on what was known on or after its morning, and late news does count after."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from features.manifest import Manifest
from tests.builders import (
    Row,
    borrower,
    consent,
    flag,
    instalment,
    instalments,
    loan,
    manifest,
    payment,
    plan,
)
from tests.features.late_news import late_news
from tests.features.laws import (
    BOOKS_LOOKED_AT,
    also_on_rich_books,
    assert_same,
    book_as_known,
    built,
    known_before,
    law,
    manifests,
    moved_cells,
)
from tests.features.small_rows import DAYS, START
from tests.features.strategies import Tables, joined, mornings, several_books


def test_every_feature_is_blind_to_the_future() -> None:
    seen: Counter[str] = Counter()

    @law
    @also_on_rich_books(which=lambda chance: chance.randint(0, 2))
    @given(books=several_books(), days=mornings(), said=manifests(), which=st.integers(0, 2))
    def holds(books: list[Tables], days: list[dt.date], said: Manifest, which: int) -> None:
        tables = joined(books)
        morning = sorted(days)[which % len(days)]
        past = known_before(tables, morning)
        assume(past["loans"])
        whole = built(book_as_known(tables, said), days)
        hidden = [known_before(one, morning) for one in books]
        seen["rows hidden"] += sum(left != one for left, one in zip(hidden, books, strict=True))
        until = [day for day in days if day <= morning]
        expected = whole[whole["as_of"] <= pd.Timestamp(morning)].reset_index(drop=True)
        assert_same(
            built(book_as_known(past, said, kept_by=tables), until), expected, law="blind to the future"
        )
        seen["observations"] += len(expected)
        seen["books"] += len(books)

    holds()
    assert seen["books"] >= BOOKS_LOOKED_AT
    assert seen["rows hidden"] >= 150
    assert seen["observations"] >= 300


def test_late_news_changes_no_earlier_morning_and_does_change_later_ones() -> None:
    seen: Counter[str] = Counter()

    @law
    @also_on_rich_books(
        known=lambda chance: chance.randint(60, DAYS + 60), seed=lambda chance: chance.randint(0, 10**6)
    )
    @given(
        books=several_books(),
        days=mornings(),
        said=manifests(),
        known=st.integers(60, DAYS + 60),
        seed=st.integers(0, 10**6),
    )
    def holds(books: list[Tables], days: list[dt.date], said: Manifest, known: int, seed: int) -> None:
        chance = Random(seed)
        told = [late_news(one, chance, known=known) for one in books]
        tables, news = joined(books), joined([one for one, _ in told])
        known_on = START + dt.timedelta(days=known)
        looked_at = sorted(
            {*days, known_on, known_on + dt.timedelta(days=1), known_on + dt.timedelta(days=9)}
        )
        before = built(book_as_known(tables, said, kept_by=news), looked_at)
        after = built(book_as_known(news, said), looked_at)
        earlier = [frame[frame["as_of"] <= pd.Timestamp(known_on)] for frame in (before, after)]
        assert_same(*(frame.reset_index(drop=True) for frame in earlier), law="late news")
        seen["earlier mornings"] += len(earlier[0])
        for number, (_, kind) in enumerate(told):
            mine = [frame[frame["loan_id"].str.endswith(f"/{number}")] for frame in (before, after)]
            seen["books"] += 1
            seen["news"] += kind != "none"
            if len(mine[0]) != len(mine[1]) or moved_cells(*mine):
                seen["changed after"] += 1
                seen[kind] += 1

    holds()
    assert seen["books"] >= BOOKS_LOOKED_AT
    assert seen["news"] >= 120
    assert seen["earlier mornings"] >= 300
    assert seen["changed after"] >= 40
    assert sum(name.startswith("revised:") for name in seen) >= 4


# ---------------------------------------------------------------- what must change, and from which morning

KNOWN = dt.date(2024, 6, 20)
LATE = "2024-06-20T23:00:00+08:00"


def account(**more: list[Row]) -> Tables:
    """Return a loan with instalments since February of which two were paid, in the engine's raw rows."""
    paid = [payment(), payment(payment_id="P-2", paid_on="2024-03-15")]
    base = {"loans": [loan()], "instalments": instalments(6), "payments": paid, "plans": [], "statements": []}
    return {**base, **more}


def news(rows: Tables, **late: Row) -> Tables:
    return {**rows, **{name: [*rows.get(name, []), row] for name, row in late.items()}}


@pytest.mark.parametrize(
    ("rows", "late", "changed"),
    [
        pytest.param(
            account(), {"payments": payment(payment_id="P-9", paid_on="2024-05-02", known_at=LATE)},
            {"dpd_latest", "arrears_amount_latest", "days_since_payment"}, id="a payment booked weeks late",
        ),
        pytest.param(
            account(), {"payments": payment(payment_id="P-9", amount=-10_500, paid_on="2024-03-20", known_at=LATE)},
            {"dpd_latest", "arrears_amount_latest", "unpaid_instalments_count"}, id="a payment taken back",
        ),
        pytest.param(
            account(), {"payments": payment(revision=2, amount=5_000, known_at=LATE)},
            {"arrears_amount_latest", "dpd_latest"}, id="an amount corrected",
        ),
        pytest.param(
            account(), {"plans": plan(kind="pause", starts_on="2024-04-20", ends_on="2024-05-10", known_at=LATE)},
            {"dpd_latest", "max_dpd_90d"}, id="a pause granted after its days",
        ),
        pytest.param(
            account(plans=[plan(kind="pause", starts_on="2024-04-20", ends_on="2024-05-10")]),
            {"plans": plan(revision=2, kind="pause", starts_on="2024-04-20", ends_on="2024-04-20", known_at=LATE)},
            {"dpd_latest", "max_dpd_90d"}, id="a pause taken back",
        ),
        pytest.param(
            account(
                plans=[plan(kind="reschedule", starts_on="2024-04-20", ends_on=None)],
                instalments=[
                    *instalments(6),
                    instalment(number=90, due_on="2024-12-01", plan_id="PL-1", known_at="2024-04-20T10:00:00+08:00"),
                ],
            ),
            {"plans": plan(revision=2, kind="reschedule", starts_on="2024-04-20", ends_on="2024-04-20", known_at=LATE)},
            {"dpd_latest", "arrears_amount_latest"}, id="a new schedule withdrawn",
        ),
        pytest.param(
            account(),
            {"instalments": instalment(number=3, due_on="2024-04-15", revision=2, principal_due=1, known_at=LATE)},
            {"arrears_amount_latest"}, id="an instalment corrected",
        ),
        pytest.param(
            account(flags=[flag(kind="hardship")]),
            {"flags": flag(kind="hardship", revision=2, ends_on="2024-05-01", known_at=LATE)},
            {"hardship_active_latest"}, id="a hardship that had ended",
        ),
    ],
)  # fmt: skip
def test_late_news_counts_from_the_morning_after_it_was_known(
    rows: Tables, late: Row, changed: set[str]
) -> None:
    looked_at = [KNOWN - dt.timedelta(days=40), KNOWN, KNOWN + dt.timedelta(days=1)]
    before, after = (built(book_as_known(one, manifest()), looked_at) for one in (rows, news(rows, **late)))
    assert_same(before[:2], after[:2])
    assert changed <= moved_cells(before[2:], after[2:])


def test_a_consent_withdrawn_withholds_income_from_the_morning_it_is_known() -> None:
    rows = account(borrowers=[borrower()], consents=[consent()])
    gone = news(rows, consents=consent(revision=2, withdrawn_on="2024-06-20", known_at=LATE))
    looked_at = [KNOWN, KNOWN + dt.timedelta(days=1)]
    before, after = (built(book_as_known(one, manifest()), looked_at) for one in (rows, gone))
    assert_same(before[:1], after[:1])
    assert before["declared_income_latest"].tolist() == [800_000.0, 800_000.0]
    assert after["declared_income_latest"].isna().tolist() == [False, True]
