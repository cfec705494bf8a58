"""The labels by name: whom each is observed on, when, and what makes it positive."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

Population = Literal["overdue", "statements", "repeat loans"]
Rule = Literal["reaches", "stands", "pays", "stated", "first due"]


class LabelUnknown(ValueError):
    """A target is not one of the labels."""


@dataclass(frozen=True)
class Label:
    """One outcome: of whom, what, and within which time.

    Parameters
    ----------
    name
        Registered name.
    risk_sign
        +1 when positive is bad, -1 when positive is good.
    population
        ``overdue``: loans ``low`` to ``high`` days past due on as_of. ``statements``: loans of which a
        statement was known. ``repeat loans``: loans whose borrower had an earlier one, each observed once,
        on the first morning after its disbursal.
    rule
        ``reaches``: ``reached`` days past due on a day of the window. ``stands``: that many when the window
        ends. ``pays``: a payment in the window. ``stated``: the source states the outcome, in an attribute of
        the loan that bears the label's name. ``first due``: past due on the day after the first due day.
    window
        Default window; None for a label whose window is not a number of days or months.
    positive, negative
        Outcome codes.
    meaning_en, meaning_zh
        In a sentence.
    low, high
        Days past due on as_of of an ``overdue`` population; no upper end when None.
    reached
        Days past due of the rules ``reaches`` and ``stands``; else None.
    """

    name: str
    risk_sign: int
    population: Population
    rule: Rule
    window: str | None
    positive: str
    negative: str
    meaning_en: str
    meaning_zh: str
    low: int = 1
    high: int | None = None
    reached: int | None = None

    @property
    def own_mornings(self) -> bool:
        """Return True when it is observed on mornings of its own, and a day asked for names a month of them."""
        return self.population == "repeat loans"


LABELS: dict[str, Label] = {
    label.name: label
    for label in (
        Label(
            "roll_30", 1, "overdue", "reaches", "30d", "rolled", "did not roll",
            "An account 1–30 days past due is 31 or more days past due on a day of the window.",
            "逾期1至30天的账户在观察期内某日逾期达到31天或以上。", low=1, high=30, reached=31,
        ),
        Label(
            "roll_60", 1, "overdue", "reaches", "30d", "rolled", "did not roll",
            "An account 31–60 days past due is 61 or more days past due on a day of the window.",
            "逾期31至60天的账户在观察期内某日逾期达到61天或以上。", low=31, high=60, reached=61,
        ),
        Label(
            "stays_30", 1, "overdue", "stands", "1m", "stayed", "fell below 31 days",
            "An account 31–60 days past due is 31 or more days past due when the window ends.",
            "逾期31至60天的账户在观察期结束时逾期仍为31天或以上。", low=31, high=60, reached=31,
        ),
        Label(
            "pays_within", -1, "overdue", "pays", "90d", "paid", "did not pay",
            "An overdue account pays something in the window; payments less reversals are above zero.",
            "逾期账户在观察期内有还款（还款扣除冲正后大于零）。", low=1,
        ),
        Label(
            "next_month_default", 1, "statements", "stated", "1m", "defaulted", "did not default",
            "The source states within the window that an account with statements has defaulted.",
            "数据来源在观察期内认定该有账单的账户已违约。",
        ),
        Label(
            "first_instalment_late", 1, "repeat loans", "first due", None, "late", "on time",
            "A repeat borrower's new loan is past due on the day after its first due day.",
            "老客户的新借款在首个还款日次日处于逾期状态。",
        ),
    )
}  # fmt: skip
"""The labels of a book, by name."""


def label_named(target: str) -> Label:
    """Return the label of that name.

    Raises
    ------
    LabelUnknown
        When there is none.

    Examples
    --------
    >>> label_named("pays_within").risk_sign
    -1
    """
    if target in LABELS:
        return LABELS[target]
    near = difflib.get_close_matches(target, LABELS, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise LabelUnknown(
        f"Expected one of the labels {', '.join(LABELS)}, found {target!r}.{hint} Name a label."
    )
