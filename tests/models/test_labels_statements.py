"""Hand-worked outcomes of accounts known by monthly statements alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from features.book import Book
from features.observations import observe
from models.book_samples import sample_from_book
from models.labels import OutcomeUnclear, WindowUnfit, label_observations
from models.sample import SampleRefused
from models.windows import Window
from tests.builders import Row, at, attribute, book_of, flag, instalments, loan, payment, statement

MARCH = dt.date(2024, 3, 1)
OTHER = "L-other"
LAST = statement(loan_id=OTHER, month="2024-12-01")
"""Another account is reported to the end of 2024, so every window here is over and known."""

Said = int | str | None


def months(*said: Said, first: int = 2, **changes: Any) -> list[Row]:
    """Return one statement per month from February on: days past due, or a status without them; None leaves it out."""
    rows = []
    for place, one in enumerate(said):
        month = f"2024-{first + place:02d}-01"
        if isinstance(one, str):
            dpd = 0 if one == "paid_off" else None
            rows.append(statement(month=month, dpd=dpd, status=one, **changes))
        elif one is not None:
            rows.append(statement(month=month, dpd=one, **changes))
    return rows


def book_with(rows: list[Row], **tables: Any) -> Book:
    heads = tables.pop("loans", [loan()])
    other = loan(loan_id=OTHER, borrower_id="B-other")
    return book_of(loans=[*heads, other], statements=[*rows, LAST], **tables)


def told(book: Book, *, target: str, window: str | None, as_of: dt.date = MARCH) -> tuple[float, str, str]:
    observed = observe(book, as_of=[as_of])
    found = label_observations(book, observed, target=target, window=Window.parse(window) if window else None)
    row = int(np.flatnonzero(book.loan_ids[observed.loan_no] == "L-1")[0])
    known_on = found["label_known_on"].iloc[row]
    return found["label"].iloc[row], found["outcome"].iloc[row], str(known_on.date())


STAYS = [
    # 31 days past due on the statement of February, as_of 2024-03-01, the statement of March decides
    pytest.param([31, 31], "1m", "stayed", id="at 31 days again"),
    pytest.param([31, 30], "1m", "fell below 31 days", id="at 30 days: one day short"),
    pytest.param([60, 61], "1m", "stayed", id="worse is not better"),
    pytest.param([31, 0], "1m", "fell below 31 days", id="nothing overdue"),
    pytest.param([31, "0-29"], "1m", "fell below 31 days", id="at most 29 days, nobody knows how many"),
    pytest.param([31, "paid_off"], "1m", "fell below 31 days", id="paid off is a lawful negative"),
    pytest.param([31, "no_loan"], "1m", "no loan in the window", id="a month without a loan tells nothing"),
    pytest.param([31, None, 31], "1m", "no statement in the window", id="silence in the month tells nothing"),
    pytest.param([31], "1m", "no statement in the window", id="silence for good tells nothing"),
    pytest.param([31, 0, 31], "2m", "stayed", id="in two months the second decides"),
    pytest.param([31, 31, 0], "2m", "fell below 31 days", id="cured in the second month"),
    pytest.param([31, 31, None, 31], "2m", "no statement in the window", id="the last month is silent"),
    pytest.param([31, 31, "no_loan"], "2m", "no loan in the window", id="the last month is without a loan"),
    pytest.param([31, None, 31], "2m", "stayed", id="the last month speaks for two"),
    pytest.param([30, 31], "1m", "outside the population", id="thirty days past due are outside"),
    pytest.param([61, 31], "1m", "outside the population", id="sixty-one days past due are outside"),
    pytest.param(["no_loan", 31], "1m", "outside the population", id="no loan is not past due"),
]


@pytest.mark.parametrize(("said", "window", "outcome"), STAYS)
def test_stays_30(said: list[Said], window: str, outcome: str) -> None:
    label, found, _ = told(book_with(months(*said)), target="stays_30", window=window)
    assert found == outcome
    assert np.isnan(label) == (outcome not in ("stayed", "fell below 31 days"))
    assert np.isnan(label) or label == (outcome == "stayed")


ROLLS = [
    # 31 days past due on the statement of February, as_of 2024-03-01, the statements of March to May decide
    pytest.param([31, 31, 31, 61], "rolled", id="in the third month"),
    pytest.param([31, 61, 0, 0], "rolled", id="in the first month, cured later"),
    pytest.param([31, 31, 60, 60], "did not roll", id="sixty days are one short"),
    pytest.param([31, 31, 31, 31, 91], "did not roll", id="in the fourth month: too late"),
    pytest.param([31, "paid_off", "paid_off", "paid_off"], "did not roll", id="paid off"),
    pytest.param([31, None, None, 61], "rolled", id="a single statement is enough to tell"),
    pytest.param(
        [31, 0, None, None], "did not roll", id="a single statement is enough to tell the good, too"
    ),
    pytest.param([31, None, None, None, 61], "no statement in the window", id="no statement in three months"),
    pytest.param(
        [31, "no_loan", "no_loan", "no_loan"], "no loan in the window", id="no loan in three months"
    ),
    pytest.param([31, "no_loan", None, None], "no loan in the window", id="no loan, then silence"),
    pytest.param([31, "no_loan", "0-29", "no_loan"], "did not roll", id="one month with a loan tells"),
    pytest.param([31, 31, "90-119", 0], "rolled", id="a status stands for its days, if stated"),
]


@pytest.mark.parametrize(("said", "outcome"), ROLLS)
def test_roll_60_over_three_months(said: list[Said], outcome: str) -> None:
    rows = [row | {"dpd": 91} if row.get("status") == "90-119" else row for row in months(*said)]
    label, found, _ = told(book_with(rows), target="roll_60", window="3m")
    assert found == outcome
    assert np.isnan(label) == outcome.startswith("no ")


PAYS = [
    pytest.param([5, 5], [100, 1], "paid", id="a cent is paid"),
    pytest.param([5, 5], [100, 0], "did not pay", id="the statement says nothing was paid"),
    pytest.param([5, None, 5], [100, 0], "no statement in the window", id="silence is not refusal"),
    pytest.param([5, "no_loan"], [100, 0], "no loan in the window", id="nobody pays without a loan"),
    pytest.param([5, "no_loan"], [100, 7], "paid", id="a payment is a payment"),
]


@pytest.mark.parametrize(("said", "amounts", "outcome"), PAYS)
def test_pays_within_reads_what_statements_say_was_paid(
    said: list[Said], amounts: list[int], outcome: str
) -> None:
    rows = [row | {"amount_paid": paid} for row, paid in zip(months(*said), amounts, strict=False)]
    assert told(book_with(rows), target="pays_within", window="1m")[1] == outcome


def test_a_window_beyond_the_last_reported_month_is_not_matured() -> None:
    book = book_with(months(31, 31, first=11))
    assert told(book, target="stays_30", window="1m", as_of=dt.date(2024, 12, 1))[1] == "stayed"
    assert told(book, target="roll_60", window="3m", as_of=dt.date(2024, 12, 1))[1] == "not matured"


def test_ends_and_flags_speak_before_silence() -> None:
    ended = loan(revision=2, known_at=at("2024-03-20"), ended_on="2024-03-20", end_kind="sold")
    book = book_with(months(31), loans=[loan(), ended])
    assert told(book, target="stays_30", window="1m")[1] == "ended: sold"
    disputed = book_with(months(31), flags=[flag(starts_on="2024-03-10")])
    assert told(disputed, target="stays_30", window="1m")[1] == "flagged: dispute"


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param("2024-04-05", "rolled", id="within the five days"),
        pytest.param("2024-04-06", "did not roll", id="a day later"),
    ],
)
def test_a_corrected_statement_counts_until_the_label_is_known(known: str, expected: str) -> None:
    corrected = statement(month="2024-03-01", dpd=75, revision=2, known_at=at(known))
    assert told(book_with([*months(31, 31), corrected]), target="roll_60", window="1m")[1] == expected


def test_the_losses_of_a_sample_name_silence_and_months_without_a_loan() -> None:
    heads, rows = [], []
    for n in range(200):
        name = f"L-{n:03d}"
        heads.append(loan(loan_id=name, borrower_id=f"B-{n:03d}", principal=1_000 + n))
        after: Said = (31, 0, "no_loan", None)[min(n % 5, 3)] if n % 5 < 4 else 31 * (n % 2)
        rows += months(31, after, loan_id=name, balance=1_000 + 7 * (n % 13))
    sample = sample_from_book(book_with(rows, loans=heads), target="stays_30", as_of=[MARCH])
    losses = {loss.cause: loss.count for loss in sample.losses if loss.what == "rows"}
    assert losses == {"no loan in the window": 40, "no statement in the window": 40}
    assert len(sample) == 120
    assert sample.y.sum() == 60


def outcome(value: float | None, known: str, **changes: Any) -> Row:
    return attribute(
        owner_kind="loan",
        owner_id="L-1",
        name="next_month_default",
        value=value,
        known_at=at(known, "23:00"),
        **changes,
    )


STATED = [
    # as_of 2024-03-01, window to 2024-04-01
    pytest.param([outcome(1.0, "2024-03-31")], "defaulted", id="stated at the month's end"),
    pytest.param([outcome(0.0, "2024-03-31")], "did not default", id="stated that it did not"),
    pytest.param([outcome(1.0, "2024-03-01")], "defaulted", id="stated on the first day"),
    pytest.param([outcome(1.0, "2024-02-29")], "no outcome stated in the window", id="known on the morning already"),
    pytest.param([outcome(1.0, "2024-04-01")], "no outcome stated in the window", id="stated a day after the window"),
    pytest.param([], "no outcome stated in the window", id="never stated"),
    pytest.param([outcome(None, "2024-03-31", code="yes")], "no outcome stated in the window", id="a code is no number"),
    pytest.param(
        [outcome(0.0, "2024-03-10"), outcome(1.0, "2024-03-20", revision=2)], "defaulted", id="the last word counts"
    ),
    pytest.param(
        [outcome(0.0, "2024-03-10"), outcome(1.0, "2024-04-03", revision=2)],
        "did not default", id="a later correction does not",
    ),
    pytest.param(
        [outcome(1.0, "2024-02-10"), outcome(0.0, "2024-03-20", revision=2)],
        "did not default", id="last month's outcome is not this month's",
    ),
    pytest.param(
        [attribute(owner_kind="borrower", owner_id="B-1", name="next_month_default", value=1.0, known_at=at("2024-03-20"))],
        "no outcome stated in the window", id="the borrower's attribute is not the loan's",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), STATED)
def test_next_month_default(rows: list[Row], expected: str) -> None:
    label, found, known_on = told(
        book_with(months(0), attributes=rows), target="next_month_default", window=None
    )
    assert (found, known_on) == (expected, "2024-04-01")
    assert np.isnan(label) == (expected not in ("defaulted", "did not default"))
    assert np.isnan(label) or label == (expected == "defaulted")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param("2024-02-29", "defaulted", id="the book ends on the window's last day"),
        pytest.param("2024-02-28", "not matured", id="the book ends a day earlier: a correction could come"),
    ],
)
def test_the_stated_outcome_matures_with_the_last_day_of_its_window(known: str, expected: str) -> None:
    book = book_of(statements=[statement(month="2024-01-01")], attributes=[outcome(1.0, known)])
    assert told(book, target="next_month_default", window="1m", as_of=dt.date(2024, 2, 1))[1] == expected


def test_an_account_without_a_statement_is_outside_next_month_default() -> None:
    book = book_of(instalments=instalments(), payments=[payment()], attributes=[outcome(1.0, "2024-03-31")])
    assert told(book, target="next_month_default", window="1m")[1] == "outside the population"


def test_an_outcome_that_is_neither_0_nor_1_is_refused() -> None:
    book = book_with(months(0), attributes=[outcome(0.5, "2024-03-31")])
    with pytest.raises(
        OutcomeUnclear, match=r"Expected 0 or 1 .* found something else for 1 loans \(L-1: 0.5\)"
    ):
        told(book, target="next_month_default", window="1m")


@pytest.mark.parametrize("target", ["stays_30", "roll_60", "next_month_default"])
def test_days_are_refused_for_statements(target: str) -> None:
    with pytest.raises(WindowUnfit, match="Expected a window of months"):
        told(book_with(months(31)), target=target, window="30d")


def test_the_already_late_are_chosen_by_an_expression() -> None:
    heads, rows, stated = [], [], []
    for n in range(160):
        name = f"L-{n:03d}"
        heads.append(loan(loan_id=name, borrower_id=f"B-{n:03d}"))
        rows += months(30 * (n % 2), loan_id=name, balance=1_000 + 7 * (n % 13))
        stated.append(outcome(float(n % 4 < 2), "2024-03-31") | {"owner_id": name})
    book = book_with(rows, loans=heads, attributes=stated)
    asked: dict[str, Any] = {"target": "next_month_default", "as_of": [MARCH]}
    assert len(sample_from_book(book, **asked)) == 160
    late = sample_from_book(book, **asked, where="dpd_now >= 1")
    assert len(late) == 80
    assert "attr_next_month_default" not in late.X
    with pytest.raises(SampleRefused, match="no outcome stated in the window: 160"):
        sample_from_book(book, target="next_month_default", as_of=[dt.date(2024, 5, 1)])
