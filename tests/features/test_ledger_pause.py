"""Pauses by hand: the clock stands still, the money does not."""

from __future__ import annotations

import numpy as np

from tests.builders import at, book_of, statement
from tests.features.ledger_paper import check_paper, holds, jan, ledger_on, lent, numbered, owes, pays

ONE = [owes(1, 10)]
"""112 due on the 10th."""


def test_paused_days_add_nothing() -> None:
    # the days 15 … 19 are paused: the morning of the 20th is as late as that of the 15th
    check_paper(
        lent(due=ONE, plans=[holds("pause", 15, 20)]),
        """
        day dpd paused arrears unpaid oldest since
        10    0      0       0      0      .     .
        11    1      0     112      1     10    11
        15    5      0     112      1     10    11
        16    5      1     112      1     10    11
        20    5      5     112      1     10    11
        21    6      5     112      1     10    11
        30   15      5     112      1     10    11
        """,
    )


def test_an_instalment_due_in_a_pause_begins_to_age_after_it() -> None:
    # due on the 10th in a pause of the days 8 … 12: the 13th is its first day that counts
    check_paper(
        lent(due=ONE, plans=[holds("pause", 8, 13)]),
        """
        day dpd paused arrears unpaid since
        11    0      1     112      1     .
        13    0      3     112      1     .
        14    1      3     112      1    14
        20    7      3     112      1    14
        """,
    )


def test_a_pause_before_the_due_day_and_one_after_the_payment_change_nothing() -> None:
    book = lent(due=ONE, paid=[pays(112, 14)], plans=[holds("pause", 3, 10), holds("pause", 14)])
    check_paper(book, "day dpd paused\n11 1 0\n14 4 0\n15 0 0\n30 0 0")


def test_overlapping_pauses_stop_the_clock_once() -> None:
    # 12 … 17, 14 … 15 inside it and 16 … 19 across its end: eight days, 12 … 19
    plans = [
        holds("pause", 12, 18, name="a"),
        holds("pause", 14, 16, name="b"),
        holds("pause", 16, 20, name="c"),
    ]
    check_paper(lent(due=ONE, plans=plans), "day dpd paused\n12 2 0\n16 2 4\n20 2 8\n21 3 8")


def test_a_pause_without_an_end_stops_the_clock_for_good() -> None:
    check_paper(lent(due=ONE, plans=[holds("pause", 13)]), "day dpd paused\n13 3 0\n14 3 1\n90 3 77")


def test_a_pause_of_no_days_is_none() -> None:
    check_paper(lent(due=ONE, plans=[holds("pause", 13, 13)]), "day dpd paused\n20 10 0")


def test_a_pause_counts_from_the_oldest_instalment_still_unpaid() -> None:
    # the first is settled on the 22nd; the second, due on the 18th inside the pause 15 … 19, is left with two of its days
    book = lent(due=[*ONE, owes(2, 18)], paid=[pays(112, 22)], plans=[holds("pause", 15, 20)])
    check_paper(book, "day dpd paused oldest\n22 7 5 10\n23 3 2 18")


def test_grace_does_not_stop_the_clock() -> None:
    check_paper(lent(due=ONE, plans=[holds("grace", 12, 20)]), "day dpd paused\n20 10 0")


def test_a_pause_granted_late_changes_nothing_before_it_was_known() -> None:
    # written on the 20th for the days 12 … 17
    book = lent(due=ONE, plans=[holds("pause", 12, 18, known_at=at(jan(20)))])
    check_paper(book, "day dpd paused\n12 2 0\n19 9 0\n20 10 0\n21 5 6")
    check_paper(book, "day dpd paused\n12 2 0\n19 3 6", known=21)


def test_a_pause_that_is_shortened_late_runs_on_until_that_is_known() -> None:
    shortened = holds("pause", 12, 14, name="pause-12", revision=2, known_at=at(jan(20)))
    book = lent(due=ONE, plans=[holds("pause", 12), shortened])
    check_paper(book, "day dpd paused\n20 2 8\n21 9 2")


def test_a_pause_holds_for_the_instalments_of_a_plan() -> None:
    due = [*ONE, owes(2, 20, 60, 0, 0, plan_id="R")]
    book = lent(due=due, plans=[holds("reschedule", 15, name="R"), holds("pause", 22, 26)])
    check_paper(book, "day dpd paused\n15 5 0\n16 0 0\n22 2 0\n26 2 4\n27 3 4")


def test_the_path_counts_days_past_due_on_which_the_clock_stands() -> None:
    found = ledger_on(lent(due=ONE, paid=[pays(112, 25)], plans=[holds("pause", 15, 20)]), [31])
    first, last = np.array([numbered(1)], np.int32), np.array([numbered(31)], np.int32)
    # past due on the mornings 11 … 25, fifteen of them; on the 25th 15 days less the 5 paused
    assert found.worst_dpd(first=first, last=last).tolist() == [10]
    assert found.days_late(first=first, last=last).tolist() == [15]
    inside = np.array([numbered(16)], np.int32), np.array([numbered(19)], np.int32)
    assert found.worst_dpd(first=inside[0], last=inside[1]).tolist() == [5]
    assert found.days_late(first=inside[0], last=inside[1]).tolist() == [4]


def test_an_instalment_due_and_paid_in_a_pause_is_neither_missed_nor_delayed() -> None:
    first, last = np.array([numbered(1)], np.int32), np.array([numbered(31)], np.int32)

    def punctuality(paid_on: int) -> list[int]:
        found = ledger_on(lent(due=ONE, paid=[pays(112, paid_on)], plans=[holds("pause", 8, 13)]), [31])
        return [int(figure[0]) for figure in found.punctuality(first=first, last=last)]

    assert punctuality(12) == [1, 0, 1, 0]
    assert punctuality(13) == [1, 0, 1, 0], "the first day after the pause is its due day"
    assert punctuality(14) == [1, 1, 1, 1]
    assert punctuality(31) == [1, 1, 0, 0], "paid after the days asked for"


def test_a_pause_does_not_change_what_a_lender_states() -> None:
    tables = {"statements": [statement(month="2024-01-01", dpd=12, known_at=at("2024-01-31", "23:00"))]}
    paused = book_of(**tables, plans=[holds("pause", 25)])
    for book in (book_of(**tables), paused):
        check_paper(book, "day dpd paused since\n31 0 0 .\n32 12 0 32\n40 12 0 32")
