"""The sentence that tells a committee how to read a high score, for every target and both signs."""

from __future__ import annotations

import re

import pytest

from models.labels import LABELS
from models.report_reading import reading_of

TARGETS = [*LABELS, "own_target"]
BY_HAND = [
    pytest.param(
        "roll_30", "30d", 1,
        "The higher the probability, the likelier the account is to become 31 or more days past due within 30 days: "
        "high is bad news.",
        "概率越高，账户在 30 天内逾期达到31天或以上的可能性越大：概率高为坏消息。",
        id="rolls to 31 days",
    ),
    pytest.param(
        "roll_60", "3m", 1,
        "The higher the probability, the likelier the account is to become 61 or more days past due within 3 months: "
        "high is bad news.",
        "概率越高，账户在 3 个月内逾期达到61天或以上的可能性越大：概率高为坏消息。",
        id="rolls to 61 days, in months",
    ),
    pytest.param(
        "first_instalment_late", "", 1,
        "The higher the probability, the likelier the new loan is to be past due on the day after its first due day: "
        "high is bad news.",
        "概率越高，新借款在首个还款日次日处于逾期状态的可能性越大：概率高为坏消息。",
        id="no window at all",
    ),
    pytest.param(
        "own_target", "", -1,
        "The higher the probability, the likelier the row's outcome own_target is to be 1, as the owner of the table "
        "defines it: high is good news.",
        "概率越高，该行结果 own_target 为 1（由特征表所有者定义）的可能性越大：概率高为好消息。",
        id="a table's own good outcome",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("target", "window", "risk_sign", "en", "zh"), BY_HAND)
def test_the_sentence_is_the_one_written_by_hand(
    target: str, window: str, risk_sign: int, en: str, zh: str
) -> None:
    assert reading_of(target, window=window, risk_sign=risk_sign) == (en, zh)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("risk_sign", [1, -1])
@pytest.mark.parametrize("window", ["30d", "1m", ""])
def test_every_target_is_told_whole_in_both_languages(target: str, risk_sign: int, window: str) -> None:
    en, zh = reading_of(target, window=window, risk_sign=risk_sign)
    assert en.endswith(f": high is {'bad' if risk_sign > 0 else 'good'} news.")
    assert zh.endswith(f"：概率高为{'坏' if risk_sign > 0 else '好'}消息。")
    assert len(en.split()) > 15
    assert not re.search(r"[{}]|None|  ", en + zh)
    assert not re.search(r"[A-Za-z]", zh.replace("own_target", "")), "a word of another language"
    if target in LABELS and LABELS[target].reached:
        assert f"{LABELS[target].reached} or more days past due" in en
        assert f"{LABELS[target].reached}天或以上" in zh


@pytest.mark.parametrize("target", [name for name, label in LABELS.items() if label.window])
def test_the_window_of_the_model_is_told(target: str) -> None:
    en, zh = reading_of(target, window="45d", risk_sign=1)
    assert ("45 days" in en, "45 天" in zh) == (True, True)


def test_a_willful_score_never_decides() -> None:
    en, zh = reading_of("willful", window="90d", risk_sign=1)
    assert "two people decide, never the score" in en
    assert "由两人认定" in zh
