"""Reschedules by hand: what was unpaid is replaced, what was overpaid carries over, a plan that ceased gives it back."""

from __future__ import annotations

import numpy as np
import pytest

from tests.builders import Row, at
from tests.features.ledger_paper import check_paper, holds, jan, ledger_on, lent, numbered, owes, pays

TWO = [owes(1, 10), owes(2, 20)]
"""112 due on the 10th and on the 20th, by the first schedule."""


def planned(plan: str, *due: tuple[int, int, int]) -> list[Row]:
    """Return instalments (number, day, principal) of a plan, without interest and fees."""
    return [owes(number, on, principal, 0, 0, plan_id=plan) for number, on, principal in due]


PLAN = planned("R", (3, 25, 60), (4, 35, 60), (5, 45, 60))
"""60 due on the 25th, on the 4th and on the 14th of February, by the plan R."""
BEGINS = holds("reschedule", 15, name="R")
"""R begins on the 15th."""

PAPER = """
day dpd arrears unpaid oldest balance due paid rescheduled since
15    5      92      1     10     192 112   20          no    11
16    0       0      0      .     180  20   20         yes     .
25    0       0      0      .     180  20   20         yes     .
26    1      60      1     25     180  80   20         yes    26
30    5      60      1     25     180  80   20         yes    26
31    0       0      0      .     120  80   80         yes     .
36    1      60      1     35     120 140   80         yes    36
"""
"""20 paid on the 12th leave 92 due when R begins; 60 are paid on the 30th."""
PAID = [pays(20, 12), pays(60, 30)]


def test_a_reschedule_replaces_what_was_unpaid() -> None:
    check_paper(lent(due=[*TWO, *PLAN], paid=PAID, plans=[BEGINS]), PAPER)


@pytest.mark.parametrize("kind", ["extension", "instalments", "waiver", "grace"])
def test_plans_of_other_kinds_change_no_arithmetic(kind: str) -> None:
    book = lent(due=TWO, paid=[pays(20, 12)], plans=[holds(kind, 13)])
    check_paper(book, "day dpd arrears balance rescheduled\n15 5 92 192 no\n26 16 204 192 no")


@pytest.mark.parametrize(
    ("paid_on", "left"),
    [
        pytest.param(14, 60, id="the day before it begins: goes to what was unpaid, and is replaced with it"),
        pytest.param(15, 10, id="the day it begins: settles the plan"),
        pytest.param(24, 10, id="later: settles the plan"),
    ],
)
def test_payments_from_the_first_day_on_settle_the_plan(paid_on: int, left: int) -> None:
    book = lent(due=[*TWO, *PLAN], paid=[pays(50, paid_on)], plans=[BEGINS])
    check_paper(book, f"day dpd arrears\n26 1 {left}")


def test_what_was_overpaid_by_then_carries_over() -> None:
    # 150 by the 15th against 112 due: 38 over. The plan asks 60 on the 25th: 22 are left of it.
    book = lent(due=[*TWO, *PLAN], paid=[pays(150, 9)], plans=[BEGINS])
    check_paper(
        book,
        """
        day dpd arrears balance due paid
        15    0       0      74 112  150
        16    0       0     142 112  150
        26    1      22     142 172  150
        """,
    )


def test_a_reversal_after_it_began_takes_from_the_plan_and_never_below_nothing() -> None:
    # 112 of the 10th are taken back on the 18th: the plan is 112 in the red; 130 of the 24th leave 18 for the 60
    book = lent(due=[*TWO, *PLAN], paid=[pays(112, 10), pays(-112, 18), pays(130, 24)], plans=[BEGINS])
    check_paper(book, "day dpd arrears paid\n16 0 0 112\n19 0 0 0\n26 1 42 130")


def test_two_reschedules_after_each_other() -> None:
    # R: 60 on the 25th, 70 paid on the 22nd: 10 over when S begins on the 28th; S asks 50 on the 32nd: 40 left
    second = [*planned("S", (6, 32, 50), (7, 42, 50))]
    book = lent(
        due=[*TWO, *PLAN, *second], paid=[pays(70, 22)], plans=[BEGINS, holds("reschedule", 28, name="S")]
    )
    check_paper(
        book,
        """
        day dpd arrears unpaid balance due paid
        15    5     112      1     200 112    0
        26    0       0      0     110  60   70
        28    0       0      0     110  60   70
        29    0       0      0      90  60   70
        33    1      40      1      90 110   70
        """,
    )


@pytest.mark.parametrize(
    ("ends", "day_of_change"),
    [pytest.param(28, 28, id="closed on the day the next begins"), pytest.param(40, 28, id="never closed")],
)
def test_the_later_reschedule_speaks_whether_or_not_the_earlier_is_closed(
    ends: int, day_of_change: int
) -> None:
    second = planned("S", (6, 32, 50))
    plans = [holds("reschedule", 15, ends, name="R"), holds("reschedule", 28, name="S")]
    book = lent(due=[*TWO, *PLAN, *second], paid=[pays(70, 22)], plans=plans)
    check_paper(book, f"day dpd arrears balance\n{day_of_change} 0 0 110\n29 0 0 40\n33 1 40 40\n41 9 40 40")


def test_of_two_that_begin_on_one_day_the_one_whose_id_sorts_last_speaks() -> None:
    second = planned("S", (6, 17, 50))
    plans = [holds("reschedule", 15, 30, name="S"), BEGINS]
    check_paper(lent(due=[*TWO, *PLAN, *second], plans=plans), "day dpd arrears\n18 1 50\n30 13 50\n31 6 60")


def test_a_reschedule_that_ceased_gives_the_earlier_schedule_back() -> None:
    # R ceases on the 28th. 30 were paid under it: they settle the first schedule now, whose dues keep their days.
    book = lent(
        due=[*TWO, *PLAN], paid=[pays(20, 12), pays(30, 24)], plans=[holds("reschedule", 15, 28, name="R")]
    )
    check_paper(
        book,
        """
        day dpd arrears unpaid oldest balance due paid rescheduled since
        15    5      92      1     10     192 112   20          no    11
        27    2      30      1     25     150  80   50         yes    26
        28    3      30      1     25     150  80   50         yes    26
        29   19     174      2     10     162 224   50          no    26
        """,
    )


def test_a_plan_withdrawn_as_if_it_had_never_been_never_spoke() -> None:
    withdrawn = holds("reschedule", 15, 15, name="R", revision=2, known_at=at(jan(20)))
    book = lent(due=[*TWO, *PLAN], paid=[pays(20, 12)], plans=[BEGINS, withdrawn])
    check_paper(book, "day dpd arrears rescheduled\n19 0 0 yes\n20 0 0 yes\n21 11 204 no")
    # who looks at the 19th with the knowledge of the 21st sees it late
    check_paper(book, "day dpd arrears rescheduled\n19 9 92 no", known=21)


def test_a_plan_known_late_changes_nothing_before() -> None:
    late = holds("reschedule", 15, name="R", known_at=at(jan(21)))
    book = lent(due=[*TWO, *PLAN], paid=[pays(20, 12)], plans=[late])
    check_paper(book, "day dpd rescheduled\n16 6 no\n21 11 no\n22 0 yes")
    check_paper(book, "day dpd rescheduled\n15 5 no\n16 0 yes\n21 0 yes", known=22)


def test_a_reschedule_is_marked_and_replaces_nothing_before_its_instalments_are_known() -> None:
    written_late = [{**row, "known_at": at(jan(20))} for row in PLAN]
    book = lent(due=[*TWO, *written_late], plans=[BEGINS])
    check_paper(book, "day dpd rescheduled\n16 6 yes\n20 10 yes\n21 0 yes\n26 1 yes")


def test_an_instalment_moved_into_the_plan_leaves_the_first_schedule() -> None:
    moved = owes(2, 40, revision=2, plan_id="R", known_at=at(jan(15)))
    book = lent(due=[*TWO, moved], plans=[BEGINS])
    check_paper(book, "day dpd arrears balance\n15 5 112 200\n16 0 0 100\n41 1 112 100")


def test_the_path_the_flows_and_the_punctuality_follow_the_schedule_of_the_day() -> None:
    found = ledger_on(lent(due=[*TWO, *PLAN], paid=PAID, plans=[BEGINS]), [36])
    first, last = np.array([numbered(1)], np.int32), np.array([numbered(36)], np.int32)
    # late on 11 … 15 (five mornings, worst 5), on 26 … 30 (five, worst 5) and on 36
    assert found.worst_dpd(first=first, last=last).tolist() == [5]
    assert found.days_late(first=first, last=last).tolist() == [11]
    # due: 112 on the 10th by the first schedule, 60 on the 25th and on the 35th by the plan; not the 112 of the 20th
    assert found.due_between(first=first, last=last - 1).tolist() == [112 + 60]
    assert found.due_between(first=first, last=last).tolist() == [112 + 60 + 60]
    # the first is missed and replaced, never settled; that of the 25th is missed and settled 5 days late; the third is open
    assert [int(figure[0]) for figure in found.punctuality(first=first, last=last)] == [3, 3, 1, 5]


def test_unpaid_instalments_are_those_of_the_schedule_that_speaks() -> None:
    unpaid = ledger_on(lent(due=[*TWO, *PLAN], paid=PAID, plans=[BEGINS]), [15, 16, 36]).unpaid
    assert list(zip(unpaid.account.tolist(), unpaid.number.tolist(), unpaid.left.tolist(), strict=True)) == [
        (0, 1, 92),
        (2, 4, 60),
    ]
