"""What a high probability of a model says, in a sentence a committee member accepts, for every target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from models.labels import LABELS, Label
from models.report_words import Words, window_words

WILLFUL: Final[Words] = (
    "A high probability says that evidence speaks for able and unwilling; two people decide, never the score.",
    "概率高表示证据倾向于有能力而不愿还款；由两人认定，绝不由分数决定。",
)
NEWS: Final[Mapping[int, Words]] = {1: ("bad news", "坏消息"), -1: ("good news", "好消息")}
"""What a high probability is, by risk sign."""
_WITHIN: Final[Mapping[bool, Words]] = {
    True: ("within {0}", "在 {0}内"), False: ("within the window", "在观察期内"),
}  # fmt: skip
_BY_RULE: Final[Mapping[str, Words]] = {
    "reaches": ("the account is to become {reached} or more days past due {within}",
                "账户{within}逾期达到{reached}天或以上"),
    "stands": ("the account is to stand at {reached} or more days past due {after}",
               "账户{after}逾期仍为{reached}天或以上"),
    "pays": ("the account is to pay something {within}", "账户{within}有还款"),
    "stated": ("the source of the data is to state {within} that the account has defaulted",
               "数据来源{within}认定账户违约"),
    "first due": ("the new loan is to be past due on the day after its first due day",
                  "新借款在首个还款日次日处于逾期状态"),
}  # fmt: skip
_OF_TABLE: Final[Words] = (
    "the row's outcome {target} is to be 1, as the owner of the table defines it",
    "该行结果 {target} 为 1（由特征表所有者定义）",
)


def reading_of(target: str, *, window: str, risk_sign: int) -> Words:
    """Return how to read a high probability: what is likelier then, within which time, and whether it is bad.

    Parameters
    ----------
    target
        A label, or the name of a table's outcome.
    window
        How long the model looks ahead, such as ``30d``; empty when that is not stated.
    risk_sign
        +1 when the event is bad, -1 when it is good.

    Examples
    --------
    >>> reading_of("pays_within", window="90d", risk_sign=-1)[0]
    'The higher the probability, the likelier the account is to pay something within 90 days: high is good news.'
    >>> reading_of("stays_30", window="1m", risk_sign=1)[1]
    '概率越高，账户在 1 个月后逾期仍为31天或以上的可能性越大：概率高为坏消息。'
    """
    if target == "willful":
        return WILLFUL
    event, news = _event(target, window), NEWS[1 if risk_sign > 0 else -1]
    return (
        f"The higher the probability, the likelier {event[0]}: high is {news[0]}.",
        f"概率越高，{event[1]}的可能性越大：概率高为{news[1]}。",
    )


def _event(target: str, window: str) -> Words:
    label: Label | None = LABELS.get(target)
    en, zh = _OF_TABLE if label is None else _BY_RULE[label.rule]
    reached = None if label is None else label.reached
    (long_en, long_zh), (within_en, within_zh) = window_words(window), _WITHIN[bool(window)]
    return (
        en.format(
            target=target,
            reached=reached,
            within=within_en.format(long_en),
            after=f"{long_en} later" if window else "at the end of the window",
        ),
        zh.format(
            target=target,
            reached=reached,
            within=within_zh.format(long_zh),
            after=f"在 {long_zh}后" if window else "在观察期结束时",
        ),
    )
