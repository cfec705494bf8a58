"""Settlement by hand: oldest first, in part, ahead, carried on, reversed; the parts of an instalment in order."""

from __future__ import annotations

import itertools

import pytest

from features.manifest import Manifest, SettlementOrderUnclear
from tests.builders import at
from tests.features.ledger_paper import check_paper, jan, ledger_on, lent, numbered, owes, pays

TWO = [owes(1, 10), owes(2, 20)]
"""112 due on the 10th and on the 20th: principal 100, interest 10, fee 2 each."""


def test_part_payments_settle_fee_then_interest_then_principal_of_the_oldest() -> None:
    # the 12th: 7 = fee 2 + interest 5; the 15th: 55 = interest 5 + principal 50;
    # the 25th: 60 = principal 50, then fee 2 and interest 8 of the second
    book = lent(due=TWO, paid=[pays(7, 12), pays(55, 15), pays(60, 25)])
    check_paper(
        book,
        """
        day dpd arrears principal interest fee unpaid balance
        10    0       0         0        0   0      0     200
        11    1     112       100       10   2      1     200
        12    2     112       100       10   2      1     200
        13    3     105       100        5   0      1     200
        16    6      50        50        0   0      1     150
        20   10      50        50        0   0      1     150
        21   11     162       150       10   2      2     150
        25   15     162       150       10   2      2     150
        26    6     102       100        2   0      1     100
        """,
    )


@pytest.mark.parametrize(
    ("order", "after_50", "after_105"),
    [
        pytest.param(("fee", "interest", "principal"), (62, 0, 0), (7, 0, 0), id="costs first"),
        pytest.param(("fee", "principal", "interest"), (52, 10, 0), (0, 7, 0), id="interest last"),
        pytest.param(("interest", "fee", "principal"), (62, 0, 0), (7, 0, 0), id="interest first"),
        pytest.param(("interest", "principal", "fee"), (60, 0, 2), (5, 0, 2), id="fee last, after interest"),
        pytest.param(("principal", "fee", "interest"), (50, 10, 2), (0, 7, 0), id="principal, then fee"),
        pytest.param(("principal", "interest", "fee"), (50, 10, 2), (0, 5, 2), id="principal, then interest"),
    ],
)
def test_each_order_of_the_parts(
    order: tuple[str, ...], after_50: tuple[int, ...], after_105: tuple[int, ...]
) -> None:
    book = lent(due=TWO, paid=[pays(50, 11), pays(55, 13)], order=order)
    rows = [(12, 2, 62, after_50, 100), (14, 4, 7, after_105, 100)]
    lines = [
        f"{day} {dpd} {owed} {' '.join(map(str, split))} {split[0] + later}"
        for day, dpd, owed, split, later in rows
    ]
    check_paper(book, "\n".join(["day dpd arrears principal interest fee balance", *lines]))


def test_the_order_moves_money_between_parts_and_never_the_sum() -> None:
    paid = [pays(31, 12), pays(85, 22)]
    for order in itertools.permutations(("fee", "interest", "principal")):
        check_paper(
            lent(due=TWO, paid=paid, order=order),
            """
            day dpd arrears unpaid due paid
            12    2     112      1 112    0
            13    3      81      1 112   31
            22   12     193      2 224   31
            23    3     108      1 224  116
            """,
        )


def test_what_is_overpaid_is_carried_to_the_next_instalment() -> None:
    # 150 on the 10th: 112 settle the first, 38 the fee, the interest and 26 of the principal of the second
    check_paper(
        lent(due=TWO, paid=[pays(150, 10)]),
        """
        day dpd arrears principal interest fee balance
        11    0       0         0        0   0      74
        20    0       0         0        0   0      74
        21    1      74        74        0   0      74
        """,
    )


def test_paid_ahead_of_the_due_days_is_never_late() -> None:
    check_paper(
        lent(due=TWO, paid=[pays(224, 5)]),
        """
        day dpd arrears balance due paid
         5    0       0     200   0    0
         6    0       0       0   0  224
        11    0       0       0 112  224
        31    0       0       0 224  224
        """,
    )


def test_a_reversal_takes_back_what_the_payment_settled() -> None:
    # the cheque of the 10th bounces on the 18th; the second cheque of the 22nd covers both, its last 12 bounce on the 24th
    book = lent(due=TWO, paid=[pays(112, 10), pays(-112, 18), pays(224, 22), pays(-12, 24)])
    check_paper(
        book,
        """
        day dpd arrears principal interest fee oldest since paid
        11    0       0         0        0   0      .     .  112
        18    0       0         0        0   0      .     .  112
        19    9     112       100       10   2     10    19    0
        22   12     224       200       20   4     10    19    0
        23    0       0         0        0   0      .     .  224
        25    5      12        12        0   0     20    25  212
        """,
    )


def test_net_payments_below_zero_count_as_zero() -> None:
    check_paper(
        lent(due=TWO, paid=[pays(-500, 9), pays(112, 12)]),
        """
        day dpd arrears paid
        11    1     112 -500
        13    3     112 -388
        """,
    )


def test_payments_of_one_day_count_together_whatever_their_order() -> None:
    for ids in (("P-a", "P-b", "P-c"), ("P-c", "P-b", "P-a")):
        amounts = zip(ids, (100, -30, 42), strict=True)
        book = lent(due=TWO, paid=[pays(amount, 12, payment_id=name) for name, amount in amounts])
        check_paper(book, "day dpd arrears\n12 2 112\n13 0 0")


def test_an_early_settlement_waives_nothing_by_itself() -> None:
    # 212 on the 12th: all principal, and interest and fee due; those of the second are still in the schedule
    paid = [pays(212, 12)]
    check_paper(lent(due=TWO, paid=paid), "day dpd arrears principal\n13 0 0 0\n21 1 12 12")
    # the lender lets the borrower off: the second instalment is written again without them, known on the 12th
    waived = owes(2, 20, interest=0, fee=0, revision=2, known_at=at(jan(12)))
    check_paper(
        lent(due=[*TWO, waived], paid=paid), "day dpd arrears balance due\n13 0 0 0 112\n21 0 0 0 212"
    )


def test_an_instalment_of_nothing_is_passed_over() -> None:
    book = lent(due=[owes(1, 5, 0, 0, 0), owes(2, 10)])
    check_paper(book, "day dpd arrears unpaid oldest\n6 0 0 0 .\n11 1 112 1 10")


def test_unpaid_instalments_say_what_is_left_of_each() -> None:
    unpaid = ledger_on(lent(due=TWO, paid=[pays(7, 12)]), [11, 25]).unpaid
    told = zip(*(part.tolist() for part in (
        unpaid.account, unpaid.number, unpaid.due_on - numbered(0), unpaid.days_late, unpaid.due,
        unpaid.principal, unpaid.interest, unpaid.fee)), strict=True)  # fmt: skip
    assert list(told) == [
        (0, 1, 10, 1, 112, 100, 10, 2),
        (1, 1, 10, 15, 112, 100, 5, 0),
        (1, 2, 20, 5, 112, 100, 10, 2),
    ]
    assert unpaid.left.tolist() == [112, 105, 112]


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(("fee", "interest"), id="one is missing"),
        pytest.param(("fee", "interest", "principal", "fee"), id="one is there twice"),
        pytest.param((), id="none at all"),
    ],
)
def test_an_order_names_each_part_once(order: tuple[str, ...]) -> None:
    with pytest.raises(
        SettlementOrderUnclear, match=r"expected fee, interest and principal once each .*; found"
    ):
        Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY", settlement_order=order)
